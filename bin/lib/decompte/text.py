"""The statement for a reader: French, in columns, each line with its basis."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from core.allocation import MovementKind, Order, Share
from core.day_count import DayCount
from core.formats import money, short_date
from core.interest import Segment, Statement
from core.rates import Reference
from core.regime import BelowFloor, Regime, RegimeKind
from core.remarks import Remark

from .figures import floor_faults, percent, published

DEBTORS = {
    RegimeKind.BUSINESS: "entre professionnels, taux supplétif BCE + 10 points",
    RegimeKind.CONTRACTUAL: "entre professionnels, taux convenu",
    RegimeKind.PUBLIC: "acheteur public, taux BCE + 8 points figé au départ",
    RegimeKind.CONSUMER: "consommateur, taux légal depuis la mise en demeure",
    RegimeKind.NONE: "sans intérêts",
}
REFERENCES = {Reference.ECB: "BCE", Reference.LEGAL: "taux légal (autres cas)"}
REMARKS = {
    Remark.NOT_DUE: "La créance n'est pas en retard à cette date.",
    Remark.NO_NOTICE: "Pas de mise en demeure (--notice) : aucun intérêt ne court"
    " contre un consommateur (C. civ. 1231-6).",
    Remark.LATER_MOVEMENT: "Les paiements et avoirs postérieurs à la date d'arrêté"
    " sont laissés de côté.",
    Remark.SURPLUS: "Un trop-perçu n'est imputé ni sur l'indemnité de 40 € ni, s'il"
    " vient d'un avoir, sur les intérêts : il est à rembourser ou à compenser.",
    Remark.CANCELLED: "La facture est annulée par avoir : pas d'indemnité de 40 €.",
}
KINDS = {MovementKind.PAYMENT: "paiement", MovementKind.CREDIT_NOTE: "avoir"}
ORDERS = {
    Order.INTEREST_FIRST: "les paiements s'imputent d'abord sur les intérêts"
    " (C. civ. 1343-1)",
    Order.PRINCIPAL_FIRST: "les paiements s'imputent d'abord sur le principal"
    " (convention contraire à C. civ. 1343-1)",
}
DAY_COUNTS = {
    DayCount.FIXED_365: "années de 365 jours",
    DayCount.ACTUAL: "années de 365 ou 366 jours (exact/exact)",
}


def as_text(found: Statement) -> Iterator[str]:
    claim = found.claim
    yield f"Décompte arrêté au {french_day(found.as_of)} inclus"
    due_date = french_day(claim.due_date)
    yield f"Créance de {euros(claim.amount)}, à échéance du {due_date}"
    yield f"Régime : {DEBTORS[found.regime.kind]}"
    if found.segments:
        yield from ("", *segments_table(found))
    if found.shares:
        yield from ("", *shares_table(found))
    yield from ("", *totals_table(found))
    notes = list(text_notes(found))
    if notes:
        yield from ("", *notes)


def segments_table(found: Statement) -> list[str]:
    head = ("Du", "Au", "Jours", "Base", "Taux", "Intérêts", "Fondement")
    rows = [
        (
            french_day(segment.first_day),
            french_day(segment.last_day),
            str(segment.days),
            euros(segment.base),
            french_percent(segment.rate),
            euros(segment.interest),
            f"{found.regime.interest_basis} : {rate_words(found.regime, segment)}",
        )
        for segment in found.segments
    ]
    total = ("", "", "", "", "Total", euros(found.interest_accrued), "")
    return table([head, *rows, total], "<<>>>><")


def rate_words(regime: Regime, segment: Segment) -> str:
    """Where the rate of a line comes from."""
    if regime.formula is None or regime.formula.reference is None:
        return "taux convenu"
    value = french_percent(segment.origins[0].row.value)
    words = f"{REFERENCES[regime.formula.reference]} {value}"
    if regime.formula.points:
        words += f" + {regime.formula.points}"
    first, last = segment.origins[0].half_year, segment.origins[-1].half_year
    return f"{words}, {first}" + (f" à {last}" if last != first else "")


def shares_table(found: Statement) -> list[str]:
    head = ("Date", "", "Montant", "Intérêts", "Principal", "Trop-perçu", "Fondement")
    rows = [
        (
            french_day(share.movement.date),
            KINDS[share.movement.kind],
            euros(share.movement.amount),
            euros(share.interest),
            euros(share.principal),
            euros(share.surplus),
            share_basis(found, share),
        )
        for share in found.shares
    ]
    return table([head, *rows], "<<>>>><")


def share_basis(found: Statement, share: Share) -> str:
    if share.movement.kind is MovementKind.CREDIT_NOTE:
        return "réduction du prix"
    if found.conventions.order is Order.PRINCIPAL_FIRST:
        return "convention des parties"
    return "C. civ. 1343-1"


def totals_table(found: Statement) -> list[str]:
    regime = found.regime
    fee_basis = regime.fee_basis if found.recovery_fee else ""
    rows = [
        ("Principal restant dû", euros(found.principal_due), ""),
        ("Intérêts restant dus", euros(found.interest_due), regime.interest_basis),
        ("Indemnité forfaitaire", euros(found.recovery_fee), fee_basis),
        ("Total dû", euros(found.total_due), ""),
    ]
    return table(rows, "<><")


def text_notes(found: Statement) -> Iterator[str]:
    for remark in found.remarks:
        yield f"Attention : {REMARKS[remark]}"
    for fault in floor_faults(found):
        yield f"Attention : {floor_words(fault)}"
    if found.segments:
        days = DAY_COUNTS[found.conventions.day_count]
        yield f"Calcul : {days} ; arrondi une fois par ligne."
    if found.shares:
        yield f"Imputation : {ORDERS[found.conventions.order]}."
    for half_year, value, source in published(found):
        yield f"Taux {half_year} : {french_percent(Decimal(value))} ({source})"


def floor_words(fault: BelowFloor) -> str:
    article = "C. com. L441-10 II"
    if fault.floor is None:
        return (
            f"{fault.half_year} : taux légal inconnu, le minimum du taux convenu"
            f" (3 fois le taux légal, {article}) n'est pas vérifié."
        )
    return (
        f"{fault.half_year} : le taux convenu de {french_percent(fault.rate)} est sous"
        f" le minimum de 3 fois le taux légal, {french_percent(fault.floor)}"
        f" ({article}) ; il est appliqué tel quel."
    )


def table(rows: list[tuple[str, ...]], alignment: str) -> list[str]:
    """The rows in columns, each as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:{side}{width}}"
            for cell, side, width in zip(row, alignment, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def euros(value: Decimal) -> str:
    return money(value, "EUR", "fr")


def french_percent(value: Decimal) -> str:
    return percent(value).replace(".", ",") + "\xa0%"


def french_day(value: date) -> str:
    return short_date(value, "fr")
