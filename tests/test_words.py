"""Amounts in letters: what an acknowledgement of debt says twice."""

from decimal import Decimal

import pytest

from odoo_recouvrement.core.faults import InvalidInput
from odoo_recouvrement.core.words import in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("80", "quatre-vingts euros"),
        ("81.01", "quatre-vingt-un euros et un centime"),
        ("200.20", "deux cents euros et vingt centimes"),
        ("1000000", "un million d’euros"),
        ("1000001", "un million un euros"),
        ("0.50", "cinquante centimes"),
        ("1", "un euro"),
    ],
)
def test_euros(amount, words):
    assert in_words(Decimal(amount)) == words


def test_other_currencies():
    assert in_words(Decimal(21), "GBP") == "vingt et une livres sterling"
    assert in_words(Decimal(3000000), "USD") == (
        "trois millions de dollars des États-Unis"
    )
    assert in_words(Decimal("5.5"), "SEK") == "cinq SEK et cinquante centièmes"


def test_what_is_no_amount_has_no_words():
    with pytest.raises(InvalidInput):
        in_words(Decimal(-3))
