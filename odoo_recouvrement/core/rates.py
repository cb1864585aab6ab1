"""Dated rates: what the ECB and the legal-interest tables say, and until when.

The law looks rates up by half-year of the calendar, on its first day: C. com.
L441-10 II and CCP R2192-31 for the ECB's rate, CMF L313-2 for the legal one. What
a table does not know is an error that names the missing rate; nothing is ever
extrapolated.

The ECB's rate changes at any date and holds until the next change. The table
cannot see a change that nobody entered, so a row is only trusted up to its
``checked_on``, the last day it was seen to hold. The legal rate is set anew for
each half-year (the same value twice a year, before 2015): one row each.
"""

import csv
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from .faults import Fault, InvalidInput, check_rate

_FOLDER = Path(__file__).parent / "tables"
# Twice the highest ever seen: above, it is a margin added by hand or a lost comma.
HIGHEST_REFERENCE = Decimal(20)


class Reference(str, Enum):
    """A published rate. LEGAL is the column « pour tous les autres cas ».

    The other column is for a creditor who is a private person, whatever the debtor.
    """

    ECB = "ecb"
    LEGAL = "legal"


class HalfYear(NamedTuple):
    """A half-year of the calendar: ``half`` is 1 or 2.

    >>> str(HalfYear.of(date(2026, 7, 1))), HalfYear(2026, 2).following()
    ('2026-S2', HalfYear(year=2027, half=1))
    >>> HalfYear(2026, 1).last_day
    datetime.date(2026, 6, 30)
    """

    year: int
    half: int

    @classmethod
    def of(cls, day: date) -> "HalfYear":
        """The half-year of a day."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def first_day(self) -> date:
        """The day whose rate is that of the half-year."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def last_day(self) -> date:
        """30 June or 31 December."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def following(self) -> "HalfYear":
        """The next half-year."""
        return HalfYear(self.year + self.half - 1, 3 - self.half)

    def __str__(self) -> str:
        return f"{self.year}-S{self.half}"


class UnknownRate(LookupError):
    """No table says this rate: which one, and for which half-year."""

    def __init__(self, reference: Reference, half_year: HalfYear) -> None:
        super().__init__(reference.value, str(half_year))
        self.reference = reference
        self.half_year = half_year


class Rate(NamedTuple):
    """A value in percent, its first day, who says so, when it was last seen true."""

    valid_from: date
    value: Decimal
    source: str = ""
    checked_on: date | None = None

    def is_known_on(self, day: date) -> bool:
        """Whether the row still speaks for that day, if no other follows it."""
        return day <= max(self.valid_from, self.checked_on or self.valid_from)


@dataclass(frozen=True, slots=True, eq=False)
class RateTable:
    """The rows of one reference, in the order of their dates; made by ``of``."""

    reference: Reference
    rows: tuple[Rate, ...]

    @classmethod
    def of(cls, reference: Reference, rows: Iterable[Rate]) -> "RateTable":
        """Sort and check: plausible values, one row a date."""
        ordered = tuple(sorted(rows, key=lambda row: row.valid_from))
        for row in ordered:
            check_rate(row.value, HIGHEST_REFERENCE)
        for one, other in pairwise(ordered):
            if one.valid_from == other.valid_from:
                raise InvalidInput(Fault.RATE_ENTERED_TWICE, one.valid_from)
        return cls(reference, ordered)

    def at(self, half_year: HalfYear) -> Rate:
        """The row in force on the first day of the half-year, or UnknownRate.

        The rise of 16 September 2026 says nothing of 1 January 2027:

        >>> ecb = shipped_rates().ecb
        >>> ecb.at(HalfYear(2026, 2)).value
        Decimal('2.40')
        >>> ecb.at(HalfYear(2027, 1))
        Traceback (most recent call last):
            ...
        odoo_recouvrement.core.rates.UnknownRate: ('ecb', '2027-S1')
        """
        day = half_year.first_day
        index = bisect_right(self.rows, day, key=lambda row: row.valid_from) - 1
        if index >= 0:
            row = self.rows[index]
            is_legal = self.reference is Reference.LEGAL
            if row.valid_from == day or (not is_legal and row.is_known_on(day)):
                return row
        raise UnknownRate(self.reference, half_year)


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Everything published that the law refers to; one object for a whole run."""

    ecb: RateTable
    legal: RateTable

    @classmethod
    def of(cls, ecb: Iterable[Rate], legal: Iterable[Rate]) -> "Rates":
        """Both tables from their rows, whatever their order."""
        return cls(
            RateTable.of(Reference.ECB, ecb), RateTable.of(Reference.LEGAL, legal)
        )

    def at(self, reference: Reference, half_year: HalfYear) -> Rate:
        """The row of a reference for a half-year, or UnknownRate.

        >>> shipped_rates().at(Reference.LEGAL, HalfYear(2026, 2)).value
        Decimal('2.75')
        """
        table = self.ecb if reference is Reference.ECB else self.legal
        return table.at(half_year)

    def missing(self, half_year: HalfYear) -> tuple[Reference, ...]:
        """The references that are not known for the half-year."""
        return tuple(
            reference
            for reference in Reference
            if not self._knows(reference, half_year)
        )

    def _knows(self, reference: Reference, half_year: HalfYear) -> bool:
        try:
            self.at(reference, half_year)
        except UnknownRate:
            return False
        return True


def rates_to_enter(
    rates: Rates, as_of: date, days_before: int = 30
) -> Mapping[HalfYear, tuple[Reference, ...]]:
    """What must be entered: of the current half-year, and of the next one soon.

    The next one counts from ``days_before`` days before it begins: the legal rate is
    published in December and June, the ECB's is only certain on the day itself.

    >>> {str(half): [ref.value for ref in refs] for half, refs in
    ...  rates_to_enter(shipped_rates(), date(2026, 12, 15)).items()}
    {'2027-S1': ['ecb', 'legal']}
    """
    current = HalfYear.of(as_of)
    soon = HalfYear.of(as_of + timedelta(days=days_before))
    wanted = [current] if soon == current else [current, current.following()]
    missing = {half_year: rates.missing(half_year) for half_year in wanted}
    return {
        half_year: references for half_year, references in missing.items() if references
    }


def read_rows(lines: Iterable[str]) -> list[Rate]:
    """Rows of a CSV with the columns valid_from, value, source and checked_on.

    >>> read_rows(["valid_from,value,source,checked_on", "2027-01-01,2.65,BCE,"])
    [Rate(valid_from=datetime.date(2027, 1, 1), value=Decimal('2.65'),
          source='BCE', checked_on=None)]
    """
    return [
        Rate(
            date.fromisoformat(row["valid_from"]),
            _percent(row["value"]),
            row["source"],
            date.fromisoformat(row["checked_on"]) if row["checked_on"] else None,
        )
        for row in csv.DictReader(lines)
    ]


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise InvalidInput(Fault.NOT_A_NUMBER, text) from None


@lru_cache(maxsize=1)
def shipped_rates() -> Rates:
    """The tables that come with the addon, each row with its source."""
    ecb, legal = (
        read_rows((_FOLDER / name).read_text(encoding="utf-8").splitlines())
        for name in ("ecb_refinancing_rate.csv", "legal_interest_rate.csv")
    )
    return Rates.of(ecb, legal)
