"""The demo's day: the run, what leaves, the letters in a folder.

Each step may be asked for again: what is done stays done, nothing leaves twice.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from . import bank, history
from .ledger import MARK
from .scenario import is_working_day
from .session import DemoError, living, moment, seconds

POSTAL = history.POSTAL
#: What the collector reads and lets go that morning; calls wait for her afternoon.
WRITTEN = ("email", *POSTAL)
RESET = "bin/demo --reset --date {day} starts over on that day"


def ledger_day(env) -> date:
    """The day on which the ledger of this database was made."""
    mark = env["ir.config_parameter"].get_param(MARK)
    if not mark:
        raise DemoError("the database holds no demo ledger", "bin/demo --reset")
    return date.fromisoformat(mark.split()[0])


def choose(env, company, wanted: date | None, today: date) -> date:
    """The day to live: the one asked for, else ``today``, never going back."""
    last = max(ledger_day(env), last_run_day(env, company) or date.min)
    day = wanted or max(today, last)
    if day < last and not run_of(env, company, day):
        raise DemoError(
            f"the demo has already reached {last}: it cannot go back to {day}",
            RESET.format(day=day),
        )
    return day


def last_run_day(env, company) -> date | None:
    return _runs(env, company, [])[:1].as_of_date or None


def run_of(env, company, day: date):
    return _runs(env, company, [("as_of_date", "=", day)])[:1]


def _runs(env, company, domain):
    own = [("company_id", "=", company.id), ("is_simulation", "=", False)]
    return env["recouvrement.run"].search([*own, *domain], order="as_of_date desc")


def chase(env, company, day: date, say: Callable[[str], object]) -> dict[str, float]:
    """Run, confirm, send; commit as it goes. Returns the seconds of each step."""
    times = {}
    with living(day):
        started = seconds()
        if not run_of(env, company, day):
            lines = bank.bring_up_to_date(env, company, day)
            if lines:
                say(f"bank statements up to date ({lines} lines)")
        run = history.run_day(env, company, day)
        times["run"] = seconds() - started
        env["recouvrement.limitation"]._cron_refresh()  # as on any night
        env["recouvrement.score"]._cron_refresh()
        env["recouvrement.plan"].with_company(company)._cron_plans()
        if run.state == "waiting":
            raise DemoError(
                f"the run waits for the bank: last statement on {run.bank_date}",
                "override it on the screen of the run, or bin/demo --reset",
            )
        say(f"run of {day}: {run.item_count} items, {run.proposal_count} reminders")
        confirm_every_other(run)
        env.cr.commit()
        started = seconds()
        left = history.dispatch(env, company, day)
        times["dispatch"] = seconds() - started
        say(f"dispatch: {left} reminders left" if left else "nothing new to send")
    return times


def confirm_every_other(run) -> None:
    """Claire confirms one file in two; the others are left to whoever looks on."""
    if any(reminder.confirm_user_id for reminder in run.reminder_ids):
        return
    waiting = run.reminder_ids.filtered(
        lambda reminder: reminder.state == "draft" and reminder.channel in WRITTEN
    )
    files = waiting.case_id.sorted("id")[::2]
    history.confirm(waiting.filtered(lambda reminder: reminder.case_id in files))


def export_letters(env, company, day: date, folder: Path) -> int:
    """Write the day's letters, and all of them in postal order; return how many."""
    letters = env["recouvrement.reminder"].search(
        [
            ("company_id", "=", company.id),
            ("date", "=", day),
            ("channel", "in", POSTAL),
            ("pdf_id", "!=", False),
            ("state", "in", ("sent", "proved")),
        ],
        order="postal_key, id",
    )
    folder.mkdir(parents=True, exist_ok=True)
    for letter in letters:
        name = f"{letter.name} {letter.partner_id.name}"
        (folder / f"{slug(name)}.pdf").write_bytes(letter.pdf_id.raw)
    if letters:
        with living(day):
            address = letters.action_print_letters()["url"]
            batch = env["ir.attachment"].browse(int(re.search(r"\d+", address)[0]))
            (folder / f"all-letters-{day}.pdf").write_bytes(batch.raw)
            batch.unlink()
    return len(letters)


def slug(text: str) -> str:
    """A file name.

    >>> slug("REL/2026/00031 Fonderie de l'Étang & Cie")
    'REL-2026-00031-Fonderie-de-l-Etang-Cie'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^\w.]+", "-", plain).strip("-")


def hand_over_the_clock(env, company, day: date) -> None:
    """From here on the schedule is the real one: its first run is a later morning."""
    today = datetime.now(ZoneInfo("Europe/Paris")).date()
    morning = next_working_day(max(day, today))
    company.recouvrement_is_live = True
    env.ref("odoo_recouvrement.ir_cron_run").nextcall = moment(morning) - timedelta(
        hours=2, minutes=30
    )


def next_working_day(day: date) -> date:
    """The first working day after ``day``.

    >>> next_working_day(date(2026, 11, 20))
    datetime.date(2026, 11, 23)
    """
    following = day + timedelta(days=1)
    while not is_working_day(following):
        following += timedelta(days=1)
    return following
