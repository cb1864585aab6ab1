"""The file's page on prescription: its items, what happened, what to enter."""

from odoo import api, fields, models

from ..core.limitation_alert import Nearness
from .windows import dialog


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    limitation_event_ids = fields.One2many(
        "recouvrement.limitation.event", "case_id", "Events"
    )
    limitation_accounts = fields.Json(
        "Prescription of the items", compute="_compute_limitation_accounts"
    )
    limitation_letter_text = fields.Char(compute="_compute_limitation_letter_text")
    has_limitation_near = fields.Boolean(compute="_compute_has_limitation_near")

    def _compute_has_limitation_near(self):
        """Whether the items themselves should say how near their prescription is."""
        for case in self:
            near = set(case.open_line_ids.mapped("recouvrement_limitation_nearness"))
            case.has_limitation_near = bool(near - {False, Nearness.FAR.value})

    @api.depends(
        "profile", "limitation_clause", "limitation_years",
        "limitation_event_ids.state", "limitation_event_ids.until",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_limitation_accounts(self):
        """The open items, the nearest deadline first; counted now, for all files."""
        today = fields.Date.context_today(self)
        service = self.env["recouvrement.limitation"]
        lines = self.open_line_ids.filtered("recouvrement_is_counted")
        clocks = service._clocks(lines, today)
        for case in self:
            accounts = [
                service._account(line, clocks[line.id], today)
                for line in case.open_line_ids & lines
            ]
            accounts.sort(key=lambda account: account.pop("order"))
            case.limitation_accounts = accounts

    @api.depends("profile", "limitation_clause")
    @api.depends_context("lang")
    def _compute_limitation_letter_text(self):
        for case in self:
            case.limitation_letter_text = self.env[
                "recouvrement.limitation"
            ]._letter_words(case)

    def action_add_limitation_event(self):
        """What happened, entered on one screen with its proof."""
        self.ensure_one()
        return dialog(
            "recouvrement.limitation.event",
            self.env._("Event of the prescription"),
            default_case_id=self.id,
        )
