"""The statement of interest as a table for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from .decompte import Entry, Teller

CSV_COLUMNS = (
    "invoice", "due_date", "kind", "from", "to", "days", "base", "rate", "interest",
    "amount", "basis",
)  # fmt: skip


def decompte_csv(entries: Iterable[Entry], *, lang: str) -> bytes:
    """The same figures for a spreadsheet: one row per segment, movement and total.

    Figures with a point or a comma as the language writes them; UTF-8 with its mark,
    semicolons in French: what a French spreadsheet opens at once.
    """
    teller = Teller(lang, "EUR")
    is_french = teller.writer.lang == "fr"
    stream = io.StringIO()
    out = csv.writer(stream, delimiter=";" if is_french else ",", lineterminator="\r\n")
    out.writerow([teller.say(f"csv_{name}") for name in CSV_COLUMNS])

    def figure(value: Decimal, digits: int | None = None) -> str:
        text = f"{value:f}" if digits is None else f"{value:.{digits}f}"
        return text.replace(".", ",") if is_french else text

    for entry in entries:
        for row in _csv_rows(entry, teller, figure):
            out.writerow(row)
    return stream.getvalue().encode("utf-8-sig")


def _csv_rows(
    entry: Entry, teller: Teller, figure: Callable[..., str]
) -> Iterator[tuple[object, ...]]:
    """The columns of ``CSV_COLUMNS``: segments, movements, totals."""
    found, digits = entry.statement, entry.statement.claim.digits
    head = (entry.invoice, found.claim.due_date.isoformat())
    for segment in found.segments:
        yield (
            *head,
            teller.say("segment"),
            segment.first_day.isoformat(),
            segment.last_day.isoformat(),
            segment.days,
            figure(segment.base, digits),
            figure(segment.rate, 2 if segment.rate == round(segment.rate, 2) else None),
            figure(segment.interest, digits),
            "",
            teller.source(found.regime, segment),
        )
    for share in found.shares:
        move, day = teller.move(found, share), share.movement.date.isoformat()
        interest, amount = share.interest, share.movement.amount
        yield (
            *(*head, move.label, day, day, "", "", "", figure(interest, digits)),
            *(figure(amount, digits), move.basis),
        )
    for label, amount in (
        ("principal", found.principal_due),
        ("interest", found.interest_due),
        ("fee", found.recovery_fee),
        ("total", found.total_due),
    ):
        blanks = ("", found.as_of.isoformat(), "", "", "", "")
        yield (*head, teller.say(label), *blanks, figure(amount, digits), "")
