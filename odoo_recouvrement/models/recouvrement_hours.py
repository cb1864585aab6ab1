"""When a reminder may leave: the company's clock, its hours, the next attempt."""

from datetime import datetime, time, timedelta

import pytz

from odoo import api, models

from ..core.calendar import SendingHours

FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=6)


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    @api.model
    def _zone(self, company):
        return pytz.timezone(
            company.partner_id.tz or self.env.user.tz or "Europe/Paris"
        )

    @api.model
    def _local(self, company, now: datetime) -> datetime:
        """A moment (UTC) as the company's clock shows it, without its zone."""
        zone = self._zone(company)
        return pytz.utc.localize(now).astimezone(zone).replace(tzinfo=None)

    @api.model
    def _from_local(self, company, moment: datetime) -> datetime:
        """The moment of the company's clock, in UTC."""
        local = self._zone(company).localize(moment)
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _hours(self, company) -> SendingHours:
        return SendingHours(
            _clock(company.recouvrement_hour_from), _clock(company.recouvrement_hour_to)
        )

    @api.model
    def _is_open_hour(self, company, now) -> bool:
        local = self._local(company, now)
        calendar = self.env["recouvrement.facts"]._calendar(company)
        return calendar.is_open(local.date()) and self._hours(company).is_open(local)

    @api.model
    def _midnight(self, company, day) -> datetime:
        """When the day begins for the company, in UTC."""
        return self._from_local(company, datetime.combine(day, time()))

    # --------------------------------------------------------------- the next attempt

    def _next_attempt(self, now):
        """Later and later: 5 minutes, 10, 20… up to 6 hours."""
        delay = FIRST_DELAY * 2 ** min(max(self.attempt_count - 1, 0), 10)
        return now + min(delay, LONGEST_DELAY)

    def _put_off(self, reason: str, now, day=None) -> None:
        """Something must be corrected, or the day is not right: try again then."""
        company = self.company_id
        tomorrow = self._local(company, now).date() + timedelta(days=1)
        start = datetime.combine(max(day or tomorrow, tomorrow), time())
        calendar = self.env["recouvrement.facts"]._calendar(company)
        opening = self._hours(company).next_opening(start, calendar)
        values = {
            "failure_reason": reason,
            "retry_date": self._from_local(company, opening),
        }
        if self.state == "sending":
            self._set_state("confirmed", **values)
        else:
            self.write(values)


def _clock(hours: float) -> time:
    """8.5 → 08:30; midnight at the end of the day is its last minute."""
    minutes = min(round(hours * 60), 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)
