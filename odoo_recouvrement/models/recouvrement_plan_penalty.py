"""Penalties inside a plan, by the rules of their ledger: included, or waived if kept.

What a plan includes is what is open in the ledger on the day of the proposal. What it
waives is waived when the plan is kept, not before, in the name of whoever proposed it
and within what that person may waive.
"""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..core.money import ZERO
from ..core.penalty import Nature
from ..core.plan import Receipt
from .recouvrement_plan import _money
from .roles import MANAGER

REASON = "odoo_recouvrement.penalty_reason_settlement"


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    # -------------------------------------------------------------------- proposing

    def _open_penalties(self, lines, as_of) -> dict[int, tuple[Decimal, Decimal]]:
        """Interest and fee of each item, neither waived, invoiced nor received."""
        # The portal may not read the ledger: who proposes a plan is told what is open.
        standings = self.env["recouvrement.penalty"].sudo()._standings(lines, as_of)
        return {
            id_: (found.interest.free, found.fee.free)
            for id_, found in standings.items()
        }

    def _may_waive(self) -> bool:
        """Whether this company and this debtor leave anything to waive."""
        # Companies belong to the administrator: only a setting is read.
        forbidden = self.company_id.sudo().recouvrement_waiver_forbidden
        return not forbidden and self.case_id.profile != "public"

    def _check_may_waive(self, today: date) -> None:
        super()._check_may_waive(today)
        if self.penalties != "waived":
            return
        company = self.company_id
        # Companies belong to the administrator: only a setting is read.
        if company.sudo().recouvrement_waiver_forbidden:
            raise UserError(
                self.env._(
                    "%(company)s does not waive penalties: keep them apart, or include "
                    "them in the instalments.",
                    company=company.name,
                )
            )
        lines = self.move_line_ids
        asks = [
            (line, nature, amount)
            for line in lines
            for nature, amount in zip(
                (Nature.INTEREST, Nature.FEE),
                self._open_penalties(lines, today)[line.id],
                strict=True,
            )
            if amount > ZERO
        ]
        is_manager = self.env.user.has_group(MANAGER)
        if is_manager or not self.env["recouvrement.penalty"]._above_ceiling(
            asks, today
        ):
            return
        total = sum((amount for _line, _nature, amount in asks), ZERO)
        raise UserError(
            self.env._(
                "The penalties to waive come to %(amount)s, more than a collector "
                "waives alone: ask a manager to propose this plan.",
                amount=format_amount(self.env, float(total), self.currency_id),
            )
        )

    # --------------------------------------------------------------------- receiving

    def _receipts(self) -> dict[int, list[Receipt]]:
        """Where penalties are in the instalments, what paid them counts too.

        Collected by the ledger of penalties; or still to be matched, within what the
        plan includes, since the customer pays before the note that asks for it.
        """
        found = super()._receipts()
        plans = self.filtered(lambda plan: plan.penalties == "included")
        if not plans:
            return found
        collected = plans._collected()
        unmatched = plans._unmatched()
        for plan in plans:
            came = collected[plan.id]
            room = _money(plan.interest) + _money(plan.fee)
            room -= sum((one.amount for one in came), ZERO)
            found[plan.id] += came
            for credit in unmatched[plan.id]:
                amount = min(credit.amount, room)
                if amount > ZERO and credit.day >= plan.proposed_date:
                    found[plan.id].append(Receipt(credit.day, amount))
                    room -= amount
        return found

    def _collected(self) -> dict[int, list[Receipt]]:
        """Penalties of the plans' items received since the proposal; one query."""
        plan_of = {
            item.move_line_id.id: item.plan_id
            for item in self.filtered("proposed_date").item_ids
        }
        # An accountant may not read the ledger: what plans received is drawn from it.
        groups = (
            self.env["recouvrement.penalty"]
            .sudo()
            ._read_group(
                [("move_line_id", "in", list(plan_of)), ("kind", "=", "collected")],
                ["move_line_id", "date:day"],
                ["balance:sum"],
            )
        )
        found: dict[int, list[Receipt]] = defaultdict(list)
        for line, day, amount in groups:
            plan = plan_of[line.id]
            if day >= plan.proposed_date and amount > 0:
                found[plan.id].append(Receipt(day, _money(amount)))
        return found

    # ---------------------------------------------------------------------- when kept

    def _keep(self, day: date) -> None:
        result = super()._keep(day)
        is_waived = self.penalties == "waived" or (
            self.penalties == "included" and self._may_waive()
        )
        if is_waived:
            self._waive_the_rest(day)
        return result

    def _waive_the_rest(self, day: date) -> None:
        """The condition is met: what the agreement gives up leaves the ledger."""
        ledger = self._ledger()
        lines = self.item_ids.move_line_id.with_env(ledger.env)
        try:
            asks = self._asks(lines, day)
            if asks:
                with self.env.cr.savepoint():
                    ledger._waive(asks, ledger.env.ref(REASON), self.name, day)
        except (UserError, AccessError) as problem:
            self._task(
                self.env._("Plan %(plan)s kept: penalties to waive.", plan=self.name),
                str(problem),
            )

    def _ledger(self):
        """The ledger of penalties, written by whoever bound the company."""
        author = self.agreed_user_id or self.env.user
        # Who matches the last payment may not waive: who agreed to the plan did.
        return (
            self.env["recouvrement.penalty"]
            .with_user(author)
            .with_company(self.company_id)
        )

    def _asks(self, lines, day: date) -> list[tuple]:
        """What is open, but for what the instalments have brought in."""
        # The author may not read payments: what he waives is worked out from them.
        standings = self.env["recouvrement.penalty"]._standings(lines.sudo(), day)
        reserved = self._reserved()
        asks = []
        for line in lines:
            for nature in (Nature.INTEREST, Nature.FEE):
                free = standings[line.id].of(nature).free
                amount = free - reserved.get((line.id, nature.value), ZERO)
                if amount > ZERO:
                    asks.append((line, nature, amount))
        return asks

    def _reserved(self) -> dict[tuple[int, str], Decimal]:
        """What the plan includes and no note has asked for, by item and nature."""
        groups = self.env["recouvrement.penalty"]._read_group(
            [
                ("move_line_id", "in", self.item_ids.move_line_id.ids),
                ("date", ">=", self.proposed_date),
                "|",
                ("kind", "=", "invoiced"),
                "&",
                ("kind", "=", "collected"),
                ("is_by_note", "=", False),
            ],
            ["move_line_id", "nature"],
            ["balance:sum"],
        )
        taken = {(line.id, nature): _money(total) for line, nature, total in groups}
        included = {
            (item.move_line_id.id, nature): _money(amount)
            for item in self.item_ids
            for nature, amount in (("interest", item.interest), ("fee", item.fee))
        }
        return {
            key: max(amount - taken.get(key, ZERO), ZERO)
            for key, amount in included.items()
        }

    def _reopen(self) -> None:
        """A payment came back: the waiver was given for a plan that is kept."""
        result = super()._reopen()
        waived = self._ledger().search(
            [
                ("move_line_id", "in", self.item_ids.move_line_id.ids),
                ("kind", "=", "waived"),
                ("state", "=", "done"),
                ("is_reversal", "=", False),
                ("reason", "=", self.name),
            ]
        )
        standing = waived.filtered(lambda entry: not entry.is_reversed)
        try:
            if standing:
                with self.env.cr.savepoint():
                    standing.action_take_back()
        except (UserError, AccessError) as problem:
            self._task(
                self.env._(
                    "Plan %(plan)s: a waiver to take back.",
                    plan=self.name,
                ),
                str(problem),
            )
        return result
