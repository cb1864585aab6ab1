"""How a plan is reached: from the file, from the customer, on the calendar."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .roles import READER
from .windows import listed


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    version_text = fields.Char(compute="_compute_version_text")

    @api.depends("version", "previous_id")
    @api.depends_context("lang")
    def _compute_version_text(self):
        for plan in self:
            words = []
            if plan.version > 1:
                words.append(self.env._("version %(version)s", version=plan.version))
            if plan.previous_id:
                words.append(
                    self.env._("replaces %(plan)s", plan=plan.previous_id.name)
                )
            plan.version_text = " · ".join(words)

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    plan_ids = fields.One2many("recouvrement.plan", "case_id")
    plan_count = fields.Integer(compute="_compute_plan_count")

    def _compute_plan_count(self):
        counts = dict(
            self.env["recouvrement.plan"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.plan_count = counts.get(case, 0)

    def action_open_plans(self):
        self.ensure_one()
        return listed(
            self.env,
            "action_plan",
            [("case_id", "=", self.id)],
            default_case_id=self.id,
        )

    def action_propose_plan(self):
        """A new plan for what is overdue, else for all that is open; to be changed."""
        self.ensure_one()
        self.env["recouvrement.plan"].check_access("create")
        lines = self._plannable_lines()
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing to spread for “%(customer)s”: no open item, or all are "
                    "already in a plan.",
                    customer=self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New payment plan"),
            "res_model": "recouvrement.plan",
            "views": [(False, "form")],
            "context": {
                "default_case_id": self.id,
                "default_user_id": self.user_id.id or self.env.uid,
                "default_move_line_ids": [Command.set(lines.ids)],
                "default_grace_days": self.company_id.recouvrement_plan_grace_days,
            },
        }

    def _plannable_lines(self):
        """Open items of one currency, in no plan; the overdue ones if there are any."""
        today = fields.Date.context_today(self)
        taken = self.plan_ids.filtered(
            lambda plan: plan.state in ("proposed", "agreed")
        ).move_line_ids
        lines = (self.open_line_ids - taken).filtered(
            lambda line: line.amount_residual > 0
        )
        late = lines.filtered(lambda line: (line.date_maturity or line.date) < today)
        chosen = self._ticked(lines) if self._has_ticked() else late or lines
        biggest = max(
            chosen.grouped("currency_id").values(),
            key=lambda group: sum(group.mapped("amount_residual")),
            default=lines,
        )
        return biggest


class ResPartner(models.Model):
    _inherit = "res.partner"

    recouvrement_plan_count = fields.Integer(
        compute="_compute_recouvrement_plan_count",
        groups=READER,
    )

    @api.depends_context("company", "uid")
    def _compute_recouvrement_plan_count(self):
        counts = {
            partner.id: count
            for partner, count in self.env["recouvrement.plan"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["partner_id"],
                ["__count"],
            )
        }
        for partner in self:
            partner.recouvrement_plan_count = counts.get(
                partner.commercial_partner_id.id, 0
            )

    def action_open_recouvrement_plans(self):
        self.ensure_one()
        return self.recouvrement_case_id.action_open_plans()
