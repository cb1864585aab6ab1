"""May the debtor of a file be called: wishes, hours, the caps of the month and week."""

import sys
from datetime import date, datetime, timedelta

from odoo import models
from odoo.tools import format_datetime

from ..core.call_windows import CAP_DAYS, WEEK_DAYS, CallRules, Refusal, parse_windows
from .wishes import is_refused

# Reminders that reached somebody, as the run counts contacts.
CONTACT_STATES = ("sending", "sent", "proved", "withdrawn")


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _call_rules(self) -> CallRules:
        self.ensure_one()
        company = self.company_id
        is_consumer = self.profile == "consumer"
        suffix = "_consumer" if is_consumer else ""
        calendar = self.env["recouvrement.facts"]._calendar(company)
        closures = [closure._to_core() for closure in self.closure_ids]
        return CallRules(
            parse_windows(company[f"recouvrement_call_windows{suffix}"]),
            calendar.with_closures(*closures),
            company[f"recouvrement_calls_per_month{suffix}"],
            company[f"recouvrement_contacts_per_week{suffix}"],
        )

    def _call_refusal(
        self, moment, contact=None, *, call=None, is_planned: bool = False
    ) -> str:
        """Why this debtor may not be called at a moment (UTC), and when next; or ''.

        ``call``: the one just noted; only those before it are counted.
        """
        self.ensure_one()
        who = contact or self.partner_id
        # A wish noted in another company is hidden from the caller, and holds here too.
        marks = (
            self.env["recouvrement.preference"]
            .sudo()
            ._marks(self.company_id, self.partner_id)
        )
        if is_refused(who, "call", marks):
            return self.env._(
                "%(name)s no longer wants to be called: write, or wait for a call.",
                name=who.display_name,
            )
        rules = self._call_rules()
        local = self.env["recouvrement.reminder"]._local(self.company_id, moment)
        if is_planned:
            answer = rules.may_call(local, ())
        else:
            answer = rules.may_call(local, self._earlier_calls(moment, call))
            if not answer.refusal and rules.per_week and not self._is_expected(moment):
                contacts = self._contact_days(moment, call)
                answer = rules.may_call(local, (), contacts)
        return self._word_refusal(answer, rules) if answer.refusal else ""

    def _earlier_calls(self, moment, call=None) -> list[datetime]:
        """When they were called of late, in the company's time."""
        earlier = self.env["recouvrement.call"].search(
            [
                ("case_id", "=", self.id),
                ("direction", "=", "out"),
                ("id", "<", call.id if call else sys.maxsize),
                ("date", ">", moment - timedelta(days=CAP_DAYS + 1)),
            ]
        )
        local = self.env["recouvrement.reminder"]._local
        return [local(self.company_id, one.date) for one in earlier]

    def _is_expected(self, moment) -> bool:
        """The run asks for this call, or they asked to be called on that day.

        The week's cap was minded when the run decided; their own wish has none.
        """
        if self._reminder_to_call():
            return True
        local = self.env["recouvrement.reminder"]._local
        asked = self.env["recouvrement.call"].search(
            [
                ("case_id", "=", self.id),
                ("callback_date", ">", moment - timedelta(days=1)),
                ("callback_date", "<", moment + timedelta(days=1)),
            ]
        )
        day = local(self.company_id, moment).date()
        return any(
            local(self.company_id, one.callback_date).date() == day for one in asked
        )

    def _contact_days(self, moment, call=None) -> set[date]:
        """The days of the week on which they were written to, or answered a call."""
        since = moment - timedelta(days=WEEK_DAYS + 1)
        sent = self.env["recouvrement.reminder"].search(
            [
                ("case_id", "=", self.id),
                ("state", "in", CONTACT_STATES),
                ("sent_date", ">", since),
            ]
        )
        answered = self.env["recouvrement.call"].search(
            [
                ("case_id", "=", self.id),
                ("direction", "=", "out"),
                ("is_reached", "=", True),
                ("id", "<", call.id if call else sys.maxsize),
                ("date", ">", since),
            ]
        )
        moments = sent.mapped("sent_date") + answered.mapped("date")
        return {sent._local(self.company_id, one).date() for one in moments}

    def _word_refusal(self, answer, rules: CallRules) -> str:
        hours = ", ".join(
            f"{window.opening:%H:%M}–{window.closing:%H:%M}" for window in rules.windows
        )
        reason = {
            Refusal.CLOSED_DAY: self.env._(
                "no call on that day (weekend, public holiday or closed period)"
            ),
            Refusal.CLOSED_HOUR: self.env._(
                "this debtor is called between %(hours)s", hours=hours
            ),
            Refusal.CAP: self.env._(
                "called %(calls)s times in thirty days, the most is %(cap)s",
                calls=answer.calls,
                cap=rules.cap,
            ),
            Refusal.WEEK: self.env._(
                "contacted on %(days)s days of the last seven, messages and calls "
                "together, the most is %(cap)s",
                days=answer.calls,
                cap=rules.per_week,
            ),
        }[answer.refusal]
        if not answer.next_moment:
            return self.env._("No call now: %(reason)s.", reason=reason)
        moment = self.env["recouvrement.reminder"]._from_local(
            self.company_id, answer.next_moment
        )
        return self.env._(
            "No call now: %(reason)s. Next allowed moment: %(moment)s.",
            reason=reason,
            moment=format_datetime(
                self.env,
                moment,
                tz=str(self.env["recouvrement.reminder"]._zone(self.company_id)),
                dt_format=self.env._("EEEE d MMMM 'at' HH:mm"),
            ),
        )
