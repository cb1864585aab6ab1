"""How each company deals with penalties: ceiling, invoicing, accounts, journal."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .windows import dialog

# The accounts of the French chart (ANC 2022-06) that a company is proposed.
PROPOSED = {
    "recouvrement_interest_account_id": "7631",
    "recouvrement_fee_account_id": "7581",
}
INCOME = ("income", "income_other")
INCOME_DOMAIN = "[('account_type', 'in', ('income', 'income_other'))]"


class ResCompany(models.Model):
    _inherit = "res.company"

    recouvrement_waiver_ceiling = fields.Monetary(
        "A collector waives alone up to",
        default=100.0,
        help="Per customer in twelve months, in the company's currency; above, a "
        "manager approves. 0: a manager always approves.",
    )
    recouvrement_waiver_forbidden = fields.Boolean(
        "Never waive penalties",
        help="A bill under discussion forbids to waive late-payment penalties: turn "
        "this on when it becomes law, or as your own policy.",
    )
    recouvrement_penalty_since = fields.Date(
        "Invoices paid since",
        default=fields.Date.today,
        help="Late invoices paid before that day do not join the penalties to deal "
        "with. Empty: none does.",
    )
    recouvrement_penalty_invoicing = fields.Boolean("Invoice penalties")
    recouvrement_interest_account_id = fields.Many2one(
        "account.account",
        "Account of interest",
        domain=INCOME_DOMAIN,
    )
    recouvrement_fee_account_id = fields.Many2one(
        "account.account",
        "Account of the €40",
        domain=INCOME_DOMAIN,
    )
    recouvrement_penalty_journal_id = fields.Many2one(
        "account.journal",
        "Journal of debit notes",
        domain="[('company_id', '=', id), ('type', '=', 'sale')]",
        help="Empty: the first sales journal.",
    )
    recouvrement_penalty_note = fields.Text(
        "Text under a debit note", help="Added to the mention of VAT."
    )

    _recouvrement_ceiling = models.Constraint(
        "CHECK(recouvrement_waiver_ceiling >= 0)",
        "The ceiling of waivers cannot be negative.",
    )

    def _recouvrement_check_penalty_accounts(self) -> None:
        """Refuse to invoice before the accounts are chosen."""
        self.ensure_one()
        if not (
            self.recouvrement_interest_account_id and self.recouvrement_fee_account_id
        ):
            raise UserError(
                self.env._(
                    "Choose the accounts of interest and of the €40 of %(company)s "
                    "first: Settings › Invoicing › Debt recovery › Propose accounts.",
                    company=self.name,
                )
            )

    def _recouvrement_sale_journal(self):
        return self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self),
                ("type", "=", "sale"),
            ],
            limit=1,
        )

    @api.model
    def _recouvrement_account_of(self, company, prefix: str):
        """The income account of the chart whose code begins so, the shortest first."""
        accounts = self.env["account.account"].with_company(company)
        found = accounts.search(
            [
                *accounts._check_company_domain(company),
                ("account_type", "in", INCOME),
                ("code", "=like", f"{prefix}%"),
            ]
        )
        return found.sorted(lambda account: (account.code or "", account.id))[:1]


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recouvrement_waiver_ceiling = fields.Monetary(
        related="company_id.recouvrement_waiver_ceiling",
        readonly=False,
        currency_field="currency_id",
    )
    recouvrement_waiver_forbidden = fields.Boolean(
        related="company_id.recouvrement_waiver_forbidden", readonly=False
    )
    recouvrement_penalty_since = fields.Date(
        related="company_id.recouvrement_penalty_since", readonly=False
    )
    recouvrement_penalty_invoicing = fields.Boolean(
        related="company_id.recouvrement_penalty_invoicing", readonly=False
    )
    recouvrement_interest_account_id = fields.Many2one(
        related="company_id.recouvrement_interest_account_id", readonly=False
    )
    recouvrement_fee_account_id = fields.Many2one(
        related="company_id.recouvrement_fee_account_id", readonly=False
    )
    recouvrement_penalty_journal_id = fields.Many2one(
        related="company_id.recouvrement_penalty_journal_id", readonly=False
    )
    recouvrement_penalty_note = fields.Text(
        related="company_id.recouvrement_penalty_note", readonly=False
    )

    def action_recouvrement_propose_accounts(self):
        """The accounts of the chart, before anything is chosen or created."""
        self.ensure_one()
        return dialog(
            "recouvrement.penalty.accounts",
            self.env._("Accounts of penalties"),
            default_company_id=self.company_id.id,
        )
