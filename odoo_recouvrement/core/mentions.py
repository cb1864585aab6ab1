"""What a message must say before it may leave, and what it may never say.

A reminder is not an advertisement, nor a threat. Sources, read in April 2026:
C. conso. L121-6 (aggressive practices; threatening an action that is not possible),
C. pén. 433-13 2° (writings that look like judicial acts), C. pén. 222-16 (malicious
messages), CPC d'exécution L111-8 and C. com. L441-10 II (no recovery fee, no 40 €,
from a consumer).

The check reads the source of a template: a debtor called « Tribunal de Paris » or
« Soldes & Cie » stays a variable, and offends nobody.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from .template import Problem
from .wordings import WORDINGS, Wordings

_EARLY_TONES = frozenset({"courtesy", "cordial", "firm"})
_CODE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|<style.*?</style>", re.DOTALL)
_LITERAL = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_INLINE_TAG = re.compile(r"(?i)</?(?:a|b|em|font|i|small|span|strong|u)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_FIGURE = re.compile(r"\d ?(?:€|eur\b|euros?\b|[$£])|[€$£] ?\d")
_AMOUNT = re.compile(
    r"\b(?:total|overdue_total|upcoming_total|items_table"
    r"|(?:overdue_|upcoming_)?items)\b"
)
_SENDER = re.compile(r"\bcompany\.name\b")


class _Message(NamedTuple):
    """A text in two parts: the ``words`` one reads, the ``code`` of its template."""

    words: str
    code: str


def check_message(
    source: str, *, channel: str, tone: str, lang: str, profile: str = "business"
) -> list[Problem]:
    """Everything that should stop the message, with the words that offend.

    Codes: no_subject, no_payment, no_amount, no_sender, commercial_offer,
    early_threat, forbidden_threat, consumer_fee. Languages without a vocabulary are
    only checked for the amount and the sender.

    >>> check_message(
    ...     "Facture à régler : {{ total|money }}. Profitez de nos soldes !",
    ...     channel="email", tone="cordial", lang="fr")
    [Problem(code='commercial_offer', detail='profitez', line=0),
     Problem(code='commercial_offer', detail='nos soldes', line=0)]
    """
    message = _read(source)
    problems = list(_missing_facts(message, channel))
    wordings = WORDINGS.get(lang[:2])
    if wordings:
        problems += _missing_words(message, wordings)
        problems += _forbidden_words(message, wordings, tone, profile)
    return problems


def _missing_facts(message: _Message, channel: str) -> Iterator[Problem]:
    """The amount asked, and in a text message, which has no letterhead, who asks."""
    if not _AMOUNT.search(message.code) and not _FIGURE.search(message.words):
        yield Problem("no_amount")
    if channel == "sms" and message.code and not _SENDER.search(message.code):
        yield Problem("no_sender")


def _missing_words(message: _Message, wordings: Wordings) -> Iterator[Problem]:
    """Its nature: a payment, for an invoice."""
    if not wordings.subject.search(message.words):
        yield Problem("no_subject")
    if not wordings.payment.search(message.words):
        yield Problem("no_payment")


def _forbidden_words(
    message: _Message, wordings: Wordings, tone: str, profile: str
) -> Iterator[Problem]:
    rules = {"commercial_offer": wordings.offer, "forbidden_threat": wordings.never}
    if tone in _EARLY_TONES:
        rules["early_threat"] = wordings.early
    if profile == "consumer":
        rules["consumer_fee"] = wordings.fee
    for code, pattern in rules.items():
        for found in pattern.finditer(message.words):
            yield Problem(code, found[0])


def plain_words(source: str) -> str:
    """The words of a template as they are compared: no code, accent nor capital.

    >>> plain_words("<p>Échue le {{ day|date }} : <b>à régler</b></p>")
    'echue le : a regler'
    """
    return _read(source).words


def _read(source: str) -> _Message:
    """Tell words from code; the texts quoted in the code are words too.

    >>> _read("<p>Soit {{ total|money }}, <b>dé</b>j&agrave;{{ ' dû' if a }}</p>").words
    'soit , deja du'
    """
    text = _COMMENT.sub(" ", source)
    code = " ".join(_CODE.findall(text))
    text = _CODE.sub(lambda found: _quoted(found[1]), text)
    text = _TAG.sub(" ", _INLINE_TAG.sub("", text))
    return _Message(_plain(html.unescape(text)), code)


def _quoted(code: str) -> str:
    return " ".join(single or double for single, double in _LITERAL.findall(code))


def _plain(text: str) -> str:
    """Without accents, capitals, curly apostrophes or runs of spaces."""
    text = text.translate({0x2019: "'", 0x2018: "'", 0x153: "oe", 0x152: "oe"})
    text = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in text if not unicodedata.combining(c)).split())
