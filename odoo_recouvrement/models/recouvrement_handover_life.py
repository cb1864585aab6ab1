"""The life of a hand-over: proposed, decided, reviewed, settled by payment, undone."""

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .locking import lock
from .mail_activity import TASK
from .recouvrement_handover import REVIEW_DAYS
from .roles import MANAGER
from .windows import dialog


class RecouvrementHandover(models.Model):
    _inherit = "recouvrement.handover"

    # -------------------------------------------------------------------- deciding

    def _may_decide(self) -> bool:
        return self.env.user.has_group(MANAGER)

    def _check_may_decide(self):
        if not self._may_decide():
            raise AccessError(
                self.env._(
                    "A manager decides on litigation: propose it, and ask one of them."
                )
            )

    def _propose(self):
        """Nothing stops yet; a manager is asked."""
        self._note_on_case(
            self.env._(
                "Litigation proposed: %(handover)s, %(amount)s (%(items)s). %(note)s",
                handover=self.display_name,
                amount=self._money(),
                items=self._item_names(),
                note=self.note or "",
            )
        )
        manager = self.company_id.recouvrement_manager_id
        if manager:
            self._ask(
                manager,
                fields.Date.context_today(self),
                self.env._("Litigation to decide: %(name)s", name=self.display_name),
            )

    def action_decide(self):
        """The manager's yes: the automatic chase of these items stops."""
        self._check_may_decide()
        for handover in self:
            lock(handover)
            handover._check_state("proposed")
            handover._check_noted()
            handover._decide()
        return True

    def _leave_out_settled(self):
        """What was paid meanwhile is nobody's matter any more."""
        settled = self.move_line_ids.filtered("reconciled")
        if settled and settled != self.move_line_ids:
            self.move_line_ids -= settled

    def _decide(self):
        # No role types in who decided and when: this button does.
        self.sudo().write(
            {
                "state": "open",
                "date": fields.Date.context_today(self),
                "decided_user_id": self.env.uid,
                "amount": self._owed(),
            }
        )
        self._suspend()
        self._note_on_case(
            self.env._(
                "Handed over to litigation by %(user)s: %(handover)s, %(amount)s "
                "(%(items)s). %(note)s",
                user=self.env.user.name,
                handover=self.display_name,
                amount=self._money(),
                items=self._item_names(),
                note=self.note or "",
            )
        )

    def _suspend(self):
        """Set the items aside until the review, and take back what waits to leave."""
        self.ensure_one()
        # Nobody may delete holds: a hand-over owns its own.
        handover = self.sudo()
        handover.hold_ids.unlink()
        handover.hold_ids.create(
            {
                "case_id": self.case_id.id,
                "kind": "handover",
                "reason": self.display_name,
                "user_id": self.decided_user_id.id,
                "date_start": self.date,
                "date_end": self.date_review,
                "move_line_ids": [(6, 0, self.move_line_ids.ids)],
                "handover_id": self.id,
            }
        )
        self.case_id._cancel_waiting(self.display_name, self.move_line_ids)
        self.case_id._refresh()

    # ------------------------------------------------------------------------- ending

    def action_open_end(self):
        """Ask why: the chase resumes, or the proposal is refused."""
        self._check_may_decide()
        return dialog(
            "recouvrement.handover.end",
            self.env._("Resume the chase")
            if "open" in self.mapped("state")
            else self.env._("Do not hand over"),
            default_handover_ids=self.ids,
        )

    def _end_by_hand(self, reason: str):
        """The manager's undo, or no; the reason stays."""
        self._check_may_decide()
        for handover in self:
            lock(handover)
            handover._check_state(*handover._open_states)
            was_open = handover.state == "open"
            handover._close("resumed" if was_open else "refused", reason)
        self.case_id._refresh()

    def _close(self, state: str, reason: str):
        """The holds stay as history; the file says how it ended."""
        self.ensure_one()
        # No role types in how it ended, and an accountant who matches a payment may
        # write neither this nor holds.
        handover = self.sudo()
        handover.hold_ids.filtered("active").active = False
        handover.write(
            {
                "state": state,
                "closed_on": fields.Date.context_today(self),
                "close_user_id": self.env.uid,
                "close_reason": reason,
            }
        )
        words = {
            "settled": self.env._("Litigation settled: %(handover)s. %(reason)s"),
            "resumed": self.env._(
                "Chase resumed by %(user)s: %(handover)s. %(reason)s"
            ),
            "refused": self.env._(
                "Not handed over, says %(user)s: %(handover)s. %(reason)s"
            ),
        }
        handover._note_on_case(
            words[state]
            % {
                "handover": self.display_name,
                "reason": reason,
                "user": self.env.user.name,
            }
        )

    def _check_state(self, *states: str):
        if self.state not in states:
            raise UserError(
                self.env._(
                    "“%(handover)s” is not what it was when you opened it: read the "
                    "file again.",
                    handover=self.display_name,
                )
            )

    # --------------------------------------------------------------------- the ledger

    def _follow(self, as_of):
        """What is paid leaves by itself; on its day, somebody looks at the rest."""
        for handover in self:
            if all(line.reconciled for line in handover.move_line_ids):
                handover._close("settled", self.env._("Everything is paid."))
            elif handover.state == "open" and handover.date_review < as_of:
                handover._review(as_of)

    def _review(self, as_of):
        """Ask where the matter stands; what is in litigation stays aside."""
        # No role types in a review: the schedule notes it, whoever runs it.
        handover = self.sudo()
        following = as_of + timedelta(days=REVIEW_DAYS)
        handover._ask(
            handover.decided_user_id,
            as_of,
            self.env._(
                "Where does it stand? %(handover)s since %(date)s",
                handover=handover.display_name,
                date=format_date(self.env, handover.date),
            ),
        )
        handover.date_review = following

    def _ask(self, user, day, summary: str):
        quiet = self.case_id.with_context(mail_activity_quick_update=True)
        quiet.activity_schedule(TASK, day, summary=summary, user_id=user.id)

    def _lift_refusal(self) -> str:
        return self.env._(
            "This is in litigation (%(handover)s): a manager resumes the chase from "
            "the file.",
            handover=self.display_name,
        )


class RecouvrementHold(models.Model):
    _inherit = "recouvrement.hold"

    handover_id = fields.Many2one(
        "recouvrement.handover", readonly=True, ondelete="cascade", index=True
    )
