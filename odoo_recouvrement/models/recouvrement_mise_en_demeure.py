"""The mise en demeure: a document of its own, carried by a reminder.

The reminder gives what any message needs (number, freezing, exactly-once dispatch,
proof, withdrawal); what is here is what only a mise en demeure has: who signs it,
what it asks apart (principal, interest, 40 €), what stands behind it, what became of
the letter, and the delay to pay. See docs/adr/0012.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.calendar import Region
from ..core.delivery import delivery, pay_until, receipt_expected
from .recouvrement_reminder import FROZEN_STATES

STAGES = [
    ("draft", "To confirm"),
    ("ready", "Ready to leave"),
    ("written", "To post"),
    ("posted", "Posted"),
    ("presented", "Presented"),
    ("received", "Received and signed for"),
    ("refused", "Refused"),
    ("unclaimed", "Not collected"),
    ("wrong_address", "Wrong address"),
    ("withdrawn", "Withdrawn"),
    ("cancelled", "Cancelled"),
]
BEFORE = {
    "draft": "draft",
    "confirmed": "ready",
    "sending": "ready",
    "withdrawn": "withdrawn",
    "cancelled": "cancelled",
}
# What whoever prepares it may still change, until it leaves.
PREPARED = frozenset({"signatory_id", "note", "check_ids"})


class RecouvrementMiseEnDemeure(models.Model):
    """One formal notice to pay, to one debtor, in one currency."""

    _name = "recouvrement.mise_en_demeure"
    _description = "Mise en demeure"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_names_search = ["name", "partner_id"]

    reminder_id = fields.Many2one(
        "recouvrement.reminder",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    name = fields.Char("Number", related="reminder_id.name", store=True)
    company_id = fields.Many2one(
        related="reminder_id.company_id", store=True, index=True
    )
    case_id = fields.Many2one(related="reminder_id.case_id", store=True, index=True)
    partner_id = fields.Many2one(related="reminder_id.partner_id", store=True)
    currency_id = fields.Many2one(related="reminder_id.currency_id", store=True)
    user_id = fields.Many2one(related="reminder_id.user_id", store=True)
    profile = fields.Selection(related="case_id.profile")
    channel = fields.Selection(related="reminder_id.channel")
    reminder_state = fields.Selection(related="reminder_id.state")
    date = fields.Date(related="reminder_id.date", store=True)
    sent_date = fields.Datetime(related="reminder_id.sent_date")
    line_ids = fields.One2many(related="reminder_id.line_ids")
    pdf_id = fields.Many2one(related="reminder_id.pdf_id")
    pdf_sha256 = fields.Char(related="reminder_id.pdf_sha256")
    preview_pdf = fields.Binary(related="reminder_id.preview_pdf")
    preview_pdf_error = fields.Char(related="reminder_id.preview_pdf_error")
    failure_reason = fields.Text(related="reminder_id.failure_reason")
    is_left = fields.Boolean(compute="_compute_is_left")
    is_manual = fields.Boolean(
        "Made by hand", readonly=True, help="Somebody chose its items."
    )
    signatory_id = fields.Many2one(
        "recouvrement.signatory",
        domain="[('company_id', '=', company_id)]",
        ondelete="restrict",
    )
    note = fields.Text()
    check_ids = fields.One2many("recouvrement.mise_en_demeure.check", "notice_id")

    # What it asked, frozen when it left
    principal_total = fields.Monetary("Principal", readonly=True)
    interest_total = fields.Monetary("Late interest", readonly=True)
    fee_total = fields.Monetary("Recovery fees", readonly=True)
    total = fields.Monetary("Total asked", readonly=True)
    item_amounts = fields.Json(
        readonly=True,
        help="Principal, interest and fee asked for each item, as text, by item.",
    )
    payment_days = fields.Integer("Days to pay", readonly=True)
    signed_by = fields.Char(readonly=True)

    # What became of it
    event_ids = fields.One2many("recouvrement.mise_en_demeure.event", "notice_id")
    stage = fields.Selection(STAGES, compute="_compute_stage", store=True, index=True)
    posted_date = fields.Date("Posted on", compute="_compute_stage", store=True)
    notice_date = fields.Date(
        "Counts from",
        compute="_compute_stage",
        store=True,
        help="The day it reached the debtor: its reception, or its first presentation "
        "when it was refused or not collected (Cass. 1re civ. 20/01/2021, "
        "n° 19-20.680). From then on a consumer owes interest, and the delay runs.",
    )
    deadline = fields.Date("Pay by", compute="_compute_stage", store=True)
    receipt_due = fields.Date(
        "Receipt expected by", compute="_compute_stage", store=True
    )

    _reminder_unique = models.UniqueIndex(
        "(reminder_id)", "A reminder carries one mise en demeure."
    )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = notice.name or self.env._(
                "Mise en demeure of %(customer)s",
                customer=notice.partner_id.display_name,
            )

    @api.depends(
        "reminder_id.state",
        "payment_days",
        "event_ids.step",
        "event_ids.date",
        "event_ids.is_void",
    )
    def _compute_stage(self):
        """Where it is: its reminder until it is posted, then the post."""
        for notice in self:
            events = notice._core_events()
            found = delivery(events)
            notice.posted_date = found.posted
            before = BEFORE.get(notice.reminder_id.state)
            notice.stage = before or (found.step.value if found.step else "written")
            is_alive = before is None
            notice.notice_date = found.notice_date if is_alive else False
            notice.receipt_due = receipt_expected(events) if is_alive else False
            notice.deadline = notice.notice_date and pay_until(
                notice.notice_date,
                notice.payment_days,
                Region(notice.company_id.recouvrement_region),
            )

    @api.depends("reminder_id.state")
    def _compute_is_left(self):
        for notice in self:
            notice.is_left = notice.reminder_id.state not in ("draft", "confirmed")

    # -------------------------------------------------------------------- guards

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - PREPARED:
                raise AccessError(
                    self.env._("A mise en demeure only changes through its buttons.")
                )
            self._check_not_left()
        return super().write(vals)

    def _check_not_left(self):
        left = self.filtered(lambda one: one.reminder_id.state in FROZEN_STATES)
        if left:
            raise UserError(
                self.env._(
                    "%(notice)s has left: who signed it and what was checked before "
                    "stay as they were.",
                    notice=left[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "Mises en demeure are a register: cancel one before it leaves, or "
                "withdraw it afterwards."
            )
        )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A mise en demeure cannot be duplicated."))

    # ------------------------------------------------------------------- opening

    @api.model
    def _open(self, reminder_ids: list[int], *, is_manual: bool = False) -> int:
        """Give each of these reminders its mise en demeure; return how many.

        Three statements whatever their number: a run may propose thousands.
        """
        if not reminder_ids:
            return 0
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO recouvrement_mise_en_demeure
                       (reminder_id, name, company_id, case_id, partner_id,
                        currency_id, user_id, date, payment_days, is_manual, stage,
                        signatory_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT reminder.id, reminder.name, reminder.company_id,
                       reminder.case_id, reminder.partner_id, reminder.currency_id,
                       reminder.user_id, reminder.date, level.payment_days, %(manual)s,
                       CASE reminder.state WHEN 'draft' THEN 'draft' ELSE 'ready' END,
                       (SELECT id FROM recouvrement_signatory signatory
                         WHERE signatory.company_id = reminder.company_id
                           AND signatory.active
                           AND COALESCE(date_from, reminder.date) <= reminder.date
                           AND COALESCE(date_to, reminder.date) >= reminder.date
                      ORDER BY sequence, id LIMIT 1),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM recouvrement_reminder reminder
                  JOIN recouvrement_policy_level level ON level.id = reminder.level_id
                 WHERE reminder.id = ANY(%(ids)s)
                   AND level.document = 'mise_en_demeure'
                   AND reminder.state IN ('draft', 'confirmed')
              ORDER BY reminder.id
           ON CONFLICT (reminder_id) DO NOTHING
             RETURNING id
                """,
                ids=list(reminder_ids),
                manual=is_manual,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["recouvrement.reminder"].invalidate_model(["notice_ids"], flush=False)
        self.env["recouvrement.mise_en_demeure.check"]._open(ids)
        return len(ids)

    # ------------------------------------------------------------------- actions

    def action_open_notice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()

    def action_open_reminder(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "recouvrement.reminder",
            "res_id": self.reminder_id.id,
            "views": [(False, "form")],
        }

    def action_confirm(self):
        return self.reminder_id.action_confirm()

    def action_print_letters(self):
        return self.reminder_id.action_print_letters()

    def action_open_posted(self):
        return self.reminder_id.action_open_posted()

    def action_open_remove(self):
        return self.reminder_id.action_open_remove()

    def action_open_withdraw(self):
        return self.reminder_id.action_open_withdraw()
