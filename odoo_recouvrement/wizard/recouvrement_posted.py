from odoo import api, fields, models


class RecouvrementPosted(models.TransientModel):
    """The letters left for the post office: that is their proof."""

    _name = "recouvrement.posted"
    _description = "Mark letters as posted"

    posted_on = fields.Date(required=True, default=fields.Date.context_today)
    line_ids = fields.One2many("recouvrement.posted.line", "wizard_id")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "line_ids" in fields_list:
            ids = self.env.context.get("default_reminder_ids", [])
            letters = self.env["recouvrement.reminder"].browse(ids)
            values["line_ids"] = [
                fields.Command.create({"reminder_id": letter.id})
                for letter in letters.sorted("postal_key")
            ]
        return values

    def action_apply(self):
        self.ensure_one()
        for line in self.line_ids:
            line.reminder_id.action_posted(line.number or "", self.posted_on)
        return {"type": "ir.actions.act_window_close"}


class RecouvrementPostedLine(models.TransientModel):
    """A posted letter and, when it is registered, its number."""

    _name = "recouvrement.posted.line"
    _description = "Posted letter"

    wizard_id = fields.Many2one(
        "recouvrement.posted", required=True, ondelete="cascade"
    )
    reminder_id = fields.Many2one("recouvrement.reminder", "Letter", required=True)
    partner_id = fields.Many2one(related="reminder_id.partner_id")
    channel = fields.Selection(related="reminder_id.channel")
    number = fields.Char("Registered number")
