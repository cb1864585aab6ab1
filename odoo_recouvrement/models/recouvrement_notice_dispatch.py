"""How a mise en demeure leaves: the reminder's own way, with more asked of it.

Its own number, checks before it may leave, files of its own. What it asks is what was
read when its text was written (``NoticeContext``), frozen with it.
"""

from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.decision import Reason
from .recouvrement_freeze import Frozen

SEQUENCE = "recouvrement.mise_en_demeure"
DOCUMENT = "mise_en_demeure"
# What forbids an item to be in a notice made by hand, whatever its ladder says.
FORBIDDING = frozenset(
    {
        Reason.COVERED,
        Reason.DISPUTED,
        Reason.INSOLVENT,
        Reason.NO_FOLLOWUP,
        Reason.NOT_DUE,
        Reason.ON_HOLD,
        Reason.PAYMENT_BLOCKED,
        Reason.PLAN_RESPECTED,
        Reason.PROMISED,
        Reason.RETENTION,
    }
)


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    notice_ids = fields.One2many("recouvrement.mise_en_demeure", "reminder_id")
    is_notice = fields.Boolean(
        "Mise en demeure", compute="_compute_is_notice", search="_search_is_notice"
    )

    @api.depends("level_id.document")
    def _compute_is_notice(self):
        for reminder in self:
            reminder.is_notice = reminder.level_id.document == DOCUMENT

    @api.model
    def _search_is_notice(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("level_id.document", "=", DOCUMENT)]

    def _notice(self):
        """Its mise en demeure; that of the real reminder when this one is imagined."""
        self.ensure_one()
        imagined = self.env.context.get("recouvrement_notice_id")
        return self.notice_ids or self.notice_ids.browse(imagined)

    def _foresee(self, day):
        imagined, note = super()._foresee(day)
        notice = self.notice_ids
        return imagined.with_context(recouvrement_notice_id=notice.id), note

    def action_open_notice(self):
        return self._notice().action_open_notice()

    # ------------------------------------------------------------------ confirming

    def action_confirm(self):
        """A notice that may not leave stays to be confirmed, and says why."""
        self.check_access("write")
        waiting = self.filtered(lambda one: one.state == "draft" and one.is_notice)
        reasons = waiting._refused(fields.Date.context_today(self), imagined=True)
        refused = self.browse(reasons)
        if refused and refused == self:
            raise UserError("\n\n".join(reasons.values()))
        # No role writes why a reminder failed: the check just made does.
        for reminder in refused.sudo():
            reminder.failure_reason = reasons[reminder.id]
        return super(RecouvrementReminder, self - refused).action_confirm()

    def _refused(self, day, imagined: bool = False) -> dict[int, str]:
        """Why each of these notices may not leave: reminder id → sentences."""
        if not self:
            return {}
        # Who looks may not create notices: the register gets those it lacks.
        self.env["recouvrement.mise_en_demeure"].sudo()._open(self.ids)
        found = {
            reminder.id: "\n".join(reminder._notice()._judge(day, imagined)[0])
            for reminder in self
        }
        return {key: text for key, text in found.items() if text}

    # -------------------------------------------------------------- reading again

    def _reread(self, now, day):
        remaining = super()._reread(now, day)
        notices = remaining.filtered("is_notice")
        refused = notices._refused(day)
        for reminder in notices.browse(refused):
            reminder._put_off(refused[reminder.id], now)
        return remaining - notices.browse(refused)

    def _verdict(self, decisions):
        verdict = super()._verdict(decisions)
        if not self.is_notice:
            return verdict
        if self._notice().is_manual:
            verdict = self._verdict_by_hand(verdict, decisions)
        due = [line for line in verdict.kept if not line.is_upcoming]
        early = [line for line in verdict.kept if line.is_upcoming]
        return verdict._replace(kept=due, dropped=verdict.dropped + early)

    def _verdict_by_hand(self, verdict, decisions):
        """Somebody chose these items: only what forbids it takes one out."""
        kept, dropped = [], []
        for line in self.line_ids:
            decision = decisions.get(line.move_line_id.id)
            forbidden = decision is None or decision.reason in FORBIDDING
            (dropped if forbidden else kept).append(line)
        return verdict._replace(kept=kept, put_off=[], dropped=dropped)

    def _remaining_level(self, kept, decisions):
        """Without any item at its step left, it is no mise en demeure any more."""
        if self.is_notice and self._notice().is_manual:
            return self.level_id
        level = super()._remaining_level(kept, decisions)
        return level if level.document == self.level_id.document else level.browse()

    def _why_not(self, line, decisions) -> str:
        if self.is_notice and line.is_upcoming:
            return self.env._("a mise en demeure asks only for what is due.")
        return super()._why_not(line, decisions)

    # ------------------------------------------------------------- number, freezing

    def _draw_numbers(self, day):
        notices = self.filtered("is_notice")
        result = super(RecouvrementReminder, self - notices)._draw_numbers(day)
        sequence = self.env["ir.sequence"]
        for reminder in notices.filtered(lambda one: not one.name):
            sequence = sequence or self._notice_sequence(reminder.company_id)
            reminder.name = sequence.next_by_id(sequence_date=day)
        return result

    @api.model
    def _notice_sequence(self, company):
        """The company's own sequence; made at its first mise en demeure."""
        sequences = self.env["ir.sequence"]
        return sequences.search(
            [("code", "=", SEQUENCE), ("company_id", "=", company.id)], limit=1
        ) or sequences.create(
            {
                "name": self.env._("Mises en demeure"),
                "code": SEQUENCE,
                "company_id": company.id,
                "implementation": "no_gap",
                "prefix": "MED/%(range_year)s/",
                "padding": 5,
                "use_date_range": True,
            }
        )

    def _frozen(self, channel, message, letter) -> Frozen:
        frozen = super()._frozen(channel, message, letter)
        if not self.is_notice:
            return frozen
        writer = self.env["recouvrement.message"].with_company(self.company_id)
        return frozen._replace(
            files=frozen.files + writer._notice_annexes(self, message.context),
            notice=writer._notice_values(self, message.context),
        )

    def _claim(self, frozen, now) -> bool:
        claimed = super()._claim(frozen, now)
        if claimed and frozen.notice:
            notice = self._notice()
            signatory = notice._signatory(self._local(self.company_id, now).date())
            notice.write(
                {
                    **frozen.notice,
                    "payment_days": self.level_id.payment_days,
                    "signatory_id": signatory.id,
                    "signed_by": signatory.display_name,
                }
            )
        return claimed

    def _printed_files(self) -> list[bytes]:
        """What is put in the envelope: the letter, for a notice its copies too."""
        if not self.is_notice:
            return super()._printed_files()
        return [
            file.raw for file in self._files() if file.mimetype == "application/pdf"
        ]

    # ---------------------------------------------------------------------- its life

    def action_posted(self, reference: str = "", posted_on=None):
        reference = (reference or "").strip()
        day = fields.Date.to_date(posted_on) or fields.Date.context_today(self)
        for reminder in self.filtered("is_notice"):
            reminder._check_may_be_posted(reference)
            reminder._notice()._check_step("posted", day)
        result = super().action_posted(reference, posted_on)
        for notice in self.notice_ids:
            notice._add_step("posted", day, reference=reference)
            notice._after_events()
        return result

    def _check_may_be_posted(self, reference: str):
        result = super()._check_may_be_posted(reference)
        # A collector who sells may see his own invoices only: all items are looked at.
        items = self.sudo().line_ids.move_line_id
        if self.is_notice and all(items.mapped("reconciled")):
            raise UserError(
                self.env._(
                    "Everything “%(notice)s” asks for has been paid since it was "
                    "printed: do not post it, withdraw it.",
                    notice=self.display_name,
                )
            )
        return result

    def _note_posted(self, day, reference: str) -> None:
        """The carrier has it: that is the proof of the reminder, and its day."""
        self.ensure_one()
        moment = datetime.combine(day, time(12))
        values = {"sent_date": moment, "proof_date": moment}
        if reference:
            values["proof_reference"] = reference
        if self.state == "sent":
            self._set_state("proved", **values)
        else:  # the day was wrong, and has been struck out
            # No role writes proofs; who entered the step had the right to.
            self.sudo().write(values)
            self.line_ids.move_line_id._recouvrement_refresh_levels()
        self.case_id._refresh(day)

    def _mark_bounced(self, reason: str, day):
        result = super()._mark_bounced(reason, day)
        # The gateway that reports a bounce has no right on notices.
        for notice in self.sudo().notice_ids:
            if notice.stage in ("posted", "presented"):
                notice._add_step("wrong_address", day, note=reason)
                notice._after_events()
        return result

    def _not_returned(self) -> None:
        """It had been called returned by mistake: it is proved again."""
        for reminder in self.filtered(lambda one: one.state == "bounced"):
            reminder._set_state("proved", is_address_bad=False, failure_reason=False)

    def _set_state(self, state: str, **vals):
        result = super()._set_state(state, **vals)
        if state in ("withdrawn", "bounced"):
            # No role writes what follows from a state, on the notice as on itself.
            self.sudo().notice_ids._after_events()
        return result
