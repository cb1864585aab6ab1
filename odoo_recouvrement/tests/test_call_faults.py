from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .call import CallCase, at
from .common import NOW
from .story import in_days


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestCallFaults(CallCase):
    """The next debtor, double clicks, two collectors, payments meanwhile, rights."""

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
