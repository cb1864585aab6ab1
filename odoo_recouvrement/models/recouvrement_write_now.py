"""Writing to a debtor now: what is asked, in which words, to whom, checked and made.

``write_now`` is the door for scripts; the dialog of the file goes through the same
steps. See ``recouvrement_on_demand`` for what becomes of the message.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.decision import Channel, Decision, Limits, decide
from ..core.on_demand import ASKABLE, ask_ahead
from .recouvrement_on_demand import LEVEL
from .recouvrement_reread import amount_aside
from .windows import dialog

CHANNELS = [("email", "E-mail"), ("sms", "SMS"), ("letter", "Letter")]


class Asking(NamedTuple):
    """What may be asked of a debtor today, item by item.

    ``decisions``: outside the ladder; ``ladder``: what the ladder says, as if what
    waits to leave did not exist. ``aside``: the part of each item that is set aside.
    """

    decisions: dict[int, Decision]
    ladder: dict[int, Decision]
    aside: dict[int, Any]
    policy_id: int | None


@dataclass(frozen=True)
class Order:
    """What somebody wants to write. Words that are None are those of the text.

    ``level``: whose text it starts from; ``counts``: it stands for that level.
    """

    channel: str
    item_ids: tuple[int, ...]
    level: Any
    text: Any
    addressee: Any
    subject: str | None = None
    opening: str | None = None
    closing: str | None = None
    counts: bool = False
    joins_invoices: bool = False
    joins_statement: bool = False
    cap_reason: str = ""

    @property
    def is_html(self) -> bool:
        return self.channel != "sms"

    @property
    def is_edited(self) -> bool:
        return any(
            words is not None for words in (self.subject, self.opening, self.closing)
        )


class RecouvrementPolicyLevel(models.Model):
    _inherit = "recouvrement.policy.level"

    def _has_text(self, channel: str) -> bool:
        return any(text.channel == channel for text in self.template_ids)


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    # ------------------------------------------------------------------ for scripts

    def write_now(
        self,
        channel,
        item_ids=None,
        *,
        level_id=None,
        partner_id=None,
        subject=None,
        opening=None,
        closing=None,
        counts=False,
        attach_invoices=None,
        attach_statement=None,
        cap_reason="",
        draft=False,
        token=None,
    ) -> dict:
        """Write to the debtor now, outside the ladder; callable by odoorpc and JSON-2.

        :param channel: ``email``, ``sms`` or ``letter``
        :param item_ids: receivable journal items to ask; all that may be asked today
            in the currency of the oldest, when not given
        :param level_id: level whose text it starts from; the level the file stands at
            when not given, else the first that has a text for the channel
        :param partner_id: recipient; the one a reminder would go to when not given
        :param subject: replaces the subject of the text (e-mail and letter)
        :param opening: replaces what stands before the table of items, as HTML; the
            whole text of an SMS. Names in brackets (``[total]``) are worked out when
            the message leaves
        :param closing: replaces what stands after the table, as HTML
        :param counts: the message stands for the level it starts from: the items for
            which the ladder calls for that level rise to it once it is proved
        :param attach_invoices: and ``attach_statement``: as the level says by default
        :param cap_reason: why a manager goes beyond the contacts of the week
        :param draft: it waits in today's messages instead of leaving
        :param token: the same token writes one message, however often it is sent
        :return: ``{"id": reminder, "state": "draft" | "confirmed", "leaves": when}``,
            a UTC datetime as text, or False when it does not leave by itself
        :raises UserError: in words, with the remedy, when it may not be written
        """
        self.ensure_one()
        day = fields.Date.context_today(self)
        asking = self._asking(channel, day)
        level = self.env["recouvrement.policy.level"].browse(level_id or ())
        level = level or self._default_text_level(channel, asking.policy_id)
        addressee = self.env["res.partner"].browse(partner_id or ())
        addressee = addressee or self._addressees(channel, level)[:1]
        if item_ids is None:
            item_ids = self._items_to_ask(asking)
        order = Order(
            channel=channel,
            item_ids=tuple(item_ids),
            level=level,
            text=self._text_for(level, channel, addressee),
            addressee=addressee,
            subject=subject,
            opening=opening,
            closing=closing,
            counts=counts,
            joins_invoices=level.attach_invoices
            if attach_invoices is None
            else attach_invoices,
            joins_statement=level.attach_statement
            if attach_statement is None
            else attach_statement,
            cap_reason=cap_reason,
        )
        reminder = self._write_now(order, is_draft=draft, token=token)
        leaves = False if draft else self._leaves_at(channel)
        return {
            "id": reminder.id,
            "state": reminder.state,
            "leaves": fields.Datetime.to_string(leaves) if leaves else False,
        }

    # ------------------------------------------------------------------ what is known

    def _asking(self, channel: str, day: date) -> Asking:
        """What may be asked, and what the ladder says; one reading of the ledger."""
        self.ensure_one()
        if channel not in dict(CHANNELS):
            raise UserError(
                self.env._(
                    "Write by e-mail, SMS or letter, not by “%(channel)s”.",
                    channel=channel,
                )
            )
        replaced = self._waiting_reminders()
        decisions, ladder, aside, policy_id = {}, {}, {}, None
        level = self._on_demand_level()
        # A collector may not read payments, on which the facts rest.
        facts = self.env["recouvrement.facts"].sudo()
        for one in facts._gather(
            self.company_id,
            day,
            partner_ids=self.partner_id.ids,
            leaving=replaced.ids,
        ):
            policy_id = one.policy_id
            found = ask_ahead(
                one.debtor,
                one.items,
                level.id,
                Channel(channel),
                day,
                self._departure(channel),
                one.limits,
            )
            decisions = {decision.item.id: decision for decision in found}
            aside = {id_: amount_aside(one.debtor, id_, day) for id_ in decisions}
            by_ladder = decide(one.debtor, one.items, day, Limits())
            ladder = {decision.item.id: decision for decision in by_ladder}
        return Asking(decisions, ladder, aside, policy_id)

    def _waiting_reminders(self):
        """What the ladder proposed and did not leave yet."""
        return self.env["recouvrement.reminder"].search(
            [
                ("case_id", "=", self.id),
                ("state", "in", ("draft", "confirmed")),
                ("is_on_demand", "=", False),
                ("level_id.document", "=", "reminder"),
            ]
        )

    @api.model
    def _on_demand_level(self):
        """What these messages stand at; it belongs to no debtor's ladder."""
        level = self.env.ref(LEVEL, raise_if_not_found=False)
        if not level:
            raise UserError(
                self.env._(
                    "The level “Written on demand” was deleted: update the module to "
                    "get its texts back."
                )
            )
        return level

    def _items_to_ask(self, asking: Asking) -> list[int]:
        """All that may be asked, in the currency of what has been due longest.

        Those ticked on the file, if any of them may be.
        """
        askable = [one for one in asking.decisions.values() if one.reason in ASKABLE]
        items = self.env["account.move.line"].browse(one.item.id for one in askable)
        ticked = self._ticked(items)
        found = sorted(
            (one for one in askable if one.item.id in ticked.ids),
            key=lambda one: (one.item.due_date, one.item.id),
        )
        currency_id = found[0].item.currency_id if found else None
        return [one.item.id for one in found if one.item.currency_id == currency_id]

    # -------------------------------------------------------------- words and readers

    def _text_levels(self, channel: str, policy_id: int | None = None):
        """The levels whose text a message by this channel may start from.

        Those of the debtor's ladder that claim what is due, then the neutral text. A
        mise en demeure is a document of its own, with its own button.
        """
        policies = self.env["recouvrement.policy"]
        policy = self.effective_policy_id or policies.browse(policy_id or ())
        claiming = policy.level_ids.filtered(
            lambda level: (
                level.active
                and level.days >= 0
                and level.document == "reminder"
                and level._has_text(channel)
            )
        )
        neutral = self._on_demand_level()
        return claiming | neutral.filtered(lambda level: level._has_text(channel))

    def _default_text_level(self, channel: str, policy_id: int | None = None):
        """The level the file stands at, or the last one before it that has a text."""
        levels = self._text_levels(channel, policy_id)
        if not levels:
            raise UserError(
                self.env._(
                    "No level of %(customer)s has a text for this channel: add one in "
                    "Configuration › Debt recovery › Texts of the reminders.",
                    customer=self.display_name,
                )
            )
        steps = (levels - self._on_demand_level()).sorted("days")
        reached = self.level_id.days if self.level_id else 0
        behind = steps.filtered(lambda level: level.days <= reached)
        return behind[-1:] or steps[:1] or levels[:1]

    @api.model
    def _text_for(self, level, channel: str, addressee):
        """The text of the level in the reader's language."""
        lang = addressee.lang or self.partner_id.lang or "fr_FR"
        return level.with_company(self.company_id)._find_template(channel, lang)

    def _addressees(self, channel: str, level):
        """The contacts that the channel may reach, the one a reminder goes to first."""
        steps = level if level.days >= 0 else self.level_id or self.next_level_id
        reminder = self.env["recouvrement.reminder"].new(
            {
                "company_id": self.company_id.id,
                "case_id": self.id,
                "partner_id": self.partner_id.id,
                "level_id": (steps or level).id,
                "channel": channel,
                "line_ids": [
                    Command.create(
                        {"move_line_id": item.id, "move_id": item.move_id.id}
                    )
                    for item in self.open_line_ids
                ],
            }
        )
        messages = self.env["recouvrement.message"].with_company(self.company_id)
        means = self.env[f"recouvrement.channel.{channel}"]
        known = self.partner_id.browse(
            [partner._origin.id for partner in messages._candidates(reminder)]
        )
        known |= self.contact_ids.partner_id | self.partner_id.child_ids
        # Who writes may not see every company's wishes: all of them hold.
        bad = reminder.sudo()._bad_addresses()
        reachable = known.filtered(
            lambda partner: (
                partner.active and messages._usable_address(partner, means, bad)
            )
        )
        return reachable.sorted(
            lambda partner: f"prefer:{channel}:{partner.id}" not in bad
        )

    # ------------------------------------------------------------------- the buttons

    def action_write_email(self):
        return self._open_write("email")

    def action_write_sms(self):
        return self._open_write("sms")

    def action_write_letter(self):
        return self._open_write("letter")

    def _open_write(self, channel: str) -> dict:
        self.ensure_one()
        self.check_access("write")
        return dialog(
            "recouvrement.write",
            self.env._("Write to %(name)s", name=self.display_name),
            default_case_id=self.id,
            default_channel=channel,
            dialog_size="extra-large",
        )
