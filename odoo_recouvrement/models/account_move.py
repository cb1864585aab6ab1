from odoo import api, fields, models
from odoo.tools import format_date

from .roles import READER
from .windows import listed


class AccountMove(models.Model):
    """The invoice says where its reminders stand, and why."""

    _inherit = "account.move"

    recouvrement_banner = fields.Char(
        compute="_compute_recouvrement_banner",
        groups=READER,
    )
    recouvrement_reminder_count = fields.Integer(
        compute="_compute_recouvrement_banner",
        groups=READER,
    )

    @api.depends("line_ids.amount_residual", "state")
    def _compute_recouvrement_banner(self):
        """Two queries for all the invoices; a draft or a bill has none to show."""
        chased = self.filtered(
            lambda move: move.state == "posted" and move.is_sale_document()
        )
        counts = dict(
            self.env["recouvrement.reminder.line"]._read_group(
                [
                    ("move_line_id.move_id", "in", chased.ids),
                    (
                        "reminder_id.state",
                        "not in",
                        ("draft", "confirmed", "cancelled"),
                    ),
                ],
                ["move_id"],
                ["reminder_id:count_distinct"],
            )
        )
        for move in self:
            move.recouvrement_reminder_count = counts.get(move, 0)
            move.recouvrement_banner = (
                move._recouvrement_sentence() if move in chased else False
            )

    def _recouvrement_sentence(self) -> str | bool:
        """Level, last reminder, why and what comes next; nothing before a run."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and not line.reconciled
                and line.amount_residual > 0
                and line.recouvrement_decided
            )
        ).sorted(lambda line: line.date_maturity or line.date)
        if not lines:
            return False
        line = lines[0]
        words = []
        if line.recouvrement_level_id:
            words.append(
                self.env._(
                    "Level reached: %(level)s.", level=line.recouvrement_level_id.name
                )
            )
        if line.recouvrement_contact_date:
            words.append(
                self.env._(
                    "Last reminder on %(date)s.",
                    date=format_date(self.env, line.recouvrement_contact_date),
                )
            )
        words.append(line.recouvrement_why)
        return " ".join(words)

    def action_open_recouvrement_reminders(self):
        self.ensure_one()
        return listed(
            self.env,
            "action_reminder_register",
            [("line_ids.move_line_id.move_id", "=", self.id)],
        )
