"""The message of a mise en demeure: what any message says, and its décompte.

Each item asked comes with its statement of interest, from which its figures are: the
letter's table, its annex, the file attached to it and what is frozen are one reading
of the ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from .allocation import MovementKind
from .context import MessageContext, MessageItem
from .interest import Segment, Statement
from .money import ZERO


class Stated(NamedTuple):
    """An item asked (``line_id``) with its statement of interest."""

    line_id: int
    item: MessageItem
    statement: Statement

    @property
    def paid(self) -> Decimal:
        """What was received or credited so far."""
        return sum((share.movement.amount for share in self.statement.shares), ZERO)


@dataclass(frozen=True, slots=True)
class NoticeContext(MessageContext):
    """``faults``: why some statements could not be worked out, in words."""

    stated: tuple[Stated, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """The texts that the sums rest on, each once, in the order of the items."""
        found = []
        for one in self.stated:
            regime = one.statement.regime
            found.append(regime.interest_basis)
            if one.item.recovery_fee:
                found.append(regime.fee_basis)
        return tuple(dict.fromkeys(filter(None, found)))

    @property
    def paid_total(self) -> Decimal:
        """What was received or credited on the items asked."""
        return sum((one.paid for one in self.stated), ZERO)

    @property
    def fee_count(self) -> int:
        """Invoices for which the 40 € are asked."""
        return sum(bool(one.item.recovery_fee) for one in self.stated)


def with_statement(item: MessageItem, found: Statement) -> MessageItem:
    """The item with the figures of its statement; its claim is the principal due.

    >>> from datetime import date
    >>> from .claim import Claim
    >>> from .interest import statement
    >>> from .rates import shipped_rates
    >>> from .regime import BUSINESS
    >>> due, day = date(2026, 6, 20), date(2026, 7, 10)
    >>> item = MessageItem("F1", due, due, 20, *[Decimal(10000)] * 3)
    >>> found = statement(Claim(Decimal(10000), due), BUSINESS, day, shipped_rates())
    >>> figures = with_statement(item, found)
    >>> print(figures.claim, figures.interest, figures.recovery_fee)
    10000 67.26 40.00
    """
    return replace(
        item,
        total=found.claim.amount,
        claim=found.principal_due,
        interest=found.interest_due,
        recovery_fee=found.recovery_fee,
    )


#: The décompte as a table for machines: one row per fact, in this order.
COLUMNS = (
    "line", "invoice", "invoice_date", "due_date", "from", "to", "days", "base",
    "rate_percent", "rate_basis", "interest", "date", "amount", "principal", "note",
)  # fmt: skip


def rows(context: NoticeContext) -> Iterator[tuple[str, ...]]:
    """The décompte row by row, as text: ISO dates, amounts with a point.

    ``line`` says what the row is: segment, payment, credit_note, fee, item (what is
    asked for one invoice) or total.
    """
    for one in context.stated:
        item, found = one.item, one.statement
        head = (item.invoice, item.invoice_date.isoformat(), item.due_date.isoformat())
        for segment in found.segments:
            yield ("segment", *head, *_segment(segment, found), "", "", "", "")
        for share in found.shares:
            is_credit = share.movement.kind is MovementKind.CREDIT_NOTE
            yield (
                "credit_note" if is_credit else "payment",
                *head, *[""] * 6, str(share.interest),
                share.movement.date.isoformat(), str(share.movement.amount),
                str(share.principal), f"surplus {share.surplus}" * bool(share.surplus),
            )  # fmt: skip
        if item.recovery_fee:
            fee = str(item.recovery_fee)
            yield ("fee", *head, *[""] * 8, fee, "", found.regime.fee_basis)
        yield (
            "item", *head, *[""] * 6, str(item.interest), found.as_of.isoformat(),
            str(item.total_due), str(item.claim), "",
        )  # fmt: skip
    yield (
        "total", *[""] * 9, str(context.interest_total), context.date.isoformat(),
        str(context.grand_total), str(context.total), context.currency,
    )  # fmt: skip


def _segment(segment: Segment, found: Statement) -> tuple[str, ...]:
    return (
        segment.first_day.isoformat(),
        segment.last_day.isoformat(),
        str(segment.days),
        str(segment.base),
        str(segment.rate),
        found.regime.interest_basis,
        str(segment.interest),
    )
