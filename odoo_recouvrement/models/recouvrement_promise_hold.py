"""What a promise sets aside until its date and grace."""

from decimal import Decimal

from odoo import fields, models

from ..core.promise import covered


class RecouvrementPromise(models.Model):
    _inherit = "recouvrement.promise"

    def _suspend(self):
        """Set aside what is promised until its date and grace; take back the rest."""
        self.ensure_one()
        # A collector may not delete holds: a promise owns its own.
        promise = self.sudo()
        promise.hold_ids.unlink()
        lines = self.move_line_ids.sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
        open_items = [
            (line.id, Decimal(str(line.amount_residual_currency))) for line in lines
        ]
        parts = covered(open_items, Decimal(str(self.amount)))
        whole = [part.item_id for part in parts if part.amount is None]
        values = {
            "case_id": self.case_id.id,
            "kind": "promise",
            "reason": self.display_name,
            "user_id": self.user_id.id,
            "date_start": self.made_on,
            "date_end": self.date_last,
            "promise_id": self.id,
        }
        holds = [{**values, "move_line_ids": [(6, 0, whole)]}] if whole else []
        holds += [
            {
                **values,
                "move_line_ids": [(6, 0, [part.item_id])],
                "amount": float(part.amount),
            }
            for part in parts
            if part.amount is not None
        ]
        promise.hold_ids.create(holds)
        self.case_id._cancel_waiting(self.display_name, lines)
        self.case_id._refresh()

    def _close_holds(self):
        """The holds stay as history."""
        # An accountant who matches a payment may not write holds: these end with it.
        self.sudo().hold_ids.filtered("active").active = False

    def _lift_refusal(self) -> str:
        return self.env._(
            "This waits for the promise of %(promise)s: postpone or cancel the "
            "promise.",
            promise=self.display_name,
        )


class RecouvrementHold(models.Model):
    _inherit = "recouvrement.hold"

    promise_id = fields.Many2one(
        "recouvrement.promise", readonly=True, ondelete="cascade", index=True
    )
