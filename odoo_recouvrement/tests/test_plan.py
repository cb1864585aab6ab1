"""Payment plans, told as stories: proposed, signed, paid, missed, reinstated."""

import base64
from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..report.plan import agreement_html
from .common import AS_OF
from .story import StoryCase, in_days

MONDAY = AS_OF
FIRST, SECOND, THIRD = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
PDF = b"%PDF-1.7 signed copy"
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQAB"
        "h6FO1AAAAABJRU5ErkJggg=="
    )
)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestPlan(StoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(600, days=20)
        cls.other = cls.make_invoice(300, days=10)
        cls.run_as_of()
        cls.case = cls.case_of()

    # ------------------------------------------------------------------- the story

    def draft(self, *moves, user=None, **terms):
        plans = self.env["recouvrement.plan"].with_user(user or self.collector)
        lines = self.items(*(moves or (self.invoice, self.other)))
        values = {"count": 3, "first_day": FIRST, **terms}
        case = self.case_of(lines.partner_id.commercial_partner_id)
        return plans.create(plans._propose(case, lines, **values))

    def proposed(self, *moves, **terms):
        plan = self.draft(*moves, **terms)
        plan.action_propose()
        return plan

    def signed(self, *moves, **terms):
        plan = self.proposed(*moves, **terms)
        plan._attach_signed("Jeanne Martin", AS_OF, "accord.pdf", PDF)
        return plan

    def receive_on(self, invoice, amount, day):
        with freeze_time(datetime.combine(day, datetime.min.time())):
            self.pay(invoice, amount, day)
            self.env.cr.precommit.run()

    def cron(self, day, hour=9):
        with freeze_time(datetime(day.year, day.month, day.day, hour, 30)):
            self.env["recouvrement.plan"]._cron_plans()
        self.env.flush_all()

    def mails(self, plan):
        return self.env["mail.message"].search(
            [
                ("model", "=", "recouvrement.case"),
                ("res_id", "=", plan.case_id.id),
                ("message_type", "=", "email_outgoing"),
                ("subject", "like", plan.name),
            ],
            order="id",
        )

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

    def _html(self, plan):
        documents = self.env["recouvrement.plan.document"]
        return agreement_html(self.env, documents._agreement(plan))

    def test_agreement_says_what_the_law_wants(self):
        html = str(self._html(self.proposed()))
        for words in (
            "reconnaît devoir", "neuf cents euros", "2240", "1305-4", "1330",
            "L. 111-3", "FR76 3000", "ECH/2026/0001", "Boulangerie Martin",
            "1er avril 2026",
        ):  # fmt: skip
            with self.subTest(words):
                self.assertIn(words, html)
        self.assertNotIn("1376", html)

    def test_consumer_writes_the_amount_by_hand(self):
        self.case.profile = "consumer"
        html = str(self._html(self.proposed()))
        self.assertIn("1376", html)
        self.assertIn("mise en demeure restée sans effet", html)
        self.assertNotIn("L. 441-10", html)

    def test_waiver_is_conditional(self):
        html = str(self._html(self.proposed(penalties="waived")))
        self.assertIn("renonce", html)
        self.assertIn("caduque", html)

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

    # ------------------------------------------------------------------------ missed

    def test_missed_instalment_breaks_the_plan_after_its_grace(self):
        self.prove(self.reminders(self.invoice))
        before = self.items(self.invoice).recouvrement_level_id
        self.assertTrue(before)
        plan = self.signed()
        self.cron(FIRST + timedelta(days=5))
        self.assertRecordValues(plan, [{"state": "agreed", "is_late": True}])
        self.cron(FIRST + timedelta(days=6))
        self.assertRecordValues(
            plan, [{"state": "broken", "closed_date": FIRST + timedelta(days=6)}]
        )
        self.assertEqual(
            plan.instalment_ids.mapped("state"), ["missed", "open", "open"]
        )
        self.assertFalse(plan.hold_id.active)
        self.assertEqual(self.items(self.invoice).recouvrement_level_id, before)
        self.assertTrue(plan.pdf_id and plan.scan_id)
        activity = self.case.activity_ids
        self.assertRecordValues(
            activity,
            [
                {
                    "activity_type_id": self.env.ref(
                        "odoo_recouvrement.mail_activity_type_broken_plan"
                    ).id,
                    "user_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(self.case.rank_factors["broken_plan"], 35)
        self.assertTrue(self.case.has_to_do)
        self.run_as_of(FIRST + timedelta(days=6))
        self.assertDecided(self.invoice, "to_remind")

    def test_dealing_with_the_task_takes_the_points_away(self):
        self.signed()
        self.cron(FIRST + timedelta(days=6))
        self.case.activity_ids.with_user(self.collector).action_feedback("Called")
        self.case._refresh()
        self.assertNotIn("broken_plan", self.case.rank_factors)

    def test_old_bank_statement_breaks_nothing(self):
        plan = self.signed()
        self.company.recouvrement_bank_max_age = 3
        self.bank_statement(AS_OF)
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "agreed")
        self.assertFalse(self.mails(plan))
        self.bank_statement(FIRST + timedelta(days=6))
        self.cron(FIRST + timedelta(days=7))
        self.assertEqual(plan.state, "broken")

    def test_payment_waiting_to_be_matched_breaks_nothing(self):
        plan = self.signed()
        self.receive(300, day=FIRST)
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "agreed")
        self.assertFalse(
            self.mails(plan).filtered(lambda mail: "not received" in mail.subject)
        )

    def test_disputed_item_asks_for_a_decision(self):
        plan = self.signed()
        self.suspend("dispute", until=in_days(60), move_line_ids=self.items(self.other))
        for days in (6, 7):
            self.cron(FIRST + timedelta(days=days))
        self.assertEqual(plan.state, "agreed")
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertIn("disputed", self.case.activity_ids.summary)

    def test_insolvent_debtor_is_left_alone(self):
        plan = self.signed()
        self.case.insolvency_date = in_days(3)
        self.cron(FIRST - timedelta(days=2))
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "agreed")
        self.assertFalse(self.mails(plan))

    def test_collector_breaks_a_missed_plan_only(self):
        plan = self.signed()
        with self.assertRaisesRegex(UserError, "it holds"):
            self.decide(plan, "break", "They will not pay")
        with freeze_time("2026-04-03 09:00:00"):
            self.decide(plan, "break", "They will not pay")
        self.assertRecordValues(
            plan, [{"state": "broken", "closed_reason": "They will not pay"}]
        )

    def decide(self, plan, decision, reason, user=None, **values):
        wizards = self.env["recouvrement.plan.decide"].with_user(user or self.collector)
        return wizards.create(
            {"plan_id": plan.id, "decision": decision, "reason": reason, **values}
        ).action_apply()

    def test_manager_reinstates_with_a_reason(self):
        plan = self.signed()
        self.cron(FIRST + timedelta(days=6))
        with freeze_time("2026-04-08 09:00:00"):
            last = date(2026, 4, 15)
            with self.assertRaises(AccessError):
                self.decide(plan, "reinstate", "Bank was late", until=last)
            with self.assertRaisesRegex(UserError, "at the latest"):
                self.decide(
                    plan, "reinstate", "Late", self.manager, until=date(2026, 5, 2)
                )
            self.decide(plan, "reinstate", "Bank was late", self.manager, until=last)
        self.assertRecordValues(plan, [{"state": "agreed", "next_date": last}])
        self.assertTrue(plan.hold_id.active)
        self.cron(date(2026, 4, 20))
        self.assertEqual(plan.state, "agreed")
        self.cron(date(2026, 4, 21))
        self.assertEqual(plan.state, "broken")

    def test_new_version_takes_over(self):
        plan = self.signed()
        hold = plan.hold_id
        self.receive_on(self.invoice, 300, FIRST)
        action = plan.action_new_version()
        version = self.env["recouvrement.plan"].browse(action["res_id"])
        version = version.with_user(self.collector)
        self.assertEqual(version.total, 600)
        version.action_propose()
        version._attach_signed("Martin", AS_OF, "b.pdf", PDF)
        self.assertRecordValues(
            plan + version,
            [{"state": "cancelled"}, {"state": "agreed"}],
        )
        self.assertIn(version.name, plan.closed_reason)
        self.assertFalse(hold.active)
        self.assertTrue(version.hold_id.active)

    def test_signed_plan_is_cancelled_by_a_manager(self):
        plan = self.signed()
        with self.assertRaises(AccessError):
            self.decide(plan, "cancel", "Agreed on the phone")
        self.decide(plan, "cancel", "Agreed on the phone", self.manager)
        self.assertRecordValues(
            plan, [{"state": "cancelled", "closed_reason": "Agreed on the phone"}]
        )
        self.assertFalse(plan.hold_id.active)

    # ---------------------------------------------------------------------- messages

    def test_reminder_before_each_instalment_once(self):
        plan = self.signed()
        self.cron(date(2026, 3, 28))
        self.assertFalse(self.mails(plan))
        self.cron(date(2026, 3, 30), hour=3)  # before the hours
        self.assertFalse(self.mails(plan))
        for _twice in range(2):
            self.cron(date(2026, 3, 30))
        mail = self.mails(plan)
        self.assertEqual(len(mail), 1)
        self.assertIn("300,00", mail.body)
        self.assertIn("ECH/2026/0001", mail.subject)
        self.assertEqual(mail.partner_ids, self.debtor)
        self.assertEqual(
            plan.instalment_ids.mapped("reminded_date"),
            [date(2026, 3, 30), False, False],
        )

    def test_no_reminder_for_what_is_paid_or_not_wanted(self):
        paid = self.signed(self.invoice)
        unwanted = self.signed(self.other)
        unwanted.has_reminders = False
        self.receive_on(self.invoice, 200, AS_OF)
        self.cron(date(2026, 3, 30))
        self.assertFalse(self.mails(paid) + self.mails(unwanted))

    def test_opted_out_address_is_not_written_to(self):
        plan = self.signed()
        self.env["mail.blacklist"]._add(self.debtor.email)
        self.env.invalidate_all()
        self.cron(date(2026, 3, 30))
        self.assertFalse(self.mails(plan))
        self.assertTrue(plan.instalment_ids[0].reminded_date)

    def test_notice_of_a_missed_instalment_in_its_grace(self):
        plan = self.signed()
        self.cron(date(2026, 4, 2))
        self.cron(date(2026, 4, 3))
        self.assertEqual(
            [mail.subject for mail in self.mails(plan)],
            ["Échéance non reçue – ECH/2026/0001"],
        )
        self.assertIn("6 avril 2026", self.mails(plan).body)

    def test_proposal_is_sent_with_its_document(self):
        plan = self.draft()
        plan.action_send()
        [mail] = self.mails(plan)
        self.assertEqual(mail.attachment_ids, plan.proposal_id)
        self.assertEqual(plan.state, "proposed")
        self.debtor.email = False
        with self.assertRaisesRegex(UserError, "print the proposal"):
            plan.action_send()

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
