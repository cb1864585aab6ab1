"""How a contact wants to be reached, or not: « ne plus appeler », wrong number…"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.decision import Channel

# A registered letter is a legal act: nobody declines it.
WISH_CHANNELS = [
    ("call", "Call"),
    ("sms", "SMS"),
    ("email", "E-mail"),
    ("letter", "Letter"),
]


class RecouvrementPreference(models.Model):
    """A wish of a contact, or a number known to be wrong: since when, said by whom.

    A wish of the customer itself holds for all its contacts. A wrong number is kept
    with the number: once it is corrected, the new one may be used.
    """

    _name = "recouvrement.preference"
    _description = "Contact preference"
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Contact", required=True, ondelete="cascade", index=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        store=True,
        index=True,
        string="Customer",
    )
    channel = fields.Selection(WISH_CHANNELS, required=True, default="call")
    kind = fields.Selection(
        [
            ("refused", "No longer by this channel"),
            ("wrong", "Wrong number or address"),
            ("preferred", "Preferred"),
        ],
        required=True,
        default="refused",
    )
    value = fields.Char(
        "Number or address",
        help="The one that is wrong: another one may be used.",
    )
    date = fields.Date("Since", required=True, default=fields.Date.context_today)
    source = fields.Char(
        required=True, help="How we know: said on the phone, letter of 12 March…"
    )
    user_id = fields.Many2one(
        "res.users", "Noted by", required=True, default=lambda self: self.env.user
    )
    active = fields.Boolean(default=True)

    @api.depends("kind", "channel", "partner_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for wish in self:
            wish.display_name = (
                f"{wish.partner_id.display_name} · {channels.get(wish.channel)} · "
                f"{kinds.get(wish.kind)}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        wishes = super().create(vals_list)
        wishes._follow()
        return wishes

    def write(self, vals):
        result = super().write(vals)
        self._follow()
        return result

    def _follow(self):
        """What waits to leave against a wish does not leave; the files follow."""
        # Who notes a wish may not see other companies' files: it holds there too.
        cases = self.env["recouvrement.case"].sudo()
        for company, wishes in self.grouped("company_id").items():
            found = cases.search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", wishes.commercial_partner_id.ids),
                ]
            )
            found._refresh()

    # ---------------------------------------------------------------------- the marks

    @api.model
    def _marks(self, companies, customers) -> set[str]:
        """What the choice of a recipient looks at, in one query.

        ``call:12``: contact 12 no longer wants calls; ``prefer:email:12``: it prefers
        e-mails; a wrong number or address is itself, in lower case.
        """
        wishes = self.search_fetch(
            [
                ("company_id", "in", companies.ids),
                ("commercial_partner_id", "in", customers.ids),
            ],
            ["partner_id", "channel", "kind", "value"],
        )
        marks = set()
        for wish in wishes:
            key = f"{wish.channel}:{wish.partner_id.id}"
            if wish.kind == "refused":
                marks.add(key)
            elif wish.kind == "preferred":
                marks.add(f"prefer:{key}")
            elif wish.value:
                marks.add(wish.value.lower())
        return marks


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _bad_addresses(self):
        """With what came back, what the contacts asked for: one query for all."""
        # Who writes may not see every company's wishes: all of them hold.
        wishes = self.env["recouvrement.preference"].sudo()
        return super()._bad_addresses() | wishes._marks(
            self.company_id, self.partner_id
        )


class RecouvrementFacts(models.AbstractModel):
    _inherit = "recouvrement.facts"

    def _read_channels(self, frame, scope, *args):
        """The run does not count on a channel that the customer declined."""
        found = super()._read_channels(frame, scope, *args)
        self.env.cr.execute(
            SQL(
                """
                SELECT partner_id, channel FROM recouvrement_preference
                 WHERE company_id = %s AND kind = 'refused' AND active
                   AND partner_id = commercial_partner_id AND %s
                """,
                frame.company_id,
                scope.condition("commercial_partner_id"),
            )
        )
        for partner_id, channel in self.env.cr.fetchall():
            if partner_id in found:
                found[partner_id] = found[partner_id] - {Channel(channel)}
        return found


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    preference_ids = fields.One2many(
        "recouvrement.preference", compute="_compute_preference_ids", string="Wishes"
    )

    @api.depends("partner_id")
    def _compute_preference_ids(self):
        wishes = self.env["recouvrement.preference"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("commercial_partner_id", "in", self.partner_id.ids),
            ]
        )
        for case in self:
            case.preference_ids = wishes.filtered(
                lambda wish, case=case: (
                    wish.company_id == case.company_id
                    and wish.commercial_partner_id == case.partner_id
                )
            )

    def action_open_preference(self):
        """Note that a contact is no longer called, or how it prefers to be reached."""
        self.ensure_one()
        return {
            **self._window("recouvrement.preference", self.env._("Contact preference")),
            "target": "new",
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }
