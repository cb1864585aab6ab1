from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.penalty import Nature
from ..core.regime import RegimeKind
from ..models.recouvrement_penalty import ACCOUNTANT, refresh_after

NATURES = (Nature.INTEREST, Nature.FEE)


class RecouvrementPenaltySettle(models.TransientModel):
    """What becomes of open penalties: claimed again, waived, invoiced or collected."""

    _name = "recouvrement.penalty.settle"
    _description = "Deal with penalties"

    mode = fields.Selection(
        [
            ("claim", "Claim again"),
            ("waive", "Waive"),
            ("invoice", "Invoice"),
            ("collect", "Collected without a note"),
        ],
        required=True,
        default="waive",
    )
    line_ids = fields.One2many("recouvrement.penalty.settle.line", "settle_id")
    reason_id = fields.Many2one("recouvrement.penalty.reason")
    reason = fields.Char("Explanation")
    date = fields.Date(required=True, default=fields.Date.context_today)
    warning = fields.Char(compute="_compute_warning")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        ids = self.env.context.get("recouvrement_item_ids")
        if ids and "line_ids" in fields_list:
            values["line_ids"] = self._lines_of(
                self.env["account.move.line"].browse(ids)
            )
        return values

    @api.model
    def _lines_of(self, items) -> list:
        """A line for each item with something free, its amounts proposed whole."""
        today = fields.Date.context_today(self)
        standings = self.env["recouvrement.penalty"]._standings(items, today)
        commands = []
        for item in items:
            found = standings[item.id]
            if not (found.interest.free or found.fee.free or found.accrued.fault):
                continue
            commands.append(
                fields.Command.create(
                    {
                        "move_line_id": item.id,
                        "regime_kind": found.accrued.kind.value,
                        "fault": found.accrued.fault,
                        "free_interest": float(found.interest.free),
                        "free_fee": float(found.fee.free),
                        "interest": float(found.interest.free),
                        "fee": float(found.fee.free),
                    }
                )
            )
        return commands

    @api.depends("mode", "line_ids.regime_kind")
    def _compute_warning(self):
        ledger = self.env["recouvrement.penalty"]
        for settle in self:
            kinds = {RegimeKind(line.regime_kind) for line in settle.line_ids}
            settle.warning = settle.mode == "waive" and ledger._waiver_warning(kinds)

    # --------------------------------------------------------------------- actions

    def action_apply(self):
        self.ensure_one()
        return getattr(self, f"_apply_{self.mode}")()

    def _asks(self) -> list[tuple]:
        """What was entered, (item, nature, amount); nil amounts ask nothing.

        A negative amount, or one above what is open, is refused by the ledger.
        """
        asks = []
        for line in self.line_ids:
            for nature, amount in zip(NATURES, (line.interest, line.fee), strict=True):
                amount = line.currency_id.round(amount)
                if amount:
                    asks.append((line.move_line_id, nature, Decimal(str(amount))))
        if not asks:
            raise UserError(
                self.env._("Nothing to do: every amount is zero, or nothing is open.")
            )
        return asks

    def _apply_waive(self):
        entries = self.env["recouvrement.penalty"]._waive(
            self._asks(), self.reason_id, self.reason, self.date
        )
        if not entries.filtered(lambda entry: entry.state == "proposed"):
            return {"type": "ir.actions.act_window_close"}
        return _notice(
            self.env._(
                "Above your ceiling: a manager finds it in “Waivers to approve”."
            ),
            "warning",
        )

    def _apply_invoice(self):
        notes = self.env["recouvrement.penalty"]._invoice(self._asks(), self.date)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice"
        )
        if len(notes) == 1:
            return {**action, "res_id": notes.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", notes.ids)], "context": {}}

    def _apply_collect(self):
        """Received and already booked otherwise, without a debit note."""
        ledger = self.env["recouvrement.penalty"]
        ledger._require(
            ACCOUNTANT,
            self.env._("Only an accountant may note penalties as collected."),
        )
        text = (self.reason or "").strip()
        if not text:
            raise UserError(
                self.env._("Say where it was booked: the entry or the bank statement.")
            )
        asks = self._asks()
        items = self.line_ids.move_line_id
        ledger._lock(items)
        standings = ledger._standings(items, self.date)
        for line, nature, amount in asks:
            ledger._check_way_out(line, nature, standings[line.id], amount)
        ledger._add(
            [
                {
                    "move_line_id": line.id,
                    "nature": nature.value,
                    "kind": "collected",
                    "amount": float(amount),
                    "date": self.date,
                    "reason": text,
                }
                for line, nature, amount in asks
            ]
        )
        refresh_after(self.env, items)
        return {"type": "ir.actions.act_window_close"}

    def _apply_claim(self):
        """Reminders with their statement; what is open when they leave is asked."""
        reminders = self.env["recouvrement.penalty"]._claim_again(
            self.line_ids.move_line_id, fields.Date.context_today(self)
        )
        return _notice(
            self.env._(
                "%(count)s message(s) ready to leave: see “Today’s messages”.",
                count=len(reminders),
            ),
            "success",
        )


class RecouvrementPenaltySettleLine(models.TransientModel):
    _name = "recouvrement.penalty.settle.line"
    _description = "Penalties of an item to deal with"

    settle_id = fields.Many2one(
        "recouvrement.penalty.settle", required=True, ondelete="cascade", index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line", "Item", required=True, readonly=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Invoice")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    due_date = fields.Date(related="move_line_id.date_maturity", string="Due")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    regime_kind = fields.Char(readonly=True)
    fault = fields.Char("Cannot be worked out", readonly=True)
    free_interest = fields.Monetary("Interest open", readonly=True)
    free_fee = fields.Monetary("€40 open", readonly=True)
    interest = fields.Monetary()
    fee = fields.Monetary("€40")


def _notice(message: str, kind: str) -> dict:
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "next": {"type": "ir.actions.act_window_close"},
        },
    }
