import uuid

from odoo import api, fields, models
from odoo.tools import format_date

from ..core.on_demand import ASKABLE
from ..models.recouvrement_write_now import CHANNELS, Order
from ..models.roles import MANAGER

WORDS = ("subject", "opening", "closing", "words")


class RecouvrementWrite(models.TransientModel):
    """Write to a debtor now: what is asked, to whom, in which words."""

    _name = "recouvrement.write"
    _description = "Write to a debtor"

    case_id = fields.Many2one("recouvrement.case", required=True, readonly=True)
    company_id = fields.Many2one(related="case_id.company_id")
    channel = fields.Selection(CHANNELS, required=True, default="email")
    recipient_id = fields.Many2one(
        "res.partner",
        compute="_compute_recipient_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_recipient_ids)]",
    )
    allowed_recipient_ids = fields.Many2many(
        "res.partner", compute="_compute_allowed_recipient_ids"
    )
    destination = fields.Char("Sent to", compute="_compute_destination")
    level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Text to start from",
        compute="_compute_level_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_level_ids)]",
    )
    allowed_level_ids = fields.Many2many(
        "recouvrement.policy.level", compute="_compute_allowed_level_ids"
    )
    text_id = fields.Many2one("recouvrement.template", compute="_compute_text_id")
    line_ids = fields.One2many("recouvrement.write.line", "write_id")
    has_refusals = fields.Boolean(compute="_compute_has_refusals")
    counts = fields.Boolean(
        "Counts as a reminder",
        compute="_compute_counts",
        store=True,
        readonly=False,
        help="The items for which the ladder calls for that level rise to it once the "
        "message is proved; what waited to leave at that level is replaced.",
    )
    joins_invoices = fields.Boolean(
        "Attach the invoices", compute="_compute_joined", store=True, readonly=False
    )
    joins_statement = fields.Boolean(
        "Attach the statement", compute="_compute_joined", store=True, readonly=False
    )
    cap_reason = fields.Char("Why go beyond")
    may_exceed = fields.Boolean(compute="_compute_may_exceed")
    waiting_text = fields.Char(compute="_compute_waiting_text")
    token = fields.Char(default=lambda self: uuid.uuid4().hex)

    # The words, and those they were before somebody changed them
    subject = fields.Char(compute="_compute_words", store=True, readonly=False)
    opening = fields.Html(
        "Before the table", compute="_compute_words", store=True, readonly=False
    )
    closing = fields.Html(
        "After the table", compute="_compute_words", store=True, readonly=False
    )
    words = fields.Text("Message", compute="_compute_words", store=True, readonly=False)
    offered = fields.Json(compute="_compute_words", store=True, readonly=False)
    names_text = fields.Char(compute="_compute_names_text")

    @api.model
    def default_get(self, fields_list):
        """What may be asked is ticked; the rest is shown, with the reason."""
        values = super().default_get(fields_list)
        case = self.env["recouvrement.case"].browse(values.get("case_id"))
        if case and "line_ids" in fields_list:
            channel = values.get("channel") or "email"
            values["line_ids"] = self._lines_of(case, channel)
        return values

    @api.model
    def _lines_of(self, case, channel: str) -> list:
        asking = case._asking(channel, fields.Date.context_today(self))
        ticked = case._items_to_ask(asking)
        # A collector who sells may see his own invoices only: here all are named.
        items = self.env["account.move.line"].sudo()
        items = items.browse(list(asking.decisions))
        names = {item.id: item.move_id.name or item.name or "" for item in items}
        return [
            fields.Command.create(
                {
                    "item_id": decision.item.id,
                    "name": names[decision.item.id],
                    "due_date": decision.item.due_date,
                    "currency_id": decision.item.currency_id,
                    "claim": float(decision.claim),
                    "is_asked": decision.item.id in ticked,
                    "why_not": ""
                    if decision.reason in ASKABLE
                    else case._why_not_asked(decision),
                }
            )
            for decision in sorted(
                asking.decisions.values(),
                key=lambda one: (one.reason not in ASKABLE, one.item.due_date),
            )
        ]

    # ------------------------------------------------------------------ what is offered

    def _asking(self):
        return self.case_id._asking(self.channel, fields.Date.context_today(self))

    @api.depends("case_id", "channel")
    def _compute_allowed_level_ids(self):
        for wizard in self:
            wizard.allowed_level_ids = wizard.case_id._text_levels(wizard.channel)

    @api.depends("case_id", "channel")
    def _compute_level_id(self):
        """Changing the channel keeps the level when it has a text for it."""
        for wizard in self:
            if not wizard.level_id or wizard.level_id not in wizard.allowed_level_ids:
                wizard.level_id = wizard.case_id._default_text_level(wizard.channel)

    @api.depends("case_id", "channel", "level_id")
    def _compute_allowed_recipient_ids(self):
        for wizard in self:
            wizard.allowed_recipient_ids = wizard.case_id._addressees(
                wizard.channel, wizard.level_id
            )

    @api.depends("case_id", "channel", "level_id")
    def _compute_recipient_id(self):
        for wizard in self:
            found = wizard.case_id._addressees(wizard.channel, wizard.level_id)
            if wizard.recipient_id not in found or not wizard.recipient_id:
                wizard.recipient_id = found[:1]

    @api.depends("recipient_id", "channel")
    def _compute_destination(self):
        for wizard in self:
            means = wizard.env[f"recouvrement.channel.{wizard.channel}"]
            address = wizard.recipient_id and means._address(wizard.recipient_id)
            wizard.destination = " · ".join((address or "").splitlines())

    @api.depends("level_id", "channel", "recipient_id")
    def _compute_text_id(self):
        for wizard in self:
            wizard.text_id = wizard.level_id and wizard.case_id._text_for(
                wizard.level_id, wizard.channel, wizard.recipient_id
            )

    @api.depends("line_ids.why_not")
    def _compute_has_refusals(self):
        for wizard in self:
            wizard.has_refusals = any(line.why_not for line in wizard.line_ids)

    @api.depends("level_id")
    def _compute_joined(self):
        for wizard in self:
            wizard.joins_invoices = wizard.level_id.attach_invoices
            wizard.joins_statement = wizard.level_id.attach_statement

    @api.depends("level_id")
    def _compute_counts(self):
        """Another text, another level: somebody says so again."""
        self.counts = False

    @api.depends_context("uid")
    def _compute_may_exceed(self):
        self.may_exceed = self.env.user.has_group(MANAGER)

    @api.depends("case_id")
    def _compute_waiting_text(self):
        """What is about to leave anyway, so that nobody writes twice unknowingly."""
        for wizard in self:
            waiting = wizard.case_id._waiting_reminders()
            channels = dict(waiting._fields["channel"]._description_selection(self.env))
            words = wizard.env._(
                "Already waiting to leave: %(messages)s.",
                messages=", ".join(
                    f"{one.level_id.code} · {channels[one.channel]} · "
                    f"{format_date(self.env, one.date)}"
                    for one in waiting
                ),
            )
            wizard.waiting_text = words if waiting else False

    # ------------------------------------------------------------------------ the words

    @api.depends("text_id", "line_ids.is_asked")
    def _compute_words(self):
        """The words of the text; what somebody changed stays, until another text."""
        for wizard in self:
            before = wizard.offered or {}
            is_other_text = before.get("text") not in (None, wizard.text_id.id)
            offered = wizard._offered()
            for name in WORDS:
                was = before.get(name)
                untouched = not wizard[name] or str(wizard[name]) == was
                if is_other_text or untouched:
                    wizard[name] = offered[name]
                    offered[name] = str(wizard[name] or "")
            wizard.offered = {**offered, "text": wizard.text_id.id}

    def _offered(self) -> dict:
        """The words of the text for the items that are ticked."""
        none = dict.fromkeys(WORDS, "")
        order = self._to_order()
        if not order.item_ids or not order.text or not order.addressee:
            return none
        case, day = self.case_id, fields.Date.context_today(self)
        asking = self._asking()
        if case._refused_items(order, asking):
            return none
        reminder = case._imagined(order, asking, day)
        subject, opening, closing = case._settled(order, reminder, day)
        if not order.is_html:
            return {**none, "words": opening}
        return {**none, "subject": subject, "opening": opening, "closing": closing}

    @api.depends("text_id", "channel")
    def _compute_names_text(self):
        for wizard in self:
            wizard.names_text = wizard.text_id and wizard.case_id._names_offered(
                wizard.text_id
            )

    # ------------------------------------------------------------------------ the order

    def _to_order(self) -> Order:
        """What the screen says, as the file understands it."""
        return Order(
            channel=self.channel,
            item_ids=tuple(
                line.item_id
                for line in self.line_ids
                if line.is_asked and not line.why_not
            ),
            level=self.level_id,
            text=self.text_id,
            addressee=self.recipient_id,
            counts=self.counts,
            joins_invoices=self.joins_invoices,
            joins_statement=self.joins_statement,
            cap_reason=(self.cap_reason or "").strip(),
            **self._changed_words(),
        )

    def _changed_words(self) -> dict:
        """All the words, when one of them is not what was offered; else nothing."""
        is_sms = self.channel == "sms"
        names = ("words",) if is_sms else ("subject", "opening", "closing")
        offered = self.offered or {}
        if all(str(self[name] or "") == offered.get(name, "") for name in names):
            return {}
        if is_sms:
            return {"subject": "", "opening": self.words or "", "closing": ""}
        return {name: str(self[name] or "") for name in names}

    def action_send(self):
        """It leaves; until then a notification lets it be undone."""
        reminder = self._apply(is_draft=False)
        return reminder._undo_notice(self.case_id._leaving_words(reminder))

    def action_save_draft(self):
        reminder = self._apply(is_draft=True)
        return reminder._undo_notice(
            self.env._("Draft kept: it waits in “Today’s messages”.")
        )

    def _apply(self, *, is_draft: bool):
        self.ensure_one()
        return self.case_id._write_now(
            self._to_order(), is_draft=is_draft, token=self.token
        )


class RecouvrementWriteLine(models.TransientModel):
    """An item that is asked, or the reason why it may not be."""

    _name = "recouvrement.write.line"
    _description = "Item to ask for"

    write_id = fields.Many2one(
        "recouvrement.write", required=True, ondelete="cascade", index=True
    )
    # Not a link: whoever writes may not see every invoice, and asks for them all.
    item_id = fields.Integer(required=True)
    name = fields.Char("Invoice", readonly=True)
    due_date = fields.Date("Due", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    claim = fields.Monetary("To ask", readonly=True)
    is_asked = fields.Boolean("Asked")
    why_not = fields.Char("Why not", readonly=True)
