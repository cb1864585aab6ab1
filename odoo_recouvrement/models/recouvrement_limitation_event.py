from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..core.faults import FIRST_DAY
from ..core.limitation_events import EVENT_BASIS, SUSPENSIONS, EventKind
from .windows import dialog

TITLE = "title"
TITLE_BASIS = "CPCE L111-4"
KINDS = [
    ("acknowledgement", "Acknowledgement of the debt"),
    ("part_payment", "Part payment"),
    ("court_claim", "Claim in court"),
    ("enforcement", "Protective measure or act of enforcement"),
    ("mediation", "Mediation"),
    ("conciliation", "Conciliation"),
    ("participative", "Participative procedure"),
    ("small_claims", "Small claims procedure, agreed to"),
    ("inquiry", "Inquiry ordered before trial"),
    ("letter", "Registered letter or written claim"),
    (TITLE, "Title obtained"),
]
# What lasts: its end is known later, and typed in then.
LASTING = {kind.value for kind in SUSPENSIONS} | {EventKind.COURT_CLAIM.value}
# What may still change once it is entered; for the rest, void it and enter it again.
LATER = {"until", "proof_ids", "is_proof_due", "note"}
# What is written by the actions alone.
OWN = {
    "is_confirmed", "is_void", "void_reason", "void_user_id", "void_date",
    "partial_id", "user_id",
}  # fmt: skip


class RecouvrementLimitationEvent(models.Model):
    """What happened to a prescription: with its day, its proof, and who entered it.

    Nothing is deleted. Without its proof an event does not move the deadline: the
    screen says what it would do.
    """

    _name = "recouvrement.limitation.event"
    _description = "Event of a prescription"
    _order = "day desc, id desc"
    _rec_name = "kind"
    _check_company_auto = True

    case_id = fields.Many2one(
        "recouvrement.case", "File", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    kind = fields.Selection(KINDS, "What happened", required=True)
    day = fields.Date("On", required=True, default=fields.Date.context_today)
    until = fields.Date(
        "Ended on",
        help="End of the proceedings, of the mediation… Leave it empty while it lasts.",
    )
    lasts = fields.Boolean(compute="_compute_effect_text")
    effect_text = fields.Char("Effect", compute="_compute_effect_text")
    move_line_ids = fields.Many2many(
        "account.move.line",
        "recouvrement_limitation_event_item_rel",
        "event_id",
        "line_id",
        string="Items",
        domain="[('partner_id', 'child_of', partner_id),"
        " ('account_type', '=', 'asset_receivable'), ('reconciled', '=', False),"
        " ('parent_state', '=', 'posted'), ('company_id', '=', company_id)]",
        help="Leave empty when it bears on all that the customer owed that day.",
    )
    item_text = fields.Char("Items concerned", compute="_compute_item_text")
    note = fields.Char("Details", help="Court, number, author of the acknowledgement…")
    proof_ids = fields.Many2many(
        "ir.attachment",
        "recouvrement_limitation_event_proof_rel",
        "event_id",
        "attachment_id",
        ondelete="restrict",
    )
    is_proof_due = fields.Boolean(
        "Proof to attach later",
        help="The proof comes later: until then the event does not move the deadline.",
    )
    is_confirmed = fields.Boolean(default=True, readonly=True, copy=False)
    partial_id = fields.Many2one(
        "account.partial.reconcile",
        "Read in the ledger",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_void = fields.Boolean(readonly=True, copy=False)
    void_reason = fields.Char("Why it is void", readonly=True, copy=False)
    void_user_id = fields.Many2one("res.users", "Voided by", readonly=True, copy=False)
    void_date = fields.Datetime("Voided on", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Entered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        [
            ("proposed", "To confirm"),
            ("to_prove", "Proof to attach"),
            ("counted", "Counted"),
            ("void", "Voided"),
        ],
        compute="_compute_state",
        store=True,
    )

    _until_after_day = models.Constraint(
        "CHECK(until IS NULL OR until >= day)", "What lasts ends after it begins."
    )
    _partial_unique = models.UniqueIndex(
        "(partial_id) WHERE partial_id IS NOT NULL",
        "This payment is already among the events of the prescription.",
    )

    # --------------------------------------------------------------------- words

    @api.depends("kind", "day")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            day = format_date(self.env, event.day)
            event.display_name = f"{kinds.get(event.kind, '')} · {day}"

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_effect_text(self):
        """What such an event does, and by which article: told while it is entered."""
        for event in self:
            event.lasts = event.kind in LASTING
            event.effect_text = event._effect_words()

    def _effect_words(self) -> str:
        kind = self.kind
        if not kind:
            return ""
        if kind == TITLE:
            return self.env._(
                "Ten years from the title to enforce it (%(basis)s). For a judgment, "
                "an order made enforceable or an approved settlement only.",
                basis=TITLE_BASIS,
            )
        basis = EVENT_BASIS[EventKind(kind)]
        if kind == EventKind.LETTER.value:
            return self.env._(
                "Does not interrupt (%(basis)s), unless the debtor is a public body or "
                "the contract says so.",
                basis=basis,
            )
        if EventKind(kind) in SUSPENSIONS:
            return self.env._(
                "Suspends: the clock stops, and at least six months are left after it "
                "(%(basis)s).",
                basis=basis,
            )
        return self.env._(
            "Interrupts: a new whole period runs (%(basis)s, C. civ. 2231).",
            basis=basis,
        )

    @api.depends("move_line_ids.move_name")
    @api.depends_context("lang")
    def _compute_item_text(self):
        for event in self:
            names = list(dict.fromkeys(event.move_line_ids.mapped("move_name")))
            shown = ", ".join(names[:3])
            if len(names) > 3:
                shown = self.env._(
                    "%(names)s and %(more)s more", names=shown, more=len(names) - 3
                )
            event.item_text = shown or self.env._("All that was owed")

    @api.depends("is_void", "is_confirmed", "proof_ids", "partial_id")
    def _compute_state(self):
        for event in self:
            if event.is_void:
                event.state = "void"
            elif not event.is_confirmed:
                event.state = "proposed"
            else:
                proved = event.proof_ids or event.partial_id
                event.state = "counted" if proved else "to_prove"

    # -------------------------------------------------------------------- guards

    @api.constrains("proof_ids", "is_proof_due", "partial_id")
    def _check_proof_or_due(self):
        for event in self:
            is_excused = event.is_proof_due or event.partial_id or event.is_void
            if not event.proof_ids and not is_excused:
                raise ValidationError(
                    self.env._(
                        "“%(event)s”: attach the proof, or tick “Proof to attach "
                        "later”. Without it, the event does not move the deadline.",
                        event=event.display_name,
                    )
                )

    @api.constrains("day", "until", "kind", "move_line_ids")
    def _check_story(self):
        today = fields.Date.context_today(self)
        for event in self:
            if event.day < FIRST_DAY:
                raise ValidationError(
                    self.env._(
                        "“%(event)s”: check the year of the date.",
                        event=event.display_name,
                    )
                )
            if event.day > today or (event.until and event.until > today):
                raise ValidationError(
                    self.env._(
                        "“%(event)s” has not happened yet: enter it when it has.",
                        event=event.display_name,
                    )
                )
            if event.until and event.kind not in LASTING:
                raise ValidationError(
                    self.env._(
                        "“%(event)s” happens on one day: leave its end empty.",
                        event=event.display_name,
                    )
                )
            if event.kind == TITLE and not event.move_line_ids:
                raise ValidationError(
                    self.env._(
                        "Choose the items that the title orders to pay: it does not "
                        "cover the others."
                    )
                )

    @api.constrains("move_line_ids", "case_id")
    def _check_items_of_the_debtor(self):
        for event in self:
            foreign = event.move_line_ids.filtered(
                lambda line, event=event: (
                    line.partner_id.commercial_partner_id != event.partner_id
                    or line.company_id != event.company_id
                )
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(item)s is not owed by %(customer)s: choose items of this "
                        "file.",
                        item=foreign[0].display_name,
                        customer=event.partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() & OWN for vals in vals_list):
            self._refuse_falsification()
        events = super().create(vals_list)
        events._own_proofs()
        # One note a file, all at once: a night may propose thousands.
        notes = {
            case.id: Markup("<br/>").join(
                self.env._(
                    "Prescription: “%(event)s” entered.", event=event.display_name
                )
                for event in own
            )
            for case, own in events.grouped("case_id").items()
        }
        events.case_id._message_log_batch(notes)
        events.filtered(lambda event: event.state != "proposed")._moved()
        return events

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & OWN:
                self._refuse_falsification()
            if vals.keys() - LATER or self._takes_proof_away(vals):
                raise UserError(
                    self.env._(
                        "What was entered stays: void the event with a reason, and "
                        "enter it again."
                    )
                )
            if any(event.is_void for event in self):
                raise UserError(self.env._("A void event no longer changes."))
        result = super().write(vals)
        if "proof_ids" in vals:
            self._own_proofs()
        if vals.keys() & {"until", "proof_ids", "is_void", "is_confirmed"}:
            self._moved()
        return result

    def _refuse_falsification(self):
        raise AccessError(
            self.env._(
                "Who enters, confirms or voids an event is written by the buttons."
            )
        )

    def _takes_proof_away(self, vals) -> bool:
        """Whether these values would remove a proof that is attached."""
        kept = {fields.Command.CREATE, fields.Command.UPDATE, fields.Command.LINK}
        for command in vals.get("proof_ids", ()):
            if command[0] == fields.Command.SET:
                if any(set(event.proof_ids.ids) - set(command[2]) for event in self):
                    return True
            elif command[0] not in kept:
                return True
        return False

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "An event of a prescription is not deleted: void it, and say why."
            )
        )

    def _own_proofs(self):
        """The proof belongs to the event: whoever may read it may open the proof."""
        for event in self:
            # A collector may not write what was dropped on the form, nobody's yet.
            orphans = event.proof_ids.sudo().filtered(lambda proof: not proof.res_id)
            orphans.write({"res_model": self._name, "res_id": event.id})

    # ------------------------------------------------------------------- actions

    def action_confirm(self):
        """Somebody read the payment: it acknowledges the debt without ambiguity."""
        self.check_access("write")
        waiting = self.filtered(lambda event: event.state == "proposed")
        # No role types in who confirmed: this button does, in the collector's name.
        waiting.sudo().write({"is_confirmed": True, "user_id": self.env.uid})
        for event in waiting:
            event.case_id._message_log(
                body=self.env._(
                    "Prescription: “%(event)s” confirmed.", event=event.display_name
                )
            )
        return True

    def action_refuse(self):
        """The payment does not say which debt it acknowledges."""
        return self.action_void(self.env._("Ambiguous: it acknowledges no debt."))

    def action_void(self, reason: str):
        """It does not hold: withdrawn, dismissed, a mistake. It stays, void."""
        self.check_access("write")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the event is void."))
        held = self.filtered(lambda event: not event.is_void)
        held._void(reason.strip())
        return True

    def _void(self, reason: str):
        # No role types in what is void: this button does, and who did it is noted.
        self.sudo().write(
            {
                "is_void": True,
                "void_reason": reason,
                "void_user_id": self.env.uid,
                "void_date": fields.Datetime.now(),
            }
        )
        for event in self:
            event.case_id._message_log(
                body=self.env._(
                    "Prescription: “%(event)s” is void. %(reason)s",
                    event=event.display_name,
                    reason=reason,
                )
            )

    def action_open_void(self):
        return dialog(
            "recouvrement.limitation.void",
            self.env._("Void the event"),
            default_event_ids=self.ids,
        )

    def _moved(self):
        """The deadlines of the items concerned are counted again, and the alerts."""
        service = self.env["recouvrement.limitation"]
        lines = self.move_line_ids
        for event in self.filtered(lambda event: not event.move_line_ids):
            lines |= event.case_id.open_line_ids
        service._refresh(lines)
        service._close_alerts(self.case_id)
