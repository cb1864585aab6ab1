"""The sentences of a plan's documents: clauses in French, messages in two languages."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from ..core.profile import Profile


class MailWords(NamedTuple):
    """A message: what is said before the figures, and after them."""

    subject: str
    paragraphs: tuple[str, ...]
    closing: tuple[str, ...] = ()


MAILS: Mapping[str, Mapping[str, MailWords]] = MappingProxyType(
    {
        "fr": MappingProxyType(
            {
                "proposal": MailWords(
                    "Proposition d’échéancier %(number)s – %(company)s",
                    (
                        (
                            "Pour vous permettre de régler %(total)s, nous vous "
                            "proposons le calendrier ci-dessous."
                        ),
                    ),
                    (
                        (
                            "L’accord est joint à ce message. S’il vous convient, "
                            "renvoyez-le-nous signé : nous cesserons alors de vous "
                            "relancer sur ces factures tant que l’échéancier est "
                            "respecté."
                        ),
                        (
                            "Si une date ou un montant ne vous convient pas, répondez "
                            "simplement à ce message."
                        ),
                    ),
                ),
                "reminder": MailWords(
                    "Votre échéance du %(day)s – %(number)s",
                    (
                        (
                            "Comme convenu dans l’échéancier %(number)s, l’échéance "
                            "%(rank)s sur %(count)s est attendue le %(day)s :"
                        ),
                    ),
                    (
                        (
                            "Si votre virement est déjà parti, ne tenez pas compte de "
                            "ce message."
                        ),
                    ),
                ),
                "missed": MailWords(
                    "Échéance non reçue – %(number)s",
                    (
                        (
                            "Sauf erreur de notre part, l’échéance %(rank)s sur "
                            "%(count)s de l’échéancier %(number)s, attendue le "
                            "%(day)s, ne nous est pas parvenue :"
                        ),
                    ),
                    (
                        (
                            "Vous pouvez encore la régler jusqu’au %(last_day)s. Passé "
                            "ce jour, l’accord ne serait plus respecté et la totalité "
                            "de ce qui reste dû, soit %(left)s, pourrait vous être "
                            "réclamée."
                        ),
                        (
                            "Une difficulté ? Répondez-nous avant cette date : nous "
                            "chercherons ensemble une solution."
                        ),
                    ),
                ),
            }
        ),
        "en": MappingProxyType(
            {
                "proposal": MailWords(
                    "Proposed payment plan %(number)s – %(company)s",
                    (
                        (
                            "So that you can settle %(total)s, we propose the schedule "
                            "below."
                        ),
                    ),
                    (
                        (
                            "The agreement is attached, in French. If it suits you, "
                            "please send it back signed: we shall then send no further "
                            "reminder about these invoices as long as the plan is "
                            "kept."
                        ),
                        (
                            "If a date or an amount does not suit you, simply reply to "
                            "this message."
                        ),
                    ),
                ),
                "reminder": MailWords(
                    "Your instalment of %(day)s – %(number)s",
                    (
                        (
                            "As agreed in the payment plan %(number)s, instalment "
                            "%(rank)s of %(count)s is expected on %(day)s:"
                        ),
                    ),
                    ("If your transfer has already left, please ignore this message.",),
                ),
                "missed": MailWords(
                    "Instalment not received – %(number)s",
                    (
                        (
                            "Unless we are mistaken, instalment %(rank)s of %(count)s "
                            "of the payment plan %(number)s, expected on %(day)s, has "
                            "not reached us:"
                        ),
                    ),
                    (
                        (
                            "You can still pay it until %(last_day)s. After that day "
                            "the plan would no longer be kept, and all that is left, "
                            "%(left)s, could be claimed."
                        ),
                        (
                            "In difficulty? Reply before that date: we shall look for "
                            "a solution together."
                        ),
                    ),
                ),
            }
        ),
    }
)

LAST_SENTENCE: Mapping[str, str] = MappingProxyType(
    {
        "fr": "Ce message concerne le règlement de vos factures ; il ne contient "
        "aucune "
        "offre commerciale.",
        "en": "This message is about the payment of your invoices; it is no commercial "
        "offer.",
    }
)

_INTEREST = MappingProxyType(
    {
        Profile.BUSINESS: "les pénalités de retard et l’indemnité forfaitaire pour "
        "frais de recouvrement (article L. 441-10 du code de commerce)",
        Profile.PUBLIC: "les intérêts moratoires et l’indemnité forfaitaire pour frais "
        "de recouvrement (articles L. 2192-13 et suivants du code de la commande "
        "publique)",
        Profile.CONSUMER: "les intérêts de retard au taux légal",
    }
)
_PENALTIES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "reserved": (
            (
                "Le présent échéancier porte sur le principal. Il ne comprend pas "
                "%(what)s, que le créancier se réserve de réclamer."
            ),
            (
                "Par dérogation à l’article 1343-1 du code civil, les paiements reçus "
                "au titre de l’échéancier s’imputent d’abord sur le principal."
            ),
        ),
        "included": (
            (
                "Les échéances comprennent %(what)s, pour les montants indiqués à "
                "l’article 1, arrêtés au jour de la proposition."
            ),
            (
                "Ce qui viendrait à courir ensuite ne sera pas réclamé si l’échéancier "
                "est intégralement respecté ; à défaut, ces sommes seront dues depuis "
                "la date à laquelle elles ont commencé à courir."
            ),
        ),
        "included_only": (
            (
                "Les échéances comprennent %(what)s, pour les montants indiqués à "
                "l’article 1, arrêtés au jour de la proposition."
            ),
            (
                "Ce qui viendrait à courir ensuite reste dû ; le créancier se réserve "
                "de le réclamer."
            ),
        ),
        "waived": (
            (
                "Si l’échéancier est intégralement respecté, le créancier renonce à "
                "réclamer %(what)s."
            ),
            (
                "Cette remise est consentie sous cette seule condition : à défaut de "
                "respect de l’échéancier, elle est caduque et ces sommes sont dues "
                "depuis la date à laquelle elles ont commencé à courir."
            ),
        ),
    }
)


def penalty_clause(penalties: str, profile: Profile) -> tuple[str, ...]:
    """What happens to interest and fees, in sentences: kept apart, included, waived."""
    words = {"what": _INTEREST[profile]}
    return tuple(french(text % words) for text in _PENALTIES[penalties])


def french(text: str) -> str:
    """French typography: no line begins with a mark of two parts.

    >>> french("Une difficulté ? Oui : une.")
    'Une difficulté\\u202f? Oui\\xa0: une.'
    """
    text = re.sub(" (?=[;?!])", "\N{NARROW NO-BREAK SPACE}", text)
    return text.replace(" :", "\N{NO-BREAK SPACE}:")
