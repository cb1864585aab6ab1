"""What becomes of a reminder: proved, come back, in doubt, withdrawn, cancelled.

The actions are the entry points: rights and the clock are theirs. What they call
takes the day as an argument.
"""

from datetime import datetime, time, timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report.pdf import merge
from .mail_activity import CALL, FIX_CONTACT, TASK

SILENT_CHANNELS = ("email", "sms")  # no news is good news
POSTAL_CHANNELS = ("letter", "registered_letter")
BATCH_FILE = "recouvrement.letters"  # description of the temporary files


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    # -------------------------------------------------------------------- confirm

    def action_confirm(self):
        """Let these leave at the next dispatch; who confirmed stays."""
        self.check_access("write")
        waiting = self.filtered(lambda reminder: reminder.state == "draft")
        waiting._set_state(
            "confirmed",
            confirm_user_id=self.env.user.id,
            confirm_date=fields.Datetime.now(),
        )
        if waiting:
            # Scheduled actions are the administrator's; who confirms wakes this one.
            self.env.ref("odoo_recouvrement.ir_cron_dispatch").sudo()._trigger()
        return True

    # ---------------------------------------------------------------------- proof

    @api.model
    def _prove_emails(self, company, as_of) -> int:
        """Take for delivered what left long enough ago and did not come back."""
        first_day = as_of - timedelta(days=company.recouvrement_proof_days - 1)
        # No role writes proofs; a collector who starts the run only brings them in.
        silent = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sent"),
                ("channel", "in", SILENT_CHANNELS),
                ("sent_date", "<", self._midnight(company, first_day)),
            ]
        )
        silent._set_state("proved", proof_date=self._midnight(company, as_of))
        return len(silent)

    def action_posted(self, reference: str = "", posted_on=None):
        """The letters are at the post office: that is their proof, and their date."""
        self.check_access("write")
        reference = (reference or "").strip()
        moment = fields.Datetime.now()
        if posted_on:
            moment = datetime.combine(fields.Date.to_date(posted_on), time(12))
        for letter in self:
            letter._check_may_be_posted(reference)
            letter._set_state(
                "proved",
                sent_date=moment,
                proof_date=moment,
                proof_reference=reference or False,
            )
        self.case_id._refresh(moment.date())
        return True

    def _check_may_be_posted(self, reference: str) -> None:
        if self.channel not in POSTAL_CHANNELS or self.state != "sent":
            raise UserError(
                self.env._(
                    "“%(reminder)s” is no letter that waits to be posted.",
                    reminder=self.display_name,
                )
            )
        if self.channel == "registered_letter" and not reference:
            raise UserError(
                self.env._(
                    "“%(reminder)s” is a registered letter: enter the number on its "
                    "receipt.",
                    reminder=self.display_name,
                )
            )

    # -------------------------------------------------------------------- bounces

    def action_returned(self, reason: str):
        """It came back, somebody says so: letter returned, wrong number…"""
        self.check_access("write")
        reason = _required(self.env, reason)
        today = fields.Date.context_today(self)
        self._mark_bounced(reason, today)
        self.case_id._refresh(today)
        return True

    def _mark_bounced(self, reason: str, day) -> None:
        """The items go back where they were, and somebody corrects the address."""
        # The gateway that reports a bounce has no right on reminders.
        for reminder in self.sudo():
            address = (
                reminder.recipient_email
                or reminder.recipient_phone
                or (reminder.recipient_address or "").replace("\n", ", ")
            )
            note = reminder.env._(
                "Reminder %(reminder)s to %(address)s came back: %(reason)s",
                reminder=reminder.display_name,
                address=address,
                reason=reason,
            )
            activity = reminder._schedule_task(FIX_CONTACT, note, day)
            reminder._set_state(
                "bounced",
                failure_reason=reason,
                is_address_bad=True,
                activity_id=activity.id,
            )
            reminder.case_id._message_log(body=note)

    def _bad_addresses(self) -> set[str]:
        """The addresses of these debtors that came back, in lower case."""
        bounced = self.search_fetch(
            [
                ("company_id", "in", self.company_id.ids),
                ("partner_id", "in", self.partner_id.ids),
                ("state", "=", "bounced"),
                ("is_address_bad", "=", True),
            ],
            ["recipient_email", "recipient_phone", "recipient_address"],
        )
        return {
            address.lower()
            for reminder in bounced
            for address in (
                reminder.recipient_email,
                reminder.recipient_phone,
                reminder.recipient_address,
            )
            if address
        }

    # --------------------------------------------------------------------- doubts

    @api.model
    def _flag_doubts(self, case_ids: list[int], day) -> None:
        """Found leaving although nobody holds their file: the server had stopped."""
        for reminder in self.search(
            [
                ("case_id", "in", case_ids),
                ("state", "=", "sending"),
                ("is_in_doubt", "=", False),
            ]
        ):
            reminder._mark_in_doubt(
                self.env._(
                    "The server stopped while the message was leaving: it may have "
                    "left."
                ),
                day,
            )

    def _mark_in_doubt(self, reason: str, day) -> None:
        self.write({"is_in_doubt": True, "failure_reason": reason})
        self._schedule_task(
            TASK,
            self.env._(
                "Reminder %(reminder)s: %(reason)s Look for the message "
                "%(message)s in the log of the mail server, then say on the "
                "reminder whether it left.",
                reminder=self.display_name,
                reason=reason,
                message=self.message_uid or "",
            ),
            day,
        )

    def action_resolve_sent(self):
        """Somebody looked: it did leave."""
        for reminder in self._in_doubt():
            reminder._set_state(
                "sent",
                is_in_doubt=False,
                failure_reason=False,
                sent_date=reminder.attempt_date,
            )
            reminder._log(self.env._("it did leave"))
        return True

    def action_resolve_resend(self):
        """Somebody looked: it never left. It goes back among those that wait."""
        for reminder in self._in_doubt():
            reminder._set_state(
                "confirmed", is_in_doubt=False, failure_reason=False, retry_date=False
            )
            reminder._log(self.env._("it had not left and is sent again"))
        # Scheduled actions are the administrator's; a collector only wakes this one.
        self.env.ref("odoo_recouvrement.ir_cron_dispatch").sudo()._trigger()
        return True

    def _in_doubt(self):
        self.check_access("write")
        others = self.filtered(lambda reminder: not reminder.is_in_doubt)
        if others:
            raise UserError(
                self.env._(
                    "There is no doubt about reminder %(reminder)s.",
                    reminder=others[0].display_name,
                )
            )
        return self

    # -------------------------------------------------------- withdraw and cancel

    def action_withdraw(self, reason: str):
        """Take back what left: its items step back, the register keeps it."""
        self._take_back("withdrawn", reason, self.env._("withdrawn"))
        return True

    def action_cancel(self, reason: str):
        """Not to be sent; the next run decides again."""
        self._take_back("cancelled", reason, self.env._("cancelled"))
        return True

    def _take_back(self, state: str, reason: str, word: str) -> None:
        self.check_access("write")
        reason = _required(self.env, reason)
        calls = self.filtered(lambda reminder: reminder.channel == "call")
        # Who withdraws a call may not delete another collector's task for it.
        activities = calls.sudo().activity_id
        self._set_state(
            state,
            withdraw_reason=reason,
            withdraw_user_id=self.env.user.id,
            withdraw_date=fields.Datetime.now(),
            is_in_doubt=False,
        )
        activities.unlink()
        for reminder in self:
            reminder._log(f"{word} ({reason})")
        self.case_id._refresh()

    def _log(self, what: str) -> None:
        self.case_id._message_log(
            body=self.env._(
                "Reminder %(reminder)s: %(what)s.",
                reminder=self.display_name,
                what=what,
            )
        )

    # -------------------------------------------------------------------- letters

    def action_print_letters(self):
        """One PDF of the frozen letters, in postal order, to print and fold."""
        letters = self.filtered(
            lambda reminder: reminder.channel in POSTAL_CHANNELS and reminder.pdf_id
        ).sorted(lambda reminder: (reminder.postal_key or "", reminder.id))
        if not letters:
            raise UserError(
                self.env._("None of these is a letter that has been prepared.")
            )
        content = merge(file for letter in letters for file in letter._printed_files())
        day = fields.Date.context_today(self)
        file = self.env["ir.attachment"].create(
            {
                "name": self.env._("letters-%(day)s.pdf", day=day),
                "description": BATCH_FILE,
                "raw": content,
                "mimetype": "application/pdf",
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=true",
            "target": "self",
        }

    def _printed_files(self) -> list[bytes]:
        """What is put in the envelope."""
        self.ensure_one()
        return [self.pdf_id.raw]

    @api.autovacuum
    def _gc_batch_files(self):
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self.env["ir.attachment"].search(
            [("description", "=", BATCH_FILE), ("create_date", "<", yesterday)]
        ).unlink()

    # ------------------------------------------------------------------ activities

    def _schedule_task(self, activity_type: str, note: str, day):
        """A task on the file, one of its kind at most."""
        self.ensure_one()
        case = self.case_id
        kind = self.env.ref(activity_type)
        is_own_kind = kind.res_model == case._name
        present = case.activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == kind
                and (is_own_kind or activity.note == note)
            )
        )
        return present[:1] or self._add_task(
            activity_type, date_deadline=day, note=note
        )

    def _add_task(self, activity_type: str, **values):
        """A task for the collector: on the day's screen, not in one more e-mail."""
        case = self.case_id.with_context(mail_activity_quick_update=True)
        return case.activity_schedule(
            activity_type, user_id=self._collector().id, **values
        )

    def _schedule_call(self, now):
        """The call to make: whom, what to say, the figures."""
        self.ensure_one()
        script = Markup("<br/>").join((self.text or "").splitlines())
        return self._add_task(
            CALL,
            date_deadline=self._local(self.company_id, now).date(),
            summary=f"{self.recipient_name} · {self.recipient_phone}",
            note=Markup("<p>%s</p>") % script,
        )

    def _collector(self):
        return (
            self.case_id.user_id or self.user_id or self.company_id.recouvrement_user_id
        )


def _required(env, reason: str) -> str:
    reason = (reason or "").strip()
    if not reason:
        raise UserError(env._("Say why: the reason stays in the register."))
    return reason
