"""The décompte joined to a debit note of penalties: it leaves with the note."""

from decimal import Decimal

from odoo import api, fields, models

from ..core.money import ZERO
from ..report.decompte import decompte_pdf
from .roles import READER


class AccountMove(models.Model):
    _inherit = "account.move"

    recouvrement_decompte_id = fields.Many2one(
        "ir.attachment",
        "Statement of interest",
        readonly=True,
        copy=False,
        ondelete="set null",
        groups=READER,
        help="Made when the note is posted, and sent with it.",
    )

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted.filtered(
            lambda move: (
                move.recouvrement_is_penalty and move.move_type == "out_invoice"
            )
        )._recouvrement_join_decompte()
        return posted

    def _recouvrement_join_decompte(self) -> None:
        """As of the note's date; that of an earlier posting is replaced."""
        # An accountant may read neither rates nor payments' files: the statement of
        # the note he posts is worked out from them, and kept with it.
        for note in self.sudo():
            content = note._recouvrement_decompte()
            note.recouvrement_decompte_id.unlink()
            if content:
                note.recouvrement_decompte_id = note.env["ir.attachment"].create(
                    {
                        "name": f"{_file_name(note.name)}-decompte.pdf",
                        "raw": content,
                        "mimetype": "application/pdf",
                        "res_model": note._name,
                        "res_id": note.id,
                    }
                )

    def _recouvrement_decompte(self) -> bytes:
        """The statements of the items the note is about; empty if it has none left.

        What the note does not ask (waived, collected, left for later) is deducted at
        the end, so that each total is what the note asks for the item.
        """
        self.ensure_one()
        asked: dict[int, Decimal] = {}
        for (item_id, _nature), amount in self._recouvrement_asked().items():
            asked[item_id] = asked.get(item_id, ZERO) + amount
        items = self.env["account.move.line"].browse(asked)
        day = self.invoice_date or fields.Date.context_today(self)
        entries: dict = {}
        found = self.env["recouvrement.statement"]._statements(items, day)
        for item in items.sorted(lambda line: (line.date_maturity, line.id)):
            one = found.get(item.id)
            if one and one.statement:
                apart = one.statement.total_due - one.statement.principal_due
                apart = max(apart - asked[item.id], ZERO)
                entry = one.entry(item, apart)
                entries.setdefault(item.currency_id.name, []).append(entry)
        if not entries:
            return b""
        company, customer = self.company_id, self.partner_id.commercial_partner_id
        writer = self.env["recouvrement.message"].with_company(company)
        return decompte_pdf(
            self.env,
            entries,
            lang=self.partner_id.lang or company.partner_id.lang or "fr_FR",
            company=writer._company(company),
            debtor=customer.display_name,
            siren=writer._siren_of(customer),
            legal=company._recouvrement_notices(),
        )


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_invoice_extra_attachments(self, move):
        """Whoever may send a note may send its statement."""
        files = super()._get_invoice_extra_attachments(move)
        # Who sends may not read a statement's file: he may send that of his note.
        return files | move.sudo().recouvrement_decompte_id.sudo(False)


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)
