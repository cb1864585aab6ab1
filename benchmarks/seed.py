"""A ledger of N posted customer invoices: ``python -m benchmarks.seed DATABASE N``.

A *block* of ``BLOCK`` invoices, with their payments and credit notes, goes through
Odoo's own flows; ``multiply`` copies it in SQL for other customers until there are
N; ``verify`` then makes some of the copies again through the ORM and compares them
column by column.

In a block of 200 invoices: 16 are paid, 8 partly paid, 6 due in two instalments,
41 not due yet; 4 unmatched credit notes come on top. About three items in four are
overdue, by 1 to 400 days.
"""

import argparse
import random
import time
from datetime import date, timedelta
from typing import NamedTuple

from demo.catalogue import CATALOGUE
from demo.company import bank_journal, setup_company, setup_products, setup_terms
from demo.identifiers import french_vat, phone, siren, siret

from . import AS_OF
from .multiply import multiply
from .session import open_env
from .verify import verify

BLOCK = 200
#: Invoices per customer, on average; a few customers have many more (see _draw).
PER_CUSTOMER = 9
PAID, PART_PAID, INSTALMENTS, NOT_DUE, CREDIT_NOTES = 16, 8, 6, 41, 4
OLDEST_DAYS = 400
PART = 0.4
STREETS = ("rue de la République", "avenue Jean-Jaurès", "quai Claude-Bernard")
CITIES = (("69003", "Lyon"), ("44000", "Nantes"), ("59000", "Lille"), ("67000", "Metz"))
FORMS = ("SARL", "SAS", "Établissements", "Société")


class Entry(NamedTuple):
    """A model entry of the block: how it is made, and what becomes of it."""

    move_type: str
    invoice_date: date
    term: str
    lines: tuple[tuple[str, int], ...]
    settled: float


def plan() -> list[Entry]:
    """The block's entries, the same every time."""
    rng = random.Random("block")
    entries = []
    for place in range(BLOCK + CREDIT_NOTES):
        due = AS_OF - timedelta(days=_days_overdue(place, rng))
        is_invoice = place < BLOCK
        term = "instalments" if PAID + PART_PAID <= place < _INSTALMENTS_END else "30"
        products = rng.sample(CATALOGUE["professional"], rng.choice((1, 1, 2, 3)))
        lines = tuple((one.key, rng.randint(1, one.most)) for one in products)
        settled = 1.0 if place < PAID else PART if place < PAID + PART_PAID else 0.0
        entries.append(
            Entry(
                "out_invoice" if is_invoice else "out_refund",
                due - timedelta(days=30),
                term if is_invoice else "0",
                lines if is_invoice else lines[:1],
                settled if is_invoice else 0.0,
            )
        )
    return entries


_INSTALMENTS_END = PAID + PART_PAID + INSTALMENTS


def _days_overdue(place: int, rng: random.Random) -> int:
    if BLOCK - NOT_DUE <= place < BLOCK:
        return -rng.randint(0, 29)
    return rng.randint(1, OLDEST_DAYS)


class Books:
    """The company's ledger in the making."""

    def __init__(self, env):
        self.env = env
        self.company = setup_company(env)
        self.terms = setup_terms(env, self.company)
        self.terms["instalments"] = self._two_instalments()
        self.products = setup_products(env, self.company)

    def _two_instalments(self):
        return self.env["account.payment.term"].create(
            {
                "name": "Moitié à la commande, moitié à 30 jours",
                "company_id": self.company.id,
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )

    def customers(self, count: int) -> list[int]:
        """Create customers with an e-mail and an address; one in five is a person."""
        partners = self.env["res.partner"].with_context(tracking_disable=True)
        country = self.env.ref("base.fr").id
        ids = []
        for start in range(0, count, 1000):
            ids += partners.create(
                [
                    _customer(place, country)
                    for place in range(start, min(start + 1000, count))
                ]
            ).ids
        return ids

    def make(self, entries: list[Entry], partner_ids: list[int]):
        """Create, post and settle entries; one set of moves per entry."""
        moves = self.env["account.move"].create(
            [
                self._values(entry, partner_id)
                for entry, partner_id in zip(entries, partner_ids, strict=True)
            ]
        )
        moves.action_post()
        made = []
        for entry, move in zip(entries, moves, strict=True):
            payment = self._pay(move, entry.settled) if entry.settled else None
            made.append(move + payment.move_id if payment else move)
        self.env.flush_all()
        return made

    def _values(self, entry: Entry, partner_id: int) -> dict:
        return {
            "move_type": entry.move_type,
            "partner_id": partner_id,
            "invoice_date": entry.invoice_date,
            "invoice_payment_term_id": self.terms[entry.term].id,
            "invoice_line_ids": [
                (0, 0, {"product_id": self.products[key].id, "quantity": quantity})
                for key, quantity in entry.lines
            ],
        }

    def _pay(self, move, share: float):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "payment_date": move.invoice_date_due,
                    "journal_id": bank_journal(self.env, self.company).id,
                    "payment_difference_handling": "open",
                }
            )
        )
        wizard.amount = self.company.currency_id.round(move.amount_residual * share)
        # A text of its own: the default one quotes the invoice.
        wizard.communication = "VIR SEPA RECU"
        return wizard._create_payments()


def _customer(place: int, country_id: int) -> dict:
    rng = random.Random(f"customer:{place}")
    postcode, city = rng.choice(CITIES)
    values = {
        "name": f"Madame Exemple {place:05d}",
        "email": f"client{place:05d}@client.example",
        "phone": phone(str(place), mobile=True),
        "street": f"{rng.randint(1, 200)} {rng.choice(STREETS)}",
        "zip": postcode,
        "city": city,
        "country_id": country_id,
        "lang": "fr_FR",
    }
    if place % 5 == 0:
        return values
    number = siren(f"bench:{place}")
    return {
        **values,
        "is_company": True,
        "name": f"{rng.choice(FORMS)} Exemple {place:05d}",
        "vat": french_vat(number),
        "company_registry": siret(number),
    }


def _draw(partner_ids: list[int], block: int, place: int) -> int:
    """Whose invoice a copy is: the first customers have many more than the last."""
    share = random.Random(f"{block}:{place}").random() ** 1.5
    return partner_ids[int(len(partner_ids) * share)]


def seed(env, invoices: int) -> None:
    """Make the ledger, commit it, and prove it: a fault ends the process."""
    if invoices % BLOCK:
        raise SystemExit(f"the number of invoices must be a multiple of {BLOCK}")
    books = Books(env)
    partner_ids = books.customers(invoices // PER_CUSTOMER)
    entries = plan()
    owners = {
        (block, place): _draw(partner_ids, block, place)
        for block in range(invoices // BLOCK)
        for place in range(len(entries))
    }
    made = books.make(entries, [owners[0, place] for place in range(len(entries))])
    multiply(env, made, owners)
    env.cr.commit()
    verify(books, entries, made, owners)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("invoices", type=int)
    options = parser.parse_args()
    started = time.monotonic()
    with open_env(options.database) as env:
        seed(env, options.invoices)
    print(f"seeded in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
