"""What is known of a debtor: its file, how to reach it, what suspends its chase."""

from datetime import date, timedelta

from odoo import models
from odoo.tools import SQL

from ..core.calendar import Closure
from ..core.decision import Channel
from ..core.profile import propose
from ..core.sms import FRENCH_LANDLINE
from .recouvrement_facts import Frame, Scope


class RecouvrementFacts(models.AbstractModel):
    _inherit = "recouvrement.facts"

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

    def _new_cases(self, company, partner_ids: list[int]) -> dict[int, dict]:
        """What the files of these customers will be; their numbers are taken."""
        if not partner_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT nextval('recouvrement_case_id_seq'), id, is_company,
                       COALESCE(company_registry, ''), COALESCE(name, ''),
                       COALESCE(vat, '')
                  FROM res_partner
                 WHERE id = ANY(%s)
                   AND NOT EXISTS (  -- an archived file stays closed
                       SELECT FROM recouvrement_case file
                        WHERE file.partner_id = res_partner.id
                          AND file.company_id = %s)
              ORDER BY id
                """,
                partner_ids,
                company.id,
            )
        )
        user_id = company.recouvrement_user_id.id or None
        return {
            partner_id: {
                "id": case_id,
                "is_new": True,
                "partner_id": partner_id,
                "profile": propose(bool(is_company), registry, name, vat).profile.value,
                "policy_manual_id": None,
                "insolvency_date": None,
                "user_id": user_id,
                "max_days": None,
            }
            for case_id, partner_id, is_company, registry, name, vat in rows
        }

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
                       bool_or(contact.phone_sanitized !~ %(landline)s
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
                landline=FRENCH_LANDLINE,
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
        """Days of contact of the last week, and reminders of the year by level.

        A call that somebody answered is a contact; one that stands for a reminder is
        that reminder.
        """
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
              UNION ALL
                SELECT call.case_id, NULL, call.date::date
                  FROM recouvrement_call call
                 WHERE call.company_id = %(company)s
                   AND call.direction = 'out' AND call.is_reached
                   AND call.reminder_id IS NULL
                   AND call.date > %(week)s AND %(called)s
                """,
                company=frame.company_id,
                leaving=leaving,
                scope=scope.condition("reminder.partner_id"),
                called=scope.condition("call.partner_id"),
                week=frame.as_of - timedelta(days=7),
                year=frame.as_of - timedelta(days=365),
                capped=capped,
            )
        )
        days: dict[int, set[date]] = {}
        counts: dict[int, dict[int, int]] = {}
        for case_id, level_id, sent in self.env.cr.fetchall():
            days.setdefault(case_id, set()).add(sent)
            if not level_id:
                continue
            by_level = counts.setdefault(case_id, {})
            by_level[level_id] = by_level.get(level_id, 0) + 1
        return {key: tuple(sorted(found)) for key, found in days.items()}, counts
