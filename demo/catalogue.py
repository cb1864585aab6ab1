"""What the company sells: one product per row of ``products.csv``.

VAT is 20 % for professionals; for dwellings, 10 % on works and 5.5 % on energy
saving. ``most`` is the largest quantity that makes sense on one line.
"""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Product:
    """A product: price before tax in the company's currency, VAT rate in percent."""

    key: str
    audience: str
    name: str
    english: str
    price: Decimal
    vat: str
    is_service: bool
    most: int


def load_products() -> tuple[Product, ...]:
    """All products, the cheapest first within an audience."""
    path = Path(__file__).with_name("products.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(
            Product(
                row["key"],
                row["audience"],
                row["name"],
                row["english"],
                Decimal(row["price"]),
                row["vat"],
                row["service"] == "yes",
                int(row["most"]),
            )
            for row in csv.DictReader(stream)
        )


PRODUCTS = load_products()
#: By audience: ``professional`` (public bodies too) and ``consumer``.
CATALOGUE = {
    audience: tuple(product for product in PRODUCTS if product.audience == audience)
    for audience in ("professional", "consumer")
}
