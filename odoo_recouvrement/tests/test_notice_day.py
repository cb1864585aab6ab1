"""When it comes back to somebody; the making of one by hand."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import NOW
from .notice import NoticeCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestNoticeDay(NoticeCase):
    """What comes back to the day's list."""

    @classmethod
    def follow(cls):
        cls.env["recouvrement.mise_en_demeure"].sudo()._cron_follow()
        cls.env.invalidate_all()

    def received(self):
        found = self.post(self.written())
        with freeze_time(NOW + timedelta(days=5)):
            self.note(found, "received", in_days(2))
        return found

    def test_end_of_the_delay(self):
        found = self.received()
        case = found.case_id
        self.assertEqual(found.deadline, in_days(10))
        with freeze_time(NOW + timedelta(days=10)):
            self.follow()
            self.assertFalse(found.is_over, "the last day is still a day to pay")
            self.assertFalse(case.has_legal_deadline)
            self.assertIn("has until", found.next_text)
        with freeze_time(NOW + timedelta(days=11)):
            self.follow()
            self.assertTrue(found.is_over)
            self.assertTrue(case.has_legal_deadline)
            self.assertTrue(case.has_to_do)
            self.assertEqual(case.rank_factors["legal"], 35)
            self.assertIn("hand it over", found.next_text)
            counters = case.with_user(self.collector).get_day_counters(False)
            [legal] = [
                one
                for one in counters["counters"]
                if one["flag"] == "has_legal_deadline"
            ]
            self.assertEqual(legal["count"], 1)
            over = self.env["recouvrement.mise_en_demeure"].search(
                [("is_over", "=", True)]
            )
            self.assertEqual(over, found)
            found.with_user(self.collector).action_decide(
                "handed_over", "To the lawyer"
            )
            self.env.invalidate_all()
            self.assertFalse(case.has_legal_deadline)
            self.assertFalse(found.is_over)
        self.assertRecordValues(
            found,
            [
                {
                    "outcome": "handed_over",
                    "outcome_note": "To the lawyer",
                    "outcome_user_id": self.collector.id,
                }
            ],
        )

    def test_paid_it_calls_for_nothing(self):
        found = self.received()
        self.pay(found.line_ids.move_id, day=in_days(4))
        with freeze_time(NOW + timedelta(days=12)):
            self.follow()
            self.assertFalse(found.case_id.has_legal_deadline)
            self.assertIn("is paid", found.next_text)

    def test_receipt_that_does_not_come(self):
        found = self.post(self.written())
        with freeze_time(NOW + timedelta(days=22)):
            self.follow()
            self.assertTrue(found.case_id.has_legal_deadline)
            self.assertIn("No receipt since", found.next_text)

    def test_wizard_of_the_collector(self):
        found = self.received()
        wizard = (
            self.env["recouvrement.notice.decide"]
            .with_user(self.collector)
            .create({"notice_ids": [(6, 0, found.ids)], "outcome": "extended"})
        )
        wizard.action_apply()
        self.assertEqual(found.outcome, "extended")
        with self.assertRaises(AccessError):
            found.with_user(self.reader).action_decide("paid")

    def test_promise_at_the_end_of_the_delay(self):
        """The debtor's word is a promise of its file, which the ledger judges."""
        found = self.received()
        decide = self.env["recouvrement.notice.decide"].with_user(self.collector)
        with freeze_time(NOW + timedelta(days=12)):
            wizard = decide.create({"notice_ids": [(6, 0, found.ids)]})
            with Form(wizard) as form:
                form.outcome = "promise"
                form.promise_date = in_days(20)
                self.assertEqual(form.promise_amount, 1000)
                form.promise_amount = 600
            wizard.action_apply()
        promise = found.promise_id
        self.assertRecordValues(
            promise,
            [
                {
                    "case_id": found.case_id.id,
                    "amount": 600,
                    "date": in_days(20),
                    "state": "pending",
                    "user_id": self.collector.id,
                    "move_line_ids": found.line_ids.move_line_id.ids,
                }
            ],
        )
        self.assertIn(found.name, promise.note)
        self.assertEqual(found.outcome, "promise")
        self.assertTrue(promise.hold_ids, "What is promised is set aside until then.")
        action = found.with_user(self.collector).action_open_promise()
        self.assertEqual(action["res_id"], promise.id)

    def test_a_promise_has_a_day_and_something_to_promise(self):
        found = self.received().with_user(self.collector)
        with self.assertRaisesRegex(UserError, "for which day"):
            found.action_decide("promise")
        self.pay(found.sudo().line_ids.move_id, day=in_days(4))
        with self.assertRaisesRegex(UserError, "nothing is left"):
            found.action_decide("promise", promise={"date": in_days(20)})
        self.assertFalse(found.outcome)

    # -------------------------------------------------------------- made by hand

    def prepare(self, user=None, **values):
        case = self.case_of().with_user(user or self.collector)
        return (
            self.env["recouvrement.notice.prepare"]
            .with_user(user or self.collector)
            .with_context(default_case_id=case.id)
            .create(values)
        )

    def test_made_by_hand_for_chosen_items(self):
        """Two of three invoices, long before the ladder would."""
        first, second, third = (self.make_invoice(100, days=days) for days in (9, 8, 7))
        self.run_as_of()
        waiting = self.reminders(first, second, third)
        self.assertTrue(waiting)
        wizard = self.prepare()
        self.assertEqual(len(wizard.line_ids), 3)
        self.assertEqual(wizard.level_id, self.levels["MED"])
        wizard.line_ids = self.items(first, second)
        self.assertEqual(wizard.total, 200)
        action = wizard.action_apply()
        found = self.env["recouvrement.mise_en_demeure"].browse(action["res_id"])
        self.assertTrue(found.is_manual)
        self.assertEqual(found.line_ids.move_id, first | second)
        self.assertEqual(waiting.mapped("state"), ["cancelled"])
        self.leave(found)
        self.assertEqual(found.stage, "written")
        self.assertEqual(found.principal_total, 200)
        self.post(found)
        self.assertEqual(self.items(first).recouvrement_level_id, self.levels["MED"])

    def test_a_second_click_makes_no_second_one(self):
        invoice = self.make_invoice(100, days=9)
        self.run_as_of()
        first = self.prepare().action_apply()
        second = self.prepare().action_apply()
        found = self.env["recouvrement.mise_en_demeure"].browse(
            [first["res_id"], second["res_id"]]
        )
        self.assertEqual(found.mapped("stage"), ["cancelled", "draft"])
        self.leave(found[1])
        with self.assertRaisesRegex(UserError, "already has a mise en demeure"):
            self.prepare().action_apply()
        self.assertEqual(self.reminders(invoice).notice_ids, found)

    def test_made_by_hand_what_forbids_is_left_out(self):
        first, second = (self.make_invoice(100, days=days) for days in (9, 8))
        self.run_as_of()
        found = self.env["recouvrement.mise_en_demeure"].browse(
            self.prepare().action_apply()["res_id"]
        )
        found.with_user(self.collector).action_confirm()
        self.suspend("promise", move_line_ids=[(6, 0, self.items(second).ids)])
        self.dispatch()
        self.assertEqual(found.line_ids.move_id, first)

    def test_made_by_hand_refuses_what_makes_no_sense(self):
        case = self.case_of().with_user(self.collector)
        late, coming = self.make_invoice(100, days=9), self.make_invoice(100, days=-9)
        level = self.levels["MED"]
        for items, other, words in (
            (self.items(), level, "at least one"),
            (self.items(coming), level, "not due yet"),
            (self.items(late), self.levels["R1"], "no mise en demeure"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                case._make_notice(items, other, "registered_letter")
        with self.assertRaises(AccessError):
            self.case_of().with_user(self.reader)._make_notice(
                self.items(late), level, "registered_letter"
            )
