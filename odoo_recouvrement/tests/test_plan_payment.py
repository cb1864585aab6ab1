from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .plan import FIRST, PDF, SECOND, PlanCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestPlanPayment(PlanCase):
    """Payments and penalties of a plan, read from the ledger."""

    # ---------------------------------------------------------------------- payments

    def test_payments_fill_the_oldest_instalments(self):
        plan = self.signed()
        self.receive_on(self.invoice, 400, FIRST)
        self.assertEqual(plan.instalment_ids.mapped("paid"), [300, 100, 0])
        self.assertRecordValues(
            plan,
            [
                {
                    "received": 400,
                    "left": 500,
                    "progress": 44.44,
                    "next_date": SECOND,
                    "next_amount": 200,
                    "is_late": False,
                }
            ],
        )

    def test_everything_paid_keeps_the_plan(self):
        plan = self.signed()
        hold = plan.hold_id
        self.receive_on(self.invoice, 600, FIRST)
        self.receive_on(self.other, 300, SECOND)
        self.assertRecordValues(
            plan, [{"state": "kept", "closed_date": SECOND, "progress": 100}]
        )
        self.assertFalse(hold.active)

    def test_paid_before_the_signature_counts_once(self):
        self.pay(self.invoice, 100)
        plan = self.signed()
        self.assertEqual(plan.total, 800)
        self.assertEqual(plan.received, 0)

    def test_paid_between_proposal_and_signature(self):
        plan = self.proposed()
        self.receive_on(self.invoice, 100, AS_OF)
        plan._attach_signed("Martin", AS_OF, "a.pdf", PDF)
        self.assertEqual(plan.received, 100)

    def test_payment_that_comes_back_reopens_the_plan(self):
        plan = self.signed(self.invoice)
        self.receive_on(self.invoice, 600, AS_OF)
        self.assertEqual(plan.state, "kept")
        self.items(self.invoice).remove_move_reconcile()
        self.env.cr.precommit.run()
        self.assertRecordValues(plan, [{"state": "agreed", "received": 0}])
        self.assertTrue(plan.hold_id.active)

    def test_credit_note_shortens_the_end(self):
        plan = self.signed(self.invoice)
        self.credit(self.invoice, 250)
        self.assertEqual(plan.instalment_ids.mapped("left"), [200, 150, 0])
        self.assertEqual(plan.instalment_ids.mapped("state"), ["open", "open", "paid"])
        self.assertEqual(plan.state, "agreed")

    def credit(self, invoice, amount):
        note = self.make_invoice(amount, due=AS_OF, move_type="out_refund")
        self.items(invoice, note).reconcile()
        self.env.cr.precommit.run()

    def test_everything_credited_ends_the_plan(self):
        plan = self.signed(self.invoice)
        self.credit(self.invoice, 600)
        self.assertEqual(plan.state, "kept")

    # --------------------------------------------------------------------- penalties

    def penalties(self, kind="waived"):
        return self.env["recouvrement.penalty"].search(
            [("move_line_id", "=", self.items(self.invoice).id), ("kind", "=", kind)]
        )

    def test_waiver_waits_for_the_plan_to_be_kept(self):
        plan = self.signed(self.invoice, penalties="waived")
        self.assertEqual(plan.total, 600)
        self.assertFalse(self.penalties())
        self.receive_on(self.invoice, 600, FIRST)
        self.assertEqual(plan.state, "kept")
        waived = self.penalties()
        self.assertEqual(set(waived.mapped("nature")), {"interest", "fee"})
        self.assertRecordValues(
            waived,
            [
                {
                    "state": "done",
                    "author_id": self.collector.id,
                    "reason": plan.name,
                    "date": FIRST,
                }
            ]
            * 2,
        )

    def test_waiver_goes_when_the_payment_comes_back(self):
        plan = self.signed(self.invoice, penalties="waived")
        self.receive_on(self.invoice, 600, FIRST)
        self.items(self.invoice).remove_move_reconcile()
        self.env.cr.precommit.run()
        self.assertEqual(plan.state, "agreed")
        self.assertEqual(sum(self.penalties().mapped("balance")), 0)

    def test_broken_plan_waives_nothing(self):
        plan = self.signed(self.invoice, penalties="waived")
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "broken")
        self.assertFalse(self.penalties())

    def test_waiver_above_the_ceiling_is_a_managers(self):
        self.company.recouvrement_waiver_ceiling = 10
        plan = self.draft(penalties="waived")
        with self.assertRaisesRegex(UserError, "ask a manager"):
            plan.action_propose()
        plan.with_user(self.manager).action_propose()
        self.assertEqual(plan.agreed_user_id, self.manager)

    def test_company_that_waives_nothing(self):
        self.company.recouvrement_waiver_forbidden = True
        with self.assertRaisesRegex(UserError, "does not waive"):
            self.proposed(penalties="waived")
        html = str(self._html(self.proposed(penalties="included")))
        self.assertIn("reste dû", html)

    def test_included_penalties_are_paid_beyond_the_principal(self):
        plan = self.signed(self.invoice, penalties="included")
        extra = plan.interest + plan.fee
        self.receive_on(self.invoice, 600, FIRST)
        self.assertEqual(plan.state, "agreed")
        self.assertAlmostEqual(plan.left, extra)
        self.receive(extra, day=FIRST)
        with freeze_time("2026-04-01 09:30:00"):
            plan._judge(FIRST)
        self.assertEqual(plan.state, "kept")
        # What came after the proposal is given up; what was included stays to invoice.
        waived = sum(self.penalties().mapped("balance"))
        self.assertGreater(waived, 0)
        standing = self.env["recouvrement.penalty"]._standings(
            self.items(self.invoice), FIRST
        )[self.items(self.invoice).id]
        self.assertAlmostEqual(float(standing.interest.free), plan.interest)
        self.assertEqual(standing.fee.free, 40)

    def test_signature_acknowledges_the_debt(self):
        item = self.items(self.invoice)
        self.env["recouvrement.limitation"]._refresh(item)
        before = item.recouvrement_limitation_date
        plan = self.signed(self.invoice)
        event = self.env["recouvrement.limitation.event"].search(
            [("case_id", "=", self.case.id)]
        )
        self.assertRecordValues(
            event,
            [
                {
                    "kind": "acknowledgement",
                    "day": AS_OF,
                    "state": "counted",
                    "move_line_ids": item.ids,
                    "proof_ids": plan.scan_id.ids,
                    "user_id": self.collector.id,
                }
            ],
        )
        self.assertGreater(item.recouvrement_limitation_date, before)

    # ------------------------------------------------------------------- many plans

    def test_judging_a_hundred_plans_costs_what_ten_do(self):
        counts = []
        for size in (10, 100):
            debtors = [self.make_debtor(f"Debtor {size} {n}") for n in range(size)]
            invoices = [self.make_invoice(90, partner=one) for one in debtors]
            # What they look like on paper is not the point here.
            documents = type(self.env["recouvrement.plan.document"])
            with patch.object(documents, "_print", lambda *_args: PDF):
                plans = self.env["recouvrement.plan"].union(
                    *(self.signed(invoice) for invoice in invoices)
                )
            for invoice in invoices[::2]:
                self.pay(invoice, 30, AS_OF)
            self.env.cr.precommit.run()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            plans._judge(in_days(10))
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
