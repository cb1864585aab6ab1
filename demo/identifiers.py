"""Invented but valid identifiers: SIREN, SIRET, VAT and telephone numbers.

Everything is drawn from the debtor's key, so that adding a debtor changes none of
the others. Telephone numbers come from the ranges that ARCEP keeps for fiction
(decision 2018-0881, art. 2.5.12), so that no demo message can reach anybody.
"""

import random

from stdnum import luhn
from stdnum.iso7064 import mod_11_10

#: ARCEP's fiction ranges: the geographical one of the South-East, and mobile.
LANDLINE_PREFIX = "0465 71"
MOBILE_PREFIX = "0639 98"


def siren(key: str, prefix: str = "") -> str:
    """A Luhn-valid SIREN; public bodies give a ``prefix`` in 1 or 2.

    >>> siren("verney") == siren("verney"), len(siren("verney"))
    (True, 9)
    >>> siren("mairie", "21")[:2]
    '21'
    """
    rng = random.Random(f"siren:{key}")
    body = prefix or rng.choice("45789")
    body += "".join(rng.choice("0123456789") for _ in range(8 - len(body)))
    return body + luhn.calc_check_digit(body)


def siret(siren_number: str, establishment: int = 1) -> str:
    """The SIRET of an establishment: SIREN, four digits, a Luhn digit over all.

    >>> siret("732829320")
    '73282932000017'
    """
    body = f"{siren_number}{establishment:04d}"
    return body + luhn.calc_check_digit(body)


def french_vat(siren_number: str) -> str:
    """The intra-community VAT number that follows from a SIREN.

    >>> french_vat("732829320")
    'FR44732829320'
    """
    key = (12 + 3 * (int(siren_number) % 97)) % 97
    return f"FR{key:02d}{siren_number}"


def german_vat(key: str) -> str:
    """A German USt-IdNr. with its ISO 7064 check digit.

    >>> len(german_vat("bergmann"))
    11
    """
    rng = random.Random(f"ustid:{key}")
    body = rng.choice("123456789")
    body += "".join(rng.choice("0123456789") for _ in range(7))
    return f"DE{body}{mod_11_10.calc_check_digit(body)}"


def phone(key: str, *, mobile: bool = False) -> str:
    """An international number that nobody has, from ARCEP's fiction ranges.

    >>> phone("haddad", mobile=True).startswith("+33 6 39 98 ")
    True
    """
    prefix = MOBILE_PREFIX if mobile else LANDLINE_PREFIX
    digits = prefix.replace(" ", "")
    digits += f"{random.Random(f'phone:{key}').randrange(10_000):04d}"
    pairs = [digits[index : index + 2] for index in range(2, 10, 2)]
    return " ".join(["+33", digits[1], *pairs])
