from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What a matching changes in the ledger of penalties.

    The payment of a debit note is collected at once. An invoice that has just been
    paid late joins the penalties to deal with a moment later, by a scheduled action:
    a payment is never kept waiting, nor refused, for penalties.
    """

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._recouvrement_notes()._recouvrement_sync_notes()
        items = partials.debit_move_id.filtered("reconciled")
        if any(item.account_type == "asset_receivable" for item in items):
            partials._recouvrement_assess_soon()
        return partials

    def unlink(self):
        notes = self._recouvrement_notes()
        items = self.debit_move_id
        result = super().unlink()
        notes.exists()._recouvrement_sync_notes()
        # An accountant may not read the list of penalties, drawn again from the ledger.
        self.env["recouvrement.penalty.item"].sudo()._refresh(items)
        return result

    def _recouvrement_notes(self):
        moves = (self.debit_move_id + self.credit_move_id).move_id
        return moves.filtered("recouvrement_is_penalty")

    @api.model
    def _recouvrement_assess_soon(self):
        cron = self.env.ref(
            "odoo_recouvrement.ir_cron_penalties", raise_if_not_found=False
        )
        data = self.env.cr.precommit.data
        if cron and not data.get("odoo_recouvrement.assess"):
            data["odoo_recouvrement.assess"] = True
            # Scheduled actions are the administrator's; an accountant wakes this one.
            cron.sudo()._trigger()
