"""What a person decides of a plan: to cancel, break or reinstate it."""

from datetime import date

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .windows import dialog


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    def _decide_cancel(self, reason: str) -> None:
        """By consent, or before anything was signed."""
        self.check_access("write")
        for plan in self:
            if plan.state == "agreed":
                plan._require_manager(
                    self.env._(
                        "Only a manager may cancel the signed plan %(plan)s.",
                        plan=plan.name,
                    )
                )
            # No role types in an end: this button does, and has checked the right to.
            plan.sudo()._close("cancelled", fields.Date.context_today(plan), reason)
        # No role types in where a file stands: it is read from the ledger again.
        self.case_id.sudo()._refresh()

    def _decide_break(self, reason: str) -> None:
        """Without waiting for the end of the grace, once an instalment is missed."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for plan in self:
            plan._judge(today)
            if plan.state != "agreed" or not plan.is_late:
                raise UserError(
                    self.env._(
                        "No instalment of the plan %(plan)s is missed: it holds. "
                        "Cancel it if both parties agree.",
                        plan=plan.display_name,
                    )
                )
            # No role types in an end: this button does, and has checked the right to.
            plan.sudo()._break(today, reason)
        # No role types in where a file stands: it is read from the ledger again.
        self.case_id.sudo()._refresh()

    def _decide_reinstate(self, reason: str, until: date) -> None:
        """A manager gives the missed instalments a last date; the plan holds again."""
        self.ensure_one()
        self._require_manager(self.env._("Only a manager may reinstate a broken plan."))
        self.check_access("write")
        today = fields.Date.context_today(self)
        # No role types in a state: this button does, the manager's right checked.
        plan = self.sudo()
        late = plan.instalment_ids.filtered(
            lambda part: part.left > 0 and part.expected_date < today
        )
        coming = (plan.instalment_ids - late).filtered(lambda part: part.left > 0)
        following = coming[:1].expected_date
        if until < today or (following and until > following):
            raise UserError(
                self.env._(
                    "Choose a day from today on, %(limit)s at the latest.",
                    limit=format_date(self.env, following)
                    if following
                    else self.env._("none"),
                )
            )
        taken = plan._taken_by_agreed()
        if taken:
            raise UserError(taken)
        plan._set_state(
            "agreed", closed_date=False, closed_reason=False, reinstated_date=today
        )
        late.write({"extended_date": until, "noticed_date": False, "state": "open"})
        plan._hold(today)
        plan._log(
            self.env._(
                "Plan %(plan)s reinstated; what is late is expected by %(date)s. "
                "%(reason)s",
                plan=plan.name,
                date=format_date(self.env, until),
                reason=reason,
            )
        )
        plan._judge(today)
        plan.case_id._refresh()

    def _open_decision(self, decision: str, name: str) -> dict:
        self.ensure_one()
        return dialog(
            "recouvrement.plan.decide",
            name,
            default_plan_id=self.id,
            default_decision=decision,
        )

    def action_open_cancel(self):
        return self._open_decision("cancel", self.env._("Cancel the plan"))

    def action_open_break(self):
        return self._open_decision("break", self.env._("Break the plan"))

    def action_open_reinstate(self):
        return self._open_decision("reinstate", self.env._("Reinstate the plan"))
