"""The choices that the law leaves to each creditor, with cautious defaults."""

from odoo import fields, models

from ..core.allocation import Order
from ..core.claim import Conventions
from ..core.day_count import DayCount
from ..core.regime import RegimeKind

ORDERS = [
    ("interest_first", "Interest first"),
    ("principal_first", "Principal first"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    recouvrement_regime_id = fields.Many2one(
        "recouvrement.regime",
        "Regime of businesses",
        ondelete="restrict",
        domain="[('company_id', 'in', (False, id))]",
        help="Leave empty for the law's: ECB + 10 points by half-year "
        "(C. com., art. L441-10 II).",
    )
    recouvrement_allocation = fields.Selection(
        ORDERS,
        "Part payments",
        required=True,
        default="interest_first",
        help="What a part payment pays first. The law: the interest (C. civ., art. "
        "1343-1). Choose the principal if your terms of sale say so.",
    )
    recouvrement_allocation_public = fields.Selection(
        ORDERS,
        "Part payments of public buyers",
        required=True,
        default="principal_first",
        help="A public accountant pays the principal, and the interest within the "
        "next 45 days (CCP, art. R2192-32 and R2192-36).",
    )
    recouvrement_day_count = fields.Selection(
        [("365", "365 days"), ("actual", "365 or 366 days")],
        "Days of a year",
        required=True,
        default="365",
        help="The usage is 365, leap years included; no text says so.",
    )
    recouvrement_stops_on_eve = fields.Boolean(
        "Interest stops on the eve of the judgment",
        default=True,
        help="Of the judgment that opens insolvency proceedings. C. com., art. L622-28 "
        "does not say whether the day itself counts: the eve is the safer reading.",
    )
    recouvrement_fee_needs_payable_date = fields.Boolean(
        "No €40 when insolvency forbade paying on the due date",
        default=True,
        help="C. com., art. L441-10 II, last sentence, read as: the due date is the "
        "day of the judgment or later.",
    )

    def _recouvrement_conventions(self, kind: RegimeKind) -> Conventions:
        """How a statement is worked out for a debt of that regime."""
        self.ensure_one()
        is_public = kind is RegimeKind.PUBLIC
        return Conventions(
            Order(
                self.recouvrement_allocation_public
                if is_public
                else self.recouvrement_allocation
            ),
            DayCount(self.recouvrement_day_count),
            self.recouvrement_stops_on_eve,
            self.recouvrement_fee_needs_payable_date,
        )
