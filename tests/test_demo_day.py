"""The demo's pure side: its days, its tables, its text-message provider, its words."""

import doctest
import errno
import json
import os
import subprocess
import sys
import urllib.request
from datetime import date, datetime
from pathlib import Path

import psycopg2
import pytest

from demo import __main__ as steps
from demo import bank, day, history, invoice_pdf, scenario, session, summary

ROOT = Path(__file__).resolve().parent.parent
MODULES = (bank, day, history, invoice_pdf, scenario, session, summary)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_what_the_doctests_say_is_true(module) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("today", "chosen"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 22), date(2026, 11, 20)),
        (date(2026, 5, 1), date(2026, 4, 30)),
    ],
)
def test_the_demo_takes_place_on_a_sending_day(
    today: date, chosen: date, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(steps, "today", lambda: today)
    assert steps.sending_day(None) == chosen
    said = capsys.readouterr().err
    assert (f"takes place on {chosen:%A}" in said) == (today != chosen)


def test_a_day_asked_for_is_kept_and_its_silence_is_announced(capsys) -> None:
    assert steps.sending_day(date(2026, 11, 22)) == date(2026, 11, 22)
    assert "a Sunday: nothing will leave" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "word"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (psycopg2.errors.DiskFull(), "disk is full"),
        (psycopg2.OperationalError("server closed"), "PostgreSQL"),
        (ValueError("a\nb"), "ValueError: a"),
        (KeyError(), "KeyError: "),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_remedy(problem, word: str) -> None:
    what, fix = steps.explain(problem)
    assert word in what and "\n" not in what
    assert "bin/demo" in fix


def test_the_clock_shows_the_day_and_real_time_is_told() -> None:
    before = session.seconds()
    with session.living(date(2030, 1, 2)) as clock:
        assert datetime.now().date() == date(2030, 1, 2)
        clock.move_to(session.moment(date(2030, 7, 3)))
        assert datetime.now().hour == 8  # ten o'clock in France, in summer, is 8 UTC
        assert 0 <= session.seconds() - before < 60


def test_a_state_of_no_reminder_has_no_figure() -> None:
    rows = [("R1", "E-mail", "5", "·"), ("R2", "Courrier", "·", "12")]
    lines = summary.table(("Level", "Channel", "Sent", "Refused"), rows).splitlines()
    assert lines[1].split() == ["R1", "E-mail", "5", "·"]
    assert len({len(line) for line in lines}) == 1


def test_text_messages_are_kept_and_nothing_is_sent_on(tmp_path) -> None:
    process = subprocess.Popen(
        [sys.executable, ROOT / "bin/lib/sms_sink.py", "--dir", tmp_path / "sms"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "no_proxy": "*"},
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().rsplit(":")[-1].strip()
        messages = [
            {
                "content": "Bonjour, à bientôt",
                "numbers": [{"uuid": "a1", "number": "+33639980627"}],
            }
        ]
        content = json.dumps({"id": 7, "params": {"messages": messages}}).encode()
        url = f"http://127.0.0.1:{port}/api/sms/3/send"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(url, content), timeout=10) as answer:
            reply = json.load(answer)
    finally:
        process.terminate()
        process.wait(10)
    assert reply["result"] == [{"uuid": "a1", "state": "success", "credit": 0}]
    kept = tmp_path / "sms" / "0001-+33639980627.txt"
    assert kept.read_text(encoding="utf-8") == "Bonjour, à bientôt\n"
