"""The words of a message written on demand: offered, edited, checked as any text."""

from dataclasses import replace
from datetime import date

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..core import own_words
from ..core.template import TemplateError
from .recouvrement_write_now import Order


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _settled(self, order: Order, reminder, day: date) -> tuple[str, str, str]:
        """Subject, opening and closing as they are offered to whoever edits them.

        ``reminder``: the message in memory, for its figures. A text message is all
        opening.
        """
        # The text needs payments, which a collector may not read.
        messages = self.env["recouvrement.message"].sudo()
        messages = messages.with_company(self.company_id)
        lang = self._lang(order)
        context = messages._context(reminder, order.addressee, lang, day, ())
        version = order.text.version_id
        try:
            subject = own_words.settle(
                version.subject or "", context, lang=lang, html=False
            )
            body = own_words.settle(
                version.body, context, lang=lang, html=order.is_html
            )
        except TemplateError:
            return "", "", ""  # the preview says what is wrong with the text
        if not order.is_html:
            return "", body, ""
        return " ".join(subject.split()), *own_words.around_table(body)

    def _completed(self, order: Order, reminder, day: date) -> Order:
        """The order with all its words, when some of them were edited."""
        if not order.is_edited:
            return order
        names = ("subject", "opening", "closing")
        settled = zip(names, self._settled(order, reminder, day), strict=True)
        missing = {
            name: words for name, words in settled if getattr(order, name) is None
        }
        return replace(order, **missing)

    def _lang(self, order: Order) -> str:
        lang = order.addressee.lang or self.partner_id.lang or ""
        return lang if lang.startswith(order.text.lang) else order.text.lang

    def _check_words(self, order: Order) -> None:
        """What somebody wrote obeys the rules of any text."""
        if not order.is_edited:
            return
        written = html2plaintext(f"{order.opening or ''}{order.closing or ''}").strip()
        if not written or (order.is_html and not (order.subject or "").strip()):
            raise UserError(
                self.env._("The message is empty: write a subject and a text.")
            )
        lang = self._lang(order)
        for words, is_html in (
            (order.subject, False),
            (order.opening, order.is_html),
            (order.closing, order.is_html),
        ):
            for name in own_words.unknown_names(words or "", lang=lang, html=is_html):
                raise UserError(
                    self.env._(
                        "“[%(name)s]” is not worked out: write %(known)s, or leave out "
                        "the brackets.",
                        name=name,
                        known=self._names_offered(order.text),
                    )
                )
        subject, body = self._sources(order)
        text = self.env["recouvrement.template"].new(
            {
                "name": order.text.name,
                "channel": order.channel,
                "lang": order.text.lang,
                "tone": order.level.tone,
                "profile": self.profile,
                "subject": subject,
                "body": body,
            }
        )
        problems = text._problems()
        if problems:
            raise UserError(
                self.env._(
                    "The text cannot be sent:\n%(problems)s",
                    problems="\n".join(f"• {problem}" for problem in problems),
                )
            )

    def _names_offered(self, text) -> str:
        """The names in brackets that a text may have."""
        names = own_words.names(text.lang, html=text.channel != "sms")
        return ", ".join(f"[{name}]" for name in names)

    def _sources(self, order: Order) -> tuple[str, str]:
        """Subject and body as a text of the sandbox."""
        lang = self._lang(order)
        opening = own_words.to_source(
            order.opening or "", lang=lang, html=order.is_html
        )
        subject = own_words.to_source(order.subject or "", lang=lang, html=False)
        if not order.is_html:
            return subject, opening
        closing = own_words.to_source(order.closing or "", lang=lang, html=True)
        return subject, own_words.with_table(opening, closing)
