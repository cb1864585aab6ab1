"""How a run works: gather, decide, write, by ranges of customers."""

import time
from collections import Counter

from odoo import models

from ..core.decision import OUTCOME_OF, Reason, decide
from ..core.grouping import group
from .bulk import collector_at_rest
from .checkpoint import checkpoint
from .recouvrement_proposal import Judged

# Open items read, decided and committed at a time: bounds the memory of a run.
BATCH = 50_000


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    def _execute(self):
        """Gather, decide, write: by ranges of customers, committed one by one."""
        self.ensure_one()
        started, queries = time.monotonic(), self.env.cr.sql_log_count
        bank_date = self._bank_date()
        if self._must_wait(bank_date):
            self.write({"state": "waiting", "bank_date": bank_date})
            return
        self._check_running_once()
        # What became of a run is on it; its chatter tells what people did to it.
        self.with_context(mail_notrack=True).write(
            {"state": "running", "bank_date": bank_date, "failure_reason": False}
        )
        checkpoint(self.env, is_repeatable=True)
        self.lock_for_update()
        if self.is_simulation:
            self._forget_simulation()
        facts = self.env["recouvrement.facts"]
        if not self.is_simulation:
            self._follow_files()
            self.env["recouvrement.reminder"]._prove_emails(
                self.company_id, self.as_of_date
            )
        frame = facts._frame(self.company_id, self.as_of_date)
        ranges = self._ranges(frame)
        totals = Counter()
        for place, (first, last) in enumerate(ranges):
            with collector_at_rest():
                judged = self._judge(frame, partner_range=(first, last), with_new=True)
                if self.is_simulation:
                    self._write_simulation(judged)
                    _tally(totals, judged)
                else:
                    self._write(judged)
            self._note_progress(last, remaining=len(ranges) - place - 1)
        self.with_context(mail_notrack=True)._finish(frame, totals)
        self.write(
            {
                "duration": self.duration + time.monotonic() - started,
                "query_count": self.env.cr.sql_log_count - queries,
            }
        )
        self.flush_recordset()  # two runs of one transaction must not be written as one

    def _judge(self, frame, **scope) -> list[Judged]:
        """The debtors of a scope, decided and grouped; nothing is written.

        ``scope``: ``partner_range`` or ``partner_ids``, ``with_new``, as ``_gather``
        takes them.
        """
        gathered = self.env["recouvrement.facts"]._gather(
            self.company_id, self.as_of_date, frame=frame, **scope
        )
        judged = []
        for facts in gathered:
            decisions = decide(facts.debtor, facts.items, frame.as_of, facts.limits)
            ladder = facts.debtor.ladder
            messages = (
                group(facts.partner_id, ladder.grouping, decisions) if ladder else []
            )
            judged.append(Judged(facts, decisions, messages))
        return judged

    def _write(self, judged: list[Judged]) -> None:
        proposal = self.env["recouvrement.proposal"]
        proposal._write_decisions(self, judged)
        proposal._write_reminders(self, judged)
        proposal._write_summaries(self.company_id, self.as_of_date, judged)

    def _ranges(self, frame) -> list[tuple[int, int]]:
        """Ranges of customers of about ``BATCH`` items each, from where we stopped."""
        self.env.cr.execute(
            """
            SELECT customer.commercial_partner_id, count(*)
              FROM account_move_line aml
              JOIN res_partner customer ON customer.id = aml.partner_id
             WHERE aml.account_id = ANY(%s) AND aml.company_id = %s
               AND aml.reconciled IS NOT TRUE AND aml.parent_state = 'posted'
               AND aml.amount_residual > 0
               AND customer.commercial_partner_id > %s
          GROUP BY customer.commercial_partner_id
         UNION ALL
            SELECT partner_id, 0 FROM recouvrement_case
             WHERE company_id = %s AND active AND open_count > 0 AND partner_id > %s
          ORDER BY 1
            """,
            [
                frame.account_ids,
                self.company_id.id,
                self.progress_partner_id,
                self.company_id.id,
                self.progress_partner_id,
            ],
        )
        ranges, first, size, last = [], None, 0, None
        for partner_id, count in self.env.cr.fetchall():
            if first is not None and size + count > BATCH and partner_id != last:
                ranges.append((first, last))
                first, size = None, 0
            first = partner_id if first is None else first
            size, last = size + count, partner_id
        if first is not None:
            ranges.append((first, last))
        return ranges

    def _note_progress(self, partner_id: int, remaining: int):
        self.env.cr.execute(
            "UPDATE recouvrement_run SET progress_partner_id = %s WHERE id = %s",
            [partner_id, self.id],
        )
        self.invalidate_recordset(["progress_partner_id"])
        checkpoint(self.env, 1, remaining, is_repeatable=True)
        self.lock_for_update()

    def _finish(self, frame, totals: Counter):
        # Written in SQL.
        self.invalidate_recordset(["reminder_ids", "proposal_ids", "count_ids"])
        if self.is_simulation:
            self._compare_with_previous()
            totals["messages"] = self.env["recouvrement.run.proposal"].search_count(
                [("run_id", "=", self.id), ("change", "!=", "removed")]
            )
        else:
            self.env["recouvrement.proposal"]._close_settled(self, frame.account_ids)
            totals["messages"] = len(self.reminder_ids)
        item_count, debtor_count = self._write_counts(totals)
        self.write(
            {
                "state": "done",
                "item_count": item_count,
                "debtor_count": debtor_count,
                "orphan_count": self._orphan_count(frame),
                "proposal_count": totals["messages"],
            }
        )
        self._trigger_dispatch()

    def _trigger_dispatch(self):
        if not self.is_simulation and self.company_id.recouvrement_is_live:
            self.env.ref("odoo_recouvrement.ir_cron_dispatch")._trigger()

    def _write_counts(self, totals: Counter) -> tuple[int, int]:
        """Items and amounts by reason; return the numbers of items and debtors.

        A real run counts its register of decisions, that of before a crash included.
        """
        if self.is_simulation:
            counts = self.env["recouvrement.run.count"].create(
                [
                    {
                        "run_id": self.id,
                        "company_id": self.company_id.id,
                        "outcome": OUTCOME_OF[key].value,
                        "reason": key.value,
                        "items": totals[key],
                        "amount": float(totals[key, "amount"]),
                    }
                    for key in Reason
                    if totals[key]
                ]
            )
            return sum(counts.mapped("items")), totals["debtors"]
        self.env.cr.execute(
            """
            WITH current AS (
                SELECT outcome, reason, balance, case_id FROM recouvrement_decision
                 WHERE company_id = %(company)s AND closed_run_id IS NULL
            ), counted AS (
                INSERT INTO recouvrement_run_count
                       (run_id, company_id, outcome, reason, items, amount)
                SELECT %(run)s, %(company)s, outcome, reason, count(*), sum(balance)
                  FROM current GROUP BY outcome, reason)
            SELECT count(*), count(DISTINCT case_id) FROM current
            """,
            {"run": self.id, "company": self.company_id.id},
        )
        return self.env.cr.fetchone()

    def _orphan_count(self, frame) -> int:
        """Open items without a customer: nobody can be reminded of them."""
        self.env.cr.execute(
            """SELECT count(*) FROM account_move_line
                WHERE account_id = ANY(%s) AND company_id = %s AND partner_id IS NULL
                  AND reconciled IS NOT TRUE AND parent_state = 'posted'
                  AND amount_residual > 0""",
            [frame.account_ids, self.company_id.id],
        )
        return self.env.cr.fetchone()[0]


def _tally(totals: Counter, judged: list[Judged]) -> None:
    """Add the debtors that owe something, and items and amounts by reason."""
    for facts, decisions, _messages in judged:
        totals["debtors"] += bool(facts.items)
        for decision in decisions:
            totals[decision.reason] += 1
            totals[decision.reason, "amount"] += decision.item.balance
