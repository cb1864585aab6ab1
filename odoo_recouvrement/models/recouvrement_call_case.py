"""The call screen of a file: may one call, whom, what to say, who comes next."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_datetime, format_duration

from ..core.call_hours import Attempt, best_slot
from ..core.call_windows import CAP_DAYS, CallRules, Refusal, parse_windows
from ..core.decision import Outcome
from .wishes import is_refused

# Somebody who opened the screen is on the phone for that long at most.
CLAIM_MINUTES = 20
QUEUE = 80


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    call_ids = fields.One2many("recouvrement.call", "case_id")
    call_text = fields.Char("Calls", compute="_compute_call_text")
    best_hours = fields.Char(compute="_compute_best_hours")
    calling_user_id = fields.Many2one("res.users", "On the phone", readonly=True)
    calling_since = fields.Datetime(readonly=True)

    # ------------------------------------------------------------------ what is known

    @api.depends("call_ids")
    def _compute_call_text(self):
        """Attempts since somebody last answered, and when that was."""
        self.env["recouvrement.call"].flush_model(["is_reached", "date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT call.case_id, answered.at,
                       count(*) FILTER (WHERE answered.at IS NULL
                                           OR call.date > answered.at)
                  FROM recouvrement_call call
                  LEFT JOIN LATERAL (
                      SELECT max(date) AS at FROM recouvrement_call own
                       WHERE own.case_id = call.case_id AND own.is_reached
                  ) answered ON TRUE
                 WHERE call.case_id = ANY(%s)
              GROUP BY 1, 2
                """,
                self.ids,
            )
        )
        found = {case_id: (last, tries) for case_id, last, tries in rows}
        for case in self:
            last, tries = found.get(case.id, (None, 0))
            words = []
            if last:
                words.append(
                    self.env._(
                        "answered on %(date)s",
                        date=format_datetime(self.env, last, dt_format="d MMM HH:mm"),
                    )
                )
            if tries:
                words.append(
                    self.env._("%(count)s attempt(s) since", count=tries)
                    if last
                    else self.env._("%(count)s attempt(s), no answer", count=tries)
                )
            case.call_text = ", ".join(words)

    def _compute_best_hours(self):
        """Learnt from the calls of a year: « answered 3 times out of 4 between… »."""
        year = fields.Datetime.now() - timedelta(days=365)
        calls = self.env["recouvrement.call"].search(
            [
                ("case_id", "in", self.ids),
                ("date", ">", year),
                ("direction", "=", "out"),
            ]
        )
        reminders = self.env["recouvrement.reminder"]
        by_case = calls.grouped("case_id")
        for case in self:
            slot = best_slot(
                Attempt(reminders._local(case.company_id, call.date), call.is_reached)
                for call in by_case.get(case, ())
            )
            case.best_hours = slot and self.env._(
                "Answered %(reached)s times out of %(calls)s between %(from)s:00 and "
                "%(to)s:00.",
                **{
                    "reached": slot.reached,
                    "calls": slot.calls,
                    "from": slot.from_hour,
                    "to": slot.to_hour,
                },
            )

    # ------------------------------------------------------------------ may one call

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
        )

    def _call_refusal(
        self, moment, contact=None, *, skip=None, is_planned: bool = False
    ) -> str:
        """Why this debtor may not be called at a moment (UTC), and when next; or ''."""
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
        reminders = self.env["recouvrement.reminder"]
        local = reminders._local(self.company_id, moment)
        earlier = self.env["recouvrement.call"].search(
            [
                ("case_id", "=", self.id),
                ("direction", "=", "out"),
                ("id", "not in", skip.ids if skip else []),
                ("date", ">", moment - timedelta(days=CAP_DAYS + 1)),
            ]
        )
        rules = self._call_rules()
        answer = rules.may_call(
            local,
            []
            if is_planned
            else [reminders._local(self.company_id, call.date) for call in earlier],
        )
        return self._word_refusal(answer, rules) if answer.refusal else ""

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
                dt_format="EEEE d MMMM HH:mm",
            ),
        )

    # ---------------------------------------------------------------- what to say

    def _whom_to_call(self):
        """The contact to call and its number; the customer when nobody has one."""
        reminder = self._reminder_to_call() or self._imagined_reminder()
        if reminder:
            channel = self.env["recouvrement.channel.call"]
            messages = self.env["recouvrement.message"].with_company(self.company_id)
            try:
                return messages._recipient(reminder, channel, reminder._bad_addresses())
            except UserError:
                # Nobody has a number that may be used: the screen says so.
                return self.partner_id, ""
        return self.partner_id, self.partner_id.phone or ""

    def _script(self, contact) -> str:
        """What to say, with today's figures; empty when nothing is due."""
        self.ensure_one()
        # The text needs payments, which a collector may not read.
        case = self.sudo().with_company(self.company_id)
        reminder = case._imagined_reminder()
        if not reminder:
            return ""
        messages = case.env["recouvrement.message"]
        lang = contact.lang or self.partner_id.lang or "fr_FR"
        template = reminder.level_id._find_template("call", lang)
        if not template:
            return ""
        lang = lang if lang.startswith(template.lang) else template.lang
        day = fields.Date.context_today(self)
        channel = self.env["recouvrement.channel.call"]
        try:
            found = messages._read_credits(self.company_id, self.partner_id.ids)
            key = (self.partner_id.id, reminder.currency_id.id)
            context = messages._context(
                reminder, contact, lang, day, found.get(key, ())
            )
            return messages._words(template, context, lang, channel)[2]
        except UserError as problem:
            # In place of the script, with its remedy.
            return str(problem)

    def _imagined_reminder(self):
        """A call about what is due today, in memory: the run's own judgement."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        run = self.env["recouvrement.run"].new(
            {"company_id": self.company_id.id, "as_of_date": today}
        )
        frame = self.env["recouvrement.facts"]._frame(self.company_id, today)
        judged = run._judge(frame, partner_ids=self.partner_id.ids)
        decisions = [
            decision
            for one in judged
            for decision in one.decisions
            if decision.claim > 0
            and decision.item.due_date < today
            and decision.outcome is not Outcome.HOLD
        ]
        if not decisions:
            return self.env["recouvrement.reminder"]
        level = self._level_to_speak_at(judged, decisions)
        currency = decisions[0].item.currency_id
        decisions = [one for one in decisions if one.item.currency_id == currency]
        claim = sum((one.claim for one in decisions), Decimal(0))
        owed = sum((one.item.residual for one in decisions), Decimal(0))
        return self.env["recouvrement.reminder"].new(
            {
                "company_id": self.company_id.id,
                "case_id": self.id,
                "partner_id": self.partner_id.id,
                "user_id": self.env.uid,
                "currency_id": currency,
                "level_id": level.id,
                "tone": level.tone,
                "channel": "call",
                "total": float(claim),
                "overdue_total": float(owed),
                "credit_total": float(owed - claim),
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": one.item.id,
                            "move_id": one.item.move_id,
                            "level_id": level.id,
                            "currency_id": currency,
                            "due_date": one.item.due_date,
                            "residual": float(one.item.residual),
                            "claim": float(one.claim),
                            "days_overdue": (today - one.item.due_date).days,
                        }
                    )
                    for one in decisions
                ],
            }
        )

    def _level_to_speak_at(self, judged, decisions):
        """The highest step that these items come to, else the foot of their ladder."""
        levels = self.env["recouvrement.policy.level"]
        steps = [decision.step for decision in decisions if decision.step]
        if steps:
            return levels.browse(max(steps, key=lambda step: step.days).id)
        policies = self.env["recouvrement.policy"]
        policy = policies.browse(judged[0].facts.policy_id or [])
        return self.next_level_id or self.level_id or policy.level_ids[:1]

    # ------------------------------------------------------------------- the screen

    def action_open_call(self):
        """The call screen; the list's order is kept for « save and next »."""
        self.ensure_one()
        self.check_access("write")
        self._claim_call()
        contact, phone = self._whom_to_call()
        queue = self.env.context.get("recouvrement_queue") or self._call_queue().ids
        return {
            **self._window("recouvrement.call", self.env._("Call")),
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_contact_id": contact.id,
                "default_phone": phone,
                "default_move_line_ids": self._lines_to_speak_of().ids,
                "recouvrement_queue": queue,
                "dialog_size": "extra-large",
            },
        }

    def _claim_call(self):
        """Say that somebody is on the phone with them; who was first stays first."""
        now = fields.Datetime.now()
        if self._who_is_calling() or not self.try_lock_for_update():
            return
        self.write({"calling_user_id": self.env.uid, "calling_since": now})

    def _who_is_calling(self):
        """A colleague who opened the screen a few minutes ago, if any."""
        limit = fields.Datetime.now() - timedelta(minutes=CLAIM_MINUTES)
        is_recent = self.calling_since and self.calling_since > limit
        is_other = self.calling_user_id != self.env.user
        return self.calling_user_id if is_recent and is_other else False

    def _end_call(self):
        self.write({"calling_user_id": False, "calling_since": False})

    @api.model
    def _call_queue(self):
        """The day's list, in its order."""
        mine = Domain("user_id", "in", (False, self.env.uid))
        scope = Domain("company_id", "in", self.env.companies.ids)
        todo = Domain("has_to_do", "=", True)
        return self.search(scope & mine & todo, limit=QUEUE)

    def _next_to_call(self, queue: list[int]):
        """The first file after this one that may be called now."""
        now = fields.Datetime.now()
        place = queue.index(self.id) + 1 if self.id in queue else 0
        for case in self.browse(queue[place:]).exists():
            if case.overdue_total <= 0 or not case.partner_phone:
                continue
            if case._who_is_calling() or case._call_refusal(now):
                continue
            # Alone: what is read of it must not be read of the whole queue.
            return self.browse(case.id)
        return self.browse()


class RecouvrementCall(models.Model):
    _inherit = "recouvrement.call"

    script = fields.Text(compute="_compute_screen")
    refusal = fields.Char(compute="_compute_refusal")
    other_caller = fields.Char(compute="_compute_screen")
    may_count = fields.Boolean(compute="_compute_screen")
    counts_text = fields.Char(compute="_compute_screen")
    best_hours = fields.Char(related="case_id.best_hours")
    call_text = fields.Char(related="case_id.call_text")
    history_ids = fields.Many2many("recouvrement.call", compute="_compute_screen")
    case_overdue = fields.Monetary(
        related="case_id.overdue_total", currency_field="case_currency_id"
    )
    case_currency_id = fields.Many2one(
        related="case_id.currency_id", string="Currency of the company"
    )
    case_promise_text = fields.Char(related="case_id.promise_text")
    case_oldest_days = fields.Integer(related="case_id.oldest_days")
    case_next_text = fields.Char(related="case_id.next_text")

    @api.depends("case_id", "contact_id")
    def _compute_screen(self):
        for call in self:
            case = call.case_id
            if not case:
                call.update(
                    dict.fromkeys(
                        (
                            "script",
                            "other_caller",
                            "may_count",
                            "counts_text",
                            "history_ids",
                        ),
                        False,
                    )
                )
                continue
            reminder = case._reminder_to_call()
            other = case._who_is_calling()
            call.script = case._script(call.contact_id or case.partner_id)
            call.may_count = bool(reminder)
            call.counts_text = (
                self.env._("Counts as %(level)s", level=reminder.level_id.display_name)
                if reminder
                else self.env._("No step is due today: no level rises by this call.")
            )
            call.other_caller = other and self.env._(
                "%(name)s opened this screen %(time)s ago: speak to each other first.",
                name=other.name,
                time=format_duration(
                    (fields.Datetime.now() - case.calling_since).total_seconds() / 3600
                ),
            )
            call.history_ids = case.call_ids.filtered(
                lambda other: isinstance(other.id, int)
            )[:8]

    @api.depends("case_id", "contact_id", "direction", "date")
    def _compute_refusal(self):
        """Shown before anybody dials."""
        for call in self:
            call.refusal = (
                call.direction == "out"
                and call.case_id
                and not call._origin
                and call.case_id._call_refusal(
                    call.date or fields.Datetime.now(), call.contact_id
                )
            )

    def action_next(self):
        """Saved: the next debtor of the list that may be called now."""
        self.ensure_one()
        queue = self.env.context.get("recouvrement_queue") or []
        following = self.case_id._next_to_call(queue)
        if following:
            return following.with_context(recouvrement_queue=queue).action_open_call()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The list is done: nobody else to call now."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_close(self):
        """Saved, and back to where one was."""
        return {"type": "ir.actions.act_window_close"}
