"""Why invoices are contested: the company's own list."""

from odoo import fields, models


class RecouvrementDisputeReason(models.Model):
    """Why invoices are contested: the company's own list."""

    _name = "recouvrement.dispute.reason"
    _description = "Reason of a dispute"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users", "Usual owner", help="Who solves disputes of this kind."
    )
    days = fields.Integer(
        "Days to solve", default=15, help="Proposed as the due date of a new dispute."
    )
    active = fields.Boolean(default=True)

    _days_positive = models.Constraint(
        "CHECK(days > 0)", "A dispute is given a day at least."
    )
