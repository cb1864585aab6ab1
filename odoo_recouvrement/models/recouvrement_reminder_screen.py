"""What the day's messages show before they leave: preview, flags, test."""

import base64
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .windows import dialog

# A payment this recent deserves a look before the message leaves.
RECENT_PAYMENT_DAYS = 7
PENDING_STATES = ("draft", "confirmed")
LETTERS = ("letter", "registered_letter", "electronic_registered")


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    level_code = fields.Char(related="level_id.code")
    flag_text = fields.Char("To check", compute="_compute_flag_text")
    destination = fields.Char("To", compute="_compute_destination")
    preview_subject = fields.Char("Subject as it reads", compute="_compute_preview")
    preview_body = fields.Html(
        "Message as it reads", compute="_compute_preview", sanitize=False
    )
    preview_text = fields.Text("Text as it reads", compute="_compute_preview")
    preview_pdf = fields.Binary("Letter as it reads", compute="_compute_preview_pdf")
    preview_pdf_error = fields.Char(compute="_compute_preview_pdf")
    preview_error = fields.Char(compute="_compute_preview")
    preview_note = fields.Text("Since it was proposed", compute="_compute_preview")
    is_written = fields.Boolean(
        compute="_compute_is_written", help="A letter, an e-mail: something to read."
    )

    @api.depends("channel")
    def _compute_is_written(self):
        for reminder in self:
            reminder.is_written = reminder.channel in ("email", *LETTERS)

    @api.depends(
        "state", "channel", "recipient_email", "recipient_phone", "recipient_address"
    )
    def _compute_destination(self):
        """Where it went, or would go today: contacts are read together."""
        pending = self.filtered(lambda reminder: reminder.state in PENDING_STATES)
        bad = pending._bad_addresses() if pending else set()
        for reminder in self:
            by_channel = {
                "email": reminder.recipient_email,
                "sms": reminder.recipient_phone,
                "call": reminder.recipient_phone,
            }
            address = by_channel.get(reminder.channel, reminder.recipient_address)
            if reminder in pending:
                address = reminder._planned_address(bad)
            reminder.destination = " · ".join((address or "").splitlines())

    def _planned_address(self, bad: set[str]) -> str:
        self.ensure_one()
        channel = self.env["recouvrement.channel"]._of(self)
        messages = self.env["recouvrement.message"].with_company(self.company_id)
        try:
            return messages._recipient(self, channel, bad)[1]
        except UserError:
            # Nobody to write to: the flag says so, the preview gives the remedy.
            return ""

    # ---------------------------------------------------------------- the flags

    @api.depends("state", "credit_total", "destination", "failure_reason")
    def _compute_flag_text(self):
        """What deserves a look; two statements, whatever the number of messages."""
        pending = self.filtered(lambda reminder: reminder.state in PENDING_STATES)
        payments = pending._recent_payments()
        earlier = pending._earlier_addresses()
        for reminder in self:
            if reminder not in pending:
                reminder.flag_text = reminder._life_flag()
                continue
            paid_on = payments.get((reminder.company_id.id, reminder.partner_id.id))
            known = earlier.get((reminder.case_id.id, reminder.channel))
            flags = {
                self.env._("No address"): not reminder.destination,
                self.env._("Credit deducted"): reminder.credit_total > 0,
                self.env._(
                    "Payment on %(date)s",
                    date=format_date(self.env, paid_on, date_format="d MMM"),
                ): paid_on,
                self.env._("Contact changed"): known
                and reminder.destination
                and known != reminder.destination,
                self.env._("Last attempt failed"): reminder.failure_reason,
            }
            reminder.flag_text = " · ".join(word for word, on in flags.items() if on)

    def _life_flag(self) -> str:
        self.ensure_one()
        if self.is_in_doubt:
            return self.env._("In doubt: did it leave?")
        if self.state == "bounced":
            return self.env._("Address to correct")
        return ""

    def _recent_payments(self) -> dict[tuple[int, int], object]:
        """Date of the last payment booked lately, by company and customer."""
        if not self:
            return {}
        since = fields.Date.context_today(self) - timedelta(days=RECENT_PAYMENT_DAYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT paid.company_id, customer.commercial_partner_id, max(paid.date)
                  FROM (
                    SELECT aml.company_id, aml.partner_id, aml.date
                      FROM account_move_line aml
                      JOIN account_account account ON account.id = aml.account_id
                      JOIN account_journal journal ON journal.id = aml.journal_id
                     WHERE account.account_type = 'asset_receivable'
                       AND aml.parent_state = 'posted'
                       AND journal.type IN ('bank', 'cash')
                       AND aml.balance < 0 AND aml.date >= %(since)s
                 UNION ALL
                    SELECT company_id, partner_id, date FROM account_payment
                     WHERE state IN ('in_process', 'paid') AND date >= %(since)s
                       AND payment_type = 'inbound' AND partner_type = 'customer'
                  ) paid
                  JOIN res_partner customer ON customer.id = paid.partner_id
                 WHERE paid.company_id = ANY(%(companies)s)
                   AND customer.commercial_partner_id = ANY(%(customers)s)
              GROUP BY 1, 2
                """,
                since=since,
                companies=self.company_id.ids,
                customers=self.partner_id.ids,
            )
        )
        return {(company, partner): paid for company, partner, paid in rows}

    def _earlier_addresses(self) -> dict[tuple[int, str], str]:
        """Where the last message of the file went, by file and channel."""
        if not self:
            return {}
        self.flush_model(["state", "recipient_email", "recipient_phone"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (case_id, channel) case_id, channel,
                       COALESCE(recipient_email, recipient_phone)
                  FROM recouvrement_reminder
                 WHERE case_id = ANY(%s) AND channel IN ('email', 'sms')
                   AND state IN ('sent', 'proved')
              ORDER BY case_id, channel, id DESC
                """,
                self.case_id.ids,
            )
        )
        return {(case, channel): address for case, channel, address in rows}

    # -------------------------------------------------------------- the preview

    @api.depends("state", "body", "text", "subject")
    def _compute_preview(self):
        """The message as the debtor will see it; as it left once frozen."""
        # Readers may not read payments: who reads a reminder reads what it deducts.
        messages = self.env["recouvrement.message"].sudo()
        for reminder in self:
            values = {
                "subject": reminder.subject,
                "body": reminder.body,
                "text": reminder.text,
            }
            error = False
            if reminder.state in PENDING_STATES and reminder.id:
                try:
                    # The text needs payments, which a collector may not read.
                    values = messages._preview(reminder.sudo())
                except UserError as problem:
                    # Shown in place of the preview, with its remedy.
                    error = str(problem)
            reminder.preview_subject = values.get("subject") or False
            reminder.preview_body = values.get("body") or False
            reminder.preview_text = values.get("text") or False
            reminder.preview_note = values.get("note") or False
            reminder.preview_error = error

    @api.depends("state", "pdf_id")
    def _compute_preview_pdf(self):
        """The frozen file, or the letter as it would be printed today."""
        for reminder in self:
            reminder.preview_pdf = reminder.pdf_id.datas
            reminder.preview_pdf_error = False
            if reminder.state in PENDING_STATES and reminder.channel in LETTERS:
                reminder._print_preview()

    def _print_preview(self):
        self.ensure_one()
        # The web client asks for sizes in place of files: the logo is wanted whole.
        # Readers may not read payments: who reads a reminder reads what it deducts.
        whole = self.sudo().with_context(bin_size=False)
        messages = whole.env["recouvrement.message"].with_company(self.company_id)
        try:
            day = fields.Date.context_today(self)
            imagined, _note = whole._foresee(day)
            message = messages._compose(imagined, day)
            self.preview_pdf = base64.b64encode(messages._print(imagined, message))
        except UserError as problem:
            # Shown above the text, which may still be readable.
            self.preview_pdf_error = str(problem)

    # -------------------------------------------------------------- the actions

    def action_confirm(self):
        """Confirm; the files' tasks follow at once."""
        result = super().action_confirm()
        self.case_id._refresh()
        return result

    def action_open_withdraw(self):
        return self._reminder_wizard(
            "recouvrement.withdraw",
            self.env._("Withdraw the reminder"),
            default_move="withdraw",
        )

    def action_open_remove(self):
        return self._reminder_wizard(
            "recouvrement.withdraw",
            self.env._("Remove from today's messages"),
            default_move="remove",
        )

    def action_open_returned(self):
        return self._reminder_wizard(
            "recouvrement.withdraw",
            self.env._("It came back"),
            default_move="returned",
        )

    def action_open_posted(self):
        return self._reminder_wizard(
            "recouvrement.posted", self.env._("Mark as posted")
        )

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()

    def action_send_test(self):
        """Send the message, as it reads now, to the person who looks at it."""
        address = self.env.user.email
        if not address:
            raise UserError(
                self.env._(
                    "Your user has no e-mail address to send the test to: write it in "
                    "your preferences (your picture, top right)."
                )
            )
        for reminder in self:
            if reminder.preview_error:
                raise UserError(reminder.preview_error)
            subject = reminder.preview_subject or reminder.display_name
            text = Markup("<pre>%s</pre>") % (reminder.preview_text or "")
            # A reader may not create mails: the only addressee of this one is himself.
            mail = (
                self.env["mail.mail"]
                .sudo()
                .create(
                    {
                        "subject": self.env._("[Test] %(subject)s", subject=subject),
                        "body_html": reminder.preview_body or text,
                        "email_to": address,
                        "auto_delete": True,
                        "attachment_ids": [
                            fields.Command.create(
                                {
                                    "name": f"{reminder.display_name}.pdf",
                                    "datas": reminder.preview_pdf,
                                }
                            )
                        ]
                        if reminder.preview_pdf
                        else [],
                    }
                )
            )
            try:
                mail.send(raise_exception=True)
            except MailDeliveryException as error:
                raise UserError(
                    self.env._(
                        "The test could not be sent (%(error)s): check the outgoing "
                        "mail server in the settings.",
                        error=" ".join(str(part) for part in error.args),
                    )
                ) from error
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Test sent to %(address)s.", address=address),
            },
        }

    def _reminder_wizard(self, model: str, name: str, **defaults) -> dict:
        return dialog(model, name, default_reminder_ids=self.ids, **defaults)

    @api.model
    def get_dispatch_header(self) -> dict:
        """What stands above the day's messages: the bank, and what waits."""
        company = self.env.company
        counts = {}
        for state, doubt, count in self._read_group(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("draft", "confirmed", "sending")),
            ],
            ["state", "is_in_doubt"],
            ["__count"],
        ):
            key = "in_doubt" if doubt else state
            counts[key] = counts.get(key, 0) + count
        last = self.env["recouvrement.run"].new({"company_id": company.id})._bank_date()
        age = (fields.Date.context_today(self) - last).days if last else None
        limit = company.recouvrement_bank_max_age
        return {
            "draft": counts.get("draft", 0),
            "confirmed": counts.get("confirmed", 0),
            "in_doubt": counts.get("in_doubt", 0),
            "bank": self._bank_words(last, age),
            "bank_is_old": bool(limit) and age is not None and age > limit,
        }

    @api.model
    def _bank_words(self, last, age: int | None) -> str:
        if last is None or not last:
            return self.env._("No bank statement has been imported yet.")
        if age <= 0:
            return self.env._("Last bank statement: today.")
        if age == 1:
            return self.env._("Last bank statement: yesterday.")
        return self.env._(
            "Last bank statement: %(date)s, %(days)s days ago.",
            date=format_date(self.env, last),
            days=age,
        )
