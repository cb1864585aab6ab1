"""A mise en demeure that may leave is whole; each thing missing says so by its code."""

from datetime import date
from decimal import Decimal

import pytest

from odoo_recouvrement.core.notice import (
    ARTICLES,
    Asked,
    Notice,
    Party,
    Power,
    Signatory,
    check_notice,
)
from odoo_recouvrement.core.notice_words import VOCABULARIES, check_words

DAY = date(2026, 3, 16)
ITEM = Asked(
    "FAC/2026/00012",
    date(2026, 1, 1),
    date(2026, 1, 31),
    total=Decimal("1200.00"),
    paid=Decimal("200.00"),
    principal=Decimal("1000.00"),
    interest=Decimal("14.66"),
    fee=Decimal("40.00"),
)
SIGNATORY = Signatory(
    "Inès Leroy",
    "Responsable du recouvrement",
    Power.DELEGATE,
    has_proof=True,
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
)
GOOD = Notice(
    profile="business",
    day=DAY,
    creditor=Party("Atelier Rivage SAS", ("44000 NANTES",), "404833048"),
    debtor=Party("Boulangerie Martin SARL", ("42000 SAINT-ÉTIENNE",), "303265045"),
    items=(ITEM,),
    total=Decimal("1054.66"),
    payment_days=8,
    iban="FR76 3000 6000 0112 3456 7890 189",
    basis=("C. civ. 1344", "C. com. L441-10 II"),
    signatory=SIGNATORY,
)
CONSUMER_ITEM = ITEM._replace(interest=Decimal(0), fee=Decimal(0))
CONSUMER = GOOD._replace(
    profile="consumer",
    debtor=Party("Camille Martin", ("42000 SAINT-ÉTIENNE",), needs_siren=False),
    items=(CONSUMER_ITEM,),
    total=Decimal("1000.00"),
    payment_days=15,
)


def refusals(notice):
    return [found.code for found in check_notice(notice) if found.is_refusal]


def advice(notice):
    return [found.code for found in check_notice(notice) if not found.is_refusal]


def with_item(notice=GOOD, **changes):
    """The notice with its only item changed, the total following."""
    [item] = notice.items
    item = item._replace(**changes)
    return notice._replace(
        items=(item,), total=item.principal + item.interest + item.fee
    )


def signed(**changes):
    return GOOD._replace(signatory=SIGNATORY._replace(**changes))


@pytest.mark.parametrize("notice", [GOOD, CONSUMER], ids=["business", "consumer"])
def test_a_whole_notice_may_leave(notice):
    assert check_notice(notice) == []


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (GOOD._replace(creditor=GOOD.creditor._replace(name="")), "creditor_unnamed"),
        (
            GOOD._replace(creditor=GOOD.creditor._replace(address=())),
            "creditor_unnamed",
        ),
        (GOOD._replace(creditor=GOOD.creditor._replace(siren="")), "creditor_siren"),
        (GOOD._replace(debtor=GOOD.debtor._replace(address=())), "debtor_unnamed"),
        (GOOD._replace(debtor=GOOD.debtor._replace(siren="404833047")), "debtor_siren"),
        (GOOD._replace(items=(), total=Decimal(0)), "no_invoice"),
        (GOOD._replace(faults=("Enter the rate of 2027-S1.",)), "no_statement"),
        (with_item(invoice=""), "invoice_incomplete"),
        (with_item(invoice_date=None), "invoice_incomplete"),
        (with_item(due_date=None), "invoice_incomplete"),
        (with_item(due_date=DAY), "not_due"),
        (with_item(principal=Decimal(0)), "bad_amount"),
        (with_item(principal=Decimal("1200.01")), "bad_amount"),
        (with_item(paid=Decimal(-1)), "bad_amount"),
        (with_item(interest=Decimal(-1)), "bad_amount"),
        (with_item(fee=Decimal(-1)), "bad_amount"),
        (GOOD._replace(total=Decimal("1054.67")), "sums_differ"),
        (with_item(CONSUMER, fee=Decimal(40)), "consumer_fee"),
        (with_item(CONSUMER, interest=Decimal("0.01")), "consumer_interest"),
        (GOOD._replace(payment_days=0), "no_delay"),
        (GOOD._replace(iban=""), "no_account"),
        (GOOD._replace(iban="FR76 3000 6000 0112 3456 7890 188"), "bad_account"),
        (GOOD._replace(basis=()), "no_basis"),
        (GOOD._replace(signatory=None), "unsigned"),
        (signed(name=""), "unsigned"),
        (signed(capacity=""), "no_capacity"),
        (signed(has_proof=False), "unproved_power"),
        (signed(first_day=date(2026, 3, 17)), "expired_power"),
        (signed(last_day=date(2026, 3, 15)), "expired_power"),
        (GOOD._replace(insolvency_date=date(2026, 1, 1)), "insolvent"),
        (GOOD._replace(is_over_indebted=True), "over_indebted"),
        (with_item(is_disputed=True), "disputed"),
        (GOOD._replace(credit=Decimal("150.00")), "unmatched_credit"),
        (CONSUMER._replace(channel="electronic_registered"), "no_consent"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_notice_is_refused(notice, expected):
    assert refusals(notice) == [expected]


@pytest.mark.parametrize(
    "notice",
    [
        # A body that has no SIREN: a consumer, a foreigner.
        GOOD._replace(debtor=GOOD.debtor._replace(siren="", needs_siren=False)),
        # A claim that arose after the judgment is pursued like any other.
        GOOD._replace(insolvency_date=date(2025, 12, 31)),
        signed(power=Power.LEGAL, has_proof=False, first_day=None, last_day=None),
        signed(first_day=DAY, last_day=DAY),
        GOOD._replace(channel="electronic_registered"),
        CONSUMER._replace(channel="electronic_registered", has_consent=True),
    ],
)
def test_what_the_law_allows_is_not_refused(notice):
    assert refusals(notice) == []


def test_a_claim_of_unknown_date_counts_as_earlier_than_the_judgment():
    notice = with_item(invoice_date=None)._replace(insolvency_date=date(2020, 1, 1))
    assert "insolvent" in refusals(notice)


def test_a_second_notice_is_told_not_refused():
    notice = with_item(CONSUMER, interest=Decimal("3.10"), is_noticed=True)
    assert refusals(notice) == []
    assert advice(notice) == ["already_noticed"]


def test_a_short_delay_is_an_advice():
    notice = GOOD._replace(payment_days=7)
    assert refusals(notice) == []
    assert advice(notice) == ["short_delay"]


def test_refusals_come_before_advice():
    found = check_notice(with_item(is_noticed=True)._replace(payment_days=3, iban=""))
    assert [one.is_refusal for one in found] == [True, False, False]


def test_everything_wrong_is_said_at_once():
    notice = CONSUMER._replace(
        iban="", signatory=None, is_over_indebted=True, items=(ITEM,), total=Decimal(1)
    )
    assert set(refusals(notice)) == {
        "sums_differ", "consumer_fee", "consumer_interest", "no_account", "unsigned",
        "over_indebted",
    }  # fmt: skip


def test_words_are_part_of_the_check():
    words = tuple(check_words("Payez, sinon la prison.", "fr"))
    assert refusals(GOOD._replace(words=words)) == [
        "no_title", "no_demand", "no_consequence", "impossible_threat",
    ]  # fmt: skip


def test_every_code_cites_its_article():
    every = GOOD._replace(
        creditor=Party(""), debtor=Party(""), payment_days=0, iban="", basis=(),
        items=(ITEM._replace(invoice="", is_noticed=True, is_disputed=True),),
        signatory=SIGNATORY._replace(capacity="", has_proof=False, last_day=date.min),
    )  # fmt: skip
    for found in check_notice(every):
        assert ARTICLES[found.code], found
    assert all(article.startswith(("C", "CPC")) for article in ARTICLES.values())


# --- the words --------------------------------------------------------------------

FRENCH = (
    "Mise en demeure. Nous vous mettons en demeure de payer. Nous pourrons saisir la"
    " juridiction compétente. "
)
ENGLISH = (
    "Formal notice. We hereby give you formal notice to pay. We may go to the competent"
    " court. "
)


def codes(text, lang="fr"):
    return [found.code for found in check_words(text, lang)]


def test_a_text_demands_names_itself_and_says_what_follows():
    assert codes(FRENCH) == []
    assert codes(ENGLISH, "en") == []
    assert codes("Merci de payer.") == ["no_title", "no_demand", "no_consequence"]
    assert codes("Please pay.", "en_GB") == ["no_title", "no_demand", "no_consequence"]


@pytest.mark.parametrize(
    "words",
    [
        "Au nom de la loi",
        "COMMANDEMENT DE PAYER",
        "Sommation de payer",
        "Dernier avis avant saisie après décision de justice",
        "République française",
        "nous vous signifions par la présente",
    ],
)
def test_a_notice_does_not_look_like_the_act_of_a_court(words):
    assert codes(FRENCH + words) == ["imitation"]


@pytest.mark.parametrize(
    "words",
    [
        "Une saisie suivra.",
        "Vos biens feront l’objet de <b>sai</b>sies.",
        "Nous ferons saisir vos meubles.",
        "Vous risquez l’expulsion.",
        "Un dépôt de plainte suivra.",
        "sous peine d’amende",
        "des poursuites pénales seront engagées",
        "Le tribunal ordonnera. Puis une saisie. Un titre exécutoire n’y change rien.",
    ],
)
def test_a_notice_does_not_threaten_with_what_it_cannot_do(words):
    assert set(codes(FRENCH + words)) == {"impossible_threat"}


@pytest.mark.parametrize(
    "words",
    [
        "Avec un titre exécutoire, une saisie serait possible.",
        "Sauf erreur de saisie de notre part.",
        "la police d’assurance",
        "Nous saisirons la juridiction compétente.",
    ],
)
def test_what_is_lawful_may_be_said(words):
    assert codes(FRENCH + words) == []


def test_english_threats():
    assert codes(ENGLISH + "We will seize your goods.", "en") == ["impossible_threat"]
    assert codes(ENGLISH + "This is a summons.", "en") == ["imitation"]
    assert codes(ENGLISH + "With a court decision, seizure may follow.", "en") == []


def test_a_language_without_vocabulary_is_left_to_its_author():
    assert "de" not in VOCABULARIES
    assert codes("Zahlen Sie!", "de_DE") == []


def test_a_debtor_called_like_a_court_offends_nobody():
    assert codes(FRENCH + "{{ debtor.name }} {{ 'x' if true }}") == []
