"""The ECB's series: what is read of it, what is refused, what it changes."""

from datetime import date
from decimal import Decimal

import pytest

from odoo_recouvrement.core.rate_feed import (
    Observation,
    UnreadableFeed,
    compare,
    read_series,
)

TODAY = date(2027, 1, 10)
HEAD = "KEY,FREQ,TIME_PERIOD,OBS_VALUE\n"


def d(text):
    return date.fromisoformat(text)


def series(*rows):
    return HEAD + "".join(
        f"FM.B.U2.EUR.4F.KR.MRR_FR.LEV,B,{day},{value}\n" for day, value in rows
    )


def observed(*rows):
    return read_series(series(*rows), TODAY)


def known():
    rows = {"2025-06-11": "2.15", "2026-06-17": "2.40", "2026-09-16": "2.65"}
    return {d(day): Decimal(value) for day, value in rows.items()}


def test_the_changes_are_read_in_order():
    found = observed(("2026-09-16", "2.65"), ("2026-06-17", "2.40"))
    assert found == [
        Observation(d("2026-06-17"), Decimal("2.40")),
        Observation(d("2026-09-16"), Decimal("2.65")),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<!DOCTYPE html><html><body>Maintenance</body></html>", "columns"),
        ("", "columns"),
        ("DATE,VALUE\n2026-09-16,2.65\n", "columns"),
        (HEAD, "empty"),
        (series(("2026-09-16", "1240")), "value"),
        (series(("2026-09-16", "-2.65")), "value"),
        (series(("2026-09-16", "NaN")), "value"),
        (series(("2026-09-16", "")), "value"),
        (series(("2026-09-16", "high")), "value"),
        (HEAD + "FM,B,2026-09-16\n", "value"),
        (series(("2026-Q3", "2.65")), "day"),
        (series(("", "2.65")), "day"),
        (series(("2027-06-30", "2.65")), "day"),
        (series(("2026-09-16", "2.65"), ("2026-09-16", "2.40")), "twice"),
    ],
)
def test_what_is_not_the_series_is_refused_whole(text, code):
    with pytest.raises(UnreadableFeed) as caught:
        read_series(text, TODAY)
    assert caught.value.code == code


def test_nothing_new_only_says_how_long_the_last_rate_holds():
    changes = compare(observed(("2026-09-16", "2.65")), known(), TODAY)
    assert not changes.new and not changes.differing
    assert changes.certain_until == d("2027-01-03")


def test_a_change_is_new():
    changes = compare(
        observed(("2026-09-16", "2.65"), ("2026-12-16", "2.90")), known(), TODAY
    )
    assert changes.new == (Observation(d("2026-12-16"), Decimal("2.90")),)


def test_a_change_to_come_is_certain_on_its_own_day():
    changes = compare(observed(("2027-02-03", "2.90")), known(), TODAY)
    assert changes.new and changes.certain_until == d("2027-02-03")


def test_a_row_a_day_makes_no_row_a_day_in_our_table():
    days = [(f"2026-09-{day}", "2.40" if day < 16 else "2.65") for day in range(10, 30)]
    changes = compare(observed(*days), known(), TODAY)
    assert not changes.new and not changes.differing
    table = {day: row for day, row in known().items() if day != d("2026-09-16")}
    changes = compare(observed(*days), table, TODAY)
    assert [str(one.day) for one in changes.new] == ["2026-09-16"]


def test_an_empty_table_takes_everything():
    rows = observed(("2026-06-17", "2.40"), ("2026-09-16", "2.65"))
    assert compare(rows, {}, TODAY).new == tuple(rows)


def test_our_own_value_is_never_replaced():
    changes = compare(observed(("2026-09-16", "2.90")), known(), TODAY)
    assert not changes.new
    assert changes.differing == (Observation(d("2026-09-16"), Decimal("2.90")),)
