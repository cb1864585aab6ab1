from odoo import fields, models


class RecouvrementHandoverEnd(models.TransientModel):
    """Resume the chase of what was handed over, or refuse a proposal: say why."""

    _name = "recouvrement.handover.end"
    _description = "End a hand-over to litigation"

    handover_ids = fields.Many2many("recouvrement.handover", required=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.handover_ids._end_by_hand(self.reason)
        return {"type": "ir.actions.act_window_close"}
