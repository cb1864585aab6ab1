"""The words that betray a text: by language, what it may, must and must not say.

Each entry is a regular expression, matched as whole words on a text without accents
or capitals (« échéance » is « echeance »), an apostrophe being « ' ». They are
cautious on purpose: a hit is shown with its words, and false friends of the trade
(« escompte », « remise en main propre », « erreur de saisie ») are left alone.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple


class Wordings(NamedTuple):
    """The vocabulary of a language.

    ``subject`` and ``payment``: what it is about, what is asked; a reminder says
    both. ``offer``: commercial. ``early``: threats before a formal notice.
    ``never``: at no time. ``fee``: what a consumer may not be charged.
    """

    subject: re.Pattern[str]
    payment: re.Pattern[str]
    offer: re.Pattern[str]
    early: re.Pattern[str]
    never: re.Pattern[str]
    fee: re.Pattern[str]


def _words(*entries: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(entries)})(?!\w)")


_FORTY_EUROS = r"(?<![\d.,])(?<![\d.,] )40(?:[.,]00)? ?(?:€|eur|euros?)"
_FRENCH_FEE = (
    r"(?<!aucun )(?<!aucuns )(?<!sans )(?<!ni )(?<!pas de )frais (?:de |d'|du )(?:"
    r"recouvrement|relance|rappel|dossier|gestion|mise en demeure|courrier|procedure"
    r"|impaye|retard|rejet)"
    # L111-8, quoted to the debtor, says that the creditor bears them.
    r"(?! (?:entrepris sans titre"
    r"|(?:restent|sont|demeurent) a (?:notre charge|la charge du creancier)))"
)

_FRENCH = Wordings(
    subject=_words(
        r"factures?", r"echeances?", r"creances?", r"avis des sommes a payer",
        r"releves?", r"compte client", r"votre compte",
    ),
    payment=_words(
        r"reglements?", r"regl(?:er|ez|e|ee|ees)", r"paiements?", r"payer", r"payez",
        r"payees?", r"impaye(?:e|s|es)?", r"soldes?", r"solder", r"dus?", r"dues?",
        r"echue?s?", r"virements?", r"rappels?", r"relances?", r"mise en demeure",
    ),
    offer=_words(
        r"promos?", r"promotion(?:s|nel|nels|nelle|nelles)?", r"codes? (?:promo|reduc)",
        r"remises? (?:exceptionnelles?|immediates?|speciales?|commerciales?|fidelite)",
        r"(?:remises?|reductions?|rabais) de \d+ ?(?:%|€)", r"jusqu'a [-−] ?\d+ ?%",
        r"offres? (?:speciales?|exceptionnelles?|promotionnelles?|commerciales?"
        r"|du moment|de bienvenue|de parrainage|decouverte|flash|limitees?)",
        r"nos (?:nouvelles )?offres", r"notre nouvelle (?:offre|gamme)",
        r"(?:nos|notre) (?:gammes?|catalogues?|nouveautes?)",
        r"profitez", r"decouvr(?:ez|ir) (?:nos|notre)", r"(?:nos|pendant les) soldes",
        r"soldes (?:d'hiver|d'ete|prives|exceptionnels)", r"ventes? (?:privees?|flash)",
        r"newsletter", r"lettre d'information", r"abonnez-vous", r"parrain(?:age|ez)",
        r"bons? d'achat", r"cheques? cadeaux?", r"cadeaux? offerts?", r"prix casses?",
        r"livraison (?:offerte|gratuite)", r"pour toute? (?:achat|commande)",
    ),
    early=_words(
        r"huissiers?", r"commissaires? de justice", r"tribuna(?:l|ux)", r"juges?",
        r"(?<!redressement )(?<!liquidation )judiciaires?", r"en justice",
        r"poursuites(?! de nos)", r"vous poursuivre", r"injonctions? de payer",
        r"assign(?:er|ation|ations)", r"contentieux", r"nos? avocats?", r"notre avocat",
        r"titre executoire", r"execution forcee", r"expulsions?",
        r"saisies? (?:de vos|sur|attribution|conservatoire|immobiliere|mobiliere"
        r"|bancaire|vente)",
        r"(?:avant|une|par) saisie(?! (?:de|en|manuelle))",
    ),
    never=_words(
        r"prison", r"emprisonnement", r"incarcer\w+", r"escrocs?", r"delit",
        r"(?:plainte|poursuite|sanction|action|procedure|suite)s? penales?",
        r"penalement", r"(?:porter|deposer|depot de) plainte", r"gendarmerie",
        r"la police(?! d'assurance)", r"fichage", r"vous ficher", r"serez fichee?",
        r"fichier (?:des incidents|des mauvais payeurs|d'impayes)", r"liste noire",
        r"banque de france", r"reseaux sociaux", r"rendre public\w*",
        r"(?:informer|prevenir|contacter|avertir) (?:votre|vos) (?:employeur|entourage"
        r"|famille|voisins?|proches|clients|fournisseurs|banque)",
        r"au nom de la loi", r"au nom du peuple francais", r"republique francaise",
        r"(?:commandement|sommation) de payer", r"citation a comparaitre",
        r"(?:acte|exploit) (?:d'huissier|de signification)",
    ),
    fee=_words(
        _FORTY_EUROS, r"quarante euros", r"indemnites? forfaitaires?", r"clause penale",
        _FRENCH_FEE,
    ),
)  # fmt: skip

_ENGLISH = Wordings(
    subject=_words(r"invoices?", r"accounts?", r"instal?lments?", r"statements?"),
    payment=_words(
        r"payments?", r"pay", r"paid", r"unpaid", r"settle(?:d|ment)?", r"overdue",
        r"due", r"outstanding", r"remit(?:tance)?", r"reminders?", r"balance",
    ),
    offer=_words(
        r"promos?", r"promotion(?:s|al)?", r"(?:promo|discount|voucher) codes?",
        r"\d+ ?% (?:off|discount)", r"(?:special|exclusive|limited|flash) offers?",
        r"limited[- ]time", r"(?:flash|winter|summer) sales?", r"on sale",
        r"newsletter", r"subscribe", r"refer a friend", r"free (?:trial|gift|shipping)",
        r"referral (?:bonus|programme|program|code)", r"gift (?:cards?|vouchers?)",
        r"discover our", r"take advantage of", r"don't miss", r"best prices?",
        r"our (?:new|latest) (?:products?|range|catalog|catalogue|collection|offers?)",
    ),
    early=_words(
        r"bailiffs?", r"(?:the|a|to|in|small claims) courts?",
        r"court (?:order|action)s?", r"legal (?:action|proceedings|steps)",
        r"lawsuits?", r"sue", r"solicitors?", r"lawyers?", r"attorneys?", r"litigation",
        r"seiz(?:e|ure|ures)", r"judges?", r"prosecut\w+",
        r"debt collect(?:ors?|ion agenc(?:y|ies))",
    ),
    never=_words(
        r"prison", r"jail", r"imprison\w+", r"police", r"criminal\w*", r"arrest(?:ed)?",
        r"fraudsters?", r"blacklist\w*", r"credit (?:bureaus?|rating|score|file)",
        r"social media", r"make (?:this|it) public", r"name and shame",
        r"(?:inform|tell|contact|notify) your (?:employer|family|neighbou?rs?|friends"
        r"|customers|clients|suppliers|bank)",
        r"in the name of the law", r"summons", r"writ", r"subpoena",
    ),
    fee=_words(
        _FORTY_EUROS, r"€ ?40(?:\.00)?(?![\d.,]\d)", r"forty euros?",
        r"(?<!no )(?:recovery|collection|late|late payment|reminder|admin"
        r"|administration) (?:fee|charge)s?",
        r"flat-rate compensation", r"fixed compensation",
    ),
)  # fmt: skip

WORDINGS: Mapping[str, Wordings] = {"fr": _FRENCH, "en": _ENGLISH}
