from odoo import fields, models
from odoo.exceptions import UserError


class RecouvrementPlanDecide(models.TransientModel):
    """What a person decides about a plan, and why: the reason stays with it."""

    _name = "recouvrement.plan.decide"
    _description = "Decision about a plan"

    plan_id = fields.Many2one("recouvrement.plan", required=True)
    decision = fields.Selection(
        [
            ("cancel", "Cancel the plan"),
            ("break", "Break the plan"),
            ("reinstate", "Reinstate the plan"),
        ],
        required=True,
    )
    reason = fields.Char(required=True)
    until = fields.Date(
        "What is late is expected by", default=fields.Date.context_today
    )

    def action_apply(self):
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the plan."))
        if self.decision == "cancel":
            self.plan_id._decide_cancel(reason)
        elif self.decision == "break":
            self.plan_id._decide_break(reason)
        else:
            self.plan_id._decide_reinstate(reason, self.until)
        return {"type": "ir.actions.act_window_close"}
