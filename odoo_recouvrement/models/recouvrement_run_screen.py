"""What the run's screen opens: decisions behind a count, messages, the gate."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..core.calendar import Closed, NoOpenDay
from .windows import dialog, listed


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    change_ids = fields.One2many(
        "recouvrement.run.proposal",
        "run_id",
        domain=[("change", "!=", "same")],
        readonly=True,
    )
    failure_text = fields.Char(compute="_compute_failure_text")
    closed_text = fields.Char(compute="_compute_closed_text")
    next_sending_date = fields.Date(compute="_compute_closed_text")
    reminder_count = fields.Integer(compute="_compute_reminder_count")
    can_be_undone = fields.Boolean(compute="_compute_reminder_count")

    def _compute_reminder_count(self):
        counts = {}
        for run, state, count in self.env["recouvrement.reminder"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        ):
            counts.setdefault(run.id, {})[state] = count
        for run in self:
            states = counts.get(run.id, {})
            run.reminder_count = sum(states.values())
            waiting = states.get("draft", 0) + states.get("confirmed", 0)
            run.can_be_undone = bool(waiting) and not run.is_simulation

    @api.depends("state", "failure_kind", "failure_reason")
    @api.depends_context("lang")
    def _compute_failure_text(self):
        """What happened and what to do, for whoever opens the run."""
        for run in self:
            run.failure_text = run._failure_words() if run.state == "failed" else False

    def _failure_words(self) -> str:
        if self.failure_kind == "told":
            return self.failure_reason
        if self.failure_kind == "database":
            return self.env._(
                "The run stopped: the database was busy or could not be reached. What "
                "was decided before is kept and nothing was sent twice. Press “Go on” "
                "in a few minutes."
            )
        return self.env._(
            "The run stopped on an unexpected error. What was decided before is kept "
            "and nothing was sent twice. Press “Go on”; if it stops again, give the "
            "technical detail to your administrator."
        )

    @api.depends("as_of_date", "company_id")
    @api.depends_context("lang")
    def _compute_closed_text(self):
        """Why nothing would leave on the day of the run, and when it would."""
        facts = self.env["recouvrement.facts"]
        calendars = {company: facts._calendar(company) for company in self.company_id}
        for run in self:
            calendar, day = calendars.get(run.company_id), run.as_of_date
            reason = calendar.why_closed(day) if calendar and day else None
            run.closed_text, run.next_sending_date = False, False
            if reason:
                run.next_sending_date = _next_open(calendar, day)
                run.closed_text = run._closed_words(reason)

    def _closed_words(self, reason: Closed) -> str:
        words = {
            Closed.WEEK_END: self.env._("it is the week-end"),
            Closed.HOLIDAY: self.env._("it is a public holiday"),
            Closed.CLOSURE: self.env._("it is within a closed period"),
        }
        day = format_date(self.env, self.as_of_date, date_format="EEEE d MMMM y")
        if not self.next_sending_date:
            return self.env._(
                "Nothing is sent on %(day)s: %(why)s, and no sending day follows. "
                "Check the sending days and the closed periods in the settings.",
                day=day,
                why=words[reason],
            )
        return self.env._(
            "Nothing is sent on %(day)s: %(why)s. Next sending day: %(next)s.",
            day=day,
            why=words[reason],
            next=format_date(
                self.env, self.next_sending_date, date_format="EEEE d MMMM y"
            ),
        )

    def action_simulate_next_day(self):
        """The same simulation, as of the next day on which something may leave."""
        self.ensure_one()
        run = self.create(
            {
                "is_simulation": True,
                "company_id": self.company_id.id,
                "as_of_date": self.next_sending_date,
            }
        )
        run.action_start()
        return run._action_form()

    def action_open_reminders(self):
        self.ensure_one()
        return listed(self.env, "action_reminder_register", [("run_id", "=", self.id)])

    def action_open_proposals(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages of the simulation"),
            "res_model": "recouvrement.run.proposal",
            "views": [(False, "list")],
            "domain": [("run_id", "=", self.id)],
            "context": {"search_default_group_change": 1},
        }

    def action_open_gate(self):
        self.ensure_one()
        return dialog(
            "recouvrement.gate",
            self.env._("Run without a recent bank statement"),
            default_run_id=self.id,
        )

    def _decision_domain(self) -> Domain:
        """The decisions that stood at the end of this run."""
        self.ensure_one()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("first_run_id", "<=", self.id)
            & (
                Domain("closed_run_id", "=", False)
                | Domain("closed_run_id", ">", self.id)
            )
        )


def _next_open(calendar, day):
    """The next sending day, or None when the company has closed for good."""
    try:
        return calendar.next_open(day)
    except NoOpenDay:
        return None


class RecouvrementRunCount(models.Model):
    _inherit = "recouvrement.run.count"

    def action_open_decisions(self):
        """The items behind the figure, each with its sentence.

        A simulation keeps messages, not decisions: its own figure opens these.
        """
        self.ensure_one()
        if self.run_id.is_simulation:
            return self.run_id.action_open_proposals()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "odoo_recouvrement.action_decision"
        )
        labels = self.env["recouvrement.decision"]._reason_labels()
        return {
            **action,
            "name": labels.get(self.reason, action["name"]),
            "domain": list(
                self.run_id._decision_domain() & Domain("reason", "=", self.reason)
            ),
            "context": {},
        }


class RecouvrementRunProposal(models.Model):
    _inherit = "recouvrement.run.proposal"

    channel_text = fields.Char("By", compute="_compute_channel_text")

    @api.depends("channels")
    def _compute_channel_text(self):
        labels = dict(
            self.env["recouvrement.reminder"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        for proposal in self:
            proposal.channel_text = ", ".join(
                labels.get(name, name) for name in (proposal.channels or "").split(",")
            )


class RecouvrementDecision(models.Model):
    _inherit = "recouvrement.decision"

    def action_open_case(self):
        self.ensure_one()
        return self.case_id.action_open_case()
