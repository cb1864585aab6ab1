"""A connection to the mail server that remembers how far a message got.

Odoo's own sending tells success from failure. A dispatch needs two more answers:
may the message have left although the connection broke, and was the debtor's own
address refused although a copy was accepted?
"""

import logging
import re
import smtplib
from contextlib import suppress

from odoo.tools import email_normalize

_logger = logging.getLogger(__name__)


class SmtpSession:
    """The connection of a dispatch: opened at the first e-mail, reopened if it drops.

    ``reached_data``: the text of the current message began to leave.
    ``refused``: the recipients of the current message that the server refused,
    normalised address → (code, answer).
    ``is_down``: the server could not be reached; it is not asked again this time.
    """

    def __init__(self, env, company):
        self.env = env
        self.company = company
        self.reached_data = False
        self.refused: dict[str, tuple[int, str]] = {}
        self.is_down = False
        self._error: Exception | None = None
        self._smtp = None
        self._is_open = False
        self._server = env["ir.mail_server"]

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self.close()

    def open(self, email_from: str) -> None:
        """Connect if need be; raise whatever Odoo's connection raises."""
        self.reached_data, self.refused = False, {}
        if self._is_open and self._is_alive():
            return
        self.close()
        if self._error is not None:
            raise self._error
        try:
            self._connect(email_from)
        except Exception as error:
            self._error, self.is_down = error, True
            raise

    def _connect(self, email_from: str) -> None:
        servers = self.env["ir.mail_server"]
        domain = self.company.alias_domain_id
        if domain:
            servers = servers.with_context(
                domain_notifications_email=domain.default_from_email,
                domain_bounce_address=domain.bounce_email,
            )
        # Mail servers are the administrator's; personal ones are nobody else's.
        shared = servers.sudo().search(
            [("owner_user_id", "=", False)], order="sequence, id"
        )
        server, smtp_from = servers._find_mail_server(email_from, shared)
        self._server = server or self.env["ir.mail_server"]
        self._smtp = self.env["ir.mail_server"]._connect__(
            mail_server_id=self._server.id, smtp_from=smtp_from
        )
        self._is_open = True
        self._watch()

    def send(self, mail) -> None:
        """Hand one ``mail.mail`` over; raise what went wrong."""
        mail._send(
            raise_exception=True,
            smtp_session=self._smtp,
            alias_domain_id=self.company.alias_domain_id.id,
            mail_server=self._server,
        )

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
        self._smtp, self._is_open = None, False

    def _is_alive(self) -> bool:
        """A server closes an idle connection: ask before a message, not after."""
        if not hasattr(self._smtp, "noop"):  # Odoo's tests have a server of straw
            return True
        try:
            return self._smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    def _watch(self) -> None:
        """Listen to what the server answers to each recipient, and to the text."""
        if not hasattr(self._smtp, "rcpt"):
            return
        rcpt, data = self._smtp.rcpt, self._smtp.data

        def watched_rcpt(recipient, options=()):
            code, answer = rcpt(recipient, options)
            if code not in (250, 251):
                self.refused[email_normalize(recipient) or recipient] = (
                    code,
                    answer.decode(errors="replace"),
                )
            return code, answer

        def watched_data(text):
            self.reached_data = True
            return data(text)

        self._smtp.rcpt, self._smtp.data = watched_rcpt, watched_data


def answer_of(error: BaseException | None) -> str:
    """The server's own words, from the innermost error down.

    Odoo wraps them; the first cause is what a person can act upon.
    """
    while error is not None and (error.__cause__ or error.__context__) is not None:
        error = error.__cause__ or error.__context__
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        if isinstance(words, bytes):
            words = words.decode(errors="replace")
        return f"{error.smtp_code} {words}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(
            f"{code} {words.decode(errors='replace')}"
            for code, words in error.recipients.values()
        )
    return re.sub(r"\s+", " ", str(error)).strip()
