import io

from pypdf import PdfReader, PdfWriter

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MockEmail

from .story import StoryCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestAttachments(StoryCase, MockEmail):
    """What the level joins leaves with the message: the invoices, the statement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels["R1"].write({"attach_invoices": True, "attach_statement": True})
        cls.invoice = cls.make_invoice(120, days=5)
        cls.other = cls.make_invoice(80, days=-10)

    def legal_pdf(self, invoice, pages: int = 1):
        """The document Odoo sent with the invoice."""
        writer = PdfWriter()
        for _page in range(pages):
            writer.add_blank_page(595, 842)
        stream = io.BytesIO()
        writer.write(stream)
        self.env["ir.attachment"].create(
            {
                "name": f"{invoice.name.replace('/', '-')}.pdf",
                "raw": stream.getvalue(),
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
                "mimetype": "application/pdf",
            }
        )
        invoice.invalidate_recordset(["invoice_pdf_report_id"])
        return stream.getvalue()

    def pages(self, content: bytes) -> list[str]:
        """The words of each page, its spaces made plain."""
        found = PdfReader(io.BytesIO(content)).pages
        return [" ".join(page.extract_text().split()) for page in found]

    def test_an_email_leaves_with_the_invoice_and_the_statement(self):
        content = self.legal_pdf(self.invoice)
        reminder = self.remind(self.invoice)
        with self.mock_mail_gateway():
            self.dispatch()
        [mail] = self._mails
        letter, invoice = mail["attachments"]
        self.assertEqual(invoice[0], f"{self.invoice.name.replace('/', '-')}.pdf")
        self.assertEqual(invoice[1], content)
        first, statement = self.pages(letter[1])
        self.assertIn(self.invoice.name, first)
        self.assertIn("Relevé de compte", statement)
        self.assertIn(self.other.name, statement, "what is not due yet is in it too")
        self.assertEqual(reminder.pdf_id.raw, letter[1], "frozen as it left")

    def test_a_letter_is_printed_with_its_statement_and_invoices_behind(self):
        self.legal_pdf(self.invoice, pages=2)
        self.levels["R1"].write({"by_email": False, "by_letter": True})
        reminder = self.remind(self.invoice)
        reminder.with_user(self.collector).action_confirm()
        self.dispatch()
        pages = self.pages(reminder.pdf_id.raw)
        self.assertEqual(len(pages), 4, "the letter, the statement, two of invoice")
        self.assertIn("Relevé de compte", pages[1])

    def test_without_either_the_email_has_its_letter_only(self):
        self.levels["R1"].write({"attach_invoices": False, "attach_statement": False})
        self.remind(self.invoice)
        with self.mock_mail_gateway():
            self.dispatch()
        [mail] = self._mails
        [letter] = mail["attachments"]
        self.assertEqual(len(self.pages(letter[1])), 1)
