import logging

from psycopg2 import InterfaceError, InternalError, OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .checkpoint import checkpoint
from .roles import MANAGER

_logger = logging.getLogger(__name__)


def _failure_kind(error: Exception) -> str:
    """Whether the error speaks to the user, and if not what it comes from."""
    if isinstance(error, UserError):
        return "told"
    is_database = isinstance(error, (OperationalError, InternalError, InterfaceError))
    return "database" if is_database else "unexpected"


# What whoever starts a run decides; the rest is written by the run itself.
CHOICES = {"company_id", "as_of_date", "is_simulation"}


class RecouvrementRun(models.Model):
    """A day's run: reads the ledger, decides for every open item, proposes."""

    _name = "recouvrement.run"
    _description = "Recovery run"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    as_of_date = fields.Date("As of", required=True, default=fields.Date.context_today)
    is_simulation = fields.Boolean(
        "Simulation", help="Decides, and writes no reminder."
    )
    state = fields.Selection(
        [
            ("draft", "To start"),
            ("waiting", "Waiting for the bank"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("undone", "Undone"),
        ],
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users", "Started by", default=lambda self: self.env.user, readonly=True
    )
    progress_partner_id = fields.Integer(
        readonly=True,
        help="Last customer done: a run that was killed goes on from there.",
    )
    item_count = fields.Integer("Items", readonly=True)
    debtor_count = fields.Integer("Customers", readonly=True)
    orphan_count = fields.Integer("Items without customer", readonly=True)
    proposal_count = fields.Integer("Proposed reminders", readonly=True)
    duration = fields.Float("Seconds", readonly=True)
    query_count = fields.Integer("Queries", readonly=True)
    bank_date = fields.Date("Last bank statement", readonly=True)
    gate_reason = fields.Char("Run in spite of the bank", readonly=True)
    gate_user_id = fields.Many2one("res.users", "Overridden by", readonly=True)
    failure_reason = fields.Text(
        "Technical detail", readonly=True, help="For whoever maintains the server."
    )
    failure_kind = fields.Selection(
        [
            ("told", "Said by the software"),
            ("database", "Database"),
            ("unexpected", "Unexpected"),
        ],
        readonly=True,
    )
    count_ids = fields.One2many("recouvrement.run.count", "run_id", readonly=True)
    proposal_ids = fields.One2many("recouvrement.run.proposal", "run_id", readonly=True)
    reminder_ids = fields.One2many("recouvrement.reminder", "run_id", readonly=True)
    previous_run_id = fields.Many2one(
        "recouvrement.run", "Compared with", readonly=True, ondelete="set null"
    )

    # A simulation writes nothing a run reads: one that was killed stops nobody.
    _running_unique = models.UniqueIndex(
        "(company_id) WHERE state = 'running' AND is_simulation IS NOT TRUE",
        "A run is already under way for this company.",
    )

    # ------------------------------------------------------------------- wording

    @api.depends("as_of_date", "is_simulation", "company_id")
    def _compute_name(self):
        for run in self:
            day = format_date(self.env, run.as_of_date)
            run.name = (
                self.env._("Simulation of %(day)s", day=day)
                if run.is_simulation
                else self.env._("Run of %(day)s", day=day)
            )

    # -------------------------------------------------------------------- guards

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_choices(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_choices(vals)
        if not self.env.su and any(run.state != "draft" for run in self):
            raise AccessError(self.env._("A run that has started cannot be edited."))
        return super().write(vals)

    def _check_choices(self, vals):
        if not self.env.su and vals.keys() - CHOICES:
            raise AccessError(
                self.env._("The result of a run is only written by the run itself.")
            )

    # ------------------------------------------------------------------- actions

    def action_start(self):
        """Decide and propose now; goes on where it stopped if it was killed.

        The run is the company's: it reads and writes the same whoever starts it.
        """
        self.check_access("write")
        # No role types in results: the run writes them, whoever may start it.
        for run in self.sudo():
            if run.state not in ("draft", "waiting", "running", "failed"):
                raise UserError(
                    self.env._(
                        "“%(run)s” is over: start a new run instead.", run=run.name
                    )
                )
            run._execute()
        return True

    def action_override_gate(self, reason: str):
        """Run although the bank statement is old; the name and reason stay."""
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(
                self.env._("Say why the run may go on without a fresh bank statement.")
            )
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only a recovery manager may override the bank's freshness.")
            )
        self.check_access("write")
        # No role types in why a run went on: the manager, just checked, says it.
        self.sudo().write(
            {"gate_reason": reason.strip(), "gate_user_id": self.env.user.id}
        )
        return self.action_start()

    def action_undo(self):
        """Cancel what the run proposed and has not left yet."""
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a recovery manager may undo a run."))
        # No role writes registers: the manager who decides was just checked.
        for run in self.sudo():
            if run.state != "done" or run.is_simulation:
                raise UserError(
                    self.env._("Only a real run that is done can be undone.")
                )
            pending = run.reminder_ids.filtered(
                lambda reminder: reminder.state in ("draft", "confirmed")
            )
            left = len(run.reminder_ids) - len(pending)
            pending._set_state(
                "cancelled",
                failure_reason=self.env._("“%(run)s” was undone.", run=run.name),
            )
            run.state = "undone"
            run._message_log(
                body=self.env._(
                    "Undone: %(cancelled)s reminders cancelled, %(left)s had left.",
                    cancelled=len(pending),
                    left=left,
                )
            )
            run.reminder_ids.case_id._refresh(run.as_of_date)
        return True

    def action_simulate_again(self):
        """A new simulation as of today, compared with the last one."""
        run = self.create({"is_simulation": True, "company_id": self.env.company.id})
        run.action_start()
        return run._action_form()

    def _action_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(run.state != "draft" for run in self):
            raise UserError(
                self.env._("A run that has started stays: decisions refer to it.")
            )

    def _check_running_once(self):
        """Before it starts: the unique index would refuse it without saying which."""
        self.ensure_one()
        other = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "running"),
                ("is_simulation", "=", False),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other and not self.is_simulation:
            raise UserError(
                self.env._(
                    "“%(run)s” is under way for %(company)s: wait until it is done, or "
                    "start it again if it was stopped.",
                    run=other.name,
                    company=self.company_id.name,
                )
            )

    # ---------------------------------------------------------------------- the gate

    def _bank_date(self):
        """The date of the company's last bank statement line by that day, if any."""
        self.env["account.bank.statement.line"].flush_model()
        self.env.cr.execute(
            """SELECT max(move.date) FROM account_bank_statement_line line
                 JOIN account_move move ON move.id = line.move_id
                WHERE line.company_id = %s AND move.date <= %s""",
            [self.company_id.id, self.as_of_date],
        )
        return self.env.cr.fetchone()[0]

    def _must_wait(self, bank_date) -> bool:
        """Old bank data: who paid yesterday would be chased today.

        A company that imports no statement at all is not held back.
        """
        limit = self.company_id.recouvrement_bank_max_age
        if self.is_simulation or self.gate_reason or not limit or not bank_date:
            return False
        return (self.as_of_date - bank_date).days > limit

    # ------------------------------------------------------------------ the schedule

    @api.model
    def _cron_run(self):
        """Once a day and company: the run, or its sequel if it was killed."""
        now = fields.Datetime.now()
        companies = self.env["res.company"].search(
            [("recouvrement_is_live", "=", True)]
        )
        for company in companies:
            local = fields.Datetime.context_timestamp(
                self.with_context(tz=company.partner_id.tz or "Europe/Paris"), now
            )
            if local.hour + 1 >= company.recouvrement_hour_from:
                self.with_company(company)._run_day(company, local.date())

    @api.model
    def _run_day(self, company, day):
        """The run of that day: made, taken up again, or left if it is done.

        A run of another day that was killed is finished first: what it decided
        stands as of its own day.
        """
        own = [("company_id", "=", company.id), ("is_simulation", "=", False)]
        stopped = self.search(
            [*own, ("state", "=", "running"), ("as_of_date", "!=", day)], limit=1
        )
        if stopped:
            stopped._attempt()
        run = self.search([*own, ("as_of_date", "=", day)], order="id desc", limit=1)
        if run.state in ("done", "undone") or stopped.state == "running":
            return run
        if not run:
            run = self.create({"company_id": company.id, "as_of_date": day})
            checkpoint(self.env)  # a failure must find the run it is written on
        run._attempt()
        return run

    def _attempt(self):
        """Execute, unless another worker does; a failure is told by the run."""
        if not self.try_lock_for_update():
            return
        try:
            self._execute()
        except Exception as error:
            # One company's trouble must not stop the others; the run can be
            # started again.
            _logger.exception("Recovery run %s failed", self.id)
            self.env.cr.rollback()
            self.write(
                {
                    "state": "failed",
                    "failure_reason": str(error),
                    "failure_kind": _failure_kind(error),
                }
            )
            checkpoint(self.env)
