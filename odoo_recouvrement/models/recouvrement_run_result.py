from odoo import fields, models


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
        lambda self: (
            self.env["recouvrement.decision"]
            ._fields["outcome"]
            ._description_selection(self.env)
        ),
        required=True,
    )
    reason = fields.Selection(
        lambda self: self.env["recouvrement.decision"]._selection_reason(),
        required=True,
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
    level_id = fields.Many2one("recouvrement.policy.level")
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
