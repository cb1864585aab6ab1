from odoo import api, fields, models

KINDS = [
    ("paid", "Payment sent"),
    ("promise", "Promise to pay"),
    ("dispute", "Dispute"),
    ("not_received", "Invoice not received"),
    ("callback", "To call back"),
    ("voicemail", "Voicemail"),
    ("unreachable", "No answer"),
    ("wrong_number", "Wrong number"),
    ("refusal", "Refusal to pay"),
    ("plan", "Payment plan asked for"),
    ("other", "Another one"),
]


class RecouvrementCallOutcome(models.Model):
    """What a call gave: its key on the keyboard, and what the form asks for then."""

    _name = "recouvrement.call.outcome"
    _description = "Outcome of a call"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=20)
    key = fields.Char(
        size=1, help="The key that chooses it during a call: a digit or a letter."
    )
    kind = fields.Selection(KINDS, required=True, default="other")
    is_reached = fields.Boolean(
        "Somebody answered", help="Learnt from: the best hours, the attempts."
    )
    counts_as_reminder = fields.Boolean(
        "Counts as a reminder", help="Proposed on the call; whoever calls decides."
    )
    hold_days = fields.Integer(
        "Set aside for",
        help="Days without a reminder about the items of the call. 0: none.",
    )
    active = fields.Boolean(default=True)

    _hold_positive = models.Constraint(
        "CHECK(hold_days >= 0)", "Days set aside cannot be negative."
    )
    _key_unique = models.UniqueIndex(
        "(lower(key)) WHERE active AND key IS NOT NULL",
        "Another outcome has this key.",
    )

    @api.depends("name", "key")
    def _compute_display_name(self):
        for outcome in self:
            outcome.display_name = " ".join(filter(None, (outcome.key, outcome.name)))
