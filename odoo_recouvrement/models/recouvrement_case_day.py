"""What the collector's day needs of a file: counters, buttons, figures."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .windows import dialog, listed

# Counters of the day's screen: flag of the file → name of the filter it sets.
DAY_COUNTERS = {
    "has_to_do": "to_do",
    "has_late": "late",
    "has_promise_due": "promises_due",
    "has_dispute": "disputes",
    "has_legal_deadline": "legal_deadlines",
    "has_to_confirm": "to_confirm",
    "has_contact_problem": "contact_problem",
    "has_payment_to_match": "payment_to_match",
}
# Upper bounds, in days overdue, of the aged balance's buckets; the last is open.
AGE_BOUNDS = (0, 30, 60, 90)
AGE_TONES = ("info", "success", "warning", "orange", "danger")


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    siren = fields.Char("SIREN", compute="_compute_siren")
    partner_email = fields.Char(related="partner_id.email")
    partner_phone = fields.Char(related="partner_id.phone")
    rank_tip = fields.Char(compute="_compute_rank_tip")
    level_code = fields.Char(related="level_id.code")
    age_buckets = fields.Json("Aged balance", compute="_compute_age_buckets")
    decision_count = fields.Integer(compute="_compute_decision_count")
    mark_text = fields.Char("Marks", compute="_compute_mark_text")

    @api.depends("partner_id.company_registry", "partner_id.country_id")
    def _compute_siren(self):
        for case in self:
            digits = "".join(
                c for c in case.partner_id.company_registry or "" if c.isdigit()
            )
            french = case.partner_id.country_id.code in (False, "FR")
            siren = digits[:9] if french and len(digits) in (9, 14) else ""
            case.siren = " ".join((siren[:3], siren[3:6], siren[6:])).strip()

    @api.depends("rank_text", "rank_points")
    def _compute_rank_tip(self):
        for case in self:
            case.rank_tip = case.rank_text or self.env._("Nothing urgent.")

    @api.depends("has_dispute", "has_promise_due", "insolvency_date", "hold_ids.active")
    def _compute_mark_text(self):
        today = fields.Date.context_today(self)
        for case in self:
            held = any(
                hold.active and hold.date_end >= today and not hold.move_line_ids
                for hold in case.hold_ids
            )
            marks = {
                self.env._("Insolvent"): case.insolvency_date,
                self.env._("Disputed"): case.has_dispute,
                self.env._("Promise due"): case.has_promise_due,
                self.env._("On hold"): held,
            }
            case.mark_text = " · ".join(word for word, on in marks.items() if on)

    def _compute_age_buckets(self):
        """Open amounts by age, in company currency: list of label, amount, share."""
        today = fields.Date.context_today(self)
        labels = self._age_labels()
        amounts = {case.id: [0.0] * len(labels) for case in self}
        for case in self:
            for line in case.open_line_ids:
                if line.amount_residual > 0:
                    age = (today - (line.date_maturity or line.date)).days
                    index = sum(age > bound for bound in AGE_BOUNDS)
                    amounts[case.id][index] += line.amount_residual
        for case in self:
            total = sum(amounts[case.id])
            case.age_buckets = [
                {
                    "label": label,
                    "amount": case.currency_id.round(amount),
                    "share": round(100 * amount / total, 1) if total else 0,
                    "tone": tone,
                }
                for label, tone, amount in zip(
                    labels, AGE_TONES, amounts[case.id], strict=True
                )
            ]

    @api.model
    def _age_labels(self) -> list[str]:
        return [
            self.env._("Not due"),
            self.env._("1–30 days"),
            self.env._("31–60 days"),
            self.env._("61–90 days"),
            self.env._("Beyond 90 days"),
        ]

    def _compute_decision_count(self):
        counts = dict(
            self.env["recouvrement.decision"]._read_group(
                [("case_id", "in", self.ids), ("closed_run_id", "=", False)],
                ["case_id"],
                ["__count"],
            )
        )
        for case in self:
            case.decision_count = counts.get(case, 0)

    # ---------------------------------------------------------------- the strip

    @api.model
    def get_day_counters(self, only_mine: bool = True) -> dict:
        """The strip above the day's list, in one query.

        Each counter: flag, filter it sets, label, number of files, overdue amount.
        """
        scope = Domain("company_id", "in", self.env.companies.ids)
        if only_mine:
            scope &= Domain("user_id", "in", (False, self.env.uid))
        any_flag = Domain.OR(Domain(flag, "=", True) for flag in DAY_COUNTERS)
        groups = self._read_group(
            scope & any_flag, list(DAY_COUNTERS), ["__count", "overdue_total:sum"]
        )
        found = {flag: [0, 0.0] for flag in DAY_COUNTERS}
        for *flags, count, amount in groups:
            for flag, is_set in zip(DAY_COUNTERS, flags, strict=True):
                if is_set:
                    found[flag][0] += count
                    found[flag][1] += amount
        labels = self._day_labels()
        return {
            "currency_id": self.env.company.currency_id.id,
            "counters": [
                {
                    "flag": flag,
                    "filter": DAY_COUNTERS[flag],
                    "label": labels[flag],
                    "count": count,
                    "amount": amount,
                }
                for flag, (count, amount) in found.items()
            ],
        }

    @api.model
    def _day_labels(self) -> dict[str, str]:
        return {
            "has_to_do": self.env._("To do"),
            "has_late": self.env._("Late"),
            "has_promise_due": self.env._("Promises due"),
            "has_dispute": self.env._("Disputes waiting"),
            "has_legal_deadline": self.env._("Legal deadlines"),
            "has_to_confirm": self.env._("Messages to confirm"),
            "has_contact_problem": self.env._("Addresses to correct"),
            "has_payment_to_match": self.env._("Payments to match"),
        }

    # -------------------------------------------------------------- the buttons

    def action_open_case(self):
        self.ensure_one()
        return self._window(self._name, self.display_name, res_id=self.id)

    def action_open_customer(self):
        self.ensure_one()
        return self._window(
            "res.partner", self.partner_id.display_name, res_id=self.partner_id.id
        )

    def action_open_reminders(self):
        self.ensure_one()
        return listed(self.env, "action_reminder_register", [("case_id", "=", self.id)])

    def action_open_decisions(self):
        self.ensure_one()
        return listed(
            self.env,
            "action_decision",
            [("case_id", "=", self.id)],
            search_default_current=1,
        )

    def action_open_ledger(self):
        """The customer's open items, in the accounting view, ready to match."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_account_moves_all"
        )
        return {
            **action,
            "name": self.env._("Open items of %(name)s", name=self.display_name),
            "domain": self._open_line_domain(),
            "context": {"search_default_group_by_partner": 0},
        }

    def action_confirm_next(self):
        """Confirm the messages that wait for somebody on these files."""
        waiting = self.env["recouvrement.reminder"].search(
            [("case_id", "in", self.ids), ("state", "=", "draft")]
        )
        if not waiting:
            raise UserError(self.env._("No message of this file waits for you."))
        waiting.action_confirm()
        return self._notify(
            self.env._("%(count)s message(s) confirmed.", count=len(waiting))
        )

    def action_call(self):
        """Dial the customer with the phone of the desk."""
        self.ensure_one()
        if not self.partner_phone:
            raise UserError(
                self.env._("No phone number for %(name)s.", name=self.display_name)
            )
        number = "".join(c for c in self.partner_phone if c.isdigit() or c == "+")
        return {"type": "ir.actions.act_url", "url": f"tel:{number}", "target": "self"}

    def action_postpone(self, days: int = 1, until=None):
        """Nothing before ``until`` (or in ``days`` days): a hold with its author."""
        today = fields.Date.context_today(self)
        back = fields.Date.to_date(until) or today + timedelta(days=days)
        if back <= today:
            raise UserError(self.env._("Choose a day after today."))
        self._suspend(
            reason=self.env._(
                "Postponed to %(date)s", date=format_date(self.env, back)
            ),
            date_end=back - timedelta(days=1),
        )
        return self._notify(
            self.env._(
                "Back in the list on %(date)s.", date=format_date(self.env, back)
            )
        )

    def action_postpone_one_day(self):
        return self.action_postpone(1)

    def action_postpone_three_days(self):
        return self.action_postpone(3)

    def action_open_postpone(self):
        return self._wizard("recouvrement.postpone", self.env._("Postpone to a date"))

    def action_open_exclude(self):
        return self._wizard(
            "recouvrement.exclude", self.env._("Exclude from the chase")
        )

    def _suspend(self, reason: str, date_end, items=None):
        """Set the files, or some of their items, aside until a day (included)."""
        holds = self.env["recouvrement.hold"].create(
            [
                {
                    "case_id": case.id,
                    "reason": reason,
                    "date_end": date_end,
                    "move_line_ids": [
                        fields.Command.set((items & case.open_line_ids).ids)
                    ]
                    if items
                    else [],
                }
                for case in self
            ]
        )
        for case in self:
            case._message_log(
                body=self.env._(
                    "Set aside until %(date)s: %(reason)s",
                    date=format_date(self.env, date_end),
                    reason=reason,
                )
            )
        self._cancel_waiting(reason, items)
        self._refresh()
        return holds

    def _cancel_waiting(self, reason: str, items=None):
        """Take back what waits to leave about them; the next run decides again."""
        waiting = self.env["recouvrement.reminder"].search(
            [
                ("case_id", "in", self.ids),
                "|",
                ("state", "in", ("draft", "confirmed")),
                "&",
                ("state", "=", "sent"),
                ("channel", "=", "call"),
            ]
        )
        if items:
            waiting = waiting.filtered(
                lambda reminder: reminder.line_ids.move_line_id & items
            )
        if waiting:
            waiting.action_cancel(reason)

    def _wizard(self, model: str, name: str) -> dict:
        return dialog(model, name, default_case_ids=self.ids)

    def _window(self, model: str, name: str, **values) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            **values,
        }

    def _notify(self, message: str) -> dict:
        """A calm notice, then the list is read again."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
