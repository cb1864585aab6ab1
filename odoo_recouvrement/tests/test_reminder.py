import hashlib

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import file_open, mute_logger

from .common import NOW, RecouvrementCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReminder(RecouvrementCommon):
    """Rule 8: what was sent is numbered and frozen; it is withdrawn, never edited."""

    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice(120)
        self.item = self.items(self.invoice)
        self.reminder = self.remind(self.invoice)

    # ------------------------------------------------------------------- frozen

    def test_seals_are_those_of_what_left(self):
        self.dispatch()
        reminder = self.reminder
        self.assertEqual(
            reminder.pdf_sha256, hashlib.sha256(reminder.pdf_id.raw).hexdigest()
        )
        content = f"{reminder.subject}\n{reminder.body}\n{reminder.text}"
        self.assertEqual(
            reminder.content_sha256, hashlib.sha256(content.encode()).hexdigest()
        )

    def test_history_keeps_the_text_that_was_used(self):
        self.dispatch()
        version = self.reminder.template_version_id
        text = self.text("r1_email_fr")
        text.body = text.body + "<p>Merci.</p>"
        self.assertEqual(self.reminder.template_version_id, version)
        self.assertNotEqual(text.version_id, version)
        with self.assertRaises(UserError):
            version.body = "x"

    def test_content_cannot_be_edited_by_anybody(self):
        self.dispatch()
        frozen = self.reminder.sudo()
        for vals in (
            {"body": "<p>Other</p>"},
            {"total": 1},
            {"recipient_email": "x@y.example"},
            {"name": "REL/2026/00042"},
            {"pdf_id": False},
            {"line_ids": [(5,)]},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                frozen.write(vals)
        with self.assertRaises(UserError):
            frozen.line_ids.residual = 1

    def test_never_deleted_nor_copied(self):
        self.dispatch()
        for reminder in (self.reminder.sudo(), self.reminder):
            with self.assertRaises(UserError):
                reminder.unlink()
        with self.assertRaises(UserError):
            self.reminder.sudo().line_ids.unlink()
        with self.assertRaises(UserError):
            self.reminder.sudo().copy()

    def test_pdf_cannot_be_changed_nor_deleted(self):
        self.dispatch()
        file = self.reminder.pdf_id
        before = file.raw
        for vals in ({"raw": b"%PDF-other"}, {"name": "x.pdf"}, {"res_id": 0}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                file.sudo().write(vals)
        with self.assertRaises(UserError):
            file.sudo().unlink()
        self.assertEqual(file.raw, before, "A re-print gives the same bytes.")

    def test_reader_may_read_the_pdf(self):
        self.dispatch()
        file = self.reminder.pdf_id.with_user(self.reader)
        self.assertTrue(file.raw.startswith(b"%PDF"))

    # ------------------------------------------------------------------- guards

    def test_nobody_writes_directly(self):
        for user in (self.reader, self.collector, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.reminder.with_user(user).write({"state": "proved"})

    def test_reader_acts_on_nothing(self):
        mine = self.reminder.with_user(self.reader)
        for action in (
            lambda: mine.action_confirm(),
            lambda: mine.action_cancel("No"),
            lambda: mine.action_withdraw("No"),
            lambda: mine.action_posted(),
            lambda: mine.action_returned("No"),
        ):
            with self.assertRaises(AccessError):
                action()

    def test_states_have_one_way(self):
        reminder = self.reminder.sudo()
        for state in ("draft", "withdrawn", "bounced", "proved"):
            with self.subTest(state=state), self.assertRaises(UserError):
                reminder._set_state(state)

    # --------------------------------------------------------------- withdrawing

    def test_withdraw_lowers_the_level(self):
        self.dispatch()
        self.reminder.sudo()._set_state("proved", proof_date=NOW)
        self.assertEqual(self.item.recouvrement_level_id, self.levels["R1"])
        self.reminder.with_user(self.collector).action_withdraw("Sent by mistake")
        self.assertRecordValues(
            self.reminder,
            [
                {
                    "state": "withdrawn",
                    "withdraw_reason": "Sent by mistake",
                    "withdraw_user_id": self.collector.id,
                }
            ],
        )
        self.assertFalse(self.item.recouvrement_level_id)
        self.assertFalse(self.item.recouvrement_contact_date)
        self.assertTrue(self.reminder.exists().pdf_id, "The register keeps it.")

    def test_withdraw_gives_back_the_level_before(self):
        self.prove(self.reminder)
        later = self.make_level(self.policy, 4, "R1b", ["email"], min_gap_days=0)
        reminder = self.reminder.sudo()
        second = self._raise_by_hand(later)
        self.assertEqual(self.item.recouvrement_level_id, later)
        second.action_withdraw("Too early")
        self.assertEqual(self.item.recouvrement_level_id, reminder.level_id)

    def _raise_by_hand(self, level):
        """A proved reminder of another level about the same item."""
        first = self.reminder
        values = {
            name: first[name].id if hasattr(first[name], "id") else first[name]
            for name in (
                "company_id",
                "case_id",
                "partner_id",
                "date",
                "channel",
                "currency_id",
            )
        }
        line = first.line_ids
        second = first.sudo().create({**values, "level_id": level.id})
        self.env["recouvrement.reminder.line"].sudo().create(
            {
                "reminder_id": second.id,
                "company_id": line.company_id.id,
                "move_line_id": line.move_line_id.id,
                "move_id": line.move_id.id,
                "level_id": level.id,
                "channel": line.channel,
                "currency_id": line.currency_id.id,
                "due_date": line.due_date,
                "residual": line.residual,
                "claim": line.claim,
            }
        )
        self.prove(second)
        return second

    def test_reason_is_required(self):
        with self.assertRaises(UserError):
            self.reminder.action_cancel("  ")
        self.dispatch()
        with self.assertRaises(UserError):
            self.reminder.action_withdraw("")

    def test_cancel_before_it_leaves(self):
        self.reminder.with_user(self.collector).action_cancel("They called")
        self.assertEqual(self.reminder.state, "cancelled")
        self.assertEqual(self.dispatch(), 0)
        with self.assertRaises(UserError):
            self.reminder.action_withdraw("Too late")

    # ------------------------------------------------------------------ register

    def test_item_is_spoken_of_once_per_level_and_channel(self):
        """Rule 12: the unique index holds whatever the code does."""
        values = self.reminder.line_ids.sudo().copy_data()[0]
        values["reminder_id"] = self.reminder.id
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(psycopg2.errors.UniqueViolation),
        ):
            self.env["recouvrement.reminder.line"].sudo().create(values)

    def test_neutralized_copy_writes_to_nobody(self):
        with file_open("odoo_recouvrement/data/neutralize.sql") as script:
            self.env.flush_all()
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertEqual(self.reminder.state, "cancelled")
        self.assertFalse(self.company.recouvrement_is_live)
        self.assertEqual(self.dispatch(), 0)
