"""How a letter is set on its pages: at ease, or closer where that spares a page.

Laying a letter out takes most of the time of printing it. So its height is reckoned
beforehand; only where the reckoning may be wrong is the letter laid out both ways.
"""

from typing import NamedTuple

from markupsafe import Markup

from ..core.context import MessageContext

#: Millimetres below the subject on the first page.
ROOM = 175.4
#: By how much the reckoning may err, in millimetres.
DOUBT = 6.0
#: The code to pay by, its hint, and the space above.
_CODE = 34.4
#: The strip of the debtor's space.
_ANSWER = 17.1


class _Setting(NamedTuple):
    """Heights in millimetres: a line of text, the space after a paragraph, an item, a
    sum, the space to sign, and what every letter has (salutation, head of the table).

    ``characters``: how many a line of text holds.
    """

    characters: int
    line: float
    gap: float
    item: float
    sum: float
    hand: float
    rest: float


_ROOMY = _Setting(112, 4.86, 2.4, 5.83, 5.0, 12, 18.5)
_DENSE = _Setting(117, 4.32, 1.4, 4.59, 4.6, 8, 9.5)
_CLOSING_LINE = 4.38


class Fit(NamedTuple):
    """How to set it; ``is_doubtful`` when only printing it will tell."""

    is_closer: bool
    is_doubtful: bool


def fit(text: Markup, context: MessageContext, role: str) -> Fit:
    """How to set the letter of this text (without its table) and this signatory."""
    roomy = _height(text, context, role, _ROOMY)
    dense = _height(text, context, role, _DENSE)
    closer = roomy > ROOM - DOUBT and dense <= ROOM + DOUBT
    return Fit(closer, closer and dense > ROOM - DOUBT)


def _height(
    text: Markup, context: MessageContext, role: str, setting: _Setting
) -> float:
    paragraphs = [part for part in text.split("</p>") if Markup(part).striptags()]
    lines = sum(_lines(part, setting.characters) for part in paragraphs)
    height = setting.rest + lines * setting.line + len(paragraphs) * setting.gap
    height += len(context.items) * setting.item + _sums(context) * setting.sum
    return height + max(_CODE, *_closing(context, role, setting)) + _answer(context)


def _lines(paragraph: str, characters: int) -> int:
    """How many lines it takes; those it breaks itself are short."""
    parts = [Markup(part).striptags() for part in paragraph.split("<br>")]
    return sum(-(-len(words) // characters) or 1 for words in parts)


def _sums(context: MessageContext) -> int:
    """The lines of the table that are not items."""
    upcoming = len(context.upcoming_items)
    penalties = bool(context.interest_total) + bool(context.fee_total)
    sums = bool(context.overdue_items) + bool(context.credits)
    sums += penalties + bool(penalties)
    return sums + bool(upcoming) + (upcoming > 1)


def _closing(
    context: MessageContext, role: str, setting: _Setting
) -> tuple[float, float]:
    company, collector = context.company, context.collector
    payment = (company.iban, company.bic, context.pay_before, context.payment_reference)
    signature = (collector.name, role, collector.phone, collector.email)
    left = 2 + sum(map(bool, payment))
    right = 1 + sum(map(bool, signature))
    return left * _CLOSING_LINE + 3.3, right * _CLOSING_LINE + 2.5 + setting.hand


def _answer(context: MessageContext) -> float:
    return _ANSWER if context.portal_url else 0
