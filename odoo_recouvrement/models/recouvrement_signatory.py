"""Who may sign a mise en demeure, by what power, with the paper that proves it."""

from odoo import api, fields, models

from ..core.notice import Power, Signatory

POWERS = [
    ("legal", "Legal representative"),
    ("delegate", "Employee, by delegation"),
    ("lawyer", "Lawyer"),
    ("officer", "Commissaire de justice"),
]


class RecouvrementSignatory(models.Model):
    """Somebody whose signature binds the company."""

    _name = "recouvrement.signatory"
    _description = "Signatory of mises en demeure"
    _order = "sequence, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one("res.users")
    capacity = fields.Char(
        required=True, help="As it stands under the signature: “Gérante”."
    )
    power = fields.Selection(
        POWERS,
        required=True,
        default="legal",
        help="By what right this person signs for the company.",
    )
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    proof_ids = fields.Many2many(
        "ir.attachment",
        string="Proof of the power",
        help="The delegation signed by the legal representative, the power of "
        "attorney…",
    )
    signature = fields.Image(
        max_width=720, max_height=240, help="Printed above the name."
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A power ends after it begins.",
    )

    @api.depends("name", "capacity")
    def _compute_display_name(self):
        for signatory in self:
            signatory.display_name = f"{signatory.name}, {signatory.capacity}"

    @api.onchange("user_id")
    def _onchange_user_id(self):
        self.name = self.user_id.name or self.name

    def _to_core(self) -> Signatory | None:
        """The person as the checks see it; nobody is None."""
        if not self:
            return None
        self.ensure_one()
        return Signatory(
            self.name or "",
            self.capacity or "",
            Power(self.power),
            bool(self.proof_ids),
            self.date_from or None,
            self.date_to or None,
        )

    @api.model
    def _default_for(self, company, day):
        """The first person of the company whose power is in force that day."""
        return self.search(
            [
                ("company_id", "=", company.id),
                "|",
                ("date_from", "=", False),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ],
            limit=1,
        )
