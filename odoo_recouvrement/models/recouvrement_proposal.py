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

from ..core.decision import Decision, Reason
from ..core.grouping import Message, is_upcoming
from ..core.profile import propose
from ..core.ranking import Standing, leading, rank
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
        users = self._collectors(run, {facts.case_id for facts, _m, _c in wanted})
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
                users.get(facts.case_id, default_user_id),
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

    def _collectors(self, run, case_ids: set[int]) -> dict[int, int]:
        self.env.cr.execute(
            "SELECT id, user_id FROM recouvrement_case"
            " WHERE id = ANY(%s) AND user_id IS NOT NULL",
            [list(case_ids)],
        )
        return dict(self.env.cr.fetchall())

    def _next_ids(self, table: str, count: int) -> list[int]:
        """Take ids in advance, so that lines can point to rows inserted in bulk."""
        self.env.cr.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)", [f"{table}_id_seq", count]
        )
        return [row[0] for row in self.env.cr.fetchall()]

    # ------------------------------------------------------------- the summaries

    @api.model
    def _write_summaries(self, as_of, judged: list[Judged]) -> None:
        """Refresh the files: totals, next step, rank, tasks of the day."""
        if not judged:
            return
        tasks = self._read_tasks([facts.case_id for facts, _d, _m in judged], as_of)
        self.env.cr.execute_values(
            """
            UPDATE recouvrement_case file
               SET policy_id = new.policy_id::int4,
                   overdue_total = new.overdue, open_total = new.open,
                   credit_total = new.credit, open_count = new.items,
                   oldest_due_date = new.oldest::date, level_id = new.level_id::int4,
                   next_level_id = new.next_level_id::int4,
                   next_date = new.next_date::date, next_reason = new.next_reason,
                   last_contact_date = new.contact::date, rank_points = new.points,
                   rank_factors = new.factors::jsonb, has_to_do = new.to_do,
                   has_late = new.late, has_to_confirm = new.to_confirm,
                   has_contact_problem = new.contact_problem,
                   has_payment_to_match = new.to_match,
                   has_promise_due = new.promise, has_dispute = new.dispute
              FROM (VALUES %s) AS new(
                   id, policy_id, overdue, open, credit, items, oldest, level_id,
                   next_level_id, next_date, next_reason, contact, points, factors,
                   to_do, late, to_confirm, contact_problem, to_match, promise, dispute)
             WHERE file.id = new.id
            """,
            [
                self._summary_row(as_of, one, tasks.get(one.facts.case_id, frozenset()))
                for one in judged
            ],
            page_size=PAGE,
        )
        self.env["recouvrement.case"].invalidate_model(flush=False)

    def _summary_row(self, as_of, one: Judged, tasks: frozenset[str]) -> tuple:
        facts, decisions, _messages = one
        if any(
            held.item_id == 0 and held.amount is None
            for held in facts.debtor.suspensions
        ):
            tasks = frozenset()  # put off: nothing to do until the hold ends
        items = facts.items
        due = [item for item in items if item.due_date < as_of]
        oldest = min((item.due_date for item in due), default=None)
        lead = leading(decisions)
        reasons = {decision.reason for decision in decisions}
        to_match = Reason.COVERED in reasons or "match" in tasks
        contact_problem = Reason.NO_CONTACT in reasons or "contact" in tasks
        to_hand_over = Reason.FINAL_LEVEL in reasons
        factors = (
            rank(
                Standing(
                    facts.overdue,
                    (as_of - oldest).days if oldest else 0,
                    facts.level_days,
                    "late" in tasks,
                    to_hand_over,
                )
            )
            if due
            else {}
        )
        to_do = bool(
            tasks & {"confirm", "call", "post", "promise"}
            or to_match
            or contact_problem
            or to_hand_over
        )
        return (
            facts.case_id,
            facts.policy_id,
            facts.overdue,
            sum(item.balance for item in items),
            facts.credit,
            len(items),
            oldest,
            facts.level_id,
            lead.step.id if lead and lead.step else None,
            lead.next_date if lead else None,
            lead.reason.value if lead else None,
            facts.last_contact,
            sum(factors.values()),
            json.dumps(factors),
            to_do,
            "late" in tasks,
            "confirm" in tasks,
            contact_problem,
            to_match,
            "promise" in tasks,
            Reason.DISPUTED in reasons,
        )

    def _read_tasks(self, case_ids: list[int], as_of) -> dict[int, frozenset[str]]:
        """What waits for somebody on each file: words used by ``_summary_row``."""
        self.env.cr.execute(
            SQL(
                """
                SELECT case_id, array_agg(DISTINCT task) FROM (
                    SELECT case_id, CASE
                             WHEN state IN ('draft', 'sending') THEN 'confirm'
                             WHEN channel = 'call' THEN 'call'
                             ELSE 'post' END AS task
                      FROM recouvrement_reminder
                     WHERE case_id = ANY(%(ids)s)
                       AND (state IN ('draft', 'sending') OR state = 'sent' AND channel
                            IN ('call', 'letter', 'registered_letter'))
                 UNION ALL
                    SELECT case_id, 'late' FROM recouvrement_reminder
                     WHERE case_id = ANY(%(ids)s) AND date < %(as_of)s
                       AND (state = 'draft' OR state = 'sent' AND channel
                            IN ('call', 'letter', 'registered_letter'))
                 UNION ALL
                    SELECT case_id, 'promise' FROM recouvrement_hold
                     WHERE case_id = ANY(%(ids)s) AND kind = 'promise' AND active
                       AND date_end < %(as_of)s
                 UNION ALL
                    SELECT res_id, CASE activity_type_id
                             WHEN %(fix)s THEN 'contact' ELSE 'match' END
                      FROM mail_activity
                     WHERE res_model = 'recouvrement.case' AND res_id = ANY(%(ids)s)
                       AND activity_type_id IN (%(fix)s, %(match)s) AND active
                ) task GROUP BY case_id
                """,
                ids=case_ids,
                as_of=as_of,
                fix=self._activity_type_id("fix_contact"),
                match=self._activity_type_id("match_payment"),
            )
        )
        return {case_id: frozenset(found) for case_id, found in self.env.cr.fetchall()}

    def _activity_type_id(self, name: str) -> int:
        return (
            self.env["ir.model.data"]._xmlid_to_res_id(
                f"odoo_recouvrement.mail_activity_type_{name}"
            )
            or 0
        )


def _differs(current, decision: Decision) -> bool:
    """Whether a decision says something else than the one in force."""
    return current is None or (
        current.reason != decision.reason.value
        or current.level_id != (decision.step.id if decision.step else None)
        or current.next_date != decision.next_date
        or current.claim != decision.claim
        or current.values != decision.values
    )
