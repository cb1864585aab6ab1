"""bin/decompte: the worked examples, its table, its refusals."""

import csv
import importlib
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
with (ROOT / "tests/cases/decompte.csv").open(encoding="utf-8") as file:
    CASES = list(csv.DictReader(file))

EX07 = "--amount 10000 --due 2026-06-20 --as-of 2026-07-10 --regime business".split()
TOTALS = ("interest_due", "principal_due", "recovery_fee", "total_due")


@pytest.fixture(scope="module")
def main():
    """The command as a function, so that a case costs no new process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "bin/lib")
        patch.syspath_prepend(ROOT / "odoo_recouvrement")
        yield importlib.import_module("decompte.command").main


@pytest.fixture
def ask(main, capsys):
    """Run it: exit code, what it prints, what it complains of."""

    def run(*arguments):
        try:
            code = main(list(arguments))
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    return run


def arguments_of(case):
    for option in ("amount", "due", "as_of", "regime", "rate"):
        yield from given_option(option, case[option])
    for option in ("payment", "credit_note"):
        for movement in case[f"{option}s"].split():
            yield from given_option(option, movement)
    for option in ("allocation", "notice", "day_count"):
        yield from given_option(option, case[option])


def given_option(option, value):
    return [f"--{option.replace('_', '-')}", value] if value else []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_worked_example(ask, case):
    code, printed, _ = ask(*arguments_of(case), "--json")
    assert code == 0
    found = json.loads(printed)
    segments = found["segments"]
    assert "+".join(str(segment["days"]) for segment in segments) == case["days"]
    assert " ".join(segment["rate"] for segment in segments) == case["rates"]
    assert found["interest_accrued"] == case["interest"]
    assert {key: found[key] for key in TOTALS} == {key: case[key] for key in TOTALS}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_reader_with_a_calculator_finds_the_same(ask, case):
    _, printed, _ = ask(*arguments_of(case), "--json")
    found = {
        key: Decimal(value)
        for key, value in json.loads(printed, parse_float=None).items()
        if key in (*TOTALS, "interest_accrued", "amount", "surplus")
    }
    lines = json.loads(printed)
    accrued = sum((Decimal(line["interest"]) for line in lines["segments"]), Decimal(0))
    assert accrued == found["interest_accrued"]
    assert found["total_due"] == sum(found[key] for key in TOTALS[:3])
    paid = sum((Decimal(line["amount"]) for line in lines["movements"]), Decimal(0))
    due = found["principal_due"] + found["interest_due"]
    assert found["amount"] + accrued - paid == due - found["surplus"]


def test_json_says_what_a_program_needs(ask):
    _, printed, _ = ask(*EX07, "--payment", "2026-07-01:4000", "--json")
    found = json.loads(printed)
    assert found["segments"][1] == {
        "from": "2026-07-01",
        "to": "2026-07-01",
        "days": 1,
        "base": "10000.00",
        "rate": "12.40",
        "interest": "3.40",
    }
    assert found["movements"] == [
        {
            "date": "2026-07-01",
            "kind": "payment",
            "amount": "4000.00",
            "interest": "36.69",
            "principal": "3963.31",
            "surplus": "0.00",
        }
    ]
    assert [(row["half_year"], row["value"]) for row in found["rates"]] == [
        ("2026-S1", "2.15"),
        ("2026-S2", "2.40"),
    ]
    assert all(row["source"] for row in found["rates"])


def test_the_text_is_a_table_that_says_why(ask):
    code, printed, complaint = ask(*EX07)
    assert (code, complaint) == (0, "")
    lines = [
        " ".join(line.split()).replace("\u202f", " ").replace("\xa0", " ")
        for line in printed.splitlines()
    ]
    assert (
        "21/06/2026 30/06/2026 10 10 000,00 € 12,15 % 33,29 €"
        " C. com. L441-10 II : BCE 2,15 % + 10, 2026-S1" in lines
    )
    assert "Indemnité forfaitaire 40,00 € C. com. D441-5" in lines
    assert "Total dû 10 107,26 €" in lines
    table = [line for line in printed.splitlines() if line[:2].isdigit()]
    assert len({line.index("€") for line in table}) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--rate", "8"], "sous le minimum de 3 fois le taux légal, 8,25"),
        (["--payment", "2026-07-02:100"], "d'abord sur les intérêts (C. civ. 1343-1)"),
        (
            ["--credit-note", "2026-07-02:100", "--allocation", "principal_first"],
            "réduction du prix",
        ),
        (
            ["--payment", "2026-07-02:100", "--allocation", "principal_first"],
            "convention des parties",
        ),
        (["--payment", "2026-07-02:20000"], "trop-perçu"),
        (["--payment", "2026-08-02:20000"], "laissés de côté"),
        (["--credit-note", "2026-07-02:10000"], "annulée par avoir"),
        (["--day-count", "actual"], "exact/exact"),
    ],
)
def test_the_text_says_what_may_surprise(ask, options, words):
    code, printed, _ = ask(*EX07, *options)
    assert code == 0
    assert words in printed.replace("\xa0%", "")


def test_text_of_a_consumer_without_notice(ask):
    arguments = [*EX07[:-1], "consumer"]
    assert "aucun intérêt ne court" in ask(*arguments)[1]
    notice = ["--notice", "2026-05-02"]
    assert "taux légal (autres cas) 2,62\xa0%, 2026-S1" in ask(*arguments, *notice)[1]


def test_text_of_a_rate_over_several_half_years(ask):
    arguments = "--amount 100 --due 2025-12-01 --as-of 2026-02-01 --regime business"
    assert "+ 10, 2025-S2 à 2026-S1" in ask(*arguments.split())[1]


def test_a_figure_needs_no_table(ask):
    arguments = "--amount 100 --due 2026-12-01 --as-of 2027-02-01 --regime business"
    code, printed, _ = ask(*arguments.split(), "--rate", "12.125")
    assert code == 0
    assert "2027-S1 : taux légal inconnu" in printed
    assert "12,125\xa0%" in printed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (["--amount", "-10"], "--amount : -10 n'est pas un montant positif"),
        (["--amount", "0"], "--amount : 0 n'est pas un montant positif"),
        (["--amount", "9" * 30], "est trop grand"),
        (["--amount", "9" * 5000], "est trop grand"),
        (["--amount", "10.005"], "a plus de deux décimales"),
        (["--amount", "NaN"], "n'est pas un nombre"),
        (["--amount", "1e3"], "n'est pas un nombre"),
        (["--amount", "10,50"], "décimales après un point"),
        (["--amount", ""], "--amount : rien n'est pas un nombre"),
        (["--amount"], "--amount : il manque la valeur"),
        (["--due", "20/06/2026"], "--due : 20/06/2026 n'est pas une date"),
        (["--due", "2026-02-30"], "n'est pas une date"),
        (["--due", "20260620"], "n'est pas une date"),
        (["--due", "0206-06-20"], "est hors du calendrier"),
        (["--as-of", "9999-12-31"], "est hors du calendrier"),
        (["--regime", "nobody"], "--regime n'admet pas 'nobody'"),
        (["--regime", "public", "--rate", "12"], "--rate ne va qu'avec"),
        (["--regime", "contractual"], "demande --rate"),
        (["--rate", "1240"], "n'est pas un taux en pour cent"),
        (["--rate", "-1"], "n'est pas un taux en pour cent"),
        (["--payment", "2026-07-01"], "n'est pas de la forme DATE:MONTANT"),
        (["--payment", "2026-07-01:-4"], "n'est pas un montant positif"),
        (["--payment", "hier:4"], "--payment : hier n'est pas une date"),
        (["--credit-note", "2026-07-01:x"], "--credit-note : x n'est pas un nombre"),
        (["--allocation", "both"], "--allocation n'admet pas 'both'"),
        (["--day-count", "360"], "--day-count n'admet pas '360'"),
        (["--notice", "bientôt"], "--notice : bientôt n'est pas une date"),
        (["--amoun", "3"], "argument inconnu : --amoun 3"),
        (["--colour\nred"], "argument inconnu"),
    ],
)
def test_a_bad_argument_is_one_line_and_exit_2(ask, change, words):
    code, printed, complaint = ask(*EX07, *change)
    assert (code, printed) == (2, "")
    assert complaint.startswith("erreur : ")
    assert complaint.count("\n") == 1
    assert words in complaint


def test_what_is_required_is_named(ask):
    code, _, complaint = ask("--amount", "3")
    assert (code, complaint) == (2, "erreur : il manque --due, --as-of, --regime\n")


@pytest.mark.parametrize(
    ("due", "as_of", "regime", "words"),
    [
        ("2026-12-20", "2027-01-10", "business", "BCE au 01/01/2027 (2027-S1)"),
        ("1998-01-20", "1998-02-10", "business", "BCE au 01/01/1998 (1998-S1)"),
        ("2026-12-31", "2027-01-10", "public", "BCE au 01/01/2027 (2027-S1)"),
        ("2008-12-20", "2009-01-10", "consumer", "(2008-S2)"),
        ("2026-12-20", "2027-01-10", "consumer", "legal_interest_rate.csv"),
    ],
)
def test_an_unknown_rate_is_named_and_exit_3(ask, due, as_of, regime, words):
    dates = ["--due", due, "--as-of", as_of, "--notice", due]
    code, printed, complaint = ask("--amount", "100", *dates, "--regime", regime)
    assert (code, printed, complaint.count("\n")) == (3, "", 1)
    assert complaint.startswith("taux inconnu : ")
    assert words in complaint


def test_a_frozen_rate_or_a_paid_debt_needs_no_later_rate(ask):
    dates = ["--amount", "100", "--due", "2026-12-20", "--as-of", "2027-01-10"]
    assert ask(*dates, "--regime", "public")[0] == 0
    paid = ["--payment", "2026-12-31:101", "--regime", "business"]
    assert ask(*dates, *paid)[0] == 0


def test_a_table_that_somebody_broke_is_one_line_too(ask, monkeypatch):
    def broken():
        raise ValueError("rate_entered_twice", "2026-07-01")

    monkeypatch.setattr("decompte.command.shipped_rates", broken)
    code, printed, complaint = ask(*EX07)
    assert (code, printed, complaint.count("\n")) == (2, "", 1)
    assert "rate_entered_twice" in complaint


@pytest.mark.skipif(
    not Path(sys.prefix, "bin/python").samefile(sys.executable)
    or Path(sys.prefix) != ROOT / ".dev/venv",
    reason="bin/decompte runs with the virtual environment of bin/setup",
)
def test_the_command_itself():
    done = launch(*EX07, LC_ALL="C")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Total dû" in done.stdout
    assert launch(*EX07, "--rate", "x").returncode == 2
    assert "--allocation" in launch("--help").stdout


def launch(*arguments, **environment):
    return subprocess.run(
        [ROOT / "bin/decompte", *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **environment},
        cwd="/",
    )
