"""The mise en demeure on paper: its own page, its own annex, the décompte attached.

Same steps and same engine as the letter (:mod:`letter`): PDF/A-3 with WeasyPrint, the
décompte inside as a CSV file; a plain PDF with wkhtmltopdf, the CSV beside it.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..core.allocation import Order
from ..core.notice_context import NoticeContext
from .epc import epc_payload, qr_image
from .letter import (
    _amount_width,
    _date_line,
    _logo_uri,
    _salutation,
    around_table,
    legal_line,
)
from .notice_labels import NoticeWriter
from .printer import Sheet, stylesheet
from .printing import letter_engine

NOTICE = "odoo_recouvrement.notice_document"


@dataclass(frozen=True, slots=True)
class NoticeDetails:
    """What the context does not know.

    ``address_lines``: the recipient's, for the window; ``debtor_lines``: where the
    debtor itself is. ``signatory``: name and capacity. ``enclosures``: in words.
    """

    address_lines: Sequence[str]
    debtor_lines: Sequence[str]
    number: str
    subject: str
    lang: str
    channel: str
    payment_days: int
    signatory: tuple[str, str] = ("", "")
    signature: bytes | None = None
    logo: bytes | None = None
    place: str = ""
    legal: Sequence[str] = ()
    invoice_copies: int = 0


def notice_sheet(
    env: Any,
    context: NoticeContext,
    body: Markup,
    details: NoticeDetails,
    statement_csv: bytes,
) -> Sheet:
    """The mise en demeure ready to print, its statement of interest within."""
    html = notice_html(
        env, context, body, details, paged=letter_engine() == "weasyprint"
    )
    writer = NoticeWriter(details.lang, context.currency)
    return Sheet(
        str(html),
        embedded=(
            statement_name(details.number),
            statement_csv,
            writer.label("annex", date=writer.long_date(context.date)),
            context.date,
        ),
    )


def statement_name(number: str) -> str:
    """The name of the décompte's file.

    >>> statement_name("MED/2026/00001")
    'MED-2026-00001-decompte.csv'
    """
    return f"{(number or 'MED').replace('/', '-')}-decompte.csv"


def notice_html(
    env: Any,
    context: NoticeContext,
    body: Markup,
    details: NoticeDetails,
    *,
    paged: bool,
) -> Markup:
    """The document as one HTML page that refers to nothing outside itself."""
    writer = NoticeWriter(details.lang, context.currency)
    company = context.company
    payload = epc_payload(
        name=company.name,
        iban=company.iban,
        bic=company.bic,
        amount=context.grand_total,
        currency=context.currency,
        remittance=context.payment_reference,
    )
    before, after = around_table(body, context, details.lang)
    values = {
        "c": context,
        "d": details,
        "t": writer.label,
        "w": writer,
        "money": writer.money,
        "long_date": writer.long_date,
        "short_date": writer.short_date,
        "lang": writer.lang,
        "paged": paged,
        "style": None if paged else Markup(stylesheet(fonts=False)),
        "website": company.website.removeprefix("https://").rstrip("/"),
        "logo": _logo_uri(details.logo) if details.logo else None,
        "signature": _logo_uri(details.signature) if details.signature else None,
        "salutation": _salutation(body, context),
        "date_line": _date_line(writer, details.place, context.date),
        "legal": legal_line(company, writer, details.legal),
        "qr": qr_image(payload) if payload else None,
        "answer_qr": qr_image(context.portal_url) if context.portal_url else None,
        "before": before,
        "after": after,
        "amount_width": _amount_width(context.items, writer),
        "has_reference": any(item.reference for item in context.items),
        "has_paid": bool(context.paid_total),
        "fee_amount": _fee_amount(context),
        "sums": _sums(context),
        "enclosures": _enclosures(details, writer),
        "is_interest_first": any(
            one.statement.conventions.order is Order.INTEREST_FIRST
            and any(share.interest for share in one.statement.shares)
            for one in context.stated
        ),
    }
    render = functools.partial(env["ir.qweb"]._render, minimal_qcontext=True)
    return Markup("<!DOCTYPE html>\n") + render(NOTICE, values)


def _fee_amount(context: NoticeContext):
    """The fee of one invoice, when it is the same for all."""
    fees = {one.item.recovery_fee for one in context.stated if one.item.recovery_fee}
    return fees.pop() if len(fees) == 1 else None


def _sums(context: NoticeContext) -> bool:
    """Whether anything but the principal is asked: else one line says it all."""
    return bool(context.interest_total or context.fee_total)


def _enclosures(details: NoticeDetails, writer: NoticeWriter) -> str:
    parts = [writer.label("statement")]
    if details.invoice_copies:
        parts.append(writer.label("copies" if details.invoice_copies > 1 else "copy"))
    return ", ".join(parts)
