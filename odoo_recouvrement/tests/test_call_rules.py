from odoo.exceptions import ValidationError
from odoo.tests import freeze_time, tagged

from .call import CallCase, at
from .common import AS_OF, NOW


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCallRules(CallCase):
    """Hours, caps of the month and of the week, wishes: who may be called, and when."""

    # -------------------------------------------------------------- hours and caps

    def test_refused_outside_the_hours_and_says_when_next(self):
        self.case.profile = "consumer"
        with freeze_time(at(0, 12, 30)):  # 13:30 in Paris
            form = self.screen()
            self.assertIn("between 10:00–13:00, 14:00–20:00", form.refusal)
            self.assertIn("Monday 16 March at 14:00", form.refusal)
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
        self.assertIn("Thursday 26 March at 10:00", form.refusal)
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
            self.assertIn("Monday 23 March at 08:30", self.refused_this_week())
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
