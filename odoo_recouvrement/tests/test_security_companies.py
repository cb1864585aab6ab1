from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import AS_OF
from .roles import RolesCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurityCompanies(RolesCase):
    """Nothing of another company is visible; what a reader opens."""

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
        self.env["recouvrement.handover"].create(
            {
                "case_id": self.case.id,
                "recipient": "injonction_payer",
                "move_line_ids": self.items(self.invoice).ids,
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
