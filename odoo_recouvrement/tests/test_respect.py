import re
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from ..report.pdf import page_count
from ..report.printing import print_html
from .common import AS_OF, NOW
from .story import StoryCase, in_days

REGISTER = "odoo.addons.odoo_recouvrement.models.recouvrement_contact_register"


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestRespect(StoryCase):
    """The law protects some debtors; each may ask what was said to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(1000, days=20)
        cls.case = cls.case_of()

    def set_aside(self, kind, day=AS_OF, user=None):
        wizards = self.env["recouvrement.aside"].with_user(user or self.collector)
        form = Form(wizards.with_context(default_case_ids=self.case.ids))
        form.kind = kind
        form.date = day
        form.reference = "Commission de Nantes, 000426001"
        wizard = form.save()
        wizard.action_apply()
        return wizard

    # --------------------------------------------------------------- over-indebtedness

    def test_over_indebted_consumer_is_asked_for_nothing_earlier(self):
        self.case.profile = "consumer"
        self.run_as_of()
        wizard = self.set_aside("overindebtedness")
        self.assertIn("L722-5", wizard.effect)
        self.assertEqual(self.reminders(self.invoice).state, "cancelled")
        later = self.make_invoice(80, days=2, invoice_date=in_days(3))
        for days in (1, 300, 729):
            self.run_as_of(in_days(days))
            self.assertDecided(self.invoice, "overindebted")
        self.assertNotEqual(self.decisions(later).reason, "overindebted")
        self.assertEqual(self.items(self.invoice).recouvrement_status, "legal")
        self.run_as_of(in_days(731))
        self.assertDecided(self.invoice, "to_remind")  # two years at most

    def test_no_interest_meanwhile(self):
        self.set_aside("overindebtedness")
        [grace] = self.env["recouvrement.grace"].search(
            [("case_id", "=", self.case.id)]
        )
        self.assertEqual(grace.first_day, AS_OF)
        self.assertEqual(grace.move_line_ids, self.items(self.invoice))

    def test_earlier_invoice_booked_afterwards_is_set_aside_too(self):
        self.set_aside("overindebtedness")
        forgotten = self.make_invoice(80, days=40)
        self.run_as_of(in_days(1))
        self.assertDecided(forgotten, "overindebted")

    def test_end_of_the_procedure_lets_the_chase_go_on(self):
        self.set_aside("overindebtedness")
        with freeze_time(in_days(90)):
            self.case.with_user(self.collector).action_end_overindebtedness()
            self.assertFalse(self.case.overindebtedness_date)
        self.run_as_of(in_days(91))
        self.assertDecided(self.invoice, "to_remind")
        grace = self.env["recouvrement.grace"].search([("case_id", "=", self.case.id)])
        self.assertEqual(grace.last_day, in_days(90))

    # ---------------------------------------------------------------------- insolvency

    def test_insolvency_is_proposed_to_businesses_and_opens_a_task(self):
        wizard = self.env["recouvrement.aside"].create(
            {"case_ids": self.case.ids, "date": AS_OF, "reference": "TC Nantes"}
        )
        self.assertEqual(wizard.kind, "insolvency")
        self.set_aside("insolvency")
        self.assertEqual(self.case.insolvency_date, AS_OF)
        self.assertIn("two months", self.case.activity_ids.summary)
        self.run_as_of(in_days(1))
        self.assertDecided(self.invoice, "insolvent")

    def test_decision_of_tomorrow_is_refused(self):
        with self.assertRaisesRegex(UserError, "in the future"):
            self.set_aside("insolvency", in_days(1))

    def test_reader_sets_nobody_aside(self):
        with self.assertRaises(AccessError):
            self.set_aside("insolvency", user=self.reader)

    # -------------------------------------------------------------------- on paper

    def pdf(self, action):
        """The file an action downloads, as its user."""
        attachment = int(re.search(r"content/(\d+)", action["url"])[1])
        return self.env["ir.attachment"].browse(attachment).raw

    def test_register_holds_every_contact_and_wish(self):
        self.prove(self.remind(self.invoice))
        self.env["recouvrement.call"].create(
            {
                "case_id": self.case.id,
                "direction": "in",
                "outcome_id": self.env.ref("odoo_recouvrement.outcome_refusal").id,
                "note": "Will not pay before June",
            }
        )
        self.env["recouvrement.preference"].create(
            {
                "partner_id": self.debtor.id,
                "company_id": self.company.id,
                "source": "Said on the phone",
            }
        )
        self.case.message_post(
            body="Please call me", message_type="email", author_id=self.debtor.id
        )
        self.case.message_post(body="Between us", message_type="comment")
        contacts = self.case._contacts()
        states = [contact.state for contact in contacts]
        self.assertEqual(states, ["Delivered", "Refusal to pay", ""])
        self.assertIn("June", contacts[1].what)
        self.assertEqual(contacts[2].who, self.debtor.name)
        action = self.case.with_user(self.reader).action_print_register()
        self.assertEqual(page_count(self.pdf(action)), 1)

    def test_call_sheet_of_the_day(self):
        others = [self.make_debtor(f"Client {index}") for index in range(3)]
        for other in others:
            self.make_invoice(300, partner=other, days=20)
        others[0].phone = False
        self.run_as_of()
        self.company.recouvrement_call_windows = "20:00-21:00"
        cases = self.env["recouvrement.case"].with_user(self.collector)
        values = self.case.with_user(self.collector)._sheet_values()
        phone = values["phone"].replace("\N{NO-BREAK SPACE}", " ")
        self.assertEqual(phone, self.debtor.phone)
        self.assertEqual(values["items"][0][0]["invoice"], self.invoice.name)
        self.assertIn("Next allowed moment", values["refusal"])
        with patch(f"{REGISTER}.print_html", wraps=print_html) as printer:
            action = cases.search([]).action_print_call_sheet()
        self.assertEqual(page_count(self.pdf(action)), 1, "three debtors on a page")
        html = printer.call_args.args[1]
        self.assertRegex(html, r"^<!DOCTYPE html>\s*<html")
        self.assertIn("3 debtors", html)
        with self.assertRaisesRegex(UserError, "phone number"):
            self.case_of(others[0]).action_print_call_sheet()
