"""The ledger of penalties: claimed, waived, invoiced, collected; never silently lost.

What has accrued is worked out by the statement of interest, every time; this register
keeps what was done about it, in entries that are added and never changed or deleted:
an entry is taken back by another one. ``core/penalty.py`` says what the sum means.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..core.money import ZERO
from ..core.penalty import (
    Entry,
    Kind,
    Nature,
    Refusal,
    Refused,
    Standing,
    check_way_out,
    standing,
)
from ..core.regime import RegimeKind

KINDS = [
    ("claimed", "Claimed"),
    ("waived", "Waived"),
    ("invoiced", "Invoiced"),
    ("collected", "Collected"),
]
NATURES = [("interest", "Late interest"), ("fee", "Recovery fee (€40)")]
STATES = [
    ("done", "In force"),
    ("proposed", "To approve"),
    ("refused", "Refused"),
]
# What may still change of an entry: the answer to a proposed waiver.
ANSWER_FIELDS = {"state", "date", "approver_id", "approved_on", "answer"}
ACCOUNTANT = "account.group_account_invoice"


class Accrued(NamedTuple):
    """What an item has come to on a day, in its own currency.

    All the interest that has accrued, even what a part payment is deemed to have paid
    first (C. civ. 1343-1): the books set payments against the principal, so beside
    their balance the whole interest is still owed. ``fault``: why it cannot be worked
    out, in words.
    """

    interest: Decimal = ZERO
    fee: Decimal = ZERO
    kind: RegimeKind = RegimeKind.NONE
    fault: str = ""


class ItemStanding(NamedTuple):
    """Both natures of an item, with what they were worked out from."""

    accrued: Accrued
    interest: Standing
    fee: Standing

    @property
    def open(self) -> Decimal:
        """What is still to be claimed, both natures together."""
        return self.interest.open + self.fee.open

    def of(self, nature: Nature) -> Standing:
        """One nature."""
        return self.fee if nature is Nature.FEE else self.interest


class RecouvrementPenalty(models.Model):
    """One entry: so much of one nature of one item was claimed, waived, invoiced…"""

    _name = "recouvrement.penalty"
    _description = "Penalty entry"
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    case_id = fields.Many2one(
        "recouvrement.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one("res.users", "Collector", readonly=True, index=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        "Item",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move",
        "Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    rank = fields.Integer(
        required=True, readonly=True, help="Place in the ledger of the item."
    )
    nature = fields.Selection(NATURES, required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, index=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="done")
    is_reversal = fields.Boolean("Taken back", readonly=True)
    reverses_id = fields.Many2one(
        "recouvrement.penalty",
        "Takes back",
        readonly=True,
        ondelete="restrict",
    )
    reversal_ids = fields.One2many("recouvrement.penalty", "reverses_id")
    is_reversed = fields.Boolean(compute="_compute_is_reversed")

    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Amount entered", required=True, readonly=True)
    stated = fields.Monetary(
        "Stated by the letter",
        readonly=True,
        help="A letter states the whole; its entry counts what it adds to the claim.",
    )
    balance = fields.Monetary(
        "Amount counted",
        compute="_compute_balance",
        store=True,
        help="Negative when an entry is taken back, nil until a waiver is approved.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company", store=True
    )
    company_balance = fields.Monetary(
        "Amount",
        compute="_compute_balance",
        store=True,
        currency_field="company_currency_id",
    )

    # Where it comes from
    reminder_id = fields.Many2one(
        "recouvrement.reminder",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    note_id = fields.Many2one(
        "account.move",
        "Debit note",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    note_name = fields.Char("Note", readonly=True)
    is_by_note = fields.Boolean(readonly=True)
    reason_id = fields.Many2one(
        "recouvrement.penalty.reason", readonly=True, ondelete="restrict"
    )
    reason = fields.Char("Explanation", readonly=True)
    author_id = fields.Many2one("res.users", "Done by", required=True, readonly=True)
    approver_id = fields.Many2one("res.users", "Answered by", readonly=True)
    approved_on = fields.Datetime("Answered on", readonly=True)
    answer = fields.Char(readonly=True)

    # Two people who act on the same penalty at the same second draw the same place:
    # the second is told to look again.
    _rank_unique = models.UniqueIndex(
        "(move_line_id, nature, rank)",
        "Somebody else has just changed these penalties: open them again.",
    )
    _reverses_unique = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL",
        "This entry has already been taken back.",
    )
    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "An entry has a positive amount."
    )

    @api.depends("amount", "is_reversal", "state", "date", "currency_id")
    def _compute_balance(self):
        for entry in self:
            balance = entry.amount if entry.state == "done" else 0.0
            entry.balance = -balance if entry.is_reversal else balance
            entry.company_balance = entry.currency_id._convert(
                entry.balance, entry.company_currency_id, entry.company_id, entry.date
            )

    @api.depends("reversal_ids")
    def _compute_is_reversed(self):
        for entry in self:
            entry.is_reversed = bool(entry.reversal_ids)

    @api.depends("kind", "nature", "move_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        natures = dict(self._fields["nature"]._description_selection(self.env))
        for entry in self:
            entry.display_name = (
                f"{kinds.get(entry.kind)} · {natures.get(entry.nature)} · "
                f"{entry.move_id.name}"
            )

    # -------------------------------------------------------------------- guards

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("The ledger of penalties only changes through its buttons.")
            )
        frozen = self.filtered(lambda entry: entry.state != "proposed")
        if vals.keys() - ANSWER_FIELDS or frozen:
            raise UserError(
                self.env._(
                    "An entry of the ledger of penalties is never changed: take it "
                    "back, then enter another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "The ledger of penalties keeps everything: take an entry back instead "
                "of deleting it."
            )
        )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("An entry of the ledger cannot be duplicated."))

    # ------------------------------------------------------------------- reading

    @api.model
    def _accrued(self, lines, as_of: datetime.date) -> dict[int, Accrued]:
        """What items have come to on a day, by the statement of interest.

        Any mix of companies: one call of the service for each.
        """
        found: dict[int, Accrued] = {}
        for items in lines.grouped("company_id").values():
            # Readers may not read payments: who sees a penalty sees what it deducts.
            service = self.env["recouvrement.statement"].sudo()
            # As above: the items with what paid them.
            for id_, one in service._statements(items.sudo(), as_of).items():
                worked_out, kind = one.statement, one.resolution.regime.kind
                if worked_out is None:
                    found[id_] = Accrued(kind=kind, fault=one.fault)
                    continue
                found[id_] = Accrued(
                    worked_out.interest_accrued, worked_out.recovery_fee, kind
                )
        return found

    @api.model
    def _entries(self, lines) -> dict[tuple[int, str], list[Entry]]:
        """What the ledger says of items, by (item, nature): one query."""
        found = defaultdict(list)
        # An accountant may not read the ledger: what it says of his items is told.
        groups = self.sudo()._read_group(
            [("move_line_id", "in", lines.ids), ("state", "!=", "refused")],
            ["move_line_id", "nature", "kind", "state", "is_by_note"],
            ["balance:sum", "amount:sum"],
        )
        for line, nature, kind, state, by_note, balance, amount in groups:
            is_proposed = state == "proposed"
            value = line.currency_id.round(amount if is_proposed else balance)
            entry = Entry(Kind(kind), _decimal(value), by_note, is_proposed)
            found[line.id, nature].append(entry)
        return found

    @api.model
    def _standings(self, lines, as_of: datetime.date) -> dict[int, ItemStanding]:
        """Where the penalties of items stand on a day."""
        accrued, entries = self._accrued(lines, as_of), self._entries(lines)
        found = {}
        for id_ in lines.ids:
            of_item = accrued.get(id_, Accrued())
            found[id_] = ItemStanding(
                of_item,
                standing(of_item.interest, entries.get((id_, "interest"), ())),
                standing(of_item.fee, entries.get((id_, "fee"), ())),
            )
        return found

    @api.model
    def _reductions(self, lines) -> dict[int, tuple[Decimal, Decimal]]:
        """What a letter must not ask any more, by item: (interest, fee).

        What was waived, or is asked by a debit note, or was received apart.
        """
        found: dict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        for (id_, nature), entries in self._entries(lines).items():
            found[id_][nature == "fee"] += standing(ZERO, entries).settled
        return {id_: (interest, fee) for id_, (interest, fee) in found.items()}

    # -------------------------------------------------------------------- in words

    def _check_way_out(self, line, nature: Nature, found: ItemStanding, amount) -> None:
        """Refuse, in words, what the standing of the item does not allow."""
        if found.accrued.fault:
            raise UserError(
                self.env._(
                    "The penalties of %(invoice)s cannot be worked out: %(fault)s",
                    invoice=line.move_id.name,
                    fault=found.accrued.fault,
                )
            )
        try:
            check_way_out(found.of(nature), amount)
        except Refused as refused:
            raise UserError(self._refusal_text(line, nature, refused)) from None

    def _refusal_text(self, line, nature: Nature, refused: Refused) -> str:
        natures = dict(self._fields["nature"]._description_selection(self.env))
        words = {
            "invoice": line.move_id.name,
            "nature": natures[nature.value],
            "limit": format_amount(self.env, float(refused.limit), line.currency_id),
        }
        if refused.refusal is Refusal.NOT_POSITIVE:
            return self.env._(
                "%(invoice)s, %(nature)s: enter an amount above zero, %(limit)s at "
                "most.",
                **words,
            )
        if refused.refusal is Refusal.NOTHING_OPEN:
            return self.env._(
                "%(invoice)s, %(nature)s: nothing is open any more. It was already "
                "waived, invoiced or collected, or waits for an approval.",
                **words,
            )
        return self.env._(
            "%(invoice)s, %(nature)s: only %(limit)s is open. Lower the amount.",
            **words,
        )

    @api.model
    def _require(self, group: str, what: str) -> None:
        if not self.env.user.has_group(group):
            raise AccessError(what)

    def action_open_invoice(self):
        self.ensure_one()
        return _form(self.move_id)

    def action_open_note(self):
        self.ensure_one()
        return _form(self.note_id)


def _form(record) -> dict:
    return {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [(False, "form")],
    }


def _decimal(amount: float) -> Decimal:
    return Decimal(str(amount))


def refresh_after(env, lines: Iterable) -> None:
    """Bring the list of penalties to deal with up to the ledger of these items."""
    # No role writes the list: it is drawn from the ledger.
    env["recouvrement.penalty.item"].sudo()._refresh(lines)
