"""The link of the debtor's space: signed, dated, and dead when its version changes.

A token names an access, its version and its last day, and seals the three with
HMAC-SHA256. Nothing in it is secret; nobody without the key can make another. It has
32 characters, so that a letter's QR code stays small.
"""

import hashlib
import hmac
import re
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta
from typing import NamedTuple

# The id of the access, its version, and the last day counted from EPOCH.
_CLAIM = struct.Struct(">IHH")
_EPOCH = date(2020, 1, 1)
# Half of SHA-256: 128 bits are far beyond any guessing, and the link stays short.
_SEAL_BYTES = 16
_BYTES = _CLAIM.size + _SEAL_BYTES
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
# Another use of the same key must never give a seal that is valid here.
_PURPOSE = b"odoo_recouvrement.access\0"


class Claim(NamedTuple):
    """What a token says: which access, which version of it, until which day."""

    access_id: int
    version: int
    last_day: date


def make_token(key: bytes, claim: Claim) -> str:
    """The token of a claim.

    >>> make_token(b"key", Claim(7, 1, date(2026, 5, 15)))
    'AAAABwABCRZO7TJvrg_659S936IfNkBs'
    """
    days = (claim.last_day - _EPOCH).days
    said = _CLAIM.pack(claim.access_id, claim.version, days)
    return urlsafe_b64encode(said + _seal(key, said)).decode()


def read_token(key: bytes, token: str) -> Claim | None:
    """What a token says, or None when its seal is not ours.

    A token of the wrong form is compared all the same: how long the answer takes says
    nothing of how close a guess was.

    >>> read_token(b"key", make_token(b"key", Claim(7, 1, date(2026, 5, 15))))
    Claim(access_id=7, version=1, last_day=datetime.date(2026, 5, 15))
    >>> read_token(b"other", make_token(b"key", Claim(7, 1, date(2026, 5, 15))))
    """
    is_formed = _TOKEN.fullmatch(token) is not None
    content = urlsafe_b64decode(token) if is_formed else bytes(_BYTES)
    said, seal = content[: _CLAIM.size], content[_CLAIM.size :]
    is_ours = hmac.compare_digest(_seal(key, said), seal)
    if not (is_formed and is_ours):
        return None
    access_id, version, days = _CLAIM.unpack(said)
    return Claim(access_id, version, _EPOCH + timedelta(days=days))


def is_alive(claim: Claim, version: int, as_of: date) -> bool:
    """Whether the link still opens: neither revoked since, nor past its last day.

    >>> claim = Claim(7, 1, date(2026, 5, 15))
    >>> is_alive(claim, 1, date(2026, 5, 15)), is_alive(claim, 1, date(2026, 5, 16))
    (True, False)
    >>> is_alive(claim, 2, date(2026, 5, 1))
    False
    """
    return claim.version == version and as_of <= claim.last_day


def _seal(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + said, hashlib.sha256)[:_SEAL_BYTES]
