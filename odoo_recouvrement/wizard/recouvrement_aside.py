from odoo import api, fields, models
from odoo.exceptions import UserError


class RecouvrementAside(models.TransientModel):
    """A debtor under the protection of the law: one action, its effect explained."""

    _name = "recouvrement.aside"
    _description = "Set aside under the law"

    case_ids = fields.Many2many("recouvrement.case", required=True)
    kind = fields.Selection(
        [
            ("insolvency", "Insolvency of a business"),
            ("overindebtedness", "Over-indebtedness of a consumer"),
        ],
        required=True,
        compute="_compute_kind",
        store=True,
        readonly=False,
        precompute=True,
    )
    date = fields.Date("Decision of", required=True)
    reference = fields.Char(
        required=True, help="Court or commission, number, BODACC announcement…"
    )
    effect = fields.Text("What it means", compute="_compute_effect")

    @api.depends("case_ids")
    def _compute_kind(self):
        for wizard in self:
            is_consumer = wizard.case_ids[:1].profile == "consumer"
            wizard.kind = "overindebtedness" if is_consumer else "insolvency"

    @api.depends("kind")
    def _compute_effect(self):
        for wizard in self:
            wizard.effect = (
                self.env._(
                    "From the decision that admits the request, enforcement is "
                    "suspended (C. conso. L722-2), and the debtor may not pay earlier "
                    "debts (L722-5): nothing of them is asked any more, by any "
                    "channel, and no plan is signed apart. They bear no interest nor "
                    "penalty (L722-14). This lasts until the measures, two years at "
                    "most (L722-3). Later debts are still due. Check that the "
                    "commission knows the exact amount of the claim."
                )
                if wizard.kind == "overindebtedness"
                else self.env._(
                    "From the opening judgment, claims that arose before it may not be "
                    "paid nor pursued (C. com. L622-7, L622-21): nothing of them is "
                    "asked any more. Declare them to the representative of the "
                    "creditors within two months of the publication in the BODACC "
                    "(C. com. R622-24). Later claims are still due at their date."
                )
            )

    def action_apply(self):
        self.ensure_one()
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._("The decision is in the future: check its date.")
            )
        for case in self.case_ids:
            if self.kind == "overindebtedness":
                case._set_overindebted(self.date, self.reference)
            else:
                case._set_insolvent(self.date, self.reference)
        return {"type": "ir.actions.act_window_close"}
