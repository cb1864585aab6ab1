"""Calls: what was said, and what follows from it in one gesture."""

import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date, format_datetime

from .mail_activity import CALLBACK, FIX_CONTACT, TASK

# What may still be written once a call is noted.
NOTE_FIELDS = frozenset({"note"})


class RecouvrementCall(models.Model):
    """One call, or one attempt: creating it does what its outcome says."""

    _name = "recouvrement.call"
    _description = "Recovery call"
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
        "res.users", "Caller", required=True, default=lambda self: self.env.user
    )
    date = fields.Datetime(
        "Called at", required=True, default=fields.Datetime.now, index=True
    )
    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Received")], required=True, default="out"
    )
    contact_id = fields.Many2one(
        "res.partner",
        "Person",
        ondelete="set null",
        domain="[('id', 'child_of', partner_id)]",
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
    move_line_ids = fields.Many2many("account.move.line", string="Items")
    counts_as_reminder = fields.Boolean(
        "This call counts as a reminder",
        compute="_compute_counts_as_reminder",
        store=True,
        readonly=False,
        help="The level of the items rises as if the reminder had been sent.",
    )
    reminder_id = fields.Many2one("recouvrement.reminder", readonly=True)

    # What the outcome asks for
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
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

    # What followed
    promise_id = fields.Many2one("recouvrement.promise", readonly=True)
    dispute_id = fields.Many2one("recouvrement.dispute", readonly=True)
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

    @api.depends("move_line_ids")
    def _compute_currency_id(self):
        for call in self:
            currency = call.move_line_ids[:1].currency_id
            call.currency_id = currency or call.company_id.currency_id

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
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Note the calls; a call that was sent twice is noted once."""
        calls = self.browse()
        for vals in vals_list:
            known = vals.get("token") and self.search([("token", "=", vals["token"])])
            calls |= known or self._create_one(vals)
        return calls

    def _create_one(self, vals):
        # pylint: disable-next=super-method-mismatch
        call = super().create([vals])
        call._check_allowed()
        call._prove_reminder()
        getattr(call, f"_do_{call.kind}", lambda: None)()
        call._set_aside()
        if call.is_reached:
            # Somebody spoke with them: a promise that was not kept was spoken of.
            call.case_id.promise_ids.filtered("is_to_handle")._close_holds()
        call._log()
        call.case_id._end_call()
        call.case_id._refresh()
        return call

    def write(self, vals):
        if not self.env.su and vals.keys() - NOTE_FIELDS:
            raise AccessError(
                self.env._(
                    "A call that is noted stays as it is: only its note changes."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        if not self.env.su:
            raise UserError(self.env._("Calls are a register: none is deleted."))

    def _check_allowed(self):
        if self.direction == "in" or self.env.context.get("recouvrement_past_call"):
            return
        problem = self.case_id._call_refusal(self.date, self.contact_id, skip=self)
        if problem:
            raise ValidationError(problem)

    # --------------------------------------------------------------- as a reminder

    def _prove_reminder(self):
        if not self.counts_as_reminder:
            return
        reminder = self.case_id._reminder_to_call()
        if not reminder:
            # It left, was paid or cancelled since the screen was opened. A call that
            # was noted is closed to its author; this says what the register says.
            self.sudo().counts_as_reminder = False
            return
        proved = reminder._prove_by_call(self.date, self._feedback())
        # A call that was noted is closed to its author; this is the register's word.
        self.sudo().write(
            {
                "reminder_id": proved.id if proved else False,
                "counts_as_reminder": bool(proved),
            }
        )

    def _feedback(self) -> str:
        return " · ".join(filter(None, (self.outcome_id.name, self.note)))

    # ------------------------------------------------------------- what each one does

    def _open_items(self):
        """The items of the call that are still open when it is noted."""
        lines = self.move_line_ids.filtered(lambda line: not line.reconciled)
        if not lines:
            raise ValidationError(
                self.env._(
                    "Nothing is left to pay of the items of this call: they are "
                    "settled since the screen was opened, or none was chosen. Choose "
                    "others, or note “payment on its way”."
                )
            )
        return lines

    def _do_promise(self):
        if not self.promise_date:
            raise ValidationError(
                self.env._("On which day will it be paid? Ask for a date.")
            )
        promise = self.env["recouvrement.promise"].create(
            {
                "case_id": self.case_id.id,
                "move_line_ids": [(6, 0, self._open_items().ids)],
                "amount": self.amount,
                "date": self.promise_date,
                "contact_id": self.contact_id.id,
                "channel": "call",
                "note": self.note,
            }
        )
        # A call's life is no collector's to type in: the promise just made is noted.
        self.sudo().promise_id = promise.id

    def _do_dispute(self):
        if not self.reason_id:
            raise ValidationError(self.env._("Why is it contested? Choose a reason."))
        lines = self._open_items()._recouvrement_oldest_first()
        owed = sum(lines.mapped("amount_residual_currency"))
        if self.currency_id.compare_amounts(self.amount, owed) < 0:
            # A part is contested on one item: the first that owes that much.
            fitting = lines.filtered(
                lambda line: (
                    self.currency_id.compare_amounts(
                        line.amount_residual_currency, self.amount
                    )
                    >= 0
                )
            )
            lines = fitting[:1] or lines[:1]
        dispute = self.env["recouvrement.dispute"].create(
            {
                "case_id": self.case_id.id,
                "move_line_ids": [(6, 0, lines.ids)],
                "amount": self.amount,
                "reason_id": self.reason_id.id,
                "user_id": (self.owner_id or self.env.user).id,
                "contact_id": self.contact_id.id,
                "description": self.note,
            }
        )
        # A call's life is no collector's to type in: the dispute just opened is noted.
        self.sudo().dispute_id = dispute.id

    def _do_not_received(self):
        if not self.is_resent:
            return
        # A collector may not write invoices: he asks for those of his call to be sent.
        moves = self.sudo().move_line_ids.move_id.filtered(
            lambda move: move.is_invoice() and not move.is_being_sent
        )
        sender = self.user_id
        moves.sending_data = {
            "author_user_id": sender.id,
            "author_partner_id": sender.partner_id.id,
            "sending_methods": ["email"],
        }
        # Scheduled actions are the administrator's; a collector only wakes this one.
        self.env.ref("account.ir_cron_account_move_send").sudo()._trigger()

    def _do_callback(self):
        if not self.callback_date:
            raise ValidationError(
                self.env._("When is the call back? Give a day and hour.")
            )
        if self.callback_date <= self.date:
            raise ValidationError(
                self.env._("A call back is for later: choose a moment to come.")
            )
        problem = self.case_id._call_refusal(
            self.callback_date, self.contact_id, is_planned=True
        )
        if problem:
            raise ValidationError(problem)
        reminders = self.env["recouvrement.reminder"]
        local = reminders._local(self.company_id, self.callback_date)
        self._task(
            CALLBACK,
            local.date(),
            self.env._(
                "Call %(name)s back at %(hour)s",
                name=self.contact_name or self.partner_id.name,
                hour=local.strftime("%H:%M"),
            ),
        )

    def _do_wrong_number(self):
        number = self.phone
        if not number:
            return
        who = self.contact_id or self.partner_id
        # The mark holds for everybody; a collector may set it.
        self.env["recouvrement.preference"].create(
            {
                "company_id": self.company_id.id,
                "partner_id": who.id,
                "channel": "call",
                "kind": "wrong",
                "value": number,
                "source": self.env._(
                    "Call of %(date)s",
                    date=format_date(self.env, fields.Date.context_today(self)),
                ),
            }
        )
        self._task(
            FIX_CONTACT,
            fields.Date.context_today(self),
            self.env._(
                "%(number)s is not the number of %(name)s",
                number=number,
                name=who.display_name,
            ),
        )

    def _do_plan(self):
        self._task(
            TASK,
            fields.Date.context_today(self),
            self.env._("Propose a payment plan: asked for by telephone"),
        )

    def _task(self, kind: str, day, summary: str):
        case = self.case_id.with_context(mail_activity_quick_update=True)
        note = self.note or ""
        return case.activity_schedule(
            kind, day, summary=summary, note=note, user_id=self.env.uid
        )

    def _set_aside(self):
        """Some outcomes leave a few days: a transfer arrives, a mail is read."""
        days = self.outcome_id.hold_days
        lines = self.move_line_ids.filtered(lambda line: not line.reconciled)
        if not days or not lines or self.promise_id or self.dispute_id:
            return
        today = fields.Date.context_today(self)
        self.case_id._suspend(
            self.env._("Call: %(outcome)s", outcome=self.outcome_id.name),
            today + timedelta(days=days),
            lines,
        )

    def _log(self):
        words = [
            self.env._("Call received") if self.direction == "in" else "",
            self.contact_name or "",
            self.phone or "",
            self.outcome_id.name,
            self.note or "",
            self.env._("counts as a reminder") if self.reminder_id else "",
        ]
        self.case_id._message_log(
            body=self.env._("Call: %(words)s", words=" · ".join(filter(None, words)))
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _recouvrement_oldest_first(self):
        return self.sorted(lambda line: (line.date_maturity or line.date, line.id))
