"""Rule 12: killed at any point and started again, nothing twice, nothing lost."""

import random
import time

import pytest

from conftest import KILLED, Sink

COUNT = 24  # debtors, one reminder each: a batch of twenty, and some more
EXPECTED = [f"client{number:03d}@client.example" for number in range(COUNT)]

# Where the dispatch dies, at which passage there, and how many reminders are leaving
# or in doubt then: those of earlier deaths stay, a person has not looked yet.
DEATHS = [
    ("prepared", 1, 0),
    ("numbered", 1, 0),
    ("claimed", 2, 0),
    ("sending", 2, 1),
    ("accepted", 2, 2),
    ("sent", 2, 2),
]
# What happens next in a company: the dispatch again, somebody settles the doubts by
# looking at the mail server, the dispatch once more.
FINISH = ("dispatch", "then", "resolve", "{folder}", "then", "dispatch")


@pytest.fixture
def odoo(start, sink):
    return start(COUNT, sink.port)


def finish(odoo, sink):
    return odoo.run(*(word.format(folder=sink.folder) for word in FINISH))


def assert_each_once(odoo, sink):
    assert sink.recipients() == EXPECTED
    assert odoo.database.states() == {"sent": COUNT}
    assert odoo.database.numbers() == list(range(1, COUNT + 1))


def test_killed_at_every_step(odoo, sink):
    for place, times, leaving in DEATHS:
        odoo.run("dispatch", f"kill={place}:{times}", code=KILLED)
        assert odoo.database.states().get("sending", 0) == leaving, place
    assert len(sink.recipients()) < COUNT
    assert "resolved 2" in finish(odoo, sink)
    assert_each_once(odoo, sink)


def test_killed_at_any_moment(odoo, sink):
    """Not where we thought of: anywhere, three times in a row."""
    for attempt in range(3):
        [process] = odoo.start_together(1, "dispatch")
        time.sleep(random.Random(attempt).uniform(0.1, 1.0))
        process.kill()
        process.communicate()
    finish(odoo, sink)
    assert_each_once(odoo, sink)


def test_two_workers_at_once(odoo, sink):
    workers = odoo.start_together(2, "dispatch")
    outputs = [worker.communicate(timeout=170)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outputs
    left = [int(output.split()[-1]) for output in outputs]
    assert sum(left) == COUNT
    assert min(left) > 0, "Both had something to do."
    assert_each_once(odoo, sink)


def test_mail_server_down_then_up(start, tmp_path):
    sink = Sink(tmp_path / "mail")
    sink.stop()
    odoo = start(COUNT, sink.port)
    odoo.run("dispatch")
    assert odoo.database.states() == {"confirmed": COUNT}
    reasons = odoo.database.query(
        """SELECT DISTINCT failure_reason FROM recouvrement_reminder
            WHERE failure_reason IS NOT NULL"""
    )
    assert "Connection refused" in reasons[0][0]
    sink = Sink(tmp_path / "mail", sink.port)
    try:
        odoo.run("dispatch", "minutes=10")
        assert_each_once(odoo, sink)
    finally:
        sink.stop()
