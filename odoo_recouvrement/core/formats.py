"""Money and dates as the reader's language writes them (CLDR data, through Babel).

French typography comes with it: a narrow no-break space between thousands, a
no-break space before « € ».
"""

import datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError  # type: ignore[import-untyped]
from babel.dates import format_date  # type: ignore[import-untyped]
from babel.numbers import format_currency  # type: ignore[import-untyped]

# Bare English would write 3/2/26 for 2 March: misread by half of Europe.
_FALLBACK = "en_GB"


@lru_cache(maxsize=64)
def locale_of(lang: str) -> Locale:
    """The locale of a language code (« fr », « fr_BE »); an unknown one is English.

    >>> [str(locale_of(lang)) for lang in ("fr_BE", "fr", "en", "xx")]
    ['fr_BE', 'fr', 'en_GB', 'en_GB']
    """
    if lang in ("en", ""):
        return Locale.parse(_FALLBACK)
    try:
        return Locale.parse(lang.partition("@")[0])
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_FALLBACK)


@lru_cache(maxsize=4096)  # each is written several times in a message
def money(amount: Decimal | int, currency: str, lang: str) -> str:
    """The amount with its currency; its number of decimals is the currency's.

    >>> money(Decimal("1250.5"), "EUR", "fr")
    '1\\u202f250,50\\xa0€'
    """
    return str(format_currency(amount, currency, locale=locale_of(lang)))


def long_date(day: datetime.date, lang: str) -> str:
    """The date in words, without the day of the week.

    The first day of a French month is an ordinal: « 1er mars ». A line never ends
    between a day and its month.

    >>> long_date(datetime.date(2026, 3, 2), "fr")
    '2\\xa0mars 2026'
    >>> long_date(datetime.date(2026, 3, 1), "fr")
    '1er\\xa0mars 2026'
    """
    text = _date(day, "long", lang).replace(" ", "\N{NO-BREAK SPACE}", 1)
    return f"1er{text[1:]}" if lang[:2] == "fr" and day.day == 1 else text


def short_date(day: datetime.date, lang: str) -> str:
    """The date in figures; in English, which has two orders for them, in letters.

    >>> short_date(datetime.date(2026, 3, 2), "fr")
    '02/03/2026'
    >>> short_date(datetime.date(2026, 3, 2), "en")
    '2 Mar 2026'
    """
    return _date(day, "medium" if locale_of(lang).language == "en" else "short", lang)


def _date(day: datetime.date, width: str, lang: str) -> str:
    # Babel would take anything false for today.
    if not isinstance(day, datetime.date):
        raise TypeError(f"not a date: {day!r}")
    return str(format_date(day, width, locale=locale_of(lang)))
