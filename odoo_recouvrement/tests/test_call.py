from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import AS_OF, NOW
from .story import StoryCase, in_days


def at(days=0, hour=9, minute=30):
    """A moment in UTC; in March, Paris is an hour later."""
    return datetime.combine(in_days(days), datetime.min.time()) + timedelta(
        hours=hour, minutes=minute
    )


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCall(StoryCase):
    """A collector calls: what is said is noted, and what follows is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_level(cls.policy, 10, "TEL", ["call"], is_automatic=False)
        cls.invoice = cls.make_invoice(1000, days=12)
        cls.start_at("R1", cls.invoice)
        cls.case = cls.case_of()
        cls.item = cls.items(cls.invoice)
        cls.item._recouvrement_refresh_levels()

    @classmethod
    def outcome(cls, kind):
        return cls.env.ref(f"odoo_recouvrement.outcome_{kind}")

    def screen(self, user=None, case=None):
        """The call screen as it opens."""
        case = (case or self.case).with_user(user or self.collector)
        action = case.action_open_call()
        calls = self.env["recouvrement.call"].with_user(user or self.collector)
        return Form(calls.with_context(**action["context"]))

    def call(self, kind, **values):
        """A call from the screen, with what its outcome asks for."""
        form = self.screen()
        form.outcome_id = self.outcome(kind)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

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
        self.assertIn("answered on", self.case.call_text)

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

    # --------------------------------------------------------- it counts as a reminder

    def test_call_that_counts_proves_the_call_of_its_level(self):
        self.run_as_of()
        reminder = self.reminders(self.invoice)
        self.assertEqual((reminder.channel, reminder.state), ("call", "draft"))
        call = self.call("refusal")
        self.assertEqual(call.reminder_id, reminder)
        self.assertEqual(reminder.state, "proved")
        self.assertTrue(reminder.name, "numbered and frozen, as any reminder")
        self.assertIn(self.invoice.name, reminder.text)
        self.assertEqual(self.item.recouvrement_level_id.code, "TEL")
        self.assertEqual(self.item.recouvrement_contact_date, AS_OF)

    def test_call_that_waits_in_the_activities_is_done_by_the_screen(self):
        self.run_as_of()
        reminder = self.reminders(self.invoice)
        reminder.action_confirm()
        self.dispatch()
        task = reminder.activity_id
        self.assertTrue(task)
        self.call("promise", promise_date=in_days(3))
        self.assertEqual(reminder.state, "proved")
        self.assertFalse(task.active)

    def test_unticked_no_level_rises(self):
        self.run_as_of()
        form = self.screen()
        form.outcome_id = self.outcome("refusal")
        self.assertTrue(form.counts_as_reminder)
        form.counts_as_reminder = False
        call = form.save()
        self.assertFalse(call.reminder_id)
        self.assertEqual(self.item.recouvrement_level_id.code, "R1")

    def test_call_replaces_the_message_that_waits(self):
        """R2 waits to leave by e-mail and letter: the call says it instead."""
        later = self.make_invoice(500, days=20, partner=self.make_debtor("Autre"))
        case = self.case_of(later.partner_id)
        tel = self.policy.level_ids.filtered(lambda level: level.code == "TEL")
        self.items(later).recouvrement_opening_level_id = tel
        self.items(later)._recouvrement_refresh_levels()
        self.run_as_of()
        messages = self.reminders(later)
        self.assertEqual(set(messages.mapped("level_id.code")), {"R2"})
        form = self.screen(case=case)
        form.outcome_id = self.outcome("refusal")
        call = form.save()
        self.assertEqual(call.reminder_id.channel, "call")
        self.assertEqual(call.reminder_id.state, "proved")
        self.assertEqual(set(messages.mapped("state")), {"cancelled"})
        self.assertEqual(self.items(later).recouvrement_level_id.code, "R2")

    def test_without_a_step_due_a_call_is_noted_and_counts_for_nothing(self):
        form = self.screen()
        form.outcome_id = self.outcome("refusal")
        self.assertFalse(form.counts_as_reminder)
        self.assertIn("No step is due", form.counts_text)
        self.assertFalse(form.save().reminder_id)

    def test_paid_since_the_screen_was_opened_the_call_counts_for_nothing(self):
        self.run_as_of()
        form = self.screen()
        form.outcome_id = self.outcome("refusal")
        self.pay(self.invoice)
        self.env.cr.precommit.run()
        call = form.save()
        self.assertFalse(call.counts_as_reminder)
        self.assertFalse(self.reminders(self.invoice), "nothing is left to say")

    # -------------------------------------------------------------- hours and caps

    def test_refused_outside_the_hours_and_says_when_next(self):
        self.case.profile = "consumer"
        with freeze_time(at(0, 12, 30)):  # 13:30 in Paris
            form = self.screen()
            self.assertIn("between 10:00–13:00, 14:00–20:00", form.refusal)
            self.assertIn("Monday 16 March 14:00", form.refusal)
            form.outcome_id = self.outcome("refusal")
            with self.assertRaisesRegex(ValidationError, "Next allowed moment"):
                form.save()

    def test_the_debtor_may_call_at_any_hour(self):
        self.case.profile = "consumer"
        with freeze_time(at(-1, 20)):  # Sunday evening
            form = self.screen()
            self.assertIn("no call on that day", form.refusal)
            form.direction = "in"
            self.assertFalse(form.refusal)
            form.outcome_id = self.outcome("refusal")
            self.assertTrue(form.save())

    def test_consumers_are_called_four_times_in_thirty_days(self):
        self.case.profile = "consumer"
        for days in (-20, -10, -5, -3):
            with freeze_time(at(days)):
                self.call("voicemail")
        form = self.screen()
        self.assertIn("called 4 times in thirty days, the most is 4", form.refusal)
        self.assertIn("Thursday 26 March 10:00", form.refusal)
        self.case.profile = "business"
        self.assertFalse(self.screen().refusal)

    def refused_this_week(self):
        return self.screen().refusal or ""

    def test_the_cap_of_the_week_counts_messages_and_answered_calls(self):
        self.company.recouvrement_contacts_per_week = 2
        self.run_as_of()
        self.prove(self.reminders(self.invoice))
        self.assertFalse(self.refused_this_week(), "reminded once")
        with freeze_time(at(1)):
            self.call("voicemail")
            self.assertFalse(self.refused_this_week(), "nobody answered")
            self.call("refusal")
        with freeze_time(at(2)):
            self.assertIn("on 2 days of the last seven", self.refused_this_week())
            self.assertIn("Monday 23 March 08:30", self.refused_this_week())
            with (
                self.assertRaisesRegex(ValidationError, "the most is 2"),
                self.env.cr.savepoint(),
            ):
                self.call("refusal")
        with freeze_time(at(7)):
            self.assertFalse(self.refused_this_week())

    def test_who_asked_to_be_called_back_is_called_back(self):
        self.company.recouvrement_contacts_per_week = 1
        self.call("callback", callback_date=at(1, 10))
        with freeze_time(at(1)):
            self.assertFalse(self.refused_this_week())
        with freeze_time(at(2)):
            self.assertIn("the most is 1", self.refused_this_week())

    def test_call_that_the_run_asks_for_is_not_capped_again(self):
        self.company.recouvrement_contacts_per_week = 1
        self.run_as_of()
        self.assertEqual(self.reminders(self.invoice).channel, "call")
        past = self.env["recouvrement.call"].with_context(recouvrement_past_call=True)
        past.create(
            {
                "case_id": self.case.id,
                "outcome_id": self.outcome("refusal").id,
                "date": at(-2),
            }
        )
        self.assertFalse(self.refused_this_week())

    def test_hours_that_say_nothing_are_refused(self):
        for text in ("in the morning", "10-9", ""):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.company.recouvrement_call_windows_consumer = text or " "

    def test_best_hours_are_learnt_from_answered_calls(self):
        self.company.recouvrement_calls_per_month = 0
        for days, hour, kind in (
            (-3, 9, "refusal"),
            (-4, 10, "refusal"),
            (-5, 9, "unreachable"),
            (-6, 9, "refusal"),
            (-7, 15, "voicemail"),
        ):
            with freeze_time(at(days, hour)):
                form = self.screen()
                form.outcome_id = self.outcome(kind)
                call = form.save()
                call.env.flush_all()
        self.case.invalidate_recordset()
        self.assertEqual(
            self.case.best_hours,
            "Answered 3 times out of 4 between 10:00 and 12:00.",
        )

    # ---------------------------------------------------------------- no longer call

    def wish(self, channel="call", kind="refused", partner=None):
        wishes = self.env["recouvrement.preference"].with_user(self.collector)
        return wishes.create(
            {
                "partner_id": (partner or self.debtor).id,
                "company_id": self.company.id,
                "channel": channel,
                "kind": kind,
                "source": "Said on the phone",
            }
        )

    def test_no_longer_called_but_still_written_to(self):
        wish = self.wish()
        self.assertRecordValues(wish, [{"date": AS_OF, "user_id": self.collector.id}])
        self.assertIn("no longer wants to be called", self.screen().refusal)
        self.run_as_of()
        self.assertEqual(
            set(self.reminders(self.invoice).mapped("channel")), {"letter"}
        )

    def test_no_longer_by_e_mail(self):
        partner = self.make_debtor("Client")
        self.wish("email", partner=partner)
        reminder = self.remind(self.make_invoice(70, days=5, partner=partner))
        self.assertEqual(reminder.channel, "letter")

    def contact(self, parent, email, **values):
        return self.make_debtor(
            email, parent_id=parent.id, is_company=False, email=email, **values
        )

    def test_a_contact_declines_another_one_is_written_to(self):
        partner = self.make_debtor("Client")
        contact = self.contact(partner, "r@x.example")
        self.case_of(partner).contact_ids = [
            (0, 0, {"partner_id": contact.id, "role": "accounts_payable"})
        ]
        reminder = self.remind(self.make_invoice(70, days=5, partner=partner))
        self.assertEqual(reminder.destination, "r@x.example")
        self.wish("email", partner=contact)
        reminder.invalidate_recordset(["destination"])
        self.assertEqual(reminder.destination, partner.email)

    def test_preferred_contact_comes_first(self):
        partner = self.make_debtor("Client")
        self.contact(partner, "c@x.example", type="invoice")
        other = self.contact(partner, "s@x.example", type="invoice")
        self.wish("email", "preferred", other)
        reminder = self.remind(self.make_invoice(70, days=5, partner=partner))
        self.assertEqual(reminder.destination, "s@x.example")

    # ---------------------------------------------------------------- the next debtor

    def test_save_goes_to_the_next_debtor_that_may_be_called(self):
        consumer, silent, last = (
            self.make_debtor(name, **values)
            for name, values in (
                ("Particulier", {}),
                ("Sans numéro", {"phone": False}),
                ("Dernier", {}),
            )
        )
        for partner in (consumer, silent, last):
            self.make_invoice(100, partner=partner, days=12)
        self.run_as_of()
        cases = [self.case, *map(self.case_of, (consumer, silent, last))]
        cases[1].profile = "consumer"
        self.company.recouvrement_call_windows_consumer = "19:00-20:00"
        queue = [case.id for case in cases]
        call = self.call("voicemail").with_context(recouvrement_queue=queue)
        action = call.action_next()
        self.assertEqual(action["context"]["default_case_id"], cases[3].id)
        self.assertEqual(action["context"]["recouvrement_queue"], queue)
        call.sudo().case_id = cases[3]
        done = call.action_next()
        self.assertEqual(done["tag"], "display_notification")

    def test_queue_of_the_file_is_the_day_s_list(self):
        self.run_as_of()
        action = self.case.with_user(self.collector).action_open_call()
        self.assertIn(self.case.id, action["context"]["recouvrement_queue"])

    # --------------------------------------------------------------------- bad input

    def test_the_same_call_twice_is_one(self):
        form = self.screen()
        form.outcome_id = self.outcome("promise")
        form.promise_date = in_days(3)
        call = form.save()
        values = {
            "case_id": self.case.id,
            "outcome_id": call.outcome_id.id,
            "token": call.token,
        }
        again = self.env["recouvrement.call"].with_user(self.collector).create(values)
        self.assertEqual(again, call)
        self.assertEqual(len(self.case.promise_ids), 1)

    def test_two_collectors_on_one_debtor(self):
        self.screen(user=self.manager)
        form = self.screen()
        self.assertIn("Recovery manager opened this screen", form.other_caller)
        form.outcome_id = self.outcome("refusal")
        self.assertTrue(form.save(), "both may note what they heard")
        self.assertFalse(self.screen().other_caller, "the call is over")

    def test_what_an_outcome_asks_for_is_asked(self):
        calls = self.env["recouvrement.call"].with_user(self.collector)
        for kind, words in (
            ("promise", "Ask for a date"),
            ("dispute", "Choose a reason"),
            ("callback", "Give a day"),
        ):
            with self.subTest(kind), self.assertRaisesRegex(ValidationError, words):
                calls.create(
                    {
                        "case_id": self.case.id,
                        "outcome_id": self.outcome(kind).id,
                        "move_line_ids": self.item.ids,
                    }
                )

    def test_payment_between_the_screen_and_the_button(self):
        form = self.screen()
        form.outcome_id = self.outcome("promise")
        form.promise_date = in_days(3)
        self.pay(self.invoice)
        with self.assertRaisesRegex(ValidationError, "Nothing is left to pay"):
            form.save()
        self.assertFalse(self.case.promise_ids)

    def test_deleted_contact_leaves_its_name(self):
        contact = self.make_debtor(
            "Mme Roux", parent_id=self.debtor.id, is_company=False
        )
        form = self.screen()
        form.contact_id = contact
        form.outcome_id = self.outcome("refusal")
        call = form.save()
        contact.unlink()
        self.assertEqual(
            (call.contact_name, bool(call.contact_id)), ("Mme Roux", False)
        )

    def test_answered_call_deals_with_the_broken_promise(self):
        self.env["recouvrement.promise"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.item.ids,
                "date": in_days(1),
            }
        )
        with freeze_time(at(7)):
            self.run_as_of(in_days(7))
            self.assertTrue(self.case.has_promise_due)
            self.call("voicemail")
            self.assertTrue(self.case.has_promise_due)
            self.call("refusal")
            self.assertFalse(self.case.has_promise_due)

    # ------------------------------------------------------------------------- rights

    def test_reader_calls_nobody_and_the_register_stays(self):
        with self.assertRaises(AccessError):
            self.screen(user=self.reader)
        call = self.call("refusal")
        with self.assertRaises(AccessError):
            call.outcome_id = self.outcome("promise")
        call.note = "Spoke to Mme Roux"
        with self.assertRaises(UserError):
            call.with_user(self.manager).unlink()
