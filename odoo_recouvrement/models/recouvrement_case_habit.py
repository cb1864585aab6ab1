"""How a debtor usually pays, and how much of its limit it uses: read, never stored."""

from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, format_amount

# What was due in the last twelve months says how a debtor pays now.
HABIT_DAYS = 365


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    trust = fields.Selection(related="partner_id.trust")
    habit_text = fields.Char("Pays", compute="_compute_habit_text")
    exposure_text = fields.Char("Credit limit", compute="_compute_exposure_text")

    def _compute_habit_text(self):
        """« 12 days late on average, on 8 paid items », of the items it has settled."""
        found = self._average_delays() if self.ids else {}
        for case in self:
            days, count = found.get(case.id, (0, 0))
            words = {"days": abs(days), "count": count}
            if not count:
                case.habit_text = ""
            elif days > 0:
                case.habit_text = self.env._(
                    "%(days)s days late on average (%(count)s items paid in a year)",
                    **words,
                )
            else:
                case.habit_text = self.env._(
                    "on time on average (%(count)s items paid in a year)", **words
                )

    def _average_delays(self) -> dict[int, tuple[int, int]]:
        """By file: average days from due date to last payment, of how many items."""
        self.env["account.move.line"].flush_model()
        since = fields.Date.context_today(self) - timedelta(days=HABIT_DAYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT file.id, round(avg(paid.on_day - line.date_maturity)), count(*)
                  FROM recouvrement_case file
                  JOIN res_partner partner
                    ON partner.commercial_partner_id = file.partner_id
                  JOIN account_move_line line ON line.partner_id = partner.id
                   AND line.company_id = file.company_id
                  JOIN account_account account ON account.id = line.account_id
                   AND account.account_type = 'asset_receivable'
                  JOIN LATERAL (
                      SELECT max(other.date) AS on_day FROM account_move_line other
                       WHERE other.full_reconcile_id = line.full_reconcile_id
                  ) paid ON paid.on_day IS NOT NULL
                 WHERE file.id = ANY(%s) AND line.date_maturity >= %s
                   AND line.parent_state = 'posted' AND line.balance > 0
                   AND line.full_reconcile_id IS NOT NULL
              GROUP BY file.id
                """,
                self.ids,
                since,
            )
        )
        return {case_id: (int(days), count) for case_id, days, count in rows}

    def _compute_exposure_text(self):
        for case in self:
            # The limit is a figure of accounting that a collector is told here.
            partner = case.sudo().partner_id.with_company(case.company_id)
            is_used = case.company_id.account_use_credit_limit
            limit = partner.credit_limit if is_used else 0
            case.exposure_text = limit > 0 and self.env._(
                "%(open)s used of %(limit)s (%(share)s %%)",
                open=format_amount(self.env, case.open_total, case.currency_id),
                limit=format_amount(self.env, limit, case.currency_id),
                share=round(100 * case.open_total / limit),
            )
