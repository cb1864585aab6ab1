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
    rising_text = fields.Char(compute="_compute_preview")
    cap_text = fields.Char(compute="_compute_preview")

    @api.depends(
        "channel",
        "recipient_id",
        "level_id",
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
        """All that follows from what is on the screen: one reading of the ledger."""
        for wizard in self:
            asking, order = wizard._asking(), wizard._to_order()
            wizard.cap_text = wizard._cap_words(order, asking)
            wizard.rising_text = wizard._rising_words(order, asking)
            values, error = {}, False
            try:
                values = wizard._seen_by_the_debtor(order, asking)
            except UserError as problem:
                # Shown in place of the preview, with its remedy.
                error = str(problem)
            for name in ("subject", "body", "text", "pdf"):
                wizard[f"preview_{name}"] = values.get(name) or False
            wizard.preview_error = error
            wizard.size = values.get("size") or False

    def _cap_words(self, order, asking):
        capped = self.case_id._capped(order.item_ids, asking)
        return self.case_id._cap_words(capped) if capped else False

    def _rising_words(self, order, asking):
        """How many of the ticked items would rise; nothing when none may."""
        count = len(self.case_id._rising(order, asking)) if order.level else 0
        if not count:
            return False
        return self.env._(
            "%(count)s of %(total)s item(s) rise to %(level)s; the others keep their "
            "level.",
            count=count,
            total=len(order.item_ids),
            level=order.level.code,
        )

    def _seen_by_the_debtor(self, order, asking) -> dict:
        # The web client asks for sizes in place of files: the logo is wanted whole.
        case = self.case_id.with_context(bin_size=False)
        day = fields.Date.context_today(self)
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
            # Printing a debtor's invoices at each word that is typed takes too long.
            reminder.joins_invoices = False
            seen["pdf"] = base64.b64encode(messages._print(reminder, message))
        else:
            size = measure(message.text)
            seen["size"] = self.env._(
                "%(characters)s characters, %(segments)s message(s) to pay.",
                characters=size.characters,
                segments=size.segments,
            )
        return seen
