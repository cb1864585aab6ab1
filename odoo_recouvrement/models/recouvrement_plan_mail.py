"""What is written to the debtor about its plan: the proposal, each instalment, a miss.

A courtesy reminder leaves a few days before an instalment, within the sending hours and
once; so does the notice of a missed one, during its grace. Each is created with its
mark in one transaction, then Odoo's mail queue lets it leave.
"""

import logging
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formataddr

from ..report.plan import PlanMail, render_plan_mail
from .checkpoint import checkpoint
from .recouvrement_plan import _money

_logger = logging.getLogger(__name__)


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    # ---------------------------------------------------------------------- to whom

    def _recipient(self):
        """The first contact that can be e-mailed: of the file, then of the invoices."""
        self.ensure_one()
        customer = self.partner_id
        invoiced = self.move_line_ids.move_id.partner_id
        candidates = (
            self.case_id.contact_ids.sorted("from_days").partner_id
            | invoiced.filtered(lambda partner: partner.type == "invoice")
            | invoiced
            | customer.child_ids.filtered(lambda partner: partner.type == "invoice")
            | customer
        )
        # Who signs may read no reminder: the register says which addresses came back.
        bad = self.case_id.sudo().reminder_ids._bad_addresses()
        return candidates.filtered(
            lambda partner: (
                partner.active
                and partner.email_normalized
                and partner.email_normalized not in bad
                and not partner.is_blacklisted
            )
        )[:1]

    # --------------------------------------------------------------------- messages

    def _mail_proposal(self) -> None:
        """The document to sign, by e-mail, on the collector's order."""
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(
                self.env._(
                    "The plan %(plan)s is no longer a proposal.", plan=self.display_name
                )
            )
        if not self._recipient():
            raise UserError(
                self.env._(
                    "No contact of “%(customer)s” has a usable e-mail address: "
                    "complete it, or print the proposal and post it.",
                    customer=self.partner_id.display_name,
                )
            )
        # A collector may not create mails: the button has checked who may send one.
        self.sudo()._mail("proposal", self.instalment_ids, self.proposal_id)

    def _mail(self, kind: str, parts, files=None):
        """Create one message in the queue of the mail server; it is returned.

        ``kind``: proposal, reminder or missed; ``parts``: the instalments it is about.
        """
        self.ensure_one()
        company = self.company_id
        channel = self.env["recouvrement.channel.email"]
        sender = channel._sender(company)
        if not sender:
            raise UserError(
                self.env._(
                    "The company “%(company)s” has no e-mail address to send from: "
                    "fill it in on the company.",
                    company=company.name,
                )
            )
        recipient = self._recipient()
        subject, body = self._mail_words(kind, parts, recipient)
        collector = self.user_id or self.case_id.user_id or company.recouvrement_user_id
        message = self.env["mail.message"].create(
            {
                "model": "recouvrement.case",
                "res_id": self.case_id.id,
                "record_name": self.partner_id.display_name,
                "record_company_id": company.id,
                "record_alias_domain_id": company.alias_domain_id.id,
                "message_type": "email_outgoing",
                "subject": subject,
                "body": body,
                "email_from": sender,
                "reply_to": company.recouvrement_reply_to
                or collector.email
                or company.email,
                "author_id": company.partner_id.id,
                "partner_ids": [fields.Command.link(recipient.id)],
                "attachment_ids": [
                    fields.Command.link(file.id) for file in files or ()
                ],
            }
        )
        address = recipient.email_normalized
        mail = self.env["mail.mail"].create(
            {
                "mail_message_id": message.id,
                "body_html": body,
                "email_to": formataddr((recipient.name or "", address)),
                "auto_delete": True,
            }
        )
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "mail_mail_id": mail.id,
                "res_partner_id": recipient.id,
                "mail_email_address": address,
                "notification_type": "email",
                "notification_status": "ready",
                "is_read": True,
            }
        )
        # Scheduled actions are the administrator's; a collector only wakes this one.
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return message

    def _mail_words(self, kind: str, parts, recipient) -> tuple:
        company = self.company_id
        writer = self.env["recouvrement.message"].with_company(company)
        user = self.user_id or self.case_id.user_id or company.recouvrement_user_id
        lang = recipient.lang or self.partner_id.lang or "fr_FR"
        facts = writer._company(company)
        return render_plan_mail(
            self.env,
            PlanMail(
                kind=kind,
                company=facts,
                legal=company._recouvrement_notices(),
                collector=(user.name or "", user.phone or "", user.email or ""),
                salutation=writer._reader(recipient, lang).salutation,
                lang=lang,
                currency=self.currency_id.name,
                number=self.name,
                total=_money(self.total),
                left=_money(self.left),
                grace_days=self.grace_days,
                last_day=self._grace_end(parts[:1]),
                parts=tuple(
                    (part.expected_date, _money(part.left or part.amount))
                    for part in parts
                ),
                rank=self._rank_of(parts[:1]),
                count=len(self.instalment_ids),
            ),
        )

    def _rank_of(self, part) -> int:
        return self.instalment_ids.ids.index(part.id) + 1

    # ------------------------------------------------------------------ each day

    @api.model
    def _write_day(self, company, day: date) -> int:
        """Reminders and notices of the day; how many were put in the queue."""
        parts = self._to_write(company, day)
        sent = 0
        for part in parts:
            try:
                with self.env.cr.savepoint():
                    sent += part.plan_id._write_about(part, day)
            except UserError as problem:
                _logger.info("Plan %s: %s", part.plan_id.name, problem)
            checkpoint(self.env)
        return sent

    @api.model
    def _to_write(self, company, day: date):
        """The instalments a message is due about: one search."""
        before = company.recouvrement_plan_reminder_days
        own = [
            ("company_id", "=", company.id),
            ("plan_state", "=", "agreed"),
            ("left", ">", 0),
            ("case_id.insolvency_date", "=", False),
        ]
        instalments = self.env["recouvrement.plan.instalment"]
        coming = instalments
        if before:
            coming = instalments.search(
                [
                    *own,
                    ("reminded_date", "=", False),
                    ("plan_id.has_reminders", "=", True),
                    ("expected_date", ">=", day),
                    ("expected_date", "<=", day + timedelta(days=before)),
                ]
            )
        missed = instalments.search(
            [*own, ("noticed_date", "=", False), ("expected_date", "<", day)]
        )
        return coming | missed

    def _write_about(self, part, day: date) -> bool:
        """One message, and its mark: never twice for one instalment."""
        if not part.try_lock_for_update():
            return False
        is_missed = part.expected_date < day
        if is_missed and self._waits_for_the_bank(part, day):
            return False
        field = "notice" if is_missed else "reminder"
        mark = {f"{'noticed' if is_missed else 'reminded'}_date": day}
        if not self._recipient():
            part.write(mark)
            self._tell_no_address(part)
            return False
        message = self._mail("missed" if is_missed else "reminder", part)
        part.write({**mark, f"{field}_message_id": message.id})
        return True

    def _waits_for_the_bank(self, part, day: date) -> bool:
        """Nobody is told to have missed what may just have been paid."""
        if self._must_wait(self.company_id, day):
            return True
        unmatched = self._unmatched()[self.id]
        return sum(credit.amount for credit in unmatched) >= _money(part.left)

    def _tell_no_address(self, part) -> None:
        self._log(
            self.env._(
                "No e-mail address for the instalment of %(date)s: call the customer.",
                date=format_date(self.env, part.expected_date),
            )
        )
