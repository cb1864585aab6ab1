"""Who came to the debtor's space: as little as a limit and an audit need, not for long.

The address of a visitor is kept as a keyed mark only: the same visitor is recognised,
nobody is found.
"""

import hashlib
import hmac
import ipaddress
from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .roles import MANAGER

REFUSED_DAYS = 2  # what a guess leaves serves the limits of an hour only


class Limit(NamedTuple):
    """At most ``count`` within ``minutes``."""

    count: int
    minutes: int


# An office may share one address; a debtor clicks a few times; a guess is never right.
LIMITS = {
    "access": Limit(120, 60),
    "address": Limit(300, 60),
    "refused": Limit(20, 60),
    "answers": Limit(20, 24 * 60),
}


class RecouvrementVisit(models.Model):
    """A page that was shown, an answer that came, a link that was refused."""

    _name = "recouvrement.visit"
    _description = "Visit of the debtor's space"
    _order = "date desc, id desc"
    _rec_name = "page"

    access_id = fields.Many2one(
        "recouvrement.access", readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="access_id.company_id", store=True)
    date = fields.Datetime(required=True, readonly=True)
    page = fields.Selection(
        [
            ("account", "Account"),
            ("form", "Answer being written"),
            ("invoice", "Invoice"),
            ("payment", "Payment"),
            ("agreement", "Payment plan"),
            ("answer", "Answer"),
            ("refused", "Link refused"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Logged in as", readonly=True)
    address_mark = fields.Char(
        readonly=True,
        groups=MANAGER,
        help="The same for the same network; the address itself is not kept.",
    )

    _access_date = models.Index("(access_id, date)")
    _address_date = models.Index("(address_mark, date)")

    @api.model
    def _note(self, page: str, access, address: str, user=None) -> None:
        """One line of the audit."""
        # No role, and no visitor, creates visits: the audit does.
        self.sudo().create(
            {
                "page": page,
                "access_id": access.id,
                "date": fields.Datetime.now(),
                "user_id": user.id if user else False,
                "address_mark": self._mark(address),
            }
        )

    @api.model
    def _is_too_many(self, access, address: str, *, answers: bool = False) -> bool:
        """Whether this visitor must wait before it is served again."""
        mark = self._mark(address)
        checks = [
            ("address", [("address_mark", "=", mark)]),
            ("refused", [("address_mark", "=", mark), ("page", "=", "refused")]),
        ]
        if access:
            checks.append(("access", [("access_id", "=", access.id)]))
        if access and answers:
            answered = [("access_id", "=", access.id), ("page", "=", "answer")]
            checks.append(("answers", answered))
        return any(self._reached(name, domain) for name, domain in checks)

    @api.model
    def _reached(self, name: str, domain: list) -> bool:
        limit = LIMITS[name]
        since = fields.Datetime.now() - timedelta(minutes=limit.minutes)
        # A visitor reads no visit: they are counted for the limit, and not shown.
        visits = self.sudo().search_count(
            [*domain, ("date", ">=", since)], limit=limit.count
        )
        return visits >= limit.count

    @api.model
    def _mark(self, address: str) -> str:
        """A keyed digest of the network: an IPv6 visitor owns a whole /64."""
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            network = address
        else:
            prefix = 64 if parsed.version == 6 else 32
            network = str(ipaddress.ip_network((parsed, prefix), strict=False))
        key = self.env["recouvrement.access"]._key()
        seal = hmac.digest(key, b"visit\0" + network.encode(), hashlib.sha256)
        return seal[:12].hex()

    @api.model
    def _cron_purge(self) -> None:
        """Delete what is older than each company keeps it (GDPR, art. 5.1 e)."""
        now = fields.Datetime.now()
        refused = now - timedelta(days=REFUSED_DAYS)
        self.search([("access_id", "=", False), ("date", "<", refused)]).unlink()
        kept = self._read_group([("company_id", "!=", False)], ["company_id"])
        for (company,) in kept:
            months = company.recouvrement_portal_visit_months
            self.search(
                [
                    ("company_id", "=", company.id),
                    ("date", "<", now - relativedelta(months=months)),
                ]
            ).unlink()
