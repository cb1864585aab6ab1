"""What leaves is frozen: words, recipients, figures, PDF, and the seals of both."""

import hashlib
from concurrent.futures import Future
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..report.pdf import sha256
from .recouvrement_reminder import FROZEN_STATES

# What a PDF is, as opposed to how Odoo files it.
CONTENT_FIELDS = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "file_size",
    "mimetype",
    "name",
    "type",
    "url",
    "res_model",
    "res_id",
    "res_field",
}
MIMETYPES = {"pdf": "application/pdf", "csv": "text/csv"}


class Frozen(NamedTuple):
    """The fields and the files (name, content) that are frozen when it leaves.

    ``penalties``: interest and 40 € by line. ``notice``: what a mise en
    demeure freezes besides, on its own record. ``letter``: the PDF being printed
    meanwhile, if any; ``behind``: the files to join behind it.
    """

    values: dict
    files: list
    penalties: dict
    notice: dict = {}
    letter: Future | None = None
    behind: list = []


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _sheet(self, channel, message):
        """Its letter ready to print; ``None`` for a channel without paper."""
        if not channel._has_pdf:
            return None
        writer = self.env["recouvrement.message"].with_company(self.company_id)
        return writer._sheet(self, message, self.name)

    def _frozen(self, channel, message, letter: Future | None) -> Frozen:
        """The message as it is about to leave; nothing is written yet.

        ``letter``: its ``_sheet``, being printed.
        """
        body = channel._envelope(self, message)
        values = {
            **channel._recipient_values(self, message),
            "lang": message.lang,
            "subject": message.subject,
            "body": body,
            "text": message.text,
            "template_version_id": message.version.id,
            "content_sha256": sha256(
                "\n".join((message.subject, body or "", message.text)).encode()
            ),
            "message_uid": self._message_uid(),
            "interest_total": float(message.context.interest_total),
            "fee_total": float(message.context.fee_total),
        }
        penalties = {
            line.id: message.penalties.of(line.move_line_id.id)
            for line in self.line_ids
        }
        if letter is None:
            return Frozen(values, [], penalties)
        writer = self.env["recouvrement.message"].with_company(self.company_id)
        files = writer._invoice_files(self) if self.channel == "email" else []
        behind = writer._behind(self)
        return Frozen(values, files, penalties, letter=letter, behind=behind)

    def _with_letter(self, frozen: Frozen) -> Frozen:
        """Its letter is wanted now: what it is bound with, and its seal."""
        if not frozen.letter:
            return frozen
        writer = self.env["recouvrement.message"]
        pdf = writer._bind(frozen.letter.result(), frozen.behind)
        return frozen._replace(
            values={**frozen.values, "pdf_sha256": sha256(pdf)},
            files=[(f"{self.name.replace('/', '-')}.pdf", pdf), *frozen.files],
            letter=None,
        )

    def _store_penalties(self, penalties: dict) -> None:
        """What it says of interest and 40 €, on its lines; most say nothing."""
        for line in self.line_ids:
            interest, fee = map(float, penalties[line.id])
            if (line.interest, line.recovery_fee) != (interest, fee):
                line.write({"interest": interest, "recovery_fee": fee})

    def _store_files(self, files: list[tuple[str, bytes]]) -> dict:
        """Keep the files, the letter first; the field that points to it."""
        if not files:
            return {}
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "mimetype": MIMETYPES[name.rpartition(".")[2]],
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )
        return {"pdf_id": attachments[0].id}

    def _files(self):
        """The files of the message, the letter first."""
        self.ensure_one()
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", False),
            ],
            order="id",
        )

    def _drop_files(self) -> None:
        """Those of an attempt that did not leave."""
        if self.pdf_id:
            files = self._files()
            self.pdf_id = False
            files.unlink()

    def _message_uid(self) -> str:
        """The same at each attempt: a message that left twice would show as one."""
        self.ensure_one()
        database = self.env["ir.config_parameter"].get_param("database.uuid", "")
        mark = hashlib.sha256(f"{database}.{self.id}".encode()).hexdigest()[:24]
        company = self.company_id
        domain = company.alias_domain_id.name or (company.email or "").partition("@")[2]
        return f"<recouvrement.{self.id}.{mark}@{domain or 'recouvrement.invalid'}>"


class IrAttachment(models.Model):
    """The files of a reminder that has left stay as they left."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if vals.keys() & CONTENT_FIELDS:
            self._recouvrement_check_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen_reminder(self):
        self._recouvrement_check_frozen()

    def _recouvrement_check_frozen(self):
        # Who touches a file may not read it: only what it belongs to is looked at.
        ids = [
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == "recouvrement.reminder"
        ]
        if not ids:
            return
        # Who touches a file may read no reminder: the register only answers.
        frozen = (
            self.env["recouvrement.reminder"]
            .sudo()
            .search([("id", "in", ids), ("state", "in", FROZEN_STATES)], limit=1)
        )
        if frozen:
            raise UserError(
                self.env._(
                    "The files of reminder %(reminder)s are frozen since it left.",
                    reminder=frozen.display_name,
                )
            )
