"""What a debtor may answer, and what an answer must say to be understood.

Figures come as people type them (« 1 234,56 € », a date of the calendar); each is read
here, and whatever cannot be meant is named field by field, so that the page can show
it beside what was typed.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from .faults import InvalidInput, check_amount, check_day
from .money import ZERO

LONGEST_TEXT = 2000
LONGEST_WORD = 120
# No database takes the first of them, no reader sees the others.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e]")


class Kind(str, Enum):
    """The five answers."""

    PAID = "paid"
    DISPUTE = "dispute"
    PROMISE = "promise"
    PLAN = "plan"
    CONTACT = "contact"


class Problem(str, Enum):
    """What is wrong with a field."""

    MISSING = "missing"
    NOT_A_DATE = "not_a_date"
    IN_THE_FUTURE = "in_the_future"
    IN_THE_PAST = "in_the_past"
    TOO_FAR = "too_far"
    NOT_AN_AMOUNT = "not_an_amount"
    MORE_THAN_DUE = "more_than_due"
    PART_OF_SEVERAL = "part_of_several"
    SEVERAL_CURRENCIES = "several_currencies"
    NOT_A_NUMBER = "not_a_number"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NOT_COPIED = "not_copied"


class Limits(NamedTuple):
    """What the creditor takes by itself: days ahead, instalments, digits of money.

    ``reasons``: the codes of those a dispute may have.
    """

    promise_days: int
    instalments: int
    digits: int = 2
    reasons: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Typed:
    """A form as it came: ``items`` are the residual amounts of those that were ticked.

    ``currencies``: how many currencies these are in.
    """

    kind: Kind
    items: Mapping[int, Decimal]
    day: str = ""
    amount: str = ""
    count: str = ""
    reason: str = ""
    reference: str = ""
    text: str = ""
    name: str = ""
    address: str = ""
    currencies: int = 1


@dataclass(frozen=True)
class Answer:
    """A form as it is understood. ``amount`` is zero where none was asked or given."""

    kind: Kind
    item_ids: tuple[int, ...]
    day: date | None = None
    amount: Decimal = ZERO
    count: int = 0
    reason: str = ""
    reference: str = ""
    text: str = ""
    name: str = ""
    address: str = ""


class Misunderstood(ValueError):
    """A form that cannot be taken: ``problems`` by name of field."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(sorted(problems)))
        self.problems = problems


def understand(typed: Typed, today: date, limits: Limits) -> Answer:
    """The answer, or Misunderstood with everything that is wrong with it.

    >>> limits = Limits(promise_days=30, instalments=6)
    >>> items = {5: Decimal("120.00")}
    >>> answer = understand(
    ...     Typed(Kind.PROMISE, items, day="2026-03-20"), date(2026, 3, 16), limits)
    >>> answer.day, str(answer.amount)
    (datetime.date(2026, 3, 20), '120.00')
    >>> understand(Typed(Kind.PROMISE, items, day="2027-01-01", amount="500"),
    ...     date(2026, 3, 16), limits)
    Traceback (most recent call last):
        ...
    odoo_recouvrement.core.answer.Misunderstood: amount, day
    """
    reader = _Reader(typed, today, limits)
    answer = reader.answer()
    if reader.problems:
        raise Misunderstood(reader.problems)
    return answer


class _Reader:
    """Reads one form; gathers what is wrong."""

    def __init__(self, typed: Typed, today: date, limits: Limits) -> None:
        self.typed = typed
        self.today = today
        self.limits = limits
        self.due = sum(typed.items.values(), ZERO)
        self.problems: dict[str, Problem] = {}

    def answer(self) -> Answer:
        kind = self.typed.kind
        if not self.typed.items and kind is not Kind.CONTACT:
            self.problems["items"] = Problem.MISSING
        elif self.typed.currencies > 1 and kind is not Kind.CONTACT:
            self.problems["items"] = Problem.SEVERAL_CURRENCIES
        details: dict[str, object] = getattr(self, f"_{kind.value}")()
        return Answer(
            kind=kind,
            # A wrong contact is no word on any debt.
            item_ids=() if kind is Kind.CONTACT else tuple(sorted(self.typed.items)),
            text=self._words("text", LONGEST_TEXT),
            **details,  # type: ignore[arg-type]
        )

    def _paid(self) -> dict[str, object]:
        day = self._day()
        if day and day > self.today:
            self.problems["day"] = Problem.IN_THE_FUTURE
        return {
            "day": day,
            "amount": self._amount(self.due),
            "reference": self._words("reference", LONGEST_WORD),
        }

    def _dispute(self) -> dict[str, object]:
        reason = self.typed.reason
        if reason not in self.limits.reasons:
            self.problems["reason"] = Problem.MISSING
        if not self.typed.text.strip():
            self.problems["text"] = Problem.MISSING
        amount = self._part(ZERO)
        return {"reason": reason, "amount": ZERO if amount == self.due else amount}

    def _promise(self) -> dict[str, object]:
        day = self._coming_day(self.limits.promise_days)
        return {"day": day, "amount": self._amount(self.due, highest=self.due)}

    def _plan(self) -> dict[str, object]:
        count = self.typed.count.strip()
        number = int(count) if re.fullmatch(r"[0-9]{1,3}", count) else 0
        if number < 2:
            self.problems["count"] = Problem.NOT_A_NUMBER
        elif number > self.limits.instalments:
            self.problems["count"] = Problem.TOO_MANY
        day = self._coming_day(self.limits.promise_days)
        return {"day": day, "count": number, "amount": self.due}

    def _contact(self) -> dict[str, object]:
        values = {
            "name": self._words("name", LONGEST_WORD),
            "address": self._words("address", LONGEST_WORD),
        }
        # Somebody to write to, or at least a word on why.
        if not any(values.values()) and not self.typed.text.strip():
            self.problems["name"] = Problem.MISSING
        return {**values}

    # ---------------------------------------------------------------- the fields

    def _day(self) -> date | None:
        typed = self.typed.day.strip()
        if not typed:
            self.problems["day"] = Problem.MISSING
            return None
        try:
            day = date.fromisoformat(typed)
            check_day(day)
        except ValueError:
            self.problems["day"] = Problem.NOT_A_DATE
            return None
        return day

    def _coming_day(self, most_days: int) -> date | None:
        day = self._day()
        if day and day < self.today:
            self.problems["day"] = Problem.IN_THE_PAST
        elif day and day > self.today + timedelta(days=most_days):
            self.problems["day"] = Problem.TOO_FAR
        return day

    def _amount(self, default: Decimal, highest: Decimal | None = None) -> Decimal:
        if not self.typed.amount.strip():
            return default
        amount = read_amount(self.typed.amount, self.limits.digits)
        if amount is None:
            self.problems["amount"] = Problem.NOT_AN_AMOUNT
        elif highest is not None and amount > highest:
            self.problems["amount"] = Problem.MORE_THAN_DUE
        return amount or ZERO

    def _part(self, default: Decimal) -> Decimal:
        """A part of one item, or all of several: which part of which nobody knows."""
        amount = self._amount(default, highest=self.due)
        if len(self.typed.items) > 1 and amount not in (default, self.due):
            self.problems.setdefault("amount", Problem.PART_OF_SEVERAL)
        return amount

    def _words(self, name: str, longest: int) -> str:
        typed = _CONTROLS.sub("", getattr(self.typed, name)).strip()
        if len(typed) > longest:
            self.problems[name] = Problem.TOO_LONG
        return typed


def read_amount(typed: str, digits: int = 2) -> Decimal | None:
    """An amount as people write it; None when it is not one.

    >>> [str(read_amount(typed)) for typed in ("1 234,56 €", "1.234,5", "1,234.50")]
    ['1234.56', '1234.5', '1234.50']
    >>> [read_amount(typed) for typed in ("12,345.6.7", "dix", "-5", "0", "1e3")]
    [None, None, None, None, None]
    """
    plain = re.sub(r"[\s€']", "", typed)
    decimal_mark = max(plain.rfind(","), plain.rfind("."))
    whole, mark, cents = (
        plain[: max(decimal_mark, 0)],
        plain[max(decimal_mark, 0) : decimal_mark + 1],
        plain[decimal_mark + 1 :],
    )
    # The other of the two marks separates thousands, by threes.
    groups = whole.split("." if mark == "," else ",")
    is_grouped = all(len(group) == 3 for group in groups[1:])
    text = f"{''.join(groups)}.{cents}" if mark else cents
    if not is_grouped or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,3})?", text):
        return None
    amount = Decimal(text)
    try:
        check_amount(amount, digits)
    except InvalidInput:
        return None
    return amount


def is_copied(typed: str, model: str) -> bool:
    """Whether a sentence was copied, but for accents, capitals, spaces and dots.

    >>> is_copied("je reconnais devoir 1200,00 €", "Je reconnais devoir 1 200,00 €.")
    True
    >>> is_copied("Bon pour accord", "Je reconnais devoir 1 200,00 €.")
    False
    """
    return _letters(typed) == _letters(model)


def _letters(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in bare if sign.isalnum())


def fingerprint(answer: Answer, today: date, files: tuple[bytes, ...] = ()) -> str:
    """The same answer given twice on one day has one fingerprint: it is kept once."""
    digests = [hashlib.sha256(content).hexdigest() for content in files]
    said = repr((astuple(answer), today.isoformat(), sorted(digests)))
    return hashlib.sha256(said.encode()).hexdigest()
