"""The weeks before the day: the chase as it was run, sent, posted and answered.

Everything goes through the addon's own doors: the run of the schedule, the buttons
of the collector, the dispatch. Mail and SMS really leave, for the demo's own servers.
"""

from collections.abc import Callable
from datetime import date, timedelta

from .life import Life
from .session import DemoError, living, moment

POSTAL = ("letter", "registered_letter")
#: What becomes of the mises en demeure, one after the other: step, days after the post.
RECEIPTS = (("received", 3), ("received", 2), ("unclaimed", 18), ("refused", 3))


def play(env, company, days: list[date], as_of: date, say: Callable) -> int:
    """Live those days one after the other, commit; return how many messages left.

    What collectors and debtors did in between is lived too, up to ``as_of``.

    The collector does her work on each of them but the last, whose messages to
    confirm, letters to post and calls to make are still waiting.
    """
    left = 0
    life = Life(env, company, as_of)
    with living(days[0]) as clock:
        for day in days:
            life.until(day, clock)
            clock.move_to(moment(day))
            run = run_day(env, company, day)
            is_last = day == days[-1]
            if not is_last:
                confirm(run.reminder_ids)
            sent = dispatch(env, company, day)
            if not is_last:
                post_letters(env, company)
                make_calls(env, company)
                read_receipts(env, company, day)
            env.cr.commit()
            left += sent
            say(f"  {day:%d/%m/%Y}: {run.proposal_count} proposed, {sent} left")
        life.until(as_of, clock)
    return left


def run_day(env, company, day: date):
    """The run of the schedule for that day; done already, it is left alone."""
    run = env["recouvrement.run"].with_company(company)._run_day(company, day)
    env.cr.commit()
    if run.state == "failed":
        raise DemoError(
            f"the run of {day} failed: {run.failure_reason}",
            "see .dev/demo.log; bin/demo --reset starts over",
        )
    return run


def dispatch(env, company, day: date) -> int:
    """Let what is confirmed leave, at ten o'clock that day; return how many did."""
    left = env["recouvrement.reminder"]._dispatch(company, moment(day))
    env.cr.commit()
    return left


def confirm(reminders) -> None:
    """The collector confirms what waits for her."""
    claire = reminders.env["res.users"].search([("login", "=", "claire")])
    waiting = reminders.filtered(lambda reminder: reminder.state == "draft")
    waiting.with_user(claire).action_confirm()


def post_letters(env, company) -> None:
    """The day's letters go to the post office; registered ones get their number."""
    letters = _sent(env, company, POSTAL)
    for letter in letters:
        is_registered = letter.channel == "registered_letter"
        letter.action_posted(registered_number(letter.id) if is_registered else "")


def read_receipts(env, company, day: date) -> None:
    """The receipts of the mises en demeure come back, a few days after the post."""
    notices = env["recouvrement.mise_en_demeure"].search(
        [("company_id", "=", company.id), ("stage", "=", "posted")]
    )
    for notice in notices:
        step, later = RECEIPTS[notice.id % len(RECEIPTS)]
        came = notice.posted_date + timedelta(days=later)
        if came <= day:
            if step == "unclaimed":
                presented = notice.posted_date + timedelta(days=2)
                notice.action_note_step("presented", presented)
            notice.action_note_step(step, came)


#: What the calls of a day give, in turn: outcome, note.
CALLS = (
    ("refusal", "Ne paiera pas avant d'avoir été payé lui-même."),
    ("voicemail", "Message laissé, sans la somme."),
    ("refusal", "Le gérant rappelle demain, dit-il."),
    ("unreachable", ""),
)


def make_calls(env, company) -> None:
    """The day's calls are made, on the screen of the calls."""
    claire = env["res.users"].search([("login", "=", "claire")])
    for place, reminder in enumerate(_sent(env, company, ("call",))):
        outcome, note = CALLS[place % len(CALLS)]
        env["recouvrement.call"].with_user(claire).create(
            {
                "case_id": reminder.case_id.id,
                "contact_id": reminder.recipient_id.id,
                "phone": reminder.recipient_phone,
                "outcome_id": env.ref(f"odoo_recouvrement.outcome_{outcome}").id,
                "note": note,
                "counts_as_reminder": True,
                "move_line_ids": [(6, 0, reminder.line_ids.move_line_id.ids)],
            }
        )


def _sent(env, company, channels):
    return env["recouvrement.reminder"].search(
        [
            ("company_id", "=", company.id),
            ("channel", "in", channels),
            ("state", "=", "sent"),
        ]
    )


def registered_number(number: int) -> str:
    """A number that looks like one of the post office's.

    >>> registered_number(42)
    '1A 000 000 0042 0'
    """
    digits = f"{number:010d}"
    return f"1A {digits[:3]} {digits[3:6]} {digits[6:]} {number % 7}"
