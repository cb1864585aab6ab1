from odoo import api, fields, models


class RecouvrementWithdraw(models.TransientModel):
    """Take reminders back, with a reason: before they left, or afterwards."""

    _name = "recouvrement.withdraw"
    _description = "Withdraw reminders"

    reminder_ids = fields.Many2many("recouvrement.reminder", required=True)
    move = fields.Selection(
        [
            ("remove", "Remove before it leaves"),
            ("withdraw", "Withdraw after it left"),
            ("returned", "It came back"),
        ],
        required=True,
        default="remove",
    )
    count = fields.Integer("Messages", compute="_compute_count")
    reason = fields.Char(required=True)

    @api.depends("reminder_ids")
    def _compute_count(self):
        for wizard in self:
            wizard.count = len(wizard.reminder_ids)

    def action_apply(self):
        self.ensure_one()
        actions = {
            "remove": self.reminder_ids.action_cancel,
            "withdraw": self.reminder_ids.action_withdraw,
            "returned": self.reminder_ids.action_returned,
        }
        actions[self.move](self.reason)
        return {"type": "ir.actions.act_window_close"}
