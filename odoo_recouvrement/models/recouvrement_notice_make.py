"""How a mise en demeure is made: by hand for chosen items, or by the run's proposal."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .recouvrement_notice_dispatch import DOCUMENT


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def action_open_prepare_notice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mise en demeure"),
            "res_model": "recouvrement.notice.prepare",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_case_id": self.id},
        }

    def _make_notice(self, items, level, channel: str, signatory=None):
        """A mise en demeure for chosen items, to be confirmed."""
        self.ensure_one()
        self.check_access("write")
        today = fields.Date.context_today(self)
        claims = items._recouvrement_due_claims(today)
        self._check_notice_items(items, claims, level, channel)
        self._cancel_waiting(self.env._("A mise en demeure replaces it."), items)
        asked = sum(claims.values())
        # No role creates reminders: this one follows from the right to work the file.
        reminder = (
            self.env["recouvrement.reminder"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "case_id": self.id,
                    "partner_id": self.partner_id.id,
                    "user_id": (
                        self.user_id or self.company_id.recouvrement_user_id
                    ).id,
                    "date": today,
                    "level_id": level.id,
                    "tone": level.tone,
                    "channel": channel,
                    "currency_id": items.currency_id.id,
                    "overdue_total": float(asked),
                    "total": float(asked),
                    "oldest_due_date": min(items.mapped("date_maturity")),
                    "line_ids": [
                        fields.Command.create(
                            {
                                **self._notice_line(item, level, channel, today),
                                "claim": float(claims[item.id]),
                            }
                        )
                        for item in items
                    ],
                }
            )
        )
        self.env.flush_all()  # a second click stops at the unique index
        # A collector may not create notices: this one follows the reminder just made.
        self.env["recouvrement.mise_en_demeure"].sudo()._open(
            reminder.ids, is_manual=True
        )
        notice = reminder.with_env(self.env).notice_ids
        if signatory:
            notice.signatory_id = signatory
        self._message_log(
            body=self.env._(
                "A mise en demeure is prepared for %(invoices)s.",
                invoices=", ".join(items.move_id.mapped("name")),
            )
        )
        self._refresh()
        return notice

    @api.model
    def _notice_line(self, item, level, channel: str, today) -> dict:
        due = item.date_maturity or item.date
        return {
            "company_id": item.company_id.id,
            "move_line_id": item.id,
            "move_id": item.move_id.id,
            "level_id": level.id,
            "channel": channel,
            "currency_id": item.currency_id.id,
            "due_date": due,
            "days_overdue": (today - due).days,
            "residual": item.amount_residual_currency,
        }

    def _check_notice_items(self, items, claims, level, channel: str) -> None:
        """What makes no sense is said before anything is written."""
        if not items:
            raise UserError(self.env._("Choose at least one invoice that is due."))
        if level.document != DOCUMENT:
            raise UserError(
                self.env._(
                    "Level “%(level)s” is no mise en demeure: set its document in the "
                    "policy.",
                    level=level.display_name,
                )
            )
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._("One mise en demeure per currency: choose items in one.")
            )
        for item in items:
            if item.id not in claims:
                raise UserError(
                    self.env._(
                        "%(invoice)s is paid or not due yet: take it out.",
                        invoice=item.move_id.name,
                    )
                )
        taken = self.env["recouvrement.reminder.line"].search(
            [
                ("move_line_id", "in", items.ids),
                ("level_id", "=", level.id),
                ("channel", "=", channel),
                ("is_active", "=", True),
                ("reminder_id.state", "not in", ("draft", "confirmed")),
            ],
            limit=1,
        )
        if taken:
            raise UserError(
                self.env._(
                    "%(invoice)s already has a mise en demeure, %(notice)s: withdraw "
                    "it first if it must be made again.",
                    invoice=taken.move_id.name,
                    notice=taken.reminder_id.display_name,
                )
            )


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    def _write(self, judged):
        """The reminders of a level that is a mise en demeure get theirs."""
        result = super()._write(judged)
        steps = {
            message.step.id
            for _facts, _decisions, messages in judged
            for message in messages
        }
        levels = self.env["recouvrement.policy.level"].browse(steps)
        formal = levels.filtered(lambda level: level.document == DOCUMENT)
        if formal:
            partners = [
                facts.partner_id
                for facts, _decisions, messages in judged
                if any(message.step.id in formal.ids for message in messages)
            ]
            proposed = self.env["recouvrement.reminder"].search(
                [
                    ("run_id", "=", self.id),
                    ("partner_id", "in", partners),
                    ("level_id", "in", formal.ids),
                ]
            )
            self.env["recouvrement.mise_en_demeure"]._open(proposed.ids)
        return result
