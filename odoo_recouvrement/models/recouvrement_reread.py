"""Just before a reminder leaves, the ledger is read again (rule 5).

What is no longer due leaves the message, amounts are those of the minute, and a
reminder of which nothing is left is withheld, with the reason.
"""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_amount

from ..core.decision import Channel, Decision, Reason, decide
from ..core.grouping import is_upcoming
from ..core.money import ZERO
from .mail_activity import MATCH_PAYMENT
from .recouvrement_reminder import ACTIVE_STATES

# Not this day, but nothing has changed: the reminder waits.
PUT_OFF = (Reason.NOT_SENDING_DAY, Reason.CONTACT_CAP)
POSTAL = ("letter", "registered_letter", "electronic_registered")
# Whom an imagined reminder is from and to, as the real one.
IMAGINED = ("company_id", "case_id", "partner_id", "currency_id", "user_id", "run_id")


class Verdict(NamedTuple):
    """What the ledger says of a reminder's lines: recordset → lists by fate."""

    kept: list
    put_off: list
    dropped: list


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _reread(self, now, day):
        """Bring the reminders up to the ledger; return those that may still leave."""
        if not self:
            return self
        self._drop_deleted_items()
        decisions, set_aside = self._decide_again(day)
        remaining = self.browse()
        for reminder in self.filtered("line_ids"):
            verdict = reminder._verdict(decisions)
            if verdict.kept and reminder._keep(verdict, decisions, set_aside, day):
                remaining |= reminder
            elif verdict.put_off and not verdict.kept:
                first = decisions[verdict.put_off[0].move_line_id.id]
                reminder._put_off(reminder._word(first), now, first.next_date)
            elif not verdict.kept:
                reminder._withhold(verdict.dropped, decisions, day)
        return remaining

    # ----------------------------------------------------------------- reading it

    def _decide_again(self, day) -> tuple[dict[int, Decision], dict[int, Decimal]]:
        """Today's decision and the amount set aside, by item: one reading for all.

        The messages of the same day about the same debtor (its mail and its letter,
        one per invoice…) do not count as contacts of one another.
        """
        family, told = self._family()
        facts = self.env["recouvrement.facts"]
        decisions, set_aside = {}, {}
        for one in facts._gather(
            self.company_id, day, partner_ids=self.partner_id.ids, leaving=family
        ):
            items = [
                item._replace(last_contact=None) if item.id in told else item
                for item in one.items
            ]
            for decision in decide(one.debtor, items, day, one.limits):
                decisions[decision.item.id] = decision
                set_aside[decision.item.id] = amount_aside(
                    one.debtor, decision.item.id, day
                )
        return decisions, set_aside

    def _family(self) -> tuple[list[int], set[int]]:
        """The reminders proposed together with these, and the items already told."""
        self.flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sibling.id,
                       array_agg(line.move_line_id) FILTER (
                           WHERE sibling.state IN ('sent', 'proved'))
                  FROM recouvrement_reminder own
                  JOIN recouvrement_reminder sibling
                    ON sibling.case_id = own.case_id AND sibling.date = own.date
                   AND sibling.run_id IS NOT DISTINCT FROM own.run_id
                   AND sibling.state = ANY(%s)
                  LEFT JOIN recouvrement_reminder_line line
                    ON line.reminder_id = sibling.id
                 WHERE own.id = ANY(%s)
              GROUP BY sibling.id
                """,
                list(ACTIVE_STATES),
                self.ids,
            )
        )
        told = {item for _id, items in rows for item in items or ()}
        return [id_ for id_, _items in rows], told

    def _verdict(self, decisions) -> Verdict:
        self.ensure_one()
        verdict = Verdict([], [], [])
        for line in self.line_ids:
            decision = decisions.get(line.move_line_id.id)
            is_same_step = (
                decision is not None
                and decision.step is not None
                and decision.step.id == line.level_id.id
            )
            if not is_same_step:
                verdict.dropped.append(line)
            elif decision.reason is Reason.TO_REMIND or (
                # A letter is prepared any day: it leaves when somebody posts it.
                decision.reason is Reason.NOT_SENDING_DAY and self.channel in POSTAL
            ):
                verdict.kept.append(line)
            elif decision.reason in PUT_OFF:
                verdict.put_off.append(line)
            else:
                verdict.dropped.append(line)
        return verdict

    # ------------------------------------------------------------- following it

    def _keep(self, verdict: Verdict, decisions, set_aside, day) -> bool:
        """Leave out what is no longer due and refresh the figures.

        False when the highest level that remains does not use this channel: the
        reminder is withheld then.
        """
        out = verdict.put_off + verdict.dropped
        if out:
            level = self._remaining_level(verdict.kept, decisions)
            if not level:
                self._withhold(out, decisions, day)
                return False
            self._leave_out(out, decisions, day)
            self.write({"level_id": level.id, "tone": self._tone_at(level)})
        self._refresh_figures(decisions, set_aside, day)
        return True

    def _remaining_level(self, kept, decisions):
        """The highest level of what is left; none when it does not use this channel."""
        leading = max(kept, key=lambda line: line.level_id.days)
        level = leading.level_id
        channels = decisions[leading.move_line_id.id].channels or level._channels()
        if level != self.level_id and Channel(self.channel) not in channels:
            return level.browse()
        return level

    def _tone_at(self, level) -> str:
        """Its tone once that level is the highest that remains."""
        return level.tone

    def _leave_out(self, lines, decisions, day) -> None:
        for line in lines:
            self.case_id._message_log(
                body=self.env._(
                    "%(invoice)s left the reminder before it was sent: %(reason)s",
                    invoice=line.move_id.name,
                    reason=self._why_not(line, decisions),
                )
            )
        self._ask_to_match(lines, decisions, day)
        self.env["recouvrement.reminder.line"].union(*lines).unlink()

    def _withhold(self, lines, decisions, day) -> None:
        """Nothing of it is due any more: it does not leave."""
        reason = self.env._(
            "Withheld: %(reason)s", reason=self._why_not(lines[0], decisions)
        )
        self._ask_to_match(lines, decisions, day)
        self._set_state("cancelled", failure_reason=reason)
        self.case_id._message_log(
            body=self.env._(
                "The reminder “%(level)s” was not sent. %(reason)s",
                level=self.level_id.display_name,
                reason=reason,
            )
        )

    def _ask_to_match(self, lines, decisions, day) -> None:
        for line in lines:
            decision = decisions.get(line.move_line_id.id)
            if decision and decision.reason is Reason.COVERED:
                self._schedule_task(
                    MATCH_PAYMENT,
                    self.env._(
                        "%(invoice)s (%(amount)s) is covered by a credit note or a "
                        "payment that is not matched.",
                        invoice=line.move_id.name,
                        amount=format_amount(self.env, line.residual, line.currency_id),
                    ),
                    day,
                )
                return

    def _refresh_figures(self, decisions, set_aside, day) -> None:
        """The amounts of the minute, on the lines and on the reminder."""
        by_line, totals = _figures(self.line_ids, decisions, set_aside, day)
        for line, values in by_line:
            _write_changed(line, values)
        _write_changed(self, totals)

    # ------------------------------------------------------------ without writing

    def _foresee(self, day) -> tuple:
        """The reminder as it would leave, in memory, and what changed, in words.

        The ledger is read as when it leaves, but nothing is written. Raise UserError
        with the reason when nothing would leave.
        """
        self.ensure_one()
        decisions, set_aside = self._decide_again(day)
        verdict = self._verdict(decisions)
        # What is only put off leaves in a few days: it is shown as it reads today.
        kept = verdict.kept or verdict.put_off
        out = [line for line in self.line_ids if line not in kept]
        level = kept and self._remaining_level(kept, decisions)
        if not level:
            first = out[0] if out else self.line_ids
            raise UserError(
                self.env._(
                    "Nothing would leave today: %(reason)s",
                    reason=self._why_not(first, decisions),
                )
            )
        by_line, totals = _figures(kept, decisions, set_aside, day)
        imagined = self.new(
            {
                **totals,
                **{field: self[field].id for field in IMAGINED},
                "channel": self.channel,
                "level_id": level.id,
                "tone": self._tone_at(level) if out else self.tone,
                "line_ids": [
                    Command.create(
                        {
                            "move_line_id": line.move_line_id.id,
                            "move_id": line.move_id.id,
                            "level_id": line.level_id.id,
                            "currency_id": line.currency_id.id,
                            **values,
                        }
                    )
                    for line, values in by_line
                ],
            }
        )
        return imagined, self._what_changed(verdict, out, decisions, totals["total"])

    def _what_changed(self, verdict: Verdict, out, decisions, total: float) -> str:
        words = []
        if not verdict.kept:
            reason = self._why_not(verdict.put_off[0], decisions)
            words.append(self.env._("Would not leave today: %(reason)s", reason=reason))
        words.extend(
            self.env._(
                "%(invoice)s would be left out: %(reason)s",
                invoice=line.move_id.name,
                reason=self._why_not(line, decisions),
            )
            for line in out
        )
        if self.currency_id.compare_amounts(total, self.total):
            words.append(
                self.env._(
                    "Asked today: %(now)s (%(before)s when it was proposed).",
                    now=format_amount(self.env, total, self.currency_id),
                    before=format_amount(self.env, self.total, self.currency_id),
                )
            )
        return "\n".join(words)

    # -------------------------------------------------------------------- in words

    def _why_not(self, line, decisions) -> str:
        decision = decisions.get(line.move_line_id.id)
        if decision is None:
            return self.env._("it is paid, or no longer followed.")
        is_other_step = decision.step and decision.step.id != line.level_id.id
        if is_other_step and decision.reason in (Reason.TO_REMIND, *PUT_OFF):
            level = line.level_id.browse(decision.step.id)
            return self.env._("its next level is %(level)s.", level=level.code)
        return self._word(decision)

    def _word(self, decision: Decision) -> str:
        """The sentence of the register of decisions, without a row in it."""
        return (
            self.env["recouvrement.decision"]
            .new(
                {
                    "company_id": self.company_id.id,
                    "case_id": self.case_id.id,
                    "reason": decision.reason.value,
                    "level_id": decision.step.id if decision.step else False,
                    "due_date": decision.item.due_date,
                    "next_date": decision.next_date,
                    "values": decision.values,
                    "claim": float(decision.claim),
                    "currency_id": decision.item.currency_id,
                }
            )
            ._sentence()
        )


def amount_aside(debtor, item_id: int, day) -> Decimal:
    """The parts of an item that are set aside that day: disputed, promised…"""
    return sum(
        (
            suspension.amount
            for suspension in debtor.suspensions
            if suspension.amount is not None
            and suspension.item_id in (0, item_id)
            and suspension.is_active(day)
        ),
        ZERO,
    )


def _figures(lines, decisions, set_aside, day) -> tuple[list, dict]:
    """What the ledger says of these lines: [(line, values)], the reminder's totals."""
    by_line = []
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        decision = decisions[line.move_line_id.id]
        residual, claim = decision.item.residual, decision.claim
        values = {
            "residual": float(residual),
            "claim": float(claim),
            "days_overdue": (day - decision.item.due_date).days,
            "due_date": decision.item.due_date,
            "is_upcoming": is_upcoming(decision),
        }
        by_line.append((line, values))
        if values["is_upcoming"]:
            sums["upcoming"] += claim
            continue
        aside = min(set_aside[decision.item.id], residual - claim)
        sums["overdue"] += residual
        sums["credit"] += residual - claim - aside
        sums["total"] += claim
    totals = {
        "overdue_total": float(sums["overdue"]),
        "credit_total": float(sums["credit"]),
        "total": float(sums["total"]),
        "upcoming_total": float(sums["upcoming"]),
        "oldest_due_date": min(values["due_date"] for _line, values in by_line),
    }
    return by_line, totals


def _write_changed(record, values: dict) -> None:
    """Write only what differs: most amounts are those of this morning's run."""
    changed = {key: value for key, value in values.items() if record[key] != value}
    if changed:
        record.write(changed)
