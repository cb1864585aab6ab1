"""What a customer has paid or is owed, and is deducted from a message."""

from odoo import api, models

from ..core import context as message_context
from .recouvrement_message import _money


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    @api.model
    def _read_credits(self, company, partner_ids: list[int]) -> dict:
        """Open credits by (customer, currency), oldest first; two searches for all."""
        found: dict[tuple[int, int], list] = {}
        lines = self.env["account.move.line"].search(
            [
                ("company_id", "=", company.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual", "<", 0),
                ("partner_id.commercial_partner_id", "in", partner_ids),
            ],
            order="date, id",
        )
        for line in lines:
            key = (line.partner_id.commercial_partner_id.id, line.currency_id.id)
            name = line.move_id.name or line.name or ""
            amount = _money(-line.amount_residual_currency)
            found.setdefault(key, []).append(
                message_context.Credit(name, line.date, amount)
            )
        payments = self.env["account.payment"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "in_process"),
                ("move_id", "=", False),
                ("payment_type", "=", "inbound"),
                ("partner_type", "=", "customer"),
                ("partner_id.commercial_partner_id", "in", partner_ids),
            ],
            order="date, id",
        )
        for payment in payments:
            key = (
                payment.partner_id.commercial_partner_id.id,
                payment.currency_id.id,
            )
            found.setdefault(key, []).append(
                message_context.Credit(
                    payment.name or payment.memo or "",
                    payment.date,
                    _money(payment.amount),
                )
            )
        return found
