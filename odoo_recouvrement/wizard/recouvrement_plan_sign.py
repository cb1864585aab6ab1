import base64
import binascii

from odoo import fields, models
from odoo.exceptions import UserError


class RecouvrementPlanSign(models.TransientModel):
    """The signed copy of a plan has come back."""

    _name = "recouvrement.plan.sign"
    _description = "Signed copy of a plan"

    plan_id = fields.Many2one("recouvrement.plan", required=True)
    partner_id = fields.Many2one(related="plan_id.partner_id")
    signed_name = fields.Char("Signed by", required=True)
    signed_date = fields.Date(
        "Signed on", required=True, default=fields.Date.context_today
    )
    scan = fields.Binary("Signed copy", required=True)
    scan_name = fields.Char("File name")

    def action_apply(self):
        self.ensure_one()
        try:
            content = base64.b64decode(self.scan or b"", validate=True)
        except binascii.Error as error:
            raise UserError(self.env._("The file did not arrive whole.")) from error
        self.plan_id._attach_signed(
            self.signed_name, self.signed_date, self.scan_name, content
        )
        return {"type": "ir.actions.act_window_close"}
