"""The invoice says under which regime it is late, and who chose it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..report.decompte import Teller
from .roles import READER


class AccountMove(models.Model):
    _inherit = "account.move"

    recouvrement_regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        groups=READER,
        domain="[('company_id', 'in', (False, company_id))]",
        help="Leave empty for that of the payment term, of the customer's file, of its "
        "legal profile or of the company, in this order.",
    )
    recouvrement_retention = fields.Monetary(
        "Guarantee retention",
        copy=False,
        groups=READER,
        help="Part that the buyer keeps as a guarantee: it is not due yet, and bears "
        "no interest (CCP, art. R2192-33). It is taken off the last instalments.",
    )
    recouvrement_guarantee_end = fields.Date(
        "End of the guarantee",
        copy=False,
        groups=READER,
        help="Last day of the guarantee, or day on which the reservations made "
        "meanwhile were lifted: the retention is due thirty days later (CCP, art. "
        "R2191-35), and bears interest from the next day. Empty: it is not due yet.",
    )

    recouvrement_penalty_total = fields.Monetary(
        "Late-payment penalties", compute="_compute_recouvrement_penalty", groups=READER
    )
    recouvrement_regime_text = fields.Char(
        "Regime applied", compute="_compute_recouvrement_penalty", groups=READER
    )

    @api.depends(
        "state",
        "partner_id",
        "recouvrement_regime_id",
        "recouvrement_retention",
        "recouvrement_guarantee_end",
        "line_ids.amount_residual",
        "line_ids.date_maturity",
    )
    @api.depends_context("lang")
    def _compute_recouvrement_penalty(self):
        """As of today; a few queries whatever the number of invoices."""
        today = fields.Date.context_today(self)
        owed = self.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        items = owed.line_ids.filtered(lambda line: line.display_type == "payment_term")
        found = {}
        for lines in items.grouped("company_id").values():
            found |= self.env["recouvrement.statement"]._statements(lines, today)
        teller = Teller(self.env.lang or "en_US", "EUR")
        for move in self:
            own = [
                found[line._origin.id]
                for line in move.line_ids & items
                if line._origin.id in found
            ]
            move.recouvrement_penalty_total = sum(
                float(amount) for one in own for amount in one.penalties
            )
            move.recouvrement_regime_text = (
                teller.regime(own[0].resolution) if own else False
            )

    def action_open_recouvrement_decompte(self):
        """The statement of interest of the invoices' instalments."""
        return self.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).action_open_recouvrement_decompte()

    @api.constrains("recouvrement_retention", "state")
    def _check_recouvrement_retention(self):
        for move in self:
            kept, total = move.recouvrement_retention, move.amount_total
            is_more = move.state == "posted" and (
                move.currency_id.compare_amounts(kept, total) > 0
            )
            if kept and (kept < 0 or is_more):
                raise ValidationError(
                    self.env._(
                        "The guarantee retention of %(invoice)s lies between zero and "
                        "the amount of the invoice.",
                        invoice=move.display_name,
                    )
                )
