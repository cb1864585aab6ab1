"""Calls: what was said, and what follows from it in one gesture."""

import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_datetime

# What may still be written once a call is noted.
NOTE_FIELDS = frozenset({"note"})


class RecouvrementCall(models.Model):
    """One call, or one attempt: creating it does what its outcome says."""

    _name = "recouvrement.call"
    _inherit = ["recouvrement.noted.mixin"]
    _description = "Recovery call"
    _order = "date desc, id desc"
    _check_company_auto = True

    user_id = fields.Many2one(
        "res.users", "Caller", required=True, default=lambda self: self.env.user
    )
    date = fields.Datetime(
        "Called at", required=True, default=fields.Datetime.now, index=True
    )
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Received")], required=True, default="out"
    )
    contact_name = fields.Char(
        compute="_compute_contact_name",
        store=True,
        help="Kept even if the contact is deleted.",
    )
    phone = fields.Char("Number", compute="_compute_phone", store=True, readonly=False)
    outcome_id = fields.Many2one(
        "recouvrement.call.outcome", required=True, ondelete="restrict"
    )
    kind = fields.Selection(related="outcome_id.kind", store=True)
    is_reached = fields.Boolean(related="outcome_id.is_reached", store=True)
    note = fields.Text()
    # Whatever was spoken of; what is settled meanwhile stays on the call.
    move_line_ids = fields.Many2many(domain=[])
    counts_as_reminder = fields.Boolean(
        "This call counts as a reminder",
        compute="_compute_counts_as_reminder",
        store=True,
        readonly=False,
        help="The level of the items rises as if the reminder had been sent.",
    )
    reminder_id = fields.Many2one("recouvrement.reminder", readonly=True)

    # What the outcome asks for
    promise_date = fields.Date("Promised for")
    reason_id = fields.Many2one("recouvrement.dispute.reason")
    owner_id = fields.Many2one(
        "res.users",
        compute="_compute_owner_id",
        store=True,
        readonly=False,
    )
    is_resent = fields.Boolean(
        "Send the invoices again",
        compute="_compute_counts_as_reminder",
        store=True,
        readonly=False,
    )
    callback_date = fields.Datetime("Call back at")
    instalments = fields.Integer(
        compute="_compute_plan_terms", store=True, readonly=False
    )
    instalment_date = fields.Date(
        "First instalment on", compute="_compute_plan_terms", store=True, readonly=False
    )

    # What followed
    promise_id = fields.Many2one("recouvrement.promise", readonly=True)
    dispute_id = fields.Many2one("recouvrement.dispute", readonly=True)
    plan_id = fields.Many2one("recouvrement.plan", readonly=True)
    token = fields.Char(
        default=lambda self: uuid.uuid4().hex,
        copy=False,
        help="One per screen: the same call sent twice is noted once.",
    )

    _token_unique = models.UniqueIndex("(token)", "This call is noted already.")
    _case_date_idx = models.Index("(case_id, date)")

    # ------------------------------------------------------------------- computes

    @api.depends("contact_id")
    def _compute_contact_name(self):
        for call in self:
            call.contact_name = call.contact_id.name or call.contact_name

    @api.depends("contact_id", "case_id")
    def _compute_phone(self):
        for call in self:
            call.phone = call.contact_id.phone or call.partner_id.phone

    @api.depends("move_line_ids", "outcome_id")
    def _compute_amount(self):
        """A promise is for everything; a dispute begins with the oldest item."""
        for call in self:
            lines = call.move_line_ids
            if call.outcome_id.kind == "dispute":
                lines = lines._recouvrement_oldest_first()[:1]
            asked = call.outcome_id.kind in ("promise", "dispute")
            owed = sum(lines.mapped("amount_residual_currency"))
            call.amount = owed if asked else 0

    @api.depends("outcome_id")
    def _compute_counts_as_reminder(self):
        for call in self:
            outcome = call.outcome_id
            call.counts_as_reminder = outcome.counts_as_reminder and bool(
                call.case_id._reminder_to_call()
            )
            call.is_resent = outcome.kind == "not_received"

    @api.depends("outcome_id")
    def _compute_plan_terms(self):
        """Those of a plan opened by hand, until somebody says otherwise."""
        terms = self.env["recouvrement.plan"].default_get(["count", "first_date"])
        for call in self:
            is_asked = call.outcome_id.kind == "plan"
            call.instalments = is_asked and terms["count"]
            call.instalment_date = is_asked and terms["first_date"]

    @api.depends("reason_id")
    def _compute_owner_id(self):
        for call in self:
            call.owner_id = call.reason_id.user_id or call.owner_id or self.env.user

    @api.depends("partner_id", "date", "outcome_id")
    def _compute_display_name(self):
        for call in self:
            call.display_name = " · ".join(
                filter(
                    None,
                    (
                        call.partner_id.display_name,
                        format_datetime(self.env, call.date, dt_format="short"),
                        call.outcome_id.name,
                    ),
                )
            )

    # -------------------------------------------------------------------- the register

    @api.model_create_multi
    def create(self, vals_list):
        """Note the calls; a call that was sent twice is noted once."""
        tokens = [vals.get("token") or uuid.uuid4().hex for vals in vals_list]
        noted = {call.token: call for call in self.search([("token", "in", tokens)])}
        new = {
            token: {**vals, "token": token}
            for token, vals in zip(tokens, vals_list, strict=True)
            if token not in noted
        }
        calls = super().create(list(new.values()))
        noted.update(zip(new, calls, strict=True))
        return self.browse().union(*(noted[token] for token in tokens))

    def write(self, vals):
        if not self.env.su and vals.keys() - NOTE_FIELDS:
            raise AccessError(
                self.env._(
                    "A call that is noted stays as it is: only its note changes."
                )
            )
        return super().write(vals)

    def _refusals(self):
        return {"deleted": self.env._("Calls are a register: none is deleted.")}

    def _earlier_rivals(self):
        return self.browse()  # two calls may say the same

    def _check_noted(self):
        if self.direction == "in" or self.env.context.get("recouvrement_past_call"):
            return
        problem = self.case_id._call_refusal(self.date, self.contact_id, call=self)
        if problem:
            raise ValidationError(problem)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _recouvrement_oldest_first(self):
        return self.sorted(lambda line: (line.date_maturity or line.date, line.id))
