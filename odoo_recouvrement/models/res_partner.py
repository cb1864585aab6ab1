from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from .roles import READER


class ResPartner(models.Model):
    """The customer shows its recovery file of the current company."""

    _inherit = "res.partner"

    recouvrement_case_id = fields.Many2one(
        "recouvrement.case",
        "Recovery file",
        compute="_compute_recouvrement_case_id",
        groups=READER,
    )
    recouvrement_overdue = fields.Monetary(
        "Overdue",
        compute="_compute_recouvrement_case_id",
        currency_field="currency_id",
        groups=READER,
    )
    recouvrement_banner = fields.Char(
        compute="_compute_recouvrement_case_id",
        groups=READER,
    )

    @api.depends_context("company", "uid")
    def _compute_recouvrement_case_id(self):
        """One search for all the customers, in the current company."""
        cases = {
            case.partner_id.id: case
            for case in self.env["recouvrement.case"].search(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        }
        none = self.env["recouvrement.case"]
        for partner in self:
            case = cases.get(partner.commercial_partner_id.id, none)
            partner.recouvrement_case_id = case
            partner.recouvrement_overdue = case.overdue_total
            partner.recouvrement_banner = case._customer_banner() if case else False

    def action_open_recouvrement_case(self):
        self.ensure_one()
        return self.recouvrement_case_id.action_open_case()


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _customer_banner(self) -> str | bool:
        """One calm sentence when something is overdue, else nothing."""
        self.ensure_one()
        if not self.overdue_total:
            return False
        words = [
            self.env._(
                "%(amount)s overdue since %(date)s.",
                amount=format_amount(self.env, self.overdue_total, self.currency_id),
                date=format_date(self.env, self.oldest_due_date),
            )
        ]
        if self.level_id:
            words.append(
                self.env._("Level reached: %(level)s.", level=self.level_id.name)
            )
        if self.last_contact_date:
            words.append(
                self.env._(
                    "Last reminder on %(date)s.",
                    date=format_date(self.env, self.last_contact_date),
                )
            )
        if self.next_text:
            words.append(self.env._("Next: %(step)s.", step=self.next_text))
        return " ".join(words)
