from datetime import timedelta

from odoo import fields, models


class RecouvrementPostpone(models.TransientModel):
    """Come back to a file on a chosen day."""

    _name = "recouvrement.postpone"
    _description = "Postpone to a date"

    case_ids = fields.Many2many("recouvrement.case", required=True)
    date = fields.Date(
        "Come back on",
        required=True,
        default=lambda self: fields.Date.context_today(self) + timedelta(days=7),
    )

    def action_apply(self):
        self.ensure_one()
        self.case_ids.action_postpone(until=self.date)
        return {"type": "ir.actions.act_window_close"}
