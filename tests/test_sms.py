"""The size of a text message and its plain spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.sms import SmsSize, is_reachable, measure, to_gsm7


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", SmsSize("gsm7", 0, 0)),
        ("a" * 160, SmsSize("gsm7", 160, 1)),
        ("a" * 161, SmsSize("gsm7", 161, 2)),
        ("a" * 306, SmsSize("gsm7", 306, 2)),
        ("a" * 307, SmsSize("gsm7", 307, 3)),
        ("€" * 80, SmsSize("gsm7", 160, 1)),
        ("[]{}|^~\\\f", SmsSize("gsm7", 18, 1)),
        ("éèùàÉÇ", SmsSize("gsm7", 6, 1)),
        ("ê", SmsSize("ucs2", 1, 1)),
        ("œ" * 70, SmsSize("ucs2", 70, 1)),
        ("œ" * 71, SmsSize("ucs2", 71, 2)),
        ("’" * 135, SmsSize("ucs2", 135, 3)),
        ("\u202f", SmsSize("ucs2", 1, 1)),
        ("😀" * 35, SmsSize("ucs2", 70, 1)),
    ],
)
def test_measure(text, size):
    assert measure(text) == size


def test_a_character_of_two_units_is_never_cut():
    # 306 units would fill two parts of 153, if « € » could straddle them.
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3
    assert measure("œ" * 66 + "😀" + "œ" * 66).segments == 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("être, naïf, août, Noël, garçon", "etre, naif, aout, Noel, garcon"),
        ("À bientôt, Éric", "A bientot, Éric"),
        ("l’œuvre d'Œdipe", "l'oeuvre d'OEdipe"),
        ("« Facture\u00a0» du\u202f3", '"Facture" du 3'),
        ("1\u202f250,00\u00a0€", "1 250,00 €"),
        ("n°\u00a012 – 2ᵉ rappel…", "no 12 - 2e rappel..."),
        ("½ jour", "1/2 jour"),
        ("e\u0301te\u0302", "éte"),
        ("Merci 😀, 王 et Жан", "Merci 😀, 王 et Жан"),
    ],
)
def test_to_gsm7(text, plain):
    assert to_gsm7(text) == plain


@given(
    st.text(
        "aàâäéèêëîïôöùûüÿçÀÂÉÈÊËÎÏÔÙÛÜŸÇœŒæÆ’«» \u00a0\u202f–—…€°0123", max_size=400
    )
)
def test_french_always_fits_the_gsm_alphabet_and_spelling_is_stable(text):
    plain = to_gsm7(text)
    assert measure(plain).encoding == "gsm7"
    assert to_gsm7(plain) == plain


@pytest.mark.parametrize(
    "number, reached",
    [
        ("+33612345678", True),
        ("+33756789012", True),
        ("+33140000000", False),
        ("+33800000000", False),
        ("+491711234567", True),
        ("", False),
    ],
)
def test_a_text_message_only_goes_where_it_can_arrive(number, reached):
    assert is_reachable(number) is reached
