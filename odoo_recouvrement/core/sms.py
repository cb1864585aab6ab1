"""The size of a text message, and the spelling that keeps it small.

Source: 3GPP TS 23.038 (GSM 03.38). A text whose every character is in the GSM
alphabet takes 7 bits a character; one foreign character (« ê », « ’ », a no-break
space) and the whole text is sent as UCS-2, in less than half the room.
"""

import re
import unicodedata
from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # an escape comes first: two places each
_GSM7 = _BASIC | _EXTENDED

# Units in a lone message, and in each part of a longer one (its header takes room).
_ROOM = {"gsm7": (160, 153), "ucs2": (70, 67)}

# French numbers that no text message reaches: all but 06 and 07 (plan de
# numérotation, ARCEP). Written so that PostgreSQL reads it too.
FRENCH_LANDLINE = r"^\+33[1-589]"

_SPELLING = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "′": "'", "“": '"', "”": '"', "„": '"',
        "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "−": "-", "•": "-",
        "œ": "oe", "Œ": "OE", "°": "o", "×": "x", "⁄": "/", "\t": " ",
        "\u00ad": "", "\u200b": "", "\u200d": "", "\ufeff": "",
    }
)  # fmt: skip


class SmsSize(NamedTuple):
    """``encoding`` gsm7 or ucs2; ``characters`` in its units; ``segments`` paid for."""

    encoding: str
    characters: int
    segments: int


def is_reachable(number: str) -> bool:
    """Whether a text message may reach that number, written as ``+33612345678``.

    >>> is_reachable("+33612345678"), is_reachable("+33140000000"), is_reachable("")
    (True, False, False)
    """
    return bool(number) and not re.match(FRENCH_LANDLINE, number)


def measure(text: str) -> SmsSize:
    """Count as operators do.

    >>> measure("Facture échue : 120 €")
    SmsSize(encoding='gsm7', characters=22, segments=1)
    >>> measure("Bien à vous, l’équipe").encoding
    'ucs2'
    """
    encoding = "gsm7" if _GSM7.issuperset(text) else "ucs2"
    lone, part = _ROOM[encoding]
    widths = [_width(char, encoding) for char in text]
    total = sum(widths)
    segments = min(total, 1) if total <= lone else _parts(widths, part)
    return SmsSize(encoding, total, segments)


def _width(char: str, encoding: str) -> int:
    """Two units for an escaped character, or for one beyond the basic plane."""
    wide = char in _EXTENDED if encoding == "gsm7" else ord(char) > 0xFFFF
    return 2 if wide else 1


def _parts(widths: list[int], room: int) -> int:
    """Fill part after part; a character of two units is never cut in two."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts


def to_gsm7(text: str) -> str:
    """Spell a French text with the GSM alphabet, as one would by hand.

    « é », « è », « à », « ù » and « É » are in it and stay; « ê » loses its accent.
    What has no plain spelling (Greek small letters, Chinese, emoji) is left alone:
    a dearer message is better than a maimed name.

    >>> to_gsm7("Règlement de l’été : « œuvre n° 3 », 1 250 €, dès que possible…")
    'Règlement de l\\'été : "oeuvre no 3", 1 250 €, dès que possible...'
    """
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"(?<=«)\s+|\s+(?=»)", "", text)
    return "".join(map(_spell, text.translate(_SPELLING)))


def _spell(char: str) -> str:
    if char in _GSM7:
        return char
    decomposed = unicodedata.normalize("NFKD", char).translate(_SPELLING)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return plain if _GSM7.issuperset(plain) else char
