from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import AS_OF
from .plan import FIRST, PDF, SECOND, THIRD, PlanCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestPlan(PlanCase):
    # ------------------------------------------------------------------- proposing

    def test_collector_proposes_three_instalments(self):
        plan = self.draft()
        self.assertRecordValues(
            plan, [{"state": "draft", "total": 900, "principal": 900, "name": False}]
        )
        self.assertEqual(
            [(part.due_date, part.amount) for part in plan.instalment_ids],
            [(FIRST, 300), (SECOND, 300), (THIRD, 300)],
        )
        plan.action_propose()
        self.assertRecordValues(
            plan, [{"state": "proposed", "name": "ECH/2026/0001", "left": 900}]
        )
        self.assertTrue(plan.proposal_id.raw.startswith(b"%PDF"))
        self.assertRecordValues(
            plan.item_ids,
            [
                {"invoice_name": self.invoice.name, "principal": 600, "already": 0},
                {"invoice_name": self.other.name, "principal": 300, "already": 0},
            ],
        )

    def test_form_previews_the_schedule_as_it_is_typed(self):
        action = self.case.with_user(self.collector).action_propose_plan()
        plans = self.env["recouvrement.plan"].with_user(self.collector)
        with Form(plans.with_context(**action["context"])) as form:
            form.first_date = FIRST
            self.assertEqual(len(form.instalment_ids), 3)
            form.mode = "amount"
            form.amount = 400
            self.assertEqual(len(form.instalment_ids), 3)
            self.assertEqual(form.instalment_ids.edit(2).amount, 100)
            with form.instalment_ids.edit(2) as part:
                part.amount = 90
            self.assertIn("10.00", form.problem_text)
            with form.instalment_ids.edit(2) as part:
                part.amount = 100
            self.assertFalse(form.problem_text)
        self.assertEqual(form.record.total, 900)

    def test_penalties_included_are_counted_to_the_day(self):
        plan = self.draft(penalties="included")
        statements = self.env["recouvrement.statement"]._statements(
            self.items(self.invoice, self.other), AS_OF
        )
        interest = sum(float(one.statement.interest_due) for one in statements.values())
        self.assertAlmostEqual(plan.interest, interest)
        self.assertGreater(plan.interest, 0)
        self.assertEqual(plan.fee, 80)
        self.assertAlmostEqual(sum(plan.instalment_ids.mapped("amount")), plan.total)

    def test_what_cannot_be_agreed_is_refused_in_words(self):
        for terms, words in (
            ({"count": 70}, "too many"),
            ({"first_day": in_days(-1)}, "in the past"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.proposed(**terms)
        plan = self.draft()
        plan.instalment_ids[0].amount = 200
        with self.assertRaisesRegex(UserError, "100.00.*is missing"):
            plan.action_propose()

    def test_payment_between_the_screen_and_the_button(self):
        plan = self.draft()
        self.pay(self.other)
        with self.assertRaisesRegex(UserError, "too much"):
            plan.action_propose()
        plan.action_spread()
        self.assertEqual(plan.instalment_ids.mapped("amount"), [200, 200, 200])
        plan.action_propose()
        self.assertEqual(plan.total, 600)

    def test_two_plans_on_one_item(self):
        self.proposed(self.invoice)
        with self.assertRaisesRegex(UserError, "already in the plan ECH/2026/0001"):
            self.proposed()

    def test_two_collectors_sign_on_one_item(self):
        """Both were proposed at the same second: the first signature wins."""
        first = self.draft(self.invoice)
        second = self.draft()
        first.action_propose()
        second.sudo().write({"state": "proposed", "proposed_date": AS_OF, "name": "X"})
        self.env["recouvrement.plan.item"].sudo().create(
            [second.sudo()._item_vals(line, 1, 0, 0) for line in second.move_line_ids]
        )
        first._attach_signed("Martin", AS_OF, "a.pdf", PDF)
        with self.assertRaisesRegex(UserError, "agreed plan ECH/2026/0001"):
            second._attach_signed("Martin", AS_OF, "a.pdf", PDF)

    def test_disputed_item_is_not_acknowledged(self):
        self.suspend("dispute", move_line_ids=self.items(self.other))
        with self.assertRaisesRegex(UserError, "is disputed"):
            self.proposed()
        self.proposed(self.invoice)

    def test_one_currency(self):
        dollars = self.make_invoice(50, currency_id=self.env.ref("base.USD").id)
        self.env.ref("base.USD").active = True
        with self.assertRaisesRegex(UserError, "one currency"):
            self.draft(self.invoice, dollars)
        plan = self.draft()
        with self.assertRaisesRegex(ValidationError, "one currency"):
            plan.move_line_ids = [Command.link(self.items(dollars).id)]

    def test_item_of_somebody_else(self):
        stranger = self.make_invoice(50, partner=self.make_debtor("Stranger"))
        plan = self.draft()
        with self.assertRaisesRegex(ValidationError, "not owed by"):
            plan.move_line_ids = [Command.link(self.items(stranger).id)]

    def test_the_law_is_told(self):
        plan = self.draft(count=30)
        self.assertIn("1343-5", plan.remark_text)
        self.case.profile = "consumer"
        self.assertIn("1376", self.draft().remark_text)
        self.case.profile = "public"
        self.assertIn("L2192-13", self.draft(penalties="waived").remark_text)

    # ----------------------------------------------------------------------- roles

    def test_reader_sees_and_does_not_act(self):
        plan = self.proposed().with_user(self.reader)
        self.assertEqual(plan.total, 900)
        self.assertTrue(plan.action_print()["url"])
        actions = {
            "propose": plan.action_propose,
            "send": plan.action_send,
            "back": plan.action_take_back,
            "version": plan.action_new_version,
            "sign": lambda: plan._attach_signed("X", AS_OF, "a.pdf", PDF),
            "create": self.case.with_user(self.reader).action_propose_plan,
        }
        for name, action in actions.items():
            with self.subTest(name), self.assertRaises(AccessError):
                action()
