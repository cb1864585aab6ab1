from datetime import date, datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .plan import PDF, PIXEL, THIRD, PlanCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestPlanSignature(PlanCase):
    """A plan is signed: on paper, on the portal; what the document says."""

    # --------------------------------------------------------------------- signing

    def test_signed_copy_suspends_its_items_only(self):
        plan = self.draft(self.invoice)
        waiting = self.reminders(self.invoice)
        self.assertEqual(waiting.state, "confirmed")
        plan.action_propose()
        plan._attach_signed("Jeanne Martin", AS_OF, "accord.pdf", PDF)
        self.assertRecordValues(
            plan,
            [{"state": "agreed", "signed_name": "Jeanne Martin", "signed_date": AS_OF}],
        )
        self.assertEqual(waiting.state, "cancelled")
        self.assertRecordValues(
            plan.hold_id,
            [
                {
                    "kind": "plan",
                    "move_line_ids": self.items(self.invoice).ids,
                    "date_end": THIRD + timedelta(days=5),
                }
            ],
        )
        self.run_as_of(in_days(1))
        self.assertDecided(self.invoice, "plan_respected")
        self.assertNotEqual(self.decisions(self.other).reason, "plan_respected")

    def test_agreement_is_frozen(self):
        plan = self.signed()
        for change in (
            {"count": 4},
            {"move_line_ids": [Command.clear()]},
            {"instalment_ids": [Command.clear()]},
        ):
            with self.assertRaisesRegex(UserError, "no longer change"):
                plan.write(change)
        with self.assertRaisesRegex(UserError, "no longer change"):
            plan.instalment_ids[0].amount = 1
        with self.assertRaisesRegex(UserError, "no longer change"):
            plan.instalment_ids[0].unlink()
        for file in (plan.proposal_id, plan.pdf_id, plan.scan_id):
            with self.assertRaisesRegex(UserError, "no longer change"):
                file.sudo().raw = b"%PDF-1.7 forged"
            with self.assertRaisesRegex(UserError, "no longer change"):
                file.sudo().unlink()
        with self.assertRaisesRegex(UserError, "its trace stays"):
            plan.sudo().unlink()
        self.assertEqual(plan.terms_sha256, plan._terms_sha256())

    def test_nothing_is_typed_in(self):
        plan = self.signed()
        for values in ({"state": "kept"}, {"received": 900}, {"signed_name": "X"}):
            with self.assertRaises(AccessError):
                plan.write(values)
        with self.assertRaises(AccessError):
            plan.instalment_ids[0].paid = 300
        with self.assertRaises(AccessError):
            plan.item_ids[0].principal = 1
        with self.assertRaises(AccessError):
            plan.create({"case_id": self.case.id, "state": "agreed"})

    def test_signed_twice(self):
        plan = self.signed()
        with self.assertRaisesRegex(UserError, "no longer open to signature"):
            plan._attach_signed("Martin", AS_OF, "b.pdf", PDF)

    def test_scan_is_looked_at(self):
        plan = self.proposed()
        with self.assertRaisesRegex(UserError, "cannot be kept"):
            plan._attach_signed("Martin", AS_OF, "accord.pdf", b"MZ not a pdf")
        with self.assertRaisesRegex(UserError, "between the proposal"):
            plan._attach_signed("Martin", in_days(1), "accord.pdf", PDF)

    def test_signature_on_the_portal_keeps_its_evidence(self):
        plan = self.proposed()
        now = datetime(2026, 3, 17, 20, 15)
        plan._sign("Jeanne  Martin", PIXEL, "203.0.113.7", now, "Bon pour accord")
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "agreed",
                    "signed_name": "Jeanne Martin",
                    "signed_date": date(2026, 3, 17),
                    "signed_at": now,
                    "signature_ip": "203.0.113.7",
                    "signature_mention": "Bon pour accord",
                }
            ],
        )
        self.assertNotEqual(plan.pdf_sha256, plan.proposal_sha256)
        html = str(self._html(plan))
        self.assertIn("203.0.113.7", html)
        self.assertIn("21 h 15", html)
        with self.assertRaisesRegex(UserError, "no longer open"):
            plan._sign("Jeanne Martin", PIXEL, "203.0.113.7", now)

    def test_too_late_to_sign(self):
        plan = self.proposed()
        with self.assertRaisesRegex(UserError, "in the past"):
            plan._sign("Martin", PIXEL, "203.0.113.7", datetime(2026, 4, 2, 8))

    def test_proposal_taken_back_is_a_new_version(self):
        plan = self.proposed()
        plan.action_take_back()
        plan.write({"count": 2})
        plan.action_spread()
        plan.action_propose()
        self.assertRecordValues(
            plan, [{"name": "ECH/2026/0001", "version": 2, "state": "proposed"}]
        )

    # ------------------------------------------------------------------ the document

    def test_agreement_says_what_the_law_wants(self):
        html = str(self._html(self.proposed()))
        for words in (
            "reconnaît devoir", "neuf cents euros", "2240", "1305-4", "1330",
            "L.\N{NO-BREAK SPACE}111-3", "FR76 3000", "ECH/2026/0001",
            "Boulangerie Martin", "1er\N{NO-BREAK SPACE}avril 2026",
        ):  # fmt: skip
            with self.subTest(words):
                self.assertIn(words, html)
        self.assertNotIn("1376", html)

    def test_consumer_writes_the_amount_by_hand(self):
        self.case.profile = "consumer"
        html = str(self._html(self.proposed()))
        self.assertIn("1376", html)
        self.assertIn("mise en demeure restée sans effet", html)
        self.assertNotIn("441-10", html)

    def test_waiver_is_conditional(self):
        html = str(self._html(self.proposed(penalties="waived")))
        self.assertIn("renonce", html)
        self.assertIn("caduque", html)
