"""The payment plan: a delay granted on chosen items, by instalments, in writing."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..core.money import ZERO

STATES = [
    ("draft", "Draft"),
    ("proposed", "Proposed"),
    ("agreed", "Agreed"),
    ("kept", "Respected"),
    ("broken", "Breached"),
    ("cancelled", "Called off"),
]
# From each state, where a plan may go; a kept plan is agreed again when a payment
# comes back, a broken one when a manager says so.
TRANSITIONS = {
    "draft": {"proposed", "cancelled"},
    "proposed": {"draft", "agreed", "cancelled"},
    "agreed": {"kept", "broken", "cancelled"},
    "kept": {"agreed"},
    "broken": {"agreed"},
    "cancelled": set(),
}
# What the parties agree upon: open in a draft, closed from the proposal on.
TERMS = frozenset(
    "case_id move_line_ids penalties mode count amount first_date every grace_days "
    "instalment_ids".split()
)
# What is written by the buttons and by the ledger, never typed in.
OWN = frozenset(
    "state name version previous_id proposed_date proposal_id proposal_sha256 pdf_id "
    "pdf_sha256 terms_sha256 signed_date signed_name signature signature_ip signed_at "
    "signature_mention scan_id scan_sha256 agreed_user_id hold_id closed_date "
    "closed_reason received left progress next_date next_amount is_late "
    "reinstated_date is_dispute_told".split()
)


class RecouvrementPlan(models.Model):
    """draft → proposed → agreed → kept | broken; cancelled before or by consent.

    A proposal is a numbered document that no longer changes; an agreement is signed.
    What was paid of each instalment is read from the ledger, never typed in.
    """

    _name = "recouvrement.plan"
    _description = "Payment plan"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, index="btree_not_null")
    company_id = fields.Many2one(
        related="case_id.company_id", store=True, precompute=True, index=True
    )
    case_id = fields.Many2one(
        "recouvrement.case", "File", required=True, ondelete="restrict", index=True
    )
    partner_id = fields.Many2one(
        related="case_id.partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    profile = fields.Selection(related="case_id.profile", string="Legal profile")
    user_id = fields.Many2one(
        "res.users", "Collector", default=lambda self: self.env.user
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, default="draft", index=True, tracking=True
    )
    version = fields.Integer(readonly=True, default=1, copy=False)
    previous_id = fields.Many2one(
        "recouvrement.plan", "Replaces", readonly=True, copy=False, index=True
    )

    # The terms
    move_line_ids = fields.Many2many(
        "account.move.line",
        "recouvrement_plan_move_line_rel",
        "plan_id",
        "move_line_id",
        string="Items chosen",
        copy=False,
        domain="[('partner_id', 'child_of', partner_id),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False),"
        " ('amount_residual', '>', 0),"
        " ('parent_state', '=', 'posted'), ('company_id', '=', company_id)]",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True
    )
    penalties = fields.Selection(
        [
            ("reserved", "Kept apart: still due, and not in the plan"),
            ("included", "Included in the instalments"),
            ("waived", "Waived if the plan is kept"),
        ],
        required=True,
        default="reserved",
    )
    mode = fields.Selection(
        [("count", "In a number of instalments"), ("amount", "By an amount each time")],
        "Spread",
        required=True,
        default="count",
    )
    count = fields.Integer("Instalments", default=3)
    amount = fields.Monetary("Amount each time")
    first_date = fields.Date("First instalment on", default=lambda s: s._first_date())
    every = fields.Selection(
        [
            ("week", "Every week"),
            ("fortnight", "Every two weeks"),
            ("month", "Every month"),
            ("quarter", "Every quarter"),
        ],
        required=True,
        default="month",
    )
    grace_days = fields.Integer(
        "Grace period",
        default=lambda self: self.env.company.recouvrement_plan_grace_days,
        help="Days after an instalment during which it may still be paid.",
    )
    has_reminders = fields.Boolean(
        "Reminder before each instalment",
        default=True,
        help="Untick it for a debtor who does not want them.",
    )
    note = fields.Text("Internal note")
    instalment_ids = fields.One2many("recouvrement.plan.instalment", "plan_id")
    item_ids = fields.One2many("recouvrement.plan.item", "plan_id", readonly=True)

    # The debt, on the day of the proposal
    principal = fields.Monetary(compute="_compute_debt", store=True)
    interest = fields.Monetary("Late interest", compute="_compute_debt", store=True)
    fee = fields.Monetary("Recovery fees", compute="_compute_debt", store=True)
    total = fields.Monetary(compute="_compute_debt", store=True)

    # The documents and the signature
    proposed_date = fields.Date("Proposed on", readonly=True, copy=False)
    proposal_id = fields.Many2one(
        "ir.attachment", readonly=True, copy=False, ondelete="restrict"
    )
    proposal_sha256 = fields.Char("SHA-256 of the proposal", readonly=True, copy=False)
    pdf_id = fields.Many2one(
        "ir.attachment", "Agreement", readonly=True, copy=False, ondelete="restrict"
    )
    pdf_sha256 = fields.Char("SHA-256 of the agreement", readonly=True, copy=False)
    terms_sha256 = fields.Char("SHA-256 of the terms", readonly=True, copy=False)
    signed_date = fields.Date("Signed on", readonly=True, copy=False)
    signed_name = fields.Char("Signed by", readonly=True, copy=False)
    signed_at = fields.Datetime("Signed at", readonly=True, copy=False)
    signature = fields.Binary(readonly=True, copy=False, attachment=True)
    signature_ip = fields.Char("Signed from", readonly=True, copy=False)
    signature_mention = fields.Char("Words of the debtor", readonly=True, copy=False)
    scan_id = fields.Many2one(
        "ir.attachment", "Signed copy", readonly=True, copy=False, ondelete="restrict"
    )
    scan_sha256 = fields.Char("SHA-256 of the signed copy", readonly=True, copy=False)
    agreed_user_id = fields.Many2one(
        "res.users", "Agreed for the company by", readonly=True, copy=False
    )
    hold_id = fields.Many2one(
        "recouvrement.hold", readonly=True, copy=False, index=True
    )

    # Where it stands: read from the ledger each day and at each payment
    received = fields.Monetary(readonly=True, copy=False)
    left = fields.Monetary("Left to pay", readonly=True, copy=False)
    progress = fields.Float("Paid (%)", readonly=True, copy=False, aggregator="avg")
    next_date = fields.Date("Next instalment", readonly=True, copy=False)
    next_amount = fields.Monetary("Next amount", readonly=True, copy=False)
    is_late = fields.Boolean("Instalment missed", readonly=True, copy=False)
    is_dispute_told = fields.Boolean(readonly=True, copy=False)
    reinstated_date = fields.Date("Reinstated on", readonly=True, copy=False)
    closed_date = fields.Date("Ended on", readonly=True, copy=False)
    closed_reason = fields.Char("How it ended", readonly=True, copy=False)

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "A plan has its own number."
    )
    _grace_range = models.Constraint(
        "CHECK(grace_days BETWEEN 0 AND 60)",
        "The grace of a plan lasts from 0 to 60 days.",
    )

    # ------------------------------------------------------------------ computing

    @api.model
    def _first_date(self):
        """The month that follows gives the debtor time to sign."""
        return fields.Date.context_today(self) + timedelta(days=15)

    @api.depends("name", "partner_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for plan in self:
            label = plan.name or self.env._("Draft plan")
            plan.display_name = f"{label} · {plan.partner_id.display_name or ''}"

    @api.depends("move_line_ids", "case_id")
    def _compute_currency_id(self):
        for plan in self:
            plan.currency_id = (
                plan.move_line_ids[:1].currency_id
                or plan.currency_id
                or plan.case_id.currency_id
            )

    @api.depends("move_line_ids", "penalties")
    def _compute_debt(self):
        """The debt of the draft as of today; frozen in its items once proposed."""
        today = fields.Date.context_today(self)
        for plan in self:
            if plan.state not in (False, "draft"):
                items = plan.item_ids
                figures = [
                    (_money(item.principal), _money(item.interest), _money(item.fee))
                    for item in items
                ]
            else:
                figures = plan._figures(today).values()
            sums = [sum(column, ZERO) for column in zip(*figures, strict=True)]
            plan.principal, plan.interest, plan.fee = (
                map(float, sums) if sums else (0.0, 0.0, 0.0)
            )
            plan.total = float(sum(sums, ZERO))

    def _figures(self, as_of) -> dict[int, tuple[Decimal, Decimal, Decimal]]:
        """Principal, interest and fee of each chosen item, as the plan takes them."""
        self.ensure_one()
        lines = self.move_line_ids._origin
        penalties = {}
        if self.penalties == "included" and lines:
            penalties = self._open_penalties(lines, as_of)
        return {
            line.id: (
                _money(line.amount_residual_currency),
                *penalties.get(line.id, (ZERO, ZERO)),
            )
            for line in lines
        }

    # --------------------------------------------------------------------- guards

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & OWN for vals in vals_list):
            self._refuse_falsification()
        return super().create(vals_list)

    def write(self, vals):
        if vals.keys() & OWN and not self.env.su:
            self._refuse_falsification()
        if vals.keys() & TERMS:
            self._check_open()
        return super().write(vals)

    def _refuse_falsification(self):
        raise AccessError(
            self.env._("Where a plan stands is written by its buttons and payments.")
        )

    def _check_open(self):
        """The terms change in a draft only."""
        closed = self.filtered(lambda plan: plan.state != "draft")
        if closed:
            raise UserError(
                self.env._(
                    "The plan %(plan)s has been proposed: its terms no longer change. "
                    "Take the proposal back, or make a new version.",
                    plan=closed[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        kept = self.filtered("name")
        if kept:
            raise UserError(
                self.env._(
                    "The plan %(plan)s was proposed: cancel it, its trace stays.",
                    plan=kept[0].display_name,
                )
            )

    @api.constrains("move_line_ids", "case_id")
    def _check_items(self):
        for plan in self:
            foreign = plan.move_line_ids.filtered(
                lambda line, plan=plan: (
                    line.partner_id.commercial_partner_id != plan.partner_id
                    or line.company_id != plan.company_id
                    or line.account_type != "asset_receivable"
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(item)s is not owed by %(customer)s: choose items of this "
                        "file.",
                        item=foreign[0].display_name,
                        customer=plan.partner_id.display_name,
                    )
                )
            if len(plan.move_line_ids.currency_id) > 1:
                raise ValidationError(
                    self.env._(
                        "A plan has one currency: make another one for the items in "
                        "%(currency)s.",
                        currency=plan.move_line_ids.currency_id[-1].name,
                    )
                )

    # --------------------------------------------------------------------- states

    def _set_state(self, state: str, **values) -> None:
        """The only door to a new state; rights are checked by the actions."""
        for plan in self:
            if state not in TRANSITIONS[plan.state]:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "The plan %(plan)s is “%(state)s”: it cannot become "
                        "“%(wanted)s”.",
                        plan=plan.display_name,
                        state=labels[plan.state],
                        wanted=labels[state],
                    )
                )
        # No role types in a state, nor writes the register of items.
        plans = self.sudo()
        plans.write({**values, "state": state})
        plans.item_ids.write({"is_active": state == "agreed"})


def _money(amount: float) -> Decimal:
    """From the ORM's float to the core's Decimal: what is written on the screen."""
    return Decimal(str(amount or 0))
