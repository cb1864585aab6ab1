"""Prescription: the last day to act, and the history that leads to it.

How long
    Five years between businesses (C. com. L110-4) and in general (C. civ. 2224), two
    against a consumer (C. conso. L218-2), one for the carriage of goods (C. com.
    L133-6), ten to enforce a title (CPCE L111-4), and against a public debtor four
    years from the next 1 January (loi 68-1250 du 31 décembre 1968).

From when
    Not the invoice: the day the creditor could act. The courts take the end of the
    works or of the service; where a due date was agreed, that date can be argued. The
    alert goes by the earliest, and the deadline counted from the due date is beside.
    What was kept as a guarantee cannot be asked for before its own date: from then on.

Counted by whole days (C. civ. 2228), over when the last one is (2229), and not put
off when that day is a holiday: CPC 642 is for time limits of procedure, and to act
early is safe. What happens after the last day does not make the clock run again.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from .calendar import MonthEnd, add_months
from .faults import LAST_DAY, Fault, InvalidInput
from .limitation_events import BEYOND_LIMIT, EVENT_BASIS, Effect, Event, EventKind
from .profile import Profile

LONGEST_YEARS = 20
# C. civ. 2254: what the parties may agree on.
AGREED_YEARS = range(1, 11)
LEAST_MONTHS_LEFT = 6


class LimitationKind(str, Enum):
    """The prescriptions a commercial debt may be under."""

    COMMON = "common"
    CONSUMER = "consumer"
    CARRIAGE = "carriage"
    PUBLIC = "public"
    TITLE = "title"


YEARS: Mapping[LimitationKind, int] = {
    LimitationKind.COMMON: 5,
    LimitationKind.CONSUMER: 2,
    LimitationKind.CARRIAGE: 1,
    LimitationKind.PUBLIC: 4,
    LimitationKind.TITLE: 10,
}
BASIS: Mapping[LimitationKind, str] = {
    LimitationKind.COMMON: "C. com. L110-4, C. civ. 2224",
    LimitationKind.CONSUMER: "C. conso. L218-2",
    LimitationKind.CARRIAGE: "C. com. L133-6",
    LimitationKind.PUBLIC: "Loi 68-1250, art. 1 et 2",
    LimitationKind.TITLE: "CPCE L111-4",
}


def kind_of(
    profile: Profile, is_carriage: bool = False, has_title: bool = False
) -> LimitationKind:
    """The prescription of a debt; carriage of goods first, since it is the shortest.

    >>> kind_of(Profile.PUBLIC).value, kind_of(Profile.PUBLIC, has_title=True).value
    ('public', 'title')
    """
    if has_title:
        return LimitationKind.TITLE
    if is_carriage:
        return LimitationKind.CARRIAGE
    return _KIND_OF_PROFILE[profile]


_KIND_OF_PROFILE = {
    Profile.BUSINESS: LimitationKind.COMMON,
    Profile.CONSUMER: LimitationKind.CONSUMER,
    Profile.PUBLIC: LimitationKind.PUBLIC,
}


class Start(str, Enum):
    """The fact the clock runs from."""

    PERFORMANCE = "performance"
    INVOICE = "invoice"
    DUE_DATE = "due_date"
    RETENTION = "retention"
    TITLE = "title"


class Facts(NamedTuple):
    """What is known of the debt. ``titled_on``: the day of the title, for that kind.

    ``performed_on``: delivery or end of the service; when nobody knows it, the day
    of the invoice stands for it, as the latest day it can have been.

    ``agreed_years``: the length that the contract says instead, one to ten years; None
    for the law's. C. civ. 2254, between businesses: never read against a consumer
    (C. conso. L218-1), nor where a law of its own says the length.

    ``letters_interrupt``: the contract adds them to the law's list, which C. civ.
    2254 allows; not read against a consumer.

    ``is_retention``: all that is left was kept as a guarantee, and ``due_date`` is its
    own: no clock runs before (C. civ. 2233, 3°).
    """

    kind: LimitationKind
    due_date: date
    performed_on: date | None = None
    invoiced_on: date | None = None
    titled_on: date | None = None
    letters_interrupt: bool = False
    agreed_years: int | None = None
    is_retention: bool = False

    def years(self) -> int:
        """How long the clock runs.

        >>> Facts(LimitationKind.COMMON, date(2026, 4, 30), agreed_years=2).years()
        2
        >>> Facts(LimitationKind.CONSUMER, date(2026, 4, 30), agreed_years=5).years()
        2
        """
        if self.agreed_years is None or self.kind is not LimitationKind.COMMON:
            return YEARS[self.kind]
        if self.agreed_years not in AGREED_YEARS:
            raise InvalidInput(Fault.TERM_NOT_ALLOWED, self.agreed_years)
        return self.agreed_years

    def basis(self) -> str:
        """The article it rests on."""
        is_agreed = self.years() != YEARS[self.kind]
        return "C. civ. 2254" if is_agreed else BASIS[self.kind]

    def start(self) -> tuple[date, Start]:
        """The earliest starting point, and which fact it is.

        >>> Facts(LimitationKind.COMMON, date(2026, 4, 30), date(2026, 3, 2)).start()
        (datetime.date(2026, 3, 2), <Start.PERFORMANCE: 'performance'>)
        """
        if self.kind is LimitationKind.TITLE and self.titled_on is not None:
            return self.titled_on, Start.TITLE
        if self.is_retention:
            return self.due_date, Start.RETENTION
        points = [(self.due_date, Start.DUE_DATE)]
        if self.performed_on is not None:
            points.append((self.performed_on, Start.PERFORMANCE))
        elif self.invoiced_on is not None:
            points.append((self.invoiced_on, Start.INVOICE))
        return min(points, key=lambda point: point[0])


class Entry(NamedTuple):
    """A line of the history: what happened, its effect, the deadline from then on.

    ``event`` None is the start.
    """

    event: Event | None
    effect: Effect
    basis: str
    deadline: date


class Limitation(NamedTuple):
    """The last day to act. ``due_deadline``: the same, counted from the due date.

    ``years``: of the clock, the contract's where it has its own.

    ``is_stopped``: proceedings or a suspension are going on, and the deadline is the
    one there would be if they ended on the day of the question.
    """

    kind: LimitationKind
    years: int
    start: date
    start_fact: Start
    deadline: date
    due_deadline: date
    is_stopped: bool
    history: tuple[Entry, ...]

    def days_left(self, as_of: date) -> int:
        """The days left after ``as_of``: 0 on the last day, negative once over."""
        return (self.deadline - as_of).days


def limitation(facts: Facts, events: Iterable[Event], as_of: date) -> Limitation:
    """Work out the last day to act from what had happened by ``as_of``.

    >>> facts = Facts(LimitationKind.COMMON, date(2021, 3, 31), date(2021, 3, 15))
    >>> letter = Event(EventKind.LETTER, date(2022, 1, 10))
    >>> paid = Event(EventKind.PART_PAYMENT, date(2023, 6, 1))
    >>> found = limitation(facts, [letter, paid], date(2024, 1, 1))
    >>> for entry in found.history:
    ...     print(entry.effect.value, entry.deadline)
    started 2026-03-15
    letter_does_not_interrupt 2026-03-15
    interrupted 2028-06-01
    >>> limitation(facts, [letter], date(2024, 1, 1)).due_deadline
    datetime.date(2026, 3, 31)
    """
    start, start_fact = facts.start()
    known = []
    for event in sorted(events, key=lambda event: event.day):
        event.check()
        if event.day <= as_of:
            known.append(event)
    counts_from = start if start_fact is Start.TITLE else facts.due_date
    history = _history(facts, start, start, known, as_of)
    beside = _history(facts, counts_from, start, known, as_of)
    # A suspension between both dates only helps the first clock: the sooner one counts.
    history = min(history, beside, key=lambda entries: entries[-1].deadline)
    return Limitation(
        facts.kind,
        facts.years(),
        start,
        start_fact,
        history[-1].deadline,
        beside[-1].deadline,
        any(
            entry.event is not None
            and entry.effect in (Effect.INTERRUPTED, Effect.SUSPENDED)
            and entry.event.is_going_on(as_of)
            for entry in history
        ),
        tuple(history),
    )


def _history(
    facts: Facts, start: date, born: date, events: Iterable[Event], as_of: date
) -> list[Entry]:
    """The entries of a clock that starts on a day, for a right born on another.

    C. civ. 2232: nothing but a claim in court or an act of enforcement carries the
    deadline beyond twenty years after the right was born. That limit does not bind
    the enforcement of a title (CPCE L111-4, second paragraph).
    """
    limit = add_months(born, 12 * LONGEST_YEARS, MonthEnd.LAST_DAY)
    if facts.kind is LimitationKind.TITLE:
        limit = LAST_DAY
    deadline = min(_term(facts, start), limit)
    entries = [Entry(None, Effect.STARTED, facts.basis(), deadline)]
    stopped_until = start
    for event in events:
        effect = _effect(facts, event, start, deadline, as_of)
        end = event.end(as_of)
        if effect is Effect.INTERRUPTED:
            moved = _term(facts, max(end, stopped_until))
        elif effect is Effect.SUSPENDED:
            moved = _put_off(deadline, max(event.day, stopped_until), end)
        else:
            moved, end = deadline, stopped_until
        stopped_until = max(stopped_until, end)
        if event.kind not in BEYOND_LIMIT:
            moved = min(moved, limit)
        deadline = max(deadline, moved)
        entries.append(Entry(event, effect, _basis(facts, event, effect), deadline))
    return entries


def _term(facts: Facts, day: date) -> date:
    """The last day of a whole term that starts on a day, which does not count itself.

    C. civ. 2231: after an interruption, « un nouveau délai de même durée ».

    >>> _term(Facts(LimitationKind.PUBLIC, date(2026, 4, 1)), date(2026, 3, 2))
    datetime.date(2030, 12, 31)
    >>> _term(Facts(LimitationKind.CARRIAGE, date(2024, 4, 1)), date(2024, 2, 29))
    datetime.date(2025, 2, 28)
    """
    years = facts.years()
    if facts.kind is LimitationKind.PUBLIC:
        return date(day.year + years, 12, 31)
    return add_months(day, 12 * years, MonthEnd.LAST_DAY)


def _put_off(deadline: date, begin: date, end: date) -> date:
    """The deadline after a suspension: its days more, six months after it at least.

    C. civ. 2230 and 2238: the clock starts again « pour une durée qui ne peut être
    inférieure à six mois ».

    >>> _put_off(date(2026, 12, 31), date(2026, 3, 1), date(2026, 3, 31))
    datetime.date(2027, 1, 30)
    >>> _put_off(date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 31))
    datetime.date(2026, 9, 30)
    """
    resumed = deadline + max(end - begin, timedelta(0))
    return max(resumed, add_months(end, LEAST_MONTHS_LEFT, MonthEnd.LAST_DAY))


def _effect(
    facts: Facts, event: Event, start: date, deadline: date, as_of: date
) -> Effect:
    if event.kind is EventKind.LETTER and not _letters_interrupt(facts):
        return Effect.LETTER_DOES_NOT_INTERRUPT
    if event.is_void:
        return Effect.VOID
    if event.end(as_of) < start:
        return Effect.TOO_EARLY
    if event.day > deadline:
        return Effect.TOO_LATE
    return Effect.SUSPENDED if event.is_suspension else Effect.INTERRUPTED


def _letters_interrupt(facts: Facts) -> bool:
    """Against a public debtor any written claim does: loi 68-1250, art. 2."""
    if facts.kind is LimitationKind.CONSUMER:
        return False
    return facts.kind is LimitationKind.PUBLIC or facts.letters_interrupt


def _basis(facts: Facts, event: Event, effect: Effect) -> str:
    if (
        event.kind is EventKind.LETTER
        and effect is not Effect.LETTER_DOES_NOT_INTERRUPT
    ):
        is_public = facts.kind is LimitationKind.PUBLIC
        return "Loi 68-1250, art. 2" if is_public else "C. civ. 2254"
    return EVENT_BASIS[event.kind]
