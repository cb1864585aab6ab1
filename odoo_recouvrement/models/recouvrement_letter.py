"""Prints a reminder: the letter, the statement behind it, the invoices behind that."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import context as message_context
from ..core.postal import PostalAddress
from ..report.letter import Statement, letter_sheet
from ..report.pdf import UnreadablePdf, join_invoices
from ..report.printing import print_sheet
from .recouvrement_message import _money


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    # ------------------------------------------------------------------ addresses

    @api.model
    def _postal(self, partner, *, name: str | None = None) -> PostalAddress:
        """Where a letter for this partner goes; a person stands below its company."""
        customer = partner.commercial_partner_id
        is_within = partner != customer and customer.is_company
        own = name if name is not None else customer.name if is_within else partner.name
        country = partner.country_id
        home = self.env.company.country_id.code or "FR"
        return PostalAddress(
            name=own or "",
            contact=(partner.name or "") if is_within and name is None else "",
            street=partner.street or "",
            street2=partner.street2 or "",
            zip=partner.zip or "",
            city=partner.city or "",
            country_code=country.code or "",
            country_name=country.name or "",
            home_country=home,
        )

    # ------------------------------------------------------------------- printing

    @api.model
    def _print(self, reminder, message, *, number: str = "") -> bytes:
        """The letter's PDF, its annexes included."""
        sheet = self._sheet(reminder, message, number)
        return self._bind(print_sheet(self.env, sheet), self._behind(reminder))

    @api.model
    def _sheet(self, reminder, message, number: str):
        """The letter ready to print: ``Sheet``."""
        company = reminder.company_id
        return letter_sheet(
            self.env,
            message.context,
            message.body,
            address_lines=self._postal(message.recipient).lines(),
            number=number,
            subject=message.subject,
            lang=message.lang,
            logo=self._logo(company),
            registered=reminder.channel == "registered_letter",
            place=company.city or "",
            signatory_role=company.recouvrement_signatory or "",
            legal=company._recouvrement_notices(),
            statement=self._statement(reminder, message.context.date),
            decompte=message.penalties.entries,
        )

    @api.model
    def _behind(self, reminder) -> list[tuple[str, bytes]]:
        """What is joined behind the letter: its invoices, where its level says so."""
        # An e-mail carries its invoices as files of their own.
        return [] if reminder.channel == "email" else self._invoice_files(reminder)

    @api.model
    def _bind(self, letter: bytes, files: list[tuple[str, bytes]]) -> bytes:
        """The letter with these files behind it."""
        try:
            return join_invoices(letter, [content for _name, content in files])
        except UnreadablePdf as error:
            name = files[max(error.position - 1, 0)][0]
            raise UserError(
                self.env._(
                    "The PDF “%(file)s” cannot be read: print the invoice again, or "
                    "untick “Attach the invoices” on the level.",
                    file=name,
                )
            ) from error

    @api.model
    def _logo(self, company) -> bytes | None:
        """The company's own logo; not the placeholder of a company that has none."""
        if company.uses_default_logo:
            return None
        return base64.b64decode(company.logo)

    @api.model
    def _preview_pdf(self, reminder):
        """The letter as it would leave today, base64; False when it cannot."""
        try:
            message = self._compose(reminder, fields.Date.context_today(reminder))
            return base64.b64encode(self._print(reminder, message))
        except UserError:
            # The text's preview says what is wrong.
            return False

    @api.model
    def _statement(self, reminder, day) -> Statement | None:
        """The whole account of the debtor in the message's currency, if asked for."""
        if not reminder._joins_statement():
            return None
        lines = self.env["account.move.line"].search(
            [
                *reminder.case_id._open_line_domain(),
                ("currency_id", "=", reminder.currency_id.id),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity, id",
        )
        credits = self._read_credits(reminder.company_id, reminder.partner_id.ids)
        key = (reminder.partner_id.id, reminder.currency_id.id)
        return Statement(
            tuple(self._statement_item(line, day) for line in lines),
            tuple(credits.get(key, ())),
        )

    @api.model
    def _statement_item(self, line, day):
        due = line.date_maturity or line.date
        move = line.move_id
        residual = _money(line.amount_residual_currency)
        return message_context.MessageItem(
            invoice=move.name or "",
            invoice_date=move.invoice_date or move.date,
            due_date=due,
            days_overdue=(day - due).days,
            total=_money(
                move.amount_total if move.is_invoice() else line.amount_currency
            ),
            residual=residual,
            claim=residual,
            reference=(move.ref or "") if move.is_invoice() else "",
        )

    # ------------------------------------------------------------------- invoices

    @api.model
    def _invoice_files(self, reminder) -> list[tuple[str, bytes]]:
        """Name and content of the invoices' PDF, when the level joins them."""
        if not reminder._joins_invoices():
            return []
        moves = reminder.line_ids.move_id.filtered(lambda move: move.is_invoice())
        return [self._invoice_file(move) for move in moves]

    @api.model
    def _invoice_file(self, move) -> tuple[str, bytes]:
        """Odoo's own document: the one that was sent, else printed now."""
        legal = move._get_invoice_legal_documents("pdf")
        if legal:
            return legal["filename"], legal["content"]
        report = self.env["account.move.send"]._get_default_pdf_report_id(move)
        reports = self.env["ir.actions.report"].with_company(move.company_id)
        try:
            content, _kind = reports._render_qweb_pdf(report.report_name, move.ids)
        except UserError as error:
            raise UserError(
                self.env._(
                    "Invoice %(invoice)s cannot be printed (%(error)s): print it "
                    "yourself, or untick “Attach the invoices” on the level.",
                    invoice=move.name,
                    error=error,
                )
            ) from error
        return move._get_invoice_report_filename(report=report), content
