"""Claims: what letters ask of penalties, frozen as they leave.

A reminder that states penalties writes them in the ledger when it leaves, and takes
them back when it is withdrawn or comes back.
"""

from collections import defaultdict

from odoo import api, fields, models

from ..core.penalty import claimed_by
from .recouvrement_penalty import _decimal, refresh_after

LEFT = ("sent", "proved")
# Fields of a reminder's line that state a penalty.
STATED = {"interest": "interest", "fee": "recovery_fee"}


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _set_state(self, state: str, **vals):
        before = {reminder.id: reminder.state for reminder in self}
        result = super()._set_state(state, **vals)
        ledger = self.env["recouvrement.penalty"]
        if state in LEFT:
            leaving = self.filtered(lambda one: before[one.id] not in LEFT)
            ledger._claim_by(leaving)
        elif set(before.values()) & set(LEFT):
            ledger._claim_taken_back(self)
        return result


class RecouvrementPenalty(models.Model):
    _inherit = "recouvrement.penalty"

    # ------------------------------------------------------------------ reminders

    @api.model
    def _claim_by(self, reminders) -> None:
        """Write what these reminders state, on the day each left."""
        if not reminders:
            return
        today = fields.Date.context_today(self)
        asks = []
        # Who runs the dispatch may not read every item: the register states them all.
        for line in reminders.sudo().line_ids:
            sent = line.reminder_id.sent_date
            for nature, field in STATED.items():
                if line[field]:
                    asks.append(
                        {
                            "move_line_id": line.move_line_id.id,
                            "nature": nature,
                            "stated": line[field],
                            "date": sent.date() if sent else today,
                            "reminder_id": line.reminder_id.id,
                        }
                    )
        self._add_claims(asks)

    @api.model
    def _claim_taken_back(self, reminders) -> None:
        """What no letter that stands states any more is not claimed any more."""
        today = fields.Date.context_today(self)
        # No role writes the ledger of penalties: it follows the reminders.
        gone = self.sudo().search(
            [
                ("reminder_id", "in", reminders.ids),
                ("kind", "=", "claimed"),
                ("is_reversal", "=", False),
                ("reversal_ids", "=", False),
            ]
        )
        standing = self._standing_claims(gone.move_line_id)
        asks = []
        for claim in gone:
            claims = standing[claim.move_line_id.id, claim.nature]
            before = claimed_by(claims.values())
            claims.pop(claim.id)
            asks.append(
                {
                    "move_line_id": claim.move_line_id.id,
                    "nature": claim.nature,
                    "kind": "claimed",
                    "amount": float(before - claimed_by(claims.values())),
                    "stated": claim.stated,
                    "date": today,
                    "is_reversal": True,
                    "reverses_id": claim.id,
                    "reminder_id": claim.reminder_id.id,
                }
            )
        self._add(asks)
        refresh_after(self.env, gone.move_line_id)

    @api.model
    def _add_claims(self, asks: list[dict]) -> None:
        """Each entry counts what it adds to the claims that stand."""
        lines = self.env["account.move.line"].browse(
            {ask["move_line_id"] for ask in asks}
        )
        standing = self._standing_claims(lines)
        for place, ask in enumerate(asks):
            claims = standing[ask["move_line_id"], ask["nature"]]
            before = claimed_by(claims.values())
            claims[-1 - place] = _decimal(ask["stated"])
            added = claimed_by(claims.values()) - before
            ask.update(kind="claimed", amount=float(added))
        self._add(asks)
        refresh_after(self.env, lines)

    @api.model
    def _standing_claims(self, lines) -> dict:
        """(item, nature) → what each claim that stands states, by its id."""
        found: dict = defaultdict(dict)
        # An accountant may not read the ledger: the claims of everybody count.
        for claim in self.sudo().search(
            [
                ("move_line_id", "in", lines.ids),
                ("kind", "=", "claimed"),
                ("is_reversal", "=", False),
                ("reversal_ids", "=", False),
            ]
        ):
            key = claim.move_line_id.id, claim.nature
            found[key][claim.id] = _decimal(claim.stated)
        return found
