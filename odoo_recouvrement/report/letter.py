"""The letter: message context in, PDF bytes out.

Three steps: QWeb writes the HTML (views an integrator may inherit), one engine prints
it, and nothing else is consulted. WeasyPrint prints when it can be imported; else
Odoo's own wkhtmltopdf, whose Debian build knows no running headers or footers, so that
the same document then carries its legal notice at its end.

With WeasyPrint the same values give the same bytes; Qt stamps and shuffles its own.
"""

import functools
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from markupsafe import Markup
from PIL import Image

from ..core.context import Company, Credit, MessageContext, MessageItem
from ..core.items_table import items_table
from .decompte import Entry, decompte_values
from .epc import epc_payload, qr_image
from .inert import inert
from .labels import Writer
from .letter_fit import fit
from .printer import Sheet, data_uri, stylesheet
from .printing import letter_engine

_logger = logging.getLogger(__name__)

LETTER = "odoo_recouvrement.letter_document"
_LOGO_PIXELS = (720, 240)


@dataclass(frozen=True, slots=True)
class Statement:
    """The debtor's whole account: every open item, and its unmatched credits."""

    items: tuple[MessageItem, ...]
    credits: tuple[Credit, ...] = ()

    @property
    def total(self) -> Decimal:
        return sum((item.residual for item in self.items), Decimal(0))

    @property
    def balance(self) -> Decimal:
        return self.total - sum((credit.amount for credit in self.credits), Decimal(0))


def letter_sheet(
    env: Any,
    context: MessageContext,
    body: Markup,
    *,
    lang: str,
    signatory_role: str = "",
    **details: Any,
) -> Sheet:
    """The letter ready to print.

    ``body`` is the text rendered with ``context`` in ``lang`` (ISO 639-1). Where it
    holds ``items_table`` the letter's own table comes instead; where it does not, the
    table follows the text. The other details are those of ``letter_html``.
    """
    text = around_table(body, context, lang)
    paged = letter_engine() == "weasyprint"
    write = functools.partial(
        letter_html,
        env,
        context,
        text,
        lang=lang,
        signatory_role=signatory_role,
        paged=paged,
        **details,
    )
    setting = fit(text.before + text.after, context, signatory_role)
    html = write(closer=setting.is_closer)
    instead = write(closer=False) if paged and setting.is_doubtful else ""
    return Sheet(str(html), str(instead))


class LetterText(NamedTuple):
    """The text of a letter, before and after the table of its items."""

    before: Markup
    after: Markup


def letter_html(
    env: Any,
    context: MessageContext,
    text: LetterText,
    *,
    paged: bool,
    closer: bool,
    address_lines: Sequence[str],
    number: str,
    subject: str,
    lang: str,
    logo: bytes | None = None,
    registered: bool = False,
    place: str = "",
    signatory_role: str = "",
    legal: Sequence[str] = (),
    statement: Statement | None = None,
    decompte: Sequence[Entry] = (),
) -> Markup:
    """The letter as one HTML page that refers to nothing outside itself.

    ``paged``: the engine knows running footers and gets the stylesheet apart, parsed.
    ``closer``: how its lines are set. ``address_lines``: the recipient's, for the
    window. ``legal``: the company's notices that the context does not know (legal form,
    share capital…). ``decompte``: the statements of interest, and ``statement``: a
    statement of account, follow on pages of their own.
    """
    writer = Writer(lang, context.currency)
    payment = _payment(context)
    values = {
        "c": context,
        "t": writer.label,
        "money": writer.money,
        "long_date": writer.long_date,
        "short_date": writer.short_date,
        "lang": writer.lang,
        "website": context.company.website.removeprefix("https://").rstrip("/"),
        "paged": paged,
        "closer": closer,
        "style": None if paged else Markup(stylesheet(fonts=False)),
        "address_lines": [line for line in address_lines if line],
        "number": number,
        "subject": subject,
        "registered": registered,
        "role": signatory_role,
        "item_columns": _columns(context.items, "claim"),
        "amount_width": _amount_width(context.items, writer),
        "statement": statement,
        "salutation": _salutation(text.before, context),
        "date_line": _date_line(writer, place, context.date),
        "logo": _logo_uri(logo) if logo else None,
        "legal": legal_line(context.company, writer, legal),
        "payment": payment,
        "penalties": penalty_rows(context, writer),
        "decompte": _decompte(decompte, writer),
        "qr": qr_image(payment["payload"]) if payment["payload"] else None,
        "answer_qr": qr_image(context.portal_url) if context.portal_url else None,
        "before": text.before,
        "after": text.after,
    }
    if statement:
        values["statement_columns"] = _columns(statement.items, "residual")
    render = functools.partial(env["ir.qweb"]._render, minimal_qcontext=True)
    values["table"] = render("odoo_recouvrement.letter_items", values)
    return Markup("<!DOCTYPE html>\n") + render(LETTER, values)


def legal_line(
    company: Company, writer: Writer, notices: Sequence[str] = ()
) -> list[str]:
    """What the law asks at the foot of the page, only what is known.

    Source: Code de commerce, art. R123-237 and R123-238.
    """
    number = company.siret or company.siren
    known = [company.name, *notices, company.rcs]
    if number:
        known.append(f"{writer.label('siret' if company.siret else 'siren')} {number}")
    if company.vat:
        known.append(f"{writer.label('vat')} {company.vat}")
    return [text for text in known if text]


# --- values of the document -------------------------------------------------


def around_table(body: Markup, context: MessageContext, lang: str) -> LetterText:
    """The text without the table of items."""
    table = items_table(context, lang=lang, html=True)
    before, _table, after = str(body).partition(table)
    return LetterText(inert(before), inert(after))


def _salutation(body: Markup, context: MessageContext) -> str:
    """How to greet the reader, unless the text does."""
    greeting = context.recipient.salutation
    return "" if body.striptags().startswith(greeting) else greeting


def penalty_rows(context: MessageContext, writer: Writer) -> list[tuple[str, Decimal]]:
    """What comes between the principal and the total: nothing without penalties."""
    until = writer.label("interest", date=writer.short_date(context.date))
    if context.is_penalties_only:  # paid: it has stopped
        until = writer.label("interest_ended")
    penalties = [
        (until, "interest"),
        (writer.label("fee"), "fee"),
    ]
    rows = [
        (label, getattr(context, f"{name}_total"))
        for label, name in penalties
        if getattr(context, f"{name}_total")
    ]
    return [(writer.label("principal"), context.total), *rows] if rows else []


def _decompte(entries: Sequence[Entry], writer: Writer) -> dict[str, Any] | None:
    if not entries:
        return None
    return decompte_values(entries, lang=writer.locale, currency=writer.currency)


def _columns(items: Sequence[MessageItem], last: str) -> list[str]:
    """The optional columns that say something about these items, ``last`` always."""
    shown = {
        "reference": any(item.reference for item in items),
        "late": any(item.days_overdue > 0 for item in items),
        "residual": any(
            item.residual not in (item.total, item.claim) for item in items
        ),
    }
    names = [name for name, useful in shown.items() if useful and name != last] + [last]
    # Eight columns do not fit: the due date says more than the invoice's.
    return names if len(names) == len(shown) + 1 else ["date", *names]


def _amount_width(items: Sequence[MessageItem], writer: Writer) -> str:
    """The width of a column of amounts: 1.75 mm a character at 9 points."""
    longest = max(len(writer.money(item.total)) for item in items)
    return f"width:{max(18, 1.75 * longest):.1f}mm"


def _payment(context: MessageContext) -> dict[str, Any]:
    """What to pay and how: amount (Decimal), account, and the QR code's payload."""
    company = context.company
    amount = context.grand_total or context.upcoming_total
    payload = epc_payload(
        name=company.name,
        iban=company.iban,
        bic=company.bic,
        amount=amount,
        currency=context.currency,
        remittance=context.payment_reference,
    )
    return {"amount": amount, "payload": payload}


def _date_line(writer: Writer, place: str, day: date) -> str:
    written = writer.long_date(day)
    if place:
        return writer.label("date_line", place=place, date=written)
    return writer.label("date_line_bare", date=written)


@functools.lru_cache(maxsize=16)
def _logo_uri(logo: bytes) -> str | None:
    """The logo as a small PNG or JPEG data URI; ``None`` when it is no such picture.

    Always re-encoded: what a company uploaded may be huge, or not be what it says.
    """
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(logo)) as picture:
            kind = "JPEG" if picture.format == "JPEG" else "PNG"
            small = picture.convert("RGB" if kind == "JPEG" else "RGBA")
            small.thumbnail(_LOGO_PIXELS)
            small.save(out, kind, quality=90)
    except (OSError, ValueError, Image.DecompressionBombError):
        _logger.warning("The company's logo cannot be read: its name is printed.")
        return None
    return data_uri(f"image/{kind.lower()}", out.getvalue())
