"""Promises to pay: what was said, by whom, and the hold that waits for it."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount, format_date

from ..core.promise import covered

# How a promise came.
PROMISE_CHANNELS = [
    ("call", "Call"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("meeting", "Meeting"),
    ("portal", "Debtor's space"),
]
OPEN_STATES = ("pending",)
JUDGED_STATES = ("kept", "partly_kept", "broken")
# What the ledger says of a promise, never typed in.
JUDGED_FIELDS = frozenset({"state", "received", "judged_on", "hold_ids", "grace_days"})
# What moves the hold, and is checked again.
TERMS = frozenset({"date", "amount", "move_line_ids"})


class RecouvrementPromise(models.Model):
    """A date and an amount on chosen items; the ledger says what became of it.

    It owns the hold that suspends what it covers until its date plus a grace. An
    item may carry several open promises as long as together they do not exceed what
    it owes; a promise that would replaces the former ones, which keep their trace.
    """

    _name = "recouvrement.promise"
    _description = "Promise to pay"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
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
    user_id = fields.Many2one(
        "res.users", "Noted by", required=True, default=lambda self: self.env.user
    )
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
        compute="_compute_amount",
        store=True,
        readonly=False,
        tracking=True,
    )
    date = fields.Date("Promised for", required=True, tracking=True)
    made_on = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today, copy=False
    )
    grace_days = fields.Integer(
        "Grace", readonly=True, copy=False, help="Days left to the transfer to arrive."
    )
    date_last = fields.Date(
        "Judged after", compute="_compute_date_last", help="The date and its grace."
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Made by",
        ondelete="set null",
        domain="[('id', 'child_of', partner_id)]",
    )
    contact_name = fields.Char(
        "Name of who made it",
        compute="_compute_contact_name",
        store=True,
        help="Kept even if the contact is deleted.",
    )
    channel = fields.Selection(PROMISE_CHANNELS, required=True, default="call")
    note = fields.Char()
    postponed_count = fields.Integer("Postponed", readonly=True, copy=False)
    cancel_reason = fields.Char(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("pending", "Pending"),
            ("kept", "Kept"),
            ("partly_kept", "Partly kept"),
            ("broken", "Broken"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="pending",
        tracking=True,
        index=True,
    )
    received = fields.Monetary(readonly=True, copy=False)
    judged_on = fields.Date(readonly=True, copy=False)
    hold_ids = fields.One2many("recouvrement.hold", "promise_id", readonly=True)
    is_to_handle = fields.Boolean(
        "To handle",
        compute="_compute_is_to_handle",
        help="It was not kept, and nobody has dealt with it yet.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "A promise is for an amount above zero."
    )

    # ------------------------------------------------------------------- computes

    @api.depends("move_line_ids")
    def _compute_currency_id(self):
        for promise in self:
            currency = promise.move_line_ids[:1].currency_id
            promise.currency_id = currency or promise.company_id.currency_id

    @api.depends("move_line_ids")
    def _compute_amount(self):
        """All that the chosen items owe, unless somebody says less."""
        for promise in self:
            lines = promise.move_line_ids
            promise.amount = sum(lines.mapped("amount_residual_currency"))

    @api.depends("date", "grace_days")
    def _compute_date_last(self):
        for promise in self:
            promise.date_last = promise.date and promise.date + timedelta(
                days=promise.grace_days
            )

    @api.depends("contact_id")
    def _compute_contact_name(self):
        for promise in self:
            promise.contact_name = promise.contact_id.name or promise.contact_name

    @api.depends("hold_ids.active", "state")
    def _compute_is_to_handle(self):
        for promise in self:
            promise.is_to_handle = promise.state in ("broken", "partly_kept") and any(
                promise.hold_ids.mapped("active")
            )

    @api.depends("amount", "currency_id", "date")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(amount)s for %(date)s",
                amount=format_amount(
                    self.env, promise.amount, promise.currency_id
                ).replace("\N{NO-BREAK SPACE}", " "),
                date=format_date(self.env, promise.date),
            )

    # ------------------------------------------------------------- create and edit

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """The same promise noted twice (a double click, two tabs) is noted once."""
        self._check_typed(*vals_list)
        promises = self.browse()
        for vals in vals_list:
            promises |= self._create_one(vals)
        return promises

    def _create_one(self, vals):
        company = self.env["recouvrement.case"].browse(vals.get("case_id")).company_id
        # pylint: disable-next=super-method-mismatch
        promise = super().create(
            [{**vals, "grace_days": company.recouvrement_promise_grace}]
        )
        promise._drop_settled_items()
        promise._check_terms()
        twin = promise._rivals().filtered(promise._is_same_as)
        if twin:
            # No role deletes promises: this copy is a minute old, nobody has seen it.
            promise.sudo().unlink()
            return twin[0].with_env(self.env)
        promise._replace_rivals()
        promise._note_on_case(
            self.env._(
                "Promise noted: %(promise)s, on %(items)s.",
                promise=promise.display_name,
                items=promise._item_names(),
            )
        )
        promise._suspend()
        return promise

    def write(self, vals):
        self._check_typed(vals)
        if not vals.keys() & TERMS:
            return super().write(vals)
        closed = self.filtered(lambda promise: promise.state not in OPEN_STATES)
        if closed:
            raise UserError(
                self.env._(
                    "The promise of %(promise)s is over: note a new one.",
                    promise=closed[0].display_name,
                )
            )
        before = {promise.id: promise.date for promise in self}
        result = super().write(vals)
        for promise in self:
            promise._check_terms()
            promise._replace_rivals()
            promise._note_postponed(before[promise.id])
            promise._suspend()
        return result

    def _check_typed(self, *vals_list):
        if not self.env.su and any(vals.keys() & JUDGED_FIELDS for vals in vals_list):
            raise AccessError(
                self.env._(
                    "What became of a promise is read from the ledger, not typed in."
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if not self.env.su:
            raise UserError(
                self.env._("A promise stays in the file: cancel it instead.")
            )

    def _drop_settled_items(self):
        """What was paid while the screen was open is not promised any more."""
        self.ensure_one()
        settled = self.move_line_ids.filtered("reconciled")
        if settled and settled == self.move_line_ids:
            raise ValidationError(
                self.env._(
                    "%(items)s: paid in the meantime. Nothing is left to promise.",
                    items=self._item_names(),
                )
            )
        if settled:
            amount = self.amount
            self._write_terms({"move_line_ids": [(3, line.id) for line in settled]})
            self._write_terms({"amount": min(amount, self._open_amount())})

    def _write_terms(self, vals):
        """As they are noted: the guards of ``write`` are for what comes later."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _open_amount(self) -> float:
        return sum(self.move_line_ids.mapped("amount_residual_currency"))

    def _check_terms(self):
        self.ensure_one()
        self._check_items()
        today = fields.Date.context_today(self)
        if self.date < today:
            raise ValidationError(
                self.env._(
                    "A promise is for today or a later day: %(date)s is past.",
                    date=format_date(self.env, self.date),
                )
            )
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise ValidationError(self.env._("A promise is for an amount above zero."))
        if self.currency_id.compare_amounts(self.amount, self._open_amount()) > 0:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than these items owe (%(open)s): lower the "
                    "amount, or add items.",
                    amount=format_amount(self.env, self.amount, self.currency_id),
                    open=format_amount(self.env, self._open_amount(), self.currency_id),
                )
            )

    def _check_items(self):
        lines = self.move_line_ids
        if not lines:
            raise ValidationError(
                self.env._("Choose the items that are promised: there is none.")
            )
        if len(lines.currency_id) > 1:
            raise ValidationError(
                self.env._(
                    "One promise is in one currency: note one for each of "
                    "%(currencies)s.",
                    currencies=", ".join(lines.currency_id.mapped("name")),
                )
            )
        foreign = lines - lines.filtered_domain(self.case_id._open_line_domain())
        if foreign:
            raise ValidationError(
                self.env._(
                    "%(item)s is no open item of %(customer)s.",
                    item=foreign[0].move_id.name or foreign[0].display_name,
                    customer=self.case_id.display_name,
                )
            )

    # -------------------------------------------------- several promises on an item

    def _rivals(self):
        """The other open promises on some of the same items."""
        self.ensure_one()
        return self.search(
            [
                ("case_id", "=", self.case_id.id),
                ("state", "in", OPEN_STATES),
                ("move_line_ids", "in", self.move_line_ids.ids),
                ("id", "!=", self.id),
            ]
        )

    def _is_same_as(self, other) -> bool:
        return (
            self.date == other.date
            and self.move_line_ids == other.move_line_ids
            and not self.currency_id.compare_amounts(self.amount, other.amount)
        )

    def _replace_rivals(self):
        """Former promises stand beside this one if the items owe enough for all."""
        rivals = self._rivals()
        lines = self.move_line_ids | rivals.move_line_ids
        owed = sum(lines.mapped("amount_residual_currency"))
        promised = self.amount + sum(rivals.mapped("amount"))
        if rivals and self.currency_id.compare_amounts(promised, owed) > 0:
            rivals._cancel(
                self.env._("Replaced: %(promise)s", promise=self.display_name)
            )
        # A new word on the same items answers the broken ones.
        self._missed()._close_holds()

    def _missed(self):
        """Promises on the same items that were not kept and wait for somebody."""
        return self.search(
            [
                ("case_id", "=", self.case_id.id),
                ("state", "in", ("broken", "partly_kept")),
                ("move_line_ids", "in", self.move_line_ids.ids),
                ("hold_ids.active", "=", True),
            ]
        )

    # ------------------------------------------------------------------- the hold

    def _suspend(self):
        """Set aside what is promised until its date and grace; take back the rest."""
        self.ensure_one()
        # A collector may not delete holds: a promise owns its own.
        promise = self.sudo()
        promise.hold_ids.unlink()
        lines = self.move_line_ids.sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
        open_items = [
            (line.id, Decimal(str(line.amount_residual_currency))) for line in lines
        ]
        parts = covered(open_items, Decimal(str(self.amount)))
        whole = [part.item_id for part in parts if part.amount is None]
        values = {
            "case_id": self.case_id.id,
            "kind": "promise",
            "reason": self.display_name,
            "user_id": self.user_id.id,
            "date_start": self.made_on,
            "date_end": self.date_last,
            "promise_id": self.id,
        }
        holds = [{**values, "move_line_ids": [(6, 0, whole)]}] if whole else []
        holds += [
            {
                **values,
                "move_line_ids": [(6, 0, [part.item_id])],
                "amount": float(part.amount),
            }
            for part in parts
            if part.amount is not None
        ]
        promise.hold_ids.create(holds)
        self.case_id._cancel_waiting(self.display_name, lines)
        self.case_id._refresh()

    def _close_holds(self):
        """The holds stay as history."""
        # An accountant who matches a payment may not write holds: these end with it.
        self.sudo().hold_ids.filtered("active").active = False

    # ------------------------------------------------------------------ the actions

    def action_postpone(self, date, note: str = ""):
        """Another day; how often it was put off stays on the promise."""
        values = {"date": fields.Date.to_date(date)}
        self.write({**values, "note": note} if note else values)
        return True

    def action_cancel(self, reason: str = ""):
        """Nothing is expected any more: the chase goes on."""
        self.check_access("write")
        self._cancel(
            reason
            or self.env._("Cancelled by %(user)s", user=self.env.user.display_name)
        )
        self.case_id._refresh()
        return True

    def action_handled(self):
        """Somebody dealt with the promise that was not kept."""
        self.check_access("write")
        self._close_holds()
        for promise in self:
            promise._note_on_case(
                self.env._(
                    "Promise of %(promise)s dealt with.", promise=promise.display_name
                )
            )
        self.case_id._refresh()
        return True

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()

    def _cancel(self, reason: str):
        pending = self.filtered(lambda promise: promise.state in OPEN_STATES)
        # No role types in a state: the ledger or an action says it.
        pending.sudo().write({"state": "cancelled", "cancel_reason": reason})
        pending._close_holds()
        for promise in pending:
            promise._note_on_case(
                self.env._(
                    "Promise of %(promise)s cancelled: %(reason)s",
                    promise=promise.display_name,
                    reason=reason,
                )
            )

    # -------------------------------------------------------------------- the trace

    def _note_postponed(self, before):
        if self.date <= before:
            return
        # No role types in how often it was put off: it is counted.
        self.sudo().write({"postponed_count": self.postponed_count + 1})
        self._note_on_case(
            self.env._(
                "Promise postponed from %(before)s: %(promise)s.",
                before=format_date(self.env, before),
                promise=self.display_name,
            )
        )

    def _note_on_case(self, body: str):
        self.case_id._message_log(body=body)

    def _item_names(self) -> str:
        names = self.move_line_ids.mapped(lambda line: line.move_id.name or line.name)
        return ", ".join(dict.fromkeys(name or "" for name in names))


class RecouvrementHold(models.Model):
    _inherit = "recouvrement.hold"

    promise_id = fields.Many2one(
        "recouvrement.promise", readonly=True, ondelete="cascade", index=True
    )

    def action_lift(self):
        """What a promise set aside ends with the promise."""
        owned = self.filtered("promise_id")
        if owned:
            raise UserError(
                self.env._(
                    "This waits for the promise of %(promise)s: postpone or cancel the "
                    "promise.",
                    promise=owned[0].promise_id.display_name,
                )
            )
        return super().action_lift()
