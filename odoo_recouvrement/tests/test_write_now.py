from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF, NOW
from .story import in_days
from .writing import SOON, WritingCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestWriteNow(WritingCase):
    """« E-mail », « SMS », « Letter » on the file: a reminder outside the ladder."""

    # ------------------------------------------------------------------- what it offers

    def test_the_dialog_is_ready_to_send(self):
        """Everything that is late is ticked, the contact chosen, the text written."""
        self.make_invoice(80, due=in_days(10))
        form = self.open_dialog()
        self.assertEqual(form.recipient_id, self.debtor)
        self.assertEqual(form.level_id, self.levels["R1"])
        lines = [
            (line.name, line.is_asked, bool(line.why_not))
            for line in (form.line_ids.edit(index) for index in range(3))
        ]
        self.assertEqual(
            [row[1:] for row in lines], [(True, False), (True, False), (False, True)]
        )
        self.assertIn("[total]", form.opening)
        self.assertFalse(form.preview_error)
        self.assertIn("1 250,00", form.preview_body.replace("\u202f", " "))
        self.assertIn("Vos factures", form.subject)

    def test_the_text_follows_the_items_until_somebody_edits_it(self):
        form = self.open_dialog()
        self.untick(form, self.other)
        self.assertIn("[facture]", form.subject)
        form.subject = "Facture [facture] : notre échange"
        self.untick(form, self.invoice)
        self.assertEqual(form.subject, "Facture [facture] : notre échange")

    def test_a_level_further_has_its_own_text(self):
        form = self.open_dialog()
        was = form.opening
        form.level_id = self.levels["R2"]
        self.assertNotEqual(form.opening, was)
        self.assertFalse(form.preview_error)

    # -------------------------------------------------------------------------- leaving

    def test_an_email_leaves_with_its_pdf_and_its_number(self):
        self.send(self.open_dialog())
        reminder = self.written()
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "confirmed",
                    "channel": "email",
                    "total": 1250,
                    "confirm_user_id": self.collector.id,
                    "tone": "cordial",
                }
            ],
        )
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(NOW), 0, "It may still be undone.")
            self.assertEqual(self.dispatch(SOON), 1)
            self.assertEqual(self.dispatch(SOON), 0)
        [mail] = self._mails
        self.assertIn("1 250,00 €", self.body_of(mail))
        self.assertNotIn("[total]", mail["body"])
        self.assertIn("/recouvrement/", mail["body"], "The debtor's link.")
        [(_name, content, _kind)] = mail["attachments"]
        self.assertEqual(reminder.pdf_id.raw, content)
        self.assertTrue(reminder.name.startswith("REL/2026/"))
        self.assertIn(reminder, self.case.reminder_ids)
        self.assertIn(reminder.mail_message_id, self.case.message_ids)
        reminder.sudo()._set_state("proved", proof_date=NOW)
        items = self.items(self.invoice, self.other)
        self.assertFalse(items.recouvrement_level_id, "No level rises.")
        self.assertEqual(set(items.mapped("recouvrement_contact_date")), {AS_OF})

    def test_the_words_are_those_that_were_written(self):
        form = self.open_dialog()
        form.subject = "Suite à notre échange – facture [facture]"
        form.opening = "<p>[civilité],</p><p>Le règlement de [total] est attendu.</p>"
        form.closing = "<p>Bien à vous, Claire</p>"
        self.send(form)
        with self.mock_mail_gateway():
            self.dispatch(SOON)
        [mail] = self._mails
        self.assertEqual(
            mail["subject"], f"Suite à notre échange – facture {self.invoice.name}"
        )
        self.assertIn("Le règlement de 1 250,00 € est attendu.", self.body_of(mail))
        self.assertIn("Bien à vous, Claire", mail["body"])
        self.assertNotIn("simple oubli", mail["body"])
        reminder = self.written()
        self.assertIn("{{ total|money }}", reminder.own_body)
        with self.assertRaisesRegex(UserError, "has left"):
            reminder.sudo().own_body = "x"

    def test_a_letter_is_printed_and_waits_for_the_post(self):
        form = self.open_dialog("letter")
        self.assertTrue(form.preview_pdf)
        self.send(form)
        self.dispatch(SOON)
        reminder = self.written()
        self.assertEqual(reminder.state, "sent")
        self.assertTrue(reminder.pdf_id.raw.startswith(b"%PDF"))
        self.assertIn("42000 SAINT ETIENNE", reminder.recipient_address)
        reminder.with_user(self.collector).action_posted(posted_on=AS_OF)
        self.assertEqual(reminder.state, "proved")

    def test_an_sms_says_its_size(self):
        """The ladder has no text for SMS: the neutral one is offered."""
        form = self.open_dialog("sms")
        self.assertEqual(form.level_id.code, "LIBRE")
        self.assertIn("[notre société]", form.words)
        self.assertIn("1 message(s) to pay", form.size)
        form.words = "[notre société] : [total] à régler pour vos factures. Merci."
        self.send(form)
        with self.sms_answers("success"):
            self.dispatch(SOON)
        reminder = self.written()
        self.assertEqual(reminder.state, "sent")
        self.assertIn("Atelier Rivage SAS : 1 250,00 €", reminder.text)
        self.assertEqual(reminder.recipient_phone, "+33612345678")

    def test_a_draft_waits_among_the_messages_of_the_day(self):
        self.open_dialog().save().action_save_draft()
        reminder = self.written()
        self.assertEqual(reminder.state, "draft")
        self.assertTrue(self.case.has_to_confirm)
        self.assertEqual(self.dispatch(SOON), 0)
        seen = reminder.with_user(self.collector)
        self.assertIn("1 250,00", seen.preview_body.replace("\u202f", " "))
        reminder.with_user(self.collector).action_confirm()
        self.assertEqual(self.dispatch(SOON), 1)

    def test_it_leaves_at_the_opening_of_the_sending_hours(self):
        night = NOW.replace(hour=22)
        with freeze_time(night):
            notice = self.send(self.open_dialog())
            self.assertIn("08:", notice["params"]["message"])
            self.assertEqual(self.dispatch(night + timedelta(minutes=1)), 0)
        with freeze_time(night + timedelta(hours=11)):
            self.assertEqual(self.dispatch(night + timedelta(hours=11)), 1)

    def test_undo(self):
        notice = self.send(self.open_dialog())["params"]
        self.assertEqual(notice["ids"], self.written().ids)
        mine = self.written().with_user(self.collector)
        mine.action_undo_on_demand()
        self.assertEqual(mine.state, "cancelled")
        self.assertEqual(self.dispatch(SOON), 0)
        self.send(self.open_dialog())
        self.dispatch(SOON)
        with self.assertRaisesRegex(UserError, "has left meanwhile"):
            self.written()[1].with_user(self.collector).action_undo_on_demand()

    # ---------------------------------------------------------------- counts as a level

    def test_it_may_stand_for_the_level(self):
        """Items for which R1 comes rise to it; what waited to say it is replaced."""
        [proposed] = self.remind(self.invoice, self.other)
        form = self.open_dialog()
        self.assertIn("R1", form.waiting_text)
        form.counts = True
        self.assertIn("2 of 2", form.rising_text)
        self.send(form)
        self.assertEqual(proposed.state, "cancelled")
        self.dispatch(SOON)
        self.written().sudo()._set_state("proved", proof_date=NOW)
        items = self.items(self.invoice, self.other)
        self.assertEqual(items.recouvrement_level_id, self.levels["R1"])
        self.assertEqual(self.written().level_id, self.levels["R1"])

    def test_no_level_is_skipped(self):
        form = self.open_dialog()
        form.counts = True
        form.level_id = self.levels["R2"]
        self.assertFalse(form.rising_text)
        self.assertFalse(form.counts, "It was said of another level.")
        with self.assertRaisesRegex(UserError, "no level is skipped"):
            self.case.write_now("email", level_id=self.levels["R2"].id, counts=True)

    def test_the_ladder_goes_on_beside_it(self):
        """A message that does not count changes no step; it is a contact."""
        self.send(self.open_dialog())
        self.dispatch(SOON)
        [proposed] = self.remind(self.invoice, self.other) - self.written()
        self.assertEqual(proposed.level_id, self.levels["R1"])

    def test_both_leave_at_once_each_once(self):
        """One dispatch for a reminder of the ladder and one on demand, same items."""
        [proposed] = self.remind(self.invoice, self.other)
        self.send(self.open_dialog())
        with self.mock_mail_gateway():
            self.dispatch(SOON)
        self.assertEqual(len(self._mails), 2)
        self.assertEqual((proposed | self.written()).mapped("state"), ["sent", "sent"])

    # ----------------------------------------------------------- what changes meanwhile

    def test_paid_between_the_window_and_the_button(self):
        form = self.open_dialog()
        wizard = form.save()
        self.pay(self.other)
        with self.assertRaisesRegex(UserError, "is paid, or no longer open"):
            wizard.action_send()
        self.assertFalse(self.written())

    def test_paid_before_it_leaves(self):
        self.case.write_now("email", opening="<p>Facture : [total] à payer.</p>")
        self.pay(self.invoice)
        with self.mock_mail_gateway():
            self.dispatch(SOON)
        [mail] = self._mails
        self.assertIn("Facture : 250,00 € à payer.", self.body_of(mail))
        self.assertEqual(self.written().total, 250)

    def test_all_paid_before_it_leaves(self):
        self.case.write_now("email")
        self.pay(self.invoice)
        self.pay(self.other)
        with self.mock_mail_gateway():
            self.assertEqual(self.dispatch(SOON), 0)
        self.assertFalse(self._mails)
        self.assertEqual(self.written().state, "cancelled")

    def test_disputed_before_it_leaves(self):
        self.case.write_now("email")
        self.suspend("dispute", move_line_ids=self.items(self.invoice).ids)
        self.dispatch(SOON)
        self.assertEqual(self.written().total, 250)

    # ----------------------------------------------------------------------------- once

    def test_a_double_click_writes_one_message(self):
        wizard = self.open_dialog().save()
        first, second = wizard.action_send(), wizard.action_send()
        self.assertEqual(first["params"]["ids"], second["params"]["ids"])
        self.assertEqual(len(self.written()), 1)

    def test_two_collectors_write_one_message(self):
        mine, theirs = self.open_dialog(), self.open_dialog(user=self.manager)
        self.send(mine)
        with self.assertRaisesRegex(UserError, "already waits, written by"):
            self.send(theirs)

    def test_it_may_be_written_again_later(self):
        self.case.write_now("email")
        self.dispatch(SOON)
        self.case.write_now("email")
        self.assertEqual(self.written().mapped("state"), ["sent", "confirmed"])

    def test_nothing_ticked(self):
        form = self.open_dialog()
        self.untick(form, self.invoice, self.other)
        self.assertIn("tick at least one", form.preview_error)
        with self.assertRaisesRegex(UserError, "tick at least one"):
            self.send(form)

    def test_nothing_leaves_before_the_chase_has_started(self):
        self.company.recouvrement_is_live = False
        with self.assertRaisesRegex(UserError, "has not started"):
            self.case.write_now("email")
        self.case.write_now("email", draft=True)
        self.assertEqual(self.written().state, "draft")
