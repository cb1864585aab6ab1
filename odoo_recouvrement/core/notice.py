"""Whether a mise en demeure may leave: what it must hold, and what forbids it.

No article lists what a mise en demeure must say: it needs « une interpellation
suffisante » (C. civ. 1344), which the judge weighs. What is checked is what makes one
hold in court (who, for what, how much, by when, under which texts, by whose hand),
and what the law forbids: to charge a consumer, to pursue a debtor under insolvency
for an earlier claim, to look like the act of a court. The words are checked by
:mod:`notice_words`, the post by :mod:`delivery`.

A *refusal* keeps the notice from leaving; an *advice* is shown, and leaves the choice.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from schwifty import IBAN
from stdnum.fr import siren as fr_siren

from .money import ZERO

# Below it a delay to pay is hardly « raisonnable »: usage gives 8 or 15 days.
USUAL_DAYS = 8
CONSUMER = "consumer"
ELECTRONIC = "electronic_registered"


class Power(str, Enum):
    """By what right somebody signs for the creditor."""

    LEGAL = "legal"  # the manager, chairman…: the register of companies says so
    DELEGATE = "delegate"  # an employee: a written delegation says so
    LAWYER = "lawyer"
    OFFICER = "officer"  # commissaire de justice


class Finding(NamedTuple):
    """What was found: a code, the words or figures at fault, whether it refuses."""

    code: str
    detail: str = ""
    is_refusal: bool = True


class Party(NamedTuple):
    """The creditor or the debtor, as the notice names them. ``siren``: 9 digits."""

    name: str
    address: tuple[str, ...] = ()
    siren: str = ""
    needs_siren: bool = True


class Signatory(NamedTuple):
    """Who signs, in which capacity, by what power and from when until when."""

    name: str
    capacity: str
    power: Power
    has_proof: bool = False
    first_day: date | None = None
    last_day: date | None = None


class Asked(NamedTuple):
    """One invoice as the notice asks for it; amounts in the notice's currency.

    ``is_noticed``: an earlier notice already reached the debtor for it.
    """

    invoice: str
    invoice_date: date | None
    due_date: date | None
    total: Decimal
    paid: Decimal
    principal: Decimal
    interest: Decimal = ZERO
    fee: Decimal = ZERO
    is_noticed: bool = False
    is_disputed: bool = False


class Notice(NamedTuple):
    """Everything a mise en demeure says or rests on.

    ``basis``: the articles and the contract it invokes. ``faults``: sentences of the
    décompte that could not be worked out. ``credit``: what the debtor paid or was
    credited that nobody has matched with these invoices yet.
    """

    profile: str
    day: date
    creditor: Party
    debtor: Party
    items: tuple[Asked, ...]
    total: Decimal
    payment_days: int
    iban: str
    basis: tuple[str, ...]
    signatory: Signatory | None
    channel: str = "registered_letter"
    words: tuple[Finding, ...] = ()
    faults: tuple[str, ...] = ()
    credit: Decimal = ZERO
    insolvency_date: date | None = None
    is_over_indebted: bool = False
    has_consent: bool = False


# The text each finding rests on: shown with it, so that whoever is refused can read.
ARTICLES: Mapping[str, str] = MappingProxyType(
    {
        "creditor_unnamed": "C. com. R123-237",
        "creditor_siren": "C. com. R123-237",
        "debtor_unnamed": "C. civ. 1344",
        "debtor_siren": "C. civ. 1344, CPC 54",
        "no_invoice": "C. civ. 1344",
        "invoice_incomplete": "C. civ. 1344, C. com. L441-9",
        "not_due": "C. civ. 1344, 1305-2",
        "bad_amount": "C. civ. 1344",
        "sums_differ": "C. civ. 1344",
        "no_statement": "C. civ. 1231-6, C. com. L441-10 II",
        "consumer_fee": "C. com. L441-10 II, CPCE L111-8",
        "consumer_interest": "C. civ. 1231-6, 1344-1",
        "no_delay": "C. civ. 1344, 1231",
        "short_delay": "C. civ. 1231",
        "no_account": "C. civ. 1344",
        "bad_account": "C. civ. 1344",
        "no_basis": "C. civ. 1344",
        "no_title": "C. civ. 1344",
        "no_demand": "C. civ. 1344",
        "no_consequence": "C. civ. 1344",
        "imitation": "C. pén. 433-13 2°",
        "impossible_threat": "C. conso. L121-6",
        "unsigned": "C. civ. 1344, 1984",
        "no_capacity": "C. civ. 1984",
        "unproved_power": "C. civ. 1984, 1985",
        "expired_power": "C. civ. 2003",
        "insolvent": "C. com. L622-7 I, L622-21",
        "over_indebted": "C. conso. L722-2, L722-5",
        "disputed": "C. civ. 1344, C. conso. L121-6",
        "unmatched_credit": "C. civ. 1342-10, 1343-1",
        "no_consent": "CPCE (postes) L100, R53-3",
        "already_noticed": "C. civ. 1344-1",
    }
)


def check_notice(notice: Notice) -> list[Finding]:
    """Everything found, refusals first; a notice without a refusal may leave.

    >>> atelier = Party("Atelier Rivage SAS", ("44000 Nantes",), "404833048")
    >>> camille = Party("Camille Martin", ("42000 Saint-Étienne",), "", False)
    >>> march = [date(2026, 3, day) for day in range(1, 32)]
    >>> item = Asked("F1", march[0], march[1], *[Decimal(90)] * 3, fee=Decimal(40))
    >>> found = check_notice(Notice(
    ...     "consumer", march[30], atelier, camille, (item,), Decimal(130), 15,
    ...     "FR7630006000011234567890189", ("C. civ. 1344",),
    ...     Signatory("Inès Leroy", "Gérante", Power.LEGAL)))
    >>> [(one.code, ARTICLES[one.code]) for one in found if one.is_refusal]
    [('consumer_fee', 'C. com. L441-10 II, CPCE L111-8')]
    """
    found = [
        *_parties(notice),
        *_items(notice),
        *_consumer(notice),
        *_payment(notice),
        *notice.words,
        *_signature(notice.signatory, notice.day),
        *_guards(notice),
    ]
    return sorted(found, key=lambda finding: not finding.is_refusal)


def _parties(notice: Notice) -> Iterator[Finding]:
    """Who asks, and of whom."""
    for side, party in (("creditor", notice.creditor), ("debtor", notice.debtor)):
        if not party.name or not party.address:
            yield Finding(f"{side}_unnamed", party.name)
        if party.needs_siren and not fr_siren.is_valid(party.siren):
            yield Finding(f"{side}_siren", party.siren or party.name)


def _items(notice: Notice) -> Iterator[Finding]:
    """What is asked for, invoice by invoice, and that it adds up."""
    if not notice.items and not notice.faults:
        yield Finding("no_invoice")
    for fault in notice.faults:
        yield Finding("no_statement", fault)
    for item in notice.items:
        if not item.invoice or item.invoice_date is None or item.due_date is None:
            yield Finding("invoice_incomplete", item.invoice)
        elif item.due_date >= notice.day:
            yield Finding("not_due", item.invoice)
        if not _is_coherent(item):
            yield Finding("bad_amount", item.invoice)
        if item.is_noticed:
            yield Finding("already_noticed", item.invoice, is_refusal=False)
    asked = sum((i.principal + i.interest + i.fee for i in notice.items), ZERO)
    if asked != notice.total:
        yield Finding("sums_differ", str(notice.total - asked))


def _is_coherent(item: Asked) -> bool:
    """Something is asked, not more than was invoiced, and nothing is negative."""
    return (
        ZERO < item.principal <= item.total
        and item.paid >= ZERO
        and item.interest >= ZERO
        and item.fee >= ZERO
    )


def _consumer(notice: Notice) -> Iterator[Finding]:
    """What a consumer may not be asked: any fee, and interest before a notice."""
    if notice.profile != CONSUMER:
        return
    for item in notice.items:
        if item.fee:
            yield Finding("consumer_fee", item.invoice)
        if item.interest and not item.is_noticed:
            yield Finding("consumer_interest", item.invoice)


def _payment(notice: Notice) -> Iterator[Finding]:
    """By when, how, and under which texts."""
    if notice.payment_days <= 0:
        yield Finding("no_delay")
    elif notice.payment_days < USUAL_DAYS:
        yield Finding("short_delay", str(notice.payment_days), is_refusal=False)
    if not notice.iban:
        yield Finding("no_account")
    elif not IBAN(notice.iban, allow_invalid=True).is_valid:
        yield Finding("bad_account", notice.iban)
    if not notice.basis:
        yield Finding("no_basis")


def _signature(signatory: Signatory | None, day: date) -> Iterator[Finding]:
    """By whose hand: a name, a capacity, a power in force and its proof."""
    if signatory is None or not signatory.name:
        yield Finding("unsigned")
        return
    if not signatory.capacity:
        yield Finding("no_capacity", signatory.name)
    if signatory.power is Power.DELEGATE and not signatory.has_proof:
        yield Finding("unproved_power", signatory.name)
    first, last = signatory.first_day or date.min, signatory.last_day or date.max
    if not first <= day <= last:
        yield Finding("expired_power", signatory.name)


def _guards(notice: Notice) -> Iterator[Finding]:
    """What forbids any notice, however well it is written."""
    for item in notice.items:
        if item.is_disputed:
            yield Finding("disputed", item.invoice)
        if notice.insolvency_date and _is_earlier(item, notice.insolvency_date):
            yield Finding("insolvent", item.invoice)
    if notice.is_over_indebted:
        yield Finding("over_indebted")
    if notice.credit:
        yield Finding("unmatched_credit", str(notice.credit))
    lacks_consent = notice.profile == CONSUMER and not notice.has_consent
    if notice.channel == ELECTRONIC and lacks_consent:
        yield Finding("no_consent")


def _is_earlier(item: Asked, judgment: date) -> bool:
    """Whether the claim arose before the opening judgment; unknown counts as such."""
    return item.invoice_date is None or item.invoice_date <= judgment
