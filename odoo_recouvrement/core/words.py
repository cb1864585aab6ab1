"""An amount in French words, as an acknowledgement of debt wants it (C. civ. 1376).

The numbers are num2words' (spelling of before 1990, which nobody disputes); the name
of the currency and how it joins the number are told here.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from num2words import num2words  # type: ignore[import-untyped]

from .faults import check_amount

_MILLION = 10**6


class Name(NamedTuple):
    """A currency and its hundredth, one and several of each."""

    one: str
    several: str
    cent: str
    cents: str


NAMES: Mapping[str, Name] = {
    "EUR": Name("euro", "euros", "centime", "centimes"),
    "CHF": Name("franc suisse", "francs suisses", "centime", "centimes"),
    "GBP": Name("livre sterling", "livres sterling", "penny", "pence"),
    "USD": Name("dollar des États-Unis", "dollars des États-Unis", "cent", "cents"),
}
_FEMININE = frozenset({"GBP"})


def in_words(amount: Decimal, currency: str = "EUR") -> str:
    """The amount in French words; of a currency without a name here, its code.

    >>> in_words(Decimal("1280.80"))
    'mille deux cent quatre-vingts euros et quatre-vingts centimes'
    >>> in_words(Decimal("2000000"))
    'deux millions d’euros'
    >>> in_words(Decimal("1"), "GBP"), in_words(Decimal("0.01"))
    ('une livre sterling', 'un centime')
    >>> in_words(Decimal("300"), "XPF")
    'trois cents XPF'
    """
    check_amount(amount)
    whole, cents = divmod(int(amount * 100), 100)
    name = NAMES.get(currency, Name(currency, currency, "centième", "centièmes"))
    words = []
    if whole:
        unit = name.one if whole == 1 else name.several
        words.append(_number(whole, currency) + _link(whole, unit) + unit)
    if cents:
        words.append(f"{_number(cents)} {name.cent if cents == 1 else name.cents}")
    return " et ".join(words)


def _number(number: int, currency: str = "") -> str:
    words = str(num2words(number, lang="fr"))
    if currency in _FEMININE and (words == "un" or words.endswith(" un")):
        words += "e"
    return words


def _link(number: int, unit: str) -> str:
    """« deux millions d’euros », but « deux millions un euros »."""
    if number % _MILLION:
        return " "
    return " d’" if unit[0] in "aeiouéh" else " de "
