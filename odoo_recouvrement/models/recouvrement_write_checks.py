"""What a message written on demand may not do: said before anything is written."""

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..core.decision import Decision, Reason
from ..core.on_demand import ASKABLE
from .recouvrement_write_now import Asking, Order
from .roles import MANAGER


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _check_order(self, order: Order, asking: Asking) -> None:
        """What makes no sense, or may not be, is said before anything is written."""
        if not order.item_ids:
            raise UserError(
                self.env._("Nothing is asked: tick at least one invoice that is due.")
            )
        refused = self._refused_items(order, asking)
        if refused:
            raise UserError(self._refusal(refused[0], asking.decisions.get(refused[0])))
        chosen = [asking.decisions[item_id] for item_id in order.item_ids]
        if len({decision.item.currency_id for decision in chosen}) > 1:
            raise UserError(
                self.env._("One message per currency: tick invoices in one.")
            )
        if not order.addressee:
            channel = self.env[f"recouvrement.channel.{order.channel}"]
            raise UserError(self._no_addressee(channel))
        if not order.text:
            raise UserError(self.env._("Choose the text to start from."))
        self._check_not_waiting(order)
        if order.counts and not self._rising(order, asking):
            raise UserError(
                self.env._(
                    "None of these invoices has “%(level)s” as the next step of its "
                    "ladder today: untick “Counts as a reminder”, no level is skipped.",
                    level=order.level.display_name,
                )
            )

    def _refused_items(self, order: Order, asking: Asking) -> list[int]:
        return [
            item_id
            for item_id in order.item_ids
            if item_id not in asking.decisions
            or asking.decisions[item_id].reason not in ASKABLE
        ]

    def _refusal(self, item_id: int, decision: Decision | None) -> str:
        # A collector who sells may see his own invoices only: here all are named.
        name = self.env["account.move.line"].sudo().browse(item_id).move_id.name
        if decision is None:
            return self.env._(
                "%(invoice)s is paid, or no longer open, since this window was opened: "
                "untick it.",
                invoice=name,
            )
        return self.env._(
            "%(invoice)s may not be asked: %(reason)s",
            invoice=name,
            reason=self._why_not_asked(decision),
        )

    def _why_not_asked(self, decision: Decision) -> str:
        """Why an item is not asked, and what would change that."""
        # No role creates reminders: this one, in memory, words the reason.
        reminder = self.env["recouvrement.reminder"].sudo().new({"case_id": self.id})
        reminder.company_id = self.company_id
        remedy = {
            Reason.ON_HOLD: self.env._("Lift the hold in the tab “Set aside” first."),
            Reason.DISPUTED: self.env._("Close the dispute first."),
            Reason.PROMISED: self.env._("Wait, or cancel the promise."),
            Reason.PLAN_RESPECTED: self.env._("Wait, or end the plan."),
        }.get(decision.reason, "")
        if decision.reason is Reason.NOT_DUE:
            return self.env._("Not due yet.")
        return " ".join(filter(None, (reminder._word(decision), remedy)))

    def _no_addressee(self, channel) -> str:
        """Nobody can be written to: a wish that says so is named."""
        code = channel._name.rpartition(".")[2]
        # Who writes may not see every company's wishes: all of them hold.
        wish = (
            self.env["recouvrement.preference"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("commercial_partner_id", "=", self.partner_id.id),
                    ("channel", "=", code),
                    ("kind", "=", "refused"),
                ],
                limit=1,
            )
        )
        if not wish:
            reminder = self.env["recouvrement.reminder"].new({"case_id": self.id})
            reminder.partner_id = self.partner_id
            return channel._no_address(reminder)
        return self.env._(
            "%(name)s does not want this channel any more (%(date)s, %(told)s): "
            "choose another one, or archive the wish in the tab “Contacts” if they "
            "changed their mind.",
            name=wish.partner_id.display_name,
            date=format_date(self.env, wish.date),
            told=wish.source,
        )

    def _check_not_waiting(self, order: Order) -> None:
        """One message on demand at a time about an item and by a channel."""
        waiting = self._lines_on_demand(order).filtered(
            lambda line: line.reminder_id.state in ("draft", "confirmed", "sending")
        )
        if waiting:
            reminder = waiting[0].reminder_id
            raise UserError(
                self.env._(
                    "A message about %(invoice)s by the same channel already waits, "
                    "written by %(user)s: let it leave, or remove it in “Today’s "
                    "messages”.",
                    invoice=waiting[0].move_id.name,
                    user=reminder.create_uid.name,
                )
            )

    def _lines_on_demand(self, order: Order):
        # No role writes the lines of reminders: those of former messages are closed.
        return (
            self.env["recouvrement.reminder.line"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", order.item_ids),
                    ("level_id", "=", self._on_demand_level().id),
                    ("channel", "=", order.channel),
                    ("is_active", "=", True),
                ]
            )
        )

    def _close_earlier(self, order: Order) -> None:
        """A message that left does not speak for the next one."""
        self._lines_on_demand(order)._write_life(is_active=False)

    def _check_may_leave(self, order: Order, asking: Asking) -> None:
        """The week's cap is a habit: a manager may go beyond it, and says why."""
        if not self.company_id.recouvrement_is_live:
            raise UserError(
                self.env._(
                    "The chase of %(company)s has not started, nothing leaves yet: "
                    "save the message as a draft, or start in Configuration › Debt "
                    "recovery › Start the chase.",
                    company=self.company_id.name,
                )
            )
        capped = self._capped(order.item_ids, asking)
        if not capped:
            return
        if not order.cap_reason:
            raise UserError(self._cap_words(capped))
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "Only a recovery manager may go beyond the contacts of the week."
                )
            )

    def _capped(self, item_ids, asking: Asking) -> Decision | None:
        """The decision that says the debtor was contacted enough, if it was."""
        found = (asking.decisions.get(item_id) for item_id in item_ids)
        return next(
            (one for one in found if one and one.reason is Reason.CONTACT_CAP), None
        )

    def _cap_words(self, decision: Decision) -> str:
        return self.env._(
            "%(customer)s was contacted on %(contacts)s days of the last seven, the "
            "most is %(cap)s. A message may leave from %(day)s on: save this one as a "
            "draft and send it then, or ask a manager, who may go beyond and say why.",
            customer=self.display_name,
            contacts=decision.values["contacts"],
            cap=decision.values["cap"],
            day=format_date(self.env, decision.next_date),
        )

    def _note_cap(self, reminder, reason: str) -> None:
        # No role writes a reminder: who allowed this one stays on it.
        reminder.sudo().cap_user_id = self.env.user
        self._message_log(
            body=self.env._(
                "A message leaves beyond the contacts of the week: %(reason)s",
                reason=reason,
            )
        )
