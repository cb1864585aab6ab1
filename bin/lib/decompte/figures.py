"""The statement for a program: JSON, and the figures both outputs show."""

from decimal import Decimal

from core.interest import Statement
from core.rates import shipped_rates
from core.regime import BelowFloor, below_floor


def as_json(found: Statement) -> dict[str, object]:
    """Amounts are strings with two decimals, so that no reader makes floats of them."""
    return {
        "regime": found.regime.kind.value,
        "amount": cents(found.claim.amount),
        "due": found.claim.due_date.isoformat(),
        "as_of": found.as_of.isoformat(),
        "allocation": found.conventions.order.value,
        "day_count": found.conventions.day_count.value,
        "segments": [
            {
                "from": segment.first_day.isoformat(),
                "to": segment.last_day.isoformat(),
                "days": segment.days,
                "base": cents(segment.base),
                "rate": percent(segment.rate),
                "interest": cents(segment.interest),
            }
            for segment in found.segments
        ],
        "movements": [
            {
                "date": share.movement.date.isoformat(),
                "kind": share.movement.kind.value,
                "amount": cents(share.movement.amount),
                "interest": cents(share.interest),
                "principal": cents(share.principal),
                "surplus": cents(share.surplus),
            }
            for share in found.shares
        ],
        "interest_accrued": cents(found.interest_accrued),
        "principal_due": cents(found.principal_due),
        "interest_due": cents(found.interest_due),
        "recovery_fee": cents(found.recovery_fee),
        "total_due": cents(found.total_due),
        "surplus": cents(found.surplus),
        "rates": [
            {"half_year": half_year, "value": value, "source": source}
            for half_year, value, source in published(found)
        ],
        "below_floor": [str(fault.half_year) for fault in floor_faults(found)],
        "remarks": [remark.value for remark in found.remarks],
    }


def cents(value: Decimal) -> str:
    return f"{value:.2f}"


def percent(value: Decimal) -> str:
    """At least two decimals, more when the rate has more."""
    short = f"{value:.2f}"
    return short if Decimal(short) == value else f"{value.normalize():f}"


def published(found: Statement) -> list[tuple[str, str, str]]:
    """The published rates the statement rests on, each once, with its source."""
    rows = {
        str(origin.half_year): (percent(origin.row.value), origin.row.source)
        for segment in found.segments
        for origin in segment.origins
    }
    return [(half_year, *row) for half_year, row in rows.items()]


def floor_faults(found: Statement) -> list[BelowFloor]:
    if not found.segments:
        return []
    first, last = found.segments[0].first_day, found.segments[-1].last_day
    return below_floor(found.regime, first, last, shipped_rates())
