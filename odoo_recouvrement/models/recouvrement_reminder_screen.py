"""What the day's messages show before they leave: preview, flags, test."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

# A payment this recent deserves a look before the message leaves.
RECENT_PAYMENT_DAYS = 7
PENDING_STATES = ("draft", "confirmed")


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    level_code = fields.Char(related="level_id.code")
    flag_text = fields.Char("To check", compute="_compute_flag_text")
    destination = fields.Char("To", compute="_compute_destination")
    preview_subject = fields.Char("Subject as it reads", compute="_compute_preview")
    preview_body = fields.Html("Message as it reads", compute="_compute_preview", sanitize=False)
    preview_text = fields.Text("Text as it reads", compute="_compute_preview")
    preview_pdf = fields.Binary("Letter as it reads", compute="_compute_preview_pdf")
    preview_error = fields.Char(compute="_compute_preview")
    is_written = fields.Boolean(
        compute="_compute_is_written", help="A letter, an e-mail: something to read."
    )

    @api.depends("channel")
    def _compute_is_written(self):
        for reminder in self:
            reminder.is_written = reminder.channel in (
                "email", "letter", "registered_letter"
            )

    @api.depends("channel", "recipient_email", "recipient_phone", "recipient_address")
    def _compute_destination(self):
        for reminder in self:
            by_channel = {
                "email": reminder.recipient_email,
                "sms": reminder.recipient_phone,
                "call": reminder.recipient_phone,
            }
            address = " · ".join((reminder.recipient_address or "").splitlines())
            reminder.destination = by_channel.get(reminder.channel, address) or ""

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
                self.env._("No address"): reminder._lacks_address(),
                self.env._("Credit deducted"): reminder.credit_total > 0,
                self.env._(
                    "Payment on %(date)s", date=format_date(self.env, paid_on)
                ): paid_on,
                self.env._("Contact changed"): known
                and reminder.destination
                and known != (reminder.recipient_email or reminder.recipient_phone),
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

    def _lacks_address(self) -> bool:
        """Judged on what is known before the message is frozen."""
        self.ensure_one()
        if self.destination:
            return False
        partner = self.recipient_id or self.partner_id
        if self.channel == "email":
            return not partner.email
        if self.channel in ("sms", "call"):
            return not partner.phone
        return not (partner.street and partner.city)

    def _recent_payments(self) -> dict[tuple[int, int], object]:
        """Date of the last payment booked lately, by company and customer."""
        if not self:
            return {}
        since = fields.Date.context_today(self) - timedelta(days=RECENT_PAYMENT_DAYS)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT aml.company_id, customer.commercial_partner_id, max(aml.date)
                  FROM account_move_line aml
                  JOIN res_partner customer ON customer.id = aml.partner_id
                  JOIN account_account account ON account.id = aml.account_id
                  JOIN account_journal journal ON journal.id = aml.journal_id
                 WHERE account.account_type = 'asset_receivable'
                   AND aml.parent_state = 'posted'
                   AND journal.type IN ('bank', 'cash')
                   AND aml.balance < 0
                   AND aml.date >= %s
                   AND aml.company_id = ANY(%s)
                   AND customer.commercial_partner_id = ANY(%s)
              GROUP BY 1, 2
                """,
                since,
                self.company_id.ids,
                self.partner_id.ids,
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
        messages = self.env["recouvrement.message"]
        for reminder in self:
            values = {"subject": reminder.subject, "body": reminder.body,
                      "text": reminder.text}
            error = False
            if reminder.state in PENDING_STATES and reminder.id:
                try:
                    values = messages._preview(reminder)
                except UserError as problem:
                    # Shown in place of the preview, with its remedy.
                    error = str(problem)
            reminder.preview_subject = values.get("subject") or False
            reminder.preview_body = values.get("body") or False
            reminder.preview_text = values.get("text") or False
            reminder.preview_error = error

    @api.depends("state", "pdf_id")
    def _compute_preview_pdf(self):
        messages = self.env["recouvrement.message"]
        for reminder in self:
            if reminder.pdf_id:
                reminder.preview_pdf = reminder.pdf_id.datas
            elif reminder.state in PENDING_STATES and "letter" in reminder.channel:
                reminder.preview_pdf = messages._preview_pdf(reminder)
            else:
                reminder.preview_pdf = False

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
                self.env._("Your user has no e-mail address to send the test to.")
            )
        for reminder in self:
            if reminder.preview_error:
                raise UserError(reminder.preview_error)
            subject = reminder.preview_subject or reminder.display_name
            text = Markup("<pre>%s</pre>") % (reminder.preview_text or "")
            # Mail rights belong to the system; the only addressee is oneself.
            mail = self.env["mail.mail"].sudo().create(
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
            mail.send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Test sent to %(address)s.", address=address),
            },
        }

    def _reminder_wizard(self, model: str, name: str, **defaults) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_reminder_ids": self.ids, **defaults},
        }

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
