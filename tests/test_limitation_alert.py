"""What is left before a prescription, and the steps of alert."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.calendar import MonthEnd, add_months
from odoo_recouvrement.core.limitation_alert import (
    Countdown,
    Nearness,
    countdown,
    nearness,
    parse_distances,
    step_reached,
)

TODAY = date(2026, 3, 16)
days = st.dates(date(2020, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("deadline", "left"),
    [
        (date(2026, 3, 15), (0, 0, -1)),
        (date(2026, 3, 16), (0, 0, 0)),
        (date(2026, 5, 17), (0, 0, 62)),
        (date(2026, 5, 18), (0, 2, 0)),
        (date(2027, 3, 15), (0, 11, 0)),
        (date(2027, 3, 16), (1, 0, 0)),
        (date(2030, 12, 31), (4, 9, 0)),
    ],
)
def test_what_is_left(deadline, left):
    assert countdown(deadline, TODAY) == Countdown(*left)


@given(days, days)
def test_what_is_left_is_never_more_than_there_is(deadline, as_of):
    years, months, left = countdown(deadline, as_of)
    if years or months:
        whole = 12 * years + months
        assert add_months(as_of, whole, MonthEnd.LAST_DAY) <= deadline
        assert add_months(as_of, whole + 1, MonthEnd.LAST_DAY) > deadline
    else:
        assert as_of + timedelta(days=left) == deadline


@pytest.mark.parametrize("text", ["soon", "-30", "0", "3651", "3,5 mois", "²"])
def test_a_distance_is_a_whole_number_of_days_within_ten_years(text):
    with pytest.raises(ValueError):
        parse_distances(text)


@given(st.integers(-400, 4000), st.sets(st.integers(1, 3650), max_size=5))
def test_the_step_reached_is_the_shortest_that_holds(left, distances):
    step = step_reached(left, distances)
    holding = {one for one in distances if 0 <= left <= one}
    assert step == (min(holding) if holding else None)


@given(st.integers(-400, 4000))
def test_nearness_only_grows_as_time_goes(left):
    order = list(Nearness)
    assert order.index(nearness(left - 1)) <= order.index(nearness(left))
