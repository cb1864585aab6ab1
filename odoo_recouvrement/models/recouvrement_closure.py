from odoo import fields, models

from ..core.calendar import Closure


class RecouvrementClosure(models.Model):
    """Days without reminders, for a company or one debtor (« jamais en août »)."""

    _name = "recouvrement.closure"
    _description = "Recovery closed period"
    _order = "date_from"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    case_id = fields.Many2one(
        "recouvrement.case",
        ondelete="cascade",
        index="btree_not_null",
        help="Leave empty for a period that concerns every debtor.",
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)
    is_yearly = fields.Boolean("Every year", default=True)

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "A closed period ends after it begins."
    )

    def _to_core(self) -> Closure:
        self.ensure_one()
        return Closure(self.date_from, self.date_to, self.is_yearly)
