from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementExclude(models.TransientModel):
    """Leave a debtor, or some of its items, alone: why and until when."""

    _name = "recouvrement.exclude"
    _description = "Exclude from the chase"

    case_ids = fields.Many2many("recouvrement.case", required=True)
    partner_names = fields.Char("Customer", compute="_compute_partner_names")
    scope = fields.Selection(
        [("debtor", "Everything the customer owes"), ("items", "Some items only")],
        required=True,
        default="debtor",
    )
    open_line_ids = fields.Many2many(
        "account.move.line",
        "recouvrement_exclude_open_rel",
        compute="_compute_open_line_ids",
    )
    move_line_ids = fields.Many2many(
        "account.move.line", "recouvrement_exclude_item_rel", string="Items"
    )
    reason = fields.Char(required=True)
    date_end = fields.Date("Until", required=True)

    @api.depends("case_ids")
    def _compute_partner_names(self):
        for wizard in self:
            names = wizard.case_ids.mapped("display_name")
            shown = ", ".join(names[:5])
            more = len(names) - 5
            wizard.partner_names = (
                self.env._("%(names)s and %(more)s more", names=shown, more=more)
                if more > 0
                else shown
            )

    @api.depends("case_ids")
    def _compute_open_line_ids(self):
        for wizard in self:
            wizard.open_line_ids = wizard.case_ids.open_line_ids

    def action_apply(self):
        self.ensure_one()
        if self.date_end < fields.Date.context_today(self):
            raise UserError(
                self.env._("The end date is in the past: choose a later one.")
            )
        items = None
        if self.scope == "items":
            items = self.move_line_ids
            if not items:
                raise UserError(
                    self.env._(
                        "Choose the items, or exclude everything the customer owes."
                    )
                )
        self.case_ids._suspend(self.reason, self.date_end, items)
        return {"type": "ir.actions.act_window_close"}
