from odoo import fields, models


class PaymentTransaction(models.Model):
    """A payment made on the debtor's page settles the items that were chosen there.

    Odoo matches a payment with whole invoices, the oldest instalment first; the debtor
    says which debt it pays (C. civ., art. 1342-10).
    """

    _inherit = "payment.transaction"

    recouvrement_item_ids = fields.Many2many(
        "account.move.line",
        "recouvrement_transaction_item_rel",
        string="Items chosen",
        readonly=True,
        copy=False,
    )

    def _create_payment(self, **extra_create_values):
        payment = super()._create_payment(**extra_create_values)
        items = self.recouvrement_item_ids
        if payment.move_id and not all(item.reconciled for item in items):
            received = payment.move_id.line_ids.filtered(
                lambda line: line.account_id == payment.destination_account_id
            )
            received.remove_move_reconcile()
            (received + items.filtered(lambda item: not item.reconciled)).reconcile()
        return payment
