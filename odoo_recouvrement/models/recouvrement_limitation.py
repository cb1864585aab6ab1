"""The prescription of items, from the ledger and from what happened to it.

A reading is three statements, whatever the number of items: the items with their
circumstances, the events entered on the files, the registered letters that left.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..core.faults import LAST_DAY
from ..core.limitation import (
    BASIS,
    Entry,
    Facts,
    Limitation,
    LimitationKind,
    kind_of,
    limitation,
)
from ..core.limitation_events import Effect, Event, EventKind
from ..core.profile import Profile, propose
from ..core.whole_debt import retention_left
from .recouvrement_limitation_event import TITLE


class Happening(NamedTuple):
    """Something read about an item: from an event, or from a letter that left.

    ``state`` is that of the event; ``reference``: the letter's number.
    """

    kind: str
    day: date
    until: date | None
    state: str
    note: str
    event_id: int | None = None
    reference: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is proved and confirmed; what is void is told, without effect."""
        return self.state in ("counted", "void")


class Step(NamedTuple):
    """A line of the history shown; ``happening`` None is the start.

    ``is_counted`` False: what it would do, once it is proved or confirmed.
    """

    entry: Entry
    happening: Happening | None
    is_counted: bool


class Clock(NamedTuple):
    """The prescription of an item: as proved, and as it would be with every proof."""

    limitation: Limitation
    hoped: Limitation
    steps: tuple[Step, ...]


class Item(NamedTuple):
    """What is known of an item, before what happened to it."""

    case_id: int | None
    facts: Facts


class RecouvrementLimitation(models.AbstractModel):
    _name = "recouvrement.limitation"
    _description = "Prescription of the items"

    @api.model
    def _limitations(self, lines, as_of) -> dict[int, Limitation]:
        """The prescription of receivable items, by id: what is proved counts."""
        return {
            item_id: clock.limitation
            for item_id, clock in self._clocks(lines, as_of).items()
        }

    @api.model
    def _clocks(self, lines, as_of) -> dict[int, Clock]:
        """The prescription of receivable items, by id, with its whole history."""
        if not lines:
            return {}
        self.env.flush_all()
        items = self._read_items(lines.ids)
        case_ids = {item.case_id for item in items.values()} - {None}
        happenings = self._read_events(list(case_ids))
        letters = self._read_letters(lines.ids)
        found = {}
        for item_id, item in items.items():
            own = happenings.get((item.case_id, item_id), ())
            common = happenings.get((item.case_id, None), ())
            found[item_id] = _clock(
                item.facts, (*common, *own, *letters.get(item_id, ())), as_of
            )
        return found

    def _read_items(self, ids: list[int]) -> dict[int, Item]:
        """The items with the circumstances that decide of their prescription."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.id,
                       COALESCE(item.date_maturity, item.date),
                       move.delivery_date,
                       COALESCE(move.invoice_date, item.date),
                       COALESCE(
                           move.recouvrement_carriage = 'yes',
                           company.recouvrement_is_carriage OR EXISTS (
                               SELECT FROM res_partner_res_partner_category_rel rel
                                 JOIN res_partner_category category
                                   ON category.id = rel.category_id
                                WHERE rel.partner_id IN (contact.id, customer.id)
                                  AND category.recouvrement_is_carriage
                           )
                       ),
                       file.id, file.profile, file.limitation_clause,
                       COALESCE(NULLIF(move.recouvrement_limitation_years, 0),
                                NULLIF(file.limitation_years, 0)),
                       customer.is_company, customer.company_registry,
                       customer.name, customer.vat,
                       CASE WHEN move.recouvrement_retention > 0
                            THEN %(kept)s END,
                       item.amount_residual_currency::text,
                       move.recouvrement_guarantee_end
                  FROM account_move_line item
                  JOIN account_move move ON move.id = item.move_id
                  JOIN res_company company ON company.id = item.company_id
             LEFT JOIN res_partner contact ON contact.id = item.partner_id
             LEFT JOIN res_partner customer
                    ON customer.id = contact.commercial_partner_id
             LEFT JOIN recouvrement_case file
                    ON file.partner_id = customer.id
                   AND file.company_id = item.company_id
                 WHERE item.id = ANY(%(ids)s)
                """,
                kept=self.env["recouvrement.facts"]._kept_sql(),
                ids=list(ids),
            )
        )
        return {row[0]: _item(*row[1:]) for row in rows}

    def _read_events(self, case_ids: list[int]) -> dict:
        """What happened, by (file, item); by (file, None) when it bears on them all."""
        found: dict = {}
        for case_id, item_id, *values in self.env.execute_query(
            SQL(
                """
                SELECT event.case_id, rel.line_id, event.kind, event.day, event.until,
                       event.state, COALESCE(event.void_reason, event.note, ''),
                       event.id
                  FROM recouvrement_limitation_event event
             LEFT JOIN recouvrement_limitation_event_item_rel rel
                    ON rel.event_id = event.id
                 WHERE event.case_id = ANY(%s)
              ORDER BY event.day, event.id
                """,
                case_ids,
            )
        ):
            found.setdefault((case_id, item_id), []).append(Happening(*values))
        return found

    def _read_letters(self, ids: list[int]) -> dict[int, list[Happening]]:
        """The registered letters about these items that were posted."""
        found: dict[int, list[Happening]] = {}
        for item_id, day, name, number in self.env.execute_query(
            SQL(
                """
                SELECT line.move_line_id, reminder.sent_date::date, reminder.name,
                       reminder.proof_reference
                  FROM recouvrement_reminder_line line
                  JOIN recouvrement_reminder reminder
                    ON reminder.id = line.reminder_id
                 WHERE line.move_line_id = ANY(%s)
                   AND reminder.channel = 'registered_letter'
                   AND reminder.state = 'proved'
              ORDER BY reminder.sent_date, reminder.id
                """,
                list(ids),
            )
        ):
            found.setdefault(item_id, []).append(
                Happening(
                    EventKind.LETTER.value,
                    day,
                    None,
                    "counted",
                    name or "",
                    reference=number or "",
                )
            )
        return found


def _item(
    due, performed, invoiced, is_carriage, case_id, profile, clause, years,
    is_company, registry, name, vat, kept, residual, guarantee_end,
) -> Item:  # fmt: skip
    """Facts of an item; without a file, the profile its file would be given.

    A retention that is all that is left has its own date, once the end of the guarantee
    is known; until then the invoice's dates count, the cautious ones.
    """
    if not profile:
        known = propose(bool(is_company), registry or "", name or "", vat or "")
        profile = known.profile.value
    kind = kind_of(Profile(profile), bool(is_carriage))
    left = kept and retention_left(
        Decimal(residual), *map(Decimal, kept), guarantee_end
    )
    is_retention = bool(left and left.due and left.is_alone)
    if is_retention:
        due = left.due
    due = min(due, LAST_DAY)  # whatever was typed, dates can be counted
    return Item(
        case_id,
        Facts(
            kind,
            due,
            performed,
            invoiced,
            letters_interrupt=bool(clause),
            agreed_years=years,
            is_retention=is_retention,
        ),
    )


def _clock(facts: Facts, happenings: tuple[Happening, ...], as_of: date) -> Clock:
    """Count twice: with what is proved, and as it would be with every proof."""
    found, entries = _count(facts, [one for one in happenings if one.counts], as_of)
    if all(one.counts for one in happenings):
        wished, wishes = found, entries
    else:
        wished, wishes = _count(facts, happenings, as_of)
    steps = [Step(found.history[0], None, True)]
    for one in sorted(happenings, key=lambda one: one.day):
        if one.kind == TITLE:
            steps.extend(_title_steps(one, found, wished, as_of))
        elif id(one) in entries:
            steps.append(Step(entries[id(one)], one, True))
        elif id(one) in wishes:
            steps.append(Step(wishes[id(one)], one, False))
    return Clock(found, wished, tuple(steps))


def _count(
    facts: Facts, happenings: Iterable[Happening], as_of: date
) -> tuple[Limitation, dict[int, Entry]]:
    """The prescription with these happenings, and the entry of each by its identity."""
    happenings = list(happenings)
    titles = [
        one.day
        for one in happenings
        if one.kind == TITLE and one.state != "void" and one.day <= as_of
    ]
    titled_on = max(titles, default=None)
    if titled_on:
        facts = facts._replace(kind=LimitationKind.TITLE, titled_on=titled_on)
    events = [(_event(one, titled_on), one) for one in happenings if one.kind != TITLE]
    found = limitation(facts, [event for event, _one in events], as_of)
    by_event = {id(event): one for event, one in events}
    entries = {
        id(by_event[id(entry.event)]): entry
        for entry in found.history
        if entry.event is not None
    }
    return found, entries


def _event(one: Happening, titled_on: date | None) -> Event:
    """As the core reads it; the title ends the proceedings that led to it."""
    until = one.until
    if titled_on and one.kind == EventKind.COURT_CLAIM.value and one.day <= titled_on:
        until = min(until or titled_on, titled_on)
    return Event(EventKind(one.kind), one.day, until, one.state == "void")


def _title_steps(
    one: Happening, found: Limitation, wished: Limitation, as_of: date
) -> Iterable[Step]:
    """A title that counts is the start of the clock: here, those that do not."""
    basis = BASIS[LimitationKind.TITLE]
    if one.state == "void":
        yield Step(Entry(None, Effect.VOID, basis, found.deadline), one, True)
    elif not one.counts and one.day <= as_of:
        yield Step(Entry(None, Effect.INTERRUPTED, basis, wished.deadline), one, False)
