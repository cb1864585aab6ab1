"""What a debtor answers: read as typed, or refused field by field."""

from datetime import date
from decimal import Decimal

import pytest

from odoo_recouvrement.core.answer import (
    LONGEST_TEXT,
    Kind,
    Limits,
    Misunderstood,
    Problem,
    Typed,
    fingerprint,
    is_copied,
    read_amount,
    understand,
)

TODAY = date(2026, 3, 16)
LIMITS = Limits(promise_days=30, instalments=6, reasons=frozenset(("1", "2")))
ONE = {5: Decimal("120.00")}
TWO = {7: Decimal("80.50"), 5: Decimal("120.00")}


def read(kind, items=ONE, **typed):
    return understand(Typed(kind, items, **typed), TODAY, LIMITS)


def problems(kind, items=ONE, **typed):
    with pytest.raises(Misunderstood) as misunderstood:
        read(kind, items, **typed)
    return misunderstood.value.problems


# ----------------------------------------------------------------- « payé le… »


def test_paid_says_when_how_much_and_under_which_reference():
    answer = read(
        Kind.PAID, TWO, day="2026-03-12", amount=" 200,50 € ", reference=" VIR 12 "
    )
    assert (answer.item_ids, answer.day) == ((5, 7), date(2026, 3, 12))
    assert (answer.amount, answer.reference) == (Decimal("200.50"), "VIR 12")


def test_paid_without_an_amount_means_all_that_was_ticked():
    assert read(Kind.PAID, TWO, day="2026-03-16").amount == Decimal("200.50")


def test_paid_more_than_due_is_not_refused():
    """A debtor may have paid several invoices at once: the bank will tell."""
    assert read(Kind.PAID, day="2026-03-16", amount="999").amount == 999


def test_paid_tomorrow_is_a_promise():
    assert problems(Kind.PAID, day="2026-03-17") == {"day": Problem.IN_THE_FUTURE}


# ------------------------------------------------------------- « je conteste… »


def test_dispute_of_the_whole():
    for amount in ("", "120"):
        answer = read(Kind.DISPUTE, reason="2", amount=amount, text=" Broken ")
        assert (answer.reason, answer.amount, answer.text) == ("2", 0, "Broken")


def test_dispute_of_a_part():
    answer = read(Kind.DISPUTE, reason="1", amount="20", text="Broken")
    assert answer.amount == 20


def test_dispute_larger_than_the_item():
    found = problems(Kind.DISPUTE, reason="1", amount="120,01", text="Broken")
    assert found == {"amount": Problem.MORE_THAN_DUE}


def test_part_of_several_items_is_nobody_knows_what():
    found = problems(Kind.DISPUTE, TWO, reason="1", amount="20", text="Broken")
    assert found == {"amount": Problem.PART_OF_SEVERAL}
    answer = read(Kind.DISPUTE, TWO, reason="1", amount="200,50", text="Broken")
    assert answer.amount == 0


def test_a_dispute_has_a_reason_and_words():
    for reason in ("", "3", "forged"):
        assert problems(Kind.DISPUTE, reason=reason, text="Broken") == {
            "reason": Problem.MISSING
        }
    assert problems(Kind.DISPUTE, reason="1", text=" ") == {"text": Problem.MISSING}


# ---------------------------------------------------------- « je paierai le… »


def test_promise_of_today_and_of_the_last_day():
    assert read(Kind.PROMISE, day="2026-03-16").day == TODAY
    assert read(Kind.PROMISE, day="2026-04-15").day == date(2026, 4, 15)


def test_promise_in_the_past_or_too_far():
    assert problems(Kind.PROMISE, day="2026-03-15") == {"day": Problem.IN_THE_PAST}
    assert problems(Kind.PROMISE, day="2026-04-16") == {"day": Problem.TOO_FAR}


@pytest.mark.parametrize("day", ["demain", "2026-02-30", "0206-03-20", "20260399"])
def test_what_is_no_day(day):
    assert problems(Kind.PROMISE, day=day) == {"day": Problem.NOT_A_DATE}


def test_promise_of_more_than_due():
    found = problems(Kind.PROMISE, day="2026-03-20", amount="121")
    assert found == {"amount": Problem.MORE_THAN_DUE}


# --------------------------------------------------- « je propose un échéancier »


def test_plan():
    answer = read(Kind.PLAN, TWO, count="6", day="2026-04-01")
    assert (answer.count, answer.amount) == (6, Decimal("200.50"))


@pytest.mark.parametrize(
    ("count", "problem"),
    [
        ("", Problem.NOT_A_NUMBER),
        ("1", Problem.NOT_A_NUMBER),
        ("-3", Problem.NOT_A_NUMBER),
        ("9999", Problem.NOT_A_NUMBER),
        ("7", Problem.TOO_MANY),
    ],
)
def test_number_of_instalments(count, problem):
    assert problems(Kind.PLAN, count=count, day="2026-04-01") == {"count": problem}


# ------------------------------------------------------------ « ce n'est pas moi »


def test_contact_concerns_no_item():
    answer = read(Kind.CONTACT, {}, name="Mme Roux", address="roux@client.example")
    assert (answer.name, answer.address) == ("Mme Roux", "roux@client.example")
    assert read(Kind.CONTACT, ONE, name="Mme Roux").item_ids == ()
    assert read(Kind.CONTACT, {}, text="J'ai quitté la société.").text


def test_contact_says_something():
    assert problems(Kind.CONTACT, {}) == {"name": Problem.MISSING}


# -------------------------------------------------------------------- all of them


def test_everything_wrong_is_told_at_once():
    found = problems(
        Kind.PAID, {}, amount="dix", reference="x" * 121, text="x" * (LONGEST_TEXT + 1)
    )
    assert found == {
        "items": Problem.MISSING,
        "day": Problem.MISSING,
        "amount": Problem.NOT_AN_AMOUNT,
        "reference": Problem.TOO_LONG,
        "text": Problem.TOO_LONG,
    }


def test_invisible_characters_are_dropped():
    answer = read(Kind.DISPUTE, reason="1", text="a\x00b\u202ec\x1b\r\nd")
    assert answer.text == "abc\r\nd"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234", "1234"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56\xa0€", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("12'345.6", "12345.6"),
        ("0,01", "0.01"),
    ],
)
def test_amounts_as_people_write_them(typed, amount):
    assert read_amount(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0",
        "-1",
        "dix",
        "1e9",
        "1,2,3",
        "1.23.456,7",
        "12,345",
        "9" * 13,
        "NaN",
        ".",
    ],
)
def test_what_is_no_amount(typed):
    assert read_amount(typed) is None


def test_one_currency_at_a_time():
    found = problems(Kind.PROMISE, TWO, day="2026-03-20", currencies=2)
    assert found == {"items": Problem.SEVERAL_CURRENCIES}


def test_the_same_answer_of_a_day_has_one_fingerprint():
    first, second = (read(Kind.PAID, day="2026-03-12") for _ in range(2))
    assert fingerprint(first, TODAY) == fingerprint(second, TODAY)
    other = read(Kind.PAID, day="2026-03-13")
    assert fingerprint(first, TODAY) != fingerprint(other, TODAY)
    assert fingerprint(first, TODAY) != fingerprint(first, date(2026, 3, 17))
    assert fingerprint(first, TODAY) != fingerprint(first, TODAY, (b"a scan",))
    assert fingerprint(first, TODAY, (b"a", b"b")) == fingerprint(
        first, TODAY, (b"b", b"a")
    )


@pytest.mark.parametrize(
    ("typed", "copied"),
    [
        ("Je reconnais devoir à Rivage la somme de cent euros, soit 100,00 €.", True),
        ("je reconnais devoir a RIVAGE la somme de cent euros soit 100,00€", True),
        ("Je reconnais devoir à Rivage la somme de dix euros, soit 10,00 €.", False),
        ("", False),
    ],
)
def test_a_sentence_is_copied_whatever_its_accents_and_spaces(typed, copied):
    model = "Je reconnais devoir à Rivage la somme de cent euros, soit 100,00\xa0€."
    assert is_copied(typed, model) is copied
