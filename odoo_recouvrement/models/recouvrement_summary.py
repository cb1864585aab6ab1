"""The file of each debtor and its summary: totals, next step, rank, tasks of the day.

Written in bulk beside the decisions of a run, and again whenever a payment comes.
"""

import json
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..core.decision import Reason
from ..core.money import ZERO
from ..core.ranking import Standing, leading, rank
from .bulk import copy_rows
from .recouvrement_proposal import PAGE, Judged

# What a file is made of when it is opened, before its summary.
FILE_COLUMNS = (
    "company_id",
    "currency_id",
    "active",
    "create_date",
    "write_date",
    "partner_id",
    "profile",
    "user_id",
)
# The summary, in the order of ``_summary_row``, with the types of its columns.
SUMMARY_TYPES = {
    "policy_id": "int4",
    "overdue_total": "numeric",
    "open_total": "numeric",
    "credit_total": "numeric",
    "open_count": "int4",
    "oldest_due_date": "date",
    "level_id": "int4",
    "next_level_id": "int4",
    "next_date": "date",
    "next_reason": "varchar",
    "last_contact_date": "date",
    "rank_points": "int4",
    "rank_factors": "jsonb",
    "has_to_do": "bool",
    "has_late": "bool",
    "has_to_confirm": "bool",
    "has_contact_problem": "bool",
    "has_payment_to_match": "bool",
    "has_promise_due": "bool",
    "has_dispute": "bool",
}
_NAMES = ", ".join(SUMMARY_TYPES)
_OLD = ", ".join(f"file.{name}" for name in SUMMARY_TYPES)
_NEW = ", ".join(f"new.{name}::{kind}" for name, kind in SUMMARY_TYPES.items())
_UPDATE = f"""
    UPDATE recouvrement_case file SET ({_NAMES}) = ROW({_NEW})
      FROM (VALUES %s) AS new(id, {_NAMES})
     WHERE file.id = new.id AND ({_OLD}) IS DISTINCT FROM ({_NEW})
"""


class RecouvrementProposal(models.AbstractModel):
    _inherit = "recouvrement.proposal"

    @api.model
    def _write_summaries(self, company, as_of, judged: list[Judged]) -> None:
        """Bring the files up to the ledger; open those of new debtors.

        A file whose summary says the same as before is not written.
        """
        if not judged:
            return
        tasks = self._read_tasks([facts.case_id for facts, _d, _m in judged], as_of)
        opened, known = [], []
        now = self.env.cr.now()
        own = (company.id, company.currency_id.id, True, now, now)
        for one in judged:
            facts = one.facts
            row = (
                facts.case_id,
                *self._summary_row(as_of, one, tasks.get(facts.case_id, frozenset())),
            )
            if facts.is_new:
                file = (*own, facts.partner_id, facts.profile, facts.user_id)
                opened.append(file + row)
            else:
                known.append(row)
        if opened:
            columns = (*FILE_COLUMNS, "id", *SUMMARY_TYPES)
            copy_rows(self.env.cr, "recouvrement_case", columns, opened)
        if known:
            self.env.cr.execute_values(_UPDATE, known, page_size=PAGE)
        self.env["recouvrement.case"].invalidate_model(flush=False)

    def _summary_row(self, as_of, one: Judged, tasks: frozenset[str]) -> tuple:
        facts, decisions, _messages = one
        if any(
            held.item_id == 0 and held.amount is None
            for held in facts.debtor.suspensions
        ):
            tasks &= {"dispute"}  # put off: nothing to do until the hold ends
        items = facts.items
        kept = {one.item.id for one in decisions if one.reason is Reason.RETENTION}
        due = [one for one in items if one.due_date < as_of and one.id not in kept]
        oldest = min([item.due_date for item in due], default=None)
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
                    "broken_plan" in tasks,
                    "legal" in tasks,
                    "habit" in tasks,
                )
            )
            if due
            else {}
        )
        to_do = bool(
            tasks & {"confirm", "call", "post", "promise", "broken_plan", "legal"}
            or to_match
            or contact_problem
            or to_hand_over
        )
        return (
            facts.policy_id,
            facts.overdue,
            sum([item.balance for item in items], ZERO),
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
                    SELECT res_id, 'call' FROM mail_activity
                     WHERE res_model = 'recouvrement.case' AND res_id = ANY(%(ids)s)
                       AND activity_type_id = %(callback)s AND active
                       AND date_deadline <= %(as_of)s
                 UNION ALL
                    SELECT case_id, 'dispute' FROM recouvrement_dispute
                     WHERE case_id = ANY(%(ids)s) AND state = 'open'
                 UNION ALL
                    SELECT res_id, CASE activity_type_id
                             WHEN %(fix)s THEN 'contact'
                             WHEN %(broken)s THEN 'broken_plan' ELSE 'match' END
                      FROM mail_activity
                     WHERE res_model = 'recouvrement.case' AND res_id = ANY(%(ids)s)
                       AND activity_type_id IN (%(fix)s, %(match)s, %(broken)s)
                       AND active
                 UNION ALL
                    SELECT id, 'legal' FROM recouvrement_case
                     WHERE id = ANY(%(ids)s) AND has_legal_deadline
                 UNION ALL
                    SELECT case_id, 'habit' FROM recouvrement_promise
                     WHERE case_id = ANY(%(ids)s) AND date > %(year)s
                       AND state IN ('kept', 'partly_kept', 'broken')
                  GROUP BY case_id HAVING count(*) > 1
                       AND 2 * count(*) FILTER (WHERE state <> 'kept') >= count(*)
                ) task GROUP BY case_id
                """,
                ids=case_ids,
                as_of=as_of,
                year=as_of - timedelta(days=365),
                callback=self._activity_type_id("callback"),
                fix=self._activity_type_id("fix_contact"),
                match=self._activity_type_id("match_payment"),
                broken=self._activity_type_id("broken_plan"),
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
