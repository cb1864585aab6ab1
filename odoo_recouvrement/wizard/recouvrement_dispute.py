from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..models.recouvrement_dispute import OUTCOMES


class RecouvrementDisputeAsk(models.TransientModel):
    """Ask a colleague what happened; a reply to the mail is the answer."""

    _name = "recouvrement.dispute.ask"
    _description = "Ask about a dispute"

    dispute_id = fields.Many2one("recouvrement.dispute", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Colleague",
        required=True,
        domain="[('partner_share', '=', False), ('email', '!=', False)]",
    )
    question = fields.Text(
        required=True, compute="_compute_question", store=True, readonly=False
    )

    @api.depends("dispute_id")
    def _compute_question(self):
        for wizard in self:
            dispute = wizard.dispute_id
            wizard.question = dispute and self.env._(
                "%(customer)s contests %(amount)s of %(items)s (%(reason)s). "
                "%(text)s\nWhat happened, and is the customer right?",
                customer=dispute.partner_id.name,
                amount=dispute._money(),
                items=dispute._item_names(),
                reason=dispute.reason_id.name,
                text=dispute.description or "",
            )

    def action_apply(self):
        self.ensure_one()
        self.dispute_id._ask(self.partner_id, self.question)
        return {"type": "ir.actions.act_window_close"}


class RecouvrementDisputeClose(models.TransientModel):
    """How a dispute ended, at which level the chase resumes, what is answered."""

    _name = "recouvrement.dispute.close"
    _description = "Close a dispute"

    dispute_id = fields.Many2one("recouvrement.dispute", required=True)
    case_id = fields.Many2one(related="dispute_id.case_id")
    partner_id = fields.Many2one(related="dispute_id.partner_id")
    company_id = fields.Many2one(related="dispute_id.company_id")
    outcome = fields.Selection(OUTCOMES, required=True, default="unjustified")
    credit_move_ids = fields.Many2many(
        "account.move",
        string="Credit notes",
        domain="[('move_type', '=', 'out_refund'), ('state', '=', 'posted'),"
        " ('company_id', '=', company_id),"
        " ('commercial_partner_id', '=', partner_id)]",
    )
    allowed_level_ids = fields.Many2many(
        "recouvrement.policy.level", compute="_compute_allowed_level_ids"
    )
    level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Resume at",
        domain="[('id', 'in', allowed_level_ids)]",
        help="The next step of what is left. Empty: the one that was next.",
    )
    is_told = fields.Boolean(
        "Answer the customer",
        compute="_compute_message",
        store=True,
        readonly=False,
        help="By e-mail, from the recovery file; a reply comes back there.",
    )
    message = fields.Text(compute="_compute_message", store=True, readonly=False)

    @api.depends("dispute_id")
    def _compute_allowed_level_ids(self):
        """Those the items have reached, and the next one: no level is skipped."""
        for wizard in self:
            levels = wizard.case_id.effective_policy_id.level_ids.filtered(
                lambda level: level.days >= 0 and not level.is_final
            ).sorted("days")
            items = wizard.dispute_id.move_line_ids
            # The least advanced item decides: none of them may skip a level.
            reached = min(
                (
                    item.recouvrement_level_id.days if item.recouvrement_level_id else 0
                    for item in items
                ),
                default=0,
            )
            following = levels.filtered(lambda level, day=reached: level.days > day)
            wizard.allowed_level_ids = (levels - following) | following[:1]

    @api.depends("outcome", "dispute_id", "credit_move_ids")
    def _compute_message(self):
        for wizard in self:
            contact = wizard.dispute_id.contact_id or wizard.partner_id
            words = wizard.with_context(lang=contact.lang or self.env.lang)
            wizard.message = words._answer(wizard.outcome)
            wizard.is_told = wizard.outcome in ("credited", "unjustified") and bool(
                contact.email_normalized
            )

    def _answer(self, outcome: str) -> str:
        """A fitting answer: who writes, about what, what was found, what is next."""
        dispute = self.dispute_id
        words = {
            "items": dispute._item_names(),
            "amount": format_amount(self.env, dispute.amount, dispute.currency_id),
            "company": dispute.company_id.name,
            "credits": ", ".join(self.credit_move_ids.mapped("name")),
        }
        if outcome == "credited":
            return self.env._(
                "Dear Sir or Madam,\n\nYou contested %(amount)s of %(items)s. We have "
                "looked into it: you were right, and the credit note %(credits)s "
                "settles it. What remains of the invoice, if anything, is still to "
                "be paid.\n\n%(company)s",
                **words,
            )
        if outcome == "unjustified":
            return self.env._(
                "Dear Sir or Madam,\n\nYou contested %(amount)s of %(items)s. We have "
                "looked into it: after examination, the amount is due. We thank you "
                "for paying it; should you have a document that we have not seen, "
                "please reply to this message.\n\n%(company)s",
                **words,
            )
        return self.env._(
            "Dear Sir or Madam,\n\nThe point you raised about %(items)s is closed on "
            "our side. We thank you.\n\n%(company)s",
            **words,
        )

    def action_apply(self):
        self.ensure_one()
        if self.outcome == "credited" and not self.credit_move_ids:
            raise UserError(
                self.env._(
                    "Choose the credit note that settles the dispute; ask accounting "
                    "to post it first if there is none."
                )
            )
        if self.is_told and not (self.message or "").strip():
            raise UserError(
                self.env._("Write the answer, or untick “Answer the customer”.")
            )
        is_credited = self.outcome == "credited"
        self.dispute_id._end(
            self.outcome,
            credits=self.credit_move_ids if is_credited else None,
            level=self.level_id if self.outcome != "paid" else None,
            message=self.message if self.is_told else "",
        )
        return {"type": "ir.actions.act_window_close"}
