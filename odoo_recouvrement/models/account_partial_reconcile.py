from odoo import api, fields, models

KEY = "odoo_recouvrement.settled_partners"


class AccountPartialReconcile(models.Model):
    """What is paid disappears from the chase at once.

    Matching happens in bulk (bank statements), so customers are noted on the way
    and their files refreshed once, just before the commit.
    """

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._recouvrement_note_customers()
        return partials

    def unlink(self):
        self._recouvrement_note_customers()
        return super().unlink()

    def _recouvrement_note_customers(self):
        lines = (self.debit_move_id + self.credit_move_id).filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        partners = lines.partner_id.commercial_partner_id
        if not partners:
            return
        noted = self.env.cr.precommit.data.setdefault(KEY, {})
        if not noted:
            self.env.cr.precommit.add(self._recouvrement_refresh_customers)
        for line in lines:
            partner = line.partner_id.commercial_partner_id
            noted.setdefault(line.company_id.id, set()).add(partner.id)

    @api.model
    def _recouvrement_refresh_customers(self):
        noted = self.env.cr.precommit.data.pop(KEY, {})
        for company_id, partner_ids in noted.items():
            # An accountant without a recovery role reads no file: it follows.
            cases = (
                self.env["recouvrement.case"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", company_id),
                        ("partner_id", "in", list(partner_ids)),
                    ]
                )
            )
            if not cases:  # nobody follows this customer yet
                continue
            cases._follow_ledger(fields.Date.context_today(cases))
            cases._refresh()
            cases._recheck_pending()
            self.env["recouvrement.limitation"]._propose_payments(
                cases.company_id, cases
            )
