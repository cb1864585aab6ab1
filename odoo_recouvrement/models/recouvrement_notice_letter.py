"""Prints a mise en demeure: its letter with the décompte, the copies behind it."""

import base64

from odoo import api, models

from ..report.notice import NoticeDetails, notice_sheet, statement_name
from ..report.printing import letter_engine


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    @api.model
    def _sheet(self, reminder, message, number: str):
        if not reminder.is_notice:
            return super()._sheet(reminder, message, number)
        context = message.context
        return notice_sheet(
            self.env,
            context,
            message.body,
            self._notice_details(reminder, message, number),
            self._notice_csv(context),
        )

    @api.model
    def _behind(self, reminder):
        """A notice's copies are files of their own."""
        return [] if reminder.is_notice else super()._behind(reminder)

    @api.model
    def _notice_details(self, reminder, message, number: str) -> NoticeDetails:
        company, context = reminder.company_id, message.context
        signatory = reminder._notice()._signatory(context.date)
        copies = reminder.line_ids.move_id.filtered(lambda move: move.is_invoice())
        return NoticeDetails(
            address_lines=self._postal(message.recipient).lines(),
            debtor_lines=self._postal(reminder.partner_id, name="").lines(),
            number=number,
            subject=message.subject,
            lang=message.lang,
            channel=reminder.channel,
            payment_days=reminder.level_id.payment_days,
            signatory=(signatory.name or "", signatory.capacity or ""),
            signature=base64.b64decode(signatory.signature)
            if signatory.signature
            else None,
            logo=self._logo(company),
            place=company.city or "",
            legal=company._recouvrement_notices(),
            invoice_copies=len(copies) if reminder.level_id.attach_invoices else 0,
        )

    @api.model
    def _notice_annexes(self, reminder, context) -> list[tuple[str, bytes]]:
        """The files beside the letter: the copies, the CSV where it is not inside."""
        files = self._invoice_files(reminder)
        if letter_engine() != "weasyprint":
            files.append((statement_name(reminder.name), self._notice_csv(context)))
        return files
