"""What the call screen shows before and while one dials, and where it goes next."""

from odoo import api, fields, models
from odoo.tools import format_duration


class RecouvrementCall(models.Model):
    _inherit = "recouvrement.call"

    script = fields.Text(compute="_compute_screen")
    refusal = fields.Char(compute="_compute_refusal")
    other_caller = fields.Char(compute="_compute_screen")
    may_count = fields.Boolean(compute="_compute_screen")
    counts_text = fields.Char(compute="_compute_screen")
    best_hours = fields.Char(related="case_id.best_hours")
    call_text = fields.Char(related="case_id.call_text")
    history_ids = fields.Many2many("recouvrement.call", compute="_compute_screen")
    case_overdue = fields.Monetary(
        related="case_id.overdue_total", currency_field="case_currency_id"
    )
    case_currency_id = fields.Many2one(
        related="case_id.currency_id", string="Currency of the company"
    )
    case_promise_text = fields.Char(related="case_id.promise_text")
    case_oldest_days = fields.Integer(related="case_id.oldest_days")
    case_next_text = fields.Char(related="case_id.next_text")

    @api.depends("case_id", "contact_id")
    def _compute_screen(self):
        for call in self:
            case = call.case_id
            if not case:
                call.update(
                    dict.fromkeys(
                        (
                            "script",
                            "other_caller",
                            "may_count",
                            "counts_text",
                            "history_ids",
                        ),
                        False,
                    )
                )
                continue
            reminder = case._reminder_to_call()
            other = case._who_is_calling()
            call.script = case._script(call.contact_id or case.partner_id)
            call.may_count = bool(reminder)
            call.counts_text = (
                self.env._("Counts as %(level)s", level=reminder.level_id.display_name)
                if reminder
                else self.env._("No step is due today: no level rises by this call.")
            )
            call.other_caller = other and self.env._(
                "%(name)s opened this screen %(time)s ago: speak to each other first.",
                name=other.name,
                time=format_duration(
                    (fields.Datetime.now() - case.calling_since).total_seconds() / 3600
                ),
            )
            call.history_ids = case.call_ids.filtered(
                lambda other: isinstance(other.id, int)
            )[:8]

    @api.depends("case_id", "contact_id", "direction", "date")
    def _compute_refusal(self):
        """Shown before anybody dials."""
        for call in self:
            call.refusal = (
                call.direction == "out"
                and call.case_id
                and not call._origin
                and call.case_id._call_refusal(
                    call.date or fields.Datetime.now(), call.contact_id
                )
            )

    def action_next(self):
        """Saved: the next debtor of the list that may be called now."""
        self.ensure_one()
        queue = self.env.context.get("recouvrement_queue") or []
        following = self.case_id._next_to_call(queue)
        if following:
            return following.with_context(recouvrement_queue=queue).action_open_call()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The list is done: nobody else to call now."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_close(self):
        """Saved, and back to where one was."""
        return {"type": "ir.actions.act_window_close"}
