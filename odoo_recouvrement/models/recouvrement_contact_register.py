"""On paper: the calls to make, and the register of all contacts with a debtor."""

from typing import NamedTuple

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date, format_datetime, html2plaintext

from ..report.printing import letter_engine, print_html
from .recouvrement_proof import BATCH_FILE

SHEET_ITEMS = 6
NOTE_LENGTH = 160


class Contact(NamedTuple):
    """One line of the register."""

    moment: object
    channel: str
    who: str
    what: str
    state: str


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    # ------------------------------------------------------------------ the register

    def action_print_register(self):
        """Everything that was said or sent, in order: for the debtor who asks."""
        self.ensure_one()
        self.check_access("read")
        contacts = sorted(self._contacts(), key=lambda one: one.moment)
        values = {
            "case": self,
            "rows": [
                {
                    **contact._asdict(),
                    "moment": format_datetime(
                        self.env, contact.moment, tz=self._tz(), dt_format="short"
                    ),
                }
                for contact in contacts
            ],
            "wishes": [
                {
                    "date": format_date(self.env, wish.date),
                    "name": wish.display_name,
                    "source": wish.source,
                }
                for wish in self.preference_ids
            ],
            "printed_on": format_date(self.env, fields.Date.context_today(self)),
        }
        return self._print_sheet(
            "odoo_recouvrement.contact_register",
            values,
            self.env._("contacts-%(name)s.pdf", name=self.partner_id.name),
        )

    def _tz(self) -> str:
        return str(self.env["recouvrement.reminder"]._zone(self.company_id))

    def _contacts(self) -> list[Contact]:
        return [
            *self._reminder_contacts(),
            *self._call_contacts(),
            *self._message_contacts(),
        ]

    def _reminder_contacts(self):
        reminders = self.reminder_ids.filtered("sent_date").sorted("id")
        channels = dict(reminders._fields["channel"]._description_selection(self.env))
        states = dict(reminders._fields["state"]._description_selection(self.env))
        # In the words of whoever received it, not in those of the register of proofs.
        states["proved"] = self.env._("Delivered")
        for reminder in reminders:
            is_call = reminder.channel == "call" and reminder.state == "proved"
            # A courtesy asks for nothing yet: it says what falls due.
            amount = reminder.total or reminder.upcoming_total
            yield Contact(
                reminder.sent_date,
                channels[reminder.channel],
                reminder.recipient_name or "",
                _beside(
                    reminder.name or "",
                    reminder.level_id.name,
                    format_amount(self.env, amount, reminder.currency_id),
                ),
                self.env._("Made") if is_call else states[reminder.state],
            )

    def _call_contacts(self):
        directions = {
            "out": self.env._("Call made"),
            "in": self.env._("Call received"),
        }
        # A call that counts has its line among the reminders too: it was one.
        for call in self.call_ids:
            yield Contact(
                call.date,
                directions[call.direction],
                _beside(call.contact_name, _unbroken(call.phone)),
                _short(call.note or ""),
                call.outcome_id.name,
            )

    def _message_contacts(self):
        """Mails of the customer and ours, beside the reminders."""
        own = self.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "in", ("email", "comment")),
            ]
        )
        for message in own:
            received = message.message_type == "email"
            if not received and not message.partner_ids:
                continue  # a note between colleagues
            who = message.author_id if received else message.partner_ids
            yield Contact(
                message.date,
                self.env._("E-mail received") if received else self.env._("E-mail"),
                ", ".join(who.mapped("name")) or message.email_from or "",
                message.subject or _short(html2plaintext(message.body or "")),
                "",
            )

    # ---------------------------------------------------------------- the call sheet

    def action_print_call_sheet(self):
        """The calls of the day on paper: whom, why, what happened before."""
        cases = self or self._call_queue()
        cases = cases.filtered(
            lambda case: case.overdue_total > 0 and case.partner_phone
        )
        if not cases:
            raise UserError(
                self.env._("None of these debtors is late and has a phone number.")
            )
        day = format_date(
            self.env, fields.Date.context_today(self), date_format="EEEE d MMMM y"
        )
        outcomes = self.env["recouvrement.call.outcome"].search([("active", "=", True)])
        values = {
            "lead": " · ".join(
                (
                    day,
                    self.env.user.name,
                    self.env._("%(count)s debtors", count=len(cases))
                    if len(cases) > 1
                    else self.env._("1 debtor"),
                )
            ),
            "collector": self.env.user.name,
            "company": cases[:1].company_id,
            "debtors": [case._sheet_values() for case in cases],
            "outcomes": outcomes.mapped("display_name"),
        }
        return self._print_sheet(
            "odoo_recouvrement.call_sheet",
            values,
            self.env._("calls-%(day)s.pdf", day=fields.Date.context_today(self)),
        )

    def _sheet_values(self) -> dict:
        self.ensure_one()
        lines = self._lines_to_speak_of()
        contact, phone = self._whom_to_call()
        last = self.call_ids[:1]
        items = [
            {
                "invoice": line.move_id.name or line.name or "",
                "due": format_date(self.env, line.date_maturity or line.date),
                "open": format_amount(
                    self.env, line.amount_residual_currency, line.currency_id
                ),
            }
            for line in lines[:SHEET_ITEMS]
        ]
        is_other = contact.name and contact.name != self.partner_id.name
        return {
            "name": self.partner_id.name,
            "contact": contact.name if is_other else "",
            "phone": _unbroken(phone or self.partner_phone),
            "overdue": format_amount(self.env, self.overdue_total, self.currency_id),
            "days": self.env._("%(count)s days", count=self.oldest_days)
            if self.oldest_days > 1
            else self.env._("1 day"),
            "step": self.next_text or "",
            "promises": self.promise_text or "",
            "best_hours": self.best_hours or "",
            "refusal": self._call_refusal(fields.Datetime.now()),
            "last_call": _beside(
                format_datetime(self.env, last.date, tz=self._tz(), dt_format="short"),
                last.outcome_id.name,
            )
            if last
            else "",
            # Two in a line: three debtors stand on a page.
            "items": [items[first : first + 2] for first in range(0, len(items), 2)],
            "more": max(len(lines) - SHEET_ITEMS, 0),
        }

    # ----------------------------------------------------------------------- printing

    @api.model
    def _print_sheet(self, template: str, values: dict, name: str) -> dict:
        html = self.env["ir.qweb"]._render(
            template, {**values, "paged": letter_engine() == "weasyprint"}
        )
        content = print_html(self.env, Markup("<!DOCTYPE html>\n") + html)
        # A reader may not create attachments: this one holds what he reads already,
        # and is swept away with those of the letters.
        file = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "description": BATCH_FILE,
                    "raw": content,
                    "mimetype": "application/pdf",
                    "access_token": self.env["ir.attachment"]._generate_access_token(),
                }
            )
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=true"
            f"&access_token={file.access_token}",
            "target": "self",
        }


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= NOTE_LENGTH else text[: NOTE_LENGTH - 1] + "…"


def _beside(*parts: str) -> str:
    """Parts with a dot between them, which never begins a line."""
    return "\N{NO-BREAK SPACE}· ".join(part for part in parts if part)


def _unbroken(phone: str) -> str:
    return (phone or "").replace(" ", "\N{NO-BREAK SPACE}")
