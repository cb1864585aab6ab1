"""The summary of each file: totals, next step, rank, tasks of the day.

Written in bulk beside the decisions of a run, and again whenever a payment comes.
"""

import json

from odoo import api, models
from odoo.tools import SQL

from ..core.decision import Reason
from ..core.ranking import Standing, leading, rank
from .recouvrement_proposal import PAGE, Judged


class RecouvrementProposal(models.AbstractModel):
    _inherit = "recouvrement.proposal"

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
            tasks &= {"dispute"}  # put off: nothing to do until the hold ends
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
                    "promise" in tasks,
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
            Reason.DISPUTED in reasons or "dispute" in tasks,
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
                    SELECT case_id, 'dispute' FROM recouvrement_dispute
                     WHERE case_id = ANY(%(ids)s) AND state = 'open'
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
