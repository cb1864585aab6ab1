"""The agreement as a document: plain values gathered from a plan, then printed."""

from odoo import api, models

from ..core.profile import Profile
from ..report.plan import Agreement, AgreementItem, Signature, render_agreement
from .recouvrement_message import _numbers
from .recouvrement_plan import _money


class RecouvrementPlanDocument(models.AbstractModel):
    _name = "recouvrement.plan.document"
    _description = "Document of payment plans"

    @api.model
    def _print(self, plan) -> bytes:
        """The proposal to sign; once signed on the portal, with its signature."""
        return render_agreement(self.env, self._agreement(plan))

    @api.model
    def _agreement(self, plan) -> Agreement:
        company, debtor = plan.company_id, plan.partner_id
        writer = self.env["recouvrement.message"].with_company(company)
        recipient = plan._recipient() or debtor
        postal = writer._postal(recipient if recipient.street else debtor)
        user = plan.user_id or company.recouvrement_user_id
        return Agreement(
            number=plan.name,
            version=plan.version,
            day=plan.signed_date or plan.proposed_date,
            currency=plan.currency_id.name,
            company=writer._company(company),
            legal=company._recouvrement_notices(),
            logo=writer._logo(company),
            place=company.city or "",
            signatory=user.name or "",
            signatory_role=company.recouvrement_signatory or "",
            debtor_name=debtor.name or debtor.display_name,
            debtor_siren=_numbers(debtor)[0],
            debtor_reference=debtor.ref or "",
            address=tuple(postal.lines()),
            profile=Profile(plan.case_id.profile),
            items=tuple(
                AgreementItem(
                    item.invoice_name or "",
                    item.invoice_date,
                    item.due_date,
                    _money(item.amount_total),
                    _money(item.principal),
                    _money(item.interest),
                    _money(item.fee),
                )
                for item in plan.item_ids
            ),
            instalments=tuple(plan.instalment_ids._to_core()),
            penalties="included_only"
            if plan.penalties == "included" and not plan._may_waive()
            else plan.penalties,
            grace_days=plan.grace_days,
            replaces=plan.previous_id.name or "",
            signature=self._signature(plan),
        )

    @api.model
    def _signature(self, plan) -> Signature | None:
        if not plan.signature:
            return None
        local = self.env["recouvrement.reminder"]._local(
            plan.company_id, plan.signed_at
        )
        return Signature(
            plan.signed_name or "",
            plan.signature,
            local,
            plan.signature_ip or "",
            plan.signature_mention or "",
        )
