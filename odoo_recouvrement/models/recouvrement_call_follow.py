"""What follows from a call, by its outcome: a promise, a dispute, a plan, a task."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .mail_activity import CALLBACK, FIX_CONTACT, TASK


class RecouvrementCall(models.Model):
    _inherit = "recouvrement.call"

    def _settle_in(self):
        self._prove_reminder()
        self._answer_callbacks()
        getattr(self, f"_do_{self.kind}", lambda: None)()
        self._set_aside()
        if self.is_reached:
            # Somebody spoke with them: a promise that was not kept was spoken of.
            self.case_id.promise_ids.filtered("is_to_handle")._close_holds()
        self._log()
        self.case_id._end_call()
        self.case_id._refresh()

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

    def _answer_callbacks(self):
        """They were called back: on the day asked, or somebody was reached before."""
        today = fields.Date.context_today(self)
        asked = self.case_id.activity_ids.filtered(
            lambda one: (
                one.activity_type_id.id == self._callback_type()
                and (self.is_reached or one.date_deadline <= today)
            )
        )
        # The task may be a colleague's: whoever calls does it.
        asked.sudo().action_feedback(feedback=self._feedback())

    def _callback_type(self) -> int:
        return self.env["ir.model.data"]._xmlid_to_res_id(CALLBACK)

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
        """A draft on the items of the call, and the task to finish and send it."""
        lines = self._open_items()
        plans = self.env["recouvrement.plan"]
        draft = plans.search(
            [("move_line_ids", "in", lines.ids), ("state", "=", "draft")], limit=1
        )
        if draft:
            raise ValidationError(
                self.env._(
                    "A draft plan of %(count)s instalments waits for these items "
                    "already: finish it from the file, or take its items off this "
                    "call.",
                    count=len(draft.instalment_ids),
                )
            )
        vals = plans._propose(
            self.case_id,
            lines,
            count=self.instalments,
            first_day=self.instalment_date,
            user_id=self.env.uid,
            note=self.note,
        )
        problem = plans.new(vals)._problem(fields.Date.context_today(self))
        if problem:
            raise ValidationError(problem)
        # A call's life is no collector's to type in: the draft just made is noted.
        self.sudo().plan_id = plans.create(vals)
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
