"""Where the facts of a prescription are entered; the items follow what changes."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.limitation_alert import LONGEST_DISTANCE, parse_distances
from .roles import READER

CRON = "odoo_recouvrement.ir_cron_limitation"
# What moves the prescription of an invoice's items.
MOVE_FACTS = {
    "delivery_date", "invoice_date", "invoice_date_due", "invoice_payment_term_id",
    "recouvrement_carriage", "recouvrement_limitation_years", "partner_id",
    "recouvrement_retention", "recouvrement_guarantee_end",
}  # fmt: skip
CASE_FACTS = {"profile", "limitation_clause", "limitation_years"}


class ResCompany(models.Model):
    _inherit = "res.company"

    recouvrement_is_carriage = fields.Boolean(
        "Carrier of goods",
        help="What we invoice is the carriage of goods: one year to act (Code de "
        "commerce, art. L133-6). An invoice may say otherwise.",
    )
    recouvrement_limitation_alerts = fields.Char(
        "Alerts before a prescription",
        default="365, 180, 90, 30",
        help="Days before the last day to act, separated by commas.",
    )

    @api.constrains("recouvrement_limitation_alerts")
    def _check_recouvrement_limitation_alerts(self):
        for company in self:
            try:
                parse_distances(company.recouvrement_limitation_alerts or "")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "Alerts before a prescription: “%(word)s” is not a number of "
                        "days between 1 and %(most)s. Write for example: 365, 180, 90, "
                        "30.",
                        word=error,
                        most=LONGEST_DISTANCE,
                    )
                ) from error

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"recouvrement_is_carriage", "recouvrement_is_live"}:
            self._recouvrement_recount_limitations()
        return result

    @api.model
    def _recouvrement_recount_limitations(self):
        """Too many items to wait for: the scheduled action does it at once."""
        # Scheduled actions are the administrator's; who may write the setting wakes it.
        self.env.ref(CRON).sudo()._trigger()


class ResPartnerCategory(models.Model):
    _inherit = "res.partner.category"

    recouvrement_is_carriage = fields.Boolean(
        "Carriage of goods",
        help="What these customers are invoiced is the carriage of goods: one year to "
        "act (Code de commerce, art. L133-6).",
    )

    def write(self, vals):
        result = super().write(vals)
        if "recouvrement_is_carriage" in vals:
            self.env["res.company"]._recouvrement_recount_limitations()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    recouvrement_carriage = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        "Carriage of goods",
        copy=False,
        help="One year to act instead of five (Code de commerce, art. L133-6). Leave "
        "it empty: as the customer's category or the company says.",
    )
    recouvrement_limitation_years = fields.Integer(
        "Prescription agreed (years)",
        copy=False,
        groups=READER,
        help="Where the contract of this invoice says another length than the law's "
        "five years: one to ten (C. civ. 2254). Zero: as the file says. Not read "
        "against a consumer (C. conso. L218-1) nor a public body, and void for what "
        "is paid by the year or by shorter periods.",
    )

    _recouvrement_limitation_years = models.Constraint(
        "CHECK(recouvrement_limitation_years BETWEEN 0 AND 10)",
        "A contract may say one to ten years of prescription (C. civ. 2254); zero is "
        "what the file or the law says.",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & MOVE_FACTS:
            posted = self.filtered(lambda move: move.state == "posted")
            posted.line_ids._recouvrement_refresh_limitation()
        return result


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    limitation_clause = fields.Char(
        "Contract clause",
        tracking=True,
        help="Where the contract says that registered letters interrupt the "
        "prescription (C. civ. 2254). Not read against a consumer.",
    )
    limitation_years = fields.Integer(
        "Prescription agreed (years)",
        tracking=True,
        help="Where the contract says another length than the law's five years: one to "
        "ten (C. civ. 2254). Zero: the law's. Not read against a consumer (C. conso. "
        "L218-1) nor a public body, and void for what is paid by the year or by "
        "shorter periods.",
    )

    _limitation_years_allowed = models.Constraint(
        "CHECK(limitation_years BETWEEN 0 AND 10)",
        "A contract may say one to ten years of prescription (C. civ. 2254); zero is "
        "the law's length.",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & CASE_FACTS:
            self.open_line_ids._recouvrement_refresh_limitation()
            self.env["recouvrement.limitation"]._close_alerts(self)
        return result
