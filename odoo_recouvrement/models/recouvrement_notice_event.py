"""What became of the letter: posted, presented, received, refused… day by day.

An event is a fact with its proof: never edited, never deleted. A mistake is struck
out with its reason, and the right event entered beside it.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..core.delivery import Disorder, Event, Step, disorder
from .recouvrement_proof import POSTAL_CHANNELS

STEPS = [
    ("posted", "Posted"),
    ("presented", "First presented"),
    ("received", "Received and signed for"),
    ("refused", "Refused"),
    ("unclaimed", "Not collected"),
    ("wrong_address", "Returned: wrong address"),
]
VALID_ENDS = ("received", "refused", "unclaimed")


class RecouvrementMiseEnDemeureEvent(models.Model):
    """One step of the letter, with its day and its proof."""

    _name = "recouvrement.mise_en_demeure.event"
    _description = "Step of a mise en demeure"
    _order = "notice_id, date, id"

    notice_id = fields.Many2one(
        "recouvrement.mise_en_demeure",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="notice_id.company_id", store=True, readonly=True
    )
    step = fields.Selection(STEPS, required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    reference = fields.Char(readonly=True, help="Number of the registered letter.")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Proof", readonly=True, help="Scan of the receipt…"
    )
    note = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    is_void = fields.Boolean("Struck out", readonly=True)
    void_reason = fields.Char("Why struck out", readonly=True)
    void_user_id = fields.Many2one("res.users", "Struck out by", readonly=True)
    void_date = fields.Datetime("Struck out on", readonly=True)

    _step_unique = models.UniqueIndex(
        "(notice_id, step) WHERE is_void IS NOT TRUE",
        "This step of the mise en demeure is already entered: strike it out first.",
    )

    def write(self, vals):
        if not self.env.su:
            raise AccessError(
                self.env._("A step is a fact: strike it out, and enter the right one.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("A step is a fact: strike it out, and enter the right one.")
        )

    def copy(self, default=None):  # pylint: disable=method-required-super
        raise UserError(self.env._("A step of a letter cannot be duplicated."))

    def action_open_void(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Strike out"),
            "res_model": "recouvrement.notice.void",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_event_id": self.id},
        }

    def action_void(self, reason: str):
        """Strike the step out; what followed from it follows no more."""
        self.notice_id.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say what was wrong: the reason stays."))
        # No role strikes out a step: this button does, and who did it is noted.
        self.sudo().write(
            {
                "is_void": True,
                "void_reason": reason,
                "void_user_id": self.env.user.id,
                "void_date": fields.Datetime.now(),
            }
        )
        labels = dict(self._fields["step"]._description_selection(self.env))
        for event in self:
            event.notice_id._log_step(
                self.env._(
                    "“%(step)s” of %(date)s struck out: %(reason)s",
                    step=labels[event.step],
                    date=format_date(self.env, event.date),
                    reason=reason,
                )
            )
        returned = self.filtered(lambda event: event.step == "wrong_address")
        returned.notice_id.reminder_id._not_returned()
        self.notice_id._after_events()
        return True


class RecouvrementMiseEnDemeure(models.Model):
    _inherit = "recouvrement.mise_en_demeure"

    def _core_events(self) -> list[Event]:
        return [
            Event(Step(event.step), event.date)
            for event in self.event_ids
            if not event.is_void
        ]

    def action_note_step(self, step: str, day, *, reference="", note="", files=()):
        """Enter a step of the letter; refused when it cannot have happened then."""
        self.check_access("write")
        day = fields.Date.to_date(day)
        for notice in self:
            notice._check_step(step, day)
            reminder = notice.reminder_id
            is_post = reminder.channel in POSTAL_CHANNELS and reminder.state == "sent"
            if step == "posted" and is_post:
                reminder.action_posted(reference, day)
                notice._complete_step(step, note, files)
                continue
            notice._add_step(step, day, reference=reference, note=note, files=files)
            if step == "posted":
                reminder._note_posted(day, reference)
            elif step == "wrong_address" and reminder.state != "bounced":
                reminder._mark_bounced(
                    note or self.env._("Registered letter returned: wrong address."),
                    day,
                )
        self._after_events()
        return True

    def _check_step(self, step: str, day) -> None:
        self.ensure_one()
        if self.reminder_id.state not in ("sent", "proved", "bounced"):
            raise UserError(
                self.env._(
                    "%(notice)s has not left: nothing can have happened to it.",
                    notice=self.display_name,
                )
            )
        today = fields.Date.context_today(self)
        wrong = disorder(self._core_events(), Event(Step(step), day), today)
        if wrong:
            raise UserError(self._disorder_text(wrong, step, day))

    def _add_step(self, step: str, day, *, reference="", note="", files=()) -> None:
        """The event, kept on the notice and on the file."""
        self.ensure_one()
        # No role creates steps: this button does, and who entered it is noted.
        self.env["recouvrement.mise_en_demeure.event"].sudo().create(
            {
                "notice_id": self.id,
                "step": step,
                "date": day,
                "reference": reference or False,
                "note": note or False,
                "attachment_ids": [(4, file.id) for file in files],
                "user_id": self.env.user.id,
            }
        )
        label = dict(step_labels(self.env))[step]
        words = [label, format_date(self.env, day), reference, note]
        self._log_step(" · ".join(filter(None, words)))

    def _complete_step(self, step: str, note: str, files) -> None:
        """What was said besides of a step just entered."""
        event = self.event_ids.filtered(
            lambda one: one.step == step and not one.is_void
        )
        # No role writes steps: this one is the same user's, and gets its proof.
        event.sudo().write(
            {"note": note or False, "attachment_ids": [(4, file.id) for file in files]}
        )

    def _log_step(self, text: str) -> None:
        self.ensure_one()
        self._message_log(body=text)
        self.case_id._message_log(
            body=self.env._("%(notice)s: %(step)s", notice=self.display_name, step=text)
        )

    def _after_events(self) -> None:
        """What a date starts: the consumer's interest, the delay, the day's list."""
        # No role writes the dates of a notice: they are drawn from its steps.
        self.sudo()._refresh_notice_dates()
        self.case_id._refresh_legal_deadlines()

    def _refresh_notice_dates(self) -> None:
        """Write on the items the first day a notice in force reached the debtor.

        Drawn again from the register: a correction or a withdrawal gives what the
        register deserves.
        """
        lines = self.line_ids.move_line_id
        if not lines:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move_line aml
                   SET recouvrement_notice_date = found.first_date
                  FROM (SELECT item.id, min(notice.notice_date) AS first_date
                          FROM unnest(%s::int[]) AS item(id)
                          LEFT JOIN recouvrement_reminder_line line
                            ON line.move_line_id = item.id
                          LEFT JOIN recouvrement_mise_en_demeure notice
                            ON notice.reminder_id = line.reminder_id
                      GROUP BY item.id) found
                 WHERE aml.id = found.id
                   AND aml.recouvrement_notice_date IS DISTINCT FROM found.first_date
                """,
                lines.ids,
            )
        )
        lines.invalidate_recordset(["recouvrement_notice_date"])

    def _disorder_text(self, wrong: Disorder, step: str, day) -> str:
        values = {
            "notice": self.display_name,
            "step": dict(step_labels(self.env))[step],
            "date": format_date(self.env, day),
        }
        sentences = {
            Disorder.NOT_POSTED: self.env._(
                "%(notice)s: “%(step)s” comes after posting. Enter first the day it "
                "was posted.",
            ),
            Disorder.TWICE: self.env._(
                "%(notice)s: “%(step)s” is already entered. If it is wrong, strike it "
                "out first.",
            ),
            Disorder.ENDED: self.env._(
                "%(notice)s has already ended its way: strike out that step before "
                "you enter “%(step)s”.",
            ),
            Disorder.BEFORE: self.env._(
                "%(notice)s: “%(step)s” cannot be on %(date)s, before the steps that "
                "come first. Check the receipt.",
            ),
            Disorder.AFTER: self.env._(
                "%(notice)s: “%(step)s” cannot be on %(date)s, after the steps that "
                "follow. Check the receipt.",
            ),
            Disorder.FUTURE: self.env._("%(notice)s: %(date)s is still to come."),
        }
        return sentences[wrong] % values


def step_labels(env) -> list[tuple[str, str]]:
    """The steps in the reader's words."""
    field = env["recouvrement.mise_en_demeure.event"]._fields["step"]
    return field._description_selection(env)
