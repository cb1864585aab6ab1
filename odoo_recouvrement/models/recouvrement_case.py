from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..core.profile import propose
from .mirror import Mirror
from .recouvrement_policy import PROFILES

# What the ledger says of a file: written by the run and by payments, never typed in.
SUMMARY = frozenset(
    "policy_id overdue_total open_total credit_total open_count oldest_due_date "
    "level_id next_level_id next_date next_reason last_contact_date rank_points "
    "rank_factors has_to_do has_late has_to_confirm has_contact_problem "
    "has_payment_to_match has_promise_due has_dispute has_legal_deadline "
    "score score_band score_factors score_date".split()
)


class RecouvrementCase(models.Model):
    """The debtor's file in a company: who follows it, how, and where it stands.

    The summary fields are stored facts of the ledger, refreshed by the run and by
    every payment (``_refresh``): a list of debtors never waits for a computation.
    """

    _name = "recouvrement.case"
    _description = "Recovery file"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "rank_points desc, overdue_total desc, id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    company_id = Mirror(
        "res.company", required=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="restrict"
    )
    currency_id = Mirror(related="company_id.currency_id", store=True)
    active = fields.Boolean(default=True)

    # How it is followed
    profile = fields.Selection(
        PROFILES,
        compute="_compute_profile",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    profile_confirmed = fields.Boolean(
        help="Somebody checked that the legal profile is right."
    )
    policy_id = fields.Many2one(
        "recouvrement.policy", "Policy by rule", readonly=True, index="btree_not_null"
    )
    policy_manual_id = fields.Many2one(
        "recouvrement.policy",
        "Policy",
        check_company=True,
        tracking=True,
        help="Replaces the policy that the rules give.",
    )
    user_id = fields.Many2one(
        "res.users", "Collector", tracking=True, index="btree_not_null"
    )
    max_level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Never beyond",
        tracking=True,
        help="The file never climbs beyond this level by itself.",
    )
    contact_ids = fields.One2many("recouvrement.case.contact", "case_id")
    hold_ids = fields.One2many("recouvrement.hold", "case_id")
    closure_ids = fields.One2many("recouvrement.closure", "case_id")
    insolvency_date = fields.Date(
        "Insolvency judgment",
        tracking=True,
        help="Date of the opening judgment: earlier claims are no longer chased.",
    )
    note = fields.Html()

    # Where it stands: refreshed by the run and by payments
    overdue_total = fields.Monetary(readonly=True)
    open_total = fields.Monetary(readonly=True)
    credit_total = fields.Monetary("Unmatched credits", readonly=True)
    open_count = fields.Integer("Open items", readonly=True)
    oldest_due_date = fields.Date(readonly=True)
    level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Level reached",
        readonly=True,
        index="btree_not_null",
    )
    next_level_id = fields.Many2one(
        "recouvrement.policy.level", "Next step", readonly=True
    )
    next_date = fields.Date("Next step on", readonly=True)
    next_reason = fields.Char(readonly=True, help="Code of the decision that leads.")
    last_contact_date = fields.Date(readonly=True)
    rank_points = fields.Integer("Rank", readonly=True, index=True, aggregator=None)
    rank_factors = fields.Json(readonly=True)
    rank_text = fields.Char("Why this rank", compute="_compute_rank_text")

    # Tasks of the day, each a counter of the day's screen
    has_to_do = fields.Boolean("To do", readonly=True)
    has_late = fields.Boolean("Late", readonly=True)
    has_to_confirm = fields.Boolean("To confirm", readonly=True)
    has_contact_problem = fields.Boolean("Address to correct", readonly=True)
    has_payment_to_match = fields.Boolean("Payment to match", readonly=True)
    has_promise_due = fields.Boolean("Promise due", readonly=True)
    has_dispute = fields.Boolean("Dispute waiting", readonly=True)
    has_legal_deadline = fields.Boolean("Legal deadline", readonly=True)

    decision_ids = fields.One2many("recouvrement.decision", "case_id")
    current_decision_ids = fields.One2many(
        "recouvrement.decision", "case_id", domain=[("closed_run_id", "=", False)]
    )
    reminder_ids = fields.One2many("recouvrement.reminder", "case_id")
    reminder_count = fields.Integer(compute="_compute_reminder_count")
    open_line_ids = fields.Many2many(
        "account.move.line", compute="_compute_open_line_ids", string="Items"
    )
    oldest_days = fields.Integer(compute="_compute_oldest_days")
    next_text = fields.Char("Proposed", compute="_compute_next_text")
    effective_policy_id = fields.Many2one(
        "recouvrement.policy", compute="_compute_effective_policy_id"
    )

    _partner_company_unique = models.UniqueIndex(
        "(partner_id, company_id)", "A customer has one recovery file per company."
    )

    @api.depends("partner_id")
    def _compute_profile(self):
        """Proposed from what is known of the customer; somebody confirms it."""
        for case in self:
            customer = case.partner_id
            case.profile = propose(
                customer.is_company,
                customer.company_registry or "",
                customer.name or "",
                customer.vat or "",
            ).profile.value

    @api.depends("partner_id")
    def _compute_display_name(self):
        for case in self:
            case.display_name = case.partner_id.display_name

    @api.depends("policy_id", "policy_manual_id")
    def _compute_effective_policy_id(self):
        for case in self:
            case.effective_policy_id = case.policy_manual_id or case.policy_id

    @api.depends("oldest_due_date")
    def _compute_oldest_days(self):
        today = fields.Date.context_today(self)
        for case in self:
            due = case.oldest_due_date
            case.oldest_days = max((today - due).days, 0) if due else 0

    def _compute_reminder_count(self):
        counts = dict(
            self.env["recouvrement.reminder"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.reminder_count = counts.get(case, 0)

    @api.depends("next_reason", "next_level_id", "next_date")
    @api.depends_context("lang")
    def _compute_next_text(self):
        reasons = self.env["recouvrement.decision"]._reason_labels()
        for case in self:
            level = case.next_level_id
            step = f"{level.code} · {level.name}" if level else ""
            # The step says it all when it is what comes next.
            if not step or case.next_reason not in ("to_remind", "final_level"):
                step = " · ".join(filter(None, (reasons.get(case.next_reason), step)))
            case.next_text = step

    @api.depends("rank_factors")
    @api.depends_context("lang")
    def _compute_rank_text(self):
        labels = self._rank_labels()
        for case in self:
            case.rank_text = ", ".join(
                f"{labels.get(code, code)} +{points}"
                for code, points in (case.rank_factors or {}).items()
            )

    @api.model
    def _rank_labels(self):
        return {
            "amount": self.env._("amount overdue"),
            "age": self.env._("oldest delay"),
            "level": self.env._("level reached"),
            "late": self.env._("step waiting for somebody"),
            "promise": self.env._("broken promise"),
            "hand_over": self.env._("decision to hand over"),
            "broken_plan": self.env._("broken plan"),
            "legal": self.env._("legal deadline"),
            "habit": self.env._("promises seldom kept"),
        }

    def _compute_open_line_ids(self):
        lines = self.env["account.move.line"].search(
            self._open_line_domain(), order="date_maturity, id"
        )
        by_file = lines.grouped(
            lambda line: (line.company_id, line.partner_id.commercial_partner_id)
        )
        for case in self:
            own = by_file.get((case.company_id, case.partner_id))
            case.open_line_ids = own or lines.browse()

    def _open_line_domain(self):
        return [
            ("parent_state", "=", "posted"),
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("company_id", "in", self.company_id.ids),
            ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
        ]

    # -------------------------------------------------------------------- guards

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_typed(vals)
        return super().write(vals)

    def _check_typed(self, vals):
        if not self.env.su and vals.keys() & SUMMARY:
            raise AccessError(
                self.env._("Where a file stands is read from the ledger, not typed in.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        for model in (
            "recouvrement.decision",
            "recouvrement.reminder",
            "recouvrement.answer",
        ):
            # What another company's rule hides from the manager is kept all the same.
            kept = self.env[model].sudo().search([("case_id", "in", self.ids)], limit=1)
            if kept:
                raise ValidationError(
                    self.env._(
                        "The file of “%(name)s” has a history: archive it instead of "
                        "deleting it.",
                        name=kept.case_id.display_name,
                    )
                )

    @api.constrains("partner_id")
    def _check_partner_is_commercial(self):
        for case in self:
            commercial = case.partner_id.commercial_partner_id
            if case.partner_id != commercial:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” is a contact of “%(company)s”: open the "
                        "recovery file on “%(company)s”.",
                        contact=case.partner_id.display_name,
                        company=commercial.display_name,
                    )
                )

    def _contact_for(self, level):
        """The contact of the file for a level: the one that starts closest to it."""
        self.ensure_one()
        fitting = self.contact_ids.filtered(
            lambda contact: (
                contact.partner_id.active and contact.from_days <= level.days
            )
        )
        return fitting.sorted("from_days")[-1:].partner_id

    def _refresh(self, as_of=None):
        """Bring the summary of the files up to the ledger; nothing else changes."""
        as_of = as_of or fields.Date.context_today(self)
        for company, cases in self.grouped("company_id").items():
            run = self.env["recouvrement.run"].new(
                {"company_id": company.id, "as_of_date": as_of}
            )
            frame = self.env["recouvrement.facts"]._frame(company, as_of)
            judged = run._judge(frame, partner_ids=cases.partner_id.ids)
            self.env["recouvrement.proposal"]._write_summaries(company, as_of, judged)

    def _follow_ledger(self, as_of):
        """The ledger has moved, or the day has: promises, disputes… are judged again.

        Each part extends it; nothing is decided about the chase here.
        """

    @api.model
    def _files_to_follow(self, company):
        """The files of a company that a new day may change; one query for all parts."""
        own = Domain("company_id", "=", company.id)
        every = self.with_context(active_test=False)
        return every.search(own & self._follow_domain()).with_env(self.env)

    @api.model
    def _follow_domain(self) -> Domain:
        """What a new day may change; each part adds its own with ``|``."""
        return Domain.FALSE

    def _recheck_pending(self):
        """Take what has been paid out of the reminders that have not left yet."""
        pending = self.env["recouvrement.reminder"].search(
            [("case_id", "in", self.ids), ("state", "in", ("draft", "confirmed"))]
        )
        pending._drop_settled_items()


class RecouvrementCaseContact(models.Model):
    """Whom to write to, from which level on."""

    _name = "recouvrement.case.contact"
    _description = "Recovery contact"
    _order = "case_id, from_days"

    case_id = fields.Many2one(
        "recouvrement.case", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    commercial_partner_id = fields.Many2one(related="case_id.partner_id")
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    role = fields.Selection(
        [
            ("accounts_payable", "Accounts payable"),
            ("finance", "Finance director"),
            ("manager", "Managing director"),
            ("other", "Other"),
        ],
        required=True,
        default="accounts_payable",
    )
    from_days = fields.Integer(
        "From day",
        default=-30,
        help="Days from the due date from which this contact is written to.",
    )
