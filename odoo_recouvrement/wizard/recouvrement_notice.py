"""The windows of a mise en demeure: make one, note a step, strike one out, decide."""

from odoo import api, fields, models

from ..models.recouvrement_notice_day import OUTCOMES
from ..models.recouvrement_notice_event import STEPS
from ..models.recouvrement_promise import PROMISE_CHANNELS

CHANNELS = [
    ("registered_letter", "Registered letter"),
    ("electronic_registered", "Electronic registered letter"),
]


class RecouvrementNoticePrepare(models.TransientModel):
    """Make a mise en demeure for chosen items of a file."""

    _name = "recouvrement.notice.prepare"
    _description = "Make a mise en demeure"

    case_id = fields.Many2one("recouvrement.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_total")
    line_ids = fields.Many2many(
        "account.move.line",
        string="Invoices",
        required=True,
        domain="[('id', 'in', allowed_line_ids)]",
    )
    allowed_line_ids = fields.Many2many(
        "account.move.line", compute="_compute_allowed_line_ids"
    )
    level_id = fields.Many2one(
        "recouvrement.policy.level",
        required=True,
        domain="[('document', '=', 'mise_en_demeure'), ('policy_id', '=', policy_id)]",
    )
    policy_id = fields.Many2one(related="case_id.effective_policy_id")
    channel = fields.Selection(CHANNELS, required=True, default="registered_letter")
    signatory_id = fields.Many2one(
        "recouvrement.signatory", domain="[('company_id', '=', company_id)]"
    )
    total = fields.Monetary("Principal", compute="_compute_total")

    @api.model
    def default_get(self, fields_list):
        """Everything that is due, at the level of the file's policy."""
        values = super().default_get(fields_list)
        case = self.env["recouvrement.case"].browse(values.get("case_id"))
        if case:
            today = fields.Date.context_today(self)
            due = case._ticked(self._due_lines(case, today))
            first = due[:1].currency_id
            level = case.effective_policy_id.level_ids.filtered(
                lambda one: one.document == "mise_en_demeure"
            )
            signatory = self.env["recouvrement.signatory"]._default_for(
                case.company_id, today
            )
            values.update(
                line_ids=[
                    fields.Command.set(
                        due.filtered(lambda line: line.currency_id == first).ids
                    )
                ],
                level_id=level[:1].id,
                signatory_id=signatory.id,
            )
        return values

    @api.depends("case_id")
    def _compute_allowed_line_ids(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.allowed_line_ids = self._due_lines(wizard.case_id, today)

    @api.model
    def _due_lines(self, case, today):
        """What may be asked: a guarantee retention is not, before its own date."""
        claims = case.open_line_ids._recouvrement_due_claims(today)
        return case.open_line_ids.filtered(lambda line: line.id in claims)

    @api.depends("line_ids")
    def _compute_total(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.currency_id = (
                wizard.line_ids[:1].currency_id or wizard.case_id.currency_id
            )
            lines = wizard.line_ids._origin
            wizard.total = float(sum(lines._recouvrement_due_claims(today).values()))

    def action_apply(self):
        self.ensure_one()
        items = self.case_id.open_line_ids.browse(self.line_ids.ids)
        notice = self.case_id._make_notice(
            items, self.level_id, self.channel, self.signatory_id
        )
        return notice.action_open_notice()


class RecouvrementNoticeStep(models.TransientModel):
    """A step of the letter, with its day and its proof."""

    _name = "recouvrement.notice.step"
    _description = "Step of a registered letter"

    notice_ids = fields.Many2many("recouvrement.mise_en_demeure", required=True)
    step = fields.Selection(STEPS, required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    reference = fields.Char("Registered number")
    note = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Scan of the receipt")

    @api.model
    def default_get(self, fields_list):
        """What usually comes next."""
        values = super().default_get(fields_list)
        ids = self.env.context.get("default_notice_ids", [])
        notice = self.env["recouvrement.mise_en_demeure"].browse(ids[:1])
        following = {"written": "posted", "posted": "received"}
        values.setdefault("step", following.get(notice.stage, "received"))
        return values

    def action_apply(self):
        self.ensure_one()
        self.notice_ids.action_note_step(
            self.step,
            self.date,
            reference=self.reference or "",
            note=self.note or "",
            files=self.attachment_ids,
        )
        return {"type": "ir.actions.act_window_close"}


class RecouvrementNoticeVoid(models.TransientModel):
    """Strike out a step that did not happen so."""

    _name = "recouvrement.notice.void"
    _description = "Strike out a step"

    event_id = fields.Many2one(
        "recouvrement.mise_en_demeure.event", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.event_id.action_void(self.reason)
        return {"type": "ir.actions.act_window_close"}


class RecouvrementNoticeDecide(models.TransientModel):
    """The delay is over: what was decided."""

    _name = "recouvrement.notice.decide"
    _description = "End of the delay to pay"

    notice_ids = fields.Many2many("recouvrement.mise_en_demeure", required=True)
    outcome = fields.Selection(OUTCOMES, required=True, default="handed_over")
    note = fields.Char()
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    promise_date = fields.Date("Promised for")
    promise_amount = fields.Monetary(
        "Amount promised", compute="_compute_promise_amount", store=True, readonly=False
    )
    promise_channel = fields.Selection(
        PROMISE_CHANNELS, "Promised by", default="call", required=True
    )

    @api.depends("notice_ids")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = wizard.notice_ids[:1].currency_id

    @api.depends("notice_ids")
    def _compute_promise_amount(self):
        """All that is open; several notices are each promised whole."""
        for wizard in self:
            only = wizard.notice_ids if len(wizard.notice_ids) == 1 else False
            wizard.promise_amount = only.open_amount if only else 0

    def action_apply(self):
        self.ensure_one()
        self.notice_ids.action_decide(
            self.outcome,
            self.note or "",
            promise={
                "date": self.promise_date,
                "amount": self.promise_amount,
                "channel": self.promise_channel,
            },
        )
        return {"type": "ir.actions.act_window_close"}
