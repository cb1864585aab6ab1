"""Each day, what was promised or disputed is looked at again before anything else."""

from odoo import api, fields, models


class RecouvrementRun(models.Model):
    _inherit = "recouvrement.run"

    def _follow_files(self):
        # Who starts the run may not see every file of the company: all are followed.
        cases = self.env["recouvrement.case"].sudo()._files_to_follow(self.company_id)
        cases._follow_ledger(self.as_of_date)

    @api.model
    def _cron_follow(self):
        """Where no run does it: companies that chase by hand."""
        today = fields.Date.context_today(self)
        for company in self.env["res.company"].search([("active", "=", True)]):
            run = self.new({"company_id": company.id, "as_of_date": today})
            # With an old bank statement, who paid yesterday has not paid yet.
            if run._must_wait(run._bank_date()):
                continue
            cases = self.env["recouvrement.case"]._files_to_follow(company)
            if cases:
                cases._follow_ledger(today)
                cases._refresh(today)
