"""The ledger's side of penalties: items that owe some, notes that ask for them.

A *note* is an ordinary customer invoice, marked, whose lines each name the item and
the nature they ask for; its credit notes are marked too. Whatever accountants do with
it, the ledger of penalties follows: what is invoiced is what the notes that are not
cancelled say, what is collected is what was paid of them.
"""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..core.penalty import Nature, share_out
from .recouvrement_penalty import NATURES, _decimal, refresh_after
from .roles import READER
from .windows import dialog

# A change of one of these may change what a note invoices.
NOTE_TRIGGERS = {"state", "line_ids", "invoice_line_ids", "currency_id"}


def _of_ledger(label: str) -> fields.Monetary:
    """What the ledger of penalties says of an item, in the item's currency."""
    return fields.Monetary(
        label,
        compute="_compute_recouvrement_penalty_ledger",
        currency_field="currency_id",
        groups=READER,
    )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    recouvrement_penalty_item_id = fields.Many2one(
        "account.move.line",
        "Late item",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The item whose penalty this line of a debit note asks for.",
    )
    recouvrement_penalty_nature = fields.Selection(
        NATURES, "Nature of the penalty", readonly=True
    )

    recouvrement_penalty_accrued = _of_ledger("Penalties accrued")
    recouvrement_penalty_claimed = _of_ledger("Penalties claimed")
    recouvrement_penalty_waived = _of_ledger("Penalties waived")
    recouvrement_penalty_invoiced = _of_ledger("Penalties invoiced")
    recouvrement_penalty_collected = _of_ledger("Penalties collected")
    recouvrement_penalty_open = _of_ledger("Penalties to claim")
    recouvrement_penalty_fault = fields.Char(
        compute="_compute_recouvrement_penalty_ledger", groups=READER
    )

    @api.depends("amount_residual", "date_maturity")
    def _compute_recouvrement_penalty_ledger(self):
        """As of today, for all the items at once."""
        today = fields.Date.context_today(self)
        standings = self.env["recouvrement.penalty"]._standings(
            self.filtered("id"), today
        )
        for line in self:
            found = standings.get(line.id)
            for name in ("accrued", "claimed", "waived", "invoiced", "collected"):
                line[f"recouvrement_penalty_{name}"] = found and float(
                    getattr(found.interest, name) + getattr(found.fee, name)
                )
            line.recouvrement_penalty_open = found and float(found.open)
            line.recouvrement_penalty_fault = found and found.accrued.fault

    def _recouvrement_settle_penalties(self, mode: str, name: str) -> dict:
        """The dialog that claims, waives, invoices or notes as collected."""
        return dialog(
            "recouvrement.penalty.settle",
            name,
            default_mode=mode,
            recouvrement_item_ids=self.ids,
        )

    def action_recouvrement_waive(self):
        return self._recouvrement_settle_penalties(
            "waive", self.env._("Waive penalties")
        )

    def action_recouvrement_invoice(self):
        return self._recouvrement_settle_penalties(
            "invoice", self.env._("Invoice the penalties")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_penalty_ledger(self):
        # An accountant may not read the ledger of penalties: it only answers here.
        kept = (
            self.env["recouvrement.penalty"]
            .sudo()
            .search([("move_line_id", "in", self.ids)], limit=1)
        )
        if kept:
            raise UserError(
                self.env._(
                    "Penalties of %(invoice)s were claimed, waived or invoiced: its "
                    "due item cannot be deleted. Credit the invoice instead of "
                    "changing its due date or deleting it.",
                    invoice=kept.move_id.name,
                )
            )


class AccountMove(models.Model):
    _inherit = "account.move"

    recouvrement_is_penalty = fields.Boolean(
        "Debit note of penalties",
        readonly=True,
        help="Asks for late-payment penalties: outside VAT, bears no interest and no "
        "€40 itself.",
    )
    recouvrement_penalty_text = fields.Char(
        compute="_compute_recouvrement_penalty_text", groups=READER
    )

    # ---------------------------------------------------------------- on the invoice

    @api.depends("line_ids.amount_residual", "state")
    def _compute_recouvrement_penalty_text(self):
        """One sentence on a late invoice; none on another."""
        today = fields.Date.context_today(self)
        shown = self.filtered(
            lambda move: (
                move.state == "posted"
                and move.move_type == "out_invoice"
                and not move.recouvrement_is_penalty
            )
        )
        items = shown.line_ids.filtered(
            lambda line: (
                line.account_type == "asset_receivable"
                and (line.date_maturity or line.date) < today
            )
        )
        standings = self.env["recouvrement.penalty"]._standings(items, today)
        by_move = defaultdict(list)
        for item in items:
            by_move[item.move_id.id].append(standings[item.id])
        for move in self:
            move.recouvrement_penalty_text = move._recouvrement_penalty_sentence(
                by_move.get(move.id, ())
            )

    def _recouvrement_penalty_sentence(self, found) -> str | bool:
        faults = [one.accrued.fault for one in found if one.accrued.fault]
        if faults:
            return self.env._("Penalties: %(fault)s", fault=faults[0])

        def amount(name: str) -> float:
            return float(
                sum(
                    getattr(one.interest, name) + getattr(one.fee, name)
                    for one in found
                )
            )

        def words(value: float) -> str:
            return format_amount(self.env, value, self.currency_id)

        if not amount("accrued"):
            return False
        parts = [
            self.env._(
                "Late-payment penalties: %(amount)s", amount=words(amount("accrued"))
            )
        ]
        labels = {
            "claimed": self.env._("claimed"),
            "waived": self.env._("waived"),
            "invoiced": self.env._("invoiced"),
            "collected": self.env._("collected"),
            "open": self.env._("to claim"),
        }
        parts += [
            f"{label} {words(amount(name))}"
            for name, label in labels.items()
            if amount(name)
        ]
        return " · ".join(parts)

    # -------------------------------------------------------- the notes and the ledger

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._recouvrement_sync_notes()
        return moves

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & NOTE_TRIGGERS:
            self._recouvrement_sync_notes()
        return result

    def unlink(self):
        notes = self.filtered("recouvrement_is_penalty")
        notes._recouvrement_sync_invoiced(is_gone=True)
        items = notes.invoice_line_ids.recouvrement_penalty_item_id
        result = super().unlink()
        refresh_after(self.env, items)
        return result

    def copy(self, default=None):
        """A note asks for a penalty once; its credit note may be made all the same."""
        is_credit = bool((default or {}).get("reversed_entry_id"))
        note = self.filtered("recouvrement_is_penalty")[:1]
        if note and not is_credit:
            raise UserError(
                self.env._(
                    "%(note)s asks for penalties, which are due once: make another "
                    "note from the penalties to deal with.",
                    note=note.display_name,
                )
            )
        return super().copy(default)

    def _post(self, soft=True):
        notes = self.filtered("recouvrement_is_penalty")
        notes._recouvrement_sync_notes()  # a line may have been edited by itself
        for note in notes:
            note._recouvrement_check_note()
        return super()._post(soft)

    def _recouvrement_check_note(self) -> None:
        """A note may be posted if the law and the ledger still bear it."""
        self.ensure_one()
        lines = self._recouvrement_penalty_lines()
        if lines.tax_ids:
            raise UserError(
                self.env._(
                    "%(note)s: penalties are an indemnity, outside VAT. Remove the "
                    "taxes of its lines.",
                    note=self.display_name,
                )
            )
        if self.move_type != "out_invoice":
            return
        items = lines.recouvrement_penalty_item_id
        ledger = self.env["recouvrement.penalty"]
        ledger._check_may_invoice(items, self)
        standings = ledger._standings(items, fields.Date.context_today(self))
        for item in items:
            found = standings[item.id]
            for nature in Nature:
                excess = found.of(nature).excess
                if excess:
                    raise UserError(
                        self.env._(
                            "%(note)s asks %(excess)s too much for %(invoice)s: what "
                            "has accrued changed since it was made. Correct its "
                            "lines, or delete the draft and make it again.",
                            note=self.display_name,
                            excess=format_amount(
                                self.env, float(excess), item.currency_id
                            ),
                            invoice=item.move_id.name,
                        )
                    )

    def _recouvrement_penalty_lines(self):
        return self.invoice_line_ids.filtered("recouvrement_penalty_item_id")

    def _recouvrement_sync_notes(self) -> None:
        """Bring the ledger of penalties up to what these notes say now."""
        notes = self.filtered("recouvrement_is_penalty")
        if not notes:
            return
        notes._recouvrement_sync_invoiced()
        notes._recouvrement_sync_collected()
        refresh_after(self.env, notes.invoice_line_ids.recouvrement_penalty_item_id)

    def _recouvrement_asked(self) -> dict[tuple[int, str], Decimal]:
        """What a note asks, by (item, nature): a credit note counts once posted."""
        asked: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
        is_credit = self.move_type == "out_refund"
        if self.state == "cancel" or (is_credit and self.state != "posted"):
            return asked
        for line in self._recouvrement_penalty_lines():
            key = line.recouvrement_penalty_item_id.id, line.recouvrement_penalty_nature
            amount = _decimal(line.currency_id.round(line.price_subtotal))
            asked[key] += -amount if is_credit else amount
        return asked

    def _recouvrement_sync_invoiced(self, is_gone: bool = False) -> None:
        today = fields.Date.context_today(self)
        known = self._recouvrement_booked("invoiced")
        asks = []
        for note in self:
            wanted = {} if is_gone else note._recouvrement_asked()
            asks += note._recouvrement_steps("invoiced", known, wanted, today)
        self.env["recouvrement.penalty"]._add(asks)

    def _recouvrement_sync_collected(self) -> None:
        """Payments of the notes, shared between their lines; credit notes aside."""
        notes = self.filtered(lambda note: note.move_type == "out_invoice")
        notes |= self.reversed_entry_id.filtered("recouvrement_is_penalty")
        known = notes._recouvrement_booked("collected")
        asks = []
        for note in notes:
            paid, day = note._recouvrement_paid()
            net = note._recouvrement_net()
            digits = note.currency_id.decimal_places
            wanted = share_out(paid, net, digits)
            asks += note._recouvrement_steps("collected", known, wanted, day)
        self.env["recouvrement.penalty"]._add(asks)

    def _recouvrement_net(self) -> dict[tuple[int, str], Decimal]:
        """What a note still asks once its posted credit notes are taken off."""
        net = self._recouvrement_asked()
        for credit in self.reversal_move_ids.filtered("recouvrement_is_penalty"):
            for key, amount in credit._recouvrement_asked().items():
                net[key] += amount
        return {key: amount for key, amount in net.items() if amount > 0}

    def _recouvrement_paid(self) -> tuple[Decimal, fields.Date]:
        """What was received for a note, in its currency, and on which day."""
        today = fields.Date.context_today(self)
        if self.state != "posted":
            return Decimal(0), today
        partials = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).matched_credit_ids.filtered(
            lambda partial: not partial.credit_move_id.move_id.recouvrement_is_penalty
        )
        paid = self.currency_id.round(sum(partials.mapped("debit_amount_currency")))
        return _decimal(paid), max(partials.mapped("max_date"), default=today)

    def _recouvrement_booked(self, kind: str) -> dict[tuple, Decimal]:
        """What the ledger has of these notes, by (note, item, nature): one query."""
        groups = (
            self.env["recouvrement.penalty"]
            # An accountant may not read the ledger of penalties, which follows notes.
            .sudo()
            ._read_group(
                [("note_id", "in", self.ids), ("kind", "=", kind)],
                ["note_id", "move_line_id", "nature"],
                ["balance:sum"],
            )
        )
        return {
            (note.id, line.id, nature): _decimal(line.currency_id.round(balance))
            for note, line, nature, balance in groups
        }

    def _recouvrement_steps(self, kind: str, known, wanted, day) -> list[dict]:
        """The entries that bring the ledger from what it knows to what is wanted."""
        self.ensure_one()
        mine = {key[1:]: amount for key, amount in known.items() if key[0] == self.id}
        steps = []
        for key in dict.fromkeys([*wanted, *mine]):
            step = wanted.get(key, Decimal(0)) - mine.get(key, Decimal(0))
            if not step:
                continue
            line_id, nature = key
            steps.append(
                {
                    "move_line_id": line_id,
                    "nature": nature,
                    "kind": kind,
                    "amount": float(abs(step)),
                    "is_reversal": step < 0,
                    "date": day,
                    "note_id": self.id,
                    "note_name": self.name if self.name not in (False, "/") else False,
                    "is_by_note": True,
                }
            )
        return steps
