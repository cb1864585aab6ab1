"""Writing in the ledger of penalties: the only door, and taking back."""

import datetime

from odoo import api, models
from odoo.exceptions import LockError, UserError


class RecouvrementPenalty(models.Model):
    _inherit = "recouvrement.penalty"

    def _lock(self, lines) -> None:
        """Nobody else decides about the penalties of these items meanwhile."""
        try:
            # A collector may not write the items he decides about: they are only held.
            lines.sudo().lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._(
                    "Somebody else is working on the penalties of these invoices "
                    "(%(invoices)s): wait a moment, then try again.",
                    invoices=", ".join(lines.move_id.mapped("name")[:5]),
                )
            ) from None

    @api.model
    def _add(self, vals_list: list[dict]):
        """The only door: entries with their place in the ledger of their item."""
        # No role writes the register: the actions that come here check the rights.
        ledger = self.sudo()
        if not vals_list:
            return ledger.browse()
        lines = ledger.env["account.move.line"]
        lines = lines.browse({vals["move_line_id"] for vals in vals_list})
        last = {
            (line.id, nature): rank
            for line, nature, rank in ledger._read_group(
                [("move_line_id", "in", lines.ids)],
                ["move_line_id", "nature"],
                ["rank:max"],
            )
        }
        cases = self._cases(lines)
        for vals in vals_list:
            line = lines.browse(vals["move_line_id"])
            key = line.id, vals["nature"]
            last[key] = vals["rank"] = last.get(key, 0) + 1
            case = cases[line.company_id.id, line.partner_id.commercial_partner_id.id]
            vals.setdefault("author_id", self.env.uid)
            vals.update(
                company_id=line.company_id.id,
                case_id=case.id,
                partner_id=case.partner_id.id,
                user_id=(case.user_id or line.company_id.recouvrement_user_id).id,
                move_id=line.move_id.id,
                currency_id=line.currency_id.id,
            )
        return ledger.create(vals_list)

    @api.model
    def _cases(self, lines) -> dict:
        """The files of the debtors of items, opened when they have none."""
        # An accountant may open no file: his decision on a penalty opens the debtor's.
        cases = self.env["recouvrement.case"].sudo().with_context(active_test=False)
        wanted = {
            (line.company_id.id, line.partner_id.commercial_partner_id.id)
            for line in lines
        }
        found = {
            (case.company_id.id, case.partner_id.id): case
            for case in cases.search(
                [
                    ("company_id", "in", [company for company, _partner in wanted]),
                    ("partner_id", "in", [partner for _company, partner in wanted]),
                ]
            )
        }
        missing = [key for key in wanted if key not in found]
        new = cases.create(
            [
                {"company_id": company, "partner_id": partner}
                for company, partner in missing
            ]
        )
        return found | dict(zip(missing, new, strict=True))

    def _take_back(self, day: datetime.date, reason: str = "", **values):
        """An entry that undoes each of these; those already undone are left out."""
        # No role writes the register: the actions that come here check the rights.
        standing_ones = self.sudo().filtered(
            lambda entry: (
                entry.state == "done"
                and not entry.is_reversal
                and not entry.reversal_ids
            )
        )
        return self._add(
            [
                {
                    "move_line_id": entry.move_line_id.id,
                    "nature": entry.nature,
                    "kind": entry.kind,
                    "amount": entry.amount,
                    "date": day,
                    "is_reversal": True,
                    "reverses_id": entry.id,
                    "is_by_note": entry.is_by_note,
                    "reminder_id": entry.reminder_id.id,
                    "note_id": entry.note_id.id,
                    "note_name": entry.note_name,
                    "reason_id": entry.reason_id.id,
                    "reason": reason,
                    **values,
                }
                for entry in standing_ones
            ]
        )
