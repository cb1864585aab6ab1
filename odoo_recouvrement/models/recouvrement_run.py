from odoo import api, fields, models


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
    as_of_date = fields.Date(
        "As of", required=True, default=fields.Date.context_today
    )
    is_simulation = fields.Boolean("Simulation", help="Decides, and writes no reminder.")
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
        readonly=True, help="Last customer done: a run that was killed goes on from there."
    )
    item_count = fields.Integer("Items", readonly=True)
    debtor_count = fields.Integer("Customers", readonly=True)
    orphan_count = fields.Integer("Items without customer", readonly=True)
    proposal_count = fields.Integer("Messages", readonly=True)
    duration = fields.Float("Seconds", readonly=True)
    query_count = fields.Integer("Queries", readonly=True)
    bank_date = fields.Date("Last bank statement", readonly=True)
    gate_reason = fields.Char("Run in spite of the bank", readonly=True)
    gate_user_id = fields.Many2one("res.users", "Overridden by", readonly=True)
    failure_reason = fields.Text(readonly=True)
    count_ids = fields.One2many("recouvrement.run.count", "run_id", readonly=True)
    proposal_ids = fields.One2many("recouvrement.run.proposal", "run_id", readonly=True)
    reminder_ids = fields.One2many("recouvrement.reminder", "run_id", readonly=True)
    previous_run_id = fields.Many2one(
        "recouvrement.run", "Compared with", readonly=True, ondelete="set null"
    )

    _running_unique = models.UniqueIndex(
        "(company_id) WHERE state = 'running'",
        "A run is already under way for this company.",
    )


class RecouvrementRunCount(models.Model):
    """How many items a run decided for each reason."""

    _name = "recouvrement.run.count"
    _description = "Recovery run count"
    _order = "run_id desc, items desc"

    run_id = fields.Many2one(
        "recouvrement.run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    outcome = fields.Selection(
        lambda self: self.env["recouvrement.decision"]._fields["outcome"].selection,
        required=True,
    )
    reason = fields.Selection(
        lambda self: self.env["recouvrement.decision"]._selection_reason(), required=True
    )
    items = fields.Integer()
    amount = fields.Monetary()


class RecouvrementRunProposal(models.Model):
    """A message a simulation would propose, and what changed since the last one."""

    _name = "recouvrement.run.proposal"
    _description = "Simulated message"
    _order = "run_id desc, change, total desc"

    run_id = fields.Many2one(
        "recouvrement.run", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    key = fields.Char(required=True, help="Customer, currency and group.")
    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    level_id = fields.Many2one("recouvrement.policy.level", "Level")
    channels = fields.Char()
    currency_id = fields.Many2one("res.currency", required=True)
    total = fields.Monetary("Asked")
    items = fields.Integer()
    change = fields.Selection(
        [
            ("added", "New"),
            ("moved", "Other level"),
            ("revalued", "Other amount"),
            ("removed", "Gone"),
            ("same", "Unchanged"),
        ],
        required=True,
        default="added",
    )
