"""The item's prescription: the last day to act, and how far it is, in words."""

from odoo import api, fields, models

from ..core.limitation_alert import Nearness, nearness
from .roles import READER


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recouvrement_limitation_date = fields.Date(
        "Prescription",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Last day to act, by the earliest starting point and what is proved.",
    )
    recouvrement_limitation_alert = fields.Integer(
        readonly=True,
        copy=False,
        help="Days of the last alert about this item's prescription.",
    )
    recouvrement_is_counted = fields.Boolean(
        compute="_compute_recouvrement_is_counted", groups=READER
    )
    recouvrement_limitation_text = fields.Char(
        "Time left to act", compute="_compute_recouvrement_limitation", groups=READER
    )
    recouvrement_limitation_nearness = fields.Selection(
        [
            (Nearness.OVER.value, "Lapsed"),
            (Nearness.URGENT.value, "Within a month"),
            (Nearness.NEAR.value, "Within six months"),
            (Nearness.YEAR.value, "Within a year"),
            (Nearness.FAR.value, "Later"),
        ],
        compute="_compute_recouvrement_limitation",
        groups=READER,
    )

    @api.depends("recouvrement_limitation_date", "reconciled", "parent_state")
    @api.depends_context("lang")
    def _compute_recouvrement_limitation(self):
        """From the stored date; items no count has read yet are counted together."""
        today = fields.Date.context_today(self)
        service = self.env["recouvrement.limitation"]
        open_lines = self.filtered("recouvrement_is_counted")
        unread = open_lines.filtered(lambda line: not line.recouvrement_limitation_date)
        found = service._limitations(unread, today)
        for line in self:
            day = line.recouvrement_limitation_date
            if line in unread:
                day = found[line.id].deadline if line.id in found else False
            if line not in open_lines or not day:
                line.recouvrement_limitation_text = False
                line.recouvrement_limitation_nearness = False
                continue
            near = nearness((day - today).days)
            line.recouvrement_limitation_text = service._countdown_words(day, today)
            line.recouvrement_limitation_nearness = near.value

    @api.depends("parent_state", "account_type", "reconciled", "amount_residual")
    def _compute_recouvrement_is_counted(self):
        """Open claims have a prescription; credits and what is paid have none."""
        for line in self:
            line.recouvrement_is_counted = (
                line.parent_state == "posted"
                and line.account_type == "asset_receivable"
                and not line.reconciled
                and line.amount_residual > 0
            )

    def write(self, vals):
        result = super().write(vals)
        if "date_maturity" in vals:
            self._recouvrement_refresh_limitation()
        return result

    def _recouvrement_refresh_limitation(self):
        """Count again the open items among these."""
        # An accountant without a recovery role may not write the prescription, which
        # follows the dates it is drawn from.
        lines = self.sudo().filtered("recouvrement_is_counted")
        self.env["recouvrement.limitation"]._refresh(lines)

    def action_open_recouvrement_case(self):
        """The file of whoever owes this item."""
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        case = self.env["recouvrement.case"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company_id.id)],
            limit=1,
        )
        return case.action_open_case() if case else False
