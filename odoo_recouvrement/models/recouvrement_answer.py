"""What a debtor answered by itself: kept as it came, followed up at once."""

from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..core.answer import Answer, fingerprint
from .mail_activity import FIX_CONTACT, MATCH_PAYMENT, READ_ANSWER
from .recouvrement_portal_settings import HOLD_SETTINGS

TASKS = {"paid": MATCH_PAYMENT, "contact": FIX_CONTACT}
# The days over which the waits of an item are counted.
WAIT_DAYS = 90
# What follows from an answer is noted once it is kept; the rest never changes.
FOLLOW_UP_FIELDS = frozenset(
    "hold_id promise_id dispute_id plan_id activity_id attachment_ids".split()
)


class RecouvrementAnswer(models.Model):
    """An answer given on the debtor's page: who, what, when, from where."""

    _name = "recouvrement.answer"
    _description = "Debtor's answer"
    _order = "date desc, id desc"

    access_id = fields.Many2one(
        "recouvrement.access", required=True, readonly=True, ondelete="restrict"
    )
    case_id = fields.Many2one(
        "recouvrement.case", "File", required=True, readonly=True, ondelete="restrict",
        index=True,
    )  # fmt: skip
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", store=True)
    date = fields.Datetime("Answered on", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("paid", "Paid"),
            ("dispute", "Disputes"),
            ("promise", "Will pay"),
            ("plan", "Proposes instalments"),
            ("contact", "Wrong contact"),
        ],
        required=True,
        readonly=True,
    )
    move_line_ids = fields.Many2many("account.move.line", string="Items", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    day = fields.Date("Date given", readonly=True)
    instalments = fields.Integer(readonly=True)
    reason_id = fields.Many2one(
        "recouvrement.dispute.reason", readonly=True, ondelete="restrict"
    )
    reference = fields.Char("Payment reference", readonly=True)
    text = fields.Text("Message", readonly=True)
    contact_name = fields.Char(readonly=True)
    contact_address = fields.Char("E-mail or phone of the contact", readonly=True)
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        "Files",
        domain=[("res_model", "=", "recouvrement.answer")],
        readonly=True,
    )
    user_id = fields.Many2one("res.users", "Logged in as", readonly=True)
    address = fields.Char("IP address", readonly=True)
    fingerprint = fields.Char(required=True, readonly=True)

    # What followed
    hold_id = fields.Many2one("recouvrement.hold", "Wait", readonly=True)
    promise_id = fields.Many2one("recouvrement.promise", readonly=True)
    dispute_id = fields.Many2one("recouvrement.dispute", readonly=True)
    plan_id = fields.Many2one("recouvrement.plan", readonly=True)
    activity_id = fields.Many2one("mail.activity", "Task", readonly=True)

    _given_once = models.UniqueIndex(
        "(case_id, fingerprint)", "This answer was already given today."
    )
    _access_idx = models.Index("(access_id)")

    @api.depends("kind", "date")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for answer in self:
            answer.display_name = f"{kinds.get(answer.kind)} · {answer.date}"

    # ----------------------------------------------------------------- the register

    def write(self, vals):
        if vals.keys() - FOLLOW_UP_FIELDS:
            raise UserError(self.env._("A debtor's answer is kept as it came."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("A debtor's answer is kept as it came."))

    # -------------------------------------------------------------------- receiving

    @api.model
    def _receive(self, access, answer: Answer, files=(), *, user=None, address=""):
        """Keep an answer and do what follows from it; the same one given again is it.

        ``files``: checked, as ``core.upload`` gives them. ``user``: the portal user
        who is logged in, if one is. The answer is returned.
        """
        # A visitor, logged in or not, may write nothing: its link was checked.
        register = self.with_user(SUPERUSER_ID).with_company(access.company_id)
        case = access.case_id.with_env(register.env)
        today = fields.Date.context_today(case)
        # Two posts at once: the second waits here, then is played again and finds it.
        access.with_env(register.env).last_answer_date = fields.Datetime.now()
        register.env.flush_all()
        mark = fingerprint(answer, today, tuple(file.content for file in files))
        found = register.search(
            [("case_id", "=", case.id), ("fingerprint", "=", mark)], limit=1
        )
        if found:
            return found
        items = register.env["account.move.line"].browse(answer.item_ids)
        record = register.create(
            {
                "access_id": access.id,
                "case_id": case.id,
                "date": fields.Datetime.now(),
                "kind": answer.kind.value,
                "move_line_ids": [fields.Command.set(items.ids)],
                "currency_id": (items[:1].currency_id or case.currency_id).id,
                "amount": float(answer.amount),
                "day": answer.day,
                "instalments": answer.count,
                "reason_id": int(answer.reason or 0) or False,
                "reference": answer.reference,
                "text": answer.text,
                "contact_name": answer.name,
                "contact_address": answer.address,
                "user_id": user.id if user else False,
                "address": address,
                "fingerprint": mark,
            }
        )
        record._keep_files(files)
        record._follow_up(today)
        return record

    def _keep_files(self, files) -> None:
        self.env["ir.attachment"].create(
            [
                {
                    "name": file.name,
                    "raw": file.content,
                    "mimetype": file.mimetype,
                    "res_model": self._name,
                    "res_id": self.id,
                    "public": False,
                }
                for file in files
            ]
        )
        self.invalidate_recordset(["attachment_ids"])

    # ------------------------------------------------------------------ what follows

    def _follow_up(self, today) -> None:
        """The promise, the dispute or the wait, the task, the acknowledgement."""
        case = self.case_id
        words = self.with_context(lang=self._collector().lang or self.env.lang)
        sentence = words._sentence()
        items = self._items_that_wait()
        if items is not None:
            words._suspend(sentence, items, today)
        # A dispute has an owner, and its own task.
        if not self.dispute_id:
            self.activity_id = words._task(sentence, today)
        note = words._note(sentence)
        files = self.attachment_ids.ids
        case._message_log(body=note, attachment_ids=files)
        if self.dispute_id:
            self.dispute_id._message_log(body=note, attachment_ids=files)
        case._refresh(today)
        self._acknowledge()

    def _collector(self):
        return self.case_id.user_id or self.company_id.recouvrement_user_id

    def _items_that_wait(self):
        """The items to wait for: none said, the whole debtor; None: no more waits.

        An item waits for its debtor so many times and no more: answering is no way to
        put off a debt for ever.
        """
        most = self.company_id.recouvrement_portal_holds
        waited = self.search(
            [
                ("case_id", "=", self.case_id.id),
                ("date", ">=", fields.Datetime.now() - timedelta(days=WAIT_DAYS)),
                ("id", "!=", self.id),
                "|", "|",
                ("hold_id", "!=", False),
                ("promise_id", "!=", False),
                ("dispute_id", "!=", False),
            ]
        )  # fmt: skip
        if self.kind == "contact":
            times = len(waited.filtered(lambda other: other.kind == "contact"))
            return self.move_line_ids if times < most else None
        items = self.move_line_ids.filtered(
            lambda item: len(waited.filtered(lambda a: item in a.move_line_ids)) < most
        )
        # What was said of several items together is taken whole, or read by somebody.
        is_whole = self.kind in ("paid", "plan") or items == self.move_line_ids
        return items if items and is_whole else None

    def _suspend(self, sentence: str, items, today) -> None:
        """What makes the chase wait: a promise, a dispute, or a wait of some days."""
        try:
            with self.env.cr.savepoint():
                if self.kind == "promise":
                    self.promise_id = self._promise(items)
                elif self.kind == "dispute":
                    self.dispute_id = self._dispute(items, today)
                else:
                    self.hold_id = self._hold(sentence, items, today)
                if self.kind == "plan":
                    self.plan_id = self._plan()
        except UserError as problem:
            # Disputed already, paid a second ago…: somebody reads the answer.
            self.case_id._message_log(body=str(problem))

    def _promise(self, items):
        return self.env["recouvrement.promise"].create(
            {
                "case_id": self.case_id.id,
                "move_line_ids": [fields.Command.set(items.ids)],
                "amount": self.amount,
                "date": self.day,
                "channel": "portal",
                "note": self.text and self.text[:250],
                "user_id": self._collector().id or SUPERUSER_ID,
                "contact_id": self.user_id.partner_id.id,
            }
        )

    def _dispute(self, items, today):
        owed = sum(items.mapped("amount_residual_currency"))
        return self.env["recouvrement.dispute"].create(
            {
                "case_id": self.case_id.id,
                "reason_id": self.reason_id.id,
                "description": self.text,
                "move_line_ids": [fields.Command.set(items.ids)],
                "amount": self.amount or owed,
                "date": today,
                "user_id": (
                    self.reason_id.user_id.id or self._collector().id or SUPERUSER_ID
                ),
                "contact_id": self.user_id.partner_id.id,
            }
        )

    def _plan(self):
        """A draft: the collector proposes it, changes it or refuses it."""
        plans = self.env["recouvrement.plan"]
        return plans.create(
            plans._propose(
                self.case_id,
                self.move_line_ids,
                count=self.instalments,
                first_day=self.day,
                user_id=self._collector().id or SUPERUSER_ID,
                note=self.text,
            )
        )

    def _hold(self, sentence: str, items, today):
        days = self.company_id[HOLD_SETTINGS[self.kind]]
        if not days:
            return False
        is_part = self.kind == "paid" and len(items) == 1
        residual = items.amount_residual_currency if is_part else 0
        part = self.amount if 0 < self.amount < residual else 0
        hold = self.env["recouvrement.hold"].create(
            {
                "case_id": self.case_id.id,
                "reason": sentence,
                "date_start": today,
                "date_end": today + timedelta(days=days),
                "move_line_ids": [fields.Command.set(items.ids)],
                "amount": part,
            }
        )
        self.case_id._cancel_waiting(sentence, items)
        return hold

    def _until(self):
        """The last day on which the chase waits for this answer; False: it does not."""
        if self.promise_id:
            is_open = self.promise_id.state == "pending"
            return is_open and self.promise_id.date_last
        if self.dispute_id:
            return self.dispute_id.state == "open" and self.dispute_id.date_due
        return self.hold_id.active and self.hold_id.date_end

    def _task(self, sentence: str, today):
        """For the collector, on the day's screen."""
        case = self.case_id.with_context(mail_activity_quick_update=True)
        return case.activity_schedule(
            TASKS.get(self.kind, READ_ANSWER),
            date_deadline=today,
            summary=sentence,
            note=self._note(sentence),
            user_id=self._collector().id or SUPERUSER_ID,
        )
