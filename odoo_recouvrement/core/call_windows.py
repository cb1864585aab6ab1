"""When a debtor may be called, how often, and when next.

Recovery calls are not prospecting: C. conso. D223-9 (10–13 h and 14–20 h on working
days, four calls in thirty days) does not bind them. Its hours and its cap are the
prudent default for consumers all the same: repeated calls are an aggressive practice
(C. conso. L121-6). Both are settings.
"""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

from .calendar import HORIZON_DAYS, SendingCalendar

CAP_DAYS = 30
WEEK_DAYS = 7
_SPAN = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?)?\s*[-–—]\s*(\d{1,2})(?:[:hH](\d{2})?)?")


class BadWindows(ValueError):
    """The text names no hours; ``part`` is the first piece that cannot be read."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class Window(NamedTuple):
    """Hours of the day: opening included, closing excluded."""

    opening: time
    closing: time


def parse_windows(text: str) -> tuple[Window, ...]:
    """The windows of a setting such as « 10:00-13:00, 14:00-20:00 », in order.

    Raise BadWindows for what cannot be read, overlaps, or closes before it opens.

    >>> parse_windows("14h-20h, 10:00-13:00")[0].closing
    datetime.time(13, 0)
    """
    windows = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        match = _SPAN.fullmatch(part)
        if not match:
            raise BadWindows(part)
        windows.append(_window(match.groups(default="0"), part))
    windows.sort()
    for earlier, later in pairwise(windows):
        if later.opening < earlier.closing:
            raise BadWindows(f"{later.opening:%H:%M}-{later.closing:%H:%M}")
    if not windows:
        raise BadWindows(text.strip())
    return tuple(windows)


def _window(parts: Sequence[str], text: str) -> Window:
    hour, minute, to_hour, to_minute = (int(part) for part in parts)
    try:
        opening = time(hour, minute)
        closing = time.max if (to_hour, to_minute) == (24, 0) else _time(parts)
    except ValueError as error:
        raise BadWindows(text) from error
    if closing <= opening:
        raise BadWindows(text)
    return Window(opening, closing)


def _time(parts: Sequence[str]) -> time:
    return time(int(parts[2]), int(parts[3]))


class Refusal(str, Enum):
    """Why a call may not be made at a moment."""

    CLOSED_DAY = "closed_day"
    CLOSED_HOUR = "closed_hour"
    CAP = "cap"
    WEEK = "week"


class Answer(NamedTuple):
    """Whether a call may be made: ``refusal`` None means yes.

    ``next_moment``: the first moment it may, in the company's local time; None when
    none is in sight. ``calls``: how many were made in the last thirty days; for
    ``WEEK``, on how many days of the last seven the debtor was reached.
    """

    refusal: Refusal | None
    next_moment: datetime | None
    calls: int = 0


class CallRules(NamedTuple):
    """A company's rules for a kind of debtor.

    ``cap``: calls in thirty days; ``per_week``: days of contact in seven, messages
    and answered calls together. 0: no cap.
    """

    windows: tuple[Window, ...]
    calendar: SendingCalendar
    cap: int = 0
    per_week: int = 0

    def may_call(
        self,
        moment: datetime,
        earlier: Sequence[datetime],
        contacts: Collection[date] = (),
    ) -> Answer:
        """May the debtor be called at ``moment``, after these ``earlier`` calls?

        Moments are in the company's local time. The caps look at the thirty and the
        seven days up to the moment, that day included. ``contacts``: the days on
        which the debtor was reached; each counts once, as it does for the run.

        >>> rules = CallRules(parse_windows("10-13, 14-20"), SendingCalendar(), cap=1)
        >>> rules.may_call(datetime(2026, 3, 16, 13, 30), ()).next_moment
        datetime.datetime(2026, 3, 16, 14, 0)
        >>> rules.may_call(datetime(2026, 3, 16, 15), [datetime(2026, 3, 2, 11)])
        Answer(refusal=<Refusal.CAP: 'cap'>,
               next_moment=datetime.datetime(2026, 4, 1, 10, 0), calls=1)
        """
        days = sorted(call.date() for call in earlier if call <= moment)
        recent = [day for day in days if day > moment.date() - timedelta(days=CAP_DAYS)]
        if self.cap and len(recent) >= self.cap:
            free = recent[-self.cap] + timedelta(days=CAP_DAYS)
            opening = self._next(datetime.combine(free, time()))
            return Answer(Refusal.CAP, opening, len(recent))
        reached = self._reached(moment.date(), contacts)
        if self.per_week and len(reached) >= self.per_week:
            free = reached[-self.per_week] + timedelta(days=WEEK_DAYS)
            opening = self._next(datetime.combine(free, time()))
            return Answer(Refusal.WEEK, opening, len(reached))
        if self._is_open(moment):
            return Answer(None, moment, len(recent))
        is_open_day = self.calendar.is_open(moment.date())
        refusal = Refusal.CLOSED_HOUR if is_open_day else Refusal.CLOSED_DAY
        return Answer(refusal, self._next(moment), len(recent))

    @staticmethod
    def _reached(today: date, contacts: Collection[date]) -> list[date]:
        week_ago = today - timedelta(days=WEEK_DAYS)
        return sorted({day for day in contacts if week_ago < day <= today})

    def _is_open(self, moment: datetime) -> bool:
        return self.calendar.is_open(moment.date()) and any(
            window.opening <= moment.time() < window.closing for window in self.windows
        )

    def _next(self, moment: datetime) -> datetime | None:
        """The first moment from this one on, within the horizon."""
        for offset in range(HORIZON_DAYS + 1):
            day: date = moment.date() + timedelta(days=offset)
            if not self.calendar.is_open(day):
                continue
            for window in self.windows:
                opening = datetime.combine(day, window.opening)
                if opening >= moment:
                    return opening
        return None
