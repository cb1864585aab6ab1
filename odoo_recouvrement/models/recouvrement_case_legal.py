"""The counter « Legal deadlines » of the day: what the law wants done by a date."""

from odoo import models


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _legal_deadline_ids(self) -> set[int]:
        """Ids of the files, among these, that a legal deadline brings to somebody.

        Each part of the law adds its own: ``return super()... | {…}``.
        """
        return set()

    def _refresh_legal_deadlines(self) -> None:
        """Bring the counter up to date; two statements at most, whatever the files."""
        # Who closes a task may hold no recovery role: only the counter is written.
        cases = self.sudo().exists()
        found = cases._legal_deadline_ids()
        for flag in (True, False):
            cases.filtered(
                lambda case, flag=flag: (
                    case.has_legal_deadline != flag and (case.id in found) == flag
                )
            ).write({"has_legal_deadline": flag})
