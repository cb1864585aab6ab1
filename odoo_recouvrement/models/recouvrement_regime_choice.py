"""Where a regime may be chosen: invoice, payment term, file, policy, company."""

from odoo import fields, models

READER = "odoo_recouvrement.group_recouvrement_reader"


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    recouvrement_regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        groups=READER,
        help="What the invoices with this payment term cost when they are late, "
        "unless the invoice says otherwise.",
    )


class RecouvrementPolicy(models.Model):
    _inherit = "recouvrement.policy"

    regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Leave empty for the regime of the debtor's legal profile.",
    )


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Leave empty for that of the policy, or of the debtor's legal profile.",
    )
    grace_ids = fields.One2many("recouvrement.grace", "case_id")
