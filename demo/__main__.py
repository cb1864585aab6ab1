"""The steps of ``bin/demo``: ``python -m demo build|day DATABASE [--date DAY]``.

``build`` fills a database where the addon has just been installed: ledger, facts and
past weeks. ``day`` lives the demo's day in it and prints the summary. Mail leaves by
``SMTP_PORT``, text messages by ``SMS_PORT``; Odoo's log is in ``.dev/demo.log``.
"""

import argparse
import errno
import logging
import shutil
import sys
from datetime import date, datetime
from pathlib import Path

import psycopg2

from . import add_recovery_facts, build, day, history, history_dates, summary
from .invoice_pdf import file_invoices
from .outside import prepare
from .penalties import deal_with_penalties
from .scenario import day_off, working_day
from .session import PARIS, DemoError, environment, say, seconds

ROOT = Path(__file__).resolve().parent.parent
LOG = ROOT / ".dev" / "demo.log"
OUT = ROOT / "out"


def main() -> None:
    """Do what was asked; whatever goes wrong ends in one line and a remedy."""
    parser = argparse.ArgumentParser(prog="python -m demo")
    parser.add_argument("step", choices=("build", "day"))
    parser.add_argument("database")
    parser.add_argument("--date", type=date.fromisoformat)
    options = parser.parse_args()
    step = build_database if options.step == "build" else live_day
    try:
        with environment(options.database, str(LOG)) as env:
            step(env, options.date)
    except DemoError as problem:
        stop(str(problem), problem.fix)
    except Exception as problem:
        logging.getLogger("demo").exception("The demo stopped")
        stop(*explain(problem))


def stop(what: str, fix: str) -> None:
    print(f"error: {what}", file=sys.stderr)
    print(f"  fix: {fix}", file=sys.stderr)
    sys.exit(1)


def explain(problem: Exception) -> tuple[str, str]:
    """What happened and what to do about it, in a line each."""
    full = getattr(problem, "errno", None) == errno.ENOSPC
    if full or isinstance(problem, psycopg2.errors.DiskFull):
        return "the disk is full", "free some space, then run bin/demo again"
    if isinstance(problem, psycopg2.OperationalError):
        return "the connection to PostgreSQL was lost", "run bin/demo again"
    first = (str(problem).splitlines() or [""])[0]
    what = f"{type(problem).__name__}: {first}"
    return what, f"see {LOG}; bin/demo --reset starts over"


def today() -> date:
    return datetime.now(PARIS).date()


def sending_day(day_asked: date | None) -> date:
    """The day asked for; else today, or the last day on which messages leave."""
    if day_asked:
        if off := day_off(day_asked):
            say(f"{day_asked} is {off}: nothing will leave by e-mail on that day")
        return day_asked
    now = today()
    chosen = working_day(now)
    if off := day_off(now):
        say(
            f"today, {now}, is {off}: nothing is sent. "
            f"The demo takes place on {chosen:%A} {chosen}"
        )
    return chosen


def build_database(env, day_asked: date | None) -> None:
    """The ledger, what the addon knows of it, and the chase of the past weeks."""
    as_of = sending_day(day_asked)
    say(f"building the ledger of a French company as of {as_of} (a minute or two)")
    ledger = build(env, as_of, progress=lambda text: say(f"  {text}"))
    add_recovery_facts(env, as_of)
    company = env.ref("base.main_company")
    prepare(env)
    file_invoices(env, company)
    env.cr.commit()
    # The planner still believes the tables to be empty.
    env.cr.execute("ANALYZE")
    env.cr.commit()
    days = history_dates(as_of)
    say(f"living the past {len(days)} weeks of chase (two minutes or so)")
    history.play(env, company, days, as_of, say)
    entries = deal_with_penalties(env, company, days[-1])
    say(f"{entries} entries in the ledger of penalties")
    say(f"{ledger.debtors} debtors, {ledger.invoices} invoices built")


def live_day(env, day_asked: date | None) -> None:
    """The run and what leaves that day, the letters in out/letters, the summary."""
    company = env.ref("base.main_company")
    prepare(env)
    asked = day_asked and sending_day(day_asked)
    as_of = day.choose(env, company, asked, working_day(today()))
    times = day.chase(env, company, as_of, say)
    letters = day.export_letters(env, company, as_of, OUT / "letters")
    say(f"{letters} letters in out/letters")
    day.hand_over_the_clock(env, company, as_of)
    env.cr.commit()
    width = shutil.get_terminal_size((120, 40)).columns
    print(f"\n{summary.write(env, day.run_of(env, company, as_of), width)}\n")
    spent = [f"{label} {value:.1f} s" for label, value in times.items()]
    print("Time       " + ", ".join([*spent, f"everything {seconds():.0f} s"]))
    for label, folder, pattern in (
        ("Letters", "letters", "*.pdf"),
        ("E-mails", "mail", "*.eml"),
        ("Texts", "sms", "*.txt"),
    ):
        count = len(list((OUT / folder).glob(pattern)))
        print(f"{label:10} out/{folder}/ ({count} files {pattern})")
    print(
        "Log in     claire/claire or julien/julien (collector), helene/helene"
        " (manager),\n           thomas/thomas (salesperson), admin/admin"
    )


if __name__ == "__main__":
    main()
