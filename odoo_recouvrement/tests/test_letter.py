"""The letter on paper and the e-mail around its text."""

import io
import os
import re
import socket
from dataclasses import replace
from unittest.mock import patch

from markupsafe import Markup
from PIL import Image
from pypdf import PdfReader

from odoo.tests import tagged

from ..core.context import (
    Collector,
    Company,
    Debtor,
)
from ..report import letter, pdf, printer, printing
from ..report.epc import qr_image
from .letter import (
    ADDRESS,
    AFTER,
    LetterCase,
    make_context,
)


@tagged("post_install", "-at_install")
class TestLetterPaper(LetterCase):
    """What WeasyPrint prints."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not printing.has_weasyprint():
            cls.skipTest(cls, "WeasyPrint is not installed")

    def test_a_dozen_items_hold_on_one_page(self):
        self.assertEqual(len(self.pages(self.render(make_context(12, upcoming=1)))), 1)

    def test_a_letter_that_just_overflows_is_set_closer(self):
        """With the strip of the debtor's space, from few items to many; none leaves a
        second page that setting it closer would have spared."""
        link = "https://compta.example/recouvrement/AAAABwABCRZO7TJvrg_659S936IfNkBs"
        counts = []
        for count in (1, 5, 7, 9, 13):
            context = make_context(count, portal_url=link)
            closer = self.html(context, closer=True)
            dense = printing.print_html(self.env, closer)
            pages = len(self.pages(self.render(context)))
            with self.subTest(count=count):
                self.assertEqual(pages, len(self.pages(dense)))
            counts.append(pages)
        self.assertEqual(counts, sorted(counts))
        self.assertEqual(counts[2], 1, "seven items hold on one page")

    def test_the_debtor_answers_by_a_code_or_a_short_address(self):
        """Scanned by a telephone, or typed; nothing where the space is closed."""
        link = "https://compta.example/recouvrement/AAAABwABCRZO7TJvrg_659S936IfNkBs"
        [page] = self.pages(self.render(make_context(portal_url=link)))
        self.assertIn(link, page)
        self.assertIn("Répondre sans téléphoner", page)
        code = qr_image(link)
        self.assertIn(code, self.html(make_context(portal_url=link)))
        closed = self.html(make_context())
        self.assertNotIn("Répondre sans téléphoner", closed)
        self.assertEqual(closed.count("data:image/png"), 1, "the code of the payment")

    def test_thirty_items_take_two_pages_under_a_repeated_header(self):
        pages = self.pages(self.render(make_context(30)))
        self.assertEqual(len(pages), 2)
        for page in pages:
            self.assertIn("Échéance", page)
        self.assertIn("REL/2026/00042", pages[1], "the second page says what it is of")
        self.assertIn("1 / 2", pages[0])
        self.assertIn("2 / 2", pages[1])

    def test_the_total_never_stands_on_a_page_without_an_item(self):
        for count in range(20, 34):
            pages = self.pages(self.render(make_context(count)))
            page = next(page for page in pages if "Net à payer" in page)
            with self.subTest(count=count):
                self.assertRegex(page, r"FAC/2026/\d{5}")

    def test_the_signature_never_stands_on_a_page_without_a_word(self):
        for count in range(12, 26):
            page = self.pages(self.render(make_context(count)))[-1]
            with self.subTest(count=count):
                self.assertIn("salutations distinguées", page)

    def test_the_address_shows_in_the_window_and_nothing_else_does(self):
        address = re.compile("|".join(re.escape(line[:9]) for line in ADDRESS))
        lines = 0
        for text, x, y in self.words(self.render(make_context())):
            with self.subTest(text=text):
                if address.match(text):
                    lines += 1
                    self.assertTrue(109 <= x < 190 and 45 < y < 80, (x, y))
                else:
                    self.assertFalse(x > 90 and 34 < y < 90, (x, y))
        self.assertEqual(lines, len(ADDRESS))

    def test_an_address_of_seven_lines_still_shows_whole(self):
        places = ("Newcastle upon Tyne", "NE1 4ST", "UNITED KINGDOM")
        address = (
            "Northumberland & Cuthbertson",
            "Holdings",
            "Unit 14",
            "Way",
            *places,
        )
        content = self.render(make_context(), lang="en", address_lines=address)
        shown = {text: (x, y) for text, x, y in self.words(content)}
        for line in address:
            self.assertTrue(45 < shown[line][1] < 80, shown[line])

    def test_the_same_letter_is_the_same_bytes(self):
        context = make_context(5)
        self.assertEqual(self.render(context), self.render(context))
        self.assertNotEqual(self.render(context), self.render(context, number="REL/2"))

    def test_printing_opens_no_connection_and_no_file_of_the_machine(self):
        hostile = Markup(
            '<p><img src="http://t.example/a.png"><img src="file:///etc/hostname"></p>'
            '<p style="background: url(http://t.example/b.png)">Bonjour</p>'
        )
        page = Markup('<img src="http://t.example/a.png"><p>Bonjour</p>')
        refuse = AssertionError("a letter connects to nothing")
        with (
            patch.object(socket, "create_connection", side_effect=refuse),
            self.assertLogs("weasyprint", "ERROR"),  # it says what it refused
        ):
            content = self.render(make_context(), body=hostile)
            raw = printing.print_html(self.env, page)
        for printed in (content, raw):
            self.assertIn("Bonjour", self.pages(printed)[0])
        self.assertNotIn("t.example", self.html(make_context(), body=hostile))
        fetcher = printer._kit(os.getpid())[0]
        for url in ("http://t.example/a.png", "file:///etc/hostname", "//t.example"):
            with self.assertRaises(ValueError):
                fetcher.fetch(url)

    def test_a_statement_of_account_comes_on_its_own_page(self):
        context = make_context(3, upcoming=1)
        statement = letter.Statement(context.items, context.credits)
        pages = self.pages(self.render(context, statement=statement))
        self.assertEqual(len(pages), 2)
        self.assertIn("Relevé de compte au 22 novembre 2026", pages[1])
        self.assertIn("Solde du compte", pages[1])
        self.assertEqual(statement.balance, statement.total - 50)

    def test_a_letter_is_searchable_and_names_its_subject(self):
        content = self.render(make_context())
        self.assertEqual(
            PdfReader(io.BytesIO(content)).metadata.title, "Deuxième relance"
        )
        self.assertIn("Sauf erreur ou omission", self.pages(content)[0])

    def test_letters_merge_in_order(self):
        first, second = self.render(make_context(2)), self.render(make_context(30))
        merged = pdf.merge([first, second])
        self.assertEqual(pdf.page_count(merged), 3)
        self.assertIn("1 / 1", self.pages(merged)[0])


@tagged("post_install", "-at_install")
class TestLetterContent(LetterCase):
    """What the document says, whatever prints it."""

    def test_no_label_stands_without_its_value(self):
        context = make_context(
            1,
            company=Company("Atelier"),
            debtor=Debtor("Martin"),
            collector=Collector(),
            payment_reference="",
        )
        text = self.html(
            context, number="", place="", legal=(), address_lines=("", "X")
        )
        shown = text.striptags()
        for label in ("Tél.", "IBAN", "BIC", "SIREN", "SIRET", "TVA", "Courriel"):
            self.assertNotIn(label, shown)
        for label in (
            "Nos références",
            "Votre numéro",
            "Votre référence",
            "Référence à",
        ):
            self.assertNotIn(label, shown)
        self.assertNotIn("data:image", text)
        self.assertIn("Le 22 novembre 2026", shown)

    def test_the_totals_add_up_under_the_eyes_of_the_reader(self):
        context = make_context(3, upcoming=2)
        shown = self.html(context).striptags()
        self.assertIn("Net à payer 1 312,05 €", shown)
        self.assertIn("déduction faite de AV/2026/00007 (03/10/2026) 50,00 €", shown)
        self.assertIn("Total à échoir 960,00 €", shown)
        self.assertEqual(
            sum(item.claim for item in context.overdue_items), context.total
        )

    def test_the_table_comes_where_the_text_puts_it_once(self):
        text = self.html(make_context())
        self.assertEqual(text.count("<table"), 2, "the items and the payment")
        self.assertLess(text.index("Sauf erreur"), text.index('class="items"'))
        self.assertLess(text.index('class="items"'), text.index("Nous vous demandons"))
        self.assertNotIn("Factures ouvertes", text, "the e-mail's table is not printed")

    def test_a_text_without_table_is_followed_by_it(self):
        text = self.html(make_context(), body=AFTER)
        self.assertLess(text.index("distinguées"), text.index('class="items"'))

    def test_the_reader_is_greeted_once(self):
        self.assertEqual(self.html(make_context()).count("Madame,"), 2)
        greeted = Markup("<p>Madame,</p>") + AFTER
        self.assertEqual(self.html(make_context(), body=greeted).count("Madame,"), 2)

    def test_a_registered_letter_says_so(self):
        mention = "Lettre recommandée avec demande d’avis de réception"
        self.assertIn(mention, self.html(make_context(), registered=True))
        self.assertNotIn(mention, self.html(make_context()))

    def test_the_code_to_pay_needs_euros_and_a_sound_account(self):
        context = make_context()
        self.assertIn("data:image/png", self.html(context))
        self.assertNotIn("data:image", self.html(replace(context, currency="USD")))
        wrong = replace(context.company, iban="FR76 3000 6000 0112 3456 7890 188")
        self.assertNotIn("data:image", self.html(replace(context, company=wrong)))

    def test_a_letter_speaks_the_language_of_its_reader_installed_or_not(self):
        self.env = self.env(context={"lang": "en_US"})
        shown = self.html(make_context(), lang="fr").striptags()
        self.assertIn("Échéance", shown)
        english = self.html(make_context(), lang="en")
        self.assertIn('lang="en"', english)
        self.assertIn("Amount payable €1,312.05", english.striptags())
        self.assertIn("Lyon, 22 November 2026", english.striptags())
        self.assertIn(
            "Amount payable", self.html(make_context(), lang="de").striptags()
        )

    def test_a_note_before_the_due_date_asks_for_nothing_late(self):
        shown = self.html(make_context(0, upcoming=2)).striptags()
        self.assertNotIn("Net à payer", shown)
        self.assertNotIn("Retard", shown)
        self.assertIn("Total à échoir 960,00 €", shown)

    def test_a_logo_replaces_the_name_and_a_broken_one_does_not(self):
        out = io.BytesIO()
        Image.new("RGB", (2000, 900), "navy").save(out, "PNG")
        text = self.html(make_context(), logo=out.getvalue())
        self.assertIn('class="logo"', text)
        self.assertLess(len(text), 60_000, "the logo is made small")
        with self.assertLogs("odoo.addons.odoo_recouvrement.report.letter"):
            text = self.html(make_context(), logo=b"<svg onload=x>")
        self.assertIn('class="name"', text)

    def test_names_are_text_and_never_markup(self):
        context = make_context(debtor=Debtor("<b>A</b> & Fils", "<i>7</i>"))
        self.assertIn("&lt;i&gt;7&lt;/i&gt;", self.html(context))

    def test_the_fallback_document_refers_to_nothing_outside_itself(self):
        hostile = Markup('<p>a<img src="https://t.example/a.png"></p>')
        text = self.html(make_context(), paged=False, body=hostile)
        self.assertNotRegex(text, r"(?i)(src|href)=[\"'](?!data:)")
        self.assertNotRegex(text, r"(?i)url\((?!data:)|@import|@font-face|t\.example")
        self.assertLess(
            text.index("salutations") if "salutations" in text else 0,
            text.rindex('class="legal"'),
            "without running footers, the notice closes the letter",
        )

    def test_without_weasyprint_odoo_s_own_engine_prints(self):
        report = type(self.env["ir.actions.report"])
        with (
            patch.object(printing, "has_weasyprint", return_value=False),
            patch.object(report, "_run_wkhtmltopdf", autospec=True) as run,
        ):
            run.return_value = b"%PDF"
            self.assertEqual(self.render(make_context()), b"%PDF")
        record, (html,) = run.call_args.args
        self.assertEqual(record.get_paperformat(), self.env.ref(printing.PAPER))
        self.assertIn('class="plain', html)
