"""The ready-made table of a message's items, for mail, paper and plain text.

Mail clients drop style sheets and half of CSS: a bare table, inline styles, no
class. Screen readers want header cells with their scope. The last column holds
what is asked, so that it adds up to the total under the eyes of the reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from .context import MessageContext, MessageItem
from .formats import money, short_date

_WORDS = frozenset({"invoice", "reference", "invoice_date", "due_date"})
_CELL = Markup("padding:4px 8px;border-bottom:1px solid #ccc")
_AMOUNT = _CELL + Markup(";text-align:right")
_TABLE = Markup(
    "border-collapse:collapse;width:100%;font-size:14px"
    ";font-variant-numeric:tabular-nums"
)

# Of paid invoices, nothing but what their delay costs.
PENALTIES = ("invoice", "due_date", "days", "interest_of", "fee_of", "penalties")

_LABELS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "caption": "Open invoices",
        "caption_paid": "Invoices paid late",
        "invoice": "Invoice",
        "reference": "Your reference",
        "invoice_date": "Date",
        "due_date": "Due date",
        "days": "Days overdue",
        "total": "Amount",
        "residual": "Still open",
        "claim": "To pay",
        "interest_of": "Interest",
        "fee_of": "Fixed sum",
        "penalties": "To pay",
        "overdue": "Total to pay",
        "principal": "Principal",
        "interest": "Late-payment interest",
        "fee": "Fixed sum for recovery costs",
        "upcoming": "Not due yet",
        "credits": "Deducted:",
        "line": "{invoice}, due {due_date}: {claim}",
    },
    "fr": {
        "caption": "Factures ouvertes",
        "caption_paid": "Factures réglées en retard",
        "invoice": "Facture",
        "reference": "Votre référence",
        "invoice_date": "Date",
        "due_date": "Échéance",
        "days": "Jours de retard",
        "total": "Montant TTC",
        "residual": "Reste dû",
        "claim": "À régler",
        "interest_of": "Intérêts",
        "fee_of": "Indemnité",
        "penalties": "À régler",
        "overdue": "Total à régler",
        "principal": "Principal",
        "interest": "Intérêts de retard",
        "fee": "Indemnité forfaitaire de recouvrement",
        "upcoming": "À échoir",
        "credits": "Déduits\u00a0:",
        "line": "{invoice}, échéance du {due_date}\u00a0: {claim}",
    },
}


class _Writer(NamedTuple):
    """The language and the currency everything is written in."""

    labels: Mapping[str, str]
    currency: str
    lang: str

    def money(self, amount: Decimal) -> str:
        return money(amount, self.currency, self.lang)

    def texts(self, item: MessageItem) -> dict[str, str]:
        """Every cell of an item, by column."""
        return {
            "invoice": item.invoice,
            "reference": item.reference,
            "invoice_date": short_date(item.invoice_date, self.lang),
            "due_date": short_date(item.due_date, self.lang),
            "days": str(item.days_overdue) if item.days_overdue > 0 else "",
            "total": self.money(item.total),
            "residual": self.money(item.residual),
            "claim": self.money(item.claim),
            "interest_of": self.money(item.interest),
            "fee_of": self.money(item.recovery_fee),
            "penalties": self.money(item.interest + item.recovery_fee),
        }


def items_table(context: MessageContext, *, lang: str, html: bool) -> Markup | str:
    """The table as HTML, or one line of text per item."""
    labels = _LABELS.get(lang[:2], _LABELS["en"])
    writer = _Writer(labels, context.currency, lang)
    return _html(context, writer) if html else _text(context.items, writer)


def _text(items: Iterable[MessageItem], writer: _Writer) -> str:
    line = writer.labels["line"]
    return "\n".join(line.format(**writer.texts(item)) for item in items)


def _html(context: MessageContext, writer: _Writer) -> Markup:
    columns = PENALTIES if context.is_penalties_only else _columns(context.items)
    body = Markup("")
    if context.overdue_items:
        body += _rows(context.overdue_items, columns, writer)
        body += _overdue_sums(context, columns, writer)
    if context.upcoming_items:
        body += _rows(context.upcoming_items, columns, writer)
        body += _sum("upcoming", context.upcoming_total, columns, writer)
    return Markup(
        '<table style="{}"><caption style="text-align:left">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>{}"
    ).format(
        _TABLE,
        writer.labels["caption_paid" if context.is_penalties_only else "caption"],
        _join(_header(column, writer) for column in columns),
        body,
        _credits(context, writer),
    )


def _columns(items: Sequence[MessageItem]) -> tuple[str, ...]:
    """The columns that say something about these items."""
    useless = {
        "reference": not any(item.reference for item in items),
        "days": all(item.is_upcoming for item in items),
        "residual": all(item.residual in (item.total, item.claim) for item in items),
    }
    names = (
        "invoice", "reference", "invoice_date", "due_date", "days",
        "total", "residual", "claim",
    )  # fmt: skip
    return tuple(name for name in names if not useless.get(name))


def _header(column: str, writer: _Writer) -> Markup:
    return Markup('<th scope="col" style="{}">{}</th>').format(
        _style(column), writer.labels[column]
    )


def _rows(
    items: Iterable[MessageItem], columns: Sequence[str], writer: _Writer
) -> Markup:
    return _join(_row(writer.texts(item), columns) for item in items)


def _row(texts: Mapping[str, str], columns: Sequence[str]) -> Markup:
    head, *cells = columns
    return Markup(
        '<tr><th scope="row" style="{};text-align:left">{}</th>{}</tr>'
    ).format(
        _CELL,
        texts[head],
        _join(
            Markup('<td style="{}">{}</td>').format(_style(column), texts[column])
            for column in cells
        ),
    )


def _overdue_sums(
    context: MessageContext, columns: Sequence[str], writer: _Writer
) -> Markup:
    """What is to pay; with penalties, the principal and each of them before it."""
    penalties = {"interest": context.interest_total, "fee": context.fee_total}
    rows = [(label, amount) for label, amount in penalties.items() if amount]
    if context.is_penalties_only:
        rows = []  # each has its column
    if rows:
        rows.insert(0, ("principal", context.total))
    rows.append(("overdue", context.grand_total))
    return _join(_sum(label, amount, columns, writer) for label, amount in rows)


def _sum(
    label: str, amount: Decimal, columns: Sequence[str], writer: _Writer
) -> Markup:
    return Markup(
        '<tr><th scope="row" colspan="{}" style="{}">{}</th>'
        '<td style="{}"><strong>{}</strong></td></tr>'
    ).format(
        len(columns) - 1, _AMOUNT, writer.labels[label], _AMOUNT, writer.money(amount)
    )


def _credits(context: MessageContext, writer: _Writer) -> Markup:
    """What was deducted, said under the table: the claims are net of it already."""
    if not context.credits:
        return Markup("")
    parts = (
        f"{credit.reference} ({short_date(credit.date, writer.lang)})"
        f" {writer.money(credit.amount)}"
        for credit in context.credits
    )
    return Markup("<p>{} {}</p>").format(writer.labels["credits"], ", ".join(parts))


def _style(column: str) -> Markup:
    return _CELL if column in _WORDS else _AMOUNT


def _join(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)
