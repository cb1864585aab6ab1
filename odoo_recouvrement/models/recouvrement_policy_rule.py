import ast
from collections.abc import Callable
from math import inf

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .recouvrement_policy import PROFILES


class RecouvrementPolicyRule(models.Model):
    """Which policy a debtor gets: the first rule that fits wins."""

    _name = "recouvrement.policy.rule"
    _description = "Recovery policy assignment"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one("res.company")
    policy_id = fields.Many2one(
        "recouvrement.policy", required=True, ondelete="cascade", check_company=True
    )
    profile = fields.Selection(PROFILES)
    partner_domain = fields.Char(
        string="Customers", default="[]", help="Conditions on the customer."
    )
    category_ids = fields.Many2many("res.partner.category", string="Tags")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount_min = fields.Monetary(help="Overdue total from which the rule applies.")
    amount_max = fields.Monetary(help="Overdue total up to which it applies; 0: none.")

    @api.depends_context("company")
    def _compute_currency_id(self):
        for rule in self:
            rule.currency_id = (rule.company_id or self.env.company).currency_id

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for rule in self:
            try:
                domain = Domain(ast.literal_eval(rule.partner_domain or "[]"))
                domain.validate(self.env["res.partner"])
            except (ValueError, SyntaxError, TypeError, KeyError) as error:
                raise ValidationError(
                    self.env._(
                        "Rule “%(rule)s”: the conditions on the customer cannot be "
                        "read (%(error)s). Rebuild them with the editor.",
                        rule=rule.name,
                        error=error,
                    )
                ) from error

    def _customer_domain(self) -> Domain:
        self.ensure_one()
        domain = Domain(ast.literal_eval(self.partner_domain or "[]"))
        if self.category_ids:
            domain &= Domain("category_id", "in", self.category_ids.ids)
        return domain

    def _assign(self, company, debtors: dict[int, tuple[str, float]]) -> dict[int, int]:
        """The policy of each debtor by the first rule that fits.

        ``debtors``: partner id → (profile, overdue total in company currency).
        Returns partner id → policy id; a debtor without any rule is left out.
        One search per rule that looks at the customer, whatever their number.
        """
        assigned: dict[int, int] = {}
        for rule in self._applicable(company):
            left = debtors.keys() - assigned.keys()
            domain = rule._customer_domain()
            if not domain.is_true():
                found = (
                    self.env["res.partner"]
                    .with_context(active_test=False)
                    .search(domain & Domain("id", "in", list(left)))
                )
                left = set(found.ids)
            fits, policy_id = rule._test(), rule.policy_id.id
            assigned |= {id_: policy_id for id_ in left if fits(*debtors[id_])}
        return assigned

    @api.model
    def _applicable(self, company):
        return self.search([("company_id", "in", (False, company.id))]).filtered(
            "policy_id.active"
        )

    def _test(self) -> Callable[[str, float], bool]:
        """Whether a profile and an overdue total fit: the rule is read once for all."""
        self.ensure_one()
        wanted, lowest = self.profile, self.amount_min
        highest = self.amount_max or inf
        return lambda profile, overdue: (
            (not wanted or wanted == profile) and lowest <= overdue <= highest
        )
