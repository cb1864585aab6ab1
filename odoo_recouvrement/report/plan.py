"""The agreement on a payment plan, and the short messages about its instalments.

The agreement is in French, whatever the reader's language: it is a deed under French
law. Plain values in, PDF bytes or HTML out; nothing is read here.
"""

import functools
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

from markupsafe import Markup

from ..core.context import Company
from ..core.money import ZERO
from ..core.plan import Instalment, needs_own_hand
from ..core.profile import Profile
from ..core.words import in_words
from .epc import epc_payload, qr_image
from .labels import Writer
from .letter import _logo_uri, legal_line
from .plan_words import LAST_SENTENCE, MAILS, french, penalty_clause
from .printer import STYLE_DIR, stylesheet
from .printing import letter_engine, print_html

DOCUMENT = "odoo_recouvrement.plan_document"
MAIL = "odoo_recouvrement.plan_mail"


@dataclass(frozen=True, slots=True)
class AgreementItem:
    """A debt of the plan, on the day of the proposal."""

    invoice: str
    invoice_date: date
    due_date: date
    amount: Decimal
    principal: Decimal
    interest: Decimal
    fee: Decimal

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.fee


@dataclass(frozen=True, slots=True)
class Signature:
    """What the portal kept of a signature. ``at``: the company's clock."""

    name: str
    image: bytes
    at: datetime
    address: str
    mention: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Everything the document says."""

    number: str
    version: int
    day: date
    currency: str
    company: Company
    legal: tuple[str, ...]
    logo: bytes | None
    place: str
    signatory: str
    signatory_role: str
    debtor_name: str
    debtor_siren: str
    debtor_reference: str
    address: tuple[str, ...]
    profile: Profile
    items: tuple[AgreementItem, ...]
    instalments: tuple[Instalment, ...]
    penalties: str
    grace_days: int
    replaces: str = ""
    signature: Signature | None = None

    @property
    def total(self) -> Decimal:
        return sum((item.total for item in self.items), ZERO)

    @property
    def is_consumer(self) -> bool:
        return self.profile is Profile.CONSUMER

    @property
    def needs_own_hand(self) -> bool:
        return needs_own_hand(self.profile)

    def columns(self) -> tuple[bool, bool]:
        """Whether interest, and the recovery fees, have something to show."""
        return (
            any(item.interest for item in self.items),
            any(item.fee for item in self.items),
        )


def render_agreement(env: Any, agreement: Agreement) -> bytes:
    """The agreement as PDF bytes; the same values give the same bytes."""
    return print_html(env, agreement_html(env, agreement))


def agreement_html(env: Any, agreement: Agreement) -> Markup:
    """The agreement as one HTML page that refers to nothing outside itself."""
    writer = Writer("fr", agreement.currency)
    first = agreement.instalments[0]
    payload = epc_payload(
        name=agreement.company.name,
        iban=agreement.company.iban,
        bic=agreement.company.bic,
        amount=first.amount,
        currency=agreement.currency,
        remittance=agreement.number,
    )
    paid = accumulate(part.amount for part in agreement.instalments)
    signature = agreement.signature
    has_interest, has_fee = agreement.columns()
    paged = letter_engine() == "weasyprint"
    values = {
        "a": agreement,
        "t": writer.label,
        "money": writer.money,
        "short_date": writer.short_date,
        "long_date": writer.long_date,
        "paged": paged,
        "style": Markup(("" if paged else stylesheet(fonts=False)) + _plan_style()),
        "logo": _logo_uri(agreement.logo) if agreement.logo else None,
        "website": agreement.company.website.removeprefix("https://").rstrip("/"),
        "legal": legal_line(agreement.company, writer, agreement.legal),
        "words": in_words(agreement.total, agreement.currency),
        "has_interest": has_interest,
        "has_fee": has_fee,
        "schedule": [
            (rank, part, agreement.total - so_far)
            for rank, (part, so_far) in enumerate(
                zip(agreement.instalments, paid, strict=True), start=1
            )
        ],
        "qr": qr_image(payload) if payload else None,
        "penalties": penalty_clause(agreement.penalties, agreement.profile),
        "signature_image": f"data:image/png;base64,{signature.image.decode()}"
        if signature
        else None,
        "signed_at": f"{signature.at:%H h %M}" if signature else "",
    }
    html = env["ir.qweb"]._render(DOCUMENT, values, minimal_qcontext=True)
    return Markup("<!DOCTYPE html>\n") + html


@functools.lru_cache(maxsize=1)
def _plan_style() -> str:
    return (STYLE_DIR / "plan.css").read_text(encoding="utf-8")


# --- messages -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanMail:
    """What a message about a plan says. ``kind``: proposal, reminder or missed."""

    kind: str
    company: Company
    legal: tuple[str, ...]
    collector: tuple[str, str, str]
    salutation: str
    lang: str
    currency: str
    number: str
    total: Decimal
    left: Decimal
    grace_days: int
    last_day: date
    parts: tuple[tuple[date, Decimal], ...]
    rank: int
    count: int


def render_plan_mail(env: Any, mail: PlanMail) -> tuple[str, Markup]:
    """Subject and body of a message, in the reader's language."""
    writer = Writer(mail.lang, mail.currency)
    day, amount = mail.parts[0]
    words = {
        "company": mail.company.name,
        "number": mail.number,
        "rank": mail.rank,
        "count": mail.count,
        "day": writer.long_date(day),
        "amount": writer.money(amount),
        "total": writer.money(mail.total),
        "left": writer.money(mail.left),
        "last_day": writer.long_date(mail.last_day),
    }
    texts = MAILS[writer.lang][mail.kind]
    set_type = french if writer.lang == "fr" else str
    values = {
        "m": mail,
        "lang": writer.lang,
        "t": writer.label,
        "money": writer.money,
        "short_date": writer.short_date,
        "paragraphs": [set_type(text % words) for text in texts.paragraphs],
        "closing": [
            set_type(text % words)
            for text in (*texts.closing, LAST_SENTENCE[writer.lang])
        ],
        "has_schedule": mail.kind == "proposal",
        "amount": amount,
        "legal": legal_line(mail.company, writer, mail.legal),
        "sender": [*mail.company.address, mail.company.phone],
    }
    body = env["ir.qweb"]._render(MAIL, values, minimal_qcontext=True)
    return texts.subject % words, body
