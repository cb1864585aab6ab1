"""Calling the debtor of a file: whom, what to say, who comes next."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_datetime

from ..core.call_hours import Attempt, best_slot
from ..core.decision import Outcome

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
                        "Answered on %(date)s",
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
