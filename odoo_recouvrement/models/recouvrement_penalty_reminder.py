"""A claim of penalties for paid invoices: a reminder like the others.

It is numbered, frozen, sent exactly once, proved or withdrawn as they are, on the same
days and within the same caps. What is read again before it leaves is not what the
invoices still owe, which is nothing: it is what of their penalties is still open.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL

from ..core.decision import (
    Channel,
    Decision,
    Item,
    Ladder,
    Reason,
    Suspension,
    decide,
    usable_channels,
)
from ..core.money import ZERO
from ..core.overindebtedness import is_suspended, suspension
from .recouvrement_reread import PUT_OFF
from .roles import COLLECTOR

LEVEL = "odoo_recouvrement.level_penalties"
# A claim in one of these states waits to leave, or is leaving.
WAITING = ("draft", "confirmed", "sending")


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    is_penalty_claim = fields.Boolean(
        "Claim of penalties",
        readonly=True,
        help="It asks for the penalties of invoices that are paid.",
    )

    def _drop_settled_items(self):
        """Being paid is what the items of a claim of penalties have in common."""
        claims = self.filtered("is_penalty_claim")
        claims._drop_deleted_items()
        return super(RecouvrementReminder, self - claims)._drop_settled_items()

    def _decide_again(self, day):
        claims = self.filtered("is_penalty_claim")
        others = self - claims
        decisions, aside = {}, {}
        if others:
            decisions, aside = super(RecouvrementReminder, others)._decide_again(day)
        if claims:
            family, _told = claims._family()
            found = self.env["recouvrement.penalty"]._claimable(
                claims.line_ids.move_line_id, claims.level_id, day, family
            )
            decisions = {**decisions, **found}
            aside = {**aside, **dict.fromkeys(found, ZERO)}
        return decisions, aside

    def _foresee(self, day):
        imagined, note = super()._foresee(day)
        imagined.is_penalty_claim = self.is_penalty_claim
        return imagined, note

    def _why_not(self, line, decisions) -> str:
        if self.is_penalty_claim and line.move_line_id.id not in decisions:
            return self.env._(
                "its penalties are not open any more, or the invoice is not paid."
            )
        return super()._why_not(line, decisions)


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    @api.model
    def _item(self, line, day: date, *penalties):
        """The invoice is paid: nothing of it is asked but what its delay costs."""
        found = super()._item(line, day, *penalties)
        if not line.reminder_id.is_penalty_claim:
            return found
        item = line.move_line_id._origin
        paid = max(item.matched_credit_ids.mapped("max_date"), default=day)
        late = max((paid - line.due_date).days, 1)
        return replace(found, residual=ZERO, claim=ZERO, days_overdue=late)


class RecouvrementPenalty(models.Model):
    _inherit = "recouvrement.penalty"

    # ------------------------------------------------------------------- deciding

    @api.model
    def _claimable(self, lines, level, day: date, leaving=()) -> dict[int, Decision]:
        """What the debtors may be asked of the penalties of paid items, by item.

        Judged as any step: protected debtors, holds, sending days, contacts of the
        week, a way to reach the debtor. An item with nothing open is left out.
        ``leaving``: reminders that are not contacts of one another.
        """
        # A collector may not read payments, on which the decisions rest.
        lines = lines.sudo().filtered(
            lambda line: line.reconciled and line.parent_state == "posted"
        )
        standings = self._standings(lines, day)
        opened = lines.filtered(lambda line: standings[line.id].open)
        # An accountant may not read levels: this one is judged as the run does.
        ladder = Ladder(level.policy_id.id, (level.sudo()._to_core(),))
        claimed = self._last_claims(opened, leaving)
        found = {}
        for company, own in opened.grouped("company_id").items():
            customers = own.partner_id.commercial_partner_id
            for one in (
                # A collector may not read payments, on which the facts rest.
                self.env["recouvrement.facts"]
                .sudo()
                ._gather(company, day, partner_ids=customers.ids, leaving=leaving)
            ):
                theirs = own.filtered(
                    lambda line, one=one: (
                        line.partner_id.commercial_partner_id.id == one.partner_id
                    )
                )
                debtor = one.debtor._replace(
                    ladder=ladder,
                    credits={},  # what is set against a penalty is for a human
                    max_days=None,
                    suspensions=(
                        *one.debtor.suspensions,
                        *self._protections(one.case_id, theirs),
                    ),
                )
                items = [
                    self._claimed_item(line, standings[line.id].open, claimed)
                    for line in theirs
                ]
                usable = usable_channels(ladder.steps[0], debtor.channels)
                for decision in decide(debtor, items, day, one.limits):
                    found[decision.item.id] = decision._replace(channels=usable)
        return found

    @api.model
    def _claimed_item(self, line, amount: Decimal, claimed: dict) -> Item:
        rate = line.amount_currency and line.balance / line.amount_currency
        return Item(
            id=line.id,
            move_id=line.move_id.id,
            due_date=line.date_maturity or line.date,
            residual=amount,
            balance=amount * Decimal(str(rate or 1)),
            currency_id=line.currency_id.id,
            origin_date=line.move_id.invoice_date or line.date,
            last_contact=claimed.get(line.id),
            no_followup=line.no_followup,
        )

    @api.model
    def _protections(self, case_id: int, lines) -> list[Suspension]:
        """Earlier debts of an over-indebted person, their penalties with them."""
        # An accountant may read no file: only whether its debtor is protected.
        admitted = (
            self.env["recouvrement.case"].sudo().browse(case_id).overindebtedness_date
        )
        if not admitted:
            return []
        last = suspension(admitted).last_day
        return [
            Suspension(Reason.OVERINDEBTED, last, line.id)
            for line in lines
            if is_suspended(line.move_id.invoice_date or line.date, admitted)
        ]

    @api.model
    def _last_claims(self, lines, leaving) -> dict[int, date]:
        """The day of the last claim that left about each item."""
        self.env["recouvrement.reminder"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT line.move_line_id, max(reminder.sent_date)::date
                      FROM recouvrement_reminder_line line
                      JOIN recouvrement_reminder reminder
                        ON reminder.id = line.reminder_id
                     WHERE line.move_line_id = ANY(%s) AND reminder.is_penalty_claim
                       AND reminder.state IN ('sent', 'proved')
                       AND reminder.id != ALL(%s)
                  GROUP BY line.move_line_id
                    """,
                    lines.ids,
                    list(leaving),
                )
            )
        )

    # -------------------------------------------------------------------- claiming

    @api.model
    def _claim_again(self, lines, day: date):
        """The claims of these items' penalties, ready to leave: reminders.

        One for each file and currency, by e-mail, or by letter to whoever has none.
        """
        self._require(COLLECTOR, self.env._("Only a collector may claim penalties."))
        self._lock(lines)
        level = self._claim_level()
        self._check_claimable(lines, level)
        self._cases(lines)  # a debtor who always paid in the end may have no file
        decisions = self._claimable(lines, level, day)
        if not decisions:
            raise UserError(self.env._("Nothing is open: there is nothing to claim."))
        for line in lines:
            decision = decisions.get(line.id)
            if decision and decision.reason not in (Reason.TO_REMIND, *PUT_OFF):
                self._refuse_claim(line, decision)
        reminders = self._make_claims(lines, level, day, decisions)
        self.env.flush_all()  # a second click stops at the unique index
        reminders.with_env(self.env).action_confirm()
        return reminders.with_env(self.env)

    @api.model
    def _claim_level(self):
        """Where the texts of these claims are; it belongs to no debtor's ladder."""
        level = self.env.ref(LEVEL, raise_if_not_found=False)
        if not level:
            raise UserError(
                self.env._(
                    "The level “Late-payment penalties” was deleted: update the module "
                    "to get its texts back."
                )
            )
        return level

    @api.model
    def _check_claimable(self, lines, level) -> None:
        """What makes no sense is said before anything is written."""
        # A collector who sells may see his own invoices only: all items are judged.
        for line in lines.sudo():
            if not line.reconciled:
                raise UserError(
                    self.env._(
                        "%(invoice)s is not paid: its reminders say what its delay "
                        "costs. Only the penalties of paid invoices are claimed apart.",
                        invoice=line.move_id.name,
                    )
                )
        # No role writes the lines of reminders: those of former claims are closed.
        earlier = (
            self.env["recouvrement.reminder.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", lines.ids),
                    ("level_id", "=", level.id),
                    ("is_active", "=", True),
                ]
            )
        )
        waiting = earlier.filtered(lambda line: line.reminder_id.state in WAITING)
        if waiting:
            raise UserError(
                self.env._(
                    "The penalties of %(invoice)s are being claimed already: see "
                    "“%(reminder)s”.",
                    invoice=waiting[0].move_id.name,
                    reminder=waiting[0].reminder_id.display_name,
                )
            )
        # A claim that left does not speak for the next one.
        earlier._write_life(is_active=False)

    @api.model
    def _refuse_claim(self, line, decision: Decision) -> None:
        case = self._cases(line)[_key(line)]
        # No role creates reminders: this one, in memory, words the reason.
        reminder = self.env["recouvrement.reminder"].sudo().new({"case_id": case.id})
        reminder.company_id = line.company_id
        raise UserError(
            self.env._(
                "The penalties of %(invoice)s cannot be claimed: %(reason)s",
                invoice=line.move_id.name,
                reason=reminder._word(decision),
            )
        )

    @api.model
    def _make_claims(self, lines, level, day: date, decisions):
        groups: dict = {}
        for line in lines:
            if line.id in decisions:
                case = self._cases(line)[_key(line)]
                group = groups.setdefault((case, line.currency_id), lines.browse())
                groups[case, line.currency_id] = group | line
        # No role creates reminders: these follow from the right to work the file.
        reminders = self.env["recouvrement.reminder"].sudo()
        for (case, currency), items in groups.items():
            asked = [decisions[item.id] for item in items]
            channel = _channel(asked)
            total = sum(float(decision.claim) for decision in asked)
            reminders += reminders.create(
                {
                    "company_id": case.company_id.id,
                    "case_id": case.id,
                    "partner_id": case.partner_id.id,
                    "user_id": (
                        case.user_id or case.company_id.recouvrement_user_id
                    ).id,
                    "date": day,
                    "level_id": level.id,
                    "tone": level.tone,
                    "channel": channel,
                    "is_penalty_claim": True,
                    "currency_id": currency.id,
                    "overdue_total": total,
                    "total": total,
                    "oldest_due_date": min(one.item.due_date for one in asked),
                    "line_ids": [
                        Command.create(
                            {
                                "company_id": case.company_id.id,
                                "move_line_id": one.item.id,
                                "move_id": one.item.move_id,
                                "level_id": level.id,
                                "channel": channel,
                                "currency_id": currency.id,
                                "due_date": one.item.due_date,
                                "days_overdue": (day - one.item.due_date).days,
                                "residual": float(one.claim),
                                "claim": float(one.claim),
                            }
                        )
                        for one in asked
                    ],
                }
            )
        return reminders


def _channel(decisions) -> str:
    """By e-mail; by letter to a debtor who has no address of that kind."""
    by_email = Channel.EMAIL in decisions[0].channels
    return (Channel.EMAIL if by_email else Channel.LETTER).value


def _key(line) -> tuple[int, int]:
    return line.company_id.id, line.partner_id.commercial_partner_id.id
