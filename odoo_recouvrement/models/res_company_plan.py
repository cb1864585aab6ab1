"""Payment plans: what each company grants by default."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    recouvrement_plan_grace_days = fields.Integer(
        "Grace of an instalment",
        default=5,
        help="Days after which an instalment that is not paid breaks the plan.",
    )
    recouvrement_plan_reminder_days = fields.Integer(
        "Reminder before an instalment", default=3, help="Days before; 0: none."
    )

    _recouvrement_plan_delays = models.Constraint(
        "CHECK(recouvrement_plan_grace_days BETWEEN 0 AND 60 "
        "AND recouvrement_plan_reminder_days BETWEEN 0 AND 30)",
        "Plans: the grace lasts from 0 to 60 days, the reminder leaves 0 to 30 days "
        "before.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recouvrement_plan_grace_days = fields.Integer(
        related="company_id.recouvrement_plan_grace_days", readonly=False
    )
    recouvrement_plan_reminder_days = fields.Integer(
        related="company_id.recouvrement_plan_reminder_days", readonly=False
    )
