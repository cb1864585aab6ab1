from odoo import fields, models


class RecouvrementLimitationVoid(models.TransientModel):
    """Why an event of a prescription does not hold."""

    _name = "recouvrement.limitation.void"
    _description = "Void an event of a prescription"

    event_ids = fields.Many2many("recouvrement.limitation.event", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.event_ids.action_void(self.reason)
        return {"type": "ir.actions.act_window_close"}
