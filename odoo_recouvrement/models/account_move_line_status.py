"""The item's status in the seven words every screen uses, and why."""

from odoo import api, fields, models

from .roles import READER

# What the current decision says of an item, where it is not simply its date.
STATUS_OF_REASON = {
    "disputed": "disputed",
    "payment_blocked": "disputed",
    "promised": "promised",
    "plan_respected": "plan",
    "insolvent": "legal",
    "overindebted": "legal",
    "handed_over": "legal",
    "retention": "retention",
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recouvrement_status = fields.Selection(
        [
            ("upcoming", "Not due"),
            ("overdue", "Past due"),
            ("disputed", "Disputed"),
            ("promised", "Promised"),
            ("plan", "Plan"),
            ("legal", "Legal"),
            ("retention", "Guarantee retention"),
        ],
        "Recovery status",
        compute="_compute_recouvrement_status",
        groups=READER,
    )
    recouvrement_level_code = fields.Char(
        related="recouvrement_level_id.code", string="Recovery level", groups=READER
    )
    recouvrement_days = fields.Integer(
        "Days overdue", compute="_compute_recouvrement_status", groups=READER
    )
    recouvrement_why = fields.Char(
        "Why?", compute="_compute_recouvrement_status", groups=READER
    )
    recouvrement_next_date = fields.Date(
        "Next step on", compute="_compute_recouvrement_status", groups=READER
    )
    recouvrement_decided = fields.Boolean(
        compute="_compute_recouvrement_status", groups=READER
    )

    @api.depends("date_maturity", "amount_residual")
    def _compute_recouvrement_status(self):
        """From the date and the current decision: one query for all items."""
        today = fields.Date.context_today(self)
        decisions = {
            decision.move_line_id.id: decision
            for decision in self.env["recouvrement.decision"].search(
                [("move_line_id", "in", self.ids), ("closed_run_id", "=", False)]
            )
        }
        none = self.env["recouvrement.decision"]
        for line in self:
            decision = decisions.get(line.id, none)
            due = line.date_maturity or line.date
            days = (today - due).days if due else 0
            line.recouvrement_days = max(days, 0)
            line.recouvrement_status = STATUS_OF_REASON.get(
                decision.reason, "overdue" if days > 0 else "upcoming"
            )
            line.recouvrement_why = decision.text or line._recouvrement_unjudged()
            line.recouvrement_next_date = decision.next_date
            line.recouvrement_decided = bool(decision)

    def _recouvrement_unjudged(self) -> str:
        """Why an item has no decision yet."""
        if self.amount_residual < 0:
            return self.env._("Credit to match with what it pays.")
        return self.env._("Not read by a run yet.")
