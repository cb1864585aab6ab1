"""What a template may know: frozen plain values, and the totals that follow from them.

The names here are the vocabulary of the templates: it is documented for those who
write them, and changing a name breaks their texts.
"""

import datetime
from dataclasses import dataclass, fields
from decimal import Decimal

from .money import ZERO


class NothingToAsk(Exception):
    """A message without any item has nothing to say."""


@dataclass(frozen=True, slots=True)
class Company:
    """The creditor, as it signs. ``iban`` is grouped by four."""

    name: str
    address: tuple[str, ...] = ()
    siren: str = ""
    siret: str = ""
    vat: str = ""
    rcs: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    iban: str = ""
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes. ``reference`` is its customer number; ``profile`` its legal regime."""

    name: str
    reference: str = ""
    profile: str = "business"
    is_company: bool = True
    siren: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who reads: a person within the debtor, or the debtor itself."""

    name: str
    salutation: str
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Collector:
    """Who answers the reader's questions."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """The step of the ladder the message is at, and the days to pay it gives."""

    name: str
    tone: str
    payment_days: int = 8


@dataclass(frozen=True, slots=True)
class MessageItem:
    """One open instalment. ``reference`` is the customer's own (its order).

    ``claim``: what is asked for it, the ``residual`` less the credits allocated to
    it and the parts set aside. ``days_overdue`` is negative before the due date.
    ``interest``, ``recovery_fee``: its penalties, zero in a message without any.
    ``is_reminded``: an earlier message, delivered, was about it.
    """

    invoice: str
    invoice_date: datetime.date
    due_date: datetime.date
    days_overdue: int
    total: Decimal
    residual: Decimal
    claim: Decimal
    reference: str = ""
    interest: Decimal = ZERO
    recovery_fee: Decimal = ZERO
    is_reminded: bool = False

    @property
    def total_due(self) -> Decimal:
        """With its penalties, when the message shows them."""
        return self.claim + self.interest + self.recovery_fee

    @property
    def is_upcoming(self) -> bool:
        """Not due yet: announced, not asked."""
        return self.days_overdue < 0


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit note or an unmatched payment, positive, as deducted from the claims."""

    reference: str
    date: datetime.date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MessageContext:
    """One message. Items are kept in due-date order, whatever order they come in.

    ``shows_penalties``: whether it says what lateness costs. Otherwise the interest
    and the fixed sums are zero, and ``grand_total`` is ``total``.

    ``portal_url``: the debtor's space, where it sees its account, pays and answers;
    empty when the company has none.

    >>> due = datetime.date(2026, 3, 2)
    >>> context = MessageContext(
    ...     company=Company("Atelier"), debtor=Debtor("Martin"),
    ...     recipient=Recipient("Martin", "Madame, Monsieur"), collector=Collector(),
    ...     level=Level("R1", "cordial"), date=datetime.date(2026, 3, 12),
    ...     pay_before=datetime.date(2026, 3, 20), currency="EUR",
    ...     items=(MessageItem("F1", due, due, 10, *[Decimal(100)] * 2, Decimal(80)),),
    ...     credits=(Credit("AV1", due, Decimal(20)),))
    >>> print(context.overdue_total, context.credit_total, context.total)
    100 20 80
    """

    company: Company
    debtor: Debtor
    recipient: Recipient
    collector: Collector
    level: Level
    date: datetime.date
    pay_before: datetime.date
    currency: str
    items: tuple[MessageItem, ...]
    credits: tuple[Credit, ...] = ()
    payment_reference: str = ""
    shows_penalties: bool = False
    portal_url: str = ""

    def __post_init__(self) -> None:
        if not self.items:
            raise NothingToAsk
        ordered = sorted(self.items, key=lambda item: (item.due_date, item.invoice))
        object.__setattr__(self, "items", tuple(ordered))

    @property
    def overdue_items(self) -> tuple[MessageItem, ...]:
        """The items that are asked."""
        return tuple(item for item in self.items if not item.is_upcoming)

    @property
    def upcoming_items(self) -> tuple[MessageItem, ...]:
        """The items that are announced."""
        return tuple(item for item in self.items if item.is_upcoming)

    @property
    def total(self) -> Decimal:
        """What is asked now: the claims of the items that are due."""
        return sum((item.claim for item in self.overdue_items), ZERO)

    @property
    def credit_total(self) -> Decimal:
        """What was deducted."""
        return sum((credit.amount for credit in self.credits), ZERO)

    @property
    def overdue_total(self) -> Decimal:
        """What was asked before the deduction: always total plus credits."""
        return self.total + self.credit_total

    @property
    def interest_total(self) -> Decimal:
        """The late interest of the items that are due, apart from ``total``."""
        return sum((item.interest for item in self.overdue_items), ZERO)

    @property
    def fee_total(self) -> Decimal:
        """The 40 € of the invoices paid late, apart from ``total``."""
        return sum((item.recovery_fee for item in self.overdue_items), ZERO)

    @property
    def grand_total(self) -> Decimal:
        """Principal, interest and fixed sums: what settles everything that is due."""
        return self.total + self.interest_total + self.fee_total

    @property
    def is_reminded(self) -> bool:
        """Whether every item that is asked was the subject of an earlier message."""
        return bool(self.overdue_items) and all(
            item.is_reminded for item in self.overdue_items
        )

    @property
    def is_penalties_only(self) -> bool:
        """Whether the invoices are paid: only what their delay costs is asked."""
        return not self.total and bool(self.grand_total)

    @property
    def upcoming_total(self) -> Decimal:
        """What is announced."""
        return sum((item.claim for item in self.upcoming_items), ZERO)

    @property
    def oldest_due_date(self) -> datetime.date:
        """The first due date of the message."""
        return self.items[0].due_date

    @property
    def oldest_days(self) -> int:
        """Days since then; negative when everything is still to come."""
        return self.items[0].days_overdue

    def as_variables(self) -> dict[str, object]:
        """Every name a template sees; ``items_table`` apart, made when asked for."""
        return {name: getattr(self, name) for name in VARIABLES - {ITEMS_TABLE}}


ITEMS_TABLE = "items_table"
_DERIVED = frozenset(
    name for name, value in vars(MessageContext).items() if isinstance(value, property)
)
VARIABLES = _DERIVED | {field.name for field in fields(MessageContext)} | {ITEMS_TABLE}
