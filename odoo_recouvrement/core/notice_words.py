"""The words of a mise en demeure: what its text must say, what it may not.

As in :mod:`mentions`, the source of the text is read, not what it gives for a debtor:
« Tribunal de Paris » may owe money. It must bear its name, demand, and say what may
follow; it may not look like the act of a court (C. pén. 433-13 2°), nor threaten with
what the creditor cannot do (C. conso. L121-6): enforcement needs a title, and not
paying is no crime.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from .mentions import plain_words
from .notice import Finding


class Vocabulary(NamedTuple):
    """``title``, ``demand`` and ``consequence`` must be there, the others may not.

    ``enforcement`` is allowed in a sentence that makes it wait for a ``title_deed``.
    """

    title: re.Pattern[str]
    demand: re.Pattern[str]
    consequence: re.Pattern[str]
    imitation: re.Pattern[str]
    crime: re.Pattern[str]
    enforcement: re.Pattern[str]
    title_deed: re.Pattern[str]


def _words(*entries: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(entries)})(?!\w)")


_FRENCH = Vocabulary(
    title=_words(r"(?:mise|mettons|mettre|met) en demeure"),
    demand=_words(r"(?:vous )?mett(?:ons|ez|re|ant) en demeure", "met en demeure"),
    consequence=_words(
        r"juridiction (?:competente|administrative)", "tribunal", "juge",
        "voies? de droit",
        r"voies? que la loi", "en justice", r"injonction de payer",
        r"commissaire de justice", "mandatement d'office", "procedure",
    ),
    imitation=_words(
        "au nom de la loi", "au nom du peuple francais", "republique francaise",
        "marianne", r"(?:commandement|sommation) de payer", "citation a comparaitre",
        r"(?:vous )?signifi(?:ons|e par la presente)",
        r"(?:acte|exploit) (?:d'huissier|de (?:commissaire de )?justice"
        r"|de signification)",
        r"(?:dernier avis|ultime avis) avant (?:saisie|execution|poursuites)",
        r"(?:avis|proces-verbal) de (?:saisie|carence|poursuites?)",
    ),
    crime=_words(
        r"(?:plainte|poursuite|sanction|action|procedure|suite|peine)s? penales?",
        "penalement", r"(?:porter|deposer|depot de|depot d'une) plainte", "delit",
        "escroquerie", "amende", "prison", "emprisonnement",
        r"police(?! d'assurance)", "gendarmerie",
    ),
    enforcement=_words(
        r"(?<!erreur de )saisies?(?! (?:comptables?|informatiques?|manuelles?))",
        r"saisir (?:vos|votre|le mobilier|les biens)", "expulsions?",
        r"executions? forcees?", r"(?:blocage|bloquer) (?:de )?vos comptes",
        r"(?:fichage|inscription au fichier|interdit bancaire)",
    ),
    title_deed=_words("titre executoire", "decision de justice", "decision du juge"),
)  # fmt: skip

_ENGLISH = Vocabulary(
    title=_words("formal notice", "mise en demeure", "notice to pay"),
    demand=_words(
        r"(?:give|giving|serve) (?:you )?(?:formal )?notice", "formally demand",
        "notice to pay us",
    ),
    consequence=_words(
        "competent court", "courts?", r"legal (?:action|proceedings|steps)",
        "means the law provides", "payment order", "judge",
    ),
    imitation=_words(
        "in the name of the law", "summons", "writ", "subpoena",
        r"(?:final|last) (?:notice|warning) before (?:seizure|enforcement)",
    ),
    crime=_words(
        r"criminal\w*", "prison", "jail", "police", "fraud", "offence",
    ),
    enforcement=_words(
        r"seiz(?:e|ure|ures|ing)", "attachment of (?:your|earnings)", "evict(?:ion)?",
        "bailiffs?", r"(?:block|freeze) your accounts?",
        r"credit (?:rating|score|file)",
        "enforcement",
    ),
    title_deed=_words(
        "enforceable title", "court decision", "decision of the court"
    ),
)  # fmt: skip

VOCABULARIES: Mapping[str, Vocabulary] = {"fr": _FRENCH, "en": _ENGLISH}


def check_words(source: str, lang: str) -> list[Finding]:
    """What is missing from the text, and what it may not say; none in other tongues.

    >>> check_words("<p>Mise en demeure : payez, sinon une saisie suivra.</p>", "fr")
    [Finding(code='no_demand', detail='', is_refusal=True),
     Finding(code='no_consequence', detail='', is_refusal=True),
     Finding(code='impossible_threat', detail='saisie', is_refusal=True)]
    """
    vocabulary = VOCABULARIES.get(lang[:2])
    if vocabulary is None:
        return []
    text = plain_words(source)
    missing = {
        "no_title": vocabulary.title,
        "no_demand": vocabulary.demand,
        "no_consequence": vocabulary.consequence,
    }
    found = [
        Finding(code) for code, pattern in missing.items() if not pattern.search(text)
    ]
    found += [
        Finding("imitation", hit[0]) for hit in vocabulary.imitation.finditer(text)
    ]
    found += [
        Finding("impossible_threat", hit[0]) for hit in vocabulary.crime.finditer(text)
    ]
    for sentence in re.split(r"[.;!?](?:\s|$)", text):
        if not vocabulary.title_deed.search(sentence):
            found += [
                Finding("impossible_threat", hit[0])
                for hit in vocabulary.enforcement.finditer(sentence)
            ]
    return found
