from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.decision import Channel, Step

TONES = [
    ("courtesy", "Courtesy"),
    ("cordial", "Cordial"),
    ("firm", "Firm"),
    ("formal", "Formal"),
    ("final", "Final"),
]
CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("letter", "Letter"),
    ("registered_letter", "Registered letter"),
    ("electronic_registered", "Electronic registered letter"),
    ("call", "Call"),
]
DOCUMENTS = [("reminder", "Reminder"), ("mise_en_demeure", "Mise en demeure")]
# A registered letter is a letter: same text, another way to send it.
REGISTERED = ("registered_letter", "electronic_registered")


class RecouvrementPolicyLevel(models.Model):
    """One step of a ladder: when, how, in which tone, with what."""

    _name = "recouvrement.policy.level"
    _description = "Recovery level"
    _order = "policy_id, days, id"

    policy_id = fields.Many2one(
        "recouvrement.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name shown in lists, e.g. R1.")
    days = fields.Integer(
        string="Days from due date",
        required=True,
        help="Negative: before the due date. Unique on a ladder.",
    )
    min_gap_days = fields.Integer(
        string="Days since last contact",
        default=7,
        help="Minimum number of days since the item was last mentioned to the debtor.",
    )

    by_email = fields.Boolean("E-mail")
    by_sms = fields.Boolean("SMS")
    by_letter = fields.Boolean("Letter")
    by_registered_letter = fields.Boolean("Registered letter")
    by_electronic_registered = fields.Boolean("Electronic registered letter")
    by_call = fields.Boolean("Call")
    channel_text = fields.Char("Channels", compute="_compute_channel_text")
    fallback_letter = fields.Boolean(
        "Letter if unreachable",
        default=True,
        help="Print a letter when none of the channels can reach the debtor.",
    )

    document = fields.Selection(
        DOCUMENTS,
        required=True,
        default="reminder",
        help="A mise en demeure has its own number, letter, checks and follow-up.",
    )
    tone = fields.Selection(TONES, required=True, default="cordial")
    template_ids = fields.Many2many(
        "recouvrement.template",
        string="Texts",
        help="One per channel and language.",
    )
    payment_days = fields.Integer(
        string="Days to pay", default=8, help="Delay to pay announced in the text."
    )
    attach_invoices = fields.Boolean("Attach the invoices")
    attach_statement = fields.Boolean("Attach the statement")
    shows_penalties = fields.Boolean(
        "Say what lateness costs",
        help="The interest and the €40 are worked out when the message leaves, shown "
        "apart from the principal, and explained in a statement behind the letter. A "
        "consumer is never asked the €40.",
    )

    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    minimum_amount = fields.Monetary(
        help="Below this overdue total of the debtor, the level waits."
    )
    is_automatic = fields.Boolean(
        "Automatic",
        default=True,
        help="Leaves by itself. Otherwise somebody confirms it first.",
    )
    counts_as_level = fields.Boolean(
        "Counts as a level",
        default=True,
        help="If not, the ladder goes on without waiting for this step.",
    )
    cap_per_case = fields.Integer(
        string="Cap per file",
        help="Number of reminders of this level a debtor may get in a year; 0: no cap.",
    )
    is_final = fields.Boolean(
        "Hand over", help="Sends nothing: proposes to hand the file over."
    )

    # Checked once a save's levels are all written: two may exchange their days.
    _days_distinct = models.Constraint(
        "EXCLUDE USING btree (policy_id WITH =, days WITH =) WHERE (active) "
        "DEFERRABLE INITIALLY IMMEDIATE",
        "Two levels of a policy cannot fall on the same day from the due date.",
    )
    _cap_positive = models.Constraint(
        "CHECK(cap_per_case >= 0 AND min_gap_days >= 0 AND payment_days >= 0)",
        "Caps and delays of a level cannot be negative.",
    )

    @api.depends(
        "by_email",
        "by_sms",
        "by_letter",
        "by_registered_letter",
        "by_electronic_registered",
        "by_call",
    )
    def _compute_channel_text(self):
        labels = {
            name: self._fields[f"by_{name}"]._description_string(self.env)
            for name, _label in CHANNELS
        }
        for level in self:
            level.channel_text = " + ".join(
                labels[name] for name, _label in CHANNELS if level[f"by_{name}"]
            )

    @api.depends_context("company")
    def _compute_currency_id(self):
        for level in self:
            company = level.policy_id.company_id or self.env.company
            level.currency_id = company.currency_id

    @api.depends("code", "name")
    def _compute_display_name(self):
        for level in self:
            level.display_name = f"{level.code} · {level.name}"

    @api.constrains(
        "days",  # always given: a level created without any channel is checked too
        "is_final",
        "by_email",
        "by_sms",
        "by_letter",
        "by_registered_letter",
        "by_electronic_registered",
        "by_call",
    )
    def _check_channels(self):
        for level in self:
            if level.is_final == bool(level._channels()):
                raise ValidationError(
                    self.env._(
                        "Level “%(level)s”: a level that hands over has no channel, "
                        "and any other level needs at least one. Tick a channel, or "
                        "“Hand over”.",
                        level=level.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # A level archived in the same save leaves its day to the new one.
        self.flush_model(["active", "days", "policy_id"])
        return super().create(vals_list)

    @api.constrains("document", "template_ids", "is_final")
    def _check_notice_words(self):
        """The letters of a level that is a mise en demeure say what they must."""
        for level in self.filtered(lambda one: one.document == "mise_en_demeure"):
            letters = level.template_ids.filtered(lambda text: text.channel == "letter")
            letters._check_notice_words()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        """Levels that a register speaks of stay: its history must remain readable."""
        for model in (
            "recouvrement.reminder",
            "recouvrement.reminder.line",
            "recouvrement.decision",
        ):
            # A manager may not read other companies' reminders: they hold levels too.
            register = self.env[model].sudo()
            used = register.search([("level_id", "in", self.ids)], limit=1).level_id
            if used:
                raise ValidationError(
                    self.env._(
                        "Level “%(level)s” of the policy “%(policy)s” has a history: "
                        "archive it instead of deleting it, so that its reminders and "
                        "decisions stay readable.",
                        level=used.display_name,
                        policy=used.policy_id.name,
                    )
                )

    def _channels(self) -> frozenset[Channel]:
        self.ensure_one()
        return frozenset(
            Channel(name) for name, _label in CHANNELS if self[f"by_{name}"]
        )

    def _to_core(self) -> Step:
        self.ensure_one()
        return Step(
            id=self.id,
            days=self.days,
            min_gap_days=self.min_gap_days,
            channels=self._channels(),
            minimum=Decimal(str(self.minimum_amount)),
            cap=self.cap_per_case,
            fallback_letter=self.fallback_letter,
            counts=self.counts_as_level,
            is_final=self.is_final,
        )

    def _find_template(self, channel: str, lang: str):
        """The text of the level for a channel and a language code (``fr_FR``).

        The debtor's language first, then the company's, then any.
        """
        self.ensure_one()
        channel = "letter" if channel in REGISTERED else channel
        texts = self.template_ids.filtered(lambda text: text.channel == channel)
        wanted = [lang, self.env.company.partner_id.lang or "fr_FR"]
        for code in wanted:
            found = texts.filtered(lambda text, code=code: text.lang == code[:2])
            if found:
                return found[0]
        return texts[:1]
