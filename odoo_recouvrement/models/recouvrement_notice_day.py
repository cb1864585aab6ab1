"""When a mise en demeure comes back to somebody: the end of the delay, a receipt that
does not come."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .checkpoint import checkpoint
from .lre_folder import FolderError

_logger = logging.getLogger(__name__)

OUTCOMES = [
    ("paid", "Paid"),
    ("promise", "Promise to pay"),
    ("extended", "More time given"),
    ("handed_over", "Handed over"),
    ("dropped", "No further action"),
]


class RecouvrementMiseEnDemeure(models.Model):
    _inherit = "recouvrement.mise_en_demeure"

    outcome = fields.Selection(OUTCOMES, "What was decided", readonly=True)
    outcome_date = fields.Date("Decided on", readonly=True)
    outcome_user_id = fields.Many2one("res.users", "Decided by", readonly=True)
    outcome_note = fields.Char(readonly=True)
    promise_id = fields.Many2one(
        "recouvrement.promise",
        "Promise made",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    open_amount = fields.Monetary("Still open", compute="_compute_open_amount")
    is_over = fields.Boolean(
        "Delay over", compute="_compute_is_over", search="_search_is_over"
    )
    next_text = fields.Char("What to do", compute="_compute_next_text")

    @api.depends("reminder_id.line_ids.move_line_id.amount_residual_currency")
    def _compute_open_amount(self):
        for notice in self:
            # A reader who sells may see his own invoices only: here all are counted.
            items = notice.sudo().reminder_id.line_ids.move_line_id
            notice.open_amount = sum(items.mapped("amount_residual_currency"))

    @api.depends("deadline", "receipt_due", "outcome")
    def _compute_is_over(self):
        today = fields.Date.context_today(self)
        for notice in self:
            day = notice.deadline or notice.receipt_due
            notice.is_over = bool(day and day < today and not notice.outcome)

    @api.model
    def _search_is_over(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._over_domain(fields.Date.context_today(self))

    @api.model
    def _over_domain(self, day):
        """The delay is over, or the receipt late, and nobody has decided."""
        over = Domain("deadline", "<", day)
        unanswered = Domain("deadline", "=", False) & Domain("receipt_due", "<", day)
        return Domain("outcome", "=", False) & (over | unanswered)

    @api.depends("stage", "deadline", "receipt_due", "outcome", "open_amount")
    def _compute_next_text(self):
        today = fields.Date.context_today(self)
        for notice in self:
            notice.next_text = notice._next_words(today)

    def _next_words(self, today) -> str:
        """What is expected of whom, in a sentence."""
        self.ensure_one()
        words = {
            "draft": self.env._("Check it, then confirm it."),
            "ready": self.env._("It leaves at the next dispatch."),
            "wrong_address": self.env._(
                "It reached nobody: correct the address, then make another."
            ),
        }
        if self.stage == "written":
            is_electronic = self.channel == "electronic_registered"
            return (
                self.env._("Handed to the provider, whose answer is awaited.")
                if is_electronic
                else self.env._("Print it, sign it, post it, and enter its number.")
            )
        if self.stage in words:
            return words[self.stage]
        if self.stage in ("withdrawn", "cancelled") or self.outcome:
            return ""
        if self.currency_id.is_zero(self.open_amount):
            return self.env._("Everything it asked for is paid.")
        if self.deadline:
            return self._deadline_words(today)
        if self.receipt_due and self.receipt_due < today:
            return self.env._(
                "No receipt since %(date)s: follow the letter, or ask the carrier.",
                date=format_date(self.env, self.posted_date),
            )
        return self.env._("Enter the receipt when it comes back.")

    def _deadline_words(self, today) -> str:
        day = format_date(self.env, self.deadline)
        if self.deadline < today:
            return self.env._(
                "The delay ended on %(date)s: paid, a promise, or hand it over.",
                date=day,
            )
        return self.env._("The debtor has until %(date)s.", date=day)

    # ------------------------------------------------------------------ the answer

    def action_decide(self, outcome: str, note: str = "", promise: dict | None = None):
        """What was decided once the delay was over; it leaves the day's list.

        ``promise``: the ``date`` of a promise to pay, its ``channel``, its ``amount``
        (all that is open if none is said): it is noted on the file, where the ledger
        judges it, and the items are set aside until then.
        """
        self.check_access("write")
        if outcome not in dict(OUTCOMES):
            raise UserError(self.env._("Choose what was decided."))
        if outcome == "promise":
            for notice in self:
                made = notice._make_promise(promise or {}, note)
                # No role writes notices: the promise just made is noted on this one.
                notice.sudo().promise_id = made
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        # No role types in an outcome: this button does, and who decided is noted.
        self.sudo().write(
            {
                "outcome": outcome,
                "outcome_note": (note or "").strip() or False,
                "outcome_date": fields.Date.context_today(self),
                "outcome_user_id": self.env.user.id,
            }
        )
        for notice in self:
            notice._log_step(" · ".join(filter(None, (labels[outcome], note))))
        self.case_id._refresh_legal_deadlines()
        return True

    def _make_promise(self, promise: dict, note: str):
        """The debtor's word on what the mise en demeure still asks for."""
        self.ensure_one()
        if not promise.get("date"):
            raise UserError(self.env._("Say for which day the debtor promised to pay."))
        # A collector who sells may see his own invoices only: here all are counted.
        items = self.sudo().reminder_id.line_ids.move_line_id
        owed = items.filtered(lambda item: not item.reconciled)
        if not owed:
            raise UserError(
                self.env._(
                    "Everything “%(notice)s” asks for has been paid: nothing is left "
                    "to promise.",
                    notice=self.display_name,
                )
            )
        return self.env["recouvrement.promise"].create(
            {
                "case_id": self.case_id.id,
                "move_line_ids": [fields.Command.set(owed.ids)],
                "date": promise["date"],
                "amount": promise.get("amount")
                or sum(owed.mapped("amount_residual_currency")),
                "channel": promise.get("channel") or "call",
                "note": " · ".join(filter(None, (self.name, (note or "").strip()))),
            }
        )

    def action_open_promise(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "recouvrement.promise",
            "res_id": self.promise_id.id,
            "views": [(False, "form")],
        }

    def action_open_decide(self):
        return self._notice_wizard(
            "recouvrement.notice.decide", self.env._("The delay is over")
        )

    def action_open_step(self):
        return self._notice_wizard(
            "recouvrement.notice.step", self.env._("What became of the letter")
        )

    def _notice_wizard(self, model: str, name: str) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_notice_ids": self.ids},
        }

    # -------------------------------------------------------------------- each day

    @api.model
    def _cron_follow(self):
        """Bring back what providers say, and what the day brings to somebody."""
        companies = self.env["res.company"].search(
            [("recouvrement_lre_provider", "!=", False)]
        )
        for company in companies:
            provider = self.env["recouvrement.lre.provider"]._of(company)
            try:
                provider._collect(company)
            except FolderError as error:
                _logger.warning(
                    "Electronic registered letters of %s: %s", company.name, error
                )
            checkpoint(self.env)
        over = self.search(self._over_domain(fields.Date.context_today(self)))
        flagged = self.env["recouvrement.case"].search(
            [("has_legal_deadline", "=", True)]
        )
        looked_at = over.case_id | flagged
        looked_at._refresh_legal_deadlines()
        still = looked_at.filtered("has_legal_deadline")
        ((still - flagged) | (flagged - still))._refresh()


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    notice_count = fields.Integer("Mises en demeure", compute="_compute_notice_count")

    def _compute_notice_count(self):
        counts = dict(
            self.env["recouvrement.mise_en_demeure"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.notice_count = counts.get(case, 0)

    def _legal_deadline_ids(self):
        notices = self.env["recouvrement.mise_en_demeure"]
        over = notices.search(
            notices._over_domain(fields.Date.context_today(self))
            & Domain("case_id", "in", self.ids)
        )
        unpaid = over.filtered(
            lambda notice: notice.currency_id.compare_amounts(notice.open_amount, 0) > 0
        )
        return super()._legal_deadline_ids() | set(unpaid.case_id.ids)

    def action_open_notices(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "odoo_recouvrement.action_notice"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {}}
