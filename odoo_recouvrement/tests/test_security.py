from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..core.answer import Answer, Kind
from ..core.penalty import Nature
from .common import AS_OF
from .story import StoryCase, in_days

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
class TestSecurity(StoryCase):
    """Who may do what; what belongs to another company does not exist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.other_user("employee", "base.group_user")
        cls.portal = cls.other_user("portal", "base.group_portal")
        cls.invoice = cls.make_invoice(100, days=20)
        cls.day_run = cls.run_as_of()
        cls.reminder = cls.reminders(cls.invoice)
        cls.case = cls.case_of()

    @classmethod
    def other_user(cls, login: str, groups: str, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"recouvrement_{login}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def models(cls):
        """Our models with a table, by the end of their name."""
        names = (
            cls.env["ir.model"]
            .sudo()
            .search([("model", "=like", "recouvrement.%"), ("abstract", "=", False)])
        )
        return {name.partition(".")[2]: cls.env[name] for name in names.mapped("model")}

    def settle_late(self):
        """An invoice paid late, part of whose penalties is waived."""
        invoice = self.make_invoice(partner=self.make_debtor("Late"), days=40)
        self.pay(invoice)
        self.company.recouvrement_penalty_since = AS_OF
        self.env["recouvrement.penalty.item"].sudo()._assess(self.company, AS_OF)
        reason = self.env.ref("odoo_recouvrement.penalty_reason_goodwill")
        self.env["recouvrement.penalty"]._waive(
            [(self.items(invoice), Nature.FEE, Decimal(10))], reason, "", AS_OF
        )

    def simulate_something(self):
        self.make_invoice(partner=self.make_debtor("Simulated"))
        self.run_as_of(is_simulation=True)

    def make_plan(self):
        plans = self.env["recouvrement.plan"]
        lines = self.items(self.invoice)
        plan = plans.create(plans._propose(self.case, lines, 3, in_days(3650)))
        plan.action_propose()
        return plan

    def answer_something(self):
        """The debtor came to its space and answered."""
        access = self.env["recouvrement.access"]._open_for(self.case)
        self.env["recouvrement.visit"]._note("account", access, "192.0.2.1")
        self.env["recouvrement.answer"]._receive(
            access, Answer(Kind.CONTACT, (), name="Mme Roux")
        )

    def have_a_notice(self):
        """A mise en demeure with its list, a step, a signatory, a provider's file."""
        self.env["recouvrement.signatory"].create(
            {"name": "Inès", "capacity": "Gérante", "company_id": self.company.id}
        )
        self.levels["MED"].document = "mise_en_demeure"
        self.debtor.company_registry = "303265045"
        items = self.items(self.make_invoice(700, days=20))
        notice = self.case._make_notice(items, self.levels["MED"], "registered_letter")
        notice.sudo().reminder_id.write({"state": "proved"})
        notice._add_step("posted", AS_OF)
        self.env["recouvrement.lre.file"].sudo().create(
            {
                "name": "status.json",
                "company_id": self.company.id,
                "sha256": "0" * 64,
                "state": "imported",
            }
        )
        return notice

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

    # ------------------------------------------------------------------- reading

    def test_reader_opens_a_file_with_its_open_items(self):
        """A salesperson sees: the file, its items, decisions and reminders."""
        case = self.case.with_user(self.reader)
        self.assertEqual(case.display_name, "Boulangerie Martin")
        [item] = case.open_line_ids
        self.assertRecordValues(
            item, [{"amount_residual": 100, "recouvrement_status": "overdue"}]
        )
        self.assertEqual(item.move_id.name, self.invoice.name)
        self.assertTrue(case.current_decision_ids.text)
        self.assertEqual(case.reminder_ids, self.reminder)
        self.assertTrue(case.age_buckets)
        self.assertTrue(self.reminder.with_user(self.reader).preview_subject)
        self.assertFalse(self.reminder.with_user(self.reader).preview_error)

    def test_reader_who_is_no_accountant_sees_receivables_only(self):
        lines = self.env["account.move.line"].with_user(self.reader).search([])
        self.assertEqual(set(lines.mapped("account_type")), {"asset_receivable"})
        moves = self.env["account.move"].with_user(self.reader)
        self.assertIn(self.invoice, moves.search([]))
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.reader).ref = "x"

    def test_customer_shows_its_file_to_readers_only(self):
        self.assertEqual(
            self.debtor.with_user(self.reader).recouvrement_case_id, self.case
        )
        with self.assertRaises(AccessError):
            self.debtor.with_user(self.employee).read(["recouvrement_case_id"])
        self.assertNotIn(
            "recouvrement_banner", self.debtor.with_user(self.employee).fields_get()
        )

    # ------------------------------------------------------------------ companies

    def test_nothing_of_another_company_is_visible(self):
        """Rule 9: for whoever works in another company, none of this exists."""
        self.simulate_something()
        self.settle_late()
        self.make_plan()
        self.answer_something()
        self.suspend("dispute")
        self.env["recouvrement.promise"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(self.invoice).ids,
                "date": fields.Date.today(),
            }
        )
        self.env["recouvrement.dispute"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(self.invoice).ids,
                "reason_id": self.env["recouvrement.dispute.reason"].search([])[0].id,
                "amount": 10,
            }
        )
        self.env["recouvrement.call"].create(
            {
                "case_id": self.case.id,
                "direction": "in",
                "outcome_id": self.env.ref("odoo_recouvrement.outcome_refusal").id,
            }
        )
        self.env["recouvrement.preference"].create(
            {
                "partner_id": self.debtor.id,
                "company_id": self.company.id,
                "source": "Said so",
            }
        )
        self.close_days(AS_OF)
        self.case.limitation_event_ids = [
            Command.create(
                {"kind": "acknowledgement", "day": AS_OF, "is_proof_due": True}
            )
        ]
        contact = self.make_debtor(
            "Contact", parent_id=self.debtor.id, is_company=False
        )
        self.case.contact_ids = [Command.create({"partner_id": contact.id})]
        self.have_a_notice()
        self.case.grace_ids = [
            Command.create(
                {"first_day": AS_OF, "last_day": in_days(30), "decision": "TJ Nantes"}
            )
        ]
        self.env["recouvrement.regime"].create(
            {"name": "Terms", "points": 12, "company_id": self.company.id}
        )
        other = self.setup_other_company(name="Atelier Loire")["company"]
        foreigner = self.other_user(
            "foreigner", "odoo_recouvrement.group_recouvrement_manager", other
        )
        seen = 0
        for name, model in self.models().items():
            if model._transient or "company_id" not in model._fields:
                continue
            ours = model.search([("company_id", "=", self.company.id)])
            theirs = model.with_user(foreigner).search([])
            with self.subTest(name):
                self.assertTrue(ours, "The story has one of each.")
                self.assertFalse(theirs & ours)
                with self.assertRaises(AccessError):
                    ours[:1].with_user(foreigner).read(["company_id"])
            seen += 1
        self.assertGreaterEqual(seen, 10)
        with self.assertRaises(AccessError):
            self.env["recouvrement.run"].with_user(foreigner).create(
                {"company_id": self.company.id, "as_of_date": AS_OF}
            )

    def test_a_customer_of_two_companies_has_two_files(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        cases = self.env["recouvrement.case"]
        second = cases.create({"partner_id": self.debtor.id, "company_id": other.id})
        second.insolvency_date = AS_OF
        self.assertFalse(self.case.insolvency_date)
        self.assertEqual(cases.with_user(self.manager).search([]), self.case)

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
