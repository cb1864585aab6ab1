"""The channel of electronic registered letters, and whom it may reach."""

from odoo import api, fields, models

from ..core.decision import Channel
from .recouvrement_channel import Undelivered


class RecouvrementChannelElectronicRegistered(models.AbstractModel):
    """Printed and frozen as a letter, handed to the company's provider."""

    _name = "recouvrement.channel.electronic_registered"
    _inherit = "recouvrement.channel.letter"
    _description = "Reminders by electronic registered letter"

    _keeps_hours = True
    _is_remote = True

    def _address(self, partner):
        return partner.email_normalized or ""

    def _no_address(self, reminder):
        return self.env._(
            "No contact of “%(customer)s” has a usable e-mail address for an "
            "electronic registered letter: complete it, or send a registered letter by "
            "post.",
            customer=reminder.partner_id.display_name,
        )

    def _recipient_values(self, reminder, message):
        return {
            **super()._recipient_values(reminder, message),
            "recipient_email": message.address,
            "recipient_address": "\n".join(
                self.env["recouvrement.message"]._postal(message.recipient).lines()
            ),
        }

    def _provider(self, company):
        return self.env["recouvrement.lre.provider"]._of(company)

    def _open(self, reminder, session):
        provider = self._provider(reminder.company_id)
        if provider is None:
            raise Undelivered(
                self.env._(
                    "The company “%(company)s” has no provider of electronic "
                    "registered letters: choose one in the settings, or send it by "
                    "post.",
                    company=reminder.company_id.name,
                )
            )
        problem = provider._problem(reminder.company_id)
        if problem:
            raise Undelivered(problem)

    def _deliver(self, reminder, session, now):
        reference = self._provider(reminder.company_id)._submit(reminder)
        return "sent", {"proof_reference": reference} if reference else {}


class RecouvrementFacts(models.AbstractModel):
    _inherit = "recouvrement.facts"

    def _read_channels(self, frame, scope, addressees):
        """With a provider, whoever has an e-mail; a consumer only with a consent."""
        found = super()._read_channels(frame, scope, addressees)
        company = self.env["res.company"].browse(frame.company_id)
        if not company.recouvrement_lre_provider:
            return found
        silent = self.env["recouvrement.case"].search(
            [
                ("company_id", "=", company.id),
                ("profile", "=", "consumer"),
                ("has_lre_consent", "=", False),
            ]
        )
        without = set(silent.partner_id.ids)
        return {
            partner_id: channels | {Channel.ELECTRONIC_REGISTERED}
            if Channel.EMAIL in channels and partner_id not in without
            else channels
            for partner_id, channels in found.items()
        }


class RecouvrementCase(models.Model):
    """What a file says that bears on a mise en demeure."""

    _inherit = "recouvrement.case"

    over_indebtedness_date = fields.Date(
        "Over-indebtedness accepted",
        tracking=True,
        help="Day the commission found the file of the debtor admissible: earlier "
        "debts may no longer be pursued nor paid (C. conso. L722-2, L722-5).",
    )
    lre_consent_date = fields.Date(
        "Agreed to electronic letters",
        tracking=True,
        help="Day a private person agreed to receive electronic registered letters "
        "(CPCE, postes, L100). A business need not agree.",
    )
    lre_consent_end_date = fields.Date("Withdrawn on", tracking=True)
    lre_consent_proof_ids = fields.Many2many(
        "ir.attachment",
        "recouvrement_case_lre_consent_rel",
        string="Proof of the consent",
    )
    has_lre_consent = fields.Boolean(compute="_compute_has_lre_consent", store=True)
    notice_ids = fields.One2many("recouvrement.mise_en_demeure", "case_id")

    @api.depends("lre_consent_date", "lre_consent_end_date", "lre_consent_proof_ids")
    def _compute_has_lre_consent(self):
        for case in self:
            case.has_lre_consent = case._has_lre_consent()

    def _has_lre_consent(self) -> bool:
        """Given, proved, and not taken back."""
        return bool(
            self.lre_consent_date
            and self.lre_consent_proof_ids
            and not self.lre_consent_end_date
        )
