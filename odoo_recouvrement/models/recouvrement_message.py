"""Writes a reminder: from records to plain values, from plain values to words.

Nothing is stored here. The day's preview and the dispatch call the same code, so
that what somebody checked is what leaves.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from markupsafe import Markup
from schwifty import IBAN
from stdnum.fr import siren as fr_siren
from stdnum.fr import siret as fr_siret

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..core import context as message_context
from ..core import template as core_template
from ..core.money import ZERO
from ..report.inert import inert
from .recouvrement_penalties import NO_PENALTIES, Penalties
from .template_words import word_problem
from .wishes import is_refused

PAYMENT_REFERENCE_LENGTH = 60

# The greeting follows the language of the reader, which need not be installed.
SALUTATIONS = {"fr": "Madame, Monsieur", "en": "Dear Sir or Madam"}


class Message(NamedTuple):
    """What a reminder says, and to whom, before it is frozen.

    ``address`` is what its channel needs: an e-mail, a phone number, or the lines of
    a postal address. ``body`` is the text as HTML, empty for a channel that only has
    words; the page around it is the channel's. ``penalties``: what it says of them.
    """

    context: message_context.MessageContext
    recipient: Any
    address: str
    lang: str
    version: Any
    subject: str
    body: Markup
    text: str
    penalties: Penalties = NO_PENALTIES


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    @api.model
    def _compose(
        self,
        reminder,
        day: date,
        credits=None,
        bad=None,
        *,
        leaves: bool = False,
    ) -> Message:
        """The message as of ``day``; raise UserError with the remedy if it cannot be.

        ``credits``: what ``_read_credits`` found, when several are written at once.
        ``bad``: addresses that came back, and the wishes of the contacts. ``leaves``:
        it is about to leave; only then does it carry the debtor's own link, which a
        preview must not give to whoever reads it.
        """
        company = reminder.company_id
        writer = self.with_company(company)
        channel = self.env["recouvrement.channel"]._of(reminder)
        if bad is None:
            bad = reminder._bad_addresses()
        recipient, address = writer._recipient(reminder, channel, bad)
        lang = recipient.lang or reminder.partner_id.lang or company.partner_id.lang
        template = writer._template(reminder, lang or "fr_FR")
        lang = lang if (lang or "").startswith(template.lang) else template.lang
        if credits is None:
            credits = writer._read_credits(company, reminder.partner_id.ids)
        found = credits.get((reminder.partner_id.id, reminder.currency_id.id), ())
        penalties = writer._penalties(reminder, day, found)
        accesses = self.env["recouvrement.access"]
        portal_url = (
            accesses._link(reminder.case_id, day)
            if leaves
            else accesses._link_in_preview(company)
        )
        context = writer._context(
            reminder, recipient, lang, day, found, penalties, portal_url
        )
        words = writer._words(template, context, lang, channel, reminder._own_text())
        return Message(
            context, recipient, address, lang, template.version_id, *words, penalties
        )

    # ------------------------------------------------------------------- to whom

    def _recipient(self, reminder, channel, bad) -> tuple[Any, str]:
        """The first contact that has what the channel needs, and that address."""
        if not reminder.partner_id.active:
            raise UserError(
                self.env._(
                    "The customer “%(customer)s” is archived: restore it, or settle "
                    "its open items.",
                    customer=reminder.partner_id.display_name,
                )
            )
        code = channel._name.rpartition(".")[2]
        candidates = sorted(
            self._candidates(reminder),
            key=lambda partner: f"prefer:{code}:{partner.id}" not in bad,
        )
        for partner in candidates:
            if address := self._usable_address(partner, channel, bad):
                return partner, address
        raise UserError(channel._no_address(reminder))

    @api.model
    def _usable_address(self, partner, channel, bad) -> str:
        """What the channel needs of a contact, unless it came back or was declined."""
        address = channel._address(partner)
        is_bad = address.lower() in bad
        code = channel._name.rpartition(".")[2]
        return "" if is_bad or is_refused(partner, code, bad) else address

    def _candidates(self, reminder) -> Iterator[Any]:
        """The contact of the file, those of the invoices, then the customer."""
        customer = reminder.partner_id
        invoiced = reminder.line_ids.move_id.partner_id
        candidates = (
            reminder.case_id._contact_for(reminder._text_level())
            | invoiced.filtered(lambda partner: partner.type == "invoice")
            | (invoiced - customer)
            | customer.child_ids.filtered(lambda partner: partner.type == "invoice")
            | customer
        )
        yield from candidates.filtered("active")

    # --------------------------------------------------------------- which values

    def _context(
        self,
        reminder,
        recipient,
        lang,
        day,
        credits,
        penalties=NO_PENALTIES,
        portal_url="",
    ):
        level = reminder._text_level()
        try:
            return message_context.MessageContext(
                company=self._company(reminder.company_id),
                debtor=self._debtor(reminder),
                recipient=self._reader(recipient, lang),
                collector=self._collector(reminder),
                level=message_context.Level(
                    level.name, reminder.tone or level.tone, level.payment_days
                ),
                date=day,
                pay_before=day + timedelta(days=level.payment_days),
                currency=reminder.currency_id.name,
                items=tuple(
                    self._item(line, day, penalties) for line in reminder.line_ids
                ),
                credits=_used(credits, _money(reminder.credit_total)),
                payment_reference=self._payment_reference(reminder),
                shows_penalties=level.shows_penalties,
                portal_url=portal_url,
            )
        except message_context.NothingToAsk:
            raise UserError(
                self.env._("Nothing is left to ask: cancel this reminder.")
            ) from None

    @api.model
    def _company(self, company):
        partner = company.partner_id
        bank = company.recouvrement_bank_account_id or partner.bank_ids[:1]
        siren, siret = _numbers(partner)
        account = bank.acc_number or ""
        return message_context.Company(
            name=company.name,
            address=self._postal(partner, name="").lines(),
            siren=siren,
            siret=siret,
            vat=company.vat or "",
            email=company.email or "",
            phone=company.phone or "",
            website=company.website or "",
            iban=IBAN(account, allow_invalid=True).formatted if account else "",
            bic=bank.bank_bic or "",
        )

    @api.model
    def _debtor(self, reminder):
        customer = reminder.partner_id
        return message_context.Debtor(
            name=customer.name or customer.display_name,
            reference=customer.ref or "",
            profile=reminder.case_id.profile,
            is_company=customer.is_company,
            siren=_numbers(customer)[0],
        )

    @api.model
    def _siren_of(self, partner) -> str:
        """The SIREN as it is written, when it is valid."""
        return _numbers(partner)[0]

    @api.model
    def _reader(self, recipient, lang: str):
        language = lang[:2] if lang[:2] in SALUTATIONS else "en"
        salutation = SALUTATIONS[language]
        is_person = not recipient.is_company and recipient.type in ("contact", False)
        if language == "en" and is_person and recipient.name:
            salutation = f"Dear {recipient.name}"
        return message_context.Recipient(
            recipient.name or recipient.display_name, salutation, is_person
        )

    @api.model
    def _collector(self, reminder):
        user = (
            reminder.case_id.user_id
            or reminder.user_id
            or reminder.company_id.recouvrement_user_id
        )
        return message_context.Collector(
            user.name or "", user.email or "", user.phone or ""
        )

    @api.model
    def _item(self, line, day: date, penalties=NO_PENALTIES):
        move = line.move_id
        interest, fee = penalties.of(line.move_line_id._origin.id)
        is_invoice = move.is_invoice()
        return message_context.MessageItem(
            invoice=move.name or line.move_line_id.name or "",
            invoice_date=move.invoice_date or move.date,
            due_date=line.due_date,
            days_overdue=(day - line.due_date).days,
            total=_money(
                move.amount_total if is_invoice else line.move_line_id.amount_currency
            ),
            residual=_money(line.residual),
            claim=_money(line.claim),
            reference=(move.ref or "") if is_invoice else "",
            interest=interest,
            recovery_fee=fee,
            is_reminded=bool(line.move_line_id._origin.recouvrement_contact_date),
        )

    @api.model
    def _payment_reference(self, reminder) -> str:
        """What to quote with the payment: the invoices, which the bank matching reads.

        When they are too many for a transfer's label, the customer's own number.
        """
        moves = reminder.line_ids.filtered(lambda line: not line.is_upcoming).move_id
        moves = moves or reminder.line_ids.move_id
        names = " ".join(move.payment_reference or move.name or "" for move in moves)
        if len(names) <= PAYMENT_REFERENCE_LENGTH:
            return names
        return reminder.partner_id.ref or moves[0].name or ""

    # ------------------------------------------------------------------ the words

    def _template(self, reminder, lang: str):
        template = reminder._text_level()._find_template(reminder.channel, lang)
        if not template:
            field = reminder._fields["channel"]
            channels = dict(field._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Level “%(level)s” has no text for the channel “%(channel)s”: add "
                    "one to the level.",
                    level=reminder._text_level().display_name,
                    channel=channels[reminder.channel],
                )
            )
        return template

    def _words(
        self, template, context, lang: str, channel, own: tuple[str, str] | None = None
    ) -> tuple[str, Markup, str]:
        """Subject on one line, body (HTML), and the same in plain text.

        ``own``: sources of a subject and a body that replace the template's.
        """
        version, is_html = template.version_id, channel._is_html
        title, source = own or (version.subject or template.name, version.body)
        try:
            subject = core_template.render(title, context, lang=lang, html=False)
            written = core_template.render(source, context, lang=lang, html=is_html)
        except core_template.TemplateError as error:
            problem = core_template.Problem(error.code, error.detail, error.line)
            raise UserError(
                self.env._(
                    "The text “%(text)s” cannot be written for this customer: "
                    "%(problem)s Correct the text, or write to the customer yourself.",
                    text=template.name,
                    problem=word_problem(self.env, problem),
                )
            ) from error
        subject = " ".join(subject.split())
        if not is_html:
            return subject, Markup(""), channel._plain(written.strip())
        # Where a text breaks its source lines says nothing: a sentence is one line.
        written = " ".join(line.strip(" \t\r") for line in written.split("\n"))
        return subject, Markup(written), html2plaintext(inert(written))

    # ------------------------------------------------------------------- previews

    @api.model
    def _preview(self, reminder) -> dict:
        """Subject, body and text as they would leave today; what changed since."""
        day = fields.Date.context_today(reminder)
        imagined, note = reminder._foresee(day)
        message = self._compose(imagined, day)
        channel = self.env["recouvrement.channel"]._of(reminder)
        return {
            "subject": message.subject,
            "body": channel._envelope(imagined, message),
            "text": message.text,
            "note": note,
        }


def _money(amount: float) -> Decimal:
    """From the ORM's float to the core's Decimal: what is written on the screen."""
    return Decimal(str(amount or 0))


def _numbers(partner) -> tuple[str, str]:
    """SIREN and SIRET as they are written, when they are valid."""
    registry = partner.company_registry or ""
    if fr_siret.is_valid(registry):
        siret = fr_siret.compact(registry)
        return _by_three(siret[:9]), f"{_by_three(siret[:9])} {siret[9:]}"
    if fr_siren.is_valid(registry):
        return _by_three(fr_siren.compact(registry)), ""
    return "", ""


def _by_three(digits: str) -> str:
    return " ".join((digits[:3], digits[3:6], digits[6:9]))


def _used(credits, total: Decimal) -> tuple:
    """The credits that make up what was deducted: the oldest, the last in part."""
    used, left = [], total
    for credit in credits:
        amount = min(credit.amount, left)
        if amount > ZERO:
            used.append(message_context.Credit(credit.reference, credit.date, amount))
            left -= amount
    return tuple(used)
