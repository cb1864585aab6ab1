import io

from pypdf import PdfReader

from odoo.tests import freeze_time, tagged

from .penalty import TODAY, PenaltyCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestPenaltyDecompte(PenaltyCase):
    """The décompte is joined to the debit note, and leaves with it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.turn_invoicing_on()

    def setUp(self):
        super().setUp()
        self.invoice = self.paid_late()
        self.assess()

    def test_the_statement_is_joined_and_leaves_with_the_note(self):
        """By Odoo's own way of sending: the note, and the décompte behind it."""
        note = self.invoice_penalties(self.invoice)
        file = note.recouvrement_decompte_id
        self.assertEqual((file.res_model, file.res_id), ("account.move", note.id))
        text = "".join(
            page.extract_text() for page in PdfReader(io.BytesIO(file.raw)).pages
        )
        for words in (self.invoice.name, "67,26", "107,26", "12,15"):
            self.assertIn(words, text.replace("\u202f", " ").replace("\xa0", " "))
        sender = self.env["account.move.send"].with_user(self.accountant)
        found = sender._get_invoice_extra_attachments_data(
            note.with_user(self.accountant)
        )
        self.assertIn(file.id, [one["id"] for one in found])
        self.assertFalse(
            sender._get_invoice_extra_attachments(
                self.invoice.with_user(self.accountant)
            ),
            "An ordinary invoice carries nothing of ours.",
        )

    def test_the_statement_says_what_the_note_asks(self):
        """A part was waived; posted again, it is made again."""
        self.waive(self.invoice, interest=7.26, fee=40)
        note = self.invoice_penalties(self.invoice)
        self.assertEqual(note.amount_total, 60)
        first = note.recouvrement_decompte_id
        text = PdfReader(io.BytesIO(first.raw)).pages[0].extract_text()
        self.assertIn("60,00", text)
        note.with_user(self.accountant).button_draft()
        note.with_user(self.accountant).action_post()
        self.assertFalse(first.exists())
        self.assertTrue(note.recouvrement_decompte_id)
