"""Under which legal profile a debtor seems to be: a proposal, a human confirms.

What is known decides, the surest first: the SIREN, whose first digit is 1 or 2 for
public bodies only (INSEE); a VAT number, that only a business has; the name, of
which a few marks are those of public bodies; the kind of partner.
"""

import re
import unicodedata
from enum import Enum
from typing import NamedTuple

from stdnum.eu import vat as eu_vat
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret
from stdnum.fr import tva as fr_tva


class Profile(str, Enum):
    """The regimes a debtor may be under."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    PUBLIC = "public"


class ProfileProposal(NamedTuple):
    """``reason``: public_siren, siren, vat, public_name, company or person."""

    profile: Profile
    reason: str
    siren: str = ""


_OF = "(?: d['e]| des| du)\\b"
_REGIONS = (
    "auvergne[- ]rhone[- ]alpes|bourgogne[- ]franche[- ]comte|bretagne|corse"
    "|centre[- ]val de loire|grand[- ]est|guadeloupe|guyane|hauts[- ]de[- ]france"
    "|(?:d')?ile[- ]de[- ]france|martinique|mayotte|normandie|nouvelle[- ]aquitaine"
    "|occitanie|(?:des )?pays de la loire|provence[- ]alpes[- ]cote d'azur"
    "|(?:la )?reunion|sud"
)
# Each is a whole name: « Café de la Mairie » is a café, « Région Sud Immo » an agency.
_PUBLIC_NAMES = (
    "mairie",
    f"(?:mairie|ville|commune|departement|metropole|(?:sous-)?prefecture){_OF}.+",
    "communaute (?:de communes|d'agglomeration|urbaine).*",
    "syndicat (?:mixte|(?:inter)?communal|intercommunautaire).*",
    "conseil (?:municipal|departemental|general|regional|communautaire).*",
    f"region(?: de| du)? (?:{_REGIONS})",
    "(?:centre|groupe|groupement) hospitalier.*",
    "(?:hopital|hopitaux|assistance publique) .+",
    rf"(?:chu|chru|ccas|sdis)(?:{_OF}.+| \d\w*)",
    "(?:universite|ministere|rectorat|tresorerie|tribunal) .+",
    "(?:lycee|college) .+",
    "ecole (?:maternelle|elementaire|primaire).*",
    f"direction (?:generale|regionale|departementale){_OF}.+",
    "office public de l'habitat.*",
)
_PUBLIC_NAME = re.compile(f"(?:la |le |l')?(?:{'|'.join(_PUBLIC_NAMES)})")
_PRIVATE_MARK = re.compile(
    r"\b(?:s\.?a\.?r\.?l|s\.?a\.?s\.?u?|s\.?a|e\.?u\.?r\.?l|eirl|ei|s\.?c\.?i|snc"
    r"|scop|scp|scm|selarl|selas|gie|gmbh|ltd|bv|inc|llc|cse|cie|fils|prives?|privees?"
    r"|immobilier|associations?|amicale)\b|&"
)


def propose(is_company: bool, siren: str, name: str, vat: str = "") -> ProfileProposal:
    """Propose a profile and say why. ``siren`` may be a SIREN or a SIRET.

    >>> propose(True, "217500016", "Ville de Paris").reason
    'public_siren'
    >>> propose(True, "", "Commune de Saint-Aubin").profile.value
    'public'
    >>> propose(True, "", "Mairie-Martin SARL").profile.value
    'business'
    >>> propose(False, "", "Camille Mairie").profile.value
    'consumer'
    """
    number = _siren(siren) or _siren_of_vat(vat)
    if number:
        if number[0] in "12":
            return ProfileProposal(Profile.PUBLIC, "public_siren", number)
        return ProfileProposal(Profile.BUSINESS, "siren", number)
    if eu_vat.is_valid(vat):
        return ProfileProposal(Profile.BUSINESS, "vat")
    if not is_company:
        return ProfileProposal(Profile.CONSUMER, "person")
    if is_public_name(name):
        return ProfileProposal(Profile.PUBLIC, "public_name")
    return ProfileProposal(Profile.BUSINESS, "company")


def is_public_name(name: str) -> bool:
    """Whether the name reads like that of a public body.

    >>> is_public_name("Université de Rennes"), is_public_name("Hôtel de Région")
    (True, False)
    """
    plain = unicodedata.normalize("NFKD", name.replace("’", "'").casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    plain = " ".join(plain.split())
    return bool(_PUBLIC_NAME.fullmatch(plain)) and not _PRIVATE_MARK.search(plain)


def _siren(number: str) -> str:
    """The SIREN of a SIREN or SIRET; "" when it is neither.

    Their lengths are looked at first: checking a key takes longer.
    """
    compact = number if number.isdecimal() else fr_siret.compact(number)
    if len(compact) == 9 and fr_siren.is_valid(compact) and compact.strip("0"):
        return compact
    return compact[:9] if len(compact) == 14 and fr_siret.is_valid(compact) else ""


def _siren_of_vat(vat: str) -> str:
    """The SIREN inside a French VAT number; Monaco's numbers hold none."""
    if not vat.strip().upper().startswith("FR") or not fr_tva.is_valid(vat):
        return ""
    return _siren(fr_tva.compact(vat)[2:])
