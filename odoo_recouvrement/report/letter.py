"""The letter: message context in, PDF bytes out.

Three steps: QWeb writes the HTML (views an integrator may inherit), one engine prints
it, and nothing else is consulted. WeasyPrint prints when it can be imported; else
Odoo's own wkhtmltopdf, whose Debian build knows no running headers or footers, so that
the same document then carries its legal notice at its end.

A letter that would only just overflow is printed closer set, when that spares a page.

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
from .printing import data_uri, letter_engine, print_html, stylesheet

_logger = logging.getLogger(__name__)

LETTER = "odoo_recouvrement.letter_document"
#: Room below the subject on the first page, and what fills it, in millimetres: a line
#: of text, the space after a paragraph, an item, the rest (headings, totals, closing).
_ROOM = 179.0


class _Setting(NamedTuple):
    line: float
    gap: float
    item: float
    rest: float


_ROOMY = _Setting(4.86, 2.4, 5.83, 62)
_DENSE = _Setting(4.32, 1.4, 4.59, 52)
#: The strip of the debtor's space, when the letter carries its link.
_ANSWER = 23.0
_LINE_CHARACTERS = 108
#: The last elements of a letter, before its annexes.
ENDS = ("closing", "answer")
#: By how much the estimate may err, in millimetres: within it, a letter of two pages is
#: printed the other way too.
_DOUBT = 15.0
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


def render_letter(
    env: Any,
    context: MessageContext,
    body: Markup,
    *,
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
) -> bytes:
    """The letter as PDF bytes.

    ``body`` is the text rendered with ``context`` in ``lang`` (ISO 639-1). Where it
    holds ``items_table`` the letter's own table comes instead; where it does not, the
    table follows the text. ``address_lines``: the recipient's, for the window.
    ``legal``: the company's notices that the context does not know (legal form, share
    capital…). ``decompte``: the statements of interest, and
    ``statement``: a statement of account, follow on pages of their own.
    """
    paged = letter_engine() == "weasyprint"
    write = functools.partial(
        letter_html,
        env,
        context,
        body,
        address_lines=address_lines,
        number=number,
        subject=subject,
        lang=lang,
        logo=logo,
        registered=registered,
        place=place,
        signatory_role=signatory_role,
        legal=legal,
        statement=statement,
        decompte=decompte,
        paged=paged,
    )
    text = _text(body, context, lang)
    guess = _is_dense(text, context)
    content, pages = _print_measured(env, write(dense=guess))
    if pages == 1 or not (paged and _may_spare_a_page(text, context)):
        return content
    other, other_pages = _print_measured(env, write(dense=not guess))
    # As many pages either way: the roomy one reads better.
    spares = other_pages < pages or (guess and other_pages == pages)
    return other if spares else content


def _print_measured(env: Any, html: Markup) -> tuple[bytes, int]:
    """The letter, and the pages it takes without its annexes."""
    places: dict[str, int] = {}
    content = print_html(env, html, places=places)
    return content, max(places.get(end, 1) for end in ENDS)


def letter_html(
    env: Any,
    context: MessageContext,
    body: Markup,
    *,
    paged: bool,
    dense: bool | None = None,
    **details: Any,
) -> Markup:
    """The letter as one HTML page that refers to nothing outside itself.

    ``paged``: the engine knows running footers and gets the stylesheet apart, parsed.
    ``dense``: set closer; where nobody measured, an estimate says so.
    The other details are those of ``render_letter``.
    """
    writer = Writer(details["lang"], context.currency)
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
        "style": None if paged else Markup(stylesheet(fonts=False)),
        "address_lines": [line for line in details["address_lines"] if line],
        "number": details["number"],
        "subject": details["subject"],
        "registered": details["registered"],
        "role": details["signatory_role"],
        "item_columns": _columns(context.items, "claim"),
        "amount_width": _amount_width(context.items, writer),
        "statement": details["statement"],
        "salutation": _salutation(body, context),
        "date_line": _date_line(writer, details["place"], context.date),
        "logo": _logo_uri(details["logo"]) if details["logo"] else None,
        "legal": legal_line(context.company, writer, details["legal"]),
        "payment": payment,
        "penalties": penalty_rows(context, writer),
        "decompte": _decompte(details.get("decompte", ()), writer),
        "qr": qr_image(payment["payload"]) if payment["payload"] else None,
        "answer_qr": qr_image(context.portal_url) if context.portal_url else None,
    }
    if details["statement"]:
        values["statement_columns"] = _columns(details["statement"].items, "residual")
    qweb = env["ir.qweb"]
    render = functools.partial(qweb._render, minimal_qcontext=True)
    table = render("odoo_recouvrement.letter_items", values)
    before, after = around_table(body, context, details["lang"])
    if dense is None:
        dense = _is_dense(before + after, context)
    values.update(before=before, after=after, table=table, dense=dense)
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


def around_table(
    body: Markup, context: MessageContext, lang: str
) -> tuple[Markup, Markup]:
    """The text before and after the table of items."""
    table = items_table(context, lang=lang, html=True)
    before, _table, after = str(body).partition(table)
    return inert(before), inert(after)


def _text(body: Markup, context: MessageContext, lang: str) -> Markup:
    """The text without its table."""
    before, after = around_table(body, context, lang)
    return before + after


def _heights(text: Markup, context: MessageContext) -> tuple[float, float]:
    """What the letter fills below its subject, roomy then dense, in millimetres.

    An estimate, true within ``_DOUBT``.
    """
    paragraphs = [Markup(part).striptags() for part in text.split("</p>")]
    lines = sum(-(-len(words) // _LINE_CHARACTERS) for words in paragraphs) + 1
    gaps = len(paragraphs)
    # A deduction, then a title over the items to come, take about an item each.
    items = len(context.items) + bool(context.credits) + bool(context.upcoming_items)
    items += 3 if context.grand_total != context.total else 0

    def height(setting: _Setting) -> float:
        filled = lines * setting.line + gaps * setting.gap + items * setting.item
        return filled + setting.rest + (_ANSWER if context.portal_url else 0)

    return height(_ROOMY), height(_DENSE)


def _is_dense(text: Markup, context: MessageContext) -> bool:
    """Whether to set the letter closer, unmeasured: only where that spares a page."""
    roomy, dense = _heights(text, context)
    return roomy > _ROOM >= dense


def _may_spare_a_page(text: Markup, context: MessageContext) -> bool:
    """Whether it takes a measure to know that setting the letter closer is of use."""
    roomy, dense = _heights(text, context)
    return roomy > _ROOM - _DOUBT and dense <= _ROOM + _DOUBT


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
