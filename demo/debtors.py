"""Who owes: the invented customers of the demo, one per row of ``debtors.csv``.

Columns of the file that are not plain addresses:

* ``domain``: of its e-mail addresses; ``email`` replaces ``contact@domain``
  (``-`` = none); ``phone``: empty = a landline, ``mobile``, ``-`` = none, or itself;
* ``contact``: ``compta`` or ``accounts`` adds a child contact that receives the
  invoices; ``director`` adds a child contact by that name; ``parent`` is the key of
  the parent company;
* ``siren``: the first digits wanted (public bodies); ``term``: see ``company.TERMS``;
* ``items``: invoices written by hand, ``days overdue/amount/fate``: amount before
  tax, days negative when not yet due, ``bulk:N`` = N small open ones; ``random``:
  how many more are drawn;
* ``shows``: the code of what this debtor is there to show, a key of :data:`SHOWN`.
"""

import csv
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from . import identifiers

#: What each special debtor shows.
SHOWN = {
    "not_due": "nothing is due yet",
    "below_minimum": "a balance of 3 €, below any minimum",
    "on_hold": "on hold until a date",
    "no_followup": "two overdue invoices marked « no follow-up »",
    "payment_blocked": "two overdue invoices whose payment is blocked",
    "disputed": "one invoice disputed, another chased",
    "disputed_part": "1 200 € of an invoice disputed, the rest chased",
    "promised": "a promise to pay not yet reached",
    "promise_broken": "a promise whose day has passed: mail and SMS leave",
    "plan": "a payment plan that is respected",
    "insolvent": "in judicial liquidation",
    "covered_credit": "an unmatched credit note covers everything",
    "covered_payment": "an unmatched payment covers everything",
    "payment_part": "an unmatched payment covers a part: the net is claimed",
    "credit_part": "an unmatched credit note covers a part",
    "no_contact": "neither address, e-mail nor telephone",
    "closure_now": "closed at the moment: outside its sending days",
    "closure_august": "« jamais en août », every year",
    "no_policy": "exempted: a rule gives it no policy",
    "final_level": "at the last level: to hand over",
    "max_level": "never above a level",
    "manual_policy": "a policy chosen by hand, a director from one level on",
    "archived_partner": "archived after invoicing",
    "bad_email": "an e-mail that is not one",
    "refused_email": "an e-mail that the receiving server refuses",
    "postal_only": "letters only",
    "sms": "a mobile number",
    "two_pages": "fourteen overdue items: a letter on two pages",
    "many_items": "thirty-four open items",
    "instalments": "30 % now, 30/60/90 days; the first instalment paid",
    "in_process": "a payment in process without journal entry",
    "manual_step": "large amounts at the call of day 10",
    "level_just_sent": "reminded a few days ago",
    "parent_company": "a parent company, whose subsidiary is another debtor",
    "subsidiary": "a subsidiary with its own file",
    "opening_balance": "opening balances only (no follow-up by default)",
    "opening_and_new": "an opening balance and ordinary invoices",
    "alsace": "Alsace: two more public holidays",
    "town_hall": "a town hall",
    "hospital": "a public hospital, 50 days",
    "school": "a lycée",
    "public_body": "a public inter-municipal body",
    "foreign_eur": "German, written to in English, in euros",
    "foreign_usd": "American, invoiced in dollars",
    "consumer": "a consumer",
    "consumer_postal": "a consumer by letter only",
    "consumer_sms": "a consumer with a mobile number only",
    "contact_cap": "a consumer already written to this week",
    "regular": "an ordinary customer",
}


@dataclass(frozen=True, slots=True)
class Item:
    """An invoice written by hand: amount before tax, fate in ``scenario.FATES``."""

    days_overdue: int
    amount: Decimal
    fate: str = "open"


@dataclass(frozen=True, slots=True)
class Contact:
    """A child contact; ``type`` as in ``res.partner.type``."""

    name: str
    type: str
    email: str
    function: str


@dataclass(frozen=True, slots=True)
class Debtor:
    """A customer, as plain values ready for ``res.partner``."""

    key: str
    name: str
    kind: str
    street: str
    zip: str
    city: str
    country: str
    email: str
    phone: str
    registry: str
    vat: str
    parent: str
    term: str
    shows: str
    random_count: int
    bulk_count: int
    contacts: tuple[Contact, ...] = ()
    items: tuple[Item, ...] = field(default=())

    @property
    def is_company(self) -> bool:
        return self.kind != "consumer"

    @property
    def currency(self) -> str:
        return "USD" if self.country == "US" else "EUR"

    @property
    def lang(self) -> str:
        return "fr_FR" if self.country == "FR" else "en_US"


def load_debtors() -> tuple[Debtor, ...]:
    """All debtors, in the order of the file (that of their customer numbers)."""
    path = Path(__file__).with_name("debtors.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(_debtor(row) for row in csv.DictReader(stream))


def _debtor(row: dict[str, str]) -> Debtor:
    registry, vat = _registrations(row)
    bulk, items = _items(row["items"])
    return Debtor(
        **{name: row[name] for name in ("key", "name", "kind", "street", "zip")},
        **{name: row[name] for name in ("city", "country", "parent", "term", "shows")},
        email=_email(row),
        phone=_phone(row),
        registry=registry,
        vat=vat,
        random_count=int(row["random"]),
        bulk_count=bulk,
        contacts=tuple(_contacts(row)),
        items=items,
    )


def _registrations(row: dict[str, str]) -> tuple[str, str]:
    """SIRET and VAT number; consumers and Americans have neither."""
    if row["country"] == "DE":
        return "", identifiers.german_vat(row["key"])
    if row["kind"] == "consumer" or row["country"] != "FR":
        return "", ""
    siren = identifiers.siren(row["key"], row["siren"])
    vat = "" if row["kind"] == "public" else identifiers.french_vat(siren)
    return identifiers.siret(siren), vat


def _email(row: dict[str, str]) -> str:
    if row["email"]:
        return "" if row["email"] == "-" else row["email"]
    return f"contact@{row['domain']}" if row["domain"] else ""


def _phone(row: dict[str, str]) -> str:
    if row["phone"] == "-":
        return ""
    if row["phone"] in ("", "mobile"):
        return identifiers.phone(row["key"], mobile=row["phone"] == "mobile")
    return row["phone"]


def _contacts(row: dict[str, str]) -> list[Contact]:
    contacts = []
    domain = row["domain"]
    if row["contact"] == "compta":
        email = f"compta.fournisseurs@{domain}"
        contacts.append(Contact("Comptabilité fournisseurs", "invoice", email, ""))
    elif row["contact"] == "accounts":
        email = f"accounts@{domain}"
        contacts.append(Contact("Accounts payable", "invoice", email, ""))
    if row["director"]:
        # « Étienne Barrault » at e.g. direction@domain; no domain, no address.
        email = f"direction@{domain}" if domain else ""
        title = "Direction" if row["country"] == "FR" else "Managing director"
        contacts.append(Contact(row["director"], "contact", email, title))
    return contacts


def _items(text: str) -> tuple[int, tuple[Item, ...]]:
    """Parse the ``items`` column.

    >>> _items("-5/120 40/640/short")[1][1]
    Item(days_overdue=40, amount=Decimal('640'), fate='short')
    >>> _items("bulk:34")
    (34, ())
    """
    if text.startswith("bulk:"):
        return int(text.removeprefix("bulk:")), ()
    items = []
    for word in text.split():
        days, amount, *fate = word.split("/")
        items.append(Item(int(days), Decimal(amount), *fate))
    return 0, tuple(items)
