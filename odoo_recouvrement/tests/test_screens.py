from datetime import date, timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import AS_OF, RecouvrementCommon

ACTIONS = {
    "action_case_day": ("list", "kanban", "pivot", "form", "search"),
    "action_case_all": ("list", "form", "search"),
    "action_reminder_day": ("list", "form", "search"),
    "action_reminder_letters": ("list", "form", "search"),
    "action_reminder_register": ("list", "pivot", "form", "search"),
    "action_decision": ("list", "pivot", "form", "search"),
    "action_hold": ("list", "form", "search"),
    "action_promise": ("list", "pivot", "form", "search"),
    "action_call_register": ("list", "pivot", "form", "search"),
    "action_preference": ("list", "form", "search"),
    "action_dispute": ("list", "pivot", "graph", "form", "search"),
    "action_run": ("list", "form", "search"),
}
MANAGER_ACTIONS = {
    "action_policy": ("list", "form"),
    "action_policy_rule": ("list", "form"),
    "action_template": ("list", "form", "search"),
    "action_closure": ("list",),
    "action_dispute_reason": ("list",),
    "action_call_outcome": ("list",),
}


@tagged("post_install", "-at_install")
class TestScreens(RecouvrementCommon):
    """Each screen opens for its roles and shows what it says it shows."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.today = fields.Date.context_today(cls.company)
        cls.levels["R1"].is_automatic = False
        cls.invoice = cls.make_invoice(1200, days=5)
        cls.daily_run = cls.run_as_of()
        cls.case = cls.env["recouvrement.case"].search(
            [("partner_id", "=", cls.debtor.id), ("company_id", "=", cls.company.id)]
        )
        cls.reminder = cls.reminders(cls.invoice)

    def _open(self, user, name, view_types):
        """Read the first records of an action as its views ask for them."""
        action = (
            self.env.ref(f"odoo_recouvrement.{name}").with_user(user)._get_action_dict()
        )
        model = self.env[action["res_model"]].with_user(user)
        wanted = dict.fromkeys(view_types, False)
        wanted |= {mode: view for view, mode in action["views"] if mode in wanted}
        views = model.get_views([(view, mode) for mode, view in wanted.items()])[
            "views"
        ]
        for mode in ("list", "form"):
            if mode in views:
                names = _fields_of(etree.fromstring(views[mode]["arch"]))
                model.search([], limit=5).web_read({name: {} for name in names})

    def test_every_screen_opens_for_every_role(self):
        for user in (self.reader, self.collector, self.manager):
            for name, view_types in ACTIONS.items():
                with self.subTest(user=user.login, action=name):
                    self._open(user, name, view_types)
        for name, view_types in MANAGER_ACTIONS.items():
            with self.subTest(action=name):
                self._open(self.manager, name, view_types)

    def test_counters_of_the_day(self):
        counters = (
            self.env["recouvrement.case"].with_user(self.collector).get_day_counters()
        )
        by_flag = {counter["flag"]: counter for counter in counters["counters"]}
        self.assertEqual(by_flag["has_to_confirm"]["count"], 1)
        self.assertEqual(by_flag["has_to_confirm"]["amount"], 1200)
        self.assertEqual(by_flag["has_dispute"]["count"], 0)
        self.case.user_id = self.manager
        mine = (
            self.env["recouvrement.case"].with_user(self.collector).get_day_counters()
        )
        self.assertFalse(any(counter["count"] for counter in mine["counters"]))

    def test_confirm_from_the_list(self):
        self.case.with_user(self.collector).action_confirm_next()
        self.assertEqual(self.reminder.state, "confirmed")
        self.assertFalse(self.case.has_to_confirm)
        with self.assertRaises(UserError):
            self.case.with_user(self.collector).action_confirm_next()

    def test_postpone_leaves_a_hold_with_its_author(self):
        self.case.with_user(self.collector).action_postpone_three_days()
        hold = self.case.hold_ids
        self.assertEqual(hold.user_id, self.collector)
        self.assertEqual(hold.date_end, self.today + timedelta(days=2))
        self.assertEqual(self.reminder.state, "cancelled", "nothing leaves meanwhile")
        self.assertFalse(self.case.has_to_confirm)

    def test_postpone_to_a_past_date_is_refused(self):
        wizard = self._wizard("postpone", case_ids=self.case.ids, date=date(2026, 1, 1))
        with self.assertRaisesRegex(UserError, "after today"):
            wizard.action_apply()

    def test_exclude_asks_reason_and_end(self):
        form = Form(
            self.env["recouvrement.exclude"]
            .with_user(self.collector)
            .with_context(default_case_ids=self.case.ids)
        )
        form.reason = "Delivery under discussion"
        with self.assertRaises(AssertionError):
            form.save()  # without an end date
        form.date_end = self.today + timedelta(days=10)
        form.save().action_apply()
        self.assertEqual(self.case.hold_ids.reason, "Delivery under discussion")

    def test_what_a_row_opens_can_be_opened_by_the_browser(self):
        case = self.case.with_user(self.collector)
        for action in (
            case.action_open_case(),
            case.action_open_postpone(),
            case.action_open_exclude(),
            case.action_open_reminders(),
            case.action_open_decisions(),
        ):
            with self.subTest(model=action["res_model"]):
                self.assertTrue(action["views"])

    def test_exclude_some_items_only(self):
        other = self.make_invoice(300, days=4)
        wizard = self._wizard(
            "exclude",
            case_ids=self.case.ids,
            scope="items",
            move_line_ids=self.items(other).ids,
            reason="Waiting for the credit note",
            date_end=self.today + timedelta(days=5),
        )
        wizard.action_apply()
        self.assertEqual(self.case.hold_ids.move_line_ids, self.items(other))
        self.assertEqual(self.reminder.state, "draft", "the rest goes on")

    def test_remove_a_message_with_a_reason(self):
        wizard = self._wizard(
            "withdraw", reminder_ids=self.reminder.ids, reason="Paid by phone"
        )
        wizard.action_apply()
        self.assertEqual(self.reminder.state, "cancelled")
        self.assertEqual(self.reminder.withdraw_reason, "Paid by phone")

    def test_preview_is_what_the_debtor_reads(self):
        reminder = self.reminder.with_user(self.collector)
        self.assertFalse(reminder.preview_error)
        self.assertIn(self.invoice.name, reminder.preview_body)
        self.assertEqual(reminder.destination, self.debtor.email)
        self.assertFalse(reminder.flag_text)

    def test_preview_leaves_out_what_the_dispatch_would(self):
        """Rule 5 for the eyes: nothing is written by a look at the message."""
        other = self.make_invoice(300, partner=self.reminder.partner_id, days=5)
        self.reminder.action_cancel("again")
        reminder = self.remind(self.invoice, other).filtered(
            lambda reminder: reminder.state == "draft"
        )
        self.assertEqual(reminder.total, 1500)
        self._set_aside(other)
        imagined, note = reminder._foresee(AS_OF)
        self.assertEqual(imagined.line_ids.move_id, self.invoice)
        self.assertEqual((imagined.total, reminder.total), (1200, 1500))
        self.assertEqual(len(reminder.line_ids), 2)
        self.assertIn(f"{other.name} would be left out", note)
        self.assertIn("Asked today", note)

    def test_preview_says_why_nothing_would_leave(self):
        self._set_aside(self.invoice)
        self.reminder.invalidate_recordset()
        self.assertIn("Nothing would leave today", self.reminder.preview_error)
        self.assertFalse(self.reminder.preview_body)
        self.assertEqual(self.reminder.state, "draft")

    def test_announced_item_that_fell_due_is_not_claimed(self):
        self.make_level(self.policy, -7, "PREV", ["email"])
        self.reminder.action_cancel("again")
        later = self.make_invoice(500, due=AS_OF + timedelta(days=1))
        reminder = self.remind(self.invoice, later).filtered(
            lambda reminder: (
                later in reminder.line_ids.move_id
                and self.invoice in reminder.line_ids.move_id
            )
        )
        announced = reminder.line_ids.filtered("is_upcoming")
        self.assertEqual(announced.move_id, later)
        imagined, _note = reminder._foresee(AS_OF + timedelta(days=2))
        self.assertEqual(imagined.line_ids.move_id, self.invoice)
        self.assertEqual(imagined.total, 1200)
        self.assertFalse(imagined.upcoming_total)

    def _set_aside(self, move):
        """A hold on an invoice written without a word to what waits to leave."""
        self.env["recouvrement.hold"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(move).ids,
                "reason": "Under discussion",
                "date_end": max(AS_OF, self.today) + timedelta(days=30),
                "date_start": min(AS_OF, self.today),
            }
        )

    def test_a_message_without_address_says_so(self):
        self.debtor.email = False
        self.assertIn("No address", self.reminder.flag_text)
        self.assertTrue(self.reminder.preview_error)

    def test_recent_payment_and_changed_contact_are_flagged(self):
        self.receive(10, day=self.today)
        self.reminder.invalidate_recordset(["flag_text"])
        self.assertIn("Payment on", self.reminder.flag_text)

    def test_file_says_how_the_debtor_pays_and_what_it_uses_of_its_limit(self):
        for days, paid in ((40, 20), (60, 50)):
            move = self.make_invoice(100, self.today - timedelta(days=days))
            self.pay(move, day=self.today - timedelta(days=paid))
        case = self.case.with_user(self.collector)
        self.assertEqual(case.habit_text, "15 days, over 2 items")
        self.assertFalse(case.exposure_text, "no limit is set")
        self.company.account_use_credit_limit = True
        self.debtor.with_company(self.company).credit_limit = 10 * case.open_total
        case.invalidate_recordset(["exposure_text"])
        self.assertIn("(10 %)", case.exposure_text)

    def test_header_of_the_messages(self):
        header = (
            self.env["recouvrement.reminder"]
            .with_user(self.collector)
            .with_company(self.company)
            .get_dispatch_header()
        )
        self.assertEqual(header["draft"], 1)
        self.assertIn("bank", header)

    def test_items_say_their_status_and_why(self):
        line = self.items(self.invoice)
        self.assertEqual(line.recouvrement_status, "overdue")
        self.assertIn("R1", line.recouvrement_why)
        self.case._suspend("Broken", self.today + timedelta(days=5))
        self.case.hold_ids.kind = "dispute"
        self.run_as_of(AS_OF + timedelta(days=1))
        line.invalidate_recordset()
        self.assertEqual(line.recouvrement_status, "overdue", "the hold begins today")

    def test_banners_do_not_cost_more_on_more_records(self):
        invoices = self.env["account.move"].union(
            *(self.make_invoice(100 + i, days=5 + i) for i in range(12))
        )
        self.run_as_of(AS_OF + timedelta(days=1))
        counts = []
        invoices.mapped("recouvrement_banner")  # what is kept between requests
        for moves in (invoices[:2], invoices):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            moves.mapped("recouvrement_banner")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_customer_and_invoice_say_where_they_stand(self):
        partner = (
            self.debtor.with_user(self.collector)
            .with_company(self.company)
            .with_context(lang="en_US")
        )
        self.assertEqual(partner.recouvrement_overdue, 1200)
        self.assertIn("overdue since", partner.recouvrement_banner)
        self.assertEqual(
            partner.action_open_recouvrement_case()["res_id"], self.case.id
        )
        self.assertIn("R1", self.invoice.recouvrement_banner)
        self.pay(self.invoice)
        self.assertFalse(self.invoice.recouvrement_banner)

    def test_counts_open_the_decisions_behind_them(self):
        count = self.daily_run.count_ids.filtered(lambda row: row.reason == "to_remind")
        action = count.action_open_decisions()
        found = self.env["recouvrement.decision"].search(action["domain"])
        self.assertEqual(found.move_line_id, self.items(self.invoice))
        simulation = self.run_as_of(AS_OF, is_simulation=True)
        action = simulation.count_ids[:1].action_open_decisions()
        self.assertEqual(action["res_model"], "recouvrement.run.proposal")

    def test_text_previews(self):
        text = self.text("r1_email_fr")
        self.assertTrue(text.preview_body)
        self.assertFalse(text.preview_error)
        with Form(text) as form:
            form.body = "{{ nothing_such }}"
            self.assertIn("nothing_such", form.preview_error)
            form.body = text.body
        wizard = self._wizard(
            "template.preview",
            user=self.manager,
            template_id=text.id,
            case_id=self.case.id,
        )
        self.assertFalse(wizard.error)
        self.assertIn(self.invoice.name, wizard.body)

    def test_documented_variables_all_exist(self):
        text = self.text("r1_email_fr")
        for group in text._vocabulary():
            in_loop = any(name.startswith("item.") for name, _ in group["rows"])
            for name, _label in group["rows"]:
                source = "{{ " + name + " }}"
                if name.rpartition(".")[2].startswith("is_"):
                    source = "{% if " + name + " %}a{% else %}b{% endif %}"
                if in_loop:
                    source = "{% for item in items %}" + source + "{% endfor %}"
                if name in ("items", "overdue_items", "upcoming_items", "credits"):
                    source = "{{ " + name + "|length }}"
                with self.subTest(name=name):
                    preview = text.new(
                        {
                            "channel": "email",
                            "lang": "fr",
                            "tone": "cordial",
                            "profile": "business",
                            "body": source,
                        }
                    )
                    self.assertTrue(preview.preview_body, preview.preview_error)

    def test_settings_write_the_company(self):
        settings = self.env["res.config.settings"].create(
            {"company_id": self.company.id, "recouvrement_contacts_per_week": 7}
        )
        settings.set_values()
        self.assertEqual(self.company.recouvrement_contacts_per_week, 7)

    def _wizard(self, name, user=None, **values):
        return (
            self.env[f"recouvrement.{name}"]
            .with_user(user or self.collector)
            .with_company(self.company)
            .with_context(lang="en_US")
            .create(
                {
                    key: [fields.Command.set(value)]
                    if isinstance(value, list)
                    else value
                    for key, value in values.items()
                }
            )
        )


def _fields_of(arch) -> set[str]:
    """The fields a view reads on its own model; sub-views read theirs."""
    return {
        node.get("name")
        for node in arch.iter("field")
        if not any(parent.tag == "field" for parent in node.iterancestors())
    }
