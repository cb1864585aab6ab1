"""What the ledger says: open items, credits, and what reminders did for each item."""

from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..core.decision import Item, Reason, Suspension
from ..core.money import ZERO
from ..core.whole_debt import Retention, retention_left
from .recouvrement_facts import Current, Frame, Scope

MANUAL_CHANNELS = ("letter", "registered_letter", "call")
# The ledger already calls these invoices paid, though a residual waits for the bank.
PAID_STATES = ("paid", "in_payment", "reversed")
EVERYTHING = SQL("TRUE")


class RecouvrementFacts(models.AbstractModel):
    _inherit = "recouvrement.facts"

    def _read_items(self, frame: Frame, scope: Scope, leaving: list[int]):
        """Open debit items, with what reminders say of them and the decision in force.

        Returns four dicts by customer: items, (days, id) of the level reached,
        (suspensions that the ledger knows: paid elsewhere, retention; decisions), and
        the set of contacts the invoices were addressed to.
        """
        self.env.cr.execute(
            SQL(
                """
                WITH item AS MATERIALIZED (
                    SELECT customer.commercial_partner_id AS debtor_id, aml.id,
                           aml.move_id, aml.date, aml.date_maturity, aml.currency_id,
                           aml.amount_currency, aml.display_type,
                           aml.amount_residual, aml.amount_residual_currency,
                           aml.no_followup, aml.recouvrement_level_id,
                           aml.recouvrement_opening_level_id,
                           aml.recouvrement_contact_date
                      FROM account_move_line aml
                      JOIN res_partner customer ON customer.id = aml.partner_id
                     WHERE aml.account_id = ANY(%(accounts)s)
                       AND aml.company_id = %(company)s
                       AND aml.reconciled IS NOT TRUE
                       AND aml.parent_state = 'posted'
                       AND aml.amount_residual > 0
                       AND %(scope)s
                ), done AS (%(done)s)
                SELECT item.debtor_id, item.id, item.move_id,
                       COALESCE(item.date_maturity, item.date),
                       item.amount_residual_currency::text,
                       NULLIF(item.amount_residual,
                              item.amount_residual_currency)::text,
                       item.currency_id, COALESCE(move.invoice_date, item.date),
                       GREATEST(opening.days, done.position),
                       item.recouvrement_contact_date,
                       done.pending, COALESCE(done.is_manual, FALSE),
                       COALESCE(item.no_followup, FALSE), move.payment_state,
                       move.partner_id, reached.days, reached.id,
                       CASE WHEN move.recouvrement_retention > 0
                            THEN %(kept)s END,
                       move.recouvrement_guarantee_end,
                       decision.reason, decision.level_id, decision.due_date,
                       decision.next_date, decision.claim::text, decision.values
                  FROM item
                  JOIN account_move move ON move.id = item.move_id
                  LEFT JOIN recouvrement_policy_level opening
                    ON opening.id = item.recouvrement_opening_level_id
                  LEFT JOIN recouvrement_policy_level reached
                    ON reached.id = item.recouvrement_level_id
                  LEFT JOIN done ON done.move_line_id = item.id
                  LEFT JOIN recouvrement_decision decision
                    ON decision.move_line_id = item.id
                   AND decision.closed_run_id IS NULL
              ORDER BY item.debtor_id, item.date_maturity, item.id
                """,
                kept=self._kept_sql(),
                done=self._done_sql(leaving),
                accounts=frame.account_ids,
                company=frame.company_id,
                scope=scope.condition("customer.commercial_partner_id"),
            )
        )
        items, levels, currents, addressees, alone = {}, {}, {}, set(), {}
        for row in self.env.cr.fetchall():
            (
                partner_id,
                item_id,
                move_id,
                due,
                residual,
                balance,
                currency_id,
                origin,
                position,
                contact,
                pending,
                manual,
                no_followup,
                payment_state,
                addressee,
                level_days,
                level_id,
                kept,
                guarantee_end,
                *current,
            ) = row
            residual = Decimal(residual)
            if kept:  # its figures, as text
                kept = retention_left(residual, *map(Decimal, kept), guarantee_end)
            if kept and kept.is_alone:
                due = kept.due or due
                alone[item_id] = (partner_id, level_days, level_id)
            pending = still_pending(pending, position)
            items.setdefault(partner_id, []).append(
                # Numbers travel as text: Odoo's cursors turn numeric into float.
                Item(
                    item_id,
                    move_id,
                    due,
                    residual,
                    Decimal(balance) if balance else residual,
                    currency_id,
                    origin,
                    position,
                    contact,
                    pending,
                    manual,
                    no_followup,
                    payment_state == "blocked",
                )
            )
            is_highest = level_id and (
                level_days >= levels.get(partner_id, (level_days,))[0]
            )
            if is_highest and item_id not in alone:
                levels[partner_id] = (level_days, level_id)
            paid, own = currents.setdefault(partner_id, ([], {}))
            if payment_state in PAID_STATES:
                paid.append(Suspension(Reason.COVERED, None, item_id))
            if kept and kept.amount:
                paid.append(_suspension(item_id, kept))
            if current[0]:
                own[item_id] = Current(*current[:4], Decimal(current[4]), current[5])
            if addressee != partner_id:
                addressees.add(addressee)
        self._climb_anew(items, levels, alone, leaving)
        return items, levels, currents, addressees

    def _kept_sql(self) -> SQL:
        """[amount, retention, later instalments] of an item, as JSON of texts."""
        return SQL(
            """
            jsonb_build_array(
                item.amount_currency::text,
                move.recouvrement_retention::text,
                (SELECT COALESCE(sum(GREATEST(other.amount_currency, 0)), 0)::text
                   FROM account_move_line other
                  WHERE other.move_id = item.move_id
                    AND other.display_type = 'payment_term'
                    AND item.display_type = 'payment_term'
                    AND (COALESCE(other.date_maturity, other.date), other.id)
                        > (COALESCE(item.date_maturity, item.date), item.id)))
            """
        )

    def _done_sql(self, leaving: list[int], about: SQL = EVERYTHING) -> SQL:
        """What reminders in force did for each item: the position, the pending step.

        ``about``: a condition on their lines. A step that does not count as a level
        never holds the ladder: it is done as soon as it is proposed.
        """
        return SQL(
            """
            SELECT line.move_line_id,
                   max(level.days) FILTER (
                       WHERE reminder.state = 'proved' OR NOT level.counts_as_level
                   ) AS position,
                   max(level.days) FILTER (
                       WHERE reminder.state != 'proved' AND level.counts_as_level
                   ) AS pending,
                   bool_or(reminder.state = 'draft' OR reminder.channel = ANY(%s))
                       FILTER (
                       WHERE reminder.state != 'proved' AND level.counts_as_level
                   ) AS is_manual
              FROM item
              JOIN recouvrement_reminder_line line ON line.move_line_id = item.id
              JOIN recouvrement_reminder reminder ON reminder.id = line.reminder_id
              JOIN recouvrement_policy_level level ON level.id = line.level_id
             WHERE line.is_active AND reminder.id != ALL(%s) AND %s
          GROUP BY line.move_line_id
            """,
            list(MANUAL_CHANNELS),
            leaving,
            about,
        )

    def _read_credits(self, frame: Frame, scope: Scope):
        """Open credit notes, unmatched payments, and payments that have no entry yet.

        Returns customer → currency id → positive amount, and customer → the total in
        company currency. A payment without entry
        that is linked to an invoice the ledger calls paid is left out: the invoice
        itself is covered.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT partner_id, currency_id, sum(amount)::text, sum(balance)::text
                  FROM (
                    SELECT customer.commercial_partner_id AS partner_id,
                           aml.currency_id, -aml.amount_residual_currency AS amount,
                           -aml.amount_residual AS balance
                      FROM account_move_line aml
                      JOIN res_partner customer ON customer.id = aml.partner_id
                     WHERE aml.account_id = ANY(%(accounts)s)
                       AND aml.company_id = %(company)s
                       AND aml.reconciled IS NOT TRUE
                       AND aml.parent_state = 'posted'
                       AND aml.amount_residual < 0
                       AND %(scope)s
                 UNION ALL
                    SELECT customer.commercial_partner_id, payment.currency_id,
                           payment.amount, payment.amount_company_currency_signed
                      FROM account_payment payment
                      JOIN res_partner customer ON customer.id = payment.partner_id
                     WHERE payment.company_id = %(company)s
                       AND payment.state = 'in_process'
                       AND payment.move_id IS NULL
                       AND payment.payment_type = 'inbound'
                       AND payment.partner_type = 'customer'
                       AND %(scope)s
                       AND NOT EXISTS (
                           SELECT FROM account_move__account_payment link
                             JOIN account_move move ON move.id = link.invoice_id
                            WHERE link.payment_id = payment.id
                              AND move.payment_state = ANY(%(paid)s))
                ) credit GROUP BY partner_id, currency_id
                """,
                accounts=frame.account_ids,
                company=frame.company_id,
                paid=list(PAID_STATES),
                scope=scope.condition("customer.commercial_partner_id"),
            )
        )
        credits: dict[int, dict] = {}
        totals: dict[int, Decimal] = {}
        for partner_id, currency_id, amount, balance in self.env.cr.fetchall():
            credits.setdefault(partner_id, {})[currency_id] = Decimal(amount)
            totals[partner_id] = totals.get(partner_id, ZERO) + Decimal(balance or 0)
        return credits, totals


def still_pending(pending: int | None, position: int | None) -> int | None:
    """A step that waits, unless another channel has proved it or a later one."""
    is_done = pending is not None and position is not None and pending <= position
    return None if is_done else pending


def _suspension(item_id: int, kept: Retention) -> Suspension:
    """The part kept as a guarantee: not due until its own date (CCP R2191-35)."""
    return Suspension(Reason.RETENTION, kept.due, item_id, kept.amount)
