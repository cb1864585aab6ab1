from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .call import CallCase, at
from .common import NOW
from .story import in_days


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCall(CallCase):
    # ------------------------------------------------------------------ the screen

    def test_screen_says_who_calls_about_what_and_that_it_is_no_offer(self):
        form = self.screen()
        script = form.script.replace("\u202f", " ").replace("\xa0", " ")
        self.assertIn(self.invoice.name, script)
        self.assertIn("1 000,00 €", script)
        self.assertIn("Atelier Rivage SAS", script)
        self.assertIn("Recovery collector", script)
        self.assertIn("ce n’est pas un appel commercial", script)
        self.assertEqual(form.phone, self.debtor.phone)
        self.assertEqual(form.move_line_ids[:], self.item)
        self.assertFalse(form.refusal)

    def test_script_of_each_profile(self):
        for profile, words in (
            ("consumer", "sans aucun frais"),
            ("public", "Chorus Pro"),
            ("business", "pas un appel commercial"),
        ):
            self.case.profile = profile
            self.policy.profile = profile
            self.policy.level_ids.template_ids = False
            with self.subTest(profile):
                self.assertIn(words, self.case._script(self.debtor))

    def test_contact_of_the_file_is_called_first(self):
        contact = self.make_debtor(
            "Mme Roux", parent_id=self.debtor.id, is_company=False, phone="+33477000001"
        )
        self.case.contact_ids = [
            (0, 0, {"partner_id": contact.id, "role": "accounts_payable"})
        ]
        form = self.screen()
        self.assertEqual((form.contact_id, form.phone), (contact, "+33477000001"))

    # ----------------------------------------------------------------- each outcome

    def test_promise(self):
        call = self.call("promise", promise_date=in_days(7), note="By transfer")
        self.assertRecordValues(
            call.promise_id,
            [
                {
                    "amount": 1000,
                    "date": in_days(7),
                    "channel": "call",
                    "user_id": self.collector.id,
                    "move_line_ids": self.item.ids,
                }
            ],
        )
        self.assertIn("By transfer", " ".join(self.case.message_ids.mapped("body")))

    def test_dispute_of_a_part(self):
        reason = self.env.ref("odoo_recouvrement.dispute_reason_price")
        call = self.call("dispute", reason_id=reason, amount=200, note="Discount")
        self.assertRecordValues(
            call.dispute_id,
            [{"amount": 200, "reason_id": reason.id, "description": "Discount"}],
        )

    def test_dispute_falls_on_the_oldest_item_that_owes_it(self):
        older = self.make_invoice(50, days=30)
        reason = self.env.ref("odoo_recouvrement.dispute_reason_price")
        call = self.call("dispute", reason_id=reason, amount=200)
        self.assertEqual(call.dispute_id.move_line_ids, self.item)
        self.assertEqual(older.payment_state, "not_paid")

    def test_payment_on_its_way_leaves_it_time_to_arrive(self):
        self.call("paid", note="VIR 7781")
        self.assertRecordValues(
            self.case.hold_ids, [{"kind": "hold", "date_end": in_days(5)}]
        )

    def test_invoice_not_received_is_sent_again(self):
        call = self.call("not_received")
        self.assertTrue(call.is_resent)
        self.assertEqual(self.invoice.sending_data["sending_methods"], ["email"])
        self.assertTrue(self.invoice.is_being_sent)
        self.assertEqual(self.case.hold_ids.date_end, in_days(5))

    def test_call_back_has_its_day_and_hour(self):
        self.call("callback", callback_date=at(1, 13, 30))
        [task] = self.case.activity_ids
        self.assertEqual(task.date_deadline, in_days(1))
        self.assertIn("14:30", task.summary)
        self.run_as_of(in_days(1))
        self.assertTrue(self.case.has_to_do)

    def test_call_back_is_done_by_the_call(self):
        """Nobody ticks the task: calling on that day does it, even to a machine."""
        self.call("callback", callback_date=at(1, 10))
        self.call("voicemail")
        self.assertTrue(self.case.activity_ids, "not yet the day")
        with freeze_time(at(1, 10)):
            self.call("voicemail")
        self.assertFalse(self.case.activity_ids)

    def test_call_back_is_done_when_somebody_is_reached_before(self):
        self.call("callback", callback_date=at(1, 10))
        self.call("callback", callback_date=at(2, 10))
        [task] = self.case.activity_ids
        self.assertEqual(task.date_deadline, in_days(2), "the last one asked")

    def test_call_back_at_night_says_when_instead(self):
        with self.assertRaisesRegex(ValidationError, "Next allowed moment: Tuesday 17"):
            self.call("callback", callback_date=at(0, 22))
        with self.assertRaisesRegex(ValidationError, "is for later"):
            self.call("callback", callback_date=at(-1))

    def test_attempts_are_counted_and_raise_nothing(self):
        self.run_as_of()
        for kind in ("voicemail", "unreachable"):
            call = self.call(kind)
            self.assertFalse(call.counts_as_reminder)
        self.assertEqual(self.case.call_text, "2 attempt(s), no answer")
        self.assertEqual(self.reminders(self.invoice).state, "draft", "to be made")
        self.call("refusal")
        self.case.invalidate_recordset()
        self.assertIn("Answered on", self.case.call_text)

    def test_wrong_number_is_marked_until_it_is_corrected(self):
        self.call("wrong_number")
        [wish] = self.case.preference_ids
        self.assertEqual((wish.kind, wish.value), ("wrong", "+33612345678"))
        self.assertTrue(self.case.has_contact_problem)
        self.assertFalse(self.screen().phone)
        self.debtor.phone = "+33612345679"
        self.assertEqual(self.screen().phone, "+33612345679")

    def test_plan_asked_for_is_a_draft_and_a_task(self):
        call = self.call("plan", instalments=4, instalment_date=in_days(20))
        plan = call.plan_id
        self.assertRecordValues(
            plan,
            [{"state": "draft", "total": 1000, "user_id": self.collector.id}],
        )
        self.assertEqual(plan.move_line_ids, self.item)
        parts = plan.instalment_ids
        self.assertEqual(parts.mapped("amount"), [250] * 4)
        self.assertEqual(parts[0].due_date, in_days(20))
        self.assertIn("payment plan", self.case.activity_ids.mapped("summary")[-1])
        self.assertEqual(self.case.hold_ids.date_end, in_days(5))
        plan.with_user(self.collector).action_propose()
        self.assertEqual(plan.state, "proposed")

    def test_plan_begins_as_one_opened_by_hand(self):
        form = self.screen()
        form.outcome_id = self.outcome("plan")
        self.assertEqual((form.instalments, form.instalment_date), (3, in_days(15)))
        form.outcome_id = self.outcome("refusal")
        self.assertFalse(form.save().plan_id)

    def test_second_plan_on_the_same_items_is_refused(self):
        plan = self.call("plan").plan_id
        with self.assertRaisesRegex(ValidationError, "draft plan of 3 instalments"):
            self.call("plan")
        plan.with_user(self.collector).action_propose()
        with self.assertRaisesRegex(ValidationError, f"in the plan {plan.name}"):
            self.call("plan")
        self.assertEqual(self.env["recouvrement.plan"].search_count([]), 1)

    def test_plan_that_cannot_be_is_refused_and_the_call_is_not_noted(self):
        with self.assertRaisesRegex(ValidationError, "is in the past"):
            self.call("plan", instalment_date=in_days(-2))
        with self.assertRaisesRegex(UserError, "too many"):
            self.call("plan", instalments=500)
        self.pay(self.invoice)
        form = self.screen()
        form.outcome_id = self.outcome("plan")
        with self.assertRaisesRegex(ValidationError, "Nothing is left to pay"):
            form.save()

    def test_own_outcome(self):
        self.env["recouvrement.call.outcome"].with_user(self.manager).create(
            {"name": "Hung up", "key": "r", "kind": "other"}
        )
        form = self.screen()
        form.outcome_id = self.env["recouvrement.call.outcome"].search(
            [("key", "=", "r")]
        )
        self.assertEqual(form.save().kind, "other")
