"""The link of the debtor's space: nobody makes one, nobody revives one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date

import pytest

from odoo_recouvrement.core.access_token import (
    Claim,
    is_alive,
    make_token,
    read_token,
)

KEY = b"the secret of the database"
CLAIM = Claim(42, 3, date(2026, 5, 15))


def test_a_token_says_what_it_was_made_for():
    assert read_token(KEY, make_token(KEY, CLAIM)) == CLAIM


def test_tokens_are_short_and_go_into_a_url_as_they_are():
    token = make_token(KEY, Claim(2**32 - 1, 2**16 - 1, date(2199, 6, 6)))
    assert len(token) == 32
    assert token.replace("-", "").replace("_", "").isalnum()


def test_another_key_gives_nothing():
    assert read_token(b"another", make_token(KEY, CLAIM)) is None


@pytest.mark.parametrize("place", range(24))
def test_one_bit_changed_anywhere_is_refused(place):
    content = bytearray(urlsafe_b64decode(make_token(KEY, CLAIM)))
    content[place] ^= 1
    assert read_token(KEY, urlsafe_b64encode(bytes(content)).decode()) is None


@pytest.mark.parametrize(
    "token",
    ["", "x", "A" * 31, "A" * 33, "é" * 32, "A" * 31 + "=", "A" * 32, "../" * 10],
)
def test_what_is_no_token_is_refused(token):
    assert read_token(KEY, token) is None


def test_a_seal_of_zeros_does_not_open_access_zero():
    """What a malformed token is compared with must not be a token itself."""
    assert read_token(KEY, urlsafe_b64encode(bytes(24)).decode()) is None


def test_a_link_lives_until_its_last_day():
    assert is_alive(CLAIM, 3, date(2026, 5, 15))
    assert not is_alive(CLAIM, 3, date(2026, 5, 16))


def test_a_new_version_kills_the_links_of_before():
    assert not is_alive(CLAIM, 4, date(2026, 5, 1))
    assert not is_alive(CLAIM, 2, date(2026, 5, 1))
