"""Proposing a plan: the instalments, what is wrong with them, what the law says."""

from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount, format_date

from ..core.faults import InvalidInput
from ..core.money import ZERO
from ..core.plan import (
    MOST_INSTALMENTS,
    Every,
    InvalidPlan,
    Problem,
    Remark,
    Setting,
    check_instalments,
    equal_instalments,
    instalments_of,
    remarks,
)
from ..core.profile import Profile
from .recouvrement_plan import _money

IN_FORCE = ("proposed", "agreed")


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    problem_text = fields.Char(compute="_compute_problem_text")
    remark_text = fields.Text("Good to know", compute="_compute_remark_text")

    # ------------------------------------------------------------------- proposing

    @api.model
    def _propose(
        self,
        case,
        lines,
        count: int | None = None,
        first_day: date | None = None,
        every: str = "month",
        amount: float | None = None,
        **vals,
    ) -> dict:
        """The values of a draft: ``count`` equal parts, or parts of ``amount``.

        UserError in words when it cannot be; nothing is written.
        """
        draft = self.new(
            {
                "case_id": case.id,
                "move_line_ids": [Command.set(lines.ids)],
                "mode": "amount" if amount else "count",
                "count": count or 1,
                "amount": amount or 0,
                "first_date": first_day or self._first_date(),
                "every": every,
                "grace_days": case.company_id.recouvrement_plan_grace_days,
                **vals,
            }
        )
        draft._check_currency()
        try:
            parts = draft._spread()
        except (InvalidPlan, InvalidInput) as problem:
            raise UserError(draft._problem_words(problem)) from problem
        return {
            "case_id": case.id,
            "move_line_ids": [Command.set(lines.ids)],
            "mode": draft.mode,
            "count": draft.count,
            "amount": draft.amount,
            "first_date": draft.first_date,
            "every": every,
            "grace_days": draft.grace_days,
            "instalment_ids": _commands(parts),
            **vals,
        }

    def _check_currency(self):
        if len(self.move_line_ids.currency_id) > 1:
            raise UserError(
                self.env._("A plan has one currency: choose items of one currency.")
            )

    def _spread(self):
        """The instalments of the terms; InvalidPlan or InvalidInput if none can be."""
        self.ensure_one()
        total, first, every = _money(self.total), self.first_date, Every(self.every)
        digits = self.currency_id.decimal_places
        if not self.move_line_ids or total <= ZERO or not first:
            return ()
        if self.mode == "amount":
            return instalments_of(total, _money(self.amount), first, every, digits)
        return equal_instalments(total, self.count, first, every, digits)

    @api.onchange(
        "move_line_ids", "penalties", "mode", "count", "amount", "first_date", "every"
    )
    def _onchange_terms(self):
        """The schedule follows the terms; then it may be changed by hand."""
        if self.state != "draft":
            return
        try:
            parts = self._spread()
        except (InvalidPlan, InvalidInput):
            parts = ()  # the banner says why
        self.instalment_ids = [Command.clear(), *_commands(parts)]

    def action_spread(self):
        """Draw the schedule again from the terms, as the debt is today."""
        for plan in self:
            plan.check_access("write")
            plan._check_open()
            plan._compute_debt()
            try:
                parts = plan._spread()
            except (InvalidPlan, InvalidInput) as problem:
                raise UserError(plan._problem_words(problem)) from problem
            plan.instalment_ids = [Command.clear(), *_commands(parts)]
        return True

    # ---------------------------------------------------------------- what is wrong

    @api.depends(
        "state", "total", "mode", "count", "amount", "first_date", "every",
        "move_line_ids", "instalment_ids.due_date", "instalment_ids.amount",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_problem_text(self):
        """What stops the plan from being proposed, told while it is written."""
        today = fields.Date.context_today(self)
        for plan in self:
            plan.problem_text = plan.state == "draft" and plan._problem(today)

    def _problem(self, signed_on: date) -> str:
        """Why the terms cannot be agreed on that day; empty: they can."""
        self.ensure_one()
        if not self.move_line_ids:
            return self.env._("Choose the items that the plan is about.")
        if len(self.move_line_ids.currency_id) > 1:
            return self.env._("A plan has one currency: choose items of one currency.")
        conflict = self._taken() or self._disputed(signed_on)
        if conflict:
            return conflict
        parts = sorted(self.instalment_ids, key=lambda part: part.due_date or date.max)
        if any(not part.due_date for part in parts):
            return self.env._("Each instalment has a date.")
        digits = self.currency_id.decimal_places
        try:
            if not parts:
                self._spread()
            planned = [one for part in parts for one in part._to_core()]
            check_instalments(planned, _money(self.total), signed_on, digits)
        except (InvalidPlan, InvalidInput) as problem:
            return self._problem_words(problem)
        return ""

    def _taken(self) -> str:
        """Whether another plan in force has one of the items; in words."""
        own = (self.id or self._origin.id, self.previous_id.id)
        other = self.search(
            [
                ("move_line_ids", "in", self.move_line_ids.ids),
                ("state", "in", IN_FORCE),
                ("id", "not in", [id_ for id_ in own if id_]),
            ],
            limit=1,
        )
        if not other:
            return ""
        shared = (other.move_line_ids & self.move_line_ids._origin)[:1]
        return self.env._(
            "%(item)s is already in the plan %(plan)s: take it out of this one, or "
            "make a new version of that plan.",
            item=shared.move_id.name or shared.display_name,
            plan=other.name,
        )

    def _disputed(self, day: date) -> str:
        """Nobody acknowledges what he disputes; in words."""
        holds = self.env["recouvrement.hold"].search(
            [
                ("move_line_ids", "in", self.move_line_ids.ids),
                ("kind", "=", "dispute"),
                ("date_end", ">=", day),
            ]
        )
        disputed = (holds.move_line_ids & self.move_line_ids._origin)[:1]
        if not disputed:
            return ""
        return self.env._(
            "%(item)s is disputed: close the dispute first, or leave it out of the "
            "plan.",
            item=disputed.move_id.name or disputed.display_name,
        )

    def _problem_words(self, problem: InvalidPlan | InvalidInput) -> str:
        if isinstance(problem, InvalidInput):
            return self.env._("Each instalment is an amount above zero, in figures.")
        words = {
            Problem.NO_INSTALMENT: self.env._("A plan has one instalment at least."),
            Problem.TOO_MANY: self.env._(
                "%(count)s instalments are too many: %(most)s at most.",
                count=problem.value,
                most=MOST_INSTALMENTS,
            ),
            Problem.TOO_SMALL: self.env._(
                "The debt cannot be cut into %(count)s: less than a cent each.",
                count=problem.value,
            ),
            Problem.NOT_ORDERED: self.env._(
                "Two instalments fall on the same day: give each its own."
            ),
            Problem.IN_THE_PAST: self.env._(
                "The instalment of %(date)s is in the past: put it later.",
                date=self._date_words(problem.value),
            ),
            Problem.DIFFERENT_TOTAL: self._total_words(problem.value),
        }
        return words[problem.problem]

    def _date_words(self, value: object) -> str:
        return format_date(self.env, value) if isinstance(value, date) else ""

    def _total_words(self, found: object) -> str:
        if not isinstance(found, Decimal):
            return ""
        gap = _money(self.total) - found
        words = {
            "found": format_amount(self.env, float(found), self.currency_id),
            "gap": format_amount(self.env, abs(float(gap)), self.currency_id),
        }
        if gap > ZERO:
            return self.env._(
                "The instalments come to %(found)s: %(gap)s is missing. Correct them, "
                "or spread the debt again.",
                **words,
            )
        return self.env._(
            "The instalments come to %(found)s: %(gap)s too much. Correct them, or "
            "spread the debt again.",
            **words,
        )

    # ------------------------------------------------------------- what the law says

    @api.depends(
        "state", "penalties", "case_id.profile", "move_line_ids",
        "instalment_ids.due_date", "instalment_ids.amount",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_remark_text(self):
        today = fields.Date.context_today(self)
        for plan in self:
            parts = [
                one
                for part in plan.instalment_ids
                if part.due_date
                for one in part._to_core()
            ]
            found = ()
            if parts and plan.case_id and plan.state in ("draft", "proposed"):
                setting = Setting(
                    plan.proposed_date or today,
                    Profile(plan.case_id.profile),
                    plan._limitation(),
                    plan.penalties == "waived",
                )
                parts.sort(key=lambda part: part.due_date)
                found = remarks(parts, setting)
            words = plan._remark_words()
            plan.remark_text = "\n".join(words[remark] for remark in found)

    def _limitation(self) -> date | None:
        """The last day to act on one of the debts, where it is known."""
        deadlines = self.move_line_ids.mapped("recouvrement_limitation_date")
        dates = [day for day in deadlines if day]
        return min(dates, default=None)

    @api.model
    def _remark_words(self) -> dict[Remark, str]:
        return {
            Remark.LONGER_THAN_A_JUDGE: self.env._(
                "Longer than the two years that a judge may grant (C. civ. art. "
                "1343-5): you may agree to it, nobody can impose it on you."
            ),
            Remark.UNEQUAL: self.env._("The instalments are not all of one amount."),
            Remark.BEYOND_LIMITATION: self.env._(
                "The last instalment comes after the debt would be barred: have the "
                "agreement signed, it acknowledges the debt and a new period runs "
                "(C. civ. art. 2240)."
            ),
            Remark.OWN_HAND: self.env._(
                "A consumer writes the amount by hand, in letters and in figures "
                "(C. civ. art. 1376): the agreement has room for it."
            ),
            Remark.NO_WAIVER: self.env._(
                "Public buyer: a waiver of interest or of the €40 is deemed unwritten "
                "(CCP, art. L2192-13)."
            ),
        }


def _commands(parts) -> list:
    return [
        Command.create({"due_date": part.due_date, "amount": float(part.amount)})
        for part in parts
    ]
