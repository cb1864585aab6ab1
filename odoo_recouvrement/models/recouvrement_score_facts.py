"""What a payer score is made of, read for many files at once: five queries.

What a customer contests leaves both sides, what is open and what was paid late: a
dispute that is open, or that ended in the customer's favour or by a payment.
"""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..core.score import Record

YEAR, HALF = timedelta(days=365), timedelta(days=182)
# How a dispute ended when the customer had no good reason not to pay.
BLAMED_OUTCOMES = ("unjustified", "abandoned")


class Paid(NamedTuple):
    """Average days late, weighted by amount, of how many items paid in a year."""

    count: int = 0
    days: int = 0
    recent_count: int = 0
    recent_days: int = 0
    earlier_count: int = 0
    earlier_days: int = 0


class RecouvrementScore(models.AbstractModel):
    """Reads the facts, asks core, writes once; nothing of it is done by the run."""

    _name = "recouvrement.score"
    _description = "Payer score"

    @api.model
    def _records(self, company, case_ids: list[int], as_of) -> dict[int, Record]:
        """By file, what the ledger and the file say on that day."""
        paid = self._read_paid(case_ids, as_of)
        still_open = self._read_open(case_ids, as_of)
        given = self._read_given(case_ids, as_of)
        bounced = self._read_bounced(case_ids, as_of)
        files = self._read_files(company, case_ids, as_of)
        found = {}
        for case_id in case_ids:
            values = {**still_open.get(case_id, {}), **files[case_id]}
            one = paid.get(case_id, Paid())
            found[case_id] = Record(
                paid_count=one.count,
                paid_days=one.days,
                recent_count=one.recent_count,
                recent_days=one.recent_days,
                earlier_count=one.earlier_count,
                earlier_days=one.earlier_days,
                bounced=bounced.get(case_id, 0),
                **given.get(case_id, {}),
                **values,
            )
        return found

    @api.model
    def _read_paid(self, case_ids: list[int], as_of) -> dict[int, Paid]:
        """How late what was paid in the last year came; a credit note pays nothing."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH paid AS (
                    SELECT file.id AS case_id, item.id, partial.amount, other.date,
                           GREATEST(other.date
                             - COALESCE(item.date_maturity, item.date), 0) AS late
                      FROM recouvrement_case file
                      JOIN res_partner contact
                        ON contact.commercial_partner_id = file.partner_id
                      JOIN account_move_line item ON item.partner_id = contact.id
                       AND item.company_id = file.company_id
                       AND item.parent_state = 'posted' AND item.balance > 0
                      JOIN account_account account ON account.id = item.account_id
                       AND account.account_type = 'asset_receivable'
                      JOIN account_partial_reconcile partial
                        ON partial.debit_move_id = item.id
                      JOIN account_move_line other
                        ON other.id = partial.credit_move_id
                      JOIN account_move entry ON entry.id = other.move_id
                     WHERE file.id = ANY(%(ids)s)
                       AND other.date > %(year)s AND other.date <= %(as_of)s
                       AND entry.move_type <> 'out_refund'
                       AND item.id NOT IN (
                           SELECT line.account_move_line_id
                             FROM account_move_line_recouvrement_dispute_rel line
                             JOIN recouvrement_dispute dispute
                               ON dispute.id = line.recouvrement_dispute_id
                            WHERE COALESCE(dispute.outcome, '') != ALL(%(blamed)s))
                )
                SELECT case_id, count(DISTINCT id),
                       round(sum(amount * late) / NULLIF(sum(amount), 0))::int,
                       count(DISTINCT id) FILTER (WHERE date > %(half)s),
                       round(sum(amount * late) FILTER (WHERE date > %(half)s)
                         / NULLIF(sum(amount) FILTER (WHERE date > %(half)s), 0))::int,
                       count(DISTINCT id) FILTER (WHERE date <= %(half)s),
                       round(sum(amount * late) FILTER (WHERE date <= %(half)s)
                         / NULLIF(sum(amount) FILTER (WHERE date <= %(half)s), 0))::int
                  FROM paid GROUP BY case_id
                """,
                ids=case_ids,
                as_of=as_of,
                year=as_of - YEAR,
                half=as_of - HALF,
                blamed=list(BLAMED_OUTCOMES),
            )
        )
        return {
            case_id: Paid(*(figure or 0 for figure in figures))
            for case_id, *figures in rows
        }

    @api.model
    def _read_open(self, case_ids: list[int], as_of) -> dict[int, dict]:
        """What is open, what of it is overdue, without what is contested.

        Unmatched credits pay the oldest first; a guarantee retention is not overdue
        before its day, nor is what the ledger calls paid.
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH contested AS (
                    SELECT line.account_move_line_id AS id, hold.amount
                      FROM recouvrement_hold hold
                      JOIN account_move_line_recouvrement_hold_rel line
                        ON line.recouvrement_hold_id = hold.id
                     WHERE hold.kind = 'dispute' AND hold.active
                       AND hold.case_id = ANY(%(ids)s)
                ), share AS (
                    SELECT id, bool_or(COALESCE(amount, 0) = 0) AS is_whole,
                           sum(amount) AS part
                      FROM contested GROUP BY id
                ), line AS (
                    SELECT file.id AS case_id, aml.id,
                           COALESCE(aml.date_maturity, aml.date) AS due,
                           aml.amount_residual AS balance,
                           CASE WHEN share.is_whole OR move.payment_state = 'blocked'
                                THEN 1
                                ELSE LEAST(COALESCE(share.part
                                       / NULLIF(aml.amount_residual_currency, 0), 0), 1)
                           END AS contested,
                           CASE WHEN move.recouvrement_retention > 0
                                 AND COALESCE(move.recouvrement_guarantee_end
                                              >= %(as_of)s, TRUE)
                                THEN %(kept)s ELSE 0 END AS kept
                      FROM recouvrement_case file
                      JOIN res_partner contact
                        ON contact.commercial_partner_id = file.partner_id
                      JOIN account_move_line aml ON aml.partner_id = contact.id
                       AND aml.company_id = file.company_id
                       AND aml.parent_state = 'posted'
                       AND aml.reconciled IS NOT TRUE
                      JOIN account_account account ON account.id = aml.account_id
                       AND account.account_type = 'asset_receivable'
                      JOIN account_move move ON move.id = aml.move_id
                 LEFT JOIN share ON share.id = aml.id
                     WHERE file.id = ANY(%(ids)s)
                       AND NOT (aml.amount_residual > 0 AND move.payment_state
                                IN ('paid', 'in_payment', 'reversed'))
                ), credit AS (
                    SELECT case_id, -sum(balance) AS amount
                      FROM line WHERE balance < 0 GROUP BY case_id
                ), item AS (
                    SELECT line.case_id, due, balance * contested AS contested,
                           balance * (1 - contested) AS blamed,
                           balance * GREATEST(1 - contested - kept, 0) AS due_now,
                           COALESCE(credit.amount, 0) AS credit,
                           sum(balance * GREATEST(1 - contested - kept, 0)) OVER (
                               PARTITION BY line.case_id ORDER BY due, line.id) AS upto
                      FROM line LEFT JOIN credit USING (case_id)
                     WHERE balance > 0
                ), left_over AS (
                    SELECT *, LEAST(due_now, GREATEST(upto - credit, 0)) AS unpaid
                      FROM item
                )
                SELECT case_id,
                       GREATEST(sum(blamed) - max(credit), 0)::text,
                       COALESCE(sum(unpaid) FILTER (WHERE due < %(as_of)s), 0)::text,
                       count(*) FILTER (WHERE due < %(as_of)s AND unpaid > 0),
                       COALESCE(%(as_of)s::date - min(due) FILTER (
                           WHERE due < %(as_of)s AND unpaid > 0), 0),
                       round(sum(contested), 2)::text
                  FROM left_over GROUP BY case_id
                """,
                ids=case_ids,
                as_of=as_of,
                kept=self._kept_share(),
            )
        )
        return {
            case_id: {
                "open_amount": Decimal(amount),
                "overdue_amount": Decimal(overdue),
                "overdue_count": count,
                "oldest_days": days,
                "contested_amount": Decimal(contested),
            }
            for case_id, amount, overdue, count, days, contested in rows
        }

    @api.model
    def _kept_share(self) -> SQL:
        """What of an item is a retention, kept from the last instalments (0 to 1)."""
        return SQL(
            """
            LEAST(GREATEST(move.recouvrement_retention - (
                SELECT COALESCE(sum(GREATEST(later.amount_currency, 0)), 0)
                  FROM account_move_line later
                 WHERE later.move_id = aml.move_id
                   AND later.display_type = 'payment_term'
                   AND aml.display_type = 'payment_term'
                   AND (COALESCE(later.date_maturity, later.date), later.id)
                     > (COALESCE(aml.date_maturity, aml.date), aml.id)), 0)
                / NULLIF(aml.amount_residual_currency, 0), 1)
            """
        )

    @api.model
    def _read_given(self, case_ids: list[int], as_of) -> dict[int, dict]:
        """Promises and plans of the last year, by what became of them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT case_id, state, count(*) FROM recouvrement_promise
                 WHERE case_id = ANY(%(ids)s) AND date > %(year)s
                   AND state IN ('kept', 'partly_kept', 'broken')
              GROUP BY case_id, state
             UNION ALL
                SELECT case_id, 'plans_' || state, count(*) FROM recouvrement_plan
                 WHERE case_id = ANY(%(ids)s) AND closed_date > %(year)s
                   AND state IN ('kept', 'broken')
              GROUP BY case_id, state
                """,
                ids=case_ids,
                year=as_of - YEAR,
            )
        )
        found: dict[int, dict] = {}
        for case_id, name, count in rows:
            found.setdefault(case_id, {})[name] = count
        return found

    @api.model
    def _read_bounced(self, case_ids: list[int], as_of) -> dict[int, int]:
        """Payments of the last year that the bank rejected."""
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT file.id, count(*)
                      FROM account_payment payment
                      JOIN res_partner contact ON contact.id = payment.partner_id
                      JOIN recouvrement_case file
                        ON file.partner_id = contact.commercial_partner_id
                       AND file.company_id = payment.company_id
                     WHERE payment.state = 'rejected'
                       AND payment.payment_type = 'inbound'
                       AND payment.date > %s AND payment.date <= %s
                       AND file.id = ANY(%s)
                  GROUP BY file.id
                    """,
                    as_of - YEAR,
                    as_of,
                    case_ids,
                )
            )
        )

    @api.model
    def _read_files(self, company, case_ids: list[int], as_of) -> dict[int, dict]:
        """Exposure, credit limit (where the company uses limits) and insolvency."""
        partners = self.env["res.partner"].with_company(company)
        field = partners._fields["credit_limit"]
        is_used = company.account_use_credit_limit
        usual = field.get_company_dependent_fallback(partners) if is_used else 0
        rows = self.env.execute_query(
            SQL(
                """
                SELECT file.id,
                       (COALESCE(file.open_total, 0)
                        - COALESCE(file.credit_total, 0))::text,
                       CASE WHEN %s
                            THEN COALESCE((customer.credit_limit ->> %s)::numeric, %s)
                            ELSE 0 END::text,
                       COALESCE(file.insolvency_date <= %s, FALSE)
                  FROM recouvrement_case file
                  JOIN res_partner customer ON customer.id = file.partner_id
                 WHERE file.id = ANY(%s)
                """,
                bool(is_used),
                str(company.id),
                usual or 0,
                as_of,
                case_ids,
            )
        )
        return {
            case_id: {
                "exposure": Decimal(exposure),
                "limit": Decimal(limit),
                "is_insolvent": is_insolvent,
            }
            for case_id, exposure, limit, is_insolvent in rows
        }
