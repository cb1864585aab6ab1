"""A reminder states its nature; it is neither an advertisement nor a threat."""

import pytest

from odoo_recouvrement.core.mentions import check_message

FRENCH = "Rappel : votre facture de {{ total|money }} reste à régler. "
ENGLISH = "Reminder: your invoice for {{ total|money }} is overdue. "


def codes(source, channel="email", tone="cordial", lang="fr", profile="business"):
    found = check_message(
        source, channel=channel, tone=tone, lang=lang, profile=profile
    )
    return [problem.code for problem in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (FRENCH, []),
        ("Facture impayée : {{ items_table }}", []),
        ("Facture à payer : {% for i in overdue_items %}{{ i.claim }}{% endfor %}", []),
        ("Facture à échoir, à payer : {{ upcoming_total }}", []),
        ("Votre facture de 1 250,00 € reste due.", []),
        ("Votre facture de €1,250.00 reste due.", []),
        ("Votre facture reste à régler.", ["no_amount"]),
        ("Votre facture {{ totals }} reste à régler.", ["no_amount"]),
        ("Merci de payer {{ total|money }}.", ["no_subject"]),
        ("Votre facture : {{ total|money }}.", ["no_payment"]),
        # The names of variables and what is commented out are not words.
        ("{{ items[0].invoice }} à payer", ["no_subject"]),
        ("{# facture #}<!-- facture -->{{ total }} à payer", ["no_subject"]),
        ("<style>.facture {}</style>{{ total }} à payer", ["no_subject"]),
        ("{{ 'Facture' if total else \"Solde\" }} à payer", []),
        ("", ["no_amount", "no_subject", "no_payment"]),
    ],
)
def test_a_reminder_states_its_nature(source, expected):
    assert codes(source) == expected


def test_a_text_message_says_who_asks():
    assert codes(FRENCH, "sms") == ["no_sender"]
    assert codes(FRENCH + "{{ company.name }}", "sms") == []
    # Once rendered, names are words like others: nothing left to check.
    assert codes("Atelier : facture de 12 € à régler", "sms") == []


def test_a_language_without_vocabulary_is_checked_for_its_amount_only():
    assert codes("Ihre Rechnung: {{ total|money }}", lang="de") == []
    assert codes("Ihre Rechnung", lang="de_DE") == ["no_amount"]


@pytest.mark.parametrize(
    "offer",
    [
        "PROMOTION sur tout le magasin",
        "Code promo MARS",
        "une remise exceptionnelle vous attend",
        "une remise de 10 % dès demain",
        "Offre spéciale",
        "nos offres du moment",
        "Profitez-en",
        "Pendant les soldes",
        "les soldes d’été",
        "Découvrez nos services",
        "notre catalogue",
        "la newsletter",
        "Parrainage : un mois offert",
        "jusqu'à -30 %",
        "un chèque cadeau",
        "pro<b>mo</b>tion",
        "p&eacute;riode de ventes priv&eacute;es",
        "{{ 'offre spéciale' }}",
    ],
)
def test_a_french_offer_is_refused(offer):
    assert set(codes(FRENCH + offer)) == {"commercial_offer"}


@pytest.mark.parametrize(
    "offer",
    [
        "Use discount code MARCH",
        "a special offer",
        "limited time only",
        "20% off everything",
        "Discover our new range",
        "subscribe to our newsletter",
        "on sale now",
    ],
)
def test_an_english_offer_is_refused(offer):
    assert set(codes(ENGLISH + offer, lang="en_GB")) == {"commercial_offer"}


@pytest.mark.parametrize(
    "legitimate",
    [
        "Aucun escompte pour paiement anticipé.",
        "par remise en main propre",
        "la remise du colis",
        "l'offre acceptée le 3 mars",
        "notre offre n° 12",
        "un avoir de 20 €",
        "les soldes débiteurs de vos comptes",
        "sauf erreur de saisie de notre part",
        "la poursuite de nos relations",
        "une fiche client",
        "le fichier des factures",
        "la police d'assurance n° 12",
        "en cas de redressement judiciaire, dites-le-nous",
        "attention aux tentatives d'escroquerie",
        "dans un court délai",
        "les compromis",
    ],
)
def test_words_of_the_trade_are_left_alone(legitimate):
    assert codes(FRENCH + legitimate, profile="consumer") == []


@pytest.mark.parametrize(
    "legitimate",
    ["you may unsubscribe", "early payment discount", "Earl's Court", "this issue"],
)
def test_english_words_of_the_trade_are_left_alone(legitimate):
    assert codes(ENGLISH + legitimate, lang="en", profile="consumer") == []


@pytest.mark.parametrize("tone", ["courtesy", "cordial", "firm"])
@pytest.mark.parametrize(
    ("lang", "threat"),
    [
        ("fr", "un commissaire de justice"),
        ("fr", "Huissier"),
        ("fr", "saisir le tribunal"),
        ("fr", "des poursuites"),
        ("fr", "une saisie sur compte"),
        ("fr", "avant saisie"),
        ("fr", "notre service contentieux"),
        ("fr", "une injonction de payer"),
        ("en", "legal action"),
        ("en", "a bailiff"),
        ("en", "go to court"),
    ],
)
def test_nobody_is_threatened_before_the_formal_tone(tone, lang, threat):
    source = (FRENCH if lang == "fr" else ENGLISH) + threat
    assert set(codes(source, tone=tone, lang=lang)) == {"early_threat"}
    assert codes(source, tone="formal", lang=lang) == []
    assert codes(source, tone="final", lang=lang) == []


@pytest.mark.parametrize(
    ("lang", "threat"),
    [
        ("fr", "la prison"),
        ("fr", "nous porterons plainte pénale"),
        ("fr", "un dépôt de plainte"),
        ("fr", "votre fichage"),
        ("fr", "vous serez fiché"),
        ("fr", "prévenir votre employeur"),
        ("fr", "sur les réseaux sociaux"),
        ("fr", "AU NOM DE LA LOI"),
        ("fr", "République française"),
        ("fr", "Commandement de payer"),
        ("en", "jail"),
        ("en", "we will contact your employer"),
        ("en", "a criminal complaint"),
        ("en", "In the name of the law"),
    ],
)
def test_some_threats_are_never_made(lang, threat):
    source = (FRENCH if lang == "fr" else ENGLISH) + threat
    assert set(codes(source, tone="final", lang=lang)) == {"forbidden_threat"}


@pytest.mark.parametrize(
    ("lang", "fee"),
    [
        ("fr", "l'indemnité forfaitaire de 40 €"),
        ("fr", "soit 40,00\u00a0€"),
        ("fr", "quarante euros"),
        ("fr", "des frais de relance"),
        ("fr", "les frais de recouvrement sont à votre charge"),
        ("en", "a recovery fee"),
        ("en", "plus €40"),
        ("en", "a late payment fee"),
    ],
)
def test_a_consumer_is_never_charged_fees(lang, fee):
    source = (FRENCH if lang == "fr" else ENGLISH) + fee
    assert set(codes(source, lang=lang, profile="consumer")) == {"consumer_fee"}
    assert codes(source, lang=lang, profile="business") == []


@pytest.mark.parametrize(
    "harmless",
    [
        "sans frais de relance",
        "aucuns frais de recouvrement",
        "Les frais de recouvrement restent à la charge du créancier",
        "frais de recouvrement entrepris sans titre exécutoire",
        "soit 240 €",
        "soit 1 040,00 €",
        "soit 12,40 €",
        "soit 40,50 €",
    ],
)
def test_amounts_and_reassurances_are_not_fees(harmless):
    assert codes(FRENCH + harmless, tone="final", profile="consumer") == []


def test_every_problem_comes_with_its_words():
    source = FRENCH + "Profitez ! Huissier. Prison."
    found = check_message(source, channel="email", tone="firm", lang="fr")
    assert [(problem.code, problem.detail) for problem in found] == [
        ("commercial_offer", "profitez"),
        ("forbidden_threat", "prison"),
        ("early_threat", "huissier"),
    ]
