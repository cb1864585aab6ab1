"""A text beside what a debtor reads: on an example while it is written, on a real
debtor on demand."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core import template as core_template
from ..core.sms import measure
from ..report.mail import render_mail
from .recouvrement_message import Message
from .template_words import word_problem
from .windows import dialog


class RecouvrementTemplate(models.Model):
    _inherit = "recouvrement.template"

    preview_subject = fields.Char("Preview of the subject", compute="_compute_preview")
    preview_body = fields.Html("Preview", compute="_compute_preview", sanitize=False)
    preview_text = fields.Text("Preview of the words", compute="_compute_preview")
    preview_error = fields.Text("To correct", compute="_compute_preview")
    preview_size = fields.Char("Size", compute="_compute_preview")
    variables_help = fields.Html(compute="_compute_variables_help", sanitize=False)

    @api.depends("subject", "body", "channel", "lang", "tone", "profile")
    def _compute_preview(self):
        """The unsaved text on an example; what would refuse it, in words."""
        for text in self:
            text.update(
                dict.fromkeys(
                    (
                        "preview_subject",
                        "preview_body",
                        "preview_text",
                        "preview_error",
                        "preview_size",
                    ),
                    False,
                )
            )
            if text.body and text.lang:
                text._show_on_example()

    def _show_on_example(self):
        self.ensure_one()
        problems = self._problems()
        self.preview_error = "\n".join(problems) or False
        html = self.channel in ("email", "letter")
        try:
            subject = core_template.render(
                self.subject or "", self._sample(), lang=self.lang, html=False
            )
            words = core_template.render(
                self.body, self._sample(), lang=self.lang, html=html
            )
        except core_template.TemplateError as error:
            problem = core_template.Problem(error.code, error.detail, error.line)
            self.preview_error = word_problem(self.env, problem)
            return
        self.preview_subject = " ".join(subject.split())
        if self.channel == "email":
            words = render_mail(self.env, self._sample(), Markup(words), lang=self.lang)
        if html:
            self.preview_body = words
            return
        self.preview_text = words.strip()
        size = measure(words.strip())
        self.preview_size = self.env._(
            "%(characters)s characters, %(segments)s message(s) to pay.",
            characters=size.characters,
            segments=size.segments,
        )

    def action_preview(self):
        self.ensure_one()
        return dialog(
            "recouvrement.template.preview",
            self.env._("%(name)s on a real debtor", name=self.name),
            default_template_id=self.id,
        )

    def _preview(self, case) -> dict:
        """Subject, body and text for a debtor's overdue items; writes nothing."""
        self.ensure_one()
        if not case:
            raise UserError(self.env._("Choose a debtor to see the text."))
        messages = self.env["recouvrement.message"].with_company(case.company_id)
        day = fields.Date.context_today(self)
        reminder = self._imagine(case, day)
        channel = self.env["recouvrement.channel"]._of(reminder)
        lang = case.partner_id.lang or ""
        lang = lang if lang.startswith(self.lang) else self.lang
        link = self.env["recouvrement.access"]._link_in_preview(case.company_id)
        context = messages._context(
            reminder, case.partner_id, lang, day, (), portal_url=link
        )
        subject, body, text = messages._words(self, context, lang, channel)
        message = Message(
            context, case.partner_id, "", lang, self.version_id, subject, body, text
        )
        return {
            "subject": subject if self.subject else "",
            "body": channel._envelope(reminder, message) if body else body,
            "text": "" if body else text,
        }

    def _items_of(self, case, day):
        """The debtor's items the text is for, in one currency.

        Those not due yet for a courtesy, those overdue for any other tone.
        """
        is_courtesy = self.tone == "courtesy"
        lines = case.open_line_ids.filtered(
            lambda line: (
                line.amount_residual > 0
                and ((line.date_maturity or line.date) >= day) == is_courtesy
            )
        )
        return lines.filtered(lambda line: line.currency_id == lines[0].currency_id)

    def _imagine(self, case, day):
        """A reminder of these items that exists only for a preview."""
        lines = self._items_of(case, day)
        if not lines:
            name = case.display_name
            raise UserError(
                self.env._(
                    "Nothing falls due soon for %(name)s: choose another debtor.",
                    name=name,
                )
                if self.tone == "courtesy"
                else self.env._(
                    "Nothing is overdue for %(name)s: choose another debtor.",
                    name=name,
                )
            )
        level = (
            self.level_ids[:1]
            or case.next_level_id
            or self.env["recouvrement.policy.level"].search(
                [("is_final", "=", False)], limit=1
            )
        )
        return self.env["recouvrement.reminder"].new(
            {
                "company_id": case.company_id.id,
                "case_id": case.id,
                "partner_id": case.partner_id.id,
                "level_id": level.id,
                "tone": self.tone,
                "channel": self.channel,
                "currency_id": lines.currency_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": line.id,
                            "move_id": line.move_id.id,
                            "due_date": line.date_maturity or line.date,
                            "residual": line.amount_residual_currency,
                            "claim": line.amount_residual_currency,
                            "currency_id": line.currency_id.id,
                        }
                    )
                    for line in lines
                ],
            }
        )

    # ------------------------------------------------------------ the vocabulary

    def _compute_variables_help(self):
        content = self.env["ir.qweb"]._render(
            "odoo_recouvrement.template_variables", {"groups": self._vocabulary()}
        )
        for text in self:
            text.variables_help = content

    @api.model
    def _vocabulary(self) -> list[dict]:
        """The names a text may use, each with what it says."""
        return [
            {
                "title": self.env._("The message"),
                "rows": [
                    ("total|money", self.env._("what is asked now")),
                    (
                        "overdue_total|money",
                        self.env._("what is overdue, before credits"),
                    ),
                    ("credit_total|money", self.env._("the credits deducted")),
                    ("upcoming_total|money", self.env._("what falls due later")),
                    ("date|date", self.env._("the day of the message")),
                    ("pay_before|date", self.env._("the last day to pay")),
                    ("oldest_due_date|date", self.env._("the oldest due date")),
                    ("oldest_days", self.env._("days since then")),
                    ("payment_reference", self.env._("to quote with the payment")),
                    ("currency", self.env._("the currency, e.g. EUR")),
                    (
                        "items_table",
                        self.env._("the table of the invoices, ready made"),
                    ),
                ],
            },
            {
                "title": self.env._("Who owes, who reads"),
                "rows": [
                    ("debtor.name", self.env._("the customer")),
                    ("debtor.reference", self.env._("its reference in your books")),
                    ("debtor.siren", self.env._("its SIREN")),
                    ("debtor.is_company", self.env._("true for a company")),
                    ("recipient.name", self.env._("the person or service written to")),
                    ("recipient.salutation", self.env._("Madame, Monsieur")),
                ],
            },
            {
                "title": self.env._("Who writes"),
                "rows": [
                    ("company.name", self.env._("your company")),
                    ("company.iban", self.env._("the account to pay into")),
                    ("company.bic", self.env._("its BIC")),
                    ("company.phone", self.env._("your phone")),
                    ("company.email", self.env._("your e-mail")),
                    ("collector.name", self.env._("who follows the file")),
                    ("collector.phone", self.env._("that person's phone")),
                    ("collector.email", self.env._("that person's e-mail")),
                ],
            },
            {
                "title": self.env._("Each invoice: {% for item in items %}"),
                "rows": [
                    ("item.invoice", self.env._("its number")),
                    ("item.reference", self.env._("the customer's own reference")),
                    ("item.invoice_date|short_date", self.env._("its date")),
                    ("item.due_date|short_date", self.env._("its due date")),
                    ("item.days_overdue", self.env._("days since the due date")),
                    ("item.total|money", self.env._("the amount of the invoice")),
                    ("item.residual|money", self.env._("what is still open")),
                    ("item.claim|money", self.env._("what is asked for it")),
                    ("item.is_upcoming", self.env._("true when it is not due yet")),
                ],
            },
            {
                "title": self.env._("Lists"),
                "rows": [
                    ("items", self.env._("every invoice, the oldest first")),
                    ("overdue_items", self.env._("those that are due")),
                    ("upcoming_items", self.env._("those that are not")),
                    ("credits", self.env._("the credits: reference, date, amount")),
                ],
            },
        ]
