"""The hours in which a debtor answers."""

from datetime import datetime

from odoo_recouvrement.core.call_hours import Attempt, best_slot


def tried(*calls):
    return best_slot(
        Attempt(datetime(2026, 3, 16 + day, hour), reached)
        for day, (hour, reached) in enumerate(calls)
    )


def test_nothing_is_learnt_from_one_call_nor_from_silence():
    assert tried() is None
    assert tried((10, True)) is None
    assert tried((10, False), (11, False), (15, False)) is None


def test_answers_out_of_calls_between_two_hours():
    slot = tried((10, True), (11, True), (11, False), (10, True), (16, False))
    assert slot == (10, 12, 3, 4)


def test_many_answers_beat_a_lucky_few():
    calls = [(9, True)] * 9 + [(9, False)] + [(16, True)] * 2
    assert tried(*calls).from_hour == 8


def test_on_a_tie_the_earlier_hours():
    assert tried((15, True), (14, True), (10, True), (11, True)).from_hour == 10
