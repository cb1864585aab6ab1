from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AS_OF
from .roles import RolesCase
from .story import in_days

OPERATIONS = ("read", "write", "create", "unlink")

# What each role may do: r(ead), w(rite), c(reate), u(nlink); "-" nothing.
#                        reader  collector  manager
MATRIX = """
    policy               r       r          rwcu
    policy.level         r       r          rwcu
    policy.rule          r       r          rwcu
    template             r       r          rwcu
    template.version     r       r          r
    case                 r       rwc        rwcu
    case.contact         r       rwcu       rwcu
    closure              r       rwcu       rwcu
    hold                 r       rwc        rwc
    rate                 r       r          rwcu
    regime               r       r          rwcu
    grace                r       rwcu       rwcu
    promise              r       rwc        rwc
    dispute              r       rwc        rwc
    call                 r       rwc        rwc
    call.outcome         r       r          rwcu
    preference           r       rwc        rwc
    dispute.reason       r       r          rwcu
    aside                -       rwcu       rwcu
    dispute.ask          -       rwcu       rwcu
    dispute.close        -       rwcu       rwcu
    handover             r       rwc        rwc
    handover.end         -       -          rwcu
    limitation.event     r       rwc        rwc
    limitation.void      -       rwcu       rwcu
    plan                 r       rwc        rwc
    plan.instalment      r       rwcu       rwcu
    plan.item            r       r          r
    plan.sign            -       rwcu       rwcu
    plan.decide          -       rwcu       rwcu
    decision             r       r          r
    access               r       r          r
    answer               r       r          r
    visit                r       r          r
    run                  r       rwc        rwc
    run.count            r       r          r
    run.proposal         r       r          r
    reminder             r       rw         rw
    reminder.line        r       r          r
    signatory            r       r          rwcu
    mise_en_demeure      r       rw         rw
    mise_en_demeure.check r      rw         rw
    mise_en_demeure.event r      r          r
    lre.file             r       r          r
    write                -       rwcu       rwcu
    write.line           -       rwcu       rwcu
    notice.prepare       -       rwcu       rwcu
    notice.step          -       rwcu       rwcu
    notice.void          -       rwcu       rwcu
    notice.decide        -       rwcu       rwcu
    exclude              -       rwcu       rwcu
    postpone             -       rwcu       rwcu
    withdraw             -       rwcu       rwcu
    posted               -       rwcu       rwcu
    posted.line          -       rwcu       rwcu
    gate                 -       -          rwcu
    golive               -       -          rwcu
    golive.cap           -       -          rwcu
    golive.entry         -       -          rwcu
    decompte             rwcu    rwcu       rwcu
    template.preview     rwcu    rwcu       rwcu
    penalty              r       r          r
    penalty.item         r       r          r
    penalty.reason       r       r          rwcu
    penalty.settle       -       rwcu       rwcu
    penalty.settle.line  -       rwcu       rwcu
    penalty.accounts     -       -          rwcu
"""
REGISTERS = (
    "decision",
    "run.count",
    "run.proposal",
    "reminder",
    "reminder.line",
    "penalty",
    "penalty.item",
    "answer",
    "access",
    "visit",
    "mise_en_demeure",
    "mise_en_demeure.event",
    "lre.file",
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurity(RolesCase):
    # --------------------------------------------------------------- the matrix

    def test_matrix(self):
        rows = [line.split() for line in MATRIX.strip().splitlines()]
        models = self.models()
        self.assertEqual({row[0] for row in rows}, set(models), "A line per model.")
        users = {
            self.reader: 1, self.collector: 2, self.manager: 3,
            self.employee: None, self.portal: None,
        }  # fmt: skip
        for row in rows:
            for user, column in users.items():
                allowed = row[column] if column else "-"
                model = models[row[0]].with_user(user)
                found = "".join(
                    operation[0]
                    for operation in OPERATIONS
                    if model.has_access(operation)
                )
                with self.subTest(model=row[0], user=user.login):
                    self.assertEqual(found or "-", allowed)

    def test_accounting_groups_bring_the_roles(self):
        roles = ("reader", "collector", "manager")
        expected = {
            "account.group_account_readonly": 1,
            "account.group_account_invoice": 2,
            "account.group_account_user": 2,
            "account.group_account_manager": 3,
            "base.group_user": 0,
            "base.group_portal": 0,
        }
        for index, (group, count) in enumerate(expected.items()):
            user = self.other_user(f"accounting{index}", group)
            with self.subTest(group):
                for place, role in enumerate(roles):
                    self.assertEqual(
                        user.has_group(f"odoo_recouvrement.group_recouvrement_{role}"),
                        place < count,
                    )

    # ------------------------------------------------------------------ registers

    def test_registers_are_written_by_nobody(self):
        """Not even by a manager: no create, no write, no deletion."""
        self.simulate_something()
        self.settle_late()
        self.answer_something()
        self.have_a_notice()
        for name in REGISTERS:
            record = self.env[f"recouvrement.{name}"].search([], limit=1)
            record = record.with_user(self.manager)
            with self.subTest(name):
                self.assertTrue(record)
                with self.assertRaises(UserError):
                    record.unlink()
                with self.assertRaises(UserError):
                    record.write({"company_id": self.company.id})
                with self.assertRaises(UserError):
                    record.copy()
                with self.assertRaises(UserError):
                    record.create({"company_id": self.company.id})

    def test_decisions_are_kept_even_from_the_system(self):
        decision = self.decisions(self.invoice).sudo()
        with self.assertRaisesRegex(UserError, "cannot be edited"):
            decision.reason = "no_policy"
        with self.assertRaisesRegex(UserError, "cannot be emptied"):
            decision.unlink()

    def test_file_with_a_history_is_not_deleted(self):
        """Its decisions would go with it: archive it."""
        held = self.make_debtor("Held")
        invoice = self.make_invoice(partner=held)
        self.suspend(partner=held)
        self.run_as_of()
        self.assertFalse(self.reminders(invoice))
        with self.assertRaisesRegex(UserError, "archive"):
            self.case_of(held).with_user(self.manager).unlink()
        self.assertDecided(invoice, "on_hold")

    def test_file_without_history_may_be_deleted(self):
        case = self.case_of(self.make_debtor("Idle"))
        case.with_user(self.manager).unlink()
        self.assertFalse(case.exists())

    # ------------------------------------------------------------------ through RPC

    def test_reader_acts_on_nothing(self):
        reader = self.reader
        run, case = self.day_run.with_user(reader), self.case.with_user(reader)
        reminder = self.reminder.with_user(reader)
        actions = {
            "start": lambda: run.action_start(),
            "undo": lambda: run.action_undo(),
            "override": lambda: run.action_override_gate("x"),
            "simulate": lambda: run.action_simulate_again(),
            "confirm": lambda: reminder.action_confirm(),
            "cancel": lambda: reminder.action_cancel("x"),
            "withdraw": lambda: reminder.action_withdraw("x"),
            "posted": lambda: reminder.action_posted("x"),
            "returned": lambda: reminder.action_returned("x"),
            "postpone": lambda: case.action_postpone(3),
        }
        for name, action in actions.items():
            with self.subTest(name), self.assertRaises(AccessError):
                action()
        self.assertIn(self.reminder.state, ("draft", "confirmed"))

    def test_collector_does_not_falsify_a_file(self):
        """What the ledger says of a file is not typed in."""
        case = self.case.with_user(self.collector)
        with self.assertRaises(AccessError):
            case.overdue_total = 0
        case.write({"note": "<p>Call after ten</p>", "insolvency_date": AS_OF})
        self.assertEqual(case.insolvency_date, AS_OF)

    def test_collector_works_without_being_an_accountant(self):
        self.assertFalse(self.collector.has_group("account.group_account_readonly"))
        item = self.items(self.invoice)
        case = self.case.with_user(self.collector)
        self.reminder.with_user(self.collector).action_cancel("Wrong customer")
        self.assertRecordValues(
            self.reminder,
            [{"state": "cancelled", "withdraw_user_id": self.collector.id}],
        )
        case._suspend("Two boxes missing", in_days(3650), item)
        self.assertRecordValues(
            case.hold_ids,
            [{"user_id": self.collector.id, "move_line_ids": item.ids}],
        )

    def test_nothing_that_decides_or_writes_is_public(self):
        """RPC calls public methods only: the inner ones all begin with “_”."""
        public = {
            (name, method)
            for name in ("facts", "proposal", "message", "channel", "statement")
            for method in vars(type(self.env[f"recouvrement.{name}"]).__base__)
            if not method.startswith("_")
        }
        self.assertFalse(public)
        for name in ("_set_state", "_dispatch", "_prove_emails"):
            self.assertTrue(hasattr(self.reminder, name))
            self.assertFalse(hasattr(self.reminder, name.lstrip("_")))

    def test_portal_user_reaches_no_file(self):
        for record in (self.case, self.reminder, self.day_run, self.policy):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.with_user(self.portal).read(["display_name"])
