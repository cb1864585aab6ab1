"""Penalties to deal with: items that were paid late and still owe their penalties.

The chase only knows what the ledger has open: an invoice that is paid late leaves it,
and its penalties would be forgotten. This list remembers them until each cent has
been waived, invoiced or collected. Its figures are those of ``as_of``: they are worked
out again every day, at each movement, and when a payment settles an item.
"""

from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL

from .checkpoint import checkpoint
from .recouvrement_penalty import ItemStanding
from .windows import listed

BATCH = 5000


class RecouvrementPenaltyItem(models.Model):
    _name = "recouvrement.penalty.item"
    _description = "Penalties to deal with"
    _order = "settled_on desc, id desc"
    _rec_name = "move_id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    case_id = fields.Many2one(
        "recouvrement.case", readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        related="case_id.user_id", string="Collector", store=True, index=True
    )
    move_line_id = fields.Many2one(
        "account.move.line", "Item", required=True, readonly=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Invoiced amount", readonly=True)
    due_date = fields.Date("Due", readonly=True)
    settled_on = fields.Date("Paid on", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="avg")
    as_of = fields.Date(readonly=True, help="Day on which the figures were worked out.")
    regime_kind = fields.Selection(
        [
            ("business", "Business"),
            ("contractual", "Contractual rate"),
            ("public", "Public buyer"),
            ("consumer", "Consumer"),
            ("none", "No interest"),
        ],
        "Regime",
        readonly=True,
    )
    fault = fields.Char("Cannot be worked out", readonly=True)

    accrued = fields.Monetary(readonly=True, help="Interest and €40 that have accrued.")
    claimed = fields.Monetary(readonly=True)
    waived = fields.Monetary(readonly=True)
    invoiced = fields.Monetary(readonly=True)
    collected = fields.Monetary(readonly=True)
    proposed = fields.Monetary("Waiver to approve", readonly=True)
    open_interest = fields.Monetary("Interest to claim", readonly=True)
    open_fee = fields.Monetary("€40 to claim", readonly=True)
    open_total = fields.Monetary("To claim", readonly=True)
    is_settled = fields.Boolean(
        readonly=True, help="The books have received the whole principal."
    )
    state = fields.Selection(
        [
            ("open", "To deal with"),
            ("proposed", "Waiver to approve"),
            ("fault", "Cannot be worked out"),
            ("excess", "To correct"),
            ("reopened", "Payment undone"),
            ("done", "Dealt with"),
        ],
        "Status",
        required=True,
        readonly=True,
        index=True,
    )

    _line_unique = models.UniqueIndex(
        "(move_line_id)", "An item is in the list of penalties once."
    )

    # ------------------------------------------------------------------ every day

    @api.model
    def _cron_assess(self):
        """The list as of today, in every company."""
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search(
            [("recouvrement_penalty_since", "!=", False)]
        )
        for company in companies:
            self._assess(company, today)

    @api.model
    def _assess(self, company, as_of: date) -> int:
        """Bring the list up to the ledger on a day; return how many were looked at."""
        done, last = 0, 0
        while ids := self._candidates(company, last):
            lines = self.env["account.move.line"].browse(ids)
            self._refresh(lines, as_of, create=True)
            done, last = done + len(ids), ids[-1]
            checkpoint(self.env, len(ids))
        return done

    @api.model
    def _candidates(self, company, after: int) -> list[int]:
        """Items paid late since the company began to look, and those not dealt with."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.id
                  FROM account_move_line item
                  JOIN account_move move ON move.id = item.move_id
                  JOIN account_account account ON account.id = item.account_id
                  LEFT JOIN recouvrement_penalty_item known
                    ON known.move_line_id = item.id
                  LEFT JOIN LATERAL (
                      SELECT max(partial.max_date) AS day
                        FROM account_partial_reconcile partial
                       WHERE partial.debit_move_id = item.id) settled ON TRUE
                 WHERE item.company_id = %(company)s
                   AND item.id > %(after)s
                   AND account.account_type = 'asset_receivable'
                   AND item.partner_id IS NOT NULL
                   AND move.recouvrement_is_penalty IS NOT TRUE
                   AND CASE WHEN known.id IS NULL THEN
                               item.parent_state = 'posted'
                               AND item.reconciled AND item.balance > 0
                               AND settled.day >= %(since)s
                               AND settled.day
                                   > COALESCE(item.date_maturity, item.date)
                            ELSE known.state != 'done'
                                 OR known.settled_on IS DISTINCT FROM settled.day
                                 OR known.is_settled IS DISTINCT FROM item.reconciled
                        END
              ORDER BY item.id
                 LIMIT %(limit)s
                """,
                company=company.id,
                after=after,
                since=company.recouvrement_penalty_since or date.max,
                limit=BATCH,
            )
        )
        return [id_ for (id_,) in rows]

    # -------------------------------------------------------------------- refresh

    @api.model
    def _refresh(self, lines, as_of: date | None = None, create: bool = False) -> None:
        """Draw the rows of these items again; make the missing ones if told to."""
        # No role writes the list: it is drawn from the ledger.
        ledger = self.sudo()
        # As above, and what was deleted meanwhile is left out.
        lines = lines.sudo().exists()
        known = {row.move_line_id.id: row for row in ledger._of(lines)}
        if not create:
            lines = lines.filtered(lambda line: line.id in known)
        if not lines:
            return
        as_of = as_of or fields.Date.context_today(self)
        standings = self.env["recouvrement.penalty"]._standings(lines, as_of)
        cases = self.env["recouvrement.penalty"]._cases(lines)
        settled = ledger._settled_days(lines)
        new = []
        for line in lines:
            row = known.get(line.id, ledger)
            values = row._values(line, standings[line.id], settled.get(line.id))
            values["as_of"] = as_of
            if row:
                row._write_changed(values)
                continue
            customer = line.partner_id.commercial_partner_id
            new.append(
                {
                    "company_id": line.company_id.id,
                    "case_id": cases[line.company_id.id, customer.id].id,
                    "partner_id": customer.id,
                    "move_line_id": line.id,
                    "move_id": line.move_id.id,
                    "currency_id": line.currency_id.id,
                    **values,
                }
            )
        ledger.create(new)

    def _of(self, lines):
        return self.search([("move_line_id", "in", lines.ids)])

    def _settled_days(self, lines) -> dict[int, date]:
        groups = self.env["account.partial.reconcile"]._read_group(
            [("debit_move_id", "in", lines.ids)], ["debit_move_id"], ["max_date:max"]
        )
        return {line.id: day for line, day in groups}

    def _values(self, line, found: ItemStanding, settled: date | None) -> dict:
        """The figures of an item; ``self`` is its row, empty when it has none."""
        both = (found.interest, found.fee)
        due = line.date_maturity or line.date
        is_settled = line.reconciled and line.parent_state == "posted"
        values = {
            name: float(sum(getattr(one, name) for one in both))
            for name in ("accrued", "claimed", "waived", "invoiced", "collected")
        }
        return {
            **values,
            "amount": line.amount_currency,
            "due_date": due,
            "settled_on": settled,
            "days_late": max((settled - due).days, 0) if settled else 0,
            "regime_kind": found.accrued.kind.value,
            "fault": found.accrued.fault or False,
            "proposed": float(sum(one.proposed for one in both)),
            "open_interest": float(found.interest.open),
            "open_fee": float(found.fee.open),
            "open_total": float(found.open),
            "is_settled": is_settled,
            "state": self._state_of(found, is_settled),
        }

    def _state_of(self, found: ItemStanding, is_settled: bool) -> str:
        if not is_settled:
            return "reopened"
        if found.accrued.fault:
            return "fault"
        if any(one.excess for one in (found.interest, found.fee)):
            return "excess"
        if any(one.proposed for one in (found.interest, found.fee)):
            return "proposed"
        if not found.open:
            return "done"
        return "open"

    def _write_changed(self, values: dict) -> None:
        """Write only what differs, and not a row for its date alone."""
        changed = {
            name: value
            for name, value in values.items()
            if (self[name] or False) != (value or False)
        }
        if changed.keys() - {"as_of"}:
            self.write(changed)

    # -------------------------------------------------------------------- buttons

    def action_open_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_open_entries(self):
        """What was done about the penalties of these items."""
        return listed(
            self.env, "action_penalty", [("move_line_id", "in", self.move_line_id.ids)]
        )

    def action_claim(self):
        return self._settle("claim", self.env._("Claim the penalties"))

    def action_waive(self):
        return self._settle("waive", self.env._("Waive penalties"))

    def action_invoice(self):
        return self._settle("invoice", self.env._("Invoice the penalties"))

    def action_collect(self):
        return self._settle("collect", self.env._("Collected without a note"))

    def _settle(self, mode: str, name: str) -> dict:
        return self.move_line_id._recouvrement_settle_penalties(mode, name)

    @api.model
    def action_refresh(self):
        """Work the whole list out again now, in the companies on screen."""
        self.check_access("read")
        today = fields.Date.context_today(self)
        for company in self.env.companies:
            # No role writes the list: a reader only has it worked out again.
            self.sudo()._assess(company.sudo(), today)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
