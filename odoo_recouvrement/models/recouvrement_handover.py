"""Handing items over to litigation: to whom, which ones, by whose decision."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount, format_date

# To whom; French law keeps its nouns.
RECIPIENTS = [
    ("avocat", "Lawyer"),
    ("commissaire_de_justice", "Commissaire de justice"),
    ("agency", "Collection agency"),
    ("injonction_payer", "Ourselves: injonction de payer"),
]
STATES = [
    ("proposed", "To decide"),
    ("open", "In litigation"),
    ("settled", "Settled"),
    ("resumed", "Chase resumed"),
    ("refused", "Not handed over"),
]
# Changed by the buttons and by the ledger only.
LIFE_FIELDS = frozenset(
    "state hold_ids date decided_user_id closed_on close_user_id close_reason".split()
)
# Days after which somebody looks at where the matter stands.
REVIEW_DAYS = 90


class RecouvrementHandover(models.Model):
    """A collector proposes it, a manager decides: proposed → open → settled | resumed.

    While it is open, its items are no longer chased by themselves: it owns their hold.
    Payments are matched and penalties run as before; what is paid leaves by itself.
    """

    _name = "recouvrement.handover"
    _description = "Hand-over to litigation"
    _inherit = ["recouvrement.noted.mixin", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    _life_fields = LIFE_FIELDS
    _term_fields = frozenset({"move_line_ids"})
    _open_states = ("proposed", "open")

    recipient = fields.Selection(
        RECIPIENTS, "Handed over to", required=True, default="avocat", tracking=True
    )
    contact_id = fields.Many2one(
        string="Name", ondelete="restrict", domain=[], tracking=True
    )
    move_line_ids = fields.Many2many(string="Items handed over")
    amount = fields.Monetary("Principal", help="What the items owed on that day.")
    left = fields.Monetary("Still open", compute="_compute_left")
    note = fields.Text("Why, and instructions")
    user_id = fields.Many2one(
        "res.users",
        "Proposed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="proposed",
        tracking=True,
        index=True,
    )
    date = fields.Date("Handed over on", readonly=True, copy=False)
    date_review = fields.Date(
        "Review on",
        required=True,
        tracking=True,
        default=lambda self: (
            fields.Date.context_today(self) + timedelta(days=REVIEW_DAYS)
        ),
        help="On that day somebody is asked where the matter stands; the items are "
        "not chased before the chase is resumed.",
    )
    decided_user_id = fields.Many2one("res.users", "Decided by", readonly=True)
    closed_on = fields.Date("Ended on", readonly=True, copy=False)
    close_user_id = fields.Many2one("res.users", "Ended by", readonly=True)
    close_reason = fields.Char("Why it ended", readonly=True, copy=False)
    hold_ids = fields.One2many("recouvrement.hold", "handover_id", readonly=True)

    # ------------------------------------------------------------------- computes

    @api.depends("recipient", "contact_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        recipients = dict(self._fields["recipient"]._description_selection(self.env))
        for handover in self:
            handover.display_name = " · ".join(
                filter(
                    None, (recipients.get(handover.recipient), handover.contact_id.name)
                )
            )

    @api.depends("move_line_ids.amount_residual_currency")
    def _compute_left(self):
        for handover in self:
            handover.left = handover._owed()

    # -------------------------------------------------------------- noted and changed

    def _refusals(self):
        return {
            "typed": self.env._("A hand-over is decided and ended by its buttons."),
            "deleted": self.env._("A hand-over stays in the file: resume the chase."),
            "over": self.env._("“%(noted)s” is over: hand the items over again."),
            "no_item": self.env._("Choose the items to hand over: there is none."),
            "currencies": self.env._(
                "One hand-over is in one currency: make one for each of %(currencies)s."
            ),
        }

    def _check_noted(self):
        self._leave_out_settled()
        result = super()._check_noted()
        today = fields.Date.context_today(self)
        early = self.move_line_ids.filtered(
            lambda line: (line.date_maturity or line.date) >= today
        )
        if early:
            raise ValidationError(
                self.env._(
                    "%(item)s is not due yet (%(date)s): it cannot be claimed before "
                    "a judge.",
                    item=early[0].move_id.name,
                    date=format_date(self.env, early[0].date_maturity),
                )
            )
        claims = self.move_line_ids._recouvrement_due_claims(today)
        kept = self.move_line_ids.filtered(
            lambda line: line.amount_residual > 0 and line.id not in claims
        )
        if kept:
            raise ValidationError(
                self.env._(
                    "What is left of %(item)s is a guarantee retention that is not due "
                    "yet: it cannot be claimed before a judge.",
                    item=kept[0].move_id.name,
                )
            )
        return result

    @api.constrains("recipient", "contact_id")
    def _check_contact(self):
        for handover in self:
            if handover.recipient != "injonction_payer" and not handover.contact_id:
                raise ValidationError(self.env._("Say to whom: choose the contact."))

    @api.constrains("date_review")
    def _check_date_review(self):
        today = fields.Date.context_today(self)
        for handover in self:
            if handover.date_review <= today:
                raise ValidationError(
                    self.env._(
                        "The review is on a later day: %(date)s is not.",
                        date=format_date(self.env, handover.date_review),
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "date_review" in vals:
            # Nobody may write holds of a hand-over: they end with its review.
            for handover in self.sudo():
                handover.hold_ids.filtered("active").date_end = handover.date_review
        return result

    def _settle_in(self):
        self._check_free(self._earlier_rivals())
        if self._may_decide():
            self._decide()
        else:
            self._propose()

    def _follow_terms(self):
        self._check_free(self._rivals())
        if self.state == "open":
            self._suspend()

    def _check_free(self, rivals):
        """An item is in one pair of hands."""
        for rival in rivals:
            item = (rival.move_line_ids & self.move_line_ids)[:1]
            raise ValidationError(
                self.env._(
                    "%(item)s is already in “%(handover)s”: take it out, or resume "
                    "its chase first.",
                    item=item.move_id.name or item.name,
                    handover=rival.display_name,
                )
            )

    def _is_same_as(self, other) -> bool:
        same = ("recipient", "contact_id", "move_line_ids")
        return all(self[name] == other[name] for name in same)

    def _money(self) -> str:
        return format_amount(self.env, self.amount, self.currency_id)
