"""A mise en demeure from its proposal to what is printed and frozen."""

import csv
import io
from datetime import timedelta
from unittest.mock import patch

from pypdf import PdfReader

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..report import printing
from ..report.pdf import sha256
from .common import AS_OF, NOW
from .notice import NoticeCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestMiseEnDemeure(NoticeCase):
    """The document: proposed, checked, numbered, frozen."""

    def test_the_run_proposes_it_with_its_readiness_list(self):
        invoice = self.make_invoice(1000, days=50, ref="BC-7781")
        found = self.propose(invoice)
        self.assertRecordValues(
            found,
            [
                {
                    "stage": "draft",
                    "name": False,
                    "is_manual": False,
                    "signatory_id": self.signatory.id,
                    "payment_days": 8,
                    "case_id": self.case_of().id,
                }
            ],
        )
        ready = {check.kind: (check.is_done, check.note) for check in found.check_ids}
        self.assertEqual(
            ready,
            {
                "order": (True, "BC-7781"),
                "delivery": (bool(invoice.delivery_date), False),
                "sent": (False, False),
                "identity": (True, "303265045"),
            },
        )

    def test_a_reminder_of_another_level_has_none(self):
        invoice = self.make_invoice(1000, days=20)
        self.run_as_of()
        self.assertTrue(self.reminders(invoice))
        self.assertFalse(self.notices(invoice))

    def test_it_has_its_own_number_and_the_reminders_keep_theirs(self):
        other = self.make_invoice(100, days=5, partner=self.make_debtor("Other"))
        first = self.written()
        self.assertEqual(first.name, "MED/2026/00001")
        self.assertEqual(self.reminders(other).name, "REL/2026/00001")
        debtor = self.make_debtor("Second", company_registry="404833048")
        second = self.written(partner=debtor)
        self.assertEqual(second.name, "MED/2026/00002")

    def test_principal_interest_and_fee_stand_apart_and_are_frozen(self):
        """50 days at 12.15 % on 1,000 €, and the 40 €."""
        found = self.written()
        line = self.items(found.line_ids.move_id)
        self.assertRecordValues(
            found,
            [
                {
                    "stage": "written",
                    "principal_total": 1000.0,
                    "interest_total": 16.64,
                    "fee_total": 40.0,
                    "total": 1056.64,
                    "item_amounts": {
                        str(line.id): {
                            "principal": "1000.00",
                            "interest": "16.64",
                            "fee": "40.00",
                        }
                    },
                    "signed_by": "Inès Leroy, Directrice financière, par délégation",
                }
            ],
        )
        self.assertEqual(found.pdf_sha256, sha256(found.pdf_id.raw))
        with self.assertRaisesRegex(UserError, "has left"):
            found.with_user(self.collector).signatory_id = False
        with self.assertRaisesRegex(UserError, "register"):
            found.sudo().unlink()
        with self.assertRaises(UserError):
            found.copy()

    def test_the_paper_says_all_that_it_must(self):
        found = self.written()
        pages = [page.extract_text() for page in self._pdf(found).pages]
        text = " ".join(" ".join(pages).split())
        for words in (
            "Mise en demeure de payer",
            "MED/2026/00001",
            "Lettre recommandée avec avis de réception",
            "404 833 048",  # the creditor's SIREN
            "303 265 045",  # the debtor's
            found.line_ids.move_id.name,
            "1 000,00 €",
            "16,64 €",
            "40,00 €",
            "1 056,64 €",
            "8 jours",
            "FR76 3000 6000 0112 3456 7890 189",
            "article 1344 du code civil",
            "L441-10, II, et D441-5",
            "juridiction compétente",
            "Inès Leroy",
            "Directrice financière, par délégation",
            "12,15 %",
            "Décompte arrêté au 16 mars 2026",
            "Répondre sans téléphoner",
        ):
            with self.subTest(words):
                self.assertIn(words, text.replace("\u202f", " ").replace("\xa0", " "))
        self.assertEqual(len(pages), 2, "the letter, its annex")

    def test_it_is_a_pdf_a_3_that_carries_its_decompte(self):
        if not printing.has_weasyprint():
            self.skipTest("WeasyPrint is not installed")
        found = self.written()
        reader = self._pdf(found)
        metadata = reader.xmp_metadata.stream.get_data().decode()
        self.assertRegex(metadata, r"pdfaid:part(>|=\")3")
        self.assertRegex(metadata, r"pdfaid:conformance(>|=\")B")
        self.assertEqual(list(reader.attachments), ["MED-2026-00001-decompte.csv"])
        [content] = reader.attachments["MED-2026-00001-decompte.csv"]
        [file] = reader.trailer["/Root"]["/AF"]
        self.assertEqual(file.get_object()["/AFRelationship"], "/Data")
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        self.assertEqual(
            [row["line"] for row in rows], ["segment", "fee", "item", "total"]
        )
        self.assertEqual(
            (rows[0]["from"], rows[0]["to"], rows[0]["days"], rows[0]["rate_percent"]),
            ("2026-01-26", "2026-03-16", "50", "12.15"),
        )
        self.assertEqual(rows[-1]["amount"], "1056.64")

    def test_without_weasyprint_the_decompte_stands_beside(self):
        invoice = self.make_invoice(1000, days=50)
        found = self.propose(invoice)
        with (
            patch.object(
                printing, "_print_wkhtmltopdf", return_value=b"%PDF-1.4 letter"
            ),
            patch.object(printing, "has_weasyprint", return_value=False),
        ):
            self.leave(found)
        names = found.reminder_id._files().mapped("name")
        self.assertEqual(names, ["MED-2026-00001.pdf", "MED-2026-00001-decompte.csv"])
        self.assertEqual(
            found.reminder_id._files()[-1].mimetype, "text/csv", "not a PDF"
        )

    def test_the_same_notice_is_the_same_bytes(self):
        invoice = self.make_invoice(1000, days=50)
        found = self.propose(invoice)
        writer = self.env["recouvrement.message"].sudo().with_company(self.company)
        message = writer._compose(found.reminder_id, AS_OF)
        printed = {
            writer._print(found.reminder_id, message, number="MED/1") for _time in "12"
        }
        self.assertEqual(len(printed), 1)

    def test_the_copies_of_the_invoices_are_printed_behind(self):
        self.levels["MED"].attach_invoices = True
        with patch.object(
            type(self.env["recouvrement.message"]),
            "_invoice_file",
            lambda self, move: ("copy.pdf", _blank_pdf()),
        ):
            found = self.written()
        self.assertEqual(len(found.reminder_id._files()), 2)
        with patch.object(
            type(self.env["ir.attachment"]), "create", autospec=True
        ) as create:
            found.with_user(self.collector).action_print_letters()
        printed = create.call_args.args[1]["raw"]
        self.assertEqual(len(PdfReader(io.BytesIO(printed)).pages), 3)

    def test_what_is_not_due_is_left_out(self):
        late = self.make_invoice(1000, days=50)
        found = self.propose(late)
        coming = self.make_invoice(500, days=-3)
        found.reminder_id.sudo().line_ids = [
            (
                0,
                0,
                {
                    **self._line_values(coming),
                    "is_upcoming": True,
                    "level_id": self.levels["MED"].id,
                    "channel": "registered_letter",
                },
            )
        ]
        self.leave(found)
        self.assertEqual(found.line_ids.move_id, late)
        self.assertEqual(found.total, 1056.64)

    def test_part_payment_and_its_allocation_show(self):
        invoice = self.make_invoice(1000, days=50)
        self.pay(invoice, 400, AS_OF - timedelta(days=20))
        found = self.leave(self.propose(invoice))
        # 30 days on 1,000 €: 9.99 €, paid first out of the 400 € (C. civ. 1343-1).
        self.assertRecordValues(
            found,
            [{"principal_total": 609.99, "interest_total": 4.06, "fee_total": 40.0}],
        )
        text = " ".join(self._pdf(found).pages[1].extract_text().split())
        self.assertIn("9,99", text)
        self.assertIn("1343-1", text)

    def test_consumer_owes_neither_fee_nor_interest_before_it(self):
        person = self.make_debtor(
            "Camille Martin", is_company=False, company_registry=False
        )
        invoice = self.make_invoice(1000, days=50, partner=person)
        self.case_of(person).profile = "consumer"
        self.levels["MED"].template_ids = self.env.ref(
            "odoo_recouvrement.template_consumer_formal_letter_fr"
        )
        found = self.leave(self.propose(invoice))
        self.assertRecordValues(
            found,
            [{"total": 1000.0, "interest_total": 0.0, "fee_total": 0.0}],
        )
        text = " ".join(
            " ".join(page.extract_text() for page in self._pdf(found).pages).split()
        )
        self.assertNotIn("Indemnité", text)
        self.assertNotIn("L441-10", text)
        self.assertIn("1231-6", text)

    def test_interest_of_a_consumer_begins_the_day_after_its_reception(self):
        person = self.make_debtor("Camille Martin", is_company=False)
        invoice = self.make_invoice(1000, days=50, partner=person)
        self.case_of(person).profile = "consumer"
        found = self.leave(self.propose(invoice))
        self.post(found)
        item = self.items(invoice)
        self.assertFalse(item.recouvrement_notice_date)
        with freeze_time(in_days(10)):
            self.note(found, "received", in_days(2))
        self.assertEqual(item.recouvrement_notice_date, in_days(2))
        answer = self.env["recouvrement.statement"]._statements(item, in_days(12))
        [segment] = answer[item.id].statement.segments
        self.assertEqual(segment.first_day, in_days(3))
        self.assertEqual(segment.days, 10)

    def test_english_reader(self):
        self.debtor.lang = "en_US"
        found = self.written()
        text = self._pdf(found).pages[0].extract_text()
        self.assertIn("Formal notice to pay", text)

    def test_level_refuses_a_text_that_is_no_mise_en_demeure(self):
        with self.assertRaisesRegex(ValidationError, "does not demand"):
            self.levels["MED"].template_ids = self.text("r3_letter_fr")
        text = self.text("formal_letter_fr")
        with self.assertRaisesRegex(ValidationError, "L121-6"):
            text.body = text.body.replace(
                "Une solution", "Une saisie suivra. Une solution"
            )

    # ------------------------------------------------------------------- helpers

    def _pdf(self, found):
        return PdfReader(io.BytesIO(found.pdf_id.raw))

    def _line_values(self, invoice):
        item = self.items(invoice)
        return {
            "company_id": self.company.id,
            "move_line_id": item.id,
            "move_id": invoice.id,
            "currency_id": item.currency_id.id,
            "due_date": item.date_maturity,
            "days_overdue": -3,
            "residual": item.amount_residual,
            "claim": item.amount_residual,
        }


def _blank_pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()
