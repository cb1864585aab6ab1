"""A call that counts: the reminder it stands for is proved, as rule 3 wants."""

from odoo import fields, models

from ..report.press import shared


class RecouvrementReminder(models.Model):
    _inherit = "recouvrement.reminder"

    def _prove_by_call(self, now, feedback: str):
        """Prove the call that was just made; return the reminder, or none.

        A call that waits for its confirmation is prepared as any reminder: the ledger
        is read again, the text frozen and numbered. A message that waits to leave is
        replaced by the call, which speaks of the same items at the same levels.
        """
        self.ensure_one()
        company = self.company_id
        # A collector may not write what the dispatch writes: the call proves it.
        call = self.sudo().with_company(company)
        call = call.with_context(lang=company.partner_id.lang or self.env.lang)
        if call.channel != "call":
            call = call._as_call()
        if call.state == "draft":
            call._set_state(
                "confirmed",
                confirm_user_id=self.env.uid,
                confirm_date=fields.Datetime.now(),
            )
        if call.state == "confirmed":
            call._make_now(now)
        if call.state != "sent":
            return self.browse()
        call.activity_id.action_feedback(feedback=feedback)
        if call.state == "sent":  # its activity was removed meanwhile
            call._set_state("proved", sent_date=now, proof_date=now)
        call._cancel_replaced()
        return call.with_env(self.env)

    def _make_now(self, now) -> None:
        """What the dispatch does with a call, without waiting for it."""
        day = self._local(self.company_id, now).date()
        messages = self._prepare(now, day)
        if self.id not in messages:
            return
        self._draw_numbers(day)
        frozen = self._print(messages, now, None, shared())
        if self.id in frozen:
            channel = self.env["recouvrement.channel"]._of(self)
            self._leave_at_home(channel, frozen[self.id], now, None)

    def _as_call(self):
        """The same reminder, by telephone."""
        return self.create(
            {
                **{
                    name: self[name].id
                    for name in (
                        "company_id",
                        "case_id",
                        "partner_id",
                        "user_id",
                        "run_id",
                        "level_id",
                        "currency_id",
                    )
                },
                "date": self.date,
                "tone": self.tone,
                "channel": "call",
                "overdue_total": self.overdue_total,
                "credit_total": self.credit_total,
                "total": self.total,
                "upcoming_total": self.upcoming_total,
                "oldest_due_date": self.oldest_due_date,
                "line_ids": [
                    fields.Command.create(
                        {
                            **{
                                name: line[name].id
                                for name in (
                                    "company_id",
                                    "move_line_id",
                                    "move_id",
                                    "level_id",
                                    "currency_id",
                                )
                            },
                            "channel": "call",
                            "due_date": line.due_date,
                            "days_overdue": line.days_overdue,
                            "residual": line.residual,
                            "claim": line.claim,
                            "is_upcoming": line.is_upcoming,
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )

    def _cancel_replaced(self):
        """The messages that waited to say the same do not leave."""
        waiting = self.search(
            [
                ("case_id", "=", self.case_id.id),
                ("state", "in", ("draft", "confirmed")),
                ("line_ids.move_line_id", "in", self.line_ids.move_line_id.ids),
                ("id", "!=", self.id),
                ("is_on_demand", "=", False),
            ]
        )
        same = waiting.filtered(
            lambda reminder: reminder.level_id.days <= self.level_id.days
        )
        if same:
            same.action_cancel(
                self.env._("Replaced by the call %(call)s", call=self.display_name)
            )


class RecouvrementPolicyLevel(models.Model):
    _inherit = "recouvrement.policy.level"

    def _find_template(self, channel, lang):
        """A level without a script of its own is called with that of its profile."""
        found = super()._find_template(channel, lang)
        if found or channel != "call":
            return found
        return self._call_script(self.policy_id.profile or "business", lang)

    def _call_script(self, profile: str, lang: str):
        texts = self.env["recouvrement.template"].search(
            [("channel", "=", "call"), ("profile", "=", profile)], order="id"
        )
        return texts.filtered(lambda text: text.lang == lang[:2])[:1] or texts[:1]


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _reminder_to_call(self):
        """The reminder a call may stand for: the call that waits, else a message.

        Nothing waits when no step is due: a call may be made, no level rises.
        """
        self.ensure_one()
        waiting = self.env["recouvrement.reminder"].search(
            [
                ("case_id", "=", self.id),
                ("is_on_demand", "=", False),
                "|",
                ("state", "in", ("draft", "confirmed")),
                "&",
                ("state", "=", "sent"),
                ("channel", "=", "call"),
            ],
            order="id",
        )
        calls = waiting.filtered(lambda reminder: reminder.channel == "call")
        # A formal notice is a document: no call stands for it.
        others = (waiting - calls).filtered(
            lambda reminder: reminder.channel != "registered_letter"
        )
        return calls[:1] or others[:1]
