"""The facts the decision engine needs, read from the ledger in a few statements.

Nothing here decides. The number of statements of a reading does not depend on the
number of debtors or items; a run reads by ranges of customers to bound its memory.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..core.calendar import Region, SendingCalendar
from ..core.decision import (
    Debtor,
    Item,
    Ladder,
    Limits,
    Reason,
    Suspension,
)
from ..core.money import ZERO, share

WEEK = frozenset(range(5))


class Current(NamedTuple):
    """The decision in force about an item, to be compared with today's."""

    reason: str
    level_id: int | None
    due_date: date
    next_date: date | None
    claim: Decimal
    values: dict


class DebtorFacts(NamedTuple):
    """A debtor and its open items; ``overdue``, ``credit`` in company currency.

    ``is_new``: it has no file yet; ``case_id`` is the number its file will have.
    """

    case_id: int
    is_new: bool
    partner_id: int
    profile: str
    user_id: int | None
    policy_id: int | None
    debtor: Debtor
    items: list[Item]
    overdue: Decimal
    credit: Decimal
    level_days: int | None
    level_id: int | None
    last_contact: date | None
    currents: dict[int, Current]
    limits: Limits


class Frame(NamedTuple):
    """What is the same for every debtor of a company on a day."""

    company_id: int
    as_of: date
    account_ids: list[int]
    ladders: dict[int, Ladder]
    calendar: SendingCalendar
    bounced: list[str]
    limits: dict[str, Limits]


class Scope(NamedTuple):
    """Which customers a reading is about; ``condition`` bears on a partner column."""

    company_id: int
    partner_ids: list[int] | None
    partner_range: tuple[int, int] | None

    def condition(self, column: str) -> SQL:
        """The customers of the scope, as a condition on ``column``."""
        name = SQL.identifier(*column.split("."))
        if self.partner_range is not None:
            return SQL("%s BETWEEN %s AND %s", name, *self.partner_range)
        if self.partner_ids is not None:
            return SQL("%s = ANY(%s)", name, self.partner_ids)
        return SQL("TRUE")


class RecouvrementFacts(models.AbstractModel):
    _name = "recouvrement.facts"
    _description = "Facts of the ledger for the recovery"

    # ------------------------------------------------------------- the reading

    @api.model
    def _frame(self, company, as_of: date) -> Frame:
        """Read what does not depend on the debtor."""
        self.env.flush_all()
        accounts = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(company),
                ("account_type", "=", "asset_receivable"),
            ]
        )
        policies = self.env["recouvrement.policy"].search(
            [("company_id", "in", (False, company.id))]
        )
        bounced = self.env.execute_query(
            SQL(
                """SELECT DISTINCT lower(recipient_email) FROM recouvrement_reminder
                    WHERE company_id = %s AND state = 'bounced' AND is_address_bad
                      AND recipient_email IS NOT NULL""",
                company.id,
            )
        )
        return Frame(
            company_id=company.id,
            as_of=as_of,
            account_ids=accounts.ids,
            ladders=policies._to_core(),
            calendar=self._calendar(company),
            bounced=[email for (email,) in bounced],
            limits={
                profile: self._limits(company, profile)
                for profile in ("business", "consumer", "public")
            },
        )

    @api.model
    def _calendar(self, company) -> SendingCalendar:
        closures = self.env["recouvrement.closure"].search(
            [("company_id", "=", company.id), ("case_id", "=", False)]
        )
        return SendingCalendar(
            WEEK | {5} if company.recouvrement_on_saturday else WEEK,
            Region(company.recouvrement_region),
            tuple(closure._to_core() for closure in closures),
        )

    @api.model
    def _limits(self, company, profile: str) -> Limits:
        if profile == "consumer":
            return Limits(company.recouvrement_contacts_per_week_consumer)
        return Limits(company.recouvrement_contacts_per_week)

    @api.model
    def _gather(
        self,
        company,
        as_of,
        *,
        partner_ids=None,
        partner_range=None,
        leaving=(),
        frame=None,
        with_new=False,
    ) -> list[DebtorFacts]:
        """The debtors of the scope that have a file, with their open items.

        ``leaving``: ids of reminders about to leave; their items are judged as if
        these did not exist. ``with_new``: also those that have no file yet, who is to
        open it (``recouvrement.proposal``).
        """
        frame = frame or self._frame(company, as_of)
        scope = Scope(company.id, partner_ids, partner_range)
        leaving = list(leaving)
        cases = self._read_cases(scope)
        items, levels, currents, addressees = self._read_items(frame, scope, leaving)
        credits, credit_totals = self._read_credits(frame, scope)
        if with_new:
            unknown = (items.keys() | credits.keys()) - cases.keys()
            cases |= self._new_cases(company, sorted(unknown))
        channels = self._read_channels(frame, scope, addressees)
        suspensions = self._read_suspensions(scope, as_of)
        closures = self._read_closures(scope)
        contacts, counts = self._read_contacts(frame, scope, leaving)
        overdue = {
            partner_id: _overdue(own, currents[partner_id][0], as_of)
            for partner_id, own in items.items()
        }
        policies = self._policies(company, cases, overdue)
        found = []
        for partner_id, case in cases.items():
            own = items.get(partner_id, [])
            paid, own_currents = currents.get(partner_id, ((), {}))
            level_days, level_id = levels.get(partner_id, (None, None))
            policy_id = policies.get(partner_id)
            debtor = Debtor(
                id=partner_id,
                ladder=frame.ladders.get(policy_id),
                calendar=frame.calendar.with_closures(*closures.get(case["id"], ())),
                channels=channels.get(partner_id, frozenset()),
                suspensions=(*suspensions.get(case["id"], ()), *paid),
                credits=credits.get(partner_id, {}),
                contact_days=contacts.get(case["id"], ()),
                sent_counts=counts.get(case["id"], {}),
                max_days=case["max_days"],
                insolvency_date=case["insolvency_date"],
            )
            last_contacts = [item.last_contact for item in own if item.last_contact]
            found.append(
                DebtorFacts(
                    case_id=case["id"],
                    is_new="is_new" in case,
                    partner_id=partner_id,
                    profile=case["profile"],
                    user_id=case["user_id"],
                    policy_id=policy_id,
                    debtor=debtor,
                    items=own,
                    overdue=overdue.get(partner_id, ZERO),
                    credit=credit_totals.get(partner_id, ZERO),
                    level_days=level_days,
                    level_id=level_id,
                    last_contact=max(last_contacts, default=None),
                    currents=own_currents,
                    limits=frame.limits[case["profile"]],
                )
            )
        return found

    def _policies(self, company, cases, overdue) -> dict[int, int]:
        """The policy of each customer: chosen on its file, else given by the rules."""
        chosen = {
            partner_id: case["policy_manual_id"]
            for partner_id, case in cases.items()
            if case["policy_manual_id"]
        }
        by_rule = self.env["recouvrement.policy.rule"]._assign(
            company,
            {
                partner_id: (case["profile"], float(overdue.get(partner_id, ZERO)))
                for partner_id, case in cases.items()
                if partner_id not in chosen
            },
        )
        return {**by_rule, **chosen}


def _overdue(items: list[Item], suspensions: list[Suspension], as_of: date) -> Decimal:
    """What is past due, in company currency; a retention is not before its own date."""
    kept = {
        one.item_id: one.amount or ZERO
        for one in suspensions
        if one.reason is Reason.RETENTION and one.is_active(as_of)
    }
    due = [item for item in items if item.due_date < as_of]
    if not kept:
        return sum([item.balance for item in due], ZERO)
    return sum(
        [
            share(item.balance, item.residual - kept.get(item.id, ZERO), item.residual)
            for item in due
        ],
        ZERO,
    )
