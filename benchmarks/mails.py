"""Our messages: e-mails with their PDF taken by a mail server, letters, a day's print.

Works on a database that ``ours`` has run in. Some of the e-mails that still wait are
made letters: those of the first level only leave by post when there is no e-mail.
"""

import argparse
from statistics import median
from time import perf_counter

from . import NOW
from .session import open_env, report

MAILS, LETTERS, MERGED = 100, 50, 200
#: Letters of a dispatch; the time of one is its share of all that a dispatch does.
BATCH = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--smtp-port", required=True)
    options = parser.parse_args()
    smtp = ("--smtp=127.0.0.1", f"--smtp-port={options.smtp_port}")
    with open_env(options.database, *smtp) as env:
        env.company.recouvrement_is_live = True
        env.cr.commit()
        report(what="messages", **_mails(env), **_letters(env))


def _mails(env) -> dict[str, float]:
    reminders = env["recouvrement.reminder"]
    started = perf_counter()
    left = reminders._dispatch(env.company, NOW, limit=MAILS)
    seconds = perf_counter() - started
    sent = reminders.search_count(
        [("channel", "=", "email"), ("sent_date", "!=", False)]
    )
    assert left == sent == MAILS, (left, sent)
    return {"mails": sent, "mails_seconds": seconds}


def _letters(env) -> dict[str, float]:
    """Letters by tens, then a day's letters in one file."""
    reminders = env["recouvrement.reminder"].sudo()  # a bench owns its database
    # What waits to leave by e-mail leaves by letter instead.
    waiting = reminders.search([("state", "=", "confirmed")], limit=MERGED, order="id")
    env.cr.execute(
        """UPDATE recouvrement_reminder SET channel = 'letter' WHERE id = ANY(%s);
           UPDATE recouvrement_reminder_line SET channel = 'letter'
            WHERE reminder_id = ANY(%s);
           UPDATE recouvrement_reminder SET state = 'cancelled'
            WHERE state = 'confirmed' AND channel = 'email'""",
        [waiting.ids, waiting.ids],
    )
    env.invalidate_all(flush=False)
    env.cr.commit()
    times = []
    for _ in range(LETTERS // BATCH):
        started = perf_counter()
        assert reminders._dispatch(env.company, NOW, limit=BATCH) == BATCH
        times.append((perf_counter() - started) / BATCH)
    reminders._dispatch(env.company, NOW)
    frozen = waiting.filtered("pdf_id")
    assert len(frozen) == MERGED, len(frozen)
    env.invalidate_all()
    started = perf_counter()
    frozen.action_print_letters()
    merged = perf_counter() - started
    return {"letter": median(times), "merged": len(frozen), "merge_seconds": merged}


if __name__ == "__main__":
    main()
