"""The life of an agreement: judged at each payment and each day, kept or broken.

What was received is read from the ledger's matchings, in one statement for all plans.
A payment keeps a plan at once; only the daily pass breaks one, with the bank up to
date, and never while a payment waits to be matched, an item is disputed or the debtor
is insolvent: somebody decides then.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ..core.money import ZERO
from ..core.plan import Judgement, Progress, Receipt, beyond, judge
from .checkpoint import checkpoint
from .mail_activity import PLAN_BROKEN
from .recouvrement_plan import _money


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    # -------------------------------------------------------------------- gathering

    def _receipts(self) -> dict[int, list[Receipt]]:
        """What came on the items of each plan since it was proposed; one statement."""
        self.env["account.partial.reconcile"].flush_model()
        self.env["recouvrement.plan.item"].flush_model()
        self.env["account.move.line"].flush_model(["date"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.plan_id, item.id, item.already, other.date,
                       partial.debit_amount_currency,
                       move.move_type = 'out_refund'
                           OR move.reversed_entry_id IS NOT NULL
                  FROM recouvrement_plan_item item
                  JOIN account_partial_reconcile partial
                    ON partial.debit_move_id = item.move_line_id
                  JOIN account_move_line other ON other.id = partial.credit_move_id
                  JOIN account_move move ON move.id = other.move_id
                 WHERE item.plan_id = ANY(%s) AND partial.debit_amount_currency > 0
              ORDER BY item.id, other.date, partial.id
                """,
                self.ids,
            )
        )
        items: dict[tuple, list[Receipt]] = defaultdict(list)
        for plan_id, item_id, already, day, amount, is_credit in rows:
            key = (plan_id, item_id, _money(already))
            items[key].append(Receipt(day, _money(amount), bool(is_credit)))
        found: dict[int, list[Receipt]] = defaultdict(list)
        for (plan_id, _item, already), receipts in items.items():
            found[plan_id] += beyond(receipts, already)
        return found

    def _unmatched(self) -> dict[int, list[Receipt]]:
        """Payments that nobody has matched yet, of the debtors of these plans."""
        found: dict[int, list[Receipt]] = {}
        # A collector may not read payments: those that wait keep his plans.
        writer = self.env["recouvrement.message"].sudo()
        for company, plans in self.grouped("company_id").items():
            credits = writer._read_credits(company, plans.partner_id.ids)
            for plan in plans:
                key = (plan.partner_id.id, plan.currency_id.id)
                found[plan.id] = [
                    Receipt(credit.date, credit.amount)
                    for credit in credits.get(key, ())
                ]
        return found

    # ---------------------------------------------------------------------- judging

    def _judge(self, as_of: date, may_break: bool = False):
        """Bring agreed and kept plans up to the ledger; the plans that changed state.

        The number of statements does not grow with the plans that go their way.
        """
        # No role types in how a plan stands: the ledger says it.
        plans = self.sudo().filtered(lambda plan: plan.state in ("agreed", "kept"))
        if not plans:
            return plans
        receipts = plans._receipts()
        judgements = {
            plan.id: judge(
                plan.instalment_ids._to_core(),
                receipts[plan.id],
                as_of,
                plan.grace_days,
            )
            for plan in plans
        }
        for plan in plans:
            plan._note(judgements[plan.id], as_of)
        changed = plans._keep_or_reopen(judgements, as_of)
        if may_break:
            late = plans.filtered(
                lambda plan: (
                    plan.state == "agreed"
                    and judgements[plan.id].progress is Progress.BROKEN
                )
            )
            changed |= late._break_unless_excused(receipts, judgements, as_of)
        return changed

    def _note(self, found: Judgement, as_of: date) -> None:
        """Write what changed: instalments paid, late; the figures of the plan."""
        rows = zip(self.instalment_ids, found.paid, found.asked, strict=True)
        for part, paid, asked in rows:
            state = "open"
            if paid >= asked:
                state = "paid"
            elif part.expected_date < as_of:
                state = "late"
            _write_changed(
                part,
                paid=float(paid),
                credited=float(_money(part.amount) - asked),
                state=state,
            )
        _write_changed(
            self,
            received=float(sum(found.paid, ZERO)),
            is_late=found.progress in (Progress.LATE, Progress.BROKEN),
            **self._next_vals(),
        )

    def _next_vals(self) -> dict:
        """The summary of the schedule, from what its instalments say."""
        waiting = self.instalment_ids.filtered(lambda part: part.left > 0)
        left = sum((_money(part.left) for part in self.instalment_ids), ZERO)
        paid = sum((_money(part.paid) for part in self.instalment_ids), ZERO)
        asked = left + paid
        share = 100 * paid / asked if asked else Decimal(100)
        return {
            "left": float(left),
            "progress": float(round(share, 2)),
            "next_date": waiting[:1].expected_date,
            "next_amount": waiting[:1].left,
        }

    def _keep_or_reopen(self, judgements: dict[int, Judgement], as_of: date):
        changed = self.browse()
        for plan in self:
            progress = judgements[plan.id].progress
            if plan.state == "agreed" and progress is Progress.KEPT:
                plan._keep(as_of)
            elif plan.state == "kept" and progress is not Progress.KEPT:
                plan._reopen()
            else:
                continue
            changed |= plan
        return changed

    def _keep(self, day: date) -> None:
        self._close("kept", day, self.env._("Everything is paid."))

    def _reopen(self) -> None:
        """A payment came back: the agreement holds again."""
        self._set_state("agreed", closed_date=False, closed_reason=False)
        self._hold(self.signed_date)
        self._log(
            self.env._(
                "A payment came back: plan %(plan)s is under way again.", plan=self.name
            )
        )

    def _close(self, state: str, day: date, reason: str) -> None:
        """The suspension ends; the agreement keeps its trace."""
        self._set_state(state, closed_date=day, closed_reason=reason, is_late=False)
        # The debtor's signature may not write holds: a plan owns its own.
        self.hold_id.sudo().filtered("active").write({"active": False})
        labels = dict(self._fields["state"]._description_selection(self.env))
        self._log(
            self.env._(
                "Plan %(plan)s: %(state)s. %(reason)s",
                plan=self.name or "",
                state=labels[state],
                reason=reason,
            )
        )

    # --------------------------------------------------------------------- breaking

    def _break_unless_excused(self, receipts, judgements, as_of: date):
        """Break the plans whose grace has run out; what a person must look at waits."""
        broken = self.browse()
        if not self:
            return broken
        unmatched = self._unmatched()
        disputed = self._disputed_ids(as_of)
        for plan in self:
            came = [*receipts[plan.id], *unmatched[plan.id]]
            parts = plan.instalment_ids._to_core()
            found = judge(parts, came, as_of, plan.grace_days)
            if plan.case_id.insolvency_date or found.progress is not Progress.BROKEN:
                continue
            if plan.id in disputed:
                plan._tell_dispute()
                continue
            plan._break(judgements[plan.id].broken_on or as_of)
            broken |= plan
        return broken

    def _disputed_ids(self, as_of: date) -> set[int]:
        """Plans an item of which is disputed; one statement."""
        self.env["recouvrement.hold"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT item.plan_id
                  FROM recouvrement_plan_item item
                  JOIN account_move_line_recouvrement_hold_rel held
                    ON held.account_move_line_id = item.move_line_id
                  JOIN recouvrement_hold hold ON hold.id = held.recouvrement_hold_id
                 WHERE item.plan_id = ANY(%s) AND hold.kind = 'dispute'
                   AND hold.active AND hold.date_end >= %s
                """,
                self.ids,
                as_of,
            )
        )
        return {plan_id for (plan_id,) in rows}

    def _tell_dispute(self) -> None:
        if self.is_dispute_told:
            return
        self.is_dispute_told = True
        self._task(
            self.env._(
                "Plan %(plan)s: an instalment is missed and an item is disputed. "
                "Break the plan, or make a new version without that item.",
                plan=self.name,
            )
        )

    def _break(self, day: date, reason: str = "") -> None:
        """One instalment unpaid after its grace: the chase goes on where it was."""
        missed = self.instalment_ids.filtered(lambda part: part.state == "late")
        reason = reason or self._missed_words(missed[:1])
        self._close("broken", day, reason)
        missed.write({"state": "missed"})
        self._task(self.env._("Plan %(plan)s broken: decide.", plan=self.name), reason)

    def _missed_words(self, part) -> str:
        return self.env._(
            "The instalment of %(date)s (%(amount)s left) is not paid.",
            date=format_date(self.env, part.due_date),
            amount=format_amount(self.env, part.left, self.currency_id),
        )

    def _task(self, summary: str, note: str = "") -> None:
        """On the collector's list: the file comes back with points of its own."""
        user = (
            self.user_id
            or self.case_id.user_id
            or self.company_id.recouvrement_user_id
            or self.env.user
        )
        self.case_id.activity_schedule(
            PLAN_BROKEN,
            fields.Date.context_today(self),
            summary=summary,
            note=note,
            user_id=user.id,
        )

    # --------------------------------------------------------- payments and each day

    @api.model
    def _judge_files(self, cases, as_of: date) -> None:
        """A payment was matched, or came back: the plans of these files."""
        # An accountant who matches a payment reads no plan: they follow it.
        every = self.sudo()
        plans = every.search(
            [("case_id", "in", cases.ids), ("state", "in", ("agreed", "kept"))]
        )
        plans._judge(as_of)
        broken = every.search([("case_id", "in", cases.ids), ("state", "=", "broken")])
        settled = broken.filtered(
            lambda plan: all(plan.item_ids.move_line_id.mapped("reconciled"))
        )
        settled._forget_tasks()

    def _forget_tasks(self) -> None:
        """Everything was paid after all: nothing is left to decide."""
        if self:
            self.case_id.activity_unlink([PLAN_BROKEN])

    @api.model
    def _cron_plans(self):
        """Judge every agreed plan, then write to those who are concerned."""
        now = fields.Datetime.now()
        reminders = self.env["recouvrement.reminder"]
        # No role judges plans: the schedule does, for every company.
        every = self.sudo()
        agreed = every.search([("state", "=", "agreed")])
        for company in agreed.company_id:
            day = reminders._local(company, now).date()
            plans = every.with_company(company)
            plans = plans.with_context(lang=company.partner_id.lang or self.env.lang)
            plans._run_day(company, day)
            checkpoint(self.env)
            if company.recouvrement_is_live and reminders._is_open_hour(company, now):
                plans._write_day(company, day)

    @api.model
    def _run_day(self, company, day: date):
        """The plans of a company, judged; the plans that changed are returned."""
        plans = self.search([("company_id", "=", company.id), ("state", "=", "agreed")])
        changed = plans._judge(day, may_break=not self._must_wait(company, day))
        changed.case_id._refresh(day)
        return changed

    @api.model
    def _must_wait(self, company, day: date) -> bool:
        """Old bank data: who paid yesterday would be told the plan is broken."""
        run = self.env["recouvrement.run"].new(
            {"company_id": company.id, "as_of_date": day}
        )
        return run._must_wait(run._bank_date())

    def _grace_end(self, part) -> date:
        return part.expected_date + timedelta(days=self.grace_days)


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _follow_ledger(self, as_of):
        result = super()._follow_ledger(as_of)
        self.env["recouvrement.plan"]._judge_files(self, as_of)
        return result


def _write_changed(record, **values) -> None:
    """Write what differs, so that a quiet day writes nothing."""
    digits = 2
    currency = record.currency_id
    changed = {}
    for name, value in values.items():
        before = record[name]
        if isinstance(value, float):
            is_money = record._fields[name].type == "monetary"
            same = (
                currency.compare_amounts(before, value) == 0
                if is_money
                else round(before - value, digits) == 0
            )
        else:
            same = before == value
        if not same:
            changed[name] = value
    if changed:
        record.write(changed)
