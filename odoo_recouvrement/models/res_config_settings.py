from odoo import fields, models

from .recouvrement_rate_fetch import DEFAULT_RATE_URL, RATE_URL


class ResConfigSettings(models.TransientModel):
    """The company's debt recovery settings, one field for one."""

    _inherit = "res.config.settings"

    recouvrement_is_live = fields.Boolean(
        related="company_id.recouvrement_is_live", readonly=False
    )
    recouvrement_user_id = fields.Many2one(
        related="company_id.recouvrement_user_id", readonly=False
    )
    recouvrement_manager_id = fields.Many2one(
        related="company_id.recouvrement_manager_id", readonly=False
    )
    recouvrement_reply_to = fields.Char(
        related="company_id.recouvrement_reply_to", readonly=False
    )
    recouvrement_cc_collector = fields.Boolean(
        related="company_id.recouvrement_cc_collector", readonly=False
    )
    recouvrement_bank_account_id = fields.Many2one(
        related="company_id.recouvrement_bank_account_id", readonly=False
    )
    recouvrement_signatory = fields.Char(
        related="company_id.recouvrement_signatory", readonly=False
    )
    recouvrement_legal_notice = fields.Char(
        related="company_id.recouvrement_legal_notice", readonly=False
    )
    recouvrement_region = fields.Selection(
        related="company_id.recouvrement_region", readonly=False
    )
    recouvrement_on_saturday = fields.Boolean(
        related="company_id.recouvrement_on_saturday", readonly=False
    )
    recouvrement_hour_from = fields.Float(
        related="company_id.recouvrement_hour_from", readonly=False
    )
    recouvrement_hour_to = fields.Float(
        related="company_id.recouvrement_hour_to", readonly=False
    )
    recouvrement_contacts_per_week = fields.Integer(
        related="company_id.recouvrement_contacts_per_week", readonly=False
    )
    recouvrement_contacts_per_week_consumer = fields.Integer(
        related="company_id.recouvrement_contacts_per_week_consumer", readonly=False
    )
    recouvrement_bank_max_age = fields.Integer(
        related="company_id.recouvrement_bank_max_age", readonly=False
    )
    recouvrement_proof_days = fields.Integer(
        related="company_id.recouvrement_proof_days", readonly=False
    )
    recouvrement_call_windows = fields.Char(
        related="company_id.recouvrement_call_windows", readonly=False
    )
    recouvrement_call_windows_consumer = fields.Char(
        related="company_id.recouvrement_call_windows_consumer", readonly=False
    )
    recouvrement_calls_per_month = fields.Integer(
        related="company_id.recouvrement_calls_per_month", readonly=False
    )
    recouvrement_calls_per_month_consumer = fields.Integer(
        related="company_id.recouvrement_calls_per_month_consumer", readonly=False
    )
    recouvrement_promise_grace = fields.Integer(
        related="company_id.recouvrement_promise_grace", readonly=False
    )
    recouvrement_is_carriage = fields.Boolean(
        related="company_id.recouvrement_is_carriage", readonly=False
    )
    recouvrement_limitation_alerts = fields.Char(
        related="company_id.recouvrement_limitation_alerts", readonly=False
    )
    recouvrement_company_partner_id = fields.Many2one(
        related="company_id.partner_id", string="Company contact"
    )
    recouvrement_regime_id = fields.Many2one(
        related="company_id.recouvrement_regime_id", readonly=False
    )
    recouvrement_allocation = fields.Selection(
        related="company_id.recouvrement_allocation", readonly=False
    )
    recouvrement_allocation_public = fields.Selection(
        related="company_id.recouvrement_allocation_public", readonly=False
    )
    recouvrement_day_count = fields.Selection(
        related="company_id.recouvrement_day_count", readonly=False
    )
    recouvrement_stops_on_eve = fields.Boolean(
        related="company_id.recouvrement_stops_on_eve", readonly=False
    )
    recouvrement_fee_needs_payable_date = fields.Boolean(
        related="company_id.recouvrement_fee_needs_payable_date", readonly=False
    )
    recouvrement_fetches_rates = fields.Boolean(
        "Read the ECB's rate every month",
        compute="_compute_recouvrement_fetches_rates",
        inverse="_inverse_recouvrement_fetches_rates",
    )
    recouvrement_rate_url = fields.Char(
        "Address of the series", config_parameter=RATE_URL, default=DEFAULT_RATE_URL
    )

    def _compute_recouvrement_fetches_rates(self):
        # A scheduled action is the administrator's; whoever sees the page sees it.
        cron = self.env.ref("odoo_recouvrement.ir_cron_fetch_rates").sudo()
        self.recouvrement_fetches_rates = cron.active

    def _inverse_recouvrement_fetches_rates(self):
        cron = self.env.ref("odoo_recouvrement.ir_cron_fetch_rates")
        for settings in self:
            if settings.recouvrement_fetches_rates != cron.active:
                cron.active = settings.recouvrement_fetches_rates
