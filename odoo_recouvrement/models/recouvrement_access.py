"""Who may enter the debtor's space of a file, by a link that expires and is revoked."""

from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..core.access_token import Claim, is_alive, make_token, read_token
from .roles import COLLECTOR, MANAGER

PATH = "/recouvrement"
PREVIEW = "apercu"  # stands for the token wherever a message is only looked at


class RecouvrementAccess(models.Model):
    """The debtor's space of a file: one per debtor and company.

    Nothing secret is stored: a link is drawn again from the id, the version and a day.
    Revoking is changing the version; every link that left before is then dead.
    """

    _name = "recouvrement.access"
    _description = "Debtor's space"
    _order = "id desc"
    _rec_name = "case_id"

    case_id = fields.Many2one(
        "recouvrement.case", "File", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    version = fields.Integer(default=1, required=True, readonly=True)
    last_day = fields.Date(
        "Links live until", readonly=True, help="Last day of the latest link."
    )
    revoked_date = fields.Datetime("Revoked on", readonly=True)
    revoked_user_id = fields.Many2one("res.users", "Revoked by", readonly=True)
    state = fields.Selection(
        [
            ("unused", "No link yet"),
            ("open", "Open"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
    )
    link = fields.Char(compute="_compute_link", groups=COLLECTOR)
    last_answer_date = fields.Datetime("Last answer", readonly=True)
    answer_ids = fields.One2many("recouvrement.answer", "access_id")
    visit_ids = fields.One2many("recouvrement.visit", "access_id")
    visit_count = fields.Integer("Visits", compute="_compute_visits")
    last_visit_date = fields.Datetime("Last visit", compute="_compute_visits")

    _case_unique = models.UniqueIndex("(case_id)", "A file has one debtor's space.")
    _version_range = models.Constraint(
        "CHECK(version BETWEEN 1 AND 65535)", "A debtor's space has at most 65535 keys."
    )

    @api.depends("revoked_date", "last_day")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for access in self:
            if access.revoked_date:
                access.state = "revoked"
            elif not access.last_day:
                access.state = "unused"
            else:
                access.state = "open" if access.last_day >= today else "expired"

    @api.depends("version", "last_day", "revoked_date")
    def _compute_link(self):
        for access in self:
            is_open = access.state == "open"
            access.link = access._address(access.last_day) if is_open else False

    def _compute_visits(self):
        found = {
            access.id: (count, last)
            for access, count, last in self.env["recouvrement.visit"]._read_group(
                [("access_id", "in", self.ids)], ["access_id"], ["__count", "date:max"]
            )
        }
        for access in self:
            access.visit_count, access.last_visit_date = found.get(
                access.id, (0, False)
            )

    # ------------------------------------------------------------------- the links

    @api.model
    def _open_for(self, cases):
        """The debtor's spaces of some files, made for those that have none."""
        # No role creates accesses: sending a message or a visit opens the space.
        accesses = self.sudo()
        found = accesses.search([("case_id", "in", cases.ids)])
        missing = cases - found.case_id
        return found | accesses.create([{"case_id": case.id} for case in missing])

    @api.model
    def _link(self, case, day: date) -> str:
        """The debtor's link, alive from ``day``; empty when it may not enter."""
        company = case.company_id
        if not company.recouvrement_portal:
            return ""
        access = self._open_for(case)
        if access.revoked_date:
            return ""
        last_day = day + timedelta(days=company.recouvrement_portal_days)
        if not access.last_day or access.last_day < last_day:
            access.last_day = last_day
        return access._address(last_day)

    @api.model
    def _link_in_preview(self, company) -> str:
        """What stands for the link in a message that is only looked at."""
        if not company.recouvrement_portal:
            return ""
        return f"{company.get_base_url()}{PATH}/{PREVIEW}"

    def _address(self, last_day: date) -> str:
        self.ensure_one()
        claim = Claim(self.id, self.version, last_day)
        return f"{self.get_base_url()}{PATH}/{make_token(self._key(), claim)}"

    @api.model
    def _key(self) -> bytes:
        # The secret of the database seals the links; no role may read it.
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        return secret.encode()

    @api.model
    def _enter(self, token: str, day: date):
        """The access a token opens on ``day``; empty when it opens none.

        The database is asked whatever the token is worth: how long the answer takes
        tells nothing to whoever guesses.
        """
        claim = read_token(self._key(), token)
        # A visitor reads no access: the signed token is the right to enter.
        access = self.sudo().search_fetch(
            [
                ("id", "=", claim.access_id if claim else -1),
                ("revoked_date", "=", False),
                ("company_id.recouvrement_portal", "=", True),
            ],
            ["version"],
        )
        is_open = access and claim and is_alive(claim, access.version, day)
        return access if is_open else access.browse()

    # ---------------------------------------------------------------- the manager

    def action_revoke(self):
        """Every link that left is dead; nothing new leaves until it is renewed."""
        self._check_manager()
        for access in self._as_register():
            access.write(
                {
                    "version": access.version + 1,
                    "revoked_date": fields.Datetime.now(),
                    "revoked_user_id": self.env.uid,
                }
            )
            access.case_id._message_log(
                body=self.env._("Debtor's space revoked: the links sent are dead.")
            )
        return True

    def action_renew(self):
        """A new key: former links stay dead, the next messages carry living ones."""
        self._check_manager()
        today = fields.Date.context_today(self)
        for access in self._as_register():
            days = access.company_id.recouvrement_portal_days
            access.write(
                {
                    "version": access.version + 1,
                    "revoked_date": False,
                    "revoked_user_id": False,
                    "last_day": today + timedelta(days=days),
                }
            )
            access.case_id._message_log(
                body=self.env._(
                    "Debtor's space renewed until %(date)s: former links are dead.",
                    date=format_date(self.env, access.last_day),
                )
            )
        return True

    def _check_manager(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a manager revokes or renews a debtor's space.")
            )

    def _as_register(self):
        # No role writes accesses: these two buttons do, and have checked the manager's.
        return self.sudo()


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    access_ids = fields.One2many("recouvrement.access", "case_id")
    answer_ids = fields.One2many("recouvrement.answer", "case_id")
    answer_count = fields.Integer(compute="_compute_answer_count")

    def _compute_answer_count(self):
        counts = dict(
            self.env["recouvrement.answer"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.answer_count = counts.get(case, 0)

    def action_open_portal(self):
        """The debtor's page as it sees it, to look at only."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/my/recouvrement/{self.id}",
            "target": "new",
        }

    def action_open_access(self):
        """Links, visits and answers; opened for a file that has none yet."""
        self.ensure_one()
        self.check_access("read")
        access = self.env["recouvrement.access"]._open_for(self)
        return self._window(
            access._name, self.env._("Debtor's space"), res_id=access.id
        )
