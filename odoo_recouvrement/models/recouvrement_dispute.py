"""Disputes: what is contested, by whom it is solved, and the hold meanwhile."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
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
# What moves the hold, and is checked again.
TERMS = frozenset({"amount", "move_line_ids", "date_due"})


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


class RecouvrementDispute(models.Model):
    """What a customer contests of its items; the rest is still chased.

    It owns the hold that suspends what is contested, and Odoo's own « blocked »
    payment state where a whole invoice is.
    """

    _name = "recouvrement.dispute"
    _description = "Dispute"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, date_due, id"
    _check_company_auto = True

    case_id = fields.Many2one(
        "recouvrement.case",
        "Customer file",
        required=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="case_id.partner_id", store=True, string="Customer"
    )
    reason_id = fields.Many2one(
        "recouvrement.dispute.reason",
        required=True,
        ondelete="restrict",
        tracking=True,
    )
    description = fields.Text("What the customer says")
    move_line_ids = fields.Many2many(
        "account.move.line",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False),"
        " ('amount_residual', '>', 0), ('parent_state', '=', 'posted'),"
        " ('company_id', '=', company_id)]",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True
    )
    amount = fields.Monetary(
        "Contested",
        compute="_compute_amount",
        store=True,
        readonly=False,
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
    contact_id = fields.Many2one(
        "res.partner",
        "Raised by",
        ondelete="set null",
        domain="[('id', 'child_of', partner_id)]",
    )
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
        [("open", "Open"), ("closed", "Closed")],
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

    @api.depends("move_line_ids")
    def _compute_currency_id(self):
        for dispute in self:
            currency = dispute.move_line_ids[:1].currency_id
            dispute.currency_id = currency or dispute.company_id.currency_id

    @api.depends("move_line_ids")
    def _compute_amount(self):
        """All that the chosen items owe, unless somebody says less."""
        for dispute in self:
            lines = dispute.move_line_ids
            dispute.amount = sum(lines.mapped("amount_residual_currency"))

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

    # -------------------------------------------------------------- create and edit

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """The same dispute noted twice (a double click, two tabs) is noted once."""
        self._check_typed(*vals_list)
        disputes = self.browse()
        for vals in vals_list:
            disputes |= self._create_one(vals)
        return disputes

    def _create_one(self, vals):
        # pylint: disable-next=super-method-mismatch
        dispute = super().create([vals])
        dispute._check_items()
        twin = dispute._rivals().filtered(dispute._is_same_as)
        if twin:
            # No role deletes disputes: this copy is a minute old, nobody has seen it.
            dispute.sudo().unlink()
            return twin[0].with_env(self.env)
        dispute._check_amount()
        dispute._suspend()
        dispute._block()
        dispute.message_subscribe(dispute.user_id.partner_id.ids)
        dispute._note_on_case(
            self.env._(
                "Dispute opened: %(dispute)s, %(amount)s contested. %(text)s",
                dispute=dispute.display_name,
                amount=dispute._money(),
                text=dispute.description or "",
            )
        )
        if dispute.user_id != self.env.user:
            dispute._schedule(dispute.user_id, dispute.date_due)
        return dispute

    def write(self, vals):
        self._check_typed(vals)
        result = super().write(vals)
        if vals.keys() & TERMS:
            for dispute in self:
                if dispute.state == "closed":
                    raise UserError(
                        self.env._(
                            "The dispute “%(dispute)s” is closed: open another one.",
                            dispute=dispute.display_name,
                        )
                    )
                dispute._check_items()
                dispute._check_amount()
                dispute._unblock()
                dispute._suspend()
                dispute._block()
        return result

    def _check_typed(self, *vals_list):
        if not self.env.su and any(vals.keys() & LIFE_FIELDS for vals in vals_list):
            raise AccessError(
                self.env._("A dispute is asked about and closed by its buttons.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if not self.env.su:
            raise UserError(self.env._("A dispute stays in the file: close it."))

    def _check_items(self):
        self.ensure_one()
        lines = self.move_line_ids
        if not lines:
            raise ValidationError(
                self.env._("Choose what is contested: there is no item.")
            )
        foreign = lines - lines.filtered_domain(self.case_id._open_line_domain())
        if foreign:
            name = foreign[0].move_id.name or foreign[0].display_name
            raise ValidationError(
                self.env._(
                    "%(item)s: settled in the meantime. Nothing of it is left to "
                    "contest.",
                    item=name,
                )
                if foreign[0].reconciled
                else self.env._(
                    "%(item)s is no open item of %(customer)s.",
                    item=name,
                    customer=self.case_id.display_name,
                )
            )
        if len(lines.currency_id) > 1:
            raise ValidationError(
                self.env._(
                    "One dispute is in one currency: open one for each of "
                    "%(currencies)s.",
                    currencies=", ".join(lines.currency_id.mapped("name")),
                )
            )

    def _check_amount(self):
        compare = self.currency_id.compare_amounts
        free = self._free_amount()
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

    def _owed(self) -> float:
        return sum(self.move_line_ids.mapped("amount_residual_currency"))

    def _free_amount(self) -> float:
        """What these items owe, less what other open disputes contest of them."""
        owed = 0.0
        rivals = self._rivals()
        for line in self.move_line_ids:
            residual = line.amount_residual_currency
            for rival in rivals.filtered(
                lambda rival, line=line: line in rival.move_line_ids
            ):
                is_whole = len(rival.move_line_ids) > 1
                residual -= residual if is_whole else rival.amount
            owed += max(residual, 0.0)
        return self.currency_id.round(owed)

    def _rivals(self):
        """The other open disputes on some of the same items."""
        return self.search(
            [
                ("case_id", "=", self.case_id.id),
                ("state", "=", "open"),
                ("move_line_ids", "in", self.move_line_ids.ids),
                ("id", "!=", self.id),
            ]
        )

    def _is_same_as(self, other) -> bool:
        return (
            self.reason_id == other.reason_id
            and self.move_line_ids == other.move_line_ids
            and not self.currency_id.compare_amounts(self.amount, other.amount)
        )

    # --------------------------------------------------------------------- the hold

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

    # -------------------------------------------------------------------- the ledger

    def _follow(self, as_of):
        """Close what is settled; wait on, and tell, when the owner is late."""
        for dispute in self.filtered(lambda dispute: dispute.state == "open"):
            if all(line.reconciled for line in dispute.move_line_ids):
                dispute._close_settled(as_of)
            elif dispute.date_due < as_of:
                dispute._escalate(as_of)

    def _close_settled(self, as_of):
        """Everything contested is settled: by a credit note if there is one."""
        # A collector may not read payments matched: only credit notes are kept of them.
        matched = self.sudo().move_line_ids.matched_credit_ids
        credits = matched.credit_move_id.move_id.filtered(
            lambda move: move.move_type == "out_refund"
        )
        self._close("credited" if credits else "paid", as_of, credits=credits)

    def _close(self, outcome: str, day, *, credits=None, level=None):
        """The hold ends, the invoice is unblocked, the file says how it ended."""
        # No role types in how a dispute ends: its buttons and the ledger say it.
        for dispute in self.sudo():
            dispute.hold_ids.filtered("active").active = False
            dispute._unblock()
            dispute.write(
                {
                    "state": "closed",
                    "outcome": outcome,
                    "closed_on": day,
                    "close_user_id": self.env.uid,
                    "days_to_solve": (day - dispute.date).days,
                    "credit_move_ids": [(6, 0, credits.ids if credits else [])],
                    "resume_level_id": level.id if level else False,
                }
            )
            dispute.activity_ids.unlink()
            labels = dict(dispute._fields["outcome"]._description_selection(self.env))
            dispute._note_on_case(
                self.env._(
                    "Dispute closed: %(dispute)s. %(outcome)s.",
                    dispute=dispute.display_name,
                    outcome=labels[outcome],
                )
            )

    def _note_on_case(self, body: str):
        self.case_id._message_log(body=body)

    def _money(self) -> str:
        return format_amount(self.env, self.amount, self.currency_id)

    def _item_names(self) -> str:
        names = self.move_line_ids.mapped(lambda line: line.move_id.name or line.name)
        return ", ".join(dict.fromkeys(name or "" for name in names))

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()


class RecouvrementHold(models.Model):
    _inherit = "recouvrement.hold"

    dispute_id = fields.Many2one(
        "recouvrement.dispute", readonly=True, ondelete="cascade", index=True
    )

    def action_lift(self):
        """What is contested is set aside until the dispute is closed."""
        owned = self.filtered("dispute_id")
        if owned:
            raise UserError(
                self.env._(
                    "This is contested (%(dispute)s): close the dispute.",
                    dispute=owned[0].dispute_id.display_name,
                )
            )
        return super().action_lift()


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
        return {
            **self._window("recouvrement.dispute", self.env._("Dispute")),
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_move_line_ids": self._lines_to_speak_of()[:1].ids,
                "default_contact_id": self.contact_ids[:1].partner_id.id,
                "dialog_size": "large",
            },
        }
