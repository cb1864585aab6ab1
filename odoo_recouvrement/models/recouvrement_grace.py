from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.claim import Period


class RecouvrementGrace(models.Model):
    """A delay granted by a judge: it bears no interest (C. civ. 1343-5)."""

    _name = "recouvrement.grace"
    _description = "Delay granted by a judge"
    _order = "first_day desc, id desc"
    _rec_name = "decision"
    _check_company_auto = True

    case_id = fields.Many2one(
        "recouvrement.case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    move_line_ids = fields.Many2many(
        "account.move.line",
        "recouvrement_grace_item_rel",
        "grace_id",
        "move_line_id",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('company_id', '=', company_id)]",
        help="Leave empty when the delay is for all that the debtor owes.",
    )
    first_day = fields.Date("From", required=True)
    last_day = fields.Date("Until", required=True)
    decision = fields.Char(
        required=True, help="Court, date and number of the decision."
    )
    scan = fields.Binary(attachment=True)
    scan_name = fields.Char("File name")

    _days_ordered = models.Constraint(
        "CHECK(last_day >= first_day)", "A delay ends after it begins."
    )

    @api.constrains("move_line_ids", "case_id")
    def _check_items(self):
        for grace in self:
            others = grace.move_line_ids.filtered(
                lambda line, grace=grace: (
                    line.company_id != grace.company_id
                    or line.partner_id.commercial_partner_id != grace.partner_id
                )
            )
            if others:
                raise ValidationError(
                    self.env._(
                        "“%(item)s” is not owed by “%(debtor)s”: a delay bears on the "
                        "items of its own debtor.",
                        item=others[0].display_name,
                        debtor=grace.partner_id.display_name,
                    )
                )

    def _to_core(self) -> Period:
        self.ensure_one()
        return Period(self.first_day, self.last_day)
