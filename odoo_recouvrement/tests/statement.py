from datetime import date

from ..core.allocation import MovementKind
from ..core.interest import Statement
from .story import StoryCase

CREDIT_NOTE, PAYMENT = MovementKind.CREDIT_NOTE, MovementKind.PAYMENT


def d(text: str) -> date:
    return date.fromisoformat(text)


class StatementCase(StoryCase):
    """Statements as a collector asks for them, from invoices as accountants book."""

    def owe(self, amount=10000, due="2026-06-20", **values):
        return self.make_invoice(amount, due=d(due), **values)

    def ask_all(self, *moves, as_of="2026-07-10", user=None):
        """The statements of the items of these invoices, in due-date order."""
        lines = self.items(*moves).with_user(user or self.collector)
        service = lines.env["recouvrement.statement"]
        return list(service._statements(lines, d(as_of)).values())

    def ask(self, move, as_of="2026-07-10", **options) -> Statement:
        [found] = self.ask_all(move, as_of=as_of, **options)
        self.assertFalse(found.fault)
        return found.statement

    def why_not(self, move, as_of="2026-07-10") -> str:
        """The sentence said instead of a statement."""
        [found] = self.ask_all(move, as_of=as_of)
        self.assertIsNone(found.statement)
        return found.fault

    def segments(self, found: Statement):
        return [
            (str(s.first_day), s.days, str(s.base), str(s.interest))
            for s in found.segments
        ]

    def agree(self, points: float, **values):
        """The regime of a rate in the terms of sale."""
        return self.env["recouvrement.regime"].create(
            {"name": f"Terms: {points} %", "points": points, **values}
        )

    def credit(self, invoice, amount: float, day: str):
        """A credit note of that day, matched with the invoice."""
        note = self.make_invoice(
            amount,
            due=d(day),
            move_type="out_refund",
            invoice_date=d(day),
            partner=invoice.partner_id,
            currency_id=invoice.currency_id.id,
        )
        self.items(invoice, note).reconcile()
        return note
