"""The stored deadlines kept up to date, and part payments proposed as events.

None of it is done by the daily run: a scheduled action of the night does, and
whatever changes a fact does at once for its own items.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from .checkpoint import checkpoint

PAGE = 5000  # items counted at a time: it bounds the memory, not the result


class RecouvrementLimitation(models.AbstractModel):
    _inherit = "recouvrement.limitation"

    @api.model
    def _cron_refresh(self):
        """Every night: propose, count again every open item, alert."""
        companies = self.env["recouvrement.case"]._read_group(
            [("company_id.active", "=", True)], ["company_id"]
        )
        for (company,) in companies:
            today = self._today_of(company)
            self._propose_payments(company)
            last_id = 0
            while last_id is not None:
                last_id = self._refresh_page(company, today, last_id)
                checkpoint(self.env)
            self.with_company(company)._alert(company, today)
            checkpoint(self.env)

    @api.model
    def _today_of(self, company):
        zone = company.partner_id.tz or "Europe/Paris"
        return fields.Date.context_today(self.with_context(tz=zone))

    def _refresh_page(self, company, as_of, after_id: int) -> int | None:
        """Count the next items of a company; the last one's id, or None at the end."""
        lines = self.env["account.move.line"].search(
            [*self._counted_domain(company), ("id", ">", after_id)],
            order="id",
            limit=PAGE,
        )
        self._refresh(lines, as_of)
        return lines[-1].id if len(lines) == PAGE else None

    @api.model
    def _counted_domain(self, company) -> list:
        """The open claims of a company: what has a prescription."""
        return [
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ]

    @api.model
    def _refresh(self, lines, as_of=None) -> None:
        """Store the deadline of these items again, in one statement if any moved."""
        if not lines:
            return
        as_of = as_of or fields.Date.context_today(self)
        found = self._limitations(lines, as_of)
        stored = {line.id: line.recouvrement_limitation_date for line in lines}
        moved = [
            (item_id, one.deadline)
            for item_id, one in found.items()
            if one.deadline != stored[item_id]
        ]
        if moved:
            self.env.cr.execute_values(
                """
                UPDATE account_move_line line
                   SET recouvrement_limitation_date = new.day::date,
                       recouvrement_limitation_alert = NULL
                  FROM (VALUES %s) AS new(id, day)
                 WHERE line.id = new.id
                """,
                moved,
                page_size=PAGE,
            )
            lines.invalidate_recordset(
                ["recouvrement_limitation_date", "recouvrement_limitation_alert"]
            )

    @api.model
    def _propose_payments(self, company, cases=None) -> None:
        """Part payments of open items, as events for somebody to confirm.

        A credit note is not a payment, and what paid an item in full leaves none.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.id, file.id, item.id, paid.date
                  FROM account_partial_reconcile partial
                  JOIN account_move_line item ON item.id = partial.debit_move_id
                  JOIN account_move_line paid ON paid.id = partial.credit_move_id
                  JOIN account_move payment ON payment.id = paid.move_id
                  JOIN account_account account ON account.id = item.account_id
                  JOIN res_partner contact ON contact.id = item.partner_id
                  JOIN recouvrement_case file
                    ON file.partner_id = contact.commercial_partner_id
                   AND file.company_id = item.company_id
             LEFT JOIN recouvrement_limitation_event event
                    ON event.partial_id = partial.id
                 WHERE item.company_id = %s
                   AND (%s OR file.id = ANY(%s))
                   AND account.account_type = 'asset_receivable'
                   AND item.reconciled IS NOT TRUE
                   AND item.amount_residual > 0
                   AND (payment.origin_payment_id IS NOT NULL
                        OR payment.statement_line_id IS NOT NULL)
                   AND event.id IS NULL
              ORDER BY partial.id
                """,
                company.id,
                cases is None,
                cases.ids if cases else [],
            )
        )
        # An accountant or a reader may not create events: the ledger proposes these,
        # and a collector confirms them.
        self.env["recouvrement.limitation.event"].sudo().create(
            [
                {
                    "case_id": case_id,
                    "kind": "part_payment",
                    "day": day,
                    "move_line_ids": [fields.Command.set([item_id])],
                    "partial_id": partial_id,
                    "is_confirmed": False,
                }
                for partial_id, case_id, item_id, day in rows
            ]
        )


class AccountPartialReconcile(models.Model):
    """A payment that is unmatched acknowledges nothing any more."""

    _inherit = "account.partial.reconcile"

    def unlink(self):
        # An accountant without a recovery role reads no event: what was drawn from the
        # payment falls with it.
        events = (
            self.env["recouvrement.limitation.event"]
            .sudo()
            .search([("partial_id", "in", self.ids)])
        )
        result = super().unlink()
        events.invalidate_recordset(["partial_id"])
        events.filtered(lambda event: not event.is_void)._void(
            self.env._("The payment is no longer matched with the item.")
        )
        return result


class RecouvrementReminder(models.Model):
    """A letter says what it does to the prescription; a posted one is counted."""

    _inherit = "recouvrement.reminder"

    limitation_letter_text = fields.Char(compute="_compute_limitation_letter_text")

    @api.depends("channel", "case_id.profile", "case_id.limitation_clause")
    @api.depends_context("lang")
    def _compute_limitation_letter_text(self):
        service = self.env["recouvrement.limitation"]
        for reminder in self:
            reminder.limitation_letter_text = (
                service._letter_words(reminder.case_id)
                if reminder.channel == "registered_letter"
                else False
            )

    def action_posted(self, reference: str = "", posted_on=None):
        result = super().action_posted(reference, posted_on)
        letters = self.filtered(lambda one: one.channel == "registered_letter")
        letters.line_ids.move_line_id._recouvrement_refresh_limitation()
        return result
