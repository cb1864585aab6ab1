"""What a dispute sets aside: its hold, and Odoo's own « blocked » state."""

from odoo import fields, models


class RecouvrementDispute(models.Model):
    _inherit = "recouvrement.dispute"

    def _suspend(self):
        """Set aside what is contested; an open dispute never lets it be chased."""
        self.ensure_one()
        # A collector may not delete holds: a dispute owns its own.
        dispute = self.sudo()
        dispute.hold_ids.unlink()
        is_part = self.currency_id.compare_amounts(self.amount, self._owed()) < 0
        dispute.hold_ids.create(
            {
                "case_id": self.case_id.id,
                "kind": "dispute",
                "reason": self.reason_id.name,
                "user_id": self.env.uid,
                "date_start": self.date,
                "date_end": max(self.date_due, self.date),
                "move_line_ids": [(6, 0, self.move_line_ids.ids)],
                "amount": self.amount if is_part else 0,
                "dispute_id": self.id,
            }
        )
        self.case_id._cancel_waiting(self.display_name, self.move_line_ids)
        self.case_id._refresh()

    def _block(self):
        """Odoo's own « blocked » where every open item of an invoice is contested."""
        # A collector may not write invoices: only their « blocked » mark follows.
        ledger = self.sudo()
        if ledger.hold_ids.filtered("amount"):
            return
        for move in ledger.move_line_ids.move_id:
            open_lines = move.line_ids.filtered(
                lambda line: (
                    line.account_type == "asset_receivable" and not line.reconciled
                )
            )
            is_free = move.payment_state not in ("blocked", "paid", "in_payment")
            if move.is_invoice() and is_free and open_lines <= ledger.move_line_ids:
                move.action_toggle_block_payment()
                ledger.blocked_move_ids += move

    def _unblock(self):
        # A collector may write neither invoices nor what a dispute has blocked: only
        # its own mark is taken off.
        dispute = self.sudo()
        for move in dispute.blocked_move_ids:
            if move.payment_state == "blocked":
                move.action_toggle_block_payment()
        dispute.blocked_move_ids = False

    def _lift_refusal(self) -> str:
        return self.env._(
            "This is contested (%(dispute)s): close the dispute.",
            dispute=self.display_name,
        )


class RecouvrementHold(models.Model):
    _inherit = "recouvrement.hold"

    dispute_id = fields.Many2one(
        "recouvrement.dispute", readonly=True, ondelete="cascade", index=True
    )
