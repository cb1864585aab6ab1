"""The item says what its lateness costs, and shows how that is worked out."""

from odoo import api, fields, models

from .roles import READER


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recouvrement_interest = fields.Monetary(
        "Interest", compute="_compute_recouvrement_penalties", groups=READER
    )
    recouvrement_fee = fields.Monetary(
        "€40", compute="_compute_recouvrement_penalties", groups=READER
    )
    recouvrement_total_due = fields.Monetary(
        "With penalties", compute="_compute_recouvrement_penalties", groups=READER
    )
    recouvrement_statement_fault = fields.Char(
        "No statement", compute="_compute_recouvrement_penalties", groups=READER
    )

    @api.depends("amount_residual_currency", "date_maturity")
    def _compute_recouvrement_penalties(self):
        """As of today; a few queries whatever the number of items."""
        today = fields.Date.context_today(self)
        found = {}
        for lines in self.filtered("company_id").grouped("company_id").values():
            service = self.env["recouvrement.statement"]
            found |= service._statements(lines, today)
        gone = self.env["recouvrement.penalty"]._reductions(self._origin)
        for line in self:
            one = found.get(line._origin.id)
            interest, fee = map(float, one.penalties) if one else (0.0, 0.0)
            # What was waived or invoiced apart is not owed here any more.
            gone_interest, gone_fee = gone.get(line._origin.id, (0, 0))
            interest = max(interest - float(gone_interest), 0.0)
            fee = max(fee - float(gone_fee), 0.0)
            line.recouvrement_interest = interest
            line.recouvrement_fee = fee
            line.recouvrement_total_due = line.amount_residual_currency + interest + fee
            line.recouvrement_statement_fault = (one and one.fault) or False

    def action_open_recouvrement_decompte(self):
        """The statement of interest of these items."""
        return self.env["recouvrement.decompte"]._open(self)
