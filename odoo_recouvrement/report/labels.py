"""The fixed words of letters and e-mails, in the language of the recipient.

That language need not be installed in Odoo: a letter must not print a French body under
English headings because nobody activated a language. So the words are a table here and
the QWeb views are ``t-translation="off"``; a view catalogue would follow the database's
languages instead. Another language is one more entry of ``LABELS``.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from ..core import formats

FALLBACK = "en"

LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "fr": MappingProxyType(
            {
                "answer": "Vous pouvez répondre en un clic :",
                "answer_dispute": "Je conteste",
                "answer_how": "Voir votre compte, payer en ligne, proposer une date ou "
                "un échéancier, contester\N{NO-BREAK SPACE}:",
                "answer_online": "Répondre sans téléphoner",
                "answer_paid": "J’ai payé",
                "answer_promise": "Je paierai le…",
                "answer_scan": "Scanner pour répondre",
                "answer_space": "Mon compte",
                "bic": "BIC",
                "claim": "À régler",
                "credit": "À déduire\N{NO-BREAK SPACE}:",
                "customer": "Votre numéro de client",
                "date": "Date",
                "date_line": "%(place)s, le %(date)s",
                "date_line_bare": "Le %(date)s",
                "days": "%(count)s j",
                "deducted": "déduction faite de",
                "due_date": "Échéance",
                "email": "Courriel",
                "for_company": "Pour %(company)s",
                "fee": "Indemnité forfaitaire de recouvrement",
                "fee_of": "Indemnité",
                "iban": "IBAN",
                "interest": "Intérêts de retard au %(date)s",
                "interest_ended": "Intérêts de retard",
                "interest_of": "Intérêts",
                "invoice": "Facture",
                "invoiced": "Montant",
                "late": "Retard",
                "late_by": "%(count)s j de retard",
                "net": "Net à payer",
                "number": "Nos références",
                "out_of": "sur %(amount)s",
                "pay": "Règlement par virement",
                "pay_amount": "Montant",
                "pay_before": "À régler avant le",
                "pay_reference": "Référence à rappeler",
                "phone": "Tél.",
                "principal": "Principal",
                "qr": "Scanner pour payer",
                "reference": "Votre référence",
                "registered": "Lettre recommandée avec demande d’avis de réception",
                "residual": "Reste dû",
                "siren": "SIREN",
                "siret": "SIRET",
                "statement": "Relevé de compte au %(date)s",
                "statement_total": "Solde du compte",
                "subject": "Objet\N{NO-BREAK SPACE}:",
                "total_open": "Total des factures ouvertes",
                "upcoming": "Factures à échoir",
                "upcoming_total": "Total à échoir",
                "vat": "TVA",
            }
        ),
        "en": MappingProxyType(
            {
                "answer": "You can answer in one click:",
                "answer_dispute": "I dispute",
                "answer_how": "See your account, pay online, propose a date or "
                "instalments, dispute:",
                "answer_online": "Answer without a call",
                "answer_paid": "I have paid",
                "answer_promise": "I will pay on…",
                "answer_scan": "Scan to answer",
                "answer_space": "My account",
                "bic": "BIC",
                "claim": "To pay",
                "credit": "Less:",
                "customer": "Your customer number",
                "date": "Date",
                "date_line": "%(place)s, %(date)s",
                "date_line_bare": "%(date)s",
                "days": "%(count)s d",
                "deducted": "after deduction of",
                "due_date": "Due date",
                "email": "E-mail",
                "for_company": "For %(company)s",
                "fee": "Fixed sum for recovery costs",
                "fee_of": "Fixed sum",
                "iban": "IBAN",
                "interest": "Late-payment interest to %(date)s",
                "interest_ended": "Late-payment interest",
                "interest_of": "Interest",
                "invoice": "Invoice",
                "invoiced": "Amount",
                "late": "Overdue",
                "late_by": "%(count)s d overdue",
                "net": "Amount payable",
                "number": "Our reference",
                "out_of": "out of %(amount)s",
                "pay": "Payment by bank transfer",
                "pay_amount": "Amount",
                "pay_before": "Please pay before",
                "pay_reference": "Reference to quote",
                "phone": "Tel.",
                "principal": "Principal",
                "qr": "Scan to pay",
                "reference": "Your reference",
                "registered": "Registered letter with acknowledgement of receipt",
                "residual": "Balance due",
                "siren": "SIREN",
                "siret": "SIRET",
                "statement": "Statement of account as of %(date)s",
                "statement_total": "Account balance",
                "subject": "Subject:",
                "total_open": "Total open invoices",
                "upcoming": "Invoices not yet due",
                "upcoming_total": "Total not yet due",
                "vat": "VAT",
            }
        ),
    }
)


class Writer:
    """Words, dates and amounts in one language and one currency, for the documents.

    >>> writer = Writer("fr", "EUR")
    >>> writer.label("for_company", company="Atelier")
    'Pour Atelier'
    >>> Writer("de_DE", "EUR").label("days", count=3), Writer("de_DE", "EUR").lang
    ('3 d', 'en')
    """

    def __init__(self, lang: str, currency: str) -> None:
        code = lang[:2].lower()
        self.lang = code if code in LABELS else FALLBACK
        # Dates and amounts as the text around them writes them: en_US is not en_GB.
        self.locale = lang if code in LABELS else FALLBACK
        self.currency = currency

    def label(self, key: str, **values: object) -> str:
        text = LABELS[self.lang][key]
        return text % values if values else text

    def money(self, amount: Decimal) -> str:
        return formats.money(amount, self.currency, self.locale)

    def long_date(self, day: date) -> str:
        return formats.long_date(day, self.locale)

    def short_date(self, day: date) -> str:
        return formats.short_date(day, self.locale)
