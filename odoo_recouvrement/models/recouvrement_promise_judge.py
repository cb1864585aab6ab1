"""What became of the promises, read from the ledger: each day and at each payment."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount

from ..core.promise import Promise, Receipt, judge


class RecouvrementPromise(models.Model):
    _inherit = "recouvrement.promise"

    def _judge(self, as_of):
        """Give the promises of these files the state the ledger deserves.

        A bounded number of statements, whatever the number of promises. A payment
        that is taken back makes a kept promise pending or broken again.
        """
        if not self:
            return
        standing = self.search(
            [("case_id", "in", self.case_id.ids), ("state", "!=", "cancelled")]
        )
        receipts = standing._read_receipts()
        for company, own in standing.grouped("company_id").items():
            unmatched = own._read_unmatched(company)
            for (case, currency), promises in own.grouped(
                lambda promise: (promise.case_id, promise.currency_id)
            ).items():
                promises._judge_together(
                    receipts,
                    unmatched.get((case.partner_id.id, currency.id), Decimal(0)),
                    as_of,
                )

    def _judge_together(self, receipts, unmatched: Decimal, as_of):
        """Promises of one debtor in one currency: they share what comes."""
        lines = self.move_line_ids
        verdicts = judge(
            [promise._to_core() for promise in self],
            [receipt for line in lines for receipt in receipts[line.id]],
            as_of,
            residuals={
                line.id: Decimal(str(line.amount_residual_currency)) for line in lines
            },
            unmatched=unmatched,
        )
        for promise in self:
            verdict = verdicts[promise.id]
            promise._follow(verdict.state.value, float(verdict.received), as_of)

    def _to_core(self) -> Promise:
        self.ensure_one()
        return Promise(
            id=self.id,
            item_ids=frozenset(self.move_line_ids.ids),
            amount=Decimal(str(self.amount)),
            made_on=self.made_on,
            due_on=self.date,
            grace_days=self.grace_days,
        )

    def _read_receipts(self) -> dict[int, list[Receipt]]:
        """Payments matched with the items, by item; credit notes are none."""
        self.env["account.partial.reconcile"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.debit_move_id, payment.date,
                       sum(partial.debit_amount_currency)::text
                  FROM account_partial_reconcile partial
                  JOIN account_move_line payment
                    ON payment.id = partial.credit_move_id
                  JOIN account_move entry ON entry.id = payment.move_id
                 WHERE partial.debit_move_id = ANY(%s)
                   AND entry.move_type != 'out_refund'
              GROUP BY 1, 2
                """,
                self.move_line_ids.ids,
            )
        )
        found: dict[int, list[Receipt]] = defaultdict(list)
        for item_id, day, amount in rows:
            found[item_id].append(Receipt(item_id, day, Decimal(amount)))
        return found

    def _read_unmatched(self, company) -> dict[tuple[int, int], Decimal]:
        """Receipts that wait to be matched, by customer and currency."""
        waiting = self.filtered(lambda promise: promise.state in ("pending", "broken"))
        if not waiting:
            return {}
        # A collector may not read payments: those that wait count for his promises.
        messages = self.env["recouvrement.message"].sudo()
        credits = messages._read_credits(company, waiting.partner_id.ids)
        return {
            key: sum((credit.amount for credit in found), Decimal(0))
            for key, found in credits.items()
        }

    def _follow(self, state: str, received: float, as_of):
        """Take the verdict, and what follows: the hold, the file's history."""
        self.ensure_one()
        changed = state != self.state
        if changed or self.currency_id.compare_amounts(received, self.received):
            # No role types in a verdict: it is the ledger's.
            self.sudo().write(
                {"state": state, "received": received, "judged_on": as_of}
            )
        is_over = state in ("kept", "cancelled") or not any(
            not line.reconciled for line in self.move_line_ids
        )
        if is_over:
            self._close_holds()
        elif changed and state == "pending":
            # An accountant who unmatches a payment may not write holds: these resume.
            holds = self.sudo().with_context(active_test=False).hold_ids
            holds.active = True
        if changed:
            self._note_on_case(self._verdict_sentence())

    def _verdict_sentence(self) -> str:
        money = format_amount(self.env, self.received, self.currency_id)
        words = {
            "kept": self.env._("Promise kept: %(promise)s.", promise=self.display_name),
            "partly_kept": self.env._(
                "Promise partly kept: %(promise)s, %(received)s received.",
                promise=self.display_name,
                received=money,
            ),
            "broken": self.env._(
                "Promise broken: %(promise)s, nothing received.",
                promise=self.display_name,
            ),
            "cancelled": self.env._(
                "Promise of %(promise)s: nothing is left to pay.",
                promise=self.display_name,
            ),
        }
        return words.get(self.state) or self.env._(
            "Promise pending again: %(promise)s.", promise=self.display_name
        )


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    promise_ids = fields.One2many("recouvrement.promise", "case_id")
    promise_text = fields.Char(
        "Promises kept",
        compute="_compute_promise_text",
        help="Kept, out of those whose day has come.",
    )

    @api.depends("promise_ids.state")
    def _compute_promise_text(self):
        counts = defaultdict(dict)
        for case, state, count in self.env["recouvrement.promise"]._read_group(
            [
                ("case_id", "in", self.ids),
                ("state", "in", ("kept", "partly_kept", "broken")),
            ],
            ["case_id", "state"],
            ["__count"],
        ):
            counts[case.id][state] = count
        for case in self:
            found = counts.get(case.id, {})
            case.promise_text = (
                f"{found.get('kept', 0)}/{sum(found.values())}" if found else False
            )

    def _follow_ledger(self, as_of):
        result = super()._follow_ledger(as_of)
        self.env["recouvrement.promise"].search([("case_id", "in", self.ids)])._judge(
            as_of
        )
        return result

    @api.model
    def _follow_domain(self):
        waiting = Domain("state", "=", "pending") | (
            Domain("state", "in", ("broken", "partly_kept"))
            & Domain("hold_ids.active", "=", True)
        )
        return super()._follow_domain() | Domain("promise_ids", "any", waiting)

    def action_open_promise(self):
        """Note a promise: what is overdue and not set aside is proposed."""
        self.ensure_one()
        lines = self._lines_to_speak_of()
        return {
            **self._window("recouvrement.promise", self.env._("Promise to pay")),
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_move_line_ids": lines.ids,
                "default_contact_id": self.contact_ids[:1].partner_id.id,
                "dialog_size": "large",
            },
        }

    def _lines_to_speak_of(self):
        """The items a call or a promise is about: due, in the first one's currency.

        Those ticked on the file, if any; else what is disputed or promised is left
        out, unless nothing else is due.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        claims = self.open_line_ids._recouvrement_due_claims(today)
        due = self.open_line_ids.filtered(lambda line: line.id in claims)
        held = self.hold_ids.filtered(
            lambda hold: (
                hold.kind in ("dispute", "promise", "plan") and hold.date_end >= today
            )
        ).move_line_ids
        lines = due - held or due or self.open_line_ids
        if self._has_ticked():
            lines = self._ticked(self.open_line_ids)
        lines = lines.filtered(lambda line: line.amount_residual > 0)
        return lines.filtered(
            lambda line: line.currency_id == lines[:1].currency_id
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
