"""The life of a dispute: a colleague is asked, the manager told, the chase resumes."""

from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date

from .locking import lock
from .mail_activity import DISPUTE_LATE, TASK
from .windows import dialog

# How long an escalation keeps what is contested aside before the next one.
ESCALATION_DAYS = 7


class RecouvrementDispute(models.Model):
    _inherit = "recouvrement.dispute"

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

    # -------------------------------------------------------------------- the question

    def _ask(self, partner, question: str):
        """Ask a colleague by mail; the answer is a reply to it, and comes back here."""
        self.ensure_one()
        self._check_open()
        self.message_post(
            body=Markup("<p>%s</p>") % question,
            subject=self.env._("Dispute: %(dispute)s", dispute=self.display_name),
            partner_ids=partner.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        # No role types in who was asked: this button does, and has checked the right.
        self.sudo().write(
            {
                "asked_partner_id": partner.id,
                "asked_on": fields.Datetime.now(),
                "answered_on": False,
            }
        )

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        for dispute in self:
            if dispute._is_answer(message):
                dispute._note_answer()
        return result

    def _is_answer(self, message) -> bool:
        """Whether who was asked writes, from a mailbox or on the screen."""
        asked = self.asked_partner_id
        if not asked or self.answered_on or message.message_type == "notification":
            return False
        sender = email_normalize(message.email_from or "")
        return message.author_id == asked or (
            bool(sender) and sender == asked.email_normalized
        )

    def _note_answer(self):
        # The gateway, or a colleague without a role, may not write the dispute they
        # answer: only that they did is noted.
        dispute = self.sudo()
        dispute.answered_on = fields.Datetime.now()
        asker = dispute.case_id.user_id or dispute.user_id
        dispute = dispute.with_context(lang=asker.lang or self.env.lang)
        dispute._schedule(
            asker,
            fields.Date.context_today(self),
            summary=dispute.env._(
                "%(name)s has answered", name=dispute.asked_partner_id.name
            ),
        )

    # ----------------------------------------------------------------- the escalation

    def _escalate(self, as_of):
        """The owner is late: somebody above is told, what is contested stays aside."""
        # No role types in an escalation: the schedule notes it, whoever runs it.
        for dispute in self.sudo():
            dispute.hold_ids.filtered("active").write(
                {"date_end": as_of + timedelta(days=ESCALATION_DAYS)}
            )
            told = dispute.escalated_on
            if told and (as_of - told).days < ESCALATION_DAYS:
                continue
            dispute.escalated_on = as_of
            if not told:
                dispute._schedule(
                    dispute._manager(),
                    as_of,
                    DISPUTE_LATE,
                    summary=self.env._(
                        "%(owner)s was to solve it by %(date)s",
                        owner=dispute.user_id.name,
                        date=format_date(self.env, dispute.date_due),
                    ),
                )

    def _manager(self):
        """The owner's own manager where there are employees, else recovery's."""
        owner = self.user_id
        if "employee_parent_id" in owner._fields and owner.employee_parent_id.user_id:
            return owner.employee_parent_id.user_id
        company = self.company_id
        return (
            company.recouvrement_manager_id
            or company.recouvrement_user_id
            or self.case_id.user_id
            or owner
        )

    def _schedule(self, user, day, kind: str = TASK, summary: str = ""):
        quiet = self.with_context(mail_activity_quick_update=True)
        return quiet.activity_schedule(
            kind, day, summary=summary or self.display_name, user_id=user.id
        )

    # -------------------------------------------------------------------- the end of it

    def _check_open(self):
        self.check_access("write")
        closed = self.filtered(lambda dispute: dispute.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "The dispute “%(dispute)s” is closed already.",
                    dispute=closed[0].display_name,
                )
            )

    def _end(self, outcome: str, *, credits=None, level=None, message: str = ""):
        """Close it; the chase of what is left resumes at the level chosen."""
        self.ensure_one()
        # Somebody may have closed it since the screen was opened.
        lock(self)
        self._check_open()
        day = fields.Date.context_today(self)
        lines = self.move_line_ids.filtered(lambda line: not line.reconciled)
        self._close(outcome, day, credits=credits, level=level)
        if level:
            lines._recouvrement_resume_at(level)
        if message:
            self._tell_customer(message)
        self.case_id._refresh()

    def _tell_customer(self, message: str):
        """The answer to the customer, by e-mail, from the file; replies come there."""
        contact = self.contact_id or self.case_id.contact_ids[:1].partner_id
        contact = contact or self.partner_id
        if not contact.email_normalized:
            raise UserError(
                self.env._(
                    "“%(contact)s” has no usable e-mail address: complete it, or close "
                    "the dispute without a message and call.",
                    contact=contact.display_name,
                )
            )
        body = Markup("<br/>").join(message.strip().splitlines())
        self.case_id.message_post(
            body=Markup("<p>%s</p>") % body,
            subject=self.env._("Your dispute: %(items)s", items=self._item_names()),
            partner_ids=contact.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_add_signature=False,
        )

    def action_open_ask(self):
        return self._dispute_wizard("recouvrement.dispute.ask", self.env._("Ask"))

    def action_open_close(self):
        return self._dispute_wizard(
            "recouvrement.dispute.close", self.env._("Close the dispute")
        )

    def _dispute_wizard(self, model: str, name: str) -> dict:
        self.ensure_one()
        self._check_open()
        return dialog(model, name, default_dispute_id=self.id)
