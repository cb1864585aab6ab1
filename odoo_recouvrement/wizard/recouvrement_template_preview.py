from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementTemplatePreview(models.TransientModel):
    """A text as a real debtor would read it."""

    _name = "recouvrement.template.preview"
    _description = "Preview of a recovery text"

    template_id = fields.Many2one("recouvrement.template", required=True)
    channel = fields.Selection(related="template_id.channel")
    case_id = fields.Many2one(
        "recouvrement.case",
        "Debtor",
        domain=[("open_total", ">", 0)],
        default=lambda self: self._default_case_id(),
    )
    subject = fields.Char(compute="_compute_preview")
    body = fields.Html(compute="_compute_preview", sanitize=False)
    text = fields.Text(compute="_compute_preview")
    error = fields.Char(compute="_compute_preview")

    @api.model
    def _default_case_id(self):
        """The largest debtor that has something the text may speak of."""
        cases = self.env["recouvrement.case"].search(
            [("open_total", ">", 0)], order="overdue_total desc, id"
        )
        template = self.env["recouvrement.template"].browse(
            self.env.context.get("default_template_id")
        )
        day = fields.Date.context_today(self)
        return cases.filtered(lambda case: template._items_of(case, day))[:1]

    @api.depends("template_id", "case_id")
    def _compute_preview(self):
        for wizard in self:
            values, error = {}, False
            if wizard.template_id:
                try:
                    values = wizard.template_id._preview(wizard.case_id)
                except UserError as problem:
                    # Shown in place of the preview, with its remedy.
                    error = str(problem)
            wizard.subject = values.get("subject") or False
            wizard.body = values.get("body") or False
            wizard.text = values.get("text") or False
            wizard.error = error
