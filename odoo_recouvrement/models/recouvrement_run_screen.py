"""What the run's screen opens: decisions behind a count, messages, the gate."""

from odoo import api, fields, models
from odoo.fields import Domain


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    change_ids = fields.One2many(
        "recouvrement.run.proposal",
        "run_id",
        domain=[("change", "!=", "same")],
        readonly=True,
    )
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

    def action_open_reminders(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "odoo_recouvrement.action_reminder_register"
        )
        return {**action, "domain": [("run_id", "=", self.id)], "context": {}}

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
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Run without a recent bank statement"),
            "res_model": "recouvrement.gate",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_run_id": self.id},
        }

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
