from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.decision import Reason, Suspension

KIND_REASONS = {
    "hold": Reason.ON_HOLD,
    "dispute": Reason.DISPUTED,
    "promise": Reason.PROMISED,
    "plan": Reason.PLAN_RESPECTED,
    "overindebted": Reason.OVERINDEBTED,
    "handover": Reason.HANDED_OVER,
}


class RecouvrementHold(models.Model):
    """A suspension of the chase: what it names, why, by whom and until when."""

    _name = "recouvrement.hold"
    _description = "Recovery hold"
    _order = "date_end desc, id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "recouvrement.case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    kind = fields.Selection(
        [
            ("hold", "On hold"),
            ("dispute", "Dispute"),
            ("promise", "Promise to pay"),
            ("plan", "Payment plan"),
            ("overindebted", "Over-indebtedness"),
            ("handover", "Litigation"),
        ],
        required=True,
        default="hold",
    )
    reason = fields.Char(required=True)
    user_id = fields.Many2one(
        "res.users", "Author", required=True, default=lambda self: self.env.user
    )
    date_start = fields.Date(required=True, default=fields.Date.context_today)
    date_end = fields.Date("Until", required=True)
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False),"
        " ('parent_state', '=', 'posted'), ('company_id', '=', company_id)]",
        help="Leave empty to suspend the whole debtor.",
    )
    amount = fields.Monetary(
        help="Part of the item that is set aside; 0: the whole. The rest is chased."
    )
    active = fields.Boolean(default=True)

    _dates_ordered = models.Constraint(
        "CHECK(date_end >= date_start)", "A hold ends after it begins."
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "The part set aside cannot be negative."
    )

    @api.depends("kind", "reason", "date_end")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for hold in self:
            hold.display_name = f"{kinds.get(hold.kind)} · {hold.reason}"

    @api.constrains("amount", "move_line_ids")
    def _check_amount_has_one_item(self):
        for hold in self:
            if hold.amount and len(hold.move_line_ids) != 1:
                raise ValidationError(
                    self.env._(
                        "Hold “%(reason)s”: a part of an amount is set aside on one "
                        "item. Choose that item, or leave the amount at zero.",
                        reason=hold.reason,
                    )
                )

    def action_lift(self):
        """End the suspension now; the record stays as history."""
        for hold in self:
            owner = hold._owner()
            if owner:
                raise UserError(owner._lift_refusal())
        self.write({"active": False})
        for case in self.case_id:
            lifted = self.filtered(lambda hold, case=case: hold.case_id == case)
            case._message_log(
                body=self.env._(
                    "Suspension lifted: %(reasons)s",
                    reasons=", ".join(lifted.mapped("reason")),
                )
            )
        return True

    def _owner(self):
        """What ends it: the promise or the dispute that it waits for, if one."""
        self.ensure_one()
        field = f"{self.kind}_id"
        return self[field] if field in self._fields else None

    def _to_core(self) -> list[Suspension]:
        self.ensure_one()
        reason = KIND_REASONS[self.kind]
        amount = Decimal(str(self.amount)) if self.amount else None
        return [
            Suspension(reason, self.date_end, item_id, amount)
            for item_id in self.move_line_ids.ids or [0]
        ]
