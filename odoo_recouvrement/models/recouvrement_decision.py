from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..core.decision import Reason
from .mirror import Mirror


class RecouvrementDecision(models.Model):
    """Why an item is, or is not, chased: the register of decisions.

    A row stands from ``first_run_id`` until the run that replaced it
    (``closed_run_id``); a new one is written only when the decision changes.
    """

    _name = "recouvrement.decision"
    _description = "Recovery decision"
    _order = "id desc"
    _log_access = False

    company_id = Mirror("res.company", required=True, readonly=True)
    case_id = Mirror("recouvrement.case", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    # An item that is deleted takes its decisions with it (``_forget``).
    move_line_id = Mirror("account.move.line", "Item", required=True, readonly=True)
    move_id = Mirror("account.move", "Entry", readonly=True)
    due_date = fields.Date(readonly=True)
    outcome = fields.Selection(
        [
            ("remind", "Remind"),
            ("wait", "Wait"),
            ("hold", "On hold"),
            ("covered", "Covered"),
            ("hand_over", "Hand over"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Selection("_selection_reason", required=True, readonly=True)
    level_id = Mirror("recouvrement.policy.level", "Level", readonly=True)
    next_date = fields.Date(readonly=True)
    values = fields.Json(readonly=True)
    claim = fields.Monetary(readonly=True)
    currency_id = Mirror("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    balance = fields.Monetary(
        "Open", readonly=True, currency_field="company_currency_id"
    )
    date = fields.Date("Decided on", readonly=True)
    first_run_id = Mirror("recouvrement.run", "Run", required=True, readonly=True)
    closed_run_id = Mirror("recouvrement.run", "Replaced by", readonly=True)
    is_current = fields.Boolean(
        compute="_compute_is_current", search="_search_is_current"
    )
    text = fields.Char("Why", compute="_compute_text")

    _current_unique = models.UniqueIndex(
        "(move_line_id) WHERE closed_run_id IS NULL",
        "An item has one current decision.",
    )
    _former_idx = models.Index("(move_line_id) WHERE closed_run_id IS NOT NULL")
    _run_idx = models.Index("(company_id, first_run_id, closed_run_id)")

    @api.model
    def _selection_reason(self):
        return [(reason.value, label) for reason, label in self._reason_words().items()]

    @api.model
    def _reason_labels(self) -> dict[str, str]:
        return {reason.value: label for reason, label in self._reason_words().items()}

    @api.model
    def _reason_words(self) -> dict[Reason, str]:
        """A short label per reason."""
        return {
            Reason.TO_REMIND: self.env._("To remind"),
            Reason.NOT_DUE: self.env._("Not due yet"),
            Reason.STEP_NOT_DUE: self.env._("Next step not due"),
            Reason.LEVEL_JUST_SENT: self.env._("Level just sent"),
            Reason.MANUAL_STEP: self.env._("Waiting for a manual step"),
            Reason.BELOW_MINIMUM: self.env._("Below the minimum"),
            Reason.CONTACT_CAP: self.env._("Contacted enough this week"),
            Reason.NOT_SENDING_DAY: self.env._("Outside sending days"),
            Reason.ON_HOLD: self.env._("On hold"),
            Reason.NO_FOLLOWUP: self.env._("Excluded from follow-up"),
            Reason.PAYMENT_BLOCKED: self.env._("Payment blocked"),
            Reason.DISPUTED: self.env._("Disputed"),
            Reason.PROMISED: self.env._("Promised"),
            Reason.PLAN_RESPECTED: self.env._("Plan respected"),
            Reason.INSOLVENT: self.env._("Insolvent debtor"),
            Reason.OVERINDEBTED: self.env._("Over-indebted consumer"),
            Reason.HANDED_OVER: self.env._("In litigation"),
            Reason.RETENTION: self.env._("Guarantee retention"),
            Reason.NO_CONTACT: self.env._("No usable contact"),
            Reason.NO_POLICY: self.env._("No policy"),
            Reason.LEVEL_CAP: self.env._("Level capped"),
            Reason.COVERED: self.env._("Covered by credits"),
            Reason.FINAL_LEVEL: self.env._("Final level reached"),
        }

    @api.depends("closed_run_id")
    def _compute_is_current(self):
        for decision in self:
            decision.is_current = not decision.closed_run_id

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return fields.Domain("closed_run_id", "=", False)

    @api.depends("reason", "values", "due_date", "next_date", "level_id", "claim")
    @api.depends_context("lang")
    def _compute_text(self):
        for decision in self:
            decision.text = decision._sentence()

    def _sentence(self) -> str:
        """The decision in words, with its figures."""
        self.ensure_one()
        return DecisionWords(self).sentence()

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The register of decisions cannot be edited."))

    @api.model
    def _forget(self, item_ids: list[int]) -> None:
        """Items are being deleted from the ledger: there is nothing left to explain.

        Done here rather than by a foreign key, which would lock and check the items one
        by one when a run writes tens of thousands of decisions. Those about an item
        that went while its range was being decided are deleted by the end of the run.
        """
        if item_ids:
            self.flush_model()
            self.env.cr.execute(
                """DELETE FROM recouvrement_decision WHERE id IN (
                       SELECT id FROM recouvrement_decision
                        WHERE closed_run_id IS NULL AND move_line_id = ANY(%(ids)s)
                    UNION ALL
                       SELECT id FROM recouvrement_decision
                        WHERE closed_run_id IS NOT NULL AND move_line_id = ANY(%(ids)s))
                """,
                {"ids": item_ids},
            )
            self.invalidate_model(flush=False)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The register of decisions cannot be emptied."))


class DecisionWords:
    """Words a decision: one sentence per reason, with dates and amounts."""

    def __init__(self, decision):
        self.env = decision.env
        self.decision = decision
        self.values = decision.values or {}

    def sentence(self) -> str:
        return getattr(self, f"_{self.decision.reason}")()

    def _date(self, key: str) -> str:
        return format_date(self.env, self.values.get(key) or False)

    def _due(self) -> str:
        return format_date(self.env, self.decision.due_date)

    def _next(self) -> str:
        return format_date(self.env, self.decision.next_date)

    def _day(self) -> str:
        """The level's day, counted from the due date: +3, or −7 before it."""
        return f"{self.values['days']:+d}".replace("-", "−")

    def _level(self) -> str:
        return self.decision.level_id.code or ""

    def _money(self, key: str) -> str:
        currency = self.decision.company_id.currency_id
        return format_amount(self.env, float(self.values.get(key, 0)), currency)

    def _claim(self) -> str:
        return format_amount(self.env, self.decision.claim, self.decision.currency_id)

    def _to_remind(self):
        if "contact" in self.values:
            return self.env._(
                "%(level)s for %(amount)s: due on %(due)s, the level comes at day "
                "%(days)s; last contact on %(contact)s, at least %(gap)s days ago.",
                level=self._level(),
                amount=self._claim(),
                due=self._due(),
                days=self._day(),
                contact=self._date("contact"),
                gap=self.values["gap"],
            )
        return self.env._(
            "%(level)s for %(amount)s: due on %(due)s, the level comes at day "
            "%(days)s; no contact about it yet.",
            level=self._level(),
            amount=self._claim(),
            due=self._due(),
            days=self._day(),
        )

    def _not_due(self):
        return self.env._(
            "Due on %(due)s; %(level)s is planned on %(next)s.",
            due=self._due(),
            level=self._level(),
            next=self._next(),
        )

    def _step_not_due(self):
        return self.env._(
            "Due since %(due)s, but %(level)s only comes on %(next)s.",
            due=self._due(),
            level=self._level(),
            next=self._next(),
        )

    def _level_just_sent(self):
        if "contact" in self.values:
            return self.env._(
                "Last contact on %(contact)s: %(level)s waits until %(next)s "
                "(%(gap)s days between two contacts).",
                contact=self._date("contact"),
                level=self._level(),
                next=self._next(),
                gap=self.values["gap"],
            )
        return self.env._("A message is on its way: its proof is awaited.")

    def _manual_step(self):
        return self.env._(
            "A step waits for somebody: confirm it, make the call or mark the "
            "letter as posted."
        )

    def _below_minimum(self):
        return self.env._(
            "%(amount)s overdue is below the minimum of %(minimum)s of %(level)s.",
            amount=self._money("amount"),
            minimum=self._money("minimum"),
            level=self._level(),
        )

    def _contact_cap(self):
        return self.env._(
            "Already contacted on %(contacts)s days within a week (cap: %(cap)s): "
            "%(level)s is put off to %(next)s.",
            contacts=self.values["contacts"],
            cap=self.values["cap"],
            level=self._level(),
            next=self._next(),
        )

    def _not_sending_day(self):
        return self.env._(
            "Nothing is sent that day: %(level)s is put off to %(next)s.",
            level=self._level(),
            next=self._next(),
        )

    def _on_hold(self):
        return self.env._("On hold until %(until)s.", until=self._date("until"))

    def _disputed(self):
        return self.env._(
            "Disputed: set aside until %(until)s.", until=self._date("until")
        )

    def _promised(self):
        return self.env._(
            "Payment promised: wait until %(until)s.", until=self._date("until")
        )

    def _plan_respected(self):
        return self.env._(
            "A payment plan is respected: reviewed on %(until)s.",
            until=self._date("until"),
        )

    def _no_followup(self):
        return self.env._(
            "Marked “no follow-up”. To chase it, untick it on the invoice, or on the "
            "journal item of a miscellaneous entry."
        )

    def _payment_blocked(self):
        return self.env._(
            "The payment of the invoice is blocked: unblock it on the invoice to chase "
            "it."
        )

    def _insolvent(self):
        return self.env._(
            "Insolvency opened on %(date)s: an earlier claim may not be chased "
            "(Code de commerce, art. L622-21).",
            date=self._date("date"),
        )

    def _overindebted(self):
        return self.env._(
            "Over-indebtedness: this earlier debt may be neither enforced nor paid; "
            "set aside until %(until)s at most (C. conso. L722-2, L722-3, L722-5).",
            until=self._date("until"),
        )

    def _handed_over(self):
        return self.env._(
            "Handed over to litigation: no automatic chase; next review after "
            "%(until)s.",
            until=self._date("until"),
        )

    def _retention(self):
        if "until" in self.values:
            return self.env._(
                "Guarantee retention: to be paid back by %(until)s, thirty days after "
                "the end of the guarantee (CCP, art. R2191-35). It is not due before.",
                until=self._date("until"),
            )
        return self.env._(
            "Guarantee retention: not due before the end of the guarantee (CCP, art. "
            "R2191-35), to be put down on the invoice."
        )

    def _no_contact(self):
        return self.env._(
            "%(level)s is due, but no channel of the level can reach the debtor: "
            "complete the e-mail, phone or postal address.",
            level=self._level(),
        )

    def _no_policy(self):
        return self.env._(
            "No policy fits this debtor: add a rule, or choose a policy on the file."
        )

    def _level_cap(self):
        if "cap" in self.values:
            return self.env._(
                "%(level)s was already sent %(sent)s times within a year (cap: "
                "%(cap)s).",
                level=self._level(),
                sent=self.values["sent"],
                cap=self.values["cap"],
            )
        return self.env._(
            "The file is capped below %(level)s: raise “Never beyond” to go on.",
            level=self._level(),
        )

    def _covered(self):
        return self.env._(
            "Covered by a credit note or a payment that is not matched yet: match it."
        )

    def _final_level(self):
        return self.env._(
            "The end of the ladder is reached: decide whether to hand the file over."
        )
