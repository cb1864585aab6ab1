from odoo import api, fields, models

from ..core.decision import Grouping, Ladder

PROFILES = [
    ("business", "Business"),
    ("consumer", "Consumer"),
    ("public", "Public body"),
]


class RecouvrementPolicy(models.Model):
    """A ladder of levels for a kind of debtor."""

    _name = "recouvrement.policy"
    _description = "Recovery policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share the policy between companies."
    )
    profile = fields.Selection(PROFILES, required=True, default="business")
    grouping = fields.Selection(
        [
            ("debtor", "One message per debtor, at the highest level"),
            ("level", "One message per level"),
            ("invoice", "One message per invoice"),
        ],
        required=True,
        default="debtor",
        help="May be changed at any time: each item keeps its own level.",
    )
    note = fields.Text(translate=True)
    level_ids = fields.One2many("recouvrement.policy.level", "policy_id", copy=True)
    case_ids = fields.One2many("recouvrement.case", "policy_id")
    case_count = fields.Integer(compute="_compute_case_count")

    def _compute_case_count(self):
        counts = dict(
            self.env["recouvrement.case"]._read_group(
                [("policy_id", "in", self.ids)], ["policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.case_count = counts.get(policy, 0)

    def copy_data(self, default=None):
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=policy.name)}
            for policy, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.with_context(active_test=False).level_ids._check_unused()

    def _to_core(self) -> dict[int, Ladder]:
        """The policies as ladders of plain values, by policy id."""
        return {
            policy.id: Ladder(
                policy.id,
                tuple(
                    level._to_core()
                    for level in policy.level_ids.sorted("days")
                    if level.active
                ),
                Grouping(policy.grouping),
            )
            for policy in self
        }
