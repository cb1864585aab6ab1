from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.call_windows import BadWindows, parse_windows


class ResCompany(models.Model):
    """How each company chases its debtors."""

    _inherit = "res.company"

    recouvrement_is_live = fields.Boolean(
        "Daily chase", help="The scheduled run chases this company's receivables."
    )
    recouvrement_user_id = fields.Many2one("res.users", "Default collector")
    recouvrement_manager_id = fields.Many2one(
        "res.users",
        "Recovery manager",
        help="Told when nobody else is: disputes whose owner is late.",
    )
    recouvrement_reply_to = fields.Char("Answers to")
    recouvrement_cc_collector = fields.Boolean("Copy to the collector", default=True)
    recouvrement_bank_account_id = fields.Many2one(
        "res.partner.bank", "Bank account on reminders"
    )
    recouvrement_signatory = fields.Char("Signed by")
    recouvrement_legal_notice = fields.Char(
        "Legal notice",
        help="Legal form, share capital and trade register, printed at the foot of "
        "letters (Code de commerce, art. R123-237 and R123-238).",
    )
    recouvrement_region = fields.Selection(
        [("metropole", "France"), ("alsace_moselle", "Alsace and Moselle")],
        "Public holidays",
        required=True,
        default="metropole",
    )
    recouvrement_on_saturday = fields.Boolean("Also on Saturdays")
    recouvrement_hour_from = fields.Float("From", default=8.0)
    recouvrement_hour_to = fields.Float("To", default=19.0)
    recouvrement_contacts_per_week = fields.Integer(
        "Contacts per week", default=2, help="Per debtor; 0: no cap."
    )
    recouvrement_contacts_per_week_consumer = fields.Integer(
        "Contacts per week of a consumer", default=1, help="0: no cap."
    )
    recouvrement_bank_max_age = fields.Integer(
        "Bank statement no older than",
        default=5,
        help="Days; an older statement makes the run wait. 0: never.",
    )
    recouvrement_call_windows = fields.Char(
        "Calls to businesses", required=True, default="08:30-12:30, 13:30-18:30"
    )
    recouvrement_call_windows_consumer = fields.Char(
        "Calls to consumers",
        required=True,
        default="10:00-13:00, 14:00-20:00",
        help="The hours of C. conso. D223-9, which binds prospecting only: a prudent "
        "choice.",
    )
    recouvrement_calls_per_month = fields.Integer(
        "Calls per thirty days", default=0, help="Per debtor; 0: no cap."
    )
    recouvrement_calls_per_month_consumer = fields.Integer(
        "Calls per thirty days of a consumer", default=4, help="0: no cap."
    )
    recouvrement_promise_grace = fields.Integer(
        "Grace of a promise",
        default=3,
        help="Days after the promised date before the promise is called broken.",
    )
    recouvrement_proof_days = fields.Integer(
        "E-mail proved after",
        default=1,
        help="Days without a bounce after which an e-mail counts as delivered.",
    )

    _recouvrement_hours = models.Constraint(
        "CHECK(recouvrement_hour_from >= 0 AND recouvrement_hour_to <= 24 "
        "AND recouvrement_hour_from < recouvrement_hour_to)",
        "The sending hours begin before they end, between 0 and 24.",
    )
    _recouvrement_limits = models.Constraint(
        "CHECK(recouvrement_contacts_per_week >= 0 "
        "AND recouvrement_contacts_per_week_consumer >= 0 "
        "AND recouvrement_bank_max_age >= 0 AND recouvrement_proof_days >= 0 "
        "AND recouvrement_promise_grace >= 0 AND recouvrement_calls_per_month >= 0 "
        "AND recouvrement_calls_per_month_consumer >= 0)",
        "Caps and delays cannot be negative.",
    )

    @api.constrains("recouvrement_call_windows", "recouvrement_call_windows_consumer")
    def _check_recouvrement_call_windows(self):
        for company in self:
            for text in (
                company.recouvrement_call_windows,
                company.recouvrement_call_windows_consumer,
            ):
                try:
                    parse_windows(text or "")
                except BadWindows as problem:
                    raise ValidationError(
                        self.env._(
                            "“%(part)s” says no hours: write the hours of calls as "
                            "10:00-13:00, 14:00-20:00.",
                            part=problem.part,
                        )
                    ) from problem

    def _recouvrement_notices(self) -> tuple[str, ...]:
        """What the law wants at the foot of a letter and is not known elsewhere."""
        self.ensure_one()
        notice = (self.recouvrement_legal_notice or "").strip()
        return (notice,) if notice else ()
