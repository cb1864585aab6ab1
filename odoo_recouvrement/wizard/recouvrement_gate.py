from odoo import fields, models


class RecouvrementGate(models.TransientModel):
    """Run in spite of an old bank statement: who decides it, and why."""

    _name = "recouvrement.gate"
    _description = "Run without a recent bank statement"

    run_id = fields.Many2one("recouvrement.run", required=True)
    bank_date = fields.Date(related="run_id.bank_date")
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.run_id.action_override_gate(self.reason)
        return {"type": "ir.actions.act_window_close"}
