"""The invoices' own documents, filed as Odoo files those it has sent.

Odoo prints invoices with wkhtmltopdf, which many machines no longer have; a year of
use would have left these files anyway. One page each, drawn in a few milliseconds.
"""

import io
from datetime import date

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .company import BIC, CAPITAL, IBAN, NAME

FIELD = "invoice_pdf_report_file"
LEFT, RIGHT, TOP = 20 * mm, 190 * mm, 277 * mm
INK, GREY = (0.13, 0.15, 0.2), (0.45, 0.47, 0.52)
LABELS = {
    "fr": ("Facture", "Avoir", "Date", "Échéance", "Désignation", "Qté", "PU HT"),
    "en": ("Invoice", "Credit note", "Date", "Due", "Description", "Qty", "Unit price"),
}
TOTALS = {
    "fr": ("Total HT", "TVA", "Total TTC"),
    "en": ("Total excl. VAT", "VAT", "Total"),
}


def file_invoices(env, company) -> int:
    """File the document of each posted invoice; return how many. Once per database."""
    moves = env["account.move"].search(
        [
            ("company_id", "=", company.id),
            ("state", "=", "posted"),
            ("move_type", "in", ("out_invoice", "out_refund")),
        ]
    )
    env["ir.attachment"].create(
        [
            {
                "name": move._get_invoice_report_filename(),
                "raw": draw(move),
                "mimetype": "application/pdf",
                "res_model": move._name,
                "res_id": move.id,
                "res_field": FIELD,
            }
            for move in moves
        ]
    )
    moves.invalidate_recordset(["invoice_pdf_report_id", FIELD])
    return len(moves)


def draw(move) -> bytes:
    """The page of one invoice or credit note, in the customer's language."""
    language = "fr" if (move.partner_id.lang or "fr").startswith("fr") else "en"
    buffer = io.BytesIO()
    # Invariant: the same invoice gives the same bytes.
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    canvas.setTitle(move.name)
    _head(canvas, move, language)
    _totals(canvas, move, language, _lines(canvas, move, language))
    _foot(canvas)
    canvas.save()
    return buffer.getvalue()


def amount(value: float, currency: str, language: str) -> str:
    """Money as read in the language.

    >>> amount(1234.5, "EUR", "fr"), amount(1234.5, "USD", "en")
    ('1\\xa0234,50\\xa0€', '$1,234.50')
    """
    text = f"{value:,.2f}"
    if language == "en":
        return f"${text}" if currency == "USD" else f"€{text}"
    text = text.replace(",", "\xa0").replace(".", ",")
    return f"{text}\xa0{'€' if currency == 'EUR' else currency}"


def day_text(day: date, language: str) -> str:
    """A date in figures.

    >>> day_text(date(2026, 3, 5), "fr"), day_text(date(2026, 3, 5), "en")
    ('05/03/2026', '5 Mar 2026')
    """
    return f"{day:%d/%m/%Y}" if language == "fr" else f"{day.day} {day:%b %Y}"


def _head(canvas, move, language: str) -> None:
    invoice, credit, date_label, due_label, *_rest = LABELS[language]
    company, customer = move.company_id.partner_id, move.partner_id
    canvas.setFillColorRGB(*INK)
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(LEFT, TOP, NAME)
    own = (company.street, f"{company.zip} {company.city}", company.phone)
    _stack(canvas, LEFT, TOP - 6 * mm, own)
    debtor = customer.commercial_partner_id
    address = (debtor.name, customer.street or debtor.street)
    town = f"{debtor.zip or ''} {debtor.city or ''}".strip()
    _stack(canvas, 115 * mm, TOP - 30 * mm, (*address, town))
    canvas.setFillColorRGB(*INK)
    canvas.setFont("Helvetica-Bold", 13)
    word = credit if move.move_type == "out_refund" else invoice
    canvas.drawString(LEFT, TOP - 58 * mm, f"{word} {move.name}")
    due = move.invoice_date_due or move.invoice_date
    facts = f"{date_label} {day_text(move.invoice_date, language)}"
    facts += f"   ·   {due_label} {day_text(due, language)}"
    facts += f"   ·   {move.ref}" if move.ref else ""
    _stack(canvas, LEFT, TOP - 64 * mm, (facts,))


def _lines(canvas, move, language: str) -> float:
    """The table of the invoice; returns the height under it."""
    *_rest, what, quantity, price = LABELS[language]
    height = TOP - 78 * mm
    _row(canvas, height, (what, quantity, price, TOTALS[language][0]), GREY)
    currency = move.currency_id.name
    for line in move.invoice_line_ids:
        height -= 7 * mm
        text = " ".join((line.name or "").split())[:60]
        figures = (
            f"{line.quantity:g}",
            amount(line.price_unit, currency, language),
            amount(line.price_subtotal, currency, language),
        )
        _row(canvas, height, (text, *figures), INK)
    return height


def _totals(canvas, move, language: str, height: float) -> None:
    sums = (move.amount_untaxed, move.amount_tax, move.amount_total)
    height -= 5 * mm
    canvas.setStrokeColorRGB(*GREY)
    canvas.line(120 * mm, height, RIGHT, height)
    for label, value in zip(TOTALS[language], sums, strict=True):
        height -= 7 * mm
        canvas.drawString(120 * mm, height, label)
        text = amount(value, move.currency_id.name, language)
        canvas.drawRightString(RIGHT, height, text)


def _foot(canvas) -> None:
    iban = " ".join(IBAN[place : place + 4] for place in range(0, len(IBAN), 4))
    canvas.setFillColorRGB(*GREY)
    canvas.setFont("Helvetica", 8)
    canvas.drawString(LEFT, 20 * mm, f"{NAME}, {CAPITAL} · IBAN {iban} · BIC {BIC}")


def _stack(canvas, left: float, height: float, texts) -> None:
    canvas.setFillColorRGB(*GREY)
    canvas.setFont("Helvetica", 9.5)
    for place, text in enumerate(filter(None, texts)):
        canvas.drawString(left, height - place * 4.8 * mm, text)


def _row(canvas, height: float, cells, color) -> None:
    what, *figures = cells
    canvas.setFillColorRGB(*color)
    canvas.setFont("Helvetica", 9.5)
    canvas.drawString(LEFT, height, what)
    for right, text in zip((125 * mm, 157 * mm, RIGHT), figures, strict=True):
        canvas.drawRightString(right, height, text)
