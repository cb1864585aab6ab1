"""Promises to pay: what was said, by whom, and the hold that waits for it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import format_amount, format_date

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


class RecouvrementPromise(models.Model):
    """A date and an amount on chosen items; the ledger says what became of it.

    It owns the hold that suspends what it covers until its date plus a grace. An
    item may carry several open promises as long as together they do not exceed what
    it owes; a promise that would replaces the former ones, which keep their trace.
    """

    _name = "recouvrement.promise"
    _description = "Promise to pay"
    _inherit = ["recouvrement.noted.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    _life_fields = JUDGED_FIELDS
    _term_fields = frozenset({"date", "amount", "move_line_ids"})
    _open_states = OPEN_STATES

    user_id = fields.Many2one(
        "res.users", "Noted by", required=True, default=lambda self: self.env.user
    )
    amount = fields.Monetary(tracking=True)
    date = fields.Date("Promised for", required=True, tracking=True)
    made_on = fields.Date(
        required=True, readonly=True, default=fields.Date.context_today, copy=False
    )
    grace_days = fields.Integer(
        "Grace",
        compute="_compute_grace_days",
        store=True,
        precompute=True,
        copy=False,
        help="Days left to the transfer to arrive.",
    )
    date_last = fields.Date(
        "Judged after", compute="_compute_date_last", help="The date and its grace."
    )
    contact_id = fields.Many2one(string="Made by")
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

    @api.depends("case_id")
    def _compute_grace_days(self):
        """The company's, when it was noted: the setting moves no promise."""
        for promise in self:
            promise.grace_days = promise.company_id.recouvrement_promise_grace

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

    # ------------------------------------------------------------- noted and changed

    @api.model_create_multi
    def create(self, vals_list):
        """What was paid while the screen was open is not promised any more."""
        return super().create([self._without_settled(vals) for vals in vals_list])

    def write(self, vals):
        before = {promise: promise.date for promise in self}
        result = super().write(vals)
        for promise, date in before.items():
            promise._note_postponed(date)
        return result

    @api.model
    def _without_settled(self, vals: dict) -> dict:
        draft = self.new(vals)
        lines = draft.move_line_ids._origin
        still_open = lines.filtered(lambda line: not line.reconciled)
        if still_open == lines:
            return vals
        if not still_open:
            raise ValidationError(
                self.env._(
                    "%(items)s: paid in the meantime. Nothing is left to promise.",
                    items=draft._item_names(),
                )
            )
        owed = sum(still_open.mapped("amount_residual_currency"))
        return {
            **vals,
            "move_line_ids": [Command.set(still_open.ids)],
            "amount": min(draft.amount, owed),
        }

    def _refusals(self):
        return {
            "typed": self.env._(
                "What became of a promise is read from the ledger, not typed in."
            ),
            "deleted": self.env._("A promise stays in the file: cancel it instead."),
            "over": self.env._("The promise of %(noted)s is over: note a new one."),
            "no_item": self.env._("Choose the items that are promised: there is none."),
            "currencies": self.env._(
                "One promise is in one currency: note one for each of %(currencies)s."
            ),
        }

    def _check_noted(self):
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
        owed = self._owed()
        if self.currency_id.compare_amounts(self.amount, owed) > 0:
            raise ValidationError(
                self.env._(
                    "%(amount)s is more than these items owe (%(open)s): lower the "
                    "amount, or add items.",
                    amount=format_amount(self.env, self.amount, self.currency_id),
                    open=format_amount(self.env, owed, self.currency_id),
                )
            )

    def _settle_in(self):
        self._replace(self._earlier_rivals())
        self._note_on_case(
            self.env._(
                "Promise noted: %(promise)s, on %(items)s.",
                promise=self.display_name,
                items=self._item_names(),
            )
        )
        self._suspend()

    def _follow_terms(self):
        self._replace(self._rivals())
        self._suspend()

    # -------------------------------------------------- several promises on an item

    def _is_same_as(self, other) -> bool:
        return self.date == other.date and super()._is_same_as(other)

    def _replace(self, rivals):
        """Former promises stand beside this one if the items owe enough for all."""
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
