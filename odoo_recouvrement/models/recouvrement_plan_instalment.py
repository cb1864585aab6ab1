"""The instalments of a plan, and the items it covers, frozen when it is proposed."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.plan import Instalment
from .recouvrement_plan import _money

# What the ledger and the mails say of an instalment, never typed in.
LIFE = frozenset(
    "paid credited state extended_date reminded_date reminder_message_id noticed_date "
    "notice_message_id".split()
)


class RecouvrementPlanInstalment(models.Model):
    _name = "recouvrement.plan.instalment"
    _description = "Instalment of a plan"
    _order = "due_date, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "recouvrement.plan", required=True, ondelete="cascade", index=True
    )
    case_id = fields.Many2one(related="plan_id.case_id", store=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="plan_id.partner_id", string="Customer", store=True
    )
    currency_id = fields.Many2one(related="plan_id.currency_id", store=True)
    plan_state = fields.Selection(
        related="plan_id.state", string="State of the plan", store=True
    )
    due_date = fields.Date("Date", required=True)
    extended_date = fields.Date(
        "Put back to", readonly=True, copy=False, help="When the plan was reinstated."
    )
    expected_date = fields.Date(
        "Expected on", compute="_compute_expected_date", store=True
    )
    amount = fields.Monetary(required=True)
    credited = fields.Monetary(readonly=True, copy=False)
    paid = fields.Monetary(readonly=True, copy=False)
    left = fields.Monetary("Left to pay", compute="_compute_left", store=True)
    state = fields.Selection(
        [
            ("open", "Expected"),
            ("late", "Late"),
            ("paid", "Paid"),
            ("missed", "Missed"),
        ],
        required=True,
        readonly=True,
        default="open",
        copy=False,
    )
    reminded_date = fields.Date("Reminder sent on", readonly=True, copy=False)
    reminder_message_id = fields.Many2one("mail.message", readonly=True, copy=False)
    noticed_date = fields.Date("Notice sent on", readonly=True, copy=False)
    notice_message_id = fields.Many2one("mail.message", readonly=True, copy=False)

    @api.depends("due_date", "extended_date")
    def _compute_expected_date(self):
        for instalment in self:
            instalment.expected_date = instalment.extended_date or instalment.due_date

    @api.depends("amount", "credited", "paid")
    def _compute_left(self):
        for instalment in self:
            amount, paid = _money(instalment.amount), _money(instalment.paid)
            instalment.left = float(amount - _money(instalment.credited) - paid)

    @api.depends("plan_id", "due_date")
    def _compute_display_name(self):
        for instalment in self:
            instalment.display_name = instalment.plan_id.display_name

    # --------------------------------------------------------------------- guards

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & LIFE for vals in vals_list):
            self._refuse_falsification()
        instalments = super().create(vals_list)
        instalments.plan_id._check_open()
        return instalments

    def write(self, vals):
        if vals.keys() & LIFE and not self.env.su:
            self._refuse_falsification()
        if vals.keys() - LIFE:
            self.plan_id._check_open()
        return super().write(vals)

    def _refuse_falsification(self):
        raise AccessError(
            self.env._("What was paid of an instalment is read from the ledger.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_proposed(self):
        self.plan_id._check_open()

    def _to_core(self) -> list[Instalment]:
        return [
            Instalment(part.extended_date or part.due_date, _money(part.amount))
            for part in self
        ]

    def action_open_plan(self):
        self.ensure_one()
        return self.plan_id.get_formview_action()


class RecouvrementPlanItem(models.Model):
    """An item as the plan took it, on the day of the proposal."""

    _name = "recouvrement.plan.item"
    _description = "Item of a plan"
    _order = "plan_id, due_date, id"

    plan_id = fields.Many2one(
        "recouvrement.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        "Item",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    currency_id = fields.Many2one(related="plan_id.currency_id", store=True)
    invoice_name = fields.Char("Invoice number", readonly=True)
    invoice_date = fields.Date(readonly=True)
    due_date = fields.Date(readonly=True)
    amount_total = fields.Monetary("Amount", readonly=True)
    principal = fields.Monetary("Left to pay", readonly=True)
    already = fields.Monetary(readonly=True, help="Paid before the plan was proposed.")
    interest = fields.Monetary("Late interest", readonly=True)
    fee = fields.Monetary("Recovery fee", readonly=True)
    is_active = fields.Boolean(readonly=True)

    _active_unique = models.UniqueIndex(
        "(move_line_id) WHERE is_active",
        "One of these items already has an agreed plan: make a new version of it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_unless_system()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_unless_system()
        return super().write(vals)

    def _refuse_unless_system(self):
        if not self.env.su:
            raise AccessError(
                self.env._("The items of a plan are frozen when it is proposed.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(item.plan_id.state not in ("draft", "proposed") for item in self):
            raise UserError(self.env._("The items of an agreed plan stay with it."))
