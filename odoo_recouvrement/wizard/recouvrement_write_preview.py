"""The message as the debtor will see it, while it is being written."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.sms import measure


class RecouvrementWrite(models.TransientModel):
    _inherit = "recouvrement.write"

    preview_subject = fields.Char(compute="_compute_preview")
    preview_body = fields.Html(compute="_compute_preview", sanitize=False)
    preview_text = fields.Text(compute="_compute_preview")
    preview_pdf = fields.Binary(compute="_compute_preview")
    preview_error = fields.Text(compute="_compute_preview")
    size = fields.Char(compute="_compute_preview")

    @api.depends(
        "channel",
        "recipient_id",
        "text_id",
        "line_ids.is_asked",
        "subject",
        "opening",
        "closing",
        "words",
        "joins_statement",
        "joins_invoices",
    )
    def _compute_preview(self):
        for wizard in self:
            values, error = {}, False
            try:
                values = wizard._seen_by_the_debtor()
            except UserError as problem:
                # Shown in place of the preview, with its remedy.
                error = str(problem)
            for name in ("subject", "body", "text", "pdf"):
                wizard[f"preview_{name}"] = values.get(name) or False
            wizard.preview_error = error
            wizard.size = values.get("size") or False

    def _seen_by_the_debtor(self) -> dict:
        case, order = self.case_id, self._to_order()
        day = fields.Date.context_today(self)
        asking = self._asking()
        case._check_order(order, asking)
        case._check_words(order)
        # Whom a preview is shown may not read payments: it says what is deducted.
        reminder = case._imagined(order, asking, day)
        messages = reminder.env["recouvrement.message"]
        messages = messages.with_company(case.company_id)
        message = messages._compose(reminder, day)
        channel = self.env["recouvrement.channel"]._of(reminder)
        seen = {"subject": message.subject, "text": message.text}
        if order.channel == "email":
            seen["body"] = channel._envelope(reminder, message)
        elif order.channel == "letter":
            # The web client asks for sizes in place of files: the logo is wanted whole.
            whole = messages.with_context(bin_size=False)
            seen["pdf"] = base64.b64encode(whole._print(reminder, message))
        else:
            size = measure(message.text)
            seen["size"] = self.env._(
                "%(characters)s characters, %(segments)s message(s) to pay.",
                characters=size.characters,
                segments=size.segments,
            )
        return seen
