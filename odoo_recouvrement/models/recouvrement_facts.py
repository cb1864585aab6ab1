"""The facts the decision engine needs, read from the ledger in a few statements.

Nothing here decides. The number of statements of a reading does not depend on the
number of debtors or items; a run reads by ranges of customers to bound its memory.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..core.calendar import Closure, Region, SendingCalendar
from ..core.decision import (
    Channel,
    Debtor,
    Item,
    Ladder,
    Limits,
    Reason,
    Suspension,
)
from ..core.money import ZERO

MANUAL_CHANNELS = ("letter", "registered_letter", "call")
WEEK = frozenset(range(5))
# The ledger already calls these invoices paid, though a residual waits for the bank.
PAID_STATES = ("paid", "in_payment", "reversed")


class Current(NamedTuple):
    """The decision in force about an item, to be compared with today's."""

    reason: str
    level_id: int | None
    next_date: date | None
    claim: Decimal
    values: dict


class DebtorFacts(NamedTuple):
    """A debtor and its open items; ``overdue``, ``credit`` in company currency."""

    case_id: int
    partner_id: int
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
    ) -> list[DebtorFacts]:
        """The debtors of the scope that have a file, with their open items.

        ``leaving``: ids of reminders about to leave; their items are judged as if
        these did not exist.
        """
        frame = frame or self._frame(company, as_of)
        scope = Scope(company.id, partner_ids, partner_range)
        leaving = list(leaving)
        cases = self._read_cases(scope)
        items, levels, currents, addressees = self._read_items(frame, scope, leaving)
        credits, credit_totals = self._read_credits(frame, scope)
        channels = self._read_channels(frame, scope, addressees)
        suspensions = self._read_suspensions(scope, as_of)
        closures = self._read_closures(scope)
        contacts, counts = self._read_contacts(frame, scope, leaving)
        overdue = {
            partner_id: sum(
                (item.balance for item in own if item.due_date < as_of), ZERO
            )
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
                    partner_id=partner_id,
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

    # ----------------------------------------------------------- the statements

    def _read_cases(self, scope: Scope) -> dict[int, dict]:
        self.env.cr.execute(
            SQL(
                """
                SELECT file.id, file.partner_id, file.profile, file.policy_manual_id,
                       file.insolvency_date, file.user_id, capped.days AS max_days
                  FROM recouvrement_case file
                  LEFT JOIN recouvrement_policy_level capped
                    ON capped.id = file.max_level_id
                 WHERE file.company_id = %s AND file.active AND %s
              ORDER BY file.partner_id
                """,
                scope.company_id,
                scope.condition("file.partner_id"),
            )
        )
        return {row["partner_id"]: row for row in self.env.cr.dictfetchall()}

    def _read_items(self, frame: Frame, scope: Scope, leaving: list[int]):
        """Open debit items, with what reminders say of them and the decision in force.

        Returns four dicts by customer: items, (days, id) of the level reached,
        (suspensions of items already paid elsewhere, current decisions), and the
        set of contacts the invoices were addressed to.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT customer.commercial_partner_id, aml.id, aml.move_id,
                       COALESCE(aml.date_maturity, aml.date),
                       aml.amount_residual_currency::text, aml.amount_residual::text,
                       aml.currency_id, COALESCE(move.invoice_date, aml.date),
                       GREATEST(opening.days, done.position),
                       aml.recouvrement_contact_date,
                       done.pending, COALESCE(done.is_manual, FALSE),
                       COALESCE(aml.no_followup, FALSE), move.payment_state,
                       move.partner_id, reached.days, reached.id,
                       decision.reason, decision.level_id, decision.next_date,
                       decision.claim::text, decision.values
                  FROM account_move_line aml
                  JOIN account_move move ON move.id = aml.move_id
                  JOIN res_partner customer ON customer.id = aml.partner_id
                  LEFT JOIN recouvrement_policy_level opening
                    ON opening.id = aml.recouvrement_opening_level_id
                  LEFT JOIN recouvrement_policy_level reached
                    ON reached.id = aml.recouvrement_level_id
                  LEFT JOIN LATERAL (%(done)s) done ON TRUE
                  LEFT JOIN recouvrement_decision decision
                    ON decision.move_line_id = aml.id
                   AND decision.closed_run_id IS NULL
                 WHERE aml.account_id = ANY(%(accounts)s)
                   AND aml.company_id = %(company)s
                   AND aml.reconciled IS NOT TRUE
                   AND aml.parent_state = 'posted'
                   AND aml.amount_residual > 0
                   AND %(scope)s
              ORDER BY customer.commercial_partner_id, aml.date_maturity, aml.id
                """,
                done=self._done_sql(leaving),
                accounts=frame.account_ids,
                company=frame.company_id,
                scope=scope.condition("customer.commercial_partner_id"),
            )
        )
        items, levels, currents, addressees = {}, {}, {}, set()
        for row in self.env.cr.fetchall():
            (
                partner_id,
                item_id,
                move_id,
                due,
                residual,
                balance,
                currency_id,
                origin,
                position,
                contact,
                pending,
                manual,
                no_followup,
                payment_state,
                addressee,
                level_days,
                level_id,
                *current,
            ) = row
            if pending is not None and position is not None and pending <= position:
                pending = None  # proved on another channel: the step is done
            items.setdefault(partner_id, []).append(
                # Numbers travel as text: Odoo's cursors turn numeric into float.
                Item(
                    item_id,
                    move_id,
                    due,
                    Decimal(residual),
                    Decimal(balance),
                    currency_id,
                    origin,
                    position,
                    contact,
                    pending,
                    manual,
                    no_followup,
                    payment_state == "blocked",
                )
            )
            if level_id and level_days >= levels.get(partner_id, (level_days,))[0]:
                levels[partner_id] = (level_days, level_id)
            paid, own = currents.setdefault(partner_id, ([], {}))
            if payment_state in PAID_STATES:
                paid.append(Suspension(Reason.COVERED, None, item_id))
            if current[0]:
                reason, decided_level, next_date, claim, values = current
                own[item_id] = Current(
                    reason, decided_level, next_date, Decimal(claim), values
                )
            if addressee != partner_id:
                addressees.add(addressee)
        return items, levels, currents, addressees

    def _done_sql(self, leaving: list[int]) -> SQL:
        """What reminders in force did for ``aml``: the position and the pending step.

        A step that does not count as a level never holds the ladder: it is done as
        soon as it is proposed.
        """
        return SQL(
            """
            SELECT max(level.days) FILTER (
                       WHERE reminder.state = 'proved' OR NOT level.counts_as_level
                   ) AS position,
                   max(level.days) FILTER (
                       WHERE reminder.state != 'proved' AND level.counts_as_level
                   ) AS pending,
                   bool_or(reminder.state = 'draft' OR reminder.channel = ANY(%s))
                       FILTER (
                       WHERE reminder.state != 'proved' AND level.counts_as_level
                   ) AS is_manual
              FROM recouvrement_reminder_line line
              JOIN recouvrement_reminder reminder ON reminder.id = line.reminder_id
              JOIN recouvrement_policy_level level ON level.id = line.level_id
             WHERE line.move_line_id = aml.id AND line.is_active
               AND reminder.id != ALL(%s)
            """,
            list(MANUAL_CHANNELS),
            leaving,
        )

    def _read_credits(self, frame: Frame, scope: Scope):
        """Open credit notes, unmatched payments, and payments that have no entry yet.

        Returns customer → currency id → positive amount, and customer → the total in
        company currency. A payment without entry
        that is linked to an invoice the ledger calls paid is left out: the invoice
        itself is covered.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT partner_id, currency_id, sum(amount)::text, sum(balance)::text FROM (
                    SELECT customer.commercial_partner_id AS partner_id,
                           aml.currency_id, -aml.amount_residual_currency AS amount,
                           -aml.amount_residual AS balance
                      FROM account_move_line aml
                      JOIN res_partner customer ON customer.id = aml.partner_id
                     WHERE aml.account_id = ANY(%(accounts)s)
                       AND aml.company_id = %(company)s
                       AND aml.reconciled IS NOT TRUE
                       AND aml.parent_state = 'posted'
                       AND aml.amount_residual < 0
                       AND %(scope)s
                 UNION ALL
                    SELECT customer.commercial_partner_id, payment.currency_id,
                           payment.amount, payment.amount_company_currency_signed
                      FROM account_payment payment
                      JOIN res_partner customer ON customer.id = payment.partner_id
                     WHERE payment.company_id = %(company)s
                       AND payment.state = 'in_process'
                       AND payment.move_id IS NULL
                       AND payment.payment_type = 'inbound'
                       AND payment.partner_type = 'customer'
                       AND %(scope)s
                       AND NOT EXISTS (
                           SELECT FROM account_move__account_payment link
                             JOIN account_move move ON move.id = link.invoice_id
                            WHERE link.payment_id = payment.id
                              AND move.payment_state = ANY(%(paid)s))
                ) credit GROUP BY partner_id, currency_id
                """,
                accounts=frame.account_ids,
                company=frame.company_id,
                paid=list(PAID_STATES),
                scope=scope.condition("customer.commercial_partner_id"),
            )
        )
        credits: dict[int, dict] = {}
        totals: dict[int, Decimal] = {}
        for partner_id, currency_id, amount, balance in self.env.cr.fetchall():
            credits.setdefault(partner_id, {})[currency_id] = Decimal(amount)
            totals[partner_id] = totals.get(partner_id, ZERO) + Decimal(balance or 0)
        return credits, totals

    def _read_channels(self, frame: Frame, scope: Scope, addressees: set[int]):
        """The channels on which somebody can be reached for each customer.

        Looked at: the customer, its invoice addresses, the contacts of its file and
        those its invoices were addressed to. An address that bounced is unusable
        until it changes.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT contact.commercial_partner_id,
                       bool_or(contact.email_normalized IS NOT NULL
                               AND contact.email_normalized != ALL(%(bounced)s)),
                       bool_or(contact.phone_sanitized IS NOT NULL
                               AND blacklist.id IS NULL),
                       bool_or(contact.phone IS NOT NULL AND contact.phone != ''),
                       bool_or(contact.street != '' AND contact.city != ''
                               AND contact.zip != '')
                  FROM res_partner contact
                  JOIN res_partner customer
                    ON customer.id = contact.commercial_partner_id AND customer.active
                  LEFT JOIN phone_blacklist blacklist
                    ON blacklist.number = contact.phone_sanitized AND blacklist.active
                 WHERE contact.active AND %(scope)s
                   AND (contact.id = contact.commercial_partner_id
                        OR contact.type = 'invoice'
                        OR contact.id = ANY(%(addressees)s)
                        OR contact.id IN (
                            SELECT chosen.partner_id
                              FROM recouvrement_case_contact chosen
                             WHERE chosen.company_id = %(company)s))
              GROUP BY contact.commercial_partner_id
                """,
                bounced=frame.bounced,
                addressees=list(addressees),
                company=frame.company_id,
                scope=scope.condition("contact.commercial_partner_id"),
            )
        )
        return {
            partner_id: frozenset(
                channel
                for usable, channel in (
                    (email, Channel.EMAIL),
                    (sms, Channel.SMS),
                    (phone, Channel.CALL),
                    (address, Channel.LETTER),
                    (address, Channel.REGISTERED_LETTER),
                )
                if usable
            )
            for partner_id, email, sms, phone, address in self.env.cr.fetchall()
        }

    def _read_suspensions(self, scope: Scope, as_of: date) -> dict[int, list]:
        holds = self.env["recouvrement.hold"].search(
            [
                ("company_id", "=", scope.company_id),
                ("date_start", "<=", as_of),
                ("date_end", ">=", as_of),
                *(
                    [("partner_id", "in", scope.partner_ids)]
                    if scope.partner_ids
                    else []
                ),
                *(
                    [
                        ("partner_id", ">=", scope.partner_range[0]),
                        ("partner_id", "<=", scope.partner_range[1]),
                    ]
                    if scope.partner_range
                    else []
                ),
            ],
            order="date_end desc, id",
        )
        found: dict[int, list] = {}
        for hold in holds:
            found.setdefault(hold.case_id.id, []).extend(hold._to_core())
        return found

    def _read_closures(self, scope: Scope) -> dict[int, list[Closure]]:
        closures = self.env["recouvrement.closure"].search(
            [("company_id", "=", scope.company_id), ("case_id", "!=", False)]
        )
        found: dict[int, list[Closure]] = {}
        for closure in closures:
            found.setdefault(closure.case_id.id, []).append(closure._to_core())
        return found

    def _read_contacts(self, frame: Frame, scope: Scope, leaving: list[int]):
        """Days of contact of the last week, and reminders of the year by level."""
        capped = [
            step.id
            for ladder in frame.ladders.values()
            for step in ladder.steps
            if step.cap
        ]
        self.env.cr.execute(
            SQL(
                """
                SELECT reminder.case_id, reminder.level_id, reminder.sent_date::date
                  FROM recouvrement_reminder reminder
                 WHERE reminder.company_id = %(company)s
                   AND reminder.state IN ('sending', 'sent', 'proved', 'withdrawn')
                   AND reminder.id != ALL(%(leaving)s)
                   AND %(scope)s
                   AND (reminder.sent_date > %(week)s
                        OR (reminder.level_id = ANY(%(capped)s)
                            AND reminder.sent_date > %(year)s))
                """,
                company=frame.company_id,
                leaving=leaving,
                scope=scope.condition("reminder.partner_id"),
                week=frame.as_of - timedelta(days=7),
                year=frame.as_of - timedelta(days=365),
                capped=capped,
            )
        )
        days: dict[int, set[date]] = {}
        counts: dict[int, dict[int, int]] = {}
        for case_id, level_id, sent in self.env.cr.fetchall():
            days.setdefault(case_id, set()).add(sent)
            by_level = counts.setdefault(case_id, {})
            by_level[level_id] = by_level.get(level_id, 0) + 1
        return {key: tuple(sorted(found)) for key, found in days.items()}, counts

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
