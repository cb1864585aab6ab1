"""The payment QR code, against EPC069-12."""

import base64
import doctest
from decimal import Decimal

import pytest

from odoo_recouvrement.report import epc, inert, labels, pdf

FRENCH = "FR76 3000 6000 0112 3456 7890 189"
SWISS = "CH93 0076 2011 6238 5295 7"
VALID = {
    "name": "Atelier du Rhône SAS",
    "iban": FRENCH,
    "bic": "AGRIFRPP882",
    "amount": Decimal("1234.50"),
    "currency": "EUR",
    "remittance": "REL/2026/00042 C00482",
}


@pytest.mark.parametrize("module", [epc, inert, labels, pdf])
def test_the_examples_of_the_docstrings_hold(module):
    results = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.attempted and not results.failed


def test_the_payload_is_that_of_the_guidelines_line_by_line():
    assert epc.epc_payload(**VALID).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "AGRIFRPP882",
        "Atelier du Rhône SAS",
        "FR7630006000011234567890189",
        "EUR1234.50",
        "",
        "",
        "REL/2026/00042 C00482",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "USD"},
        {"iban": ""},
        {"iban": FRENCH[:-1] + "8"},
        {"iban": "FR76"},
        {"amount": Decimal(0)},
        {"amount": Decimal(-1)},
        {"amount": Decimal(1000000000)},
        {"amount": Decimal("0.005")},
        {"name": " "},
        {"iban": SWISS, "bic": ""},
        {"iban": "BR1500000000000010932840814P2"},  # outside SEPA
    ],
)
def test_no_code_where_a_bank_would_refuse_it(change):
    assert epc.epc_payload(**{**VALID, **change}) == ""


def test_the_bic_may_be_missing_or_wrong_inside_the_economic_area():
    for bic in ("", "AGRI"):
        assert epc.epc_payload(**{**VALID, "bic": bic}).split("\n")[4] == ""


def test_a_swiss_account_needs_its_bic():
    payload = epc.epc_payload(**{**VALID, "iban": SWISS, "bic": "UBSWCHZH80A"})
    assert "CH9300762011623852957" in payload


def test_a_creditor_reference_goes_in_the_structured_field():
    lines = epc.epc_payload(**{**VALID, "remittance": "RF18 5390 0754 7034"}).split(
        "\n"
    )
    assert lines[9:] == ["RF18539007547034"]


def test_long_names_and_references_are_cut_and_never_break_the_lines():
    payload = epc.epc_payload(
        **{**VALID, "name": "Société\n" + "x" * 90, "remittance": "r" * 200}
    )
    lines = payload.split("\n")
    assert len(lines) == 11
    assert len(lines[5]) == epc.NAME_LENGTH
    assert len(lines[10]) == epc.REMITTANCE_LENGTH


def test_too_many_bytes_make_no_code():
    wide = {"name": "😀" * 70, "remittance": "😀" * 140}
    assert epc.epc_payload(**{**VALID, **wide}) == ""


def test_the_code_is_a_png_that_refers_to_nothing():
    uri = epc.qr_image(epc.epc_payload(**VALID))
    kind, content = uri.split(",", 1)
    assert kind == "data:image/png;base64"
    assert base64.b64decode(content).startswith(b"\x89PNG")


def test_both_languages_have_every_word():
    assert labels.LABELS["fr"].keys() == labels.LABELS["en"].keys()


@pytest.mark.parametrize(
    "body",
    [
        '<p>a<img src="https://t.example/p.gif"></p>',
        "<p>a</p><script>x()</script>",
        '<p style="background:url(https://t.example/)">a</p>',
        '<p style="background:u\\72l(https://t.example/)">a</p>',
        '<p onclick="x()">a</p>',
        '<link rel="stylesheet" href="https://t.example/s.css"/><p>a</p>',
        '<svg><image href="https://t.example/"/></svg><p>a</p>',
        '<p>a</p><iframe src="file:///etc/passwd"></iframe>',
        "<!-- <img src='https://t.example/'> --><p>a</p>",
    ],
)
def test_nothing_in_a_text_fetches_or_runs(body):
    assert inert.inert(body) == "<p>a</p>"


def test_a_text_keeps_its_structure_and_its_no_break_spaces():
    text = (
        '<ul><li>Soit\u00a0<b>10\u202f000\u00a0€</b></li></ul><a href="tel:+33">T</a>'
    )
    assert inert.inert(text) == text


def test_halves_of_a_text_cut_at_its_table_are_closed():
    assert inert.inert("<div><p>a</p><p>") == "<div><p>a</p><p></p></div>"
