"""What a message says of late payment: statements of the items it asks for."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..core.allocation import Movement, MovementKind
from ..core.context import Credit
from ..core.money import ZERO
from ..report.decompte import Entry


class Penalties(NamedTuple):
    """Interest and 40 € by item, with the statements that explain them."""

    by_item: Mapping[int, tuple[Decimal, Decimal]]
    entries: tuple[Entry, ...] = ()

    def of(self, item_id: int) -> tuple[Decimal, Decimal]:
        """Interest and 40 € of an item: nothing for those that are not asked."""
        return self.by_item.get(item_id, (ZERO, ZERO))


NO_PENALTIES = Penalties({})


class RecouvrementMessage(models.AbstractModel):
    _name = "recouvrement.message"
    _description = "Writing of reminders"

    @api.model
    def _penalties(self, reminder, day: date, credits) -> Penalties:
        """The penalties of what a message asks, if its level says them.

        A credit that waits to be matched lowers the debt from its date on, as it
        will once matched; what is set aside (disputed, promised) bears no interest
        in what is asked.
        """
        if not reminder._text_level().shows_penalties:
            return NO_PENALTIES
        asked = reminder.line_ids.filtered(lambda line: line.due_date < day)
        items = asked.move_line_id._origin  # a preview's lines are imagined
        found = self.env["recouvrement.statement"]._statements(
            items, day, dict(_further_movements(asked, credits))
        )
        faults = [one.fault for one in found.values() if one.fault]
        if faults:
            raise UserError("\n".join(faults))
        late = [item for item in items if found[item.id].is_late]
        gone = self.env["recouvrement.penalty"]._reductions(items)
        return Penalties(
            {
                item.id: _net(found[item.id].penalties, gone.get(item.id, (ZERO, ZERO)))
                for item in late
            },
            tuple(
                found[item.id].entry(item, sum(gone.get(item.id, ()), ZERO))
                for item in late
            ),
        )


def _net(penalties, gone) -> tuple[Decimal, Decimal]:
    """Less what was waived, invoiced apart, or collected: it is not asked again."""
    (interest, fee), (gone_interest, gone_fee) = penalties, gone
    return max(interest - gone_interest, ZERO), max(fee - gone_fee, ZERO)


def _further_movements(
    lines, credits: tuple[Credit, ...]
) -> Iterator[tuple[int, tuple[Movement, ...]]]:
    """What is deducted from the items before anybody matched it, oldest first."""
    left = [[credit.date, credit.amount] for credit in credits]
    for line in lines:
        deducted = Decimal(str(line.residual)) - Decimal(str(line.claim))
        moves = []
        while deducted > ZERO and left:
            day, amount = left[0]
            used = min(amount, deducted)
            moves.append(Movement(day, used))
            deducted -= used
            left[0][1] -= used
            if not left[0][1]:
                left.pop(0)
        if deducted > ZERO:
            moves.append(Movement(line.due_date, deducted, MovementKind.CREDIT_NOTE))
        if moves:
            yield line.move_line_id._origin.id, tuple(moves)
