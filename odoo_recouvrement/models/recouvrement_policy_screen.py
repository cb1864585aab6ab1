"""The ladder as a timeline, in words."""

from odoo import api, fields, models


class RecouvrementPolicyLevel(models.Model):
    _inherit = "recouvrement.policy.level"

    moment = fields.Char("When", compute="_compute_moment")
    text_count = fields.Integer("Texts written", compute="_compute_text_count")

    @api.depends_context("recouvrement_policy_name")
    def _compute_display_name(self):
        """With the policy's name where several ladders stand side by side."""
        result = super()._compute_display_name()
        if self.env.context.get("recouvrement_policy_name"):
            for level in self:
                level.display_name = f"{level.policy_id.name} · {level.display_name}"
        return result

    @api.depends("days")
    def _compute_moment(self):
        for level in self:
            if level.days < 0:
                level.moment = self.env._("Due date − %(days)s", days=-level.days)
            elif level.days:
                level.moment = self.env._("Due date + %(days)s", days=level.days)
            else:
                level.moment = self.env._("On the due date")

    @api.depends("template_ids")
    def _compute_text_count(self):
        for level in self:
            level.text_count = len(level.template_ids)


class RecouvrementPolicy(models.Model):
    _inherit = "recouvrement.policy"

    ladder_text = fields.Char("Ladder", compute="_compute_ladder_text")

    @api.depends("level_ids.code", "level_ids.days", "level_ids.active")
    def _compute_ladder_text(self):
        for policy in self:
            policy.ladder_text = "  →  ".join(
                f"{level.code} {level.days:+d}"
                for level in policy.level_ids.sorted("days")
                if level.active
            )

    def action_open_cases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "odoo_recouvrement.action_case_all"
        )
        return {
            **action,
            "domain": [
                "|",
                ("policy_manual_id", "=", self.id),
                "&",
                ("policy_manual_id", "=", False),
                ("policy_id", "=", self.id),
            ],
            "context": {"recouvrement_policy_name": True},
        }
