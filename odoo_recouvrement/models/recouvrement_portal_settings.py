"""What each company lets its debtors do by themselves, and how long it then waits."""

from odoo import fields, models

# Kind of answer → setting that says how many days the chase then waits.
HOLD_SETTINGS = {
    "paid": "recouvrement_portal_hold_paid",
    "plan": "recouvrement_portal_hold_plan",
    "contact": "recouvrement_portal_hold_contact",
}


class ResCompany(models.Model):
    _inherit = "res.company"

    recouvrement_portal = fields.Boolean(
        "Debtor's space",
        default=True,
        help="Each message leads to a page where the debtor sees its account, pays and "
        "answers.",
    )
    recouvrement_portal_days = fields.Integer(
        "Links live",
        default=60,
        help="Days from the message that carries the link.",
    )
    recouvrement_portal_hold_paid = fields.Integer(
        "“Paid”: wait",
        default=5,
        help="Days during which the payment is looked for; the items named are not "
        "chased by themselves.",
    )
    recouvrement_portal_hold_plan = fields.Integer(
        "“I propose instalments”: wait",
        default=10,
        help="Days during which somebody answers the proposal.",
    )
    recouvrement_portal_hold_contact = fields.Integer(
        "“Wrong contact”: wait",
        default=7,
        help="Days during which the right contact is looked for; nothing of the debtor "
        "is chased by itself.",
    )
    recouvrement_portal_holds = fields.Integer(
        "Waits per item",
        default=2,
        help="An answer makes the chase of an item wait that many times in 90 days; "
        "what is answered beyond that is read, and the chase goes on. 0: never.",
    )
    recouvrement_portal_promise_days = fields.Integer(
        "Furthest promise",
        default=30,
        help="Days ahead that a debtor may promise by itself.",
    )
    recouvrement_portal_instalments = fields.Integer(
        "Most instalments",
        default=6,
        help="Instalments that a debtor may propose by itself.",
    )
    recouvrement_portal_visit_months = fields.Integer(
        "Visits are kept",
        default=6,
        help="Months after which the trace of a visit is deleted.",
    )
    recouvrement_privacy_contact = fields.Char(
        "Data protection contact",
        help="Whom a debtor writes to about its personal data; empty: the address that "
        "answers go to.",
    )

    _recouvrement_portal_days = models.Constraint(
        "CHECK(recouvrement_portal_days BETWEEN 1 AND 400 "
        "AND recouvrement_portal_hold_paid BETWEEN 0 AND 90 "
        "AND recouvrement_portal_hold_plan BETWEEN 0 AND 90 "
        "AND recouvrement_portal_hold_contact BETWEEN 0 AND 90 "
        "AND recouvrement_portal_holds >= 0 "
        "AND recouvrement_portal_promise_days BETWEEN 0 AND 400 "
        "AND recouvrement_portal_instalments BETWEEN 2 AND 60 "
        "AND recouvrement_portal_visit_months BETWEEN 1 AND 36)",
        "Debtor's space: links live 1 to 400 days, answers wait 0 to 90 days, promises "
        "reach 400 days ahead at most, instalments are 2 to 60, visits are kept 1 to "
        "36 months.",
    )

    def _recouvrement_privacy_address(self) -> str:
        """Where a debtor writes to about its data; empty when nothing is known."""
        self.ensure_one()
        return (
            self.recouvrement_privacy_contact
            or self.recouvrement_reply_to
            or self.email
            or ""
        )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    recouvrement_portal = fields.Boolean(
        related="company_id.recouvrement_portal", readonly=False
    )
    recouvrement_portal_days = fields.Integer(
        related="company_id.recouvrement_portal_days", readonly=False
    )
    recouvrement_portal_hold_paid = fields.Integer(
        related="company_id.recouvrement_portal_hold_paid", readonly=False
    )
    recouvrement_portal_hold_plan = fields.Integer(
        related="company_id.recouvrement_portal_hold_plan", readonly=False
    )
    recouvrement_portal_hold_contact = fields.Integer(
        related="company_id.recouvrement_portal_hold_contact", readonly=False
    )
    recouvrement_portal_holds = fields.Integer(
        related="company_id.recouvrement_portal_holds", readonly=False
    )
    recouvrement_portal_promise_days = fields.Integer(
        related="company_id.recouvrement_portal_promise_days", readonly=False
    )
    recouvrement_portal_instalments = fields.Integer(
        related="company_id.recouvrement_portal_instalments", readonly=False
    )
    recouvrement_portal_visit_months = fields.Integer(
        related="company_id.recouvrement_portal_visit_months", readonly=False
    )
    recouvrement_privacy_contact = fields.Char(
        related="company_id.recouvrement_privacy_contact", readonly=False
    )
