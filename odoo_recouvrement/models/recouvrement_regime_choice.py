"""Where a regime may be chosen: invoice, payment term, file, policy, company."""

from odoo import api, fields, models

from ..core.profile import propose
from ..report.decompte import Teller
from .roles import READER


class AccountPaymentTerm(models.Model):
    _inherit = "account.payment.term"

    recouvrement_regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        groups=READER,
        help="What the invoices with this payment term cost when they are late, "
        "unless the invoice says otherwise.",
    )


class RecouvrementPolicy(models.Model):
    _inherit = "recouvrement.policy"

    regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Leave empty for the regime of the debtor's legal profile.",
    )


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    regime_id = fields.Many2one(
        "recouvrement.regime",
        "Late-payment regime",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Leave empty for that of the policy, or of the debtor's legal profile.",
    )
    grace_ids = fields.One2many("recouvrement.grace", "case_id")
    regime_text = fields.Char("Regime applied", compute="_compute_regime_text")
    regime_warning = fields.Char("Rate below the floor", compute="_compute_regime_text")
    profile_reason = fields.Char("Why this profile", compute="_compute_profile_reason")

    @api.depends("profile", "regime_id", "policy_id", "policy_manual_id")
    @api.depends_context("lang")
    def _compute_regime_text(self):
        """The regime of an invoice about which nothing else was chosen, and why."""
        today = fields.Date.context_today(self)
        teller = Teller(self.env.lang or "en_US", "EUR")
        regimes = self.env["recouvrement.regime"]
        for company, cases in self.grouped("company_id").items():
            resolve = self.env["recouvrement.statement"]._resolver(company)
            for case in cases:
                policy = case.policy_manual_id or case.policy_id
                chosen = (None, None, case.regime_id.id, policy.regime_id.id)
                resolution = resolve(case.profile, chosen)
                case.regime_text = teller.regime(resolution)
                case.regime_warning = regimes._floor_words(
                    resolution.regime, today, today
                )

    @api.depends(
        "partner_id.company_registry",
        "partner_id.vat",
        "partner_id.name",
        "partner_id.is_company",
    )
    def _compute_profile_reason(self):
        reasons = {
            "public_siren": self.env._("its SIREN is that of a public body"),
            "siren": self.env._("it has a valid SIREN"),
            "vat": self.env._("it has a valid VAT number"),
            "person": self.env._("it is a person, without SIREN nor VAT number"),
            "public_name": self.env._("its name is that of a public body"),
            "company": self.env._("it is a company, without a SIREN"),
        }
        profiles = dict(self._fields["profile"]._description_selection(self.env))
        for case in self:
            customer = case.partner_id
            found = propose(
                customer.is_company,
                customer.company_registry or "",
                customer.name or "",
                customer.vat or "",
            )
            case.profile_reason = self.env._(
                "Proposed: %(profile)s, since %(reason)s.",
                profile=profiles[found.profile.value],
                reason=reasons[found.reason],
            )

    def action_confirm_profile(self):
        """Somebody looked, and the legal profile is right."""
        self.write({"profile_confirmed": True})

    def action_open_recouvrement_decompte(self):
        """The statements of all that is open."""
        self.ensure_one()
        return self.open_line_ids.action_open_recouvrement_decompte()
