"""The part kept as a guarantee, once it is all that is left: a debt of its own.

What was said of the rest of the invoice was not said of it: its reminders start at the
foot of the ladder on its own date, whatever level the rest had reached. A reminder is
about the retention when the due date it gives is later than the end of the guarantee.
"""

from datetime import date
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..core.decision import Reason
from ..core.money import ZERO
from .recouvrement_facts_ledger import still_pending
from .recouvrement_message import _money
from .recouvrement_proposal import Judged


class RecouvrementFacts(models.AbstractModel):
    _inherit = "recouvrement.facts"

    def _climb_anew(self, items, levels, alone, leaving: list[int]) -> None:
        """Of the items that are but a retention, keep only the steps about it.

        ``items`` and ``levels`` by customer, changed in place; ``alone``: item →
        (customer, days and id of the level it has reached). One statement, if any.
        """
        if not alone:
            return
        own = self._read_own_steps(list(alone), leaving)
        for partner_id in {partner_id for partner_id, _days, _id in alone.values()}:
            items[partner_id] = [
                item._replace(**own.get(item.id, _NO_STEP))
                if item.id in alone
                else item
                for item in items[partner_id]
            ]
        for item_id, (partner_id, days, level_id) in alone.items():
            is_own = own.get(item_id, _NO_STEP)["position"] == days
            if level_id and is_own and days >= levels.get(partner_id, (days,))[0]:
                levels[partner_id] = (days, level_id)

    def _read_own_steps(self, item_ids: list[int], leaving: list[int]) -> dict:
        """What the reminders about their retention did for these items."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH item AS (SELECT unnest(%s) AS id), done AS (%s)
                SELECT move_line_id, position, pending, COALESCE(is_manual, FALSE)
                  FROM done
                """,
                item_ids,
                self._done_sql(
                    leaving,
                    SQL(
                        """EXISTS (
                            SELECT FROM account_move move
                             WHERE move.id = line.move_id
                               AND line.due_date > move.recouvrement_guarantee_end)"""
                    ),
                ),
            )
        )
        return {
            item_id: {
                "position": position,
                "pending": still_pending(pending, position),
                "pending_is_manual": is_manual,
            }
            for item_id, position, pending, is_manual in rows
        }


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    def _write(self, judged: list[Judged]):
        due = _retentions_due(judged, self.as_of_date)
        self.env["account.move.line"].browse(due)._recouvrement_climb_anew()
        return super()._write(judged)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _recouvrement_due_claims(self, as_of: date) -> dict[int, Decimal]:
        """What may be asked of these items that day: past due, less what is kept.

        Items of which nothing may be asked are left out.
        """
        kept = self.env["recouvrement.statement"]._retained(self, as_of)
        claims = {
            line.id: _money(line.amount_residual_currency) - kept.get(line.id, ZERO)
            for line in self
            if (line.date_maturity or line.date) < as_of and not line.reconciled
        }
        return {item_id: claim for item_id, claim in claims.items() if claim > ZERO}

    def _recouvrement_climb_anew(self):
        """The reminders about what has been paid of these items count no more.

        They stay in the register; those that wait to leave have nothing left to ask.
        """
        if not self:
            return
        # No role writes the lines of reminders: the run was allowed to whoever runs it.
        former = (
            self.env["recouvrement.reminder.line"]
            .sudo()
            .search([("move_line_id", "in", self.ids), ("is_active", "=", True)])
            .filtered(
                lambda line: line.due_date <= line.move_id.recouvrement_guarantee_end
            )
        )
        opened = self.filtered("recouvrement_opening_level_id")
        waiting = former.filtered(
            lambda line: line.reminder_id.state in ("draft", "confirmed")
        )
        touched = former.move_line_id | opened
        (former - waiting)._write_life(is_active=False)
        waiting.reminder_id._drop(
            waiting,
            self.env._("All but the guarantee retention has been paid since."),
        )
        # A collector may not write items; the level is drawn from the register.
        opened.sudo().recouvrement_opening_level_id = False
        touched._recouvrement_refresh_levels()


_NO_STEP = {"position": None, "pending": None, "pending_is_manual": False}


def _retentions_due(judged: list[Judged], as_of: date) -> list[int]:
    """The items of which a retention is all that is left, and due."""
    found = []
    for facts, _decisions, _messages in judged:
        kept = {
            one.item_id: one.amount
            for one in facts.debtor.suspensions
            if one.reason is Reason.RETENTION and not one.is_active(as_of)
        }
        if kept:
            found.extend(
                item.id for item in facts.items if kept.get(item.id) == item.residual
            )
    return found
