"""A realistic message, on which a template is tried before it is saved.

One of everything a template may speak of: a late item, another partly paid, one
that is not due yet, a credit note deducted from the oldest, and what lateness costs
(a consumer, nothing before a formal notice). The 16 of March 2026 is a Monday like
another; the identifiers pass their checks and are nobody's.
"""

from datetime import date, timedelta
from decimal import Decimal

from .context import (
    Collector,
    Company,
    Credit,
    Debtor,
    Level,
    MessageContext,
    MessageItem,
    Recipient,
)

TODAY = date(2026, 3, 16)

_COMPANY = Company(
    name="Atelier Rivage SAS",
    address=("12 quai des Tanneurs", "44000 NANTES"),
    siren="404 833 048",
    siret="404 833 048 00022",
    vat="FR83404833048",
    rcs="404 833 048 R.C.S. Nantes",
    email="comptabilite@atelier-rivage.example",
    phone="+33 2 40 00 00 00",
    website="https://atelier-rivage.example",
    iban="FR76 3000 6000 0112 3456 7890 189",
    bic="AGRIFRPP",
)
_DEBTORS = {
    "business": Debtor("Boulangerie Martin SARL", "C0042", siren="303 265 045"),
    "consumer": Debtor("Camille Martin", "C0043", "consumer", is_company=False),
    "public": Debtor("Commune de Saint-Aubin", "C0044", "public", siren="217 500 016"),
}


def sample(
    lang: str = "fr", profile: str = "business", *, with_penalties: bool = False
) -> MessageContext:
    """A message in that language to a debtor of that profile.

    ``with_penalties``: as at a level that says what lateness costs.

    >>> context = sample("fr", "consumer")
    >>> context.debtor.name, context.total
    ('Camille Martin', Decimal('1830.00'))
    """
    debtor = _DEBTORS[profile]
    is_spared = profile == "consumer" or not with_penalties
    fee, first, second = ("0.00",) * 3 if is_spared else ("40.00", "16.78", "4.41")
    salutation = "Madame, Monsieur" if lang.startswith("fr") else "Dear Sir or Madam"
    return MessageContext(
        company=_COMPANY,
        debtor=debtor,
        recipient=Recipient(debtor.name, salutation, is_person=not debtor.is_company),
        collector=Collector("Inès Leroy", "ines@atelier-rivage.example", "0240000001"),
        level=Level("R2", "cordial"),
        date=TODAY,
        pay_before=TODAY + timedelta(days=8),
        currency="EUR",
        items=(
            _item(
                "FAC/2026/00012",
                45,
                "1200.00",
                deducted="150.00",
                interest=first,
                recovery_fee=fee,
            ),
            _item(
                "FAC/2026/00031",
                17,
                "980.00",
                paid="200.00",
                reference="BC-7781",
                interest=second,
                recovery_fee=fee,
            ),
            _item("FAC/2026/00058", -10, "460.50"),
        ),
        credits=(Credit("AV/2026/00003", date(2026, 2, 20), Decimal("150.00")),),
        payment_reference="C0042-0316",
        shows_penalties=with_penalties,
        portal_url="https://atelier-rivage.example/recouvrement/exemple",
    )


def _item(
    invoice: str,
    days_overdue: int,
    total: str,
    *,
    paid: str = "0.00",
    deducted: str = "0.00",
    reference: str = "",
    interest: str = "0.00",
    recovery_fee: str = "0.00",
) -> MessageItem:
    due_date = TODAY - timedelta(days=days_overdue)
    residual = Decimal(total) - Decimal(paid)
    return MessageItem(
        invoice=invoice,
        invoice_date=due_date - timedelta(days=30),
        due_date=due_date,
        days_overdue=days_overdue,
        total=Decimal(total),
        residual=residual,
        claim=residual - Decimal(deducted),
        reference=reference,
        interest=Decimal(interest),
        recovery_fee=Decimal(recovery_fee),
        is_reminded=days_overdue > 0,
    )
