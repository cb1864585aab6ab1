"""A postal address, as a window envelope and a sorting machine want it.

Source: AFNOR NF Z10-011: six lines at most, thirty-eight characters a line, from
the most personal to the most general; the last one in capitals, unaccented.
Chosen here: the upper lines keep the accents and case somebody typed (the norm
allows it, a name deserves it); the line of the city and that of the country are
put in capitals without accents or punctuation.
"""

import re
import unicodedata
from dataclasses import dataclass
from textwrap import wrap

MAX_LINES = 6
MAX_WIDTH = 38

# Overseas territories whose postcode is French (97xxx, 98xxx), and Monaco (98000).
_DOMESTIC = frozenset({"FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM"})
_FRENCH_POSTCODE = _DOMESTIC | {"NC", "PF", "WF", "MC"}


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where a letter goes. ``contact`` is the person within ``name``, if any.

    ``home_country`` is the sender's: its own country's name is not written.

    >>> address = PostalAddress(
    ...     "Boulangerie Martin", contact="Mme Léa Martin", street="3 rue de l'Église",
    ...     zip="42000", city="Saint-Étienne", country_code="FR")
    >>> print(*address.lines(), sep=chr(10))
    Boulangerie Martin
    Mme Léa Martin
    3 rue de l'Église
    42000 SAINT ETIENNE
    """

    name: str
    contact: str = ""
    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    country_code: str = ""
    country_name: str = ""
    home_country: str = "FR"

    @property
    def is_home(self) -> bool:
        """Whether the letter stays in the sender's postal territory."""
        country = self.country_code or self.home_country
        if self.home_country in _DOMESTIC:
            return country in _DOMESTIC
        return country == self.home_country

    def lines(self) -> tuple[str, ...]:
        """The lines to print, top to bottom.

        A long part runs over two lines as long as six are enough; else the name
        and the contact are cut first, since the postman reads the street.
        """
        name, contact = wrap(self.name, MAX_WIDTH), wrap(self.contact, MAX_WIDTH)
        place = [line for part in self._place() for line in wrap(part, MAX_WIDTH)]
        if len(name) + len(contact) + len(place) > MAX_LINES:
            name, contact = name[:1], contact[:1]
        return (*name, *contact, *place)

    def _place(self) -> tuple[str, ...]:
        city = f"{self._postcode} {_capitals(self.city)}"
        country = "" if self.is_home else _capitals(self.country_name)
        return self.street, self.street2, city, country

    @property
    def _has_french_postcode(self) -> bool:
        return (self.country_code or self.home_country) in _FRENCH_POSTCODE

    @property
    def _postcode(self) -> str:
        gap = "" if self._has_french_postcode else " "
        return gap.join(self.zip.upper().split())

    def problems(self) -> tuple[str, ...]:
        """Codes of what would stop the letter: all of them at once.

        >>> PostalAddress("Dupont", street="1 rue Haute", zip="4200").problems()
        ('no_city', 'bad_zip')
        """
        is_french, postcode = self._has_french_postcode, self._postcode
        found = {
            "no_street": not (self.street.strip() or self.street2.strip()),
            "no_city": not self.city.strip(),
            "no_zip": is_french and not postcode,
            "bad_zip": is_french and bool(postcode) and not _is_french(postcode),
            "too_long": len(self.lines()) > MAX_LINES,
        }
        return tuple(code for code, is_found in found.items() if is_found)

    @property
    def is_usable(self) -> bool:
        """Whether a letter may be posted to it."""
        return not self.problems()

    @property
    def sorting_key(self) -> tuple[bool, str, str, str, str]:
        """The order of the post: home first, by postcode; then abroad, by country.

        >>> home = PostalAddress("A", zip="75001", country_code="FR")
        >>> abroad = PostalAddress("B", country_code="BE", country_name="Belgique")
        >>> home.sorting_key < abroad.sorting_key
        True
        """
        country = "" if self.is_home else _capitals(self.country_name)
        place = self._postcode, _capitals(self.city)
        return not self.is_home, country, *place, self.name


def _is_french(postcode: str) -> bool:
    return bool(re.fullmatch(r"(?!00)\d{5}", postcode, re.ASCII))


def _capitals(text: str) -> str:
    """Capitals without accents or punctuation; other alphabets keep their letters.

    >>> _capitals("Saint-Étienne-d’Œuf"), _capitals("Straße")
    ('SAINT ETIENNE D OEUF', 'STRASSE')
    """
    text = unicodedata.normalize("NFKD", text.upper().replace("Œ", "OE"))
    plain = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", plain))
