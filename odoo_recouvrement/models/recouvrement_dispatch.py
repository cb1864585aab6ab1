"""The dispatch: what is confirmed leaves, each reminder exactly once.

How several workers share the work, and what a crash leaves behind:

* A worker holds the *files* (debtors) of its batch by session advisory locks: they
  outlive its commits and die with its connection. Two workers never write to the
  same debtor at the same time, and a file that can be held is nobody's.
* PREPARE, one transaction: lock the reminders (``FOR UPDATE SKIP LOCKED``), read the
  ledger again, write the texts. Nothing has left; a crash loses nothing.
* NUMBER, a short transaction of its own: numbers have no gap, so whoever draws one
  makes the others wait. Drawn between the writing of the texts and the printing of
  the letters, the wait lasts milliseconds, and only what is about to leave gets a
  number. A reminder that must be tried again keeps it.
* PRINT: the letters of the batch, kept in memory. Nothing is written.
* CLAIM, per reminder: freeze, state ``sending``, commit.
* SEND, per reminder: the mail is created, sent and forgotten by Odoo's queue in one
  transaction that ends with the state ``sent``. A crash in between leaves
  ``sending``: that one may have left, so a person decides.
"""

import logging
import random
import time
from contextlib import contextmanager
from datetime import datetime

import psycopg2
from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.modules import module
from odoo.tools import SQL

from ..report.press import PrintingError, shared
from .checkpoint import checkpoint
from .recouvrement_channel import Undelivered
from .recouvrement_policy_level import CHANNELS
from .smtp_session import SmtpSession

_logger = logging.getLogger(__name__)

# Debtors prepared at a time, and the reminders looked at to find that many that no
# other worker holds.
BATCH = 20
WINDOW = 400
# Namespace of our advisory locks (their second key is the id of the file).
LOCK_SPACE = 0x5245434F
ATTEMPTS = 5
# Another transaction was faster: the same work from a fresh snapshot succeeds.
COLLISIONS = (
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.UniqueViolation,
)
SEQUENCE = "recouvrement.reminder"


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    @api.model
    def _cron_dispatch(self):
        now = fields.Datetime.now()
        companies = self.env["res.company"].search(
            [("recouvrement_is_live", "=", True)]
        )
        for company in companies:
            self._dispatch(company, now)

    @api.model
    def _dispatch(self, company, now: datetime, limit: int | None = None) -> int:
        """Let what is confirmed leave as of ``now`` (UTC); return how many did."""
        # No role writes what left; a collector may start the dispatch all the same.
        reminders = self.sudo().with_company(company)
        return reminders.with_context(
            lang=company.partner_id.lang or self.env.lang
        )._dispatch_all(company.with_env(reminders.env), now, limit)

    @api.model
    def _dispatch_all(self, company, now: datetime, limit: int | None) -> int:
        seen: set[int] = set()
        done = 0
        with SmtpSession(self.env, company) as session, shared() as press:
            while limit is None or done < limit:
                room = None if limit is None else limit - done
                taken = self._take(company, now, seen, room, session)
                with taken as (batch, is_last):
                    done += batch._dispatch_batch(now, session, press)
                if is_last:
                    checkpoint(self.env, 0, 0)
                    break
                if checkpoint(self.env) <= 0:  # the scheduled action is called again
                    break
        return done

    # ------------------------------------------------------------------- sharing

    @contextmanager
    def _take(self, company, now, seen: set[int], room: int | None, session):
        """Hold the files of the next batch: (reminders, whether there is no more)."""
        checkpoint(self.env)
        waiting = self._waiting(company, now, seen, session)
        held = self._hold_files(list(dict.fromkeys(case for _id, case in waiting)))
        try:
            # What another worker did before it let go is only seen from here on.
            checkpoint(self.env, 0, len(waiting))
            self._flag_doubts(held, self._local(company, now).date())
            ids = [id_ for id_, case in waiting if case in held][:room]
            seen.update(ids)
            batch = self.search(
                [
                    ("id", "in", ids),
                    ("state", "=", "confirmed"),
                    "|",
                    ("retry_date", "=", False),
                    ("retry_date", "<=", now),
                ]
            )
            yield batch.sorted(lambda one: (one.oldest_due_date, one.id)), not held
        finally:
            self._release_files(held)

    def _waiting(self, company, now, seen, session) -> list[tuple[int, int]]:
        """Reminders that may leave at that hour, oldest debt first: (id, file id)."""
        self.flush_model()
        is_open = self._is_open_hour(company, now)
        channels = []
        for code, _label in CHANNELS:
            channel = self.env[f"recouvrement.channel.{code}"]
            if channel._is_served(session) and (is_open or not channel._keeps_hours):
                channels.append(code)
        return self.env.execute_query(
            SQL(
                """
                SELECT id, case_id FROM recouvrement_reminder
                 WHERE company_id = %s AND channel = ANY(%s) AND id != ALL(%s)
                   AND (state = 'confirmed'
                            AND (retry_date IS NULL OR retry_date <= %s)
                        OR (state = 'sending' AND is_in_doubt IS NOT TRUE))
              ORDER BY oldest_due_date, id LIMIT %s
                """,
                company.id,
                channels,
                list(seen),
                now,
                WINDOW,
            )
        )

    def _hold_files(self, case_ids: list[int]) -> list[int]:
        """The first files that no other worker holds, held until we release them."""
        self.env.cr.execute(
            """SELECT case_id FROM unnest(%s::int[]) AS case_id
                WHERE pg_try_advisory_lock(%s, case_id) LIMIT %s""",
            [case_ids, LOCK_SPACE, BATCH],
        )
        return [case_id for (case_id,) in self.env.cr.fetchall()]

    def _release_files(self, case_ids: list[int]) -> None:
        query = (
            "SELECT pg_advisory_unlock(%s, case_id) FROM unnest(%s::int[]) AS case_id"
        )
        parameters = [LOCK_SPACE, case_ids]
        try:
            self.env.cr.execute(query, parameters, log_exceptions=False)
        except errors.InFailedSqlTransaction:
            self.env.cr.rollback()
            self.env.cr.execute(query, parameters)
        except (psycopg2.InterfaceError, psycopg2.OperationalError):
            _logger.info("The connection is lost, and its locks with it.")

    def _retried(self, work):
        """Do it and commit; from a fresh snapshot if another one was faster."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                result = work()
                checkpoint(self.env)
                return result
            except COLLISIONS:
                if attempt == ATTEMPTS or module.current_test:
                    raise
                self.env.cr.rollback()
                time.sleep(random.uniform(0.02, 0.1) * attempt)
        raise AssertionError("unreachable")

    # -------------------------------------------------------------------- a batch

    def _dispatch_batch(self, now, session, press) -> int:
        if not self:
            return 0
        day = self._local(self.company_id, now).date()
        channels = map(self.env["recouvrement.channel"]._of, self)
        press.start(sum(channel._has_pdf for channel in channels))
        messages = self._retried(lambda: self._prepare(now, day))
        ready = self.filtered(lambda reminder: reminder.id in messages)
        self._retried(lambda: ready._draw_numbers(day))
        frozen = self._retried(lambda: ready._print(messages, now, session, press))
        ready = ready.filtered(lambda reminder: reminder.id in frozen)
        left = sum(
            reminder._leave(frozen[reminder.id], now, session) for reminder in ready
        )
        self._retried(lambda: self.case_id._refresh(day))
        return left

    def _prepare(self, now, day) -> dict:
        """Read the ledger again and write the texts: reminder id → Message."""
        locked = self.try_lock_for_update()
        locked.invalidate_recordset()
        confirmed = locked.filtered(lambda reminder: reminder.state == "confirmed")
        remaining = confirmed._reread(now, day)
        company = self.company_id
        writer = self.env["recouvrement.message"]
        credits = writer._read_credits(company, remaining.partner_id.ids)
        bad = remaining._bad_addresses()
        self.env["recouvrement.access"]._open_for(remaining.case_id)
        messages = {}
        for reminder in remaining:
            try:
                with self.env.cr.savepoint():
                    messages[reminder.id] = writer._compose(
                        reminder, day, credits, bad, leaves=True
                    )
            except UserError as problem:
                reminder._put_off(str(problem), now)
            except psycopg2.Error:
                raise
            except Exception as error:
                # One debtor's surprise must not stop the others.
                _logger.exception("Reminder %s cannot be written", reminder.id)
                reminder._put_off(
                    self.env._(
                        "The message cannot be written (%(error)s): look at the "
                        "customer and the text, or cancel the reminder.",
                        error=error,
                    ),
                    now,
                )
        return messages

    def _draw_numbers(self, day) -> None:
        sequence = self.env["ir.sequence"]
        for reminder in self.filtered(lambda reminder: not reminder.name):
            sequence = sequence or self._sequence(reminder.company_id)
            reminder.name = sequence.next_by_id(sequence_date=day)

    @api.model
    def _sequence(self, company):
        """The company's own sequence; made at its first reminder."""
        sequences = self.env["ir.sequence"]
        return sequences.search(
            [("code", "=", SEQUENCE), ("company_id", "=", company.id)], limit=1
        ) or sequences.create(
            {
                "name": self.env._("Reminders"),
                "code": SEQUENCE,
                "company_id": company.id,
                "implementation": "no_gap",
                "prefix": "REL/%(range_year)s/",
                "padding": 5,
                "use_date_range": True,
            }
        )

    def _print(self, messages, now, session, press) -> dict:
        """What will be frozen, letters being printed: reminder id → Frozen.

        All of a batch before the first commit: what they share is read once. Letters
        are printed while the next ones are written, and while the first ones leave.
        """
        frozen = {}
        for reminder in self:
            channel = self.env["recouvrement.channel"]._of(reminder)
            message = messages[reminder.id]
            try:
                # No paper is printed for a server that does not answer.
                channel._open(reminder, session)
                with self.env.cr.savepoint():
                    sheet = reminder._sheet(channel, message)
                    letter = press.submit(self.env, sheet) if sheet else None
                    frozen[reminder.id] = reminder._frozen(channel, message, letter)
            except UserError as problem:
                reminder._put_off(str(problem), now)
            except Undelivered as failure:
                reminder._undelivered(failure, now)
        return frozen

    # ---------------------------------------------------------------- one reminder

    def _leave(self, frozen, now, session) -> bool:
        """Claim, then let it leave; whether it did."""
        self.ensure_one()
        channel = self.env["recouvrement.channel"]._of(self)
        try:
            frozen = self._with_letter(frozen)
            channel._open(self, session)
            if channel._is_remote:
                return self._retried(
                    lambda: self._claim(frozen, now)
                ) and self._hand_over(channel, session, now)
            return self._retried(
                lambda: self._leave_at_home(channel, frozen, now, session)
            )
        except UserError as problem:
            reason = str(problem)
            self._retried(lambda: self._put_off(reason, now))
        except PrintingError as error:
            reason = self._unprinted(error)
            self._retried(lambda: self._put_off(reason, now))
        except Undelivered as failure:
            undelivered = failure
            self._retried(lambda: self._undelivered(undelivered, now))
        except psycopg2.Error:
            # It may have left: the next dispatch finds it in « sending » and says so.
            _logger.exception("Reminder %s: the database failed", self.id)
            if module.current_test:
                raise
            self.env.cr.rollback()
        return False

    def _unprinted(self, error: PrintingError) -> str:
        return self.env._(
            "The letter cannot be printed (%(error)s): look at the text of its level, "
            "or cancel the reminder.",
            error=error,
        )

    def _leave_at_home(self, channel, frozen, now, session) -> bool:
        """Nothing leaves the database: one transaction, no doubt possible."""
        with self.env.cr.savepoint():
            if not self._claim(frozen, now):
                return False
            self._note_left(*channel._deliver(self, session, now), now)
            return True

    def _hand_over(self, channel, session, now) -> bool:
        """Another server takes it; if not, what was created for that is undone."""
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state != "sending":
            return False
        with self.env.cr.savepoint():
            state, values = channel._deliver(self, session, now)
        self._note_left(state, values, now)
        checkpoint(self.env, 1)
        return True

    def _note_left(self, state: str, values: dict, now) -> None:
        self._set_state(state, **{"sent_date": now, "failure_reason": False, **values})

    def _claim(self, frozen, now) -> bool:
        """Freeze the message; nobody else may send it from now on."""
        self.invalidate_recordset(["state"])
        if not self.try_lock_for_update() or self.state != "confirmed":
            return False
        self._drop_files()
        self._store_penalties(frozen.penalties)
        self._set_state(
            "sending",
            **frozen.values,
            **self._store_files(frozen.files),
            attempt_date=now,
            attempt_count=self.attempt_count + 1,
            retry_date=False,
            is_in_doubt=False,
        )
        return True

    def _undelivered(self, failure: Undelivered, now) -> None:
        day = self._local(self.company_id, now).date()
        if failure.outcome == "doubt":
            self._mark_in_doubt(failure.reason, day)
        elif failure.outcome == "refused":
            self._mark_bounced(failure.reason, day)
        elif self.state == "sending":
            self._set_state(
                "confirmed",
                failure_reason=failure.reason,
                retry_date=self._next_attempt(now),
            )
        else:
            self.attempt_count += 1
            self.write(
                {
                    "failure_reason": failure.reason,
                    "retry_date": self._next_attempt(now),
                }
            )
