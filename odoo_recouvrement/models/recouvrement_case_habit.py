"""How a debtor usually pays, and how much of its limit it uses: read, never stored."""

from odoo import fields, models
from odoo.tools import format_amount


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    trust = fields.Selection(related="partner_id.trust")
    habit_text = fields.Char(
        "Average delay",
        compute="_compute_habit_text",
        help="Of what was paid in a year, weighted by amount.",
    )
    exposure_text = fields.Char("Credit limit", compute="_compute_exposure_text")

    def _compute_habit_text(self):
        """« 12 days, over 8 items », of what it paid in a year; an early one: 0."""
        today = fields.Date.context_today(self)
        found = self.env["recouvrement.score"]._read_paid(self.ids, today)
        for case in self:
            paid = found.get(case.id)
            case.habit_text = paid and self.env._(
                "%(days)s days, over %(count)s items", days=paid.days, count=paid.count
            )

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
