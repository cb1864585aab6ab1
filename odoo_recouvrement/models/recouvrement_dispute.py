"""Disputes: what is contested, by whom it is solved, and the hold meanwhile."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount

# How it ended.
OUTCOMES = [
    ("credited", "Justified: credit note"),
    ("unjustified", "Not justified: the chase resumes"),
    ("paid", "Settled by payment"),
    ("abandoned", "Abandoned by the customer"),
]
# Changed by the buttons only.
LIFE_FIELDS = frozenset(
    "state outcome closed_on close_user_id days_to_solve credit_move_ids"
    " resume_level_id hold_ids blocked_move_ids escalated_on asked_on answered_on"
    " asked_partner_id".split()
)


class RecouvrementDispute(models.Model):
    """What a customer contests of its items; the rest is still chased.

    It owns the hold that suspends what is contested, and Odoo's own « blocked »
    payment state where a whole invoice is.
    """

    _name = "recouvrement.dispute"
    _description = "Dispute"
    _inherit = ["recouvrement.noted.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "state desc, date_due, id"
    _check_company_auto = True

    _life_fields = LIFE_FIELDS
    _term_fields = frozenset({"amount", "move_line_ids", "date_due"})
    _open_states = ("open",)

    reason_id = fields.Many2one(
        "recouvrement.dispute.reason",
        required=True,
        ondelete="restrict",
        tracking=True,
    )
    description = fields.Text("What the customer says")
    amount = fields.Monetary(
        "Contested",
        tracking=True,
        help="A part of an item suffices: the rest is still chased.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency", store=True
    )
    amount_company = fields.Monetary(
        "Contested (company currency)",
        compute="_compute_amount_company",
        store=True,
        currency_field="company_currency_id",
    )
    contact_id = fields.Many2one(string="Raised by")
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
        help="Who solves it.",
    )
    date = fields.Date(
        "Opened on", required=True, readonly=True, default=fields.Date.context_today
    )
    date_due = fields.Date(
        "To solve by",
        compute="_compute_date_due",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        tracking=True,
    )
    state = fields.Selection(
        [("open", "To solve"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="open",
        tracking=True,
        index=True,
    )
    is_late = fields.Boolean("Late", compute="_compute_is_late")
    escalated_on = fields.Date("Escalated on", readonly=True, copy=False)

    # The internal question
    asked_partner_id = fields.Many2one("res.partner", "Asked", readonly=True)
    asked_on = fields.Datetime(readonly=True, copy=False)
    answered_on = fields.Datetime(readonly=True, copy=False)

    # How it ended
    outcome = fields.Selection(OUTCOMES, readonly=True, copy=False, tracking=True)
    closed_on = fields.Date(readonly=True, copy=False)
    close_user_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)
    days_to_solve = fields.Integer(readonly=True, copy=False, aggregator="avg")
    credit_move_ids = fields.Many2many(
        "account.move",
        "recouvrement_dispute_credit_rel",
        string="Credit notes",
        readonly=True,
        copy=False,
    )
    resume_level_id = fields.Many2one(
        "recouvrement.policy.level", "Chase resumed at", readonly=True, copy=False
    )
    hold_ids = fields.One2many("recouvrement.hold", "dispute_id", readonly=True)
    blocked_move_ids = fields.Many2many(
        "account.move",
        "recouvrement_dispute_blocked_rel",
        string="Invoices blocked",
        readonly=True,
        copy=False,
        help="Blocked by this dispute, and by nobody else before it.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A dispute is about an amount above zero."
    )

    # ------------------------------------------------------------------- computes

    @api.depends("amount", "currency_id", "date")
    def _compute_amount_company(self):
        for dispute in self:
            dispute.amount_company = dispute.currency_id._convert(
                dispute.amount,
                dispute.company_id.currency_id,
                dispute.company_id,
                dispute.date or fields.Date.context_today(dispute),
            )

    @api.depends("reason_id")
    def _compute_user_id(self):
        for dispute in self:
            dispute.user_id = (
                dispute.reason_id.user_id or dispute.user_id or self.env.user
            )

    @api.depends("reason_id")
    def _compute_date_due(self):
        for dispute in self:
            start = dispute.date or fields.Date.context_today(dispute)
            days = dispute.reason_id.days or 15
            dispute.date_due = start + timedelta(days=days)

    @api.depends("date_due", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for dispute in self:
            dispute.is_late = bool(
                dispute.state == "open"
                and dispute.date_due
                and dispute.date_due < today
            )

    @api.depends("reason_id", "move_line_ids")
    def _compute_display_name(self):
        for dispute in self:
            names = dispute._item_names()
            dispute.display_name = " · ".join(
                filter(None, (dispute.reason_id.name, names))
            )

    # -------------------------------------------------------------- noted and changed

    def _refusals(self):
        return {
            "typed": self.env._("A dispute is asked about and closed by its buttons."),
            "deleted": self.env._("A dispute stays in the file: close it."),
            "over": self.env._("The dispute “%(noted)s” is closed: open another one."),
            "no_item": self.env._("Choose what is contested: there is no item."),
            "currencies": self.env._(
                "One dispute is in one currency: open one for each of %(currencies)s."
            ),
        }

    def _settle_in(self):
        self._check_amount(self._earlier_rivals())
        self._suspend()
        self._block()
        self.message_subscribe(self.user_id.partner_id.ids)
        self._note_on_case(
            self.env._(
                "Dispute opened: %(dispute)s, %(amount)s contested. %(text)s",
                dispute=self.display_name,
                amount=self._money(),
                text=self.description or "",
            )
        )
        if self.user_id != self.env.user:
            self._schedule(self.user_id, self.date_due)

    def _follow_terms(self):
        self._check_amount(self._rivals())
        self._unblock()
        self._suspend()
        self._block()

    def _check_amount(self, rivals):
        compare = self.currency_id.compare_amounts
        free = self._free_amount(rivals)
        if compare(self.amount, 0) <= 0:
            raise ValidationError(
                self.env._("A dispute is about an amount above zero.")
            )
        if compare(self.amount, free) > 0:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than these items owe and nobody contests yet "
                    "(%(free)s): lower the amount, or add items.",
                    amount=self._money(),
                    free=format_amount(self.env, free, self.currency_id),
                )
            )
        if len(self.move_line_ids) > 1 and compare(self.amount, self._owed()) < 0:
            raise ValidationError(
                self.env._(
                    "A part of an amount is contested on one item: open a dispute "
                    "for each item, or contest all of them whole."
                )
            )

    def _free_amount(self, rivals) -> float:
        """What these items owe, less what rivals contest of them."""
        owed = 0.0
        for line in self.move_line_ids:
            residual = line.amount_residual_currency
            for rival in rivals.filtered(
                lambda rival, line=line: line in rival.move_line_ids
            ):
                is_whole = len(rival.move_line_ids) > 1
                residual -= residual if is_whole else rival.amount
            owed += max(residual, 0.0)
        return self.currency_id.round(owed)

    def _is_same_as(self, other) -> bool:
        return self.reason_id == other.reason_id and super()._is_same_as(other)

    def _money(self) -> str:
        return format_amount(self.env, self.amount, self.currency_id)


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    dispute_ids = fields.One2many("recouvrement.dispute", "case_id")
    dispute_count = fields.Integer("Disputes open", compute="_compute_dispute_count")

    @api.depends("dispute_ids.state")
    def _compute_dispute_count(self):
        counts = defaultdict(
            int,
            self.env["recouvrement.dispute"]._read_group(
                [("case_id", "in", self.ids), ("state", "=", "open")],
                ["case_id"],
                ["__count"],
            ),
        )
        for case in self:
            case.dispute_count = counts[case]

    def _follow_ledger(self, as_of):
        result = super()._follow_ledger(as_of)
        self.env["recouvrement.dispute"].search(
            [("case_id", "in", self.ids), ("state", "=", "open")]
        )._follow(as_of)
        return result

    @api.model
    def _follow_domain(self):
        return super()._follow_domain() | Domain("dispute_ids.state", "=", "open")

    def action_open_dispute(self):
        """Open a dispute; the items are chosen, the oldest is proposed."""
        self.ensure_one()
        lines = self._lines_to_speak_of()
        lines = lines if self._has_ticked() else lines[:1]
        return {
            **self._window("recouvrement.dispute", self.env._("Dispute")),
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_move_line_ids": lines.ids,
                "default_contact_id": self.contact_ids[:1].partner_id.id,
                "dialog_size": "large",
            },
        }
