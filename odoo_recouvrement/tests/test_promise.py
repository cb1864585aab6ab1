from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import AS_OF
from .story import StoryCase, in_days


@freeze_time(AS_OF)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPromise(StoryCase):
    """What was promised is waited for, then judged by the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(1000, days=20)
        cls.case = cls.case_of()

    def promise(self, *moves, user=None, **values):
        """As the collector notes it: by default the whole invoice, in a week."""
        promises = self.env["recouvrement.promise"].with_user(user or self.collector)
        return promises.create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(*(moves or (self.invoice,))).ids,
                "date": in_days(7),
                **values,
            }
        )

    def judge(self, day):
        with freeze_time(day):
            self.run_as_of(day)

    def pay_on(self, day, amount, invoice=None):
        """The bank's payment of a day; what follows a commit follows."""
        with freeze_time(day):
            payment = self.pay(invoice or self.invoice, amount, day=day)
            self.env.cr.precommit.run()
        return payment

    # -------------------------------------------------------------- noting one

    def test_promise_waits_until_its_date_and_grace(self):
        self.run_as_of()
        self.assertEqual(self.reminders(self.invoice).state, "confirmed")
        promise = self.promise(note="By transfer")
        self.assertRecordValues(
            promise, [{"amount": 1000, "state": "pending", "date_last": in_days(10)}]
        )
        self.assertEqual(self.reminders(self.invoice).state, "cancelled")
        for day in (in_days(1), in_days(10)):
            self.judge(day)
            self.assertDecided(self.invoice, "promised")
        self.judge(in_days(11))
        self.assertEqual(promise.state, "broken")
        self.assertDecided(self.invoice, "to_remind")

    def test_only_what_is_promised_is_set_aside(self):
        other = self.make_invoice(300, days=20)
        self.promise(amount=400)
        self.judge(in_days(1))
        [hold] = self.case.hold_ids
        self.assertEqual((hold.kind, hold.amount), ("promise", 400))
        self.assertDecided(self.invoice, "to_remind", claim=600)
        self.assertDecided(other, "to_remind", claim=300)

    def test_several_items_the_oldest_first(self):
        older = self.make_invoice(300, days=40)
        promise = self.promise(self.invoice, older, amount=500)
        whole, part = promise.hold_ids.sorted("amount")
        self.assertEqual(whole.move_line_ids.move_id, older)
        self.assertEqual((part.move_line_ids.move_id, part.amount), (self.invoice, 200))

    def test_the_screen_proposes_what_is_overdue(self):
        self.make_invoice(50, days=-20)
        action = self.case.with_user(self.collector).action_open_promise()
        promises = self.env["recouvrement.promise"].with_user(self.collector)
        form = Form(promises.with_context(**action["context"]))
        self.assertEqual(form.amount, 1000)
        form.date = in_days(5)
        promise = form.save()
        self.assertEqual(promise.move_line_ids.move_id, self.invoice)
        self.assertEqual(promise.user_id, self.collector)

    # ---------------------------------------------------------- what became of it

    def test_kept_at_the_payment_without_waiting_for_a_run(self):
        promise = self.promise()
        self.pay_on(in_days(3), 1000)
        self.assertRecordValues(promise, [{"state": "kept", "received": 1000}])
        self.assertFalse(promise.hold_ids.filtered("active"))
        self.assertEqual(self.case.promise_text, "1/1")

    def test_partly_kept_asks_for_the_rest(self):
        promise = self.promise()
        self.pay_on(in_days(3), 600)
        self.assertEqual((promise.state, promise.received), ("pending", 600))
        self.judge(in_days(11))
        self.assertRecordValues(promise, [{"state": "partly_kept", "received": 600}])
        self.assertTrue(promise.is_to_handle)
        self.assertDecided(self.invoice, "to_remind", claim=400)

    def test_promises_seldom_kept_weigh_in_the_rank_for_a_year(self):
        """Its habit stays when the broken promise has been dealt with."""
        self.promise()
        self.judge(in_days(11))
        self.case.promise_ids.with_user(self.collector).action_handled()
        self.assertNotIn("habit", self.case.rank_factors, "once is no habit")
        with freeze_time(in_days(12)):
            again = self.promise(date=in_days(20))
        self.judge(in_days(24))
        again.with_user(self.collector).action_handled()
        self.assertEqual(self.case.rank_factors["habit"], 15)
        self.assertIn("promises seldom kept +15", self.case.rank_text)
        self.judge(in_days(400))
        self.assertNotIn("habit", self.case.rank_factors)

    def test_broken_comes_to_the_top_and_says_why(self):
        rich = self.make_debtor("Fonderie")
        self.make_invoice(30000, partner=rich, days=60)
        self.promise()
        self.judge(in_days(11))
        first = self.env["recouvrement.case"].search([], limit=1)
        self.assertEqual(first, self.case)
        self.assertTrue(self.case.has_promise_due)
        self.assertIn("broken promise +100", self.case.rank_text)
        self.assertEqual(self.case.promise_text, "0/1")
        promise = self.case.promise_ids
        promise.with_user(self.collector).action_handled()
        self.assertEqual(promise.state, "broken", "it stays what it is")
        self.assertFalse(self.case.has_promise_due)

    def test_payment_of_before_the_promise_was_not_promised(self):
        self.pay(self.invoice, 400, day=in_days(-2))
        promise = self.promise()
        self.assertEqual(promise.amount, 600)
        self.judge(in_days(11))
        self.assertEqual((promise.state, promise.received), ("broken", 0))

    def test_unmatched_payment_is_no_broken_promise(self):
        promise = self.promise()
        self.receive(1000, day=in_days(8))
        self.judge(in_days(12))
        self.assertEqual(promise.state, "pending")

    def test_payment_taken_back_unkeeps_the_promise(self):
        promise = self.promise()
        self.pay_on(in_days(3), 1000)
        self.assertEqual(promise.state, "kept")
        self.items(self.invoice).remove_move_reconcile()
        self.env.cr.precommit.run()
        self.assertEqual(promise.state, "pending")
        self.assertTrue(promise.hold_ids.active)

    def test_credit_note_of_everything_leaves_nothing_to_promise(self):
        promise = self.promise()
        self.invoice._reverse_moves(cancel=True)
        self.env.cr.precommit.run()
        self.assertEqual(promise.state, "cancelled")

    def test_with_an_old_bank_statement_nobody_is_called_a_liar(self):
        self.company.recouvrement_bank_max_age = 5
        self.bank_statement(in_days(0))
        promise = self.promise()
        run = self.run_as_of(in_days(11))
        self.assertEqual((run.state, promise.state), ("waiting", "pending"))
        with freeze_time(in_days(11)):
            self.env["recouvrement.run"]._cron_follow()
            self.assertEqual(promise.state, "pending")
            self.bank_statement(in_days(11))
            self.env["recouvrement.run"]._cron_follow()
        self.assertEqual(promise.state, "broken")

    def test_schedule_judges_where_no_run_does(self):
        self.company.recouvrement_is_live = False
        promise = self.promise()
        with freeze_time(in_days(11)), self.enter_registry_test_mode():
            self.env.ref("odoo_recouvrement.ir_cron_follow").method_direct_trigger()
        self.assertEqual(promise.state, "broken")

    # ------------------------------------------------------------ changing one's mind

    def test_postponing_leaves_a_trace_and_moves_the_hold(self):
        promise = self.promise()
        promise.action_postpone(in_days(20), note="Holiday of the director")
        self.assertRecordValues(promise, [{"postponed_count": 1, "date": in_days(20)}])
        self.assertEqual(promise.hold_ids.date_end, in_days(23))
        bodies = " ".join(self.case.message_ids.mapped("body"))
        self.assertIn("Promise postponed from", bodies)
        self.judge(in_days(12))
        self.assertEqual(promise.state, "pending")

    def test_a_promise_that_is_over_is_not_edited(self):
        promise = self.promise()
        self.judge(in_days(11))
        with self.assertRaisesRegex(UserError, "is over"):
            promise.date = in_days(30)

    def test_cancelling_lets_the_chase_go_on(self):
        promise = self.promise()
        promise.action_cancel("Said by somebody who had no say")
        self.judge(in_days(1))
        self.assertDecided(self.invoice, "to_remind")
        self.assertEqual(self.case.promise_text, False, "a cancelled one is not judged")
        self.assertIn("no say", promise.cancel_reason)

    def test_the_same_promise_twice_is_one(self):
        """A double click, or the same answer posted twice."""
        self.assertEqual(self.promise(), self.promise())
        self.assertEqual(len(self.case.promise_ids), 1)
        self.assertEqual(len(self.case.hold_ids), 1)

    def test_another_word_replaces_the_former(self):
        first = self.promise()
        second = self.promise(date=in_days(14))
        self.assertEqual((first.state, second.state), ("cancelled", "pending"))
        self.assertIn("Replaced", first.cancel_reason)
        self.assertEqual(self.case.hold_ids, second.hold_ids)

    def test_split_amounts_stand_together_and_share_what_comes(self):
        first = self.promise(amount=500)
        second = self.promise(amount=500, date=in_days(20))
        self.assertEqual(set((first | second).mapped("state")), {"pending"})
        self.pay_on(in_days(5), 500)
        self.assertEqual((first.state, second.state), ("kept", "pending"))
        self.judge(in_days(24))
        self.assertEqual(second.state, "broken")

    def test_new_word_answers_a_broken_one(self):
        first = self.promise()
        self.judge(in_days(11))
        with freeze_time(in_days(11)):
            self.promise(date=in_days(15))
            self.assertFalse(first.is_to_handle)
            self.assertFalse(self.case.has_promise_due)

    # -------------------------------------------------------------------- bad input

    def test_refused_with_a_remedy(self):
        other = self.make_invoice(10, partner=self.make_debtor("Autre"))
        dollars = self.make_invoice(
            10, currency_id=self.setup_other_currency("USD").id, days=9
        )
        for values, words in (
            ({"date": in_days(-1)}, "is past"),
            ({"amount": 0}, "above zero"),
            ({"amount": 1000.01}, "more than these items owe"),
            ({"move_line_ids": []}, "there is none"),
            ({"move_line_ids": self.items(other).ids}, "no open item of"),
            ({"move_line_ids": self.items(self.invoice, dollars).ids}, "one currency"),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.promise(**values)

    def test_promise_of_today_is_for_today(self):
        self.assertEqual(self.promise(date=AS_OF).state, "pending")

    def test_payment_between_the_screen_and_the_button(self):
        """What was paid meanwhile leaves the promise; all of it: nothing to promise."""
        other = self.make_invoice(300, days=20)
        self.pay(other)
        promise = self.promise(self.invoice, other, amount=1300)
        self.assertEqual(promise.move_line_ids.move_id, self.invoice)
        self.assertEqual(promise.amount, 1000)
        with self.assertRaisesRegex(ValidationError, "paid in the meantime"):
            self.promise(other, amount=300)

    def test_deleted_contact_leaves_its_name(self):
        contact = self.make_debtor(
            "Mme Roux", parent_id=self.debtor.id, is_company=False
        )
        promise = self.promise(contact_id=contact.id)
        contact.unlink()
        self.assertFalse(promise.contact_id)
        self.assertEqual(promise.contact_name, "Mme Roux")

    def test_in_a_foreign_currency(self):
        currency = self.setup_other_currency("USD", rates=[("2016-01-01", 2.0)])
        dollars = self.make_invoice(500, currency_id=currency.id, days=9)
        promise = self.promise(dollars)
        self.assertRecordValues(promise, [{"amount": 500, "currency_id": currency.id}])
        self.pay_on(in_days(2), 500, dollars)
        self.assertRecordValues(promise, [{"state": "kept", "received": 500}])

    # ----------------------------------------------------------------------- rights

    def test_reader_promises_nothing_and_nobody_types_the_verdict(self):
        with self.assertRaises(AccessError):
            self.promise(user=self.reader)
        promise = self.promise()
        for values in ({"state": "kept"}, {"received": 1000}):
            with self.assertRaises(AccessError):
                promise.write(values)
        for action in (promise.action_cancel, promise.action_handled):
            with self.assertRaises(AccessError):
                getattr(promise.with_user(self.reader), action.__name__)()
        with self.assertRaises(UserError):
            promise.with_user(self.manager).unlink()

    def test_its_hold_ends_with_it_only(self):
        promise = self.promise()
        with self.assertRaisesRegex(UserError, "postpone or cancel"):
            promise.hold_ids.with_user(self.collector).action_lift()

    def test_judging_many_costs_as_few_statements_as_judging_one(self):
        cases = self.env["recouvrement.case"]
        for debtor in self.debtors(6):
            invoice = self.make_invoice(100, partner=debtor, days=20)
            case = self.case_of(debtor)
            cases |= case
            self.promise(invoice, case_id=case.id)
        counts = []
        for some in (cases[:2], cases):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._follow_ledger(AS_OF + timedelta(days=1))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
