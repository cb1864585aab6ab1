"""The invoice says under which regime it is late, and who chose it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

READER = "odoo_recouvrement.group_recouvrement_reader"


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

    @api.constrains("recouvrement_retention", "amount_total")
    def _check_recouvrement_retention(self):
        for move in self:
            kept = move.recouvrement_retention
            if not kept:
                continue
            if (
                kept < 0
                or move.currency_id.compare_amounts(kept, move.amount_total) > 0
            ):
                raise ValidationError(
                    self.env._(
                        "The guarantee retention of %(invoice)s lies between zero and "
                        "the amount of the invoice.",
                        invoice=move.display_name,
                    )
                )
