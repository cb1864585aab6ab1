"""What becomes of the letter: posted, received, refused, struck out."""

from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import AS_OF, NOW
from .notice import NoticeCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestNoticePost(NoticeCase):
    """The letter at the post office and back."""

    def at(self, days):
        return freeze_time(NOW + timedelta(days=days))

    def test_received_the_delay_runs(self):
        found = self.post(self.written())
        self.assertRecordValues(
            found, [{"stage": "posted", "posted_date": AS_OF, "deadline": False}]
        )
        self.assertEqual(found.reminder_id.state, "proved")
        self.assertEqual(found.reminder_id.proof_reference, "1A 000 000 0001 1")
        with self.at(5):
            self.note(found, "presented", in_days(2))
            scan = self.env["ir.attachment"].create(
                {"name": "avis.pdf", "raw": b"%PDF"}
            )
            self.note(found, "received", in_days(3), files=scan)
        self.assertRecordValues(
            found,
            [
                {
                    "stage": "received",
                    "notice_date": in_days(3),
                    # 19 March + 8 days: Friday the 27th.
                    "deadline": in_days(11),
                }
            ],
        )
        self.assertEqual(found.event_ids.sorted("date")[-1].attachment_ids, scan)
        line = self.items(found.line_ids.move_id)
        self.assertEqual(line.recouvrement_notice_date, in_days(3))
        self.assertEqual(line.recouvrement_level_id, self.levels["MED"])

    def test_not_collected_is_valid_from_its_first_presentation(self):
        found = self.post(self.written())
        with self.at(20):
            self.note(found, "presented", in_days(2))
            self.note(found, "unclaimed", in_days(18))
        self.assertRecordValues(
            found, [{"stage": "unclaimed", "notice_date": in_days(2)}]
        )

    def test_refused_is_valid(self):
        found = self.post(self.written())
        with self.at(5):
            self.note(found, "refused", in_days(2))
        self.assertRecordValues(
            found, [{"stage": "refused", "notice_date": in_days(2)}]
        )

    def test_wrong_address_reached_nobody(self):
        found = self.post(self.written())
        line = self.items(found.line_ids.move_id)
        with self.at(6):
            self.note(found, "wrong_address", in_days(5))
        self.assertRecordValues(
            found,
            [{"stage": "wrong_address", "notice_date": False, "deadline": False}],
        )
        self.assertEqual(found.reminder_id.state, "bounced")
        self.assertNotEqual(line.recouvrement_level_id, self.levels["MED"])
        self.assertIn("reached nobody", found.next_text)

    def test_returned_by_the_reminder_s_own_button(self):
        found = self.post(self.written())
        with self.at(5):
            found.reminder_id.with_user(self.collector).action_returned("NPAI")
        self.assertEqual(found.stage, "wrong_address")
        self.assertEqual(len(found.event_ids), 2)

    def test_a_mistake_is_struck_out_with_its_trace(self):
        found = self.post(self.written())
        line = self.items(found.line_ids.move_id)
        with self.at(9):
            self.note(found, "received", in_days(3))
            wrong = found.event_ids.filtered(lambda event: event.step == "received")
            with self.assertRaisesRegex(UserError, "Say what was wrong"):
                wrong.with_user(self.collector).action_void(" ")
            wrong.with_user(self.collector).action_void("Misread")
            self.assertFalse(line.recouvrement_notice_date)
            self.note(found, "received", in_days(5))
        self.env.invalidate_all()
        self.assertEqual(found.notice_date, in_days(5))
        self.assertEqual(line.recouvrement_notice_date, in_days(5))
        self.assertRecordValues(
            wrong,
            [
                {
                    "is_void": True,
                    "void_reason": "Misread",
                    "void_user_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(len(found.event_ids), 3)

    def test_returned_by_mistake_is_proved_again(self):
        found = self.post(self.written())
        with self.at(9):
            self.note(found, "wrong_address", in_days(3))
            wrong = found.event_ids.filtered(lambda e: e.step == "wrong_address")
            wrong.with_user(self.collector).action_void("Another letter")
            self.env.invalidate_all()
            self.assertEqual(found.reminder_id.state, "proved")
            self.note(found, "received", in_days(3))
        self.assertEqual(found.stage, "received")

    def test_posted_on_a_wrong_day_is_corrected(self):
        found = self.post(self.written(), AS_OF)
        with self.at(3):
            found.event_ids.with_user(self.collector).action_void("Posted later")
            self.note(found, "posted", in_days(2), reference="1A 2")
        self.assertEqual(found.posted_date, in_days(2))
        self.assertEqual(found.reminder_id.sent_date.date(), in_days(2))
        self.assertEqual(found.reminder_id.proof_reference, "1A 2")

    def test_steps_come_in_order_and_once(self):
        found = self.written()
        with self.assertRaisesRegex(UserError, "after posting"):
            self.note(found, "received", AS_OF)
        self.post(found)
        with self.assertRaisesRegex(UserError, "no letter that waits"):
            self.post(found)
        with self.assertRaisesRegex(UserError, "already entered"):
            self.note(found, "posted", AS_OF)
        with self.assertRaisesRegex(UserError, "still to come"):
            self.note(found, "received", in_days(1))
        with self.at(5):
            self.note(found, "received", in_days(2))
            with self.assertRaisesRegex(UserError, "already ended"):
                self.note(found, "refused", in_days(3))
            with self.assertRaisesRegex(UserError, "cannot be on"):
                self.note(found, "presented", in_days(3))

    def test_number_of_the_registered_letter_is_needed(self):
        found = self.written()
        with self.assertRaisesRegex(UserError, "number"):
            self.post(found, number=" ")
        self.assertEqual(found.stage, "written")

    def test_nothing_happens_to_what_has_not_left(self):
        found = self.propose(self.make_invoice(1000, days=50))
        with self.assertRaisesRegex(UserError, "has not left"):
            self.note(found, "posted", AS_OF)

    def test_paid_between_print_and_post(self):
        found = self.written()
        self.pay(found.line_ids.move_id)
        with self.assertRaisesRegex(UserError, "withdraw it"):
            self.post(found)
        found.reminder_id.with_user(self.collector).action_withdraw("Paid meanwhile")
        self.assertEqual(found.stage, "withdrawn")

    def test_withdrawn_it_counts_no_more(self):
        found = self.post(self.written())
        line = self.items(found.line_ids.move_id)
        with self.at(5):
            self.note(found, "received", in_days(2))
            self.assertTrue(line.recouvrement_notice_date)
            found.reminder_id.with_user(self.collector).action_withdraw("Wrong debtor")
        self.env.invalidate_all()
        self.assertRecordValues(
            found, [{"stage": "withdrawn", "notice_date": False, "deadline": False}]
        )
        self.assertFalse(line.recouvrement_notice_date)

    def test_cancelled_before_it_leaves(self):
        found = self.propose(self.make_invoice(1000, days=50))
        found.reminder_id.with_user(self.collector).action_cancel("Not now")
        self.assertEqual(found.stage, "cancelled")
        self.assertFalse(found.next_text)

    def test_events_are_facts(self):
        found = self.post(self.written())
        event = found.event_ids
        with self.assertRaises(AccessError):
            event.with_user(self.manager).date = in_days(-1)
        with self.assertRaises(UserError):
            event.unlink()
        with self.assertRaises(UserError):
            event.copy()

    def test_two_windows_at_once_enter_one_step(self):
        """Whoever is second stops at the unique index."""
        found = self.post(self.written())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["recouvrement.mise_en_demeure.event"].sudo().create(
                {"notice_id": found.id, "step": "posted", "date": AS_OF}
            )
