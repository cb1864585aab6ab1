"""What the addon itself knows of the demo's debtors: holds, closures, policies.

Every fact begins on a day of its own, before ``as_of``: the history of the demo
(the runs of :func:`demo.history_dates`) may be made before or after.
"""

import ast
from datetime import date, timedelta

from .company import CAPITAL, DOMAIN, RCS, USERS
from .debtors import load_debtors
from .partners import NO_REMINDER_TAG

LAWYER = "Cabinet Lemaire, avocats"
#: shows: (kind, days since it began, days until it ends, reason)
HOLDS = {
    "on_hold": ("hold", 12, 10, "Le client attend la visite du commercial"),
}
DELEGATION = b"%PDF-1.4\n% The delegation signed by the president would be here.\n%%EOF"
#: shows: (days since it was made, days until its date, note)
PROMISES = {
    "promised": (5, 6, "Virement promis au téléphone par le Dr Renard"),
    "promise_broken": (12, -4, "Virement annoncé pour la semaine passée"),
}
#: shows: (days since it was opened, days to solve it, reason, amount, words)
DISPUTES = {
    "disputed": (
        15,
        30,
        "dispute_reason_goods",
        0.0,
        "Deux portes livrées avec un défaut de vernis",
    ),
    "disputed_part": (
        9,
        -2,
        "dispute_reason_quantity",
        1200.0,
        "Une cloison manquante sur la livraison",
    ),
}


def add_recovery_facts(env, as_of: date) -> dict:
    """Create the files of the special debtors and what suspends or shapes their chase.

    Needs the addon installed and the ledger built; call it once, as ``build``.
    Returns {code shown: case}. Does not commit.
    """
    facts = _Facts(env, as_of)
    facts.configure()
    facts.add_signatory()
    facts.add_lawyer()
    facts.add_holds()
    facts.add_promises()
    facts.add_disputes()
    facts.add_insolvency()
    facts.add_closures()
    facts.exempt_group_company()
    facts.shape_policies()
    facts.add_opening_level()
    return facts.cases


class _Facts:
    """One debtor after another; ``cases`` keeps what was made, by code shown."""

    def __init__(self, env, as_of: date):
        self.env = env
        self.as_of = as_of
        self.company = env.ref("base.main_company")
        self.collector = env["res.users"].search([("login", "=", "claire")])
        self.names = {debtor.shows: debtor.name for debtor in load_debtors()}
        self.cases: dict = {}

    def day(self, days: int) -> date:
        return self.as_of + timedelta(days=days)

    def partner(self, code: str):
        partners = self.env["res.partner"].with_context(active_test=False)
        return partners.search(
            [("name", "=", self.names[code]), ("ref", "=like", "C0%")], limit=1
        )

    def case(self, code: str):
        """The file of the debtor that shows ``code``, made if it is missing."""
        if code not in self.cases:
            cases = self.env["recouvrement.case"]
            partner = self.partner(code)
            domain = [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", partner.id),
            ]
            self.cases[code] = cases.search(domain, limit=1) or cases.create(
                {
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "profile": "business" if partner.is_company else "consumer",
                    "user_id": self.collector.id,
                }
            )
        return self.cases[code]

    def oldest_item(self, code: str):
        return self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.partner(code).id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
                ("amount_residual", ">", 0),
            ],
            order="date_maturity, id",
            limit=1,
        )

    def configure(self) -> None:
        """Roles of the four users, and who signs the company's reminders."""
        for login, (_name, _function, group, _fallback) in USERS.items():
            user = self.env["res.users"].search([("login", "=", login)])
            own_group = self.env.ref(f"odoo_recouvrement.{group}")
            user.group_ids = [(4, own_group.id)]
        self.company.write(
            {
                "recouvrement_user_id": self.collector.id,
                "recouvrement_reply_to": f"recouvrement@{DOMAIN}",
                "recouvrement_signatory": "Chargée de recouvrement",
                "recouvrement_legal_notice": f"{CAPITAL} · {RCS}",
                "recouvrement_bank_account_id": self.company.bank_ids[:1].id,
            }
        )

    def add_lawyer(self) -> None:
        """Whom a file may be handed over to."""
        self.env["res.partner"].create(
            {
                "name": LAWYER,
                "is_company": True,
                "street": "14 rue du Palais",
                "zip": "69005",
                "city": "Lyon",
                "country_id": self.env.ref("base.fr").id,
            }
        )

    def add_signatory(self) -> None:
        """The finance director signs the mises en demeure, by a written delegation."""
        director = self.env["res.users"].search([("login", "=", "helene")])
        self.env["recouvrement.signatory"].create(
            {
                "name": director.name,
                "user_id": director.id,
                "company_id": self.company.id,
                "capacity": "Directrice financière, par délégation",
                "power": "delegate",
                "date_from": self.day(-400),
                "proof_ids": [
                    (0, 0, {"name": "delegation-de-pouvoir.pdf", "raw": DELEGATION})
                ],
            }
        )

    def add_holds(self) -> None:
        for code, (kind, since, until, reason) in HOLDS.items():
            values = {
                "case_id": self.case(code).id,
                "kind": kind,
                "reason": reason,
                "user_id": self.collector.id,
                "date_start": self.day(-since),
                "date_end": self.day(until),
            }
            self.env["recouvrement.hold"].create(values)

    def add_promises(self) -> None:
        """Noted on their day, as the collector did."""
        from .session import living

        for code, (since, until, note) in PROMISES.items():
            with living(self.day(-since)):
                self.env["recouvrement.promise"].with_user(self.collector).create(
                    {
                        "case_id": self.case(code).id,
                        "move_line_ids": [(6, 0, self.oldest_item(code).ids)],
                        "date": self.day(until),
                        "note": note,
                    }
                )

    def add_disputes(self) -> None:
        """Opened on their day; one of them is late."""
        from .session import living

        for code, (since, until, reason, amount, words) in DISPUTES.items():
            values = {
                "case_id": self.case(code).id,
                "move_line_ids": [(6, 0, self.oldest_item(code).ids)],
                "reason_id": self.env.ref(f"odoo_recouvrement.{reason}").id,
                "date_due": self.day(until),
                "description": words,
            }
            if amount:
                values["amount"] = amount
            with living(self.day(-since)):
                disputes = self.env["recouvrement.dispute"]
                disputes.with_user(self.collector).create(values)

    def add_insolvency(self) -> None:
        self.case("insolvent").insolvency_date = self.day(-20)

    def add_closures(self) -> None:
        """Closed at the moment; and « jamais en août », every year."""
        year = self.as_of.year
        periods = (
            ("closure_now", "Fermeture saisonnière", self.day(-6), self.day(16), False),
            (
                "closure_august",
                "Jamais en août",
                date(year, 8, 1),
                date(year, 8, 31),
                True,
            ),
        )
        self.env["recouvrement.closure"].create(
            [
                {
                    "name": name,
                    "company_id": self.company.id,
                    "case_id": self.case(code).id,
                    "date_from": begin,
                    "date_to": end,
                    "is_yearly": yearly,
                }
                for code, name, begin, end, yearly in periods
            ]
        )

    def exempt_group_company(self) -> None:
        """Every rule leaves out the tag of the group's own companies."""
        tag = self.env["res.partner.category"].search([("name", "=", NO_REMINDER_TAG)])
        leaf = ("category_id", "not in", tag.ids)
        for rule in self.env["recouvrement.policy.rule"].search([]):
            domain = list(ast.literal_eval(rule.partner_domain or "[]"))
            if leaf not in domain:
                rule.partner_domain = repr([*domain, leaf])

    def shape_policies(self) -> None:
        """A policy by hand with a director from day 30 on; a level never passed."""
        business = self.env.ref("odoo_recouvrement.policy_business")
        key_accounts = business.copy({"company_id": self.company.id})
        key_accounts.name = "Grands comptes (tout est confirmé)"
        key_accounts.level_ids.filtered(lambda level: not level.is_final).write(
            {"is_automatic": False}
        )
        case = self.case("manual_policy")
        director = case.partner_id.child_ids.filtered(
            lambda contact: contact.type == "contact"
        )
        case.write(
            {
                "policy_manual_id": key_accounts.id,
                "contact_ids": [
                    (
                        0,
                        0,
                        {
                            "partner_id": director[:1].id,
                            "role": "manager",
                            "from_days": 30,
                        },
                    )
                ],
            }
        )
        second = business.level_ids.filtered(lambda level: level.days == 17)
        self.case("max_level").max_level_id = second

    def add_opening_level(self) -> None:
        """At go-live, the formal notice of one debtor had already been sent."""
        business = self.env.ref("odoo_recouvrement.policy_business")
        notices = business.level_ids.filtered(lambda level: not level.is_final)
        case = self.case("final_level")
        items = self.env["account.move.line"].search(
            [
                ("partner_id", "=", case.partner_id.id),
                ("parent_state", "=", "posted"),
                ("account_type", "=", "asset_receivable"),
                ("reconciled", "=", False),
            ]
        )
        items.write({"recouvrement_opening_level_id": notices.sorted("days")[-1:].id})
        items._recouvrement_refresh_levels()
