"""A message written on demand: a reminder like the others, outside the ladder.

It is numbered, frozen, sent exactly once, proved or withdrawn as they are, on the same
days and within the same caps. What it may ask is judged without the ladder
(``core/on_demand.py``), when it is written and again at the second it leaves. Its lines
stand at a level of their own, that is no step of any ladder; those that « count as a
reminder » stand at the step they are a reminder of.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.decision import Channel, Decision, Limits, Reason
from ..core.on_demand import ask
from .recouvrement_reread import PUT_OFF, amount_aside

LEVEL = "odoo_recouvrement.level_on_demand"
# What only a message written on demand has, as fields of the reminder.
OWN_FIELDS = (
    "is_on_demand",
    "text_level_id",
    "start_text_id",
    "own_subject",
    "own_body",
    "addressee_id",
    "joins_invoices",
    "joins_statement",
    "cap_reason",
)


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    is_on_demand = fields.Boolean(
        "Written on demand",
        readonly=True,
        help="Somebody decided to write it; no step of the ladder called for it.",
    )
    text_level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Text of",
        readonly=True,
        ondelete="set null",
        help="The level whose text, tone and delay to pay it has.",
    )
    start_text_id = fields.Many2one(
        "recouvrement.template", "Starting text", readonly=True, ondelete="set null"
    )
    own_subject = fields.Char("Subject written", readonly=True)
    own_body = fields.Text(
        "Text written", readonly=True, help="Its source, when somebody changed it."
    )
    # Not a mirror: merging contacts follows foreign keys.
    addressee_id = fields.Many2one(
        "res.partner", "Chosen recipient", readonly=True, ondelete="set null"
    )
    joins_invoices = fields.Boolean("Invoices attached", readonly=True)
    joins_statement = fields.Boolean("Statement attached", readonly=True)
    cap_reason = fields.Char(
        "Beyond the week's cap because",
        readonly=True,
        help="A manager let it leave although the debtor was contacted enough this "
        "week.",
    )
    cap_user_id = fields.Many2one("res.users", "Allowed by", readonly=True)
    token = fields.Char(
        readonly=True, copy=False, help="One per screen: two clicks write one message."
    )

    _token_unique = models.UniqueIndex(
        "(token) WHERE token IS NOT NULL", "This message is written already."
    )

    # ------------------------------------------------------------- what it is made of

    def _text_level(self):
        return self.text_level_id or super()._text_level()

    def _own_text(self):
        if not self.own_body:
            return super()._own_text()
        return self.own_subject or "", self.own_body

    def _joins_invoices(self):
        return self.joins_invoices if self.is_on_demand else super()._joins_invoices()

    def _joins_statement(self):
        return self.joins_statement if self.is_on_demand else super()._joins_statement()

    def _tone_at(self, level):
        if not self.is_on_demand:
            return super()._tone_at(level)
        return self._text_level().tone

    # ------------------------------------------------------------------ reading again

    def _reread(self, now, day):
        """Those on demand come last, one of a debtor at a time.

        What leaves before one of them is a contact: neither two collectors nor two
        channels get around the cap of the week.
        """
        waiting = self.filtered("is_on_demand")
        remaining = super(RecouvrementReminder, self - waiting)._reread(now, day)
        while waiting:
            turn = self.browse(
                [own.ids[0] for own in waiting.grouped("case_id").values()]
            )
            turn = turn.with_context(recouvrement_written_to=remaining.case_id.ids)
            kept = super(RecouvrementReminder, turn)._reread(now, day)
            remaining |= kept.with_env(self.env)
            waiting -= turn
        return remaining

    def _decide_again(self, day):
        on_demand = self.filtered("is_on_demand")
        others = self - on_demand
        decisions, aside = {}, {}
        if others:
            decisions, aside = super(RecouvrementReminder, others)._decide_again(day)
        if on_demand:
            found, found_aside = on_demand._ask_again(day)
            decisions, aside = {**decisions, **found}, {**aside, **found_aside}
        return decisions, aside

    def _ask_again(self, day) -> tuple[dict, dict]:
        """What may still be asked, by item: one reminder of each debtor at most."""
        by_customer = {reminder.partner_id.id: reminder for reminder in self}
        told = self.env.context.get("recouvrement_written_to", ())
        decisions, aside = {}, {}
        for one in self.env["recouvrement.facts"]._gather(
            self.company_id, day, partner_ids=self.partner_id.ids, leaving=self.ids
        ):
            reminder = by_customer[one.partner_id]
            levels = {
                line.move_line_id.id: line.level_id.id for line in reminder.line_ids
            }
            debtor = one.debtor
            if one.case_id in told:
                days = (*debtor.contact_days, day)
                debtor = debtor._replace(contact_days=tuple(sorted(set(days))))
            for decision in ask(
                debtor,
                one.items,
                reminder.level_id.id,
                Channel(reminder.channel),
                day,
                Limits() if reminder.cap_reason else one.limits,
            ):
                item_id = decision.item.id
                decisions[item_id] = _at(decision, levels.get(item_id))
                aside[item_id] = amount_aside(debtor, item_id, day)
        return decisions, aside

    def _foresee(self, day):
        imagined, note = super()._foresee(day)
        if self.is_on_demand:
            for name in OWN_FIELDS:
                imagined[name] = self[name]
        return imagined, note

    def _word(self, decision):
        if not self.is_on_demand or decision.reason not in PUT_OFF:
            return super()._word(decision)
        day = format_date(self.env, decision.next_date)
        if decision.reason is Reason.NOT_SENDING_DAY:
            return self.env._(
                "Nothing is sent that day: it leaves on %(day)s.", day=day
            )
        return self.env._(
            "Already contacted on %(contacts)s days within a week (cap: %(cap)s): it "
            "may leave on %(day)s.",
            contacts=decision.values["contacts"],
            cap=decision.values["cap"],
            day=day,
        )


class RecouvrementMessage(models.AbstractModel):
    _inherit = "recouvrement.message"

    def _recipient(self, reminder, channel, bad):
        """Whom somebody chose, as long as the channel may still reach them."""
        chosen = reminder.addressee_id._origin
        if not chosen or not reminder.partner_id.active:
            return super()._recipient(reminder, channel, bad)
        address = chosen.active and self._usable_address(chosen, channel, bad)
        if not address:
            raise UserError(
                self.env._(
                    "%(name)s cannot be reached this way: the address is missing, came "
                    "back, or its owner declined. Choose another recipient or another "
                    "channel.",
                    name=chosen.display_name,
                )
            )
        return chosen, address

    def _template(self, reminder, lang):
        return reminder.start_text_id._origin or super()._template(reminder, lang)


def _at(decision: Decision, level_id: int | None) -> Decision:
    """The decision, at the level its line stands at."""
    if not level_id or decision.step is None:
        return decision
    return decision._replace(step=decision.step._replace(id=level_id))
