"""Prescription: how long, from when, and what changes it."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.calendar import MonthEnd, add_months
from odoo_recouvrement.core.faults import Fault, InvalidInput
from odoo_recouvrement.core.limitation import (
    BASIS,
    Facts,
    LimitationKind,
    Start,
    kind_of,
    limitation,
)
from odoo_recouvrement.core.limitation_events import (
    BEYOND_LIMIT,
    EVENT_BASIS,
    Effect,
    Event,
    EventKind,
)
from odoo_recouvrement.core.profile import Profile

with (Path(__file__).parent / "cases/prescription.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))
DELIVERED, DUE, TODAY = date(2021, 3, 15), date(2021, 4, 30), date(2026, 1, 1)
DEBT = Facts(LimitationKind.COMMON, DUE, DELIVERED)


def day(text):
    return date.fromisoformat(text) if text else None


def event_of(text):
    """kind:day, kind:day:until or kind:day:void."""
    kind, when, *rest = text.split(":")
    is_void = rest == ["void"]
    until = day(rest[0]) if rest and not is_void else None
    return Event(EventKind(kind), day(when), until, is_void)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_example(case):
    facts = Facts(
        LimitationKind(case["kind"]),
        day(case["due"]),
        day(case["performed"]),
        day(case["invoiced"]),
        day(case["titled"]),
        letters_interrupt=bool(case["letters"]),
    )
    events = [event_of(text) for text in case["events"].split()]
    found = limitation(facts, events, day(case["as_of"]))
    assert found.start == day(case["start"])
    assert found.deadline == day(case["deadline"])
    assert found.due_deadline == day(case["due_deadline"])
    assert found.is_stopped is bool(case["stopped"])


def test_a_retention_starts_on_its_own_date():
    """C. civ. 2233, 3°: no clock runs before what is owed may be asked for."""
    kept = DEBT._replace(is_retention=True, due_date=date(2022, 5, 30))
    early = Event(EventKind.PART_PAYMENT, DUE)
    found = limitation(kept, [early], TODAY)
    assert kept.start() == (date(2022, 5, 30), Start.RETENTION)
    assert found.deadline == found.due_deadline == date(2027, 5, 30)
    assert found.history[1].effect is Effect.TOO_EARLY


def test_the_history_says_what_each_event_did_and_on_what_basis():
    events = [
        Event(EventKind.PART_PAYMENT, date(2023, 6, 1)),
        Event(EventKind.LETTER, date(2022, 1, 10)),
        Event(EventKind.ACKNOWLEDGEMENT, date(2021, 1, 1)),
        Event(EventKind.COURT_CLAIM, date(2024, 1, 1), is_void=True),
        Event(EventKind.MEDIATION, date(2024, 2, 1), date(2024, 2, 11)),
        Event(EventKind.ACKNOWLEDGEMENT, date(2028, 8, 1)),
    ]
    history = limitation(DEBT, events, date(2029, 1, 1)).history
    assert [(line.effect, line.basis, str(line.deadline)) for line in history] == [
        (Effect.STARTED, "C. com. L110-4, C. civ. 2224", "2026-03-15"),
        (Effect.TOO_EARLY, "C. civ. 2240", "2026-03-15"),
        (
            Effect.LETTER_DOES_NOT_INTERRUPT,
            "Com. 18 mai 2022, 20-23.204",
            "2026-03-15",
        ),
        (Effect.INTERRUPTED, "C. civ. 2240", "2028-06-01"),
        (Effect.VOID, "C. civ. 2241, 2242", "2028-06-01"),
        (Effect.SUSPENDED, "C. civ. 2238", "2028-06-11"),
        (Effect.TOO_LATE, "C. civ. 2240", "2028-06-11"),
    ]
    assert history[0].event is None
    assert history[1].event == events[2]


@pytest.mark.parametrize(
    ("kind", "basis"),
    [
        (LimitationKind.PUBLIC, "Loi 68-1250, art. 2"),
        (LimitationKind.COMMON, "C. civ. 2254"),
    ],
)
def test_a_letter_that_interrupts_says_why(kind, basis):
    facts = DEBT._replace(kind=kind, letters_interrupt=True)
    found = limitation(facts, [Event(EventKind.LETTER, date(2022, 1, 10))], TODAY)
    assert (found.history[1].effect, found.history[1].basis) == (
        Effect.INTERRUPTED,
        basis,
    )


def test_the_fact_the_clock_runs_from_is_named():
    assert limitation(DEBT, [], TODAY).start_fact is Start.PERFORMANCE
    assert DEBT._replace(performed_on=None).start() == (DUE, Start.DUE_DATE)
    invoiced = DEBT._replace(performed_on=None, invoiced_on=date(2021, 3, 20))
    assert invoiced.start() == (date(2021, 3, 20), Start.INVOICE)
    titled = Facts(LimitationKind.TITLE, DUE, titled_on=date(2022, 6, 10))
    assert limitation(titled, [], TODAY).start_fact is Start.TITLE


def test_the_invoice_does_not_count_when_the_performance_is_known():
    facts = DEBT._replace(invoiced_on=date(2021, 1, 1))
    assert facts.start() == (DELIVERED, Start.PERFORMANCE)


def test_a_title_without_its_date_is_counted_from_the_debt():
    assert Facts(LimitationKind.TITLE, DUE).start() == (DUE, Start.DUE_DATE)


def test_the_twenty_years_do_not_bind_the_enforcement_of_a_title():
    """CPCE L111-4: « le délai mentionné à l'article 2232 n'est pas applicable »."""
    titled = Facts(LimitationKind.TITLE, DUE, titled_on=date(2022, 6, 10))
    recognised = [
        Event(EventKind.ACKNOWLEDGEMENT, date(year, 6, 1)) for year in (2031, 2040)
    ]
    found = limitation(titled, recognised, date(2045, 1, 1))
    assert found.deadline == date(2050, 6, 1)


def test_days_left():
    found = limitation(DEBT, [], TODAY)
    assert [found.days_left(date(2026, 3, number)) for number in (14, 15, 16)] == [
        1,
        0,
        -1,
    ]


@pytest.mark.parametrize(
    ("profile", "options", "kind"),
    [
        (Profile.BUSINESS, {}, LimitationKind.COMMON),
        (Profile.CONSUMER, {}, LimitationKind.CONSUMER),
        (Profile.PUBLIC, {}, LimitationKind.PUBLIC),
        (Profile.CONSUMER, {"is_carriage": True}, LimitationKind.CARRIAGE),
        (Profile.PUBLIC, {"has_title": True}, LimitationKind.TITLE),
    ],
)
def test_which_prescription(profile, options, kind):
    assert kind_of(profile, **options) is kind


def test_every_kind_has_its_article():
    assert set(BASIS) == set(LimitationKind)
    assert set(EVENT_BASIS) == set(EventKind)


def test_an_event_that_ends_before_it_begins_is_refused():
    backwards = Event(EventKind.MEDIATION, date(2024, 2, 2), date(2024, 2, 1))
    with pytest.raises(InvalidInput) as caught:
        limitation(DEBT, [backwards], TODAY)
    assert caught.value.fault is Fault.PERIOD_REVERSED


def test_the_sooner_of_both_clocks_counts():
    """A suspension before the due date helps the clock of the delivery only."""
    facts = Facts(LimitationKind.PUBLIC, date(2019, 1, 2), date(2019, 1, 1))
    mediation = Event(EventKind.MEDIATION, date(2019, 1, 1), date(2019, 1, 2))
    found = limitation(facts, [mediation], TODAY)
    assert found.deadline == found.due_deadline == date(2023, 12, 31)


days = st.dates(date(2019, 1, 1), date(2045, 12, 31))
facts_of_debts = st.tuples(st.sampled_from(LimitationKind), days, days).map(
    lambda drawn: Facts(*drawn)
)
some_events = st.lists(
    st.tuples(st.sampled_from(EventKind), days, st.integers(0, 900), st.booleans()).map(
        lambda drawn: Event(
            drawn[0], drawn[1], drawn[1] + timedelta(days=drawn[2]), drawn[3]
        )
    ),
    max_size=6,
)


@given(facts_of_debts, some_events, days)
def test_nothing_that_happens_brings_the_deadline_nearer(facts, events, as_of):
    found = limitation(facts, events, as_of)
    deadlines = [line.deadline for line in found.history]
    assert deadlines == sorted(deadlines)
    assert found.deadline <= found.due_deadline


@given(facts_of_debts, some_events, days)
def test_twenty_years_are_the_limit_unless_a_court_or_an_enforcement(
    facts, events, as_of
):
    found = limitation(facts, events, as_of)
    if facts.kind is LimitationKind.TITLE:
        return  # CPCE L111-4, second paragraph
    if found.deadline > add_months(found.start, 240, MonthEnd.LAST_DAY):
        assert any(
            line.effect is Effect.INTERRUPTED and line.event.kind in BEYOND_LIMIT
            for line in found.history
        )


@given(facts_of_debts, some_events, days)
def test_letters_change_nothing_between_private_parties(facts, events, as_of):
    if facts.kind is not LimitationKind.PUBLIC:
        others = [event for event in events if event.kind is not EventKind.LETTER]
        with_letters = limitation(facts, events, as_of)
        without = limitation(facts, others, as_of)
        assert with_letters.deadline == without.deadline


@given(facts_of_debts, some_events, days)
def test_the_clock_only_stops_while_something_goes_on(facts, events, as_of):
    found = limitation(facts, events, as_of)
    if found.is_stopped:
        assert found.days_left(as_of) > 0


# ------------------------------------------------- a length that the contract says


@pytest.mark.parametrize(("years", "last"), [(1, "2022-03-15"), (10, "2031-03-15")])
def test_the_contract_may_say_one_to_ten_years(years, last):
    found = limitation(DEBT._replace(agreed_years=years), [], TODAY)
    assert (found.deadline, found.years) == (day(last), years)
    assert found.history[0].basis == "C. civ. 2254"


@pytest.mark.parametrize("years", [0, 11, -1])
def test_the_contract_may_not_say_less_or_more(years):
    with pytest.raises(InvalidInput) as refused:
        limitation(DEBT._replace(agreed_years=years), [], TODAY)
    assert refused.value.fault is Fault.TERM_NOT_ALLOWED


def test_an_interruption_gives_the_agreed_length_again():
    """C. civ. 2231: « un nouveau délai de même durée »."""
    paid = Event(EventKind.PART_PAYMENT, date(2022, 6, 1))
    found = limitation(DEBT._replace(agreed_years=2), [paid], TODAY)
    assert found.deadline == date(2024, 6, 1)


@pytest.mark.parametrize("kind", [kind for kind in LimitationKind if kind != "common"])
def test_no_contract_changes_what_protects_a_consumer_or_a_public_body(kind):
    """C. conso. L218-1; loi 68-1250; C. com. L133-6; CPCE L111-4."""
    facts = DEBT._replace(kind=kind, titled_on=DUE)
    agreed = limitation(facts._replace(agreed_years=7), [], TODAY)
    assert agreed == limitation(facts, [], TODAY)
