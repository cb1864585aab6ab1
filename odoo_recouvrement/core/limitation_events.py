"""What happens to a prescription: events that interrupt it, suspend it, or do neither.

To interrupt is to erase the time run so far (C. civ. 2231), to suspend is to stop
it for a while (2230). The list is the law's: a letter, even registered, is not on it
(Com. 18 mai 2022, n° 20-23.204), unless the debtor is a public body or the contract
says so.
"""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from .faults import Fault, InvalidInput, check_day


class EventKind(str, Enum):
    """PART_PAYMENT: unambiguous. LETTER: any written claim, mise en demeure included.

    SMALL_CLAIMS: the debtor's agreement to the procedure of CPCE L125-1. INQUIRY: a
    measure ordered before any trial.
    """

    ACKNOWLEDGEMENT = "acknowledgement"
    PART_PAYMENT = "part_payment"
    COURT_CLAIM = "court_claim"
    ENFORCEMENT = "enforcement"
    MEDIATION = "mediation"
    CONCILIATION = "conciliation"
    PARTICIPATIVE = "participative"
    SMALL_CLAIMS = "small_claims"
    INQUIRY = "inquiry"
    LETTER = "letter"


EVENT_BASIS: Mapping[EventKind, str] = {
    EventKind.ACKNOWLEDGEMENT: "C. civ. 2240",
    EventKind.PART_PAYMENT: "C. civ. 2240",
    EventKind.COURT_CLAIM: "C. civ. 2241, 2242",
    EventKind.ENFORCEMENT: "C. civ. 2244",
    EventKind.MEDIATION: "C. civ. 2238",
    EventKind.CONCILIATION: "C. civ. 2238",
    EventKind.PARTICIPATIVE: "C. civ. 2238",
    EventKind.SMALL_CLAIMS: "C. civ. 2238",
    EventKind.INQUIRY: "C. civ. 2239",
    EventKind.LETTER: "Com. 18 mai 2022, 20-23.204",
}
SUSPENSIONS = frozenset(
    {
        EventKind.MEDIATION,
        EventKind.CONCILIATION,
        EventKind.PARTICIPATIVE,
        EventKind.SMALL_CLAIMS,
        EventKind.INQUIRY,
    }
)
# C. civ. 2232, second paragraph: the twenty years do not bind them.
BEYOND_LIMIT = frozenset({EventKind.COURT_CLAIM, EventKind.ENFORCEMENT})


class Effect(str, Enum):
    """What an event did to the clock."""

    STARTED = "started"
    INTERRUPTED = "interrupted"
    SUSPENDED = "suspended"
    LETTER_DOES_NOT_INTERRUPT = "letter_does_not_interrupt"
    VOID = "void"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"


class Event(NamedTuple):
    """Something that happened on a ``day`` and, for what lasts, ended on ``until``.

    A claim in court lasts as long as the proceedings (C. civ. 2242), a suspension
    until the day the clock runs again; without ``until`` they are still going on.

    ``is_void``: it does not hold. The claim was withdrawn, left to lapse or dismissed
    (2243); the payment does not say which debt it acknowledges.
    """

    kind: EventKind
    day: date
    until: date | None = None
    is_void: bool = False

    @property
    def is_suspension(self) -> bool:
        """Whether it stops the clock rather than restarting it."""
        return self.kind in SUSPENSIONS

    def end(self, as_of: date) -> date:
        """The day its effect ends, as known on ``as_of``.

        >>> claim = Event(EventKind.COURT_CLAIM, date(2026, 3, 2))
        >>> claim.end(date(2026, 9, 1)), claim.is_going_on(date(2026, 9, 1))
        (datetime.date(2026, 9, 1), True)
        """
        if not self._lasts:
            return self.day
        return min(self.until or as_of, as_of)

    def is_going_on(self, as_of: date) -> bool:
        """Whether it still stops the clock on that day."""
        return self._lasts and (self.until is None or self.until > as_of)

    @property
    def _lasts(self) -> bool:
        return self.is_suspension or self.kind is EventKind.COURT_CLAIM

    def check(self) -> None:
        """Refuse an event that ends before it begins."""
        check_day(self.day)
        if self.until is not None and self.until < self.day:
            raise InvalidInput(Fault.PERIOD_REVERSED, self.day)
