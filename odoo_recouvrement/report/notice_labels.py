"""The fixed words of a mise en demeure, in the language of the recipient."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from ..core.allocation import MovementKind
from ..core.interest import Segment, Statement
from ..core.rates import Reference
from .labels import LABELS, Writer

_SPACE = "\N{NO-BREAK SPACE}"
_NARROW = "\N{NARROW NO-BREAK SPACE}"

NOTICE_LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "fr": MappingProxyType(
            {
                "agreed": "taux convenu",
                "annex": "Décompte arrêté au %(date)s",
                "annex_of": "Annexe à la mise en demeure %(number)s",
                "annex_draft": "Annexe à la mise en demeure",
                "applied": "imputé",
                "base": "Base",
                "contact": "Votre interlocuteur",
                "copies": "copie des factures",
                "copy": "copie de la facture",
                "credit_note": "Avoir du %(date)s",
                "creditor": "Créancier",
                "day_count": "Intérêts simples, calculés sur les sommes restant dues"
                " (TTC), jour pour jour, sur une année de 365 jours, du lendemain de"
                f" l’échéance{_NARROW}; chaque ligne est arrondie au centime.",
                "day_count_consumer": "Intérêts simples, calculés sur les sommes"
                " restant dues (TTC), jour pour jour, sur une année de 365 jours, du"
                f" lendemain de la mise en demeure{_NARROW}; chaque ligne est arrondie"
                " au centime.",
                "days_count": "Jours",
                "debtor": "Débiteur",
                "ecb": "BCE",
                "half_year": "S%(half)s %(year)s",
                "electronic_registered": "Lettre recommandée électronique",
                "enclosed": "Pièces jointes",
                "fee": "Indemnité forfaitaire pour frais de recouvrement",
                "fee_short": "Indemnité forfaitaire",
                "fee_detail": "%(count)s × %(amount)s",
                "from": "Du",
                "interest": "Intérêts",
                "interest_at": "Intérêts de retard au %(date)s",
                "invoice_line": "Facture %(invoice)s du %(date)s, échue le %(due)s",
                "legal": "taux légal",
                "no_interest": "Aucun intérêt n’est demandé à ce jour.",
                "order": "Les règlements partiels sont imputés d’abord sur les intérêts"
                " échus (article 1343-1 du code civil).",
                "paid": "Réglé, avoir",
                "pay_delay": "À régler sous",
                "pay_delay_days": "%(count)s jours dès réception",
                "payment": "Règlement du %(date)s",
                "principal": "Principal",
                "principal_due": "Principal restant dû",
                "rate": "Taux",
                "registered_letter": "Lettre recommandée avec avis de réception",
                "source": "Origine du taux",
                "statement": "décompte",
                "sum_total": "Total à payer",
                "to": "Au",
                "to_interest": "%(amount)s sur les intérêts",
                "to_principal": "%(amount)s sur le principal",
                "title": "Mise en demeure de payer",
                "your_siren": "Votre SIREN",
            }
        ),
        "en": MappingProxyType(
            {
                "agreed": "agreed rate",
                "annex": "Statement as of %(date)s",
                "annex_of": "Annex to formal notice %(number)s",
                "annex_draft": "Annex to the formal notice",
                "applied": "set against",
                "base": "Base",
                "contact": "Your contact",
                "copies": "copies of the invoices",
                "copy": "copy of the invoice",
                "credit_note": "Credit note of %(date)s",
                "creditor": "Creditor",
                "day_count": "Simple interest on the sums outstanding (taxes included),"
                " day by day on a year of 365 days, from the day after the due date;"
                " each line is rounded to the cent.",
                "day_count_consumer": "Simple interest on the sums outstanding (taxes"
                " included), day by day on a year of 365 days, from the day after the"
                " formal notice; each line is rounded to the cent.",
                "days_count": "Days",
                "debtor": "Debtor",
                "ecb": "ECB",
                "half_year": "H%(half)s %(year)s",
                "electronic_registered": "Electronic registered letter",
                "enclosed": "Enclosed",
                "fee": "Fixed sum for recovery costs",
                "fee_short": "Fixed sum",
                "fee_detail": "%(count)s × %(amount)s",
                "from": "From",
                "interest": "Interest",
                "interest_at": "Late interest as of %(date)s",
                "invoice_line": "Invoice %(invoice)s of %(date)s, due on %(due)s",
                "legal": "French legal rate",
                "no_interest": "No interest is asked to date.",
                "order": "Part payments are set first against accrued interest (article"
                " 1343-1 of the French Civil Code).",
                "paid": "Paid, credited",
                "pay_delay": "To be paid within",
                "pay_delay_days": "%(count)s days of receipt",
                "payment": "Payment of %(date)s",
                "principal": "Principal",
                "principal_due": "Principal outstanding",
                "rate": "Rate",
                "registered_letter": "Registered letter with acknowledgement of"
                " receipt",
                "source": "Source of the rate",
                "statement": "statement",
                "sum_total": "Total to pay",
                "to": "To",
                "to_interest": "%(amount)s against interest",
                "to_principal": "%(amount)s against the principal",
                "title": "Formal notice to pay",
                "your_siren": "Your SIREN",
            }
        ),
    }
)


class NoticeWriter(Writer):
    """The writer of letters, with the words of a mise en demeure besides.

    >>> writer = NoticeWriter("fr", "EUR")
    >>> writer.label("title"), writer.label("iban")
    ('Mise en demeure de payer', 'IBAN')
    >>> writer.percent(Decimal("12.150"))
    '12,15\\xa0%'
    """

    def label(self, key: str, **values: object) -> str:
        words = NOTICE_LABELS[self.lang]
        text = words[key] if key in words else LABELS[self.lang][key]
        return text % values if values else text

    def percent(self, rate: Decimal) -> str:
        """A rate as it is written: at least two decimals, no useless zero beyond."""
        text = f"{rate:f}"
        whole, _, decimals = text.partition(".")
        decimals = decimals.rstrip("0").ljust(2, "0")
        if self.lang == "fr":
            return f"{whole},{decimals}{_SPACE}%"
        return f"{whole}.{decimals}%"

    def source(self, segment: Segment, found: Statement) -> str:
        """Where the rate of a segment comes from: « BCE 2,15 % + 10 (S1 2026) »."""
        formula = found.regime.formula
        if formula is None or formula.reference is None:
            return self.label("agreed")
        origins = segment.origins or segment.span.origins
        name = "ecb" if formula.reference is Reference.ECB else "legal"
        words = [self.label(name), self.percent(origins[0].row.value)]
        if formula.factor != 1:
            words.insert(0, f"{formula.factor.normalize():f} ×")
        if formula.points:
            words.append(f"+ {formula.points.normalize():f}")
        return f"{' '.join(words)} ({self._half_years(origins)})"

    def _half_years(self, origins) -> str:
        first, last = origins[0].half_year, origins[-1].half_year
        names = [
            self.label("half_year", half=half.half, year=half.year)
            for half in dict.fromkeys((first, last))
        ]
        return "–".join(names)

    def movement(self, kind: MovementKind, day: date) -> str:
        key = "payment" if kind is MovementKind.PAYMENT else "credit_note"
        return self.label(key, date=self.short_date(day))
