"""Litigation on the file and on its items: who, when, to whom, and the way back."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .recouvrement_contact_register import Contact
from .windows import listed


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    handover_ids = fields.One2many("recouvrement.handover", "case_id", "Litigation")
    handover_text = fields.Char(compute="_compute_handover_text")
    handover_proposed_text = fields.Char(compute="_compute_handover_text")

    @api.depends("handover_ids.state", "handover_ids.move_line_ids")
    @api.depends_context("lang")
    def _compute_handover_text(self):
        """The file's banner: what is in litigation, and what waits for a decision."""
        for case in self:
            ongoing = case.handover_ids.filtered(lambda one: one.state == "open")
            case.handover_text = " ".join(
                self.env._(
                    "In litigation since %(date)s, decided by %(user)s: %(handover)s, "
                    "%(items)s.",
                    date=format_date(self.env, one.date),
                    user=one.decided_user_id.name,
                    handover=one.display_name,
                    items=one._item_names(),
                )
                for one in ongoing
            )
            proposed = case.handover_ids.filtered(lambda one: one.state == "proposed")
            case.handover_proposed_text = " ".join(
                self.env._(
                    "%(user)s proposes litigation: %(handover)s, %(items)s. %(note)s",
                    user=one.user_id.name,
                    handover=one.display_name,
                    items=one._item_names(),
                    note=one.note or "",
                )
                for one in proposed
            )

    @api.depends("handover_ids.state")
    def _compute_mark_text(self):
        result = super()._compute_mark_text()
        word = self.env._("Litigation")
        for case in self:
            if "open" in case.handover_ids.mapped("state"):
                case.mark_text = " · ".join(filter(None, (word, case.mark_text)))
        return result

    def _follow_ledger(self, as_of):
        result = super()._follow_ledger(as_of)
        self.env["recouvrement.handover"].search(
            [("case_id", "in", self.ids), ("state", "in", ("proposed", "open"))]
        )._follow(as_of)
        return result

    @api.model
    def _follow_domain(self):
        standing = Domain("handover_ids.state", "in", ("proposed", "open"))
        return super()._follow_domain() | standing

    def _contacts(self):
        """The register says when a matter left, and when it came back."""
        return [*super()._contacts(), *self._handover_contacts()]

    def _handover_contacts(self):
        states = dict(
            self.env["recouvrement.handover"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        for one in self.handover_ids.filtered("date"):
            yield Contact(
                fields.Datetime.to_datetime(one.date),
                self.env._("Litigation"),
                one.display_name,
                f"{one._item_names()} · {one._money()}",
                states[one.state],
            )

    # -------------------------------------------------------------------- the buttons

    def action_open_handover(self):
        """What is overdue, ready to be handed over; already handed over is left out."""
        self.ensure_one()
        lines = self._lines_to_hand_over()
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of %(name)s is left to hand over: only overdue items are, "
                    "once.",
                    name=self.display_name,
                )
            )
        return {
            **self._window("recouvrement.handover", self.env._("Litigation")),
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_move_line_ids": lines.ids,
                "dialog_size": "large",
            },
        }

    def _lines_to_hand_over(self):
        """The overdue items in the first currency, less those in other hands."""
        today = fields.Date.context_today(self)
        standing = self.handover_ids.filtered(lambda one: one.state in one._open_states)
        claims = self.open_line_ids._recouvrement_due_claims(today)
        lines = self.open_line_ids.filtered(lambda line: line.id in claims)
        lines = self._ticked(lines - standing.move_line_ids)
        return lines.filtered(lambda line: line.currency_id == lines[:1].currency_id)

    def action_decide_handover(self):
        """The manager's yes to what is proposed on this file."""
        return self._handovers("proposed").action_decide()

    def action_refuse_handover(self):
        return self._handovers("proposed").action_open_end()

    def action_resume_chase(self):
        """The way back: what is in litigation is chased again, with a reason."""
        return self._handovers("open").action_open_end()

    def action_open_handovers(self):
        self.ensure_one()
        return listed(self.env, "action_handover", [("case_id", "=", self.id)])

    def _handovers(self, state: str):
        found = self.handover_ids.filtered(lambda one: one.state == state)
        if not found:
            raise UserError(
                self.env._("Somebody has done it already: read the file again.")
            )
        return found


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.depends("date_maturity", "amount_residual")
    def _compute_recouvrement_status(self):
        """At once, without waiting for the next run: one query for all items."""
        result = super()._compute_recouvrement_status()
        ongoing = self.env["recouvrement.handover"].search(
            [("state", "=", "open"), ("move_line_ids", "in", self.ids)]
        )
        for handover in ongoing:
            words = self.env._(
                "In litigation since %(date)s: %(handover)s. No automatic chase.",
                date=format_date(self.env, handover.date),
                handover=handover.display_name,
            )
            for line in self & handover.move_line_ids:
                line.recouvrement_status = "legal"
                line.recouvrement_why = words
                line.recouvrement_next_date = handover.date_review
        return result
