"""Writes what the engine decided: decisions, proposed reminders and their lines.

Always in bulk and straight in SQL: a run writes tens of thousands of rows whose
fields depend on nothing but the decision, and the ORM would take a minute for what
takes a second. Nobody else writes these rows this way; ``_set_state`` is the door
for everything that comes later.
"""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from odoo import api, models

from ..core.decision import OUTCOME_OF, Channel, Decision
from ..core.grouping import Message, is_upcoming
from ..core.money import ZERO
from .bulk import copy_rows
from .recouvrement_facts import Current, DebtorFacts

PAGE = 10_000
DECISION_COLUMNS = (
    "company_id",
    "first_run_id",
    "date",
    "case_id",
    "move_line_id",
    "move_id",
    "due_date",
    "outcome",
    "reason",
    "level_id",
    "next_date",
    "values",
    "claim",
    "balance",
    "currency_id",
)
REMINDER_COLUMNS = (
    "company_id",
    "run_id",
    "date",
    "attempt_count",
    "create_date",
    "write_date",
    "id",
    "case_id",
    "partner_id",
    "user_id",
    "level_id",
    "tone",
    "channel",
    "state",
    "is_automatic",
    "currency_id",
    "overdue_total",
    "credit_total",
    "total",
    "upcoming_total",
    "oldest_due_date",
)
LINE_COLUMNS = (
    "reminder_id",
    "company_id",
    "move_line_id",
    "move_id",
    "level_id",
    "channel",
    "currency_id",
    "due_date",
    "days_overdue",
    "residual",
    "claim",
    "is_upcoming",
    "is_active",
)


class Judged(NamedTuple):
    """A debtor's facts with what was decided and what will be said."""

    facts: DebtorFacts
    decisions: list[Decision]
    messages: list[Message]


class Proposed(NamedTuple):
    """A reminder to write: a message on one of its channels, with its number."""

    id: int
    facts: DebtorFacts
    message: Message
    channel: Channel


class RecouvrementProposal(models.AbstractModel):
    _name = "recouvrement.proposal"
    _description = "Bulk writing of decisions and proposals"

    # ------------------------------------------------------------- the decisions

    @api.model
    def _write_decisions(self, run, judged: list[Judged]) -> None:
        """Write the decisions that changed; the former ones are closed, not lost."""
        changed, former = [], []
        for facts, decisions, _messages in judged:
            for decision in decisions:
                current = facts.currents.get(decision.item.id)
                if current is None or _differs(current, decision):
                    changed.append((facts.case_id, decision))
                    if current is not None:
                        former.append(decision.item.id)
        if former:
            self.env.cr.execute(
                """UPDATE recouvrement_decision SET closed_run_id = %s
                    WHERE move_line_id = ANY(%s) AND closed_run_id IS NULL""",
                [run.id, former],
            )
        copy_rows(
            self.env.cr,
            "recouvrement_decision",
            DECISION_COLUMNS,
            _decision_rows((run.company_id.id, run.id, run.as_of_date), changed),
        )

    @api.model
    def _close_settled(self, run, account_ids: list[int]) -> None:
        """Close the decisions about items that are open no more.

        Those of this run are about items it has just read.
        """
        self.env.cr.execute(
            """
            UPDATE recouvrement_decision decision SET closed_run_id = %(run)s
              FROM recouvrement_decision former
              LEFT JOIN account_move_line aml ON aml.id = former.move_line_id
             WHERE decision.id = former.id
               AND former.company_id = %(company)s AND former.closed_run_id IS NULL
               AND former.first_run_id != %(run)s
               AND (aml.id IS NULL OR aml.reconciled IS TRUE
                    OR aml.parent_state != 'posted' OR aml.amount_residual <= 0
                    OR NOT aml.account_id = ANY(%(accounts)s))
            """,
            {"run": run.id, "company": run.company_id.id, "accounts": account_ids},
        )

    # ------------------------------------------------------------- the reminders

    @api.model
    def _write_reminders(self, run, judged: list[Judged]) -> None:
        """Propose one reminder per message and channel."""
        wanted = [
            (facts, message, channel)
            for facts, _decisions, messages in judged
            for message in messages
            for channel in sorted(message.channels)
        ]
        if not wanted:
            return
        ids = self._next_ids("recouvrement_reminder", len(wanted))
        proposed = [Proposed(id_, *one) for id_, one in zip(ids, wanted, strict=True)]
        copy_rows(
            self.env.cr,
            "recouvrement_reminder",
            REMINDER_COLUMNS,
            self._reminder_rows(run, proposed),
        )
        copy_rows(
            self.env.cr,
            "recouvrement_reminder_line",
            LINE_COLUMNS,
            _line_rows(run.company_id.id, run.as_of_date, proposed),
        )

    def _reminder_rows(self, run, proposed: list[Proposed]) -> list[tuple]:
        levels = self.env["recouvrement.policy.level"].browse(
            {one.message.step.id for one in proposed}
        )
        settings = {level.id: (level.tone, level.is_automatic) for level in levels}
        default_user_id = run.company_id.recouvrement_user_id.id or None
        now = self.env.cr.now()
        own = (run.company_id.id, run.id, run.as_of_date, 0, now, now)
        return [
            self._reminder_row(own, one, one.facts.user_id or default_user_id, settings)
            for one in proposed
        ]

    def _reminder_row(self, own: tuple, one: Proposed, user_id, settings) -> tuple:
        """The values of ``REMINDER_COLUMNS``; ``own``: the same for the whole run."""
        message = one.message
        tone, is_automatic = settings[message.step.id]
        due = message.due
        total = sum([decision.claim for decision in due], ZERO)
        overdue = sum([decision.item.residual for decision in due], ZERO)
        is_all_due = len(due) == len(message.decisions)
        return (
            *own,
            one.id,
            one.facts.case_id,
            one.facts.partner_id,
            user_id,
            message.step.id,
            tone,
            one.channel.value,
            "confirmed" if is_automatic else "draft",
            is_automatic,
            message.currency_id,
            overdue,
            overdue - total,
            total,
            ZERO if is_all_due else message.upcoming_total,
            message.decisions[0].item.due_date,
        )

    def _next_ids(self, table: str, count: int) -> list[int]:
        """Take ids in advance, so that lines can point to rows inserted in bulk."""
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)", [f"{table}_id_seq", count]
        )
        return [row[0] for row in self.env.cr.fetchall()]


def _decision_rows(own: tuple, changed: Iterable[tuple]) -> Iterator[tuple]:
    """The values of ``DECISION_COLUMNS``; ``own``: the same for the whole run.

    Most decisions of a day are worded by the same few values: each is told once.
    """
    told: dict[tuple, str | None] = {(): None}
    for case_id, (item, reason, step, claim, next_date, _channels, values) in changed:
        key = tuple(values.items())
        if key not in told:
            told[key] = json.dumps(values)
        yield (
            *own,
            case_id,
            item.id,
            item.move_id,
            item.due_date,
            OUTCOME_OF[reason],
            reason,
            step.id if step else None,
            next_date,
            told[key],
            claim,
            item.balance,
            item.currency_id,
        )


def _line_rows(company_id: int, day, proposed: Iterable[Proposed]) -> Iterator[tuple]:
    """The values of ``LINE_COLUMNS``."""
    for reminder_id, _facts, message, channel in proposed:
        for decision in message.decisions:
            item = decision.item
            yield (
                reminder_id,
                company_id,
                item.id,
                item.move_id,
                decision.step.id,
                channel,
                message.currency_id,
                item.due_date,
                (day - item.due_date).days,
                item.residual,
                decision.claim,
                is_upcoming(decision),
                True,
            )


def _differs(current: Current, decision: Decision) -> bool:
    """Whether a decision says something else than the one in force."""
    return (
        current.reason != decision.reason.value
        or current.level_id != (decision.step.id if decision.step else None)
        or current.due_date != decision.item.due_date
        or current.next_date != decision.next_date
        or current.claim != decision.claim
        or current.values != (decision.values or None)
    )
