"""Writes what the engine decided: cases, decisions, proposed reminders, summaries.

Always in bulk and straight in SQL: a run writes tens of thousands of rows whose
fields depend on nothing but the decision, and the ORM would take a minute for what
takes a second. Nobody else writes these rows this way; ``_set_state`` is the door
for everything that comes later.
"""

import json
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..core.decision import Decision
from ..core.grouping import Message, is_upcoming
from ..core.profile import propose
from .bulk import copy_rows

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
    "id",
    "company_id",
    "case_id",
    "partner_id",
    "user_id",
    "run_id",
    "date",
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
    "attempt_count",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
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

    facts: object
    decisions: list[Decision]
    messages: list[Message]


class RecouvrementProposal(models.AbstractModel):
    _name = "recouvrement.proposal"
    _description = "Bulk writing of decisions and proposals"

    # ----------------------------------------------------------------- the files

    @api.model
    def _open_cases(self, company, account_ids: list[int]) -> int:
        """Open a file for each customer that has open items and none yet."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT customer.id, customer.is_company, customer.name,
                       customer.company_registry, customer.vat
                  FROM account_move_line aml
                  JOIN res_partner contact ON contact.id = aml.partner_id
                  JOIN res_partner customer
                    ON customer.id = contact.commercial_partner_id
                 WHERE aml.account_id = ANY(%(accounts)s)
                   AND aml.company_id = %(company)s
                   AND aml.reconciled IS NOT TRUE
                   AND aml.parent_state = 'posted'
                   AND NOT EXISTS (
                       SELECT FROM recouvrement_case file
                        WHERE file.partner_id = customer.id
                          AND file.company_id = %(company)s)
                """,
                accounts=account_ids,
                company=company.id,
            )
        )
        own = (
            company.id,
            company.currency_id.id,
            company.recouvrement_user_id.id or None,
        )
        self.env.cr.execute_values(
            """
            INSERT INTO recouvrement_case
                   (company_id, currency_id, user_id, partner_id, profile, active,
                    create_uid, create_date, write_uid, write_date)
            VALUES %s ON CONFLICT (company_id, partner_id) DO NOTHING
            """,
            [
                (
                    *own,
                    partner_id,
                    propose(
                        bool(is_company), registry or "", name or "", vat or ""
                    ).profile.value,
                )
                for partner_id, is_company, name, registry, vat in rows
            ],
            template="(%s, %s, %s, %s, %s, TRUE, "
            + "{0}, now() AT TIME ZONE 'UTC', {0}, now() AT TIME ZONE 'UTC')".format(
                int(self.env.uid)
            ),
            page_size=PAGE,
        )
        return len(rows)

    # ------------------------------------------------------------- the decisions

    @api.model
    def _write_decisions(self, run, judged: list[Judged]) -> None:
        """Write the decisions that changed; the former ones are closed, not lost."""
        changed = [
            (facts, decision)
            for facts, decisions, _messages in judged
            for decision in decisions
            if _differs(facts.currents.get(decision.item.id), decision)
        ]
        # The order of the ledger, where the foreign key looks for each of them.
        changed.sort(key=lambda one: one[1].item.id)
        former = [
            decision.item.id
            for facts, decision in changed
            if decision.item.id in facts.currents
        ]
        if former:
            self.env.cr.execute(
                """UPDATE recouvrement_decision SET closed_run_id = %s
                    WHERE move_line_id = ANY(%s) AND closed_run_id IS NULL""",
                [run.id, former],
            )
        company_id, run_id, day = run.company_id.id, run.id, run.as_of_date
        copy_rows(
            self.env.cr,
            "recouvrement_decision",
            DECISION_COLUMNS,
            (
                (
                    company_id,
                    run_id,
                    day,
                    facts.case_id,
                    decision.item.id,
                    decision.item.move_id,
                    decision.item.due_date,
                    decision.outcome.value,
                    decision.reason.value,
                    decision.step.id if decision.step else None,
                    decision.next_date,
                    json.dumps(decision.values),
                    decision.claim,
                    decision.item.balance,
                    decision.item.currency_id,
                )
                for facts, decision in changed
            ),
        )

    @api.model
    def _close_settled(self, run, account_ids: list[int]) -> None:
        """Close the decisions about items that are open no more."""
        self.env.cr.execute(
            """
            UPDATE recouvrement_decision decision SET closed_run_id = %s
              FROM account_move_line aml
             WHERE aml.id = decision.move_line_id
               AND decision.company_id = %s AND decision.closed_run_id IS NULL
               AND (aml.reconciled IS TRUE OR aml.parent_state != 'posted'
                    OR aml.amount_residual <= 0 OR NOT aml.account_id = ANY(%s))
            """,
            [run.id, run.company_id.id, account_ids],
        )

    # ------------------------------------------------------------- the reminders

    @api.model
    def _write_reminders(self, run, judged: list[Judged]) -> int:
        """Propose one reminder per message and channel; return how many."""
        wanted = [
            (facts, message, channel)
            for facts, _decisions, messages in judged
            for message in messages
            for channel in sorted(message.channels)
        ]
        if not wanted:
            return 0
        ids = self._next_ids("recouvrement_reminder", len(wanted))
        copy_rows(
            self.env.cr,
            "recouvrement_reminder",
            REMINDER_COLUMNS,
            self._reminder_rows(run, ids, wanted),
        )
        self._write_lines(run, zip(ids, wanted, strict=True))
        return len(wanted)

    def _reminder_rows(self, run, ids, wanted):
        company_id, run_id, day = run.company_id.id, run.id, run.as_of_date
        levels = self.env["recouvrement.policy.level"].browse(
            {message.step.id for _facts, message, _channel in wanted}
        )
        settings = {level.id: (level.tone, level.is_automatic) for level in levels}
        default_user_id = run.company_id.recouvrement_user_id.id or None
        uid, now = self.env.uid, self.env.cr.now()
        for reminder_id, (facts, message, channel) in zip(ids, wanted, strict=True):
            tone, is_automatic = settings[message.step.id]
            total = message.total
            overdue = sum(
                d.item.residual for d in message.decisions if not is_upcoming(d)
            )
            yield (
                reminder_id,
                company_id,
                facts.case_id,
                facts.partner_id,
                facts.user_id or default_user_id,
                run_id,
                day,
                message.step.id,
                tone,
                channel.value,
                "confirmed" if is_automatic else "draft",
                is_automatic,
                message.currency_id,
                overdue,
                overdue - total,
                total,
                message.upcoming_total,
                message.decisions[0].item.due_date,
                0,
                uid,
                now,
                uid,
                now,
            )

    def _write_lines(self, run, numbered) -> None:
        company_id, day = run.company_id.id, run.as_of_date
        copy_rows(
            self.env.cr,
            "recouvrement_reminder_line",
            LINE_COLUMNS,
            (
                (
                    reminder_id,
                    company_id,
                    decision.item.id,
                    decision.item.move_id,
                    decision.step.id,
                    channel.value,
                    message.currency_id,
                    decision.item.due_date,
                    (day - decision.item.due_date).days,
                    decision.item.residual,
                    decision.claim,
                    is_upcoming(decision),
                    True,
                )
                for reminder_id, (_facts, message, channel) in numbered
                for decision in message.decisions
            ),
        )

    def _next_ids(self, table: str, count: int) -> list[int]:
        """Take ids in advance, so that lines can point to rows inserted in bulk."""
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)", [f"{table}_id_seq", count]
        )
        return [row[0] for row in self.env.cr.fetchall()]


def _differs(current, decision: Decision) -> bool:
    """Whether a decision says something else than the one in force."""
    return current is None or (
        current.reason != decision.reason.value
        or current.level_id != (decision.step.id if decision.step else None)
        or current.next_date != decision.next_date
        or current.claim != decision.claim
        or current.values != decision.values
    )
