"""The words of the statement of interest, in the language of its reader."""

from collections.abc import Mapping
from types import MappingProxyType

_S = "\N{NO-BREAK SPACE}"

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "fr": MappingProxyType(
            {
                "heading": "Décompte des intérêts de retard",
                "as_of": "arrêté au %(date)s inclus",
                "title": f"Facture %(invoice)s du %(date)s, échéance du %(due)s{_S}:"
                " %(amount)s",
                "from": "Du",
                "to": "Au",
                "days": "Jours",
                "base": "Base",
                "rate": "Taux",
                "source": "Fondement du taux",
                "amount": "Intérêts",
                "accrued": "Intérêts courus",
                "moves": "Paiements et avoirs",
                "day": "Date",
                "received": "Montant",
                "on_interest": "Intérêts",
                "on_principal": "Principal",
                "basis": "Imputation",
                "principal": "Principal restant dû",
                "interest": "Intérêts restant dus",
                "fee": "Indemnité forfaitaire de recouvrement",
                "fee_elsewhere": "portée par une autre échéance, ou non due",
                "settled_apart": "Pénalités abandonnées, facturées ou encaissées",
                "total": "Total dû",
                "all": "Ensemble des factures",
                "payment": "Paiement",
                "credit_note": "Avoir",
                "price": "réduit le prix",
                "interest_first": "d’abord les intérêts (C. civ. 1343-1)",
                "principal_first": "d’abord le principal",
                "principal_only": "sur le principal",
                "segment": "Intérêts",
                "agreed": "taux convenu",
                "ecb": "BCE",
                "legal": "taux légal",
                "points": "%(rate)s + %(points)s points",
                "frozen": "%(rate)s, figé au départ",
                "evolving": "%(rate)s, par semestre",
                "no_interest": "sans intérêts",
                "half": "S%(half)s %(year)s",
                "halves": "%(first)s à %(last)s",
                "chosen": f"%(kind)s. Taux{_S}: %(rate)s, %(level)s.",
                "kind_business": "Entre professionnels",
                "kind_contractual": "Entre professionnels, taux convenu",
                "kind_public": "Acheteur public",
                "kind_consumer": "Consommateur",
                "kind_none": "Sans intérêts",
                "by_invoice": "choisi sur la facture",
                "by_payment_term": "choisi par la condition de paiement",
                "by_case": "choisi sur la fiche du client",
                "by_profile": "d’après le profil juridique du client",
                "by_company": "d’après les réglages de la société",
                "by_nobody": "par défaut",
                "passed_over": "Écarté, car le client est un consommateur"
                f"{_S}: le choix %(levels)s.",
                "of_invoice": "de la facture",
                "of_payment_term": "de la condition de paiement",
                "of_case": "de la fiche",
                "of_profile": "de la politique",
                "of_company": "de la société",
                "remark_not_due": "La créance n’est pas en retard au %(date)s.",
                "remark_no_notice": "Aucune mise en demeure reçue"
                f"{_S}: aucun intérêt ne court contre un consommateur"
                " (C. civ. 1231-6).",
                "remark_later_movement": "Les paiements et avoirs postérieurs au"
                " %(date)s sont laissés de côté.",
                "remark_surplus": "Un trop-perçu n’est imputé ni sur l’indemnité"
                " forfaitaire ni, s’il vient d’un avoir, sur les intérêts.",
                "remark_cancelled": "La facture est annulée par avoir"
                f"{_S}: pas d’indemnité forfaitaire.",
                "remark_grace": "Les jours du délai accordé par le juge ne portent pas"
                " intérêt (C. civ. 1343-5).",
                "remark_insolvency": "Procédure collective ouverte le %(date)s"
                f"{_S}: les intérêts sont arrêtés (C. com. L622-28).",
                "remark_fee_excluded": "Pas d’indemnité forfaitaire"
                f"{_S}: la procédure collective interdisait de payer à l’échéance"
                " (C. com. L441-10 II).",
                "settled": "La facture est soldée"
                f"{_S}: ses paiements ont été imputés sur le principal, les intérêts"
                " ne courent plus.",
                "retention": "Retenue de garantie de %(amount)s"
                f"{_S}: elle n’est pas encore due et ne porte pas intérêt"
                " (CCP R2192-33).",
                "retention_due": "Retenue de garantie de %(amount)s"
                f"{_S}: remboursable au plus tard le %(date)s, elle porte intérêt à"
                " compter du lendemain (CCP R2191-35 et R2192-33).",
                "days_365": "Calcul jour par jour, du lendemain de l’échéance au jour"
                " indiqué inclus, sur une année de 365 jours, arrondi au centime à"
                " chaque ligne.",
                "days_actual": "Calcul jour par jour, du lendemain de l’échéance au"
                " jour indiqué inclus, sur une année de 365 ou 366 jours, arrondi au"
                " centime à chaque ligne.",
                "allocation": "Un paiement partiel s’impute d’abord sur les intérêts"
                " (C. civ. 1343-1).",
                "rates": f"Taux publiés{_S}: %(parts)s.",
                "read_in": f"Relevés dans{_S}: %(parts)s.",
                "rate_ecb": "BCE, opérations principales de refinancement,"
                " %(half)s, %(value)s (en vigueur depuis le %(date)s)",
                "rate_legal": "intérêt légal, tous autres cas, %(half)s, %(value)s",
                "next": "\N{NARROW NO-BREAK SPACE}; ",
                "csv_invoice": "facture",
                "csv_due_date": "échéance",
                "csv_kind": "nature",
                "csv_from": "du",
                "csv_to": "au",
                "csv_days": "jours",
                "csv_base": "base",
                "csv_rate": "taux (%)",
                "csv_interest": "intérêts",
                "csv_amount": "montant",
                "csv_basis": "fondement",
            }
        ),
        "en": MappingProxyType(
            {
                "heading": "Statement of late-payment interest",
                "as_of": "up to %(date)s included",
                "title": "Invoice %(invoice)s of %(date)s, due %(due)s: %(amount)s",
                "from": "From",
                "to": "To",
                "days": "Days",
                "base": "Base",
                "rate": "Rate",
                "source": "Basis of the rate",
                "amount": "Interest",
                "accrued": "Interest accrued",
                "moves": "Payments and credit notes",
                "day": "Date",
                "received": "Amount",
                "on_interest": "Interest",
                "on_principal": "Principal",
                "basis": "Allocation",
                "principal": "Principal still due",
                "interest": "Interest still due",
                "fee": "Fixed sum for recovery costs",
                "fee_elsewhere": "borne by another instalment, or not due",
                "settled_apart": "Penalties waived, invoiced or collected",
                "total": "Total due",
                "all": "All the invoices",
                "payment": "Payment",
                "credit_note": "Credit note",
                "price": "lowers the price",
                "interest_first": "interest first (French Civil Code, art. 1343-1)",
                "principal_first": "principal first",
                "principal_only": "on the principal",
                "segment": "Interest",
                "agreed": "agreed rate",
                "ecb": "ECB",
                "legal": "legal rate",
                "points": "%(rate)s + %(points)s points",
                "frozen": "%(rate)s, frozen at the start",
                "evolving": "%(rate)s, by half-year",
                "no_interest": "no interest",
                "half": "H%(half)s %(year)s",
                "halves": "%(first)s to %(last)s",
                "chosen": "%(kind)s. Rate: %(rate)s, %(level)s.",
                "kind_business": "Between businesses",
                "kind_contractual": "Between businesses, agreed rate",
                "kind_public": "Public buyer",
                "kind_consumer": "Consumer",
                "kind_none": "No interest",
                "by_invoice": "chosen on the invoice",
                "by_payment_term": "chosen by the payment term",
                "by_case": "chosen on the customer's file",
                "by_profile": "from the customer's legal profile",
                "by_company": "from the company's settings",
                "by_nobody": "by default",
                "passed_over": "Set aside, the customer being a consumer: the choice"
                " %(levels)s.",
                "of_invoice": "of the invoice",
                "of_payment_term": "of the payment term",
                "of_case": "of the file",
                "of_profile": "of the policy",
                "of_company": "of the company",
                "remark_not_due": "The debt is not late on %(date)s.",
                "remark_no_notice": "No formal notice received: no interest runs"
                " against a consumer (French Civil Code, art. 1231-6).",
                "remark_later_movement": "Payments and credit notes after %(date)s are"
                " left aside.",
                "remark_surplus": "What was received in excess is set neither against"
                " the fixed sum for recovery costs nor, from a credit note, against"
                " interest.",
                "remark_cancelled": "The invoice is cancelled by credit notes: no fixed"
                " sum for recovery costs.",
                "remark_grace": "The days of the delay granted by the judge bear no"
                " interest (French Civil Code, art. 1343-5).",
                "remark_insolvency": "Insolvency proceedings opened on %(date)s:"
                " interest has stopped (French Commercial Code, art. L622-28).",
                "remark_fee_excluded": "No fixed sum for recovery costs: insolvency"
                " proceedings forbade paying on the due date (French Commercial Code,"
                " art. L441-10 II).",
                "settled": "The invoice is paid: its payments were set against the"
                " principal, interest no longer runs.",
                "retention": "Guarantee retention of %(amount)s: it is not due yet and"
                " bears no interest (French Public Procurement Code, art. R2192-33).",
                "retention_due": "Guarantee retention of %(amount)s: to be paid back"
                " by %(date)s, it bears interest from the next day (French Public"
                " Procurement Code, art. R2191-35 and R2192-33).",
                "days_365": "Computed day by day, from the day after the due date to"
                " the day stated included, on a year of 365 days, rounded to the cent"
                " on each line.",
                "days_actual": "Computed day by day, from the day after the due date to"
                " the day stated included, on a year of 365 or 366 days, rounded to the"
                " cent on each line.",
                "allocation": "A part payment is set against interest first (French"
                " Civil Code, art. 1343-1).",
                "rates": "Published rates: %(parts)s.",
                "read_in": "Read in: %(parts)s.",
                "rate_ecb": "ECB, main refinancing operations, %(half)s, %(value)s"
                " (in force since %(date)s)",
                "rate_legal": "French legal interest, all other cases, %(half)s,"
                " %(value)s",
                "next": "; ",
                "csv_invoice": "invoice",
                "csv_due_date": "due date",
                "csv_kind": "kind",
                "csv_from": "from",
                "csv_to": "to",
                "csv_days": "days",
                "csv_base": "base",
                "csv_rate": "rate (%)",
                "csv_interest": "interest",
                "csv_amount": "amount",
                "csv_basis": "basis",
            }
        ),
    }
)
