"""A debtor under protection: set aside by one action, with its legal effect."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..core.overindebtedness import ended, is_suspended, suspension
from .mail_activity import TASK


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    overindebtedness_date = fields.Date(
        "Over-indebtedness admitted",
        tracking=True,
        readonly=True,
        help="Day on which the commission declared the request admissible: earlier "
        "debts may be neither enforced nor paid (C. conso. L722-2, L722-5).",
    )

    def action_open_aside(self):
        self.ensure_one()
        return self._wizard(
            "recouvrement.aside", self.env._("Insolvency or over-indebtedness")
        )

    def _set_overindebted(self, day, reference: str):
        """Earlier debts are neither chased nor increased until the measures."""
        self.ensure_one()
        self.overindebtedness_date = day
        self._hold_earlier_debts(reference)
        self._cancel_waiting(self.env._("Over-indebtedness"))
        self._message_log(
            body=self.env._(
                "Over-indebtedness admitted on %(date)s (%(reference)s): earlier "
                "debts are set aside.",
                date=format_date(self.env, day),
                reference=reference,
            )
        )
        self._refresh()

    def _hold_earlier_debts(self, reference: str = ""):
        """The hold and the delay without interest on what was owed that day."""
        day = self.overindebtedness_date
        lines = self.open_line_ids.filtered(
            lambda line: (
                line.amount_residual > 0
                and is_suspended(line.move_id.invoice_date or line.date, day)
            )
        )
        last = suspension(day).last_day
        hold = self.hold_ids.filtered(lambda hold: hold.kind == "overindebted")
        if not lines or hold.move_line_ids >= lines:
            return
        if hold:
            hold.move_line_ids |= lines
        else:
            self.env["recouvrement.hold"].create(
                {
                    "case_id": self.id,
                    "kind": "overindebted",
                    "reason": reference or self.env._("Over-indebtedness"),
                    "date_start": day,
                    "date_end": last,
                    "move_line_ids": [fields.Command.set(lines.ids)],
                }
            )
        self._grace_earlier_debts(lines, day, last, reference)

    def _grace_earlier_debts(self, lines, day, last, reference: str):
        """C. conso. L722-14: no interest from the admission to the measures."""
        graces = self.env["recouvrement.grace"]
        present = graces.search([("case_id", "=", self.id), ("first_day", "=", day)])
        if present:
            present[0].move_line_ids |= lines
            return
        graces.create(
            {
                "case_id": self.id,
                "move_line_ids": [fields.Command.set(lines.ids)],
                "first_day": day,
                "last_day": last,
                "decision": reference or self.env._("Over-indebtedness"),
            }
        )

    def action_end_overindebtedness(self):
        """The measures are known, or the request was refused: the chase goes on."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for case in self:
            holds = case.hold_ids.filtered(lambda hold: hold.kind == "overindebted")
            holds.action_lift()
            # Interest runs again from that day.
            graces = self.env["recouvrement.grace"].search(
                [
                    ("case_id", "=", case.id),
                    ("first_day", "=", case.overindebtedness_date),
                    ("last_day", ">", today),
                ]
            )
            for grace in graces:
                grace.last_day = ended(grace._to_core(), today).last_day
            case.overindebtedness_date = False
        self._refresh()
        return True

    def _set_insolvent(self, day, reference: str):
        """Earlier claims are declared, no longer chased (C. com. L622-7, L622-21)."""
        self.ensure_one()
        self.insolvency_date = day
        self._cancel_waiting(self.env._("Insolvency"))
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            TASK,
            fields.Date.context_today(self),
            summary=self.env._(
                "Declare the claims: two months from the publication in the BODACC"
            ),
            note=reference,
            user_id=(self.user_id or self.env.user).id,
        )
        self._message_log(
            body=self.env._(
                "Insolvency opened on %(date)s (%(reference)s): earlier claims are to "
                "be declared, and are no longer chased.",
                date=format_date(self.env, day),
                reference=reference,
            )
        )
        self._refresh()

    def _follow_ledger(self, as_of):
        result = super()._follow_ledger(as_of)
        for case in self.filtered("overindebtedness_date"):
            case._hold_earlier_debts()
        return result

    @api.model
    def _follow_domain(self):
        """An invoice of before the decision may be booked after it."""
        return super()._follow_domain() | Domain("overindebtedness_date", "!=", False)

    @api.depends("overindebtedness_date")
    def _compute_mark_text(self):
        result = super()._compute_mark_text()
        word = self.env._("Over-indebted")
        for case in self.filtered("overindebtedness_date"):
            case.mark_text = " · ".join(filter(None, (word, case.mark_text)))
        return result
