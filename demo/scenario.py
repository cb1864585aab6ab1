"""What was invoiced, when, and what became of it: a pure plan for the ledger.

The plan is drawn from ``random.Random(f"{seed}:{debtor}")``, one generator per
debtor. Amounts follow a log-normal law with a median around 900 € tax included and
are cut at 40 and 25 000 €; most open items are recent, as in a real ledger.
"""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import holidays

from .catalogue import CATALOGUE, Product
from .debtors import Debtor, Item

#: What becomes of an invoice. ``opening`` is not an invoice at all but a line of
#: the opening entry; ``bank`` is paid by a bank line matched with the invoice.
FATES = (
    "open",
    "paid",
    "bank",
    "part",
    "short",
    "credited",
    "part_credited",
    "nofollow",
    "blocked",
    "in_process",
    "instalments",
    "opening",
)
#: Fates of the invoices that are drawn, with their weights.
RANDOM_FATES = {
    "open": 60,
    "paid": 22,
    "bank": 6,
    "part": 6,
    "credited": 2,
    "part_credited": 4,
}
#: What the debtors drawn with these fates show; the others, who show one rule each,
#: have nothing open but what is written by hand, and paid invoices behind them.
MIXED = {
    "regular",
    "consumer",
    "consumer_postal",
    "consumer_sms",
    "town_hall",
    "hospital",
    "school",
    "public_body",
    "foreign_eur",
    "foreign_usd",
    "parent_company",
    "subsidiary",
    "opening_and_new",
    "alsace",
    "manual_policy",
}
#: Days overdue of the drawn open invoices: (from, to, weight). Negative: to come.
OPEN_AGES = (
    (-30, -1, 26),
    (1, 30, 27),
    (31, 60, 17),
    (61, 90, 9),
    (91, 180, 11),
    (181, 395, 10),
)
TERM_DAYS = {"0": 0, "15": 15, "30": 30, "50": 50, "45fm": 60, "instalments": 30}
MIN_AMOUNT, MAX_AMOUNT = 34.0, 20_800.0


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line: product key, quantity, unit price before tax."""

    product: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class PlannedInvoice:
    """An invoice to make; ``settled`` is the day of its payment or credit note."""

    debtor: str
    issued: date
    due: date
    term: str
    reference: str
    lines: tuple[PlannedLine, ...]
    fate: str
    settled: date

    @property
    def amount(self) -> Decimal:
        """Before tax."""
        return sum((line.quantity * line.price for line in self.lines), Decimal(0))


def plan(debtors: tuple[Debtor, ...], as_of: date, seed: int) -> list[PlannedInvoice]:
    """Every invoice of the demo, in order of date (that of their numbers)."""
    invoices = []
    for debtor in debtors:
        rng = random.Random(f"{seed}:{debtor.key}")
        for item in debtor.items:
            invoices.append(_invoice(debtor, item, as_of, rng))
        for _ in range(debtor.bulk_count):
            invoices.append(_invoice(debtor, _bulk_item(rng), as_of, rng))
        for _ in range(debtor.random_count):
            item = _random_item(debtor, rng)
            invoices.append(_invoice(debtor, item, as_of, rng, exact=False))
    return sorted(invoices, key=lambda invoice: invoice.issued)


def history_dates(as_of: date) -> list[date]:
    """The ten past days on which the demo runs the chase, the oldest first.

    One a week, each on a working day; the last one at least four days before
    ``as_of``, so that some levels are « just sent » and others are ripe again.

    >>> [str(day) for day in history_dates(date(2026, 4, 15))[-2:]]
    ['2026-04-03', '2026-04-10']
    """
    return [
        working_day(as_of - timedelta(days=4 + 7 * week)) for week in range(9, -1, -1)
    ]


def is_working_day(day: date) -> bool:
    """Monday to Friday, French public holidays excluded."""
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def day_off(day: date) -> str:
    """Why nothing is sent that day; empty on a working day.

    >>> day_off(date(2026, 11, 21)), day_off(date(2026, 5, 1))
    ('a Saturday', 'a public holiday')
    >>> day_off(date(2026, 11, 20))
    ''
    """
    if day.weekday() > 4:
        return f"a {day:%A}"
    return "" if is_working_day(day) else "a public holiday"


@cache
def _public_holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("FR", years=year)


def working_day(day: date) -> date:
    """``day``, or the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _invoice(
    debtor: Debtor, item: Item, as_of: date, rng: random.Random, *, exact: bool = True
) -> PlannedInvoice:
    """The invoice that is ``item.days_overdue`` days late on ``as_of``.

    The days written by hand are kept ``exact``; a drawn invoice is never dated
    from a week-end.
    """
    term = "instalments" if item.fate == "instalments" else debtor.term
    due = as_of - timedelta(days=item.days_overdue)
    issued = due - timedelta(days=TERM_DAYS[term])
    if not exact:
        while issued.weekday() > 4:
            issued -= timedelta(days=1)
            due -= timedelta(days=1)
    yesterday = as_of - timedelta(days=1)
    settled = due + timedelta(days=rng.choice((-6, -2, 0, 1, 3, 5, 8, 14, 22, 35)))
    return PlannedInvoice(
        debtor=debtor.key,
        issued=issued,
        due=due,
        term=term,
        reference=_reference(debtor, issued, rng),
        lines=tuple(_lines(debtor, item.amount, rng)),
        fate=item.fate,
        settled=working_day(max(issued, min(settled, yesterday))),
    )


def _bulk_item(rng: random.Random) -> Item:
    """A small open item, for a debtor with many of them."""
    return Item(rng.randint(-10, 120), _amount(rng, median=180, sigma=0.6))


def _random_item(debtor: Debtor, rng: random.Random) -> Item:
    fate = rng.choices(list(RANDOM_FATES), list(RANDOM_FATES.values()))[0]
    if debtor.shows not in MIXED or (fate == "bank" and debtor.currency != "EUR"):
        fate = "paid"
    if fate == "open":
        low, high, _weight = rng.choices(OPEN_AGES, [age[2] for age in OPEN_AGES])[0]
        days = rng.randint(low, high)
    else:
        days = rng.randint(3, 395)
    # Not dated after the day of the demo: the term bounds what is still to come.
    margin = 15 if debtor.term == "45fm" else 0
    days = max(days, margin - TERM_DAYS[debtor.term], -30 + margin)
    days = min(days, 395 - margin)
    return Item(days, _amount(rng, median=760, sigma=1.05), fate)


def _amount(rng: random.Random, median: float, sigma: float) -> Decimal:
    value = rng.lognormvariate(math.log(median), sigma)
    return Decimal(round(min(max(value, MIN_AMOUNT), MAX_AMOUNT)))


def _lines(debtor: Debtor, amount: Decimal, rng: random.Random) -> list[PlannedLine]:
    """One to three lines whose sum is ``amount`` to a few cents.

    The last line takes the remainder in its unit price: an agreed price.
    """
    kind = "consumer" if debtor.kind == "consumer" else "professional"
    lines = []
    left = amount
    for share in rng.choice(((1,), (0.7, 0.3), (0.6, 0.3, 0.1)))[:-1]:
        product, quantity = _pick(CATALOGUE[kind], amount * Decimal(str(share)), rng)
        total = quantity * product.price
        # What is left for the last line pays at least the cheapest product.
        if total <= left - CATALOGUE[kind][0].price:
            lines.append(PlannedLine(product.key, quantity, product.price))
            left -= total
    product, quantity = _pick(CATALOGUE[kind], left, rng)
    price = (left / quantity).quantize(Decimal("0.01"))
    lines.append(PlannedLine(product.key, quantity, price))
    return lines


def _pick(
    products: tuple[Product, ...], amount: Decimal, rng: random.Random
) -> tuple[Product, int]:
    """A product that fits the amount, and how many; the cheapest for a small one.

    One that would be sold in the dozens, as plans are not, does not fit.
    """
    affordable = [product for product in products if product.price <= amount]
    fitting = [
        product
        for product in affordable
        if product.price * product.most >= amount * Decimal("0.6")
    ] or [max(products, key=lambda product: product.price * product.most)]
    product = rng.choice(fitting) if affordable else products[0]
    return product, max(1, min(product.most, int(amount / product.price)))


def _reference(debtor: Debtor, issued: date, rng: random.Random) -> str:
    """The customer's own reference; one in five gave none."""
    number = rng.randint(20, 980)
    if rng.random() < 0.2:
        return ""
    if debtor.kind == "consumer":
        return f"Devis D{issued:%y}-{number:04d}"
    if debtor.kind == "public":
        return f"EJ 1{issued:%y}{number:06d}"
    if debtor.kind == "foreign":
        return f"PO-{issued:%Y}-{number:04d}"
    return rng.choice(
        (f"BC-{issued:%Y}-{number:04d}", f"45{issued:%y}{number:06d}", f"Cde {number}")
    )
