from odoo import api, fields, models

from ..models.res_company_penalty import PROPOSED


class RecouvrementPenaltyAccounts(models.TransientModel):
    """The accounts of penalties, found in the chart or to be created: confirm first."""

    _name = "recouvrement.penalty.accounts"
    _description = "Accounts of penalties"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    interest_account_id = fields.Many2one(
        "account.account", compute="_compute_accounts", string="Interest"
    )
    fee_account_id = fields.Many2one(
        "account.account", compute="_compute_accounts", string="The €40"
    )
    interest_text = fields.Char(compute="_compute_accounts", string="Interest account")
    fee_text = fields.Char(compute="_compute_accounts", string="€40 account")
    is_creating = fields.Boolean(compute="_compute_accounts")

    @api.depends("company_id")
    def _compute_accounts(self):
        for wizard in self:
            wizard.is_creating = False
            for field, target, text in (
                (
                    "recouvrement_interest_account_id",
                    "interest_account_id",
                    "interest_text",
                ),
                ("recouvrement_fee_account_id", "fee_account_id", "fee_text"),
            ):
                account = wizard._found(field)
                wizard[target] = account
                wizard.is_creating = wizard.is_creating or not account
                wizard[text] = (
                    self.env._(
                        "%(account)s, in your chart", account=account.display_name
                    )
                    if account
                    else self.env._(
                        "%(code)s %(name)s, to be created",
                        code=wizard._code(field),
                        name=wizard._name_of(field),
                    )
                )

    def _found(self, field: str):
        company = self.company_id
        return company._recouvrement_account_of(company, PROPOSED[field])

    def _code(self, field: str) -> str:
        """As long as the other codes of the chart: 763100 where they have six."""
        accounts = self.env["account.account"].with_company(self.company_id)
        other = accounts.search(
            [
                *accounts._check_company_domain(self.company_id),
                ("account_type", "=", "income"),
            ],
            limit=1,
        )
        return PROPOSED[field].ljust(len(other.code or ""), "0")

    def _name_of(self, field: str) -> str:
        return {
            "recouvrement_interest_account_id": self.env._(
                "Income from commercial receivables"
            ),
            "recouvrement_fee_account_id": self.env._(
                "Penalties received on purchases and sales"
            ),
        }[field]

    def action_confirm(self):
        """Choose the accounts for the company; create those its chart lacks."""
        self.ensure_one()
        company = self.company_id
        accounts = self.env["account.account"].with_company(company)
        for field in PROPOSED:
            found = self._found(field) or accounts.create(
                {
                    "code": self._code(field),
                    "name": self._name_of(field),
                    "account_type": "income_other",
                    "company_ids": [fields.Command.set(company.root_id.ids)],
                }
            )
            # Whoever keeps the chart chooses its accounts; companies belong to the
            # administrator.
            company.sudo()[field] = found
        return {"type": "ir.actions.client", "tag": "soft_reload"}
