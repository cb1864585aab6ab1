from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .mirror import Mirror
from .recouvrement_policy_level import CHANNELS, TONES

# A reminder in these states speaks for its items: none other may be proposed for
# the same item, level and channel (unique index of the lines).
ACTIVE_STATES = ("draft", "confirmed", "sending", "sent", "proved")
# What has left, or may have: frozen for everyone.
FROZEN_STATES = ("sending", "sent", "proved", "bounced", "withdrawn")
# From each state, where a reminder may go.
TRANSITIONS = {
    "draft": {"confirmed", "cancelled"},
    "confirmed": {"sending", "sent", "cancelled"},
    "sending": {"confirmed", "sent", "proved", "bounced", "withdrawn"},
    "sent": {"proved", "bounced", "withdrawn", "cancelled"},
    "proved": {"bounced", "withdrawn"},
    "bounced": {"withdrawn", "proved"},  # proved again: it had not come back
    "withdrawn": set(),
    "cancelled": set(),
}
# What may still change once frozen: the life of the message, never its content.
LIFE_FIELDS = {
    "state",
    "attempt_date",
    "is_in_doubt",
    "is_address_bad",
    "sent_date",
    "proof_date",
    "proof_reference",
    "failure_reason",
    "attempt_count",
    "retry_date",
    "withdraw_reason",
    "withdraw_user_id",
    "withdraw_date",
    "mail_message_id",
    "activity_id",
    "sms_uuid",
}


class RecouvrementReminder(models.Model):
    """One message to one debtor over one channel, in one currency.

    draft → confirmed → sending → sent → proved | bounced | withdrawn; cancelled
    before it left. ``sending`` is the second between the decision to hand the
    message to the mail server and its answer: a reminder found there after a crash
    may have left, so a human decides (it is never sent again by itself).
    """

    _name = "recouvrement.reminder"
    _description = "Reminder"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False, index="btree_not_null")
    company_id = Mirror("res.company", required=True, readonly=True)
    case_id = Mirror("recouvrement.case", required=True, readonly=True, index=True)
    # Not a mirror: merging customers follows foreign keys.
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", "Collector", readonly=True)
    run_id = Mirror("recouvrement.run", readonly=True, index=True)
    date = fields.Date("Proposed on", required=True, readonly=True)
    level_id = Mirror("recouvrement.policy.level", required=True, readonly=True)
    tone = fields.Selection(TONES, readonly=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    state = fields.Selection(
        [
            ("draft", "To confirm"),
            ("confirmed", "Ready to leave"),
            ("sending", "Leaving"),
            ("sent", "Sent"),
            ("proved", "Proved"),
            ("bounced", "Bounced"),
            ("withdrawn", "Withdrawn"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    is_automatic = fields.Boolean(readonly=True)
    confirm_user_id = fields.Many2one("res.users", "Confirmed by", readonly=True)
    confirm_date = fields.Datetime("Confirmed on", readonly=True)

    # To whom
    recipient_id = fields.Many2one("res.partner", readonly=True)
    recipient_name = fields.Char(readonly=True)
    recipient_email = fields.Char("Sent to", readonly=True, index="btree_not_null")
    recipient_phone = fields.Char(readonly=True)
    recipient_address = fields.Text(readonly=True)
    postal_key = fields.Char(
        readonly=True, help="Postal order of the letters of a day."
    )
    cc_email = fields.Char("Copy to", readonly=True)
    reply_to = fields.Char(readonly=True)
    lang = fields.Char(readonly=True)

    # What is asked, in the reminder's currency
    currency_id = Mirror("res.currency", required=True, readonly=True)
    overdue_total = fields.Monetary(readonly=True)
    credit_total = fields.Monetary(readonly=True)
    total = fields.Monetary("Asked", readonly=True)
    upcoming_total = fields.Monetary(readonly=True)
    interest_total = fields.Monetary("Interest said", readonly=True)
    fee_total = fields.Monetary("€40 said", readonly=True)
    oldest_due_date = fields.Date(readonly=True)
    line_ids = fields.One2many(
        "recouvrement.reminder.line", "reminder_id", readonly=True
    )
    line_count = fields.Integer(compute="_compute_line_count")

    # The message as it left
    subject = fields.Char(readonly=True)
    body = fields.Html(readonly=True, sanitize=False)
    text = fields.Text(readonly=True)
    template_version_id = fields.Many2one(
        "recouvrement.template.version", "Text used", readonly=True, ondelete="restrict"
    )
    pdf_id = fields.Many2one("ir.attachment", "PDF", readonly=True, ondelete="restrict")
    pdf_sha256 = fields.Char("SHA-256 of the PDF", readonly=True)
    content_sha256 = fields.Char("SHA-256 of the text", readonly=True)
    message_uid = fields.Char(
        "Message-ID",
        readonly=True,
        index="btree_not_null",
        help="Identifies the e-mail in the logs of the mail servers.",
    )

    # Its life
    attempt_date = fields.Datetime("Last attempt", readonly=True)
    is_in_doubt = fields.Boolean(
        "In doubt",
        readonly=True,
        help="The server stopped while it was leaving: somebody must look whether it "
        "left.",
    )
    is_address_bad = fields.Boolean(
        "Address to correct",
        readonly=True,
        help="It came back: its address is not used again until somebody has dealt "
        "with it.",
    )
    sent_date = fields.Datetime(readonly=True)
    proof_date = fields.Datetime(readonly=True)
    proof_reference = fields.Char(
        readonly=True, help="Number of the registered letter, answer of the server…"
    )
    attempt_count = fields.Integer(readonly=True)
    retry_date = fields.Datetime("Next attempt", readonly=True)
    failure_reason = fields.Text(readonly=True)
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, ondelete="set null"
    )
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    sms_uuid = fields.Char(readonly=True, index="btree_not_null")
    withdraw_reason = fields.Char(readonly=True)
    withdraw_user_id = fields.Many2one("res.users", "Withdrawn by", readonly=True)
    withdraw_date = fields.Datetime(readonly=True)

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "A reminder has its own number."
    )
    _dispatch_idx = models.Index(
        "(company_id, oldest_due_date, id) WHERE state = 'confirmed'"
    )

    @api.depends("name", "partner_id", "level_id")
    def _compute_display_name(self):
        for reminder in self:
            reminder.display_name = (
                reminder.name
                or f"{reminder.level_id.code} · {reminder.partner_id.display_name}"
            )

    @api.depends("line_ids")
    def _compute_line_count(self):
        for reminder in self:
            reminder.line_count = len(reminder.line_ids)

    # ------------------------------------------------------------- what it is made of

    def _text_level(self):
        """The level that gives the words, the tone and the delay to pay."""
        return self.level_id

    def _own_text(self) -> tuple[str, str] | None:
        """Sources of a subject and a body that are this message's only, if any."""
        return None

    def _joins_invoices(self) -> bool:
        return self.level_id.attach_invoices

    def _joins_statement(self) -> bool:
        return self.level_id.attach_statement

    # ------------------------------------------------------------------ guards

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("A reminder only changes through its buttons.")
            )
        changed = vals.keys() - LIFE_FIELDS
        frozen = self.filtered(lambda reminder: reminder.state in FROZEN_STATES)
        if changed and frozen:
            raise UserError(
                self.env._(
                    "Reminder %(reminder)s has left: it can be withdrawn, never "
                    "edited.",
                    reminder=frozen[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "Reminders are a register: cancel a reminder before it leaves, or "
                "withdraw it afterwards."
            )
        )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A reminder cannot be duplicated."))

    # ------------------------------------------------------------------ states

    def _set_state(self, state: str, **vals):
        """The only door to a new state: keeps lines and items in step."""
        # No role types in a state: the actions that come here check the rights.
        reminders = self.sudo()
        reminders._check_transition(state)
        before = {reminder.state for reminder in reminders}
        is_active = state in ACTIVE_STATES
        reminders.write({**vals, "state": state})
        if not is_active or not before.issubset(ACTIVE_STATES):
            reminders.line_ids._write_life(is_active=is_active)
        if "proved" in before | {state}:
            reminders.line_ids.move_line_id._recouvrement_refresh_levels()

    def _check_transition(self, state: str):
        for reminder in self:
            if state not in TRANSITIONS[reminder.state]:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "Reminder %(reminder)s is “%(state)s”: it cannot become "
                        "“%(wanted)s”.",
                        reminder=reminder.display_name,
                        state=labels[reminder.state],
                        wanted=labels[state],
                    )
                )

    def _drop_settled_items(self):
        """Leave out the items that are paid; a reminder without any is cancelled."""
        self._drop_deleted_items()
        settled = self.line_ids.filtered("move_line_id.reconciled")
        self._drop(settled, self.env._("Everything it asked for has been paid."))

    def _drop_deleted_items(self):
        """Leave out the items that were deleted while the run proposed them.

        Later on nobody can: ``account.move.line`` refuses it.
        """
        items = self.line_ids.move_line_id
        gone = items - items.exists()
        deleted = self.line_ids.filtered(lambda line: line.move_line_id in gone)
        self._drop(deleted, self.env._("Everything it asked for has been deleted."))

    def _drop(self, lines, why: str):
        touched = lines.reminder_id
        lines.unlink()
        for reminder in touched.filtered("line_ids"):
            due = reminder.line_ids.filtered(lambda line: not line.is_upcoming)
            upcoming = reminder.line_ids - due
            total = sum(due.mapped("claim"))
            reminder.write(
                {
                    "overdue_total": sum(due.mapped("residual")),
                    "credit_total": sum(due.mapped("residual")) - total,
                    "total": total,
                    "upcoming_total": sum(upcoming.mapped("claim")),
                }
            )
        touched.filtered(lambda reminder: not reminder.line_ids)._set_state(
            "cancelled", failure_reason=why
        )


class RecouvrementReminderLine(models.Model):
    """An item a reminder speaks of, with the figures of the day it left."""

    _name = "recouvrement.reminder.line"
    _description = "Reminder line"
    _order = "reminder_id, due_date, id"
    _log_access = False

    reminder_id = Mirror(
        "recouvrement.reminder", required=True, readonly=True, index=True
    )
    company_id = Mirror("res.company", required=True, readonly=True)
    # An item that reminders speak of cannot be deleted (``account.move.line``).
    move_line_id = Mirror("account.move.line", "Item", required=True, readonly=True)
    move_id = Mirror("account.move", "Entry", readonly=True)
    level_id = Mirror(
        "recouvrement.policy.level",
        "Own level",
        required=True,
        readonly=True,
        help="The item's own level; the message speaks at the highest.",
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    currency_id = Mirror("res.currency", required=True, readonly=True)
    due_date = fields.Date(readonly=True)
    days_overdue = fields.Integer(readonly=True)
    residual = fields.Monetary("Open", readonly=True)
    claim = fields.Monetary("Asked", readonly=True)
    interest = fields.Monetary(readonly=True)
    recovery_fee = fields.Monetary("€40", readonly=True)
    is_upcoming = fields.Boolean("Not due yet", readonly=True)
    is_active = fields.Boolean(readonly=True, default=True)

    # The key of idempotence: whatever is killed or started twice, an item is
    # spoken of once per level and channel. It holds the lines of the past as well,
    # each in a place of its own, so that one index finds all the lines of an item.
    _active_unique = models.UniqueIndex(
        "(move_line_id, level_id, channel, (CASE WHEN is_active THEN 0 ELSE id END))",
        "This item already has a reminder of this level on this channel.",
    )

    def write(self, vals):
        if vals.keys() - {"is_active"}:
            frozen = self.filtered(lambda line: line.reminder_id.state in FROZEN_STATES)
            if frozen:
                raise UserError(
                    self.env._(
                        "Reminder %(reminder)s has left: its lines cannot be edited.",
                        reminder=frozen[0].reminder_id.display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        frozen = self.filtered(lambda line: line.reminder_id.state in FROZEN_STATES)
        if frozen:
            raise UserError(
                self.env._(
                    "Reminder %(reminder)s has left: its lines cannot be deleted.",
                    reminder=frozen[0].reminder_id.display_name,
                )
            )

    def _write_life(self, is_active: bool):
        self.filtered(lambda line: line.is_active != is_active).write(
            {"is_active": is_active}
        )
