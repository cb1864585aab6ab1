"""The ECB's rate, read from its public data service when an administrator wants it."""

import logging
import time
from datetime import date, timedelta
from decimal import Decimal

import requests

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..core.rate_feed import Changes, UnreadableFeed, compare, read_series
from .recouvrement_rate import percent_text

_logger = logging.getLogger(__name__)

RATE_URL = "odoo_recouvrement.ecb_rate_url"
#: Main refinancing operations, fixed rate, level, at the dates of its changes.
DEFAULT_RATE_URL = (
    "https://data-api.ecb.europa.eu/service/data/FM/B.U2.EUR.4F.KR.MRR_FR.LEV"
)
_TIMEOUT = 10  # seconds, to connect and between two pieces of the answer
_LARGEST = 500_000  # bytes; the whole series takes some twenty thousand
_WINDOW = timedelta(days=800)


class RecouvrementRate(models.Model):
    _inherit = "recouvrement.rate"

    def action_fetch(self):
        """The administrator's button: read the series, show what changed."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._("Only an administrator reads rates from another server.")
            )
        words = self._fetch(fields.Date.context_today(self))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("ECB's rate"),
                "message": words,
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _cron_fetch(self):
        """Once a month; what failed is in the log, and tried again the next time."""
        try:
            words = self._fetch(fields.Date.context_today(self))
        except UserError as error:
            _logger.warning("The ECB's rate was not read: %s", error)
        else:
            _logger.info("ECB's rate: %s", words)

    @api.model
    def _fetch(self, today: date) -> str:
        """Read, compare, write; the changes in words."""
        text = self._read_url(today)
        try:
            observed = read_series(text, today)
        except UnreadableFeed as error:
            raise UserError(self._feed_words(error)) from error
        rows = self._ecb_rows()
        known = {day: Decimal(str(row.value)) for day, row in rows.items()}
        changes = compare(observed, known, today)
        self._apply(changes, rows)
        return self._changes_words(changes)

    @api.model
    def _ecb_rows(self) -> dict:
        return {row.valid_from: row for row in self.search([("reference", "=", "ecb")])}

    @api.model
    def _read_url(self, today: date) -> str:
        """The answer of the service; anything else is an error in words."""
        # Parameters are the administrator's: only the address of the series is read.
        settings = self.env["ir.config_parameter"].sudo()
        url = settings.get_param(RATE_URL) or DEFAULT_RATE_URL
        query = {
            "format": "csvdata",
            "detail": "dataonly",
            "startPeriod": (today - _WINDOW).isoformat(),
        }
        try:
            with requests.get(
                url, params=query, timeout=_TIMEOUT, stream=True
            ) as answer:
                answer.raise_for_status()
                return self._within_limits(answer)
        except requests.RequestException as error:
            raise UserError(
                self.env._(
                    "The ECB's rate could not be read (%(error)s). Try again later, "
                    "or enter it by hand.",
                    error=type(error).__name__,
                )
            ) from error

    @api.model
    def _within_limits(self, answer) -> str:
        """The whole answer, unless it is too large or too slow."""
        content, ends = b"", time.monotonic() + 2 * _TIMEOUT
        for piece in answer.iter_content(16_384):
            content += piece
            if len(content) > _LARGEST:
                raise UserError(self._feed_words(UnreadableFeed("size")))
            if time.monotonic() > ends:
                raise requests.Timeout
        return content.decode("utf-8", errors="replace")

    @api.model
    def _feed_words(self, error: UnreadableFeed) -> str:
        """Why an answer is refused; nothing of it was kept."""
        why = {
            "columns": self.env._(
                "it is not the series (“%(start)s”)", start=error.detail
            ),
            "twice": self.env._("two values for %(day)s", day=error.detail),
            "empty": self.env._("it holds no value"),
            "value": self.env._("“%(value)s” is no rate", value=error.detail),
            "day": self.env._("“%(day)s” is no day of the series", day=error.detail),
            "size": self.env._("it is too large"),
        }[error.code]
        return self.env._(
            "The answer of the ECB's service was refused: %(why)s. Nothing was "
            "changed; check the address in the settings, or enter the rate by hand.",
            why=why,
        )

    @api.model
    def _apply(self, changes: Changes, rows: dict) -> None:
        source = self.env._("ECB, series FM.B.U2.EUR.4F.KR.MRR_FR.LEV")
        self.create(
            [
                {
                    "reference": "ecb",
                    "valid_from": one.day,
                    "value": float(one.value),
                    "source": source,
                    "checked_on": changes.certain_until
                    if one == changes.last
                    else one.day,
                    "origin": "fetched",
                }
                for one in changes.new
            ]
        )
        days = [day for day in rows if day <= changes.last.day]
        row = rows[max(days)] if days else self.browse()
        still_holds = (
            row and not changes.new and Decimal(str(row.value)) == changes.last.value
        )
        if still_holds and (row.checked_on or row.valid_from) < changes.certain_until:
            row._renew({"checked_on": changes.certain_until})

    @api.model
    def _changes_words(self, changes: Changes) -> str:
        def tell(one):
            return self.env._(
                "%(value)s from %(date)s",
                value=percent_text(self.env, one.value),
                date=format_date(self.env, one.day),
            )

        words = [self.env._("New: %(rate)s.", rate=tell(one)) for one in changes.new]
        words += [
            self.env._(
                "Not changed, though the ECB says otherwise: %(rate)s. Check that row.",
                rate=tell(one),
            )
            for one in changes.differing
        ]
        if not words:
            words = [self.env._("Nothing new.")]
        words.append(
            self.env._(
                "Rate in force: %(rate)s, checked up to %(date)s.",
                rate=tell(changes.last),
                date=format_date(self.env, changes.certain_until),
            )
        )
        return " ".join(words)
