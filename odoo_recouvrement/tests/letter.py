"""What the tests of letters share: a message of so many items, printed and read."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from markupsafe import Markup
from pypdf import PdfReader

from odoo.tests import TransactionCase

from ..core.context import (
    Collector,
    Company,
    Credit,
    Debtor,
    Level,
    MessageContext,
    MessageItem,
    Recipient,
)
from ..core.items_table import items_table
from ..report import letter, printing

TODAY = date(2026, 11, 22)
MILLIMETRE = 72 / 25.4
ADDRESS = (
    "Menuiserie Beaulieu & Fils",
    "À l’attention de Mme Claire Martin",
    "Bâtiment C, zone artisanale des Peupliers",
    "48 rue du Général-de-Gaulle",
    "42000 SAINT-ÉTIENNE",
)
BEFORE = Markup(
    "<p>Sauf erreur ou omission de notre part, les factures ci-dessous restent impayées"
    " à ce jour, la plus ancienne depuis le 20 août 2026. La somme due s’élève à"
    " <strong>13\u202f390,50\u00a0€</strong>.</p>"
)
AFTER = Markup(
    "<p>Nous vous demandons de bien vouloir régler cette somme avant le 30 novembre"
    " 2026. Si un point de ces factures appelle une question, appelez-nous : nous"
    " chercherons une solution avec vous. Si votre paiement a croisé cette lettre,"
    " veuillez ne pas en tenir compte.</p><p>Nous vous prions d’agréer,"
    " Madame, l’expression de nos salutations distinguées.</p>"
)


def make_item(rank, days, total, *, paid="0", deducted="0", reference=""):
    due_date = TODAY - timedelta(days=days)
    residual = Decimal(total) - Decimal(paid)
    return MessageItem(
        invoice=f"FAC/2026/{rank:05d}",
        invoice_date=due_date - timedelta(days=30),
        due_date=due_date,
        days_overdue=days,
        total=Decimal(total),
        residual=residual,
        claim=residual - Decimal(deducted),
        reference=reference,
    )


def make_context(count=3, *, upcoming=0, **changes):
    """A message of ``count`` late items, one of them partly paid, one credited."""
    items = [
        make_item(
            rank,
            10 + 7 * (count - rank),
            f"{300 + 187 * rank}.35",
            paid="100" if rank == 1 else "0",
            deducted="50" if rank == 0 else "0",
            reference=f"BC-{rank}" if rank % 3 else "",
        )
        for rank in range(count)
    ]
    items += [make_item(900 + rank, -8 - rank, "480.00") for rank in range(upcoming)]
    context = MessageContext(
        company=Company(
            name="Atelier du Rhône SAS",
            address=("12 quai Claude-Bernard", "69007 Lyon"),
            siret="552 100 554 00013",
            vat="FR27552100554",
            rcs="552 100 554 R.C.S. Lyon",
            email="compta@atelier-rhone.example",
            phone="04 78 00 00 00",
            website="https://atelier-rhone.example",
            iban="FR76 3000 6000 0112 3456 7890 189",
            bic="AGRIFRPP882",
        ),
        debtor=Debtor("Menuiserie Beaulieu & Fils", "C00482"),
        recipient=Recipient("Claire Martin", "Madame", is_person=True),
        collector=Collector("Émilie Fauré", "emilie@atelier.example", "04 78 00 00 12"),
        level=Level("R2", "firm"),
        date=TODAY,
        pay_before=TODAY + timedelta(days=8),
        currency="EUR",
        items=tuple(items),
        credits=(Credit("AV/2026/00007", date(2026, 10, 3), Decimal(50)),)
        if count
        else (),
        payment_reference="REL/2026/00042",
    )
    return replace(context, **changes)


class LetterCase(TransactionCase):
    def options(self, context, **changes):
        """Body and keywords of ``letter_sheet`` for this context."""
        lang = changes.get("lang", "fr")
        table = items_table(context, lang=lang, html=True) if context.items else ""
        return {
            "body": changes.pop("body", BEFORE + table + AFTER),
            "address_lines": ADDRESS,
            "number": "REL/2026/00042",
            "subject": "Deuxième relance",
            "lang": "fr",
            "logo": None,
            "registered": False,
            "place": "Lyon",
            "signatory_role": "",
            "legal": ("SAS au capital de 50 000 €",),
            "statement": None,
            **changes,
        }

    def render(self, context, **changes):
        sheet = letter.letter_sheet(
            self.env, context, **self.options(context, **changes)
        )
        return printing.print_sheet(self.env, sheet)

    def html(self, context, *, paged=True, closer=False, **changes):
        options = self.options(context, **changes)
        text = letter.around_table(options.pop("body"), context, options["lang"])
        return letter.letter_html(
            self.env, context, text, paged=paged, closer=closer, **options
        )

    def pages(self, content):
        """The text of each page, every space an ordinary one."""
        reader = PdfReader(io.BytesIO(content))
        return [re.sub(r"[^\S\n]", " ", page.extract_text()) for page in reader.pages]

    def words(self, content):
        """The text of the first page with its place, in mm from the top left corner."""
        found = []

        def visit(text, page, place, _font, _size):
            if text.strip():
                x = place[4] * page[0] + place[5] * page[2] + page[4]
                y = place[4] * page[1] + place[5] * page[3] + page[5]
                found.append((text.strip(), x / MILLIMETRE, 297 - y / MILLIMETRE))

        PdfReader(io.BytesIO(content)).pages[0].extract_text(visitor_text=visit)
        return found
