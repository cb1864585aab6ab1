"""Making the message that somebody ordered: checked, written, ready to leave."""

from datetime import date, timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

from ..core.money import ZERO
from ..core.on_demand import rises
from .locking import take_turn
from .recouvrement_write_now import Asking, Order

# How long « undo » may be clicked before the message leaves.
UNDO = timedelta(seconds=20)


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _write_now(self, order: Order, *, is_draft: bool = False, token=None):
        """The reminder of an order, confirmed unless it is to wait; never two.

        A second click, with the same token, gets the reminder of the first.
        """
        self.ensure_one()
        self.check_access("write")
        take_turn(self)
        reminders = self.env["recouvrement.reminder"]
        made = token and reminders.search(
            [("case_id", "=", self.id), ("token", "=", token)]
        )
        if made:
            return made
        day = fields.Date.context_today(self)
        asking = self._asking(order.channel, day)
        self._check_order(order, asking)
        order = self._completed(order, self._imagined(order, asking, day), day)
        self._check_words(order)
        if not is_draft:
            self._check_may_leave(order, asking)
        values = self._order_values(order, asking, day)
        if order.counts:
            self._replace_waiting(order)
        self._close_earlier(order)
        self.env.flush_all()  # closed before the new lines take their place
        # No role creates reminders: this one follows from the right to work the file.
        reminder = reminders.sudo().create({**values, "token": token or False})
        self.env.flush_all()  # two collectors at once stop at the unique index
        # Written once before anybody believes that it will leave.
        self.env["recouvrement.message"].sudo()._preview(reminder)
        if order.cap_reason:
            self._note_cap(reminder, order.cap_reason)
        reminder = reminder.with_env(self.env)
        if not is_draft:
            self._send_order(reminder)
        self._refresh()
        return reminder

    def _send_order(self, reminder) -> None:
        """Confirmed; it leaves once « undo » may not be clicked any more."""
        reminder.action_confirm()
        moment = fields.Datetime.now() + UNDO
        # No role writes when a reminder is tried: the delay is that of the button.
        reminder.sudo().retry_date = moment
        # Scheduled actions are the administrator's; who writes wakes this one.
        self.env.ref("odoo_recouvrement.ir_cron_dispatch").sudo()._trigger(moment)

    def _leaves_at(self, channel: str):
        """When a message confirmed now leaves (UTC)."""
        company = self.company_id
        reminders = self.env["recouvrement.reminder"]
        moment = fields.Datetime.now() + UNDO
        if not self.env[f"recouvrement.channel.{channel}"]._keeps_hours:
            return moment
        calendar = self.env["recouvrement.facts"]._calendar(company)
        calendar = calendar.with_closures(
            *[closure._to_core() for closure in self.closure_ids]
        )
        local = reminders._local(company, moment)
        opening = reminders._hours(company).next_opening(local, calendar)
        return moment if opening == local else reminders._from_local(company, opening)

    def _departure(self, channel: str) -> date:
        """The day on which a message confirmed now leaves, for the company."""
        moment = self._leaves_at(channel)
        return self.env["recouvrement.reminder"]._local(self.company_id, moment).date()

    def _leaving_words(self, reminder) -> str:
        """When the message that was just written leaves, for whoever wrote it."""
        moment = self._leaves_at(reminder.channel)
        if reminder.channel == "letter":
            return self.env._(
                "The letter is being prepared: print it in “Letters to post”."
            )
        if moment <= fields.Datetime.now() + UNDO:
            return self.env._("The message leaves within a minute.")
        return self.env._(
            "The message leaves on %(moment)s, at the opening of the sending hours.",
            moment=format_datetime(
                self.env, moment, tz=self._tz(), dt_format="EEEE d MMMM HH:mm"
            ),
        )

    def _replace_waiting(self, order: Order) -> None:
        """What waited to say the same to the same person does not leave too."""
        waiting = self._waiting_reminders().filtered(
            lambda reminder: (
                reminder.level_id.days <= order.level.days
                and not set(reminder.line_ids.move_line_id.ids).isdisjoint(
                    order.item_ids
                )
            )
        )
        if waiting:
            waiting.action_cancel(self.env._("Replaced by a message written on demand"))

    # ------------------------------------------------------------------------ values

    def _imagined(self, order: Order, asking: Asking, day: date):
        """The message in memory, to be read before it exists."""
        # No role creates reminders, not even in memory; nothing is written.
        reminders = self.env["recouvrement.reminder"].sudo()
        return reminders.new(self._order_values(order, asking, day))

    def _order_values(self, order: Order, asking: Asking, day: date) -> dict:
        chosen = [asking.decisions[item_id] for item_id in order.item_ids]
        rising = self._rising(order, asking) if order.counts else ()
        neutral = self._on_demand_level()
        sums = {"overdue": ZERO, "aside": ZERO, "claim": ZERO}
        for decision in chosen:
            owed, claim = decision.item.residual, decision.claim
            sums["overdue"] += owed
            sums["claim"] += claim
            sums["aside"] += min(asking.aside[decision.item.id], owed - claim)
        subject, body = self._sources(order) if order.is_edited else (False, False)
        return {
            "company_id": self.company_id.id,
            "case_id": self.id,
            "partner_id": self.partner_id.id,
            "user_id": (self.user_id or self.env.user).id,
            "date": day,
            "is_on_demand": True,
            "level_id": (order.level if rising else neutral).id,
            "text_level_id": order.level.id,
            "start_text_id": order.text.id,
            "tone": order.level.tone,
            "channel": order.channel,
            "addressee_id": order.addressee.id,
            "own_subject": subject,
            "own_body": body,
            "joins_invoices": order.joins_invoices,
            "joins_statement": order.joins_statement,
            "cap_reason": order.cap_reason,
            "currency_id": chosen[0].item.currency_id,
            "overdue_total": float(sums["overdue"]),
            "credit_total": float(sums["overdue"] - sums["claim"] - sums["aside"]),
            "total": float(sums["claim"]),
            "oldest_due_date": min(decision.item.due_date for decision in chosen),
            "line_ids": [
                Command.create(
                    {
                        "company_id": self.company_id.id,
                        "move_line_id": decision.item.id,
                        "move_id": decision.item.move_id,
                        "level_id": (
                            order.level if decision.item.id in rising else neutral
                        ).id,
                        "channel": order.channel,
                        "currency_id": decision.item.currency_id,
                        "due_date": decision.item.due_date,
                        "days_overdue": (day - decision.item.due_date).days,
                        "residual": float(decision.item.residual),
                        "claim": float(decision.claim),
                    }
                )
                for decision in chosen
            ],
        }

    def _rising(self, order: Order, asking: Asking) -> set[int]:
        """The items for which the message may stand for the level it starts from."""
        return {
            item_id
            for item_id in order.item_ids
            if item_id in asking.ladder
            and rises(asking.ladder[item_id], order.level.id)
        }


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _undo_notice(self, message: str) -> dict:
        """A notification with « undo », then the screen below is read again."""
        return {
            "type": "ir.actions.client",
            "tag": "recouvrement_undo_notice",
            "params": {
                "message": message,
                "model": self._name,
                "ids": self.ids,
                "method": "action_undo_on_demand",
                "undone": self.env._("Undone: nothing leaves."),
                "delay": 1000 * int(UNDO.total_seconds()),
            },
        }

    def action_undo_on_demand(self):
        """« Undo », right after it was written: as long as it has not left."""
        left = self.filtered(lambda one: one.state not in ("draft", "confirmed"))
        if left:
            raise UserError(
                self.env._(
                    "%(reminder)s has left meanwhile: withdraw it from the register, "
                    "with a reason.",
                    reminder=left[0].display_name,
                )
            )
        return self.action_cancel(
            self.env._("Undone by %(user)s", user=self.env.user.name)
        )
