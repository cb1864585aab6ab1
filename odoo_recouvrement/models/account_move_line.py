from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AccountMoveLine(models.Model):
    """The item: carries its level and last contact, drawn from proved reminders."""

    _inherit = "account.move.line"

    recouvrement_level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Reminder level",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Highest level proved for this item.",
    )
    recouvrement_contact_date = fields.Date("Last reminder", readonly=True, copy=False)
    recouvrement_opening_level_id = fields.Many2one(
        "recouvrement.policy.level",
        "Level at go-live",
        readonly=True,
        copy=False,
        help="Level assumed to be done before the follow-up began.",
    )
    recouvrement_notice_date = fields.Date(
        "Formal notice received",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Day on which the mise en demeure reached the debtor: a consumer's "
        "interest runs from the next day (C. civ., art. 1231-6 and 1344-1).",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reminded(self):
        """What a register speaks of stays: the items of its reminders."""
        # Who deletes an entry may read no reminder: the register only answers.
        lines = self.env["recouvrement.reminder.line"].sudo()
        kept = lines.search([("move_line_id", "in", self.ids)], limit=1)
        if kept:
            raise UserError(
                self.env._(
                    "%(entry)s is in the reminder %(reminder)s: it cannot be deleted. "
                    "Cancel or reverse it instead.",
                    entry=kept.move_id.display_name,
                    reminder=kept.reminder_id.display_name,
                )
            )

    def unlink(self):
        self.env["recouvrement.decision"]._forget(self.ids)
        return super().unlink()

    def _recouvrement_refresh_levels(self):
        """Draw level and last contact of the items again from their reminders.

        One statement for all items: nothing is counted up or down, so a proof, a
        bounce or a withdrawal each give the level the register deserves.
        """
        if not self:
            return
        self.env["recouvrement.reminder"].flush_model(["state", "sent_date"])
        self.env["recouvrement.reminder.line"].flush_model(["is_active"])
        self.flush_recordset(["recouvrement_opening_level_id"])
        self.env.cr.execute(
            SQL(
                """
                WITH proved AS (
                    SELECT line.move_line_id, level.id AS level_id, level.days,
                           level.counts_as_level AND line.is_active AS counts,
                           reminder.sent_date::date AS contact
                      FROM recouvrement_reminder_line line
                      JOIN recouvrement_reminder reminder
                        ON reminder.id = line.reminder_id
                      JOIN recouvrement_policy_level level ON level.id = line.level_id
                     WHERE line.move_line_id = ANY(%(ids)s)
                       AND reminder.state = 'proved'
                ), summary AS (
                    SELECT item.id,
                           max(proved.contact) AS contact,
                           (array_agg(proved.level_id ORDER BY proved.days DESC)
                              FILTER (WHERE proved.counts))[1] AS level_id
                      FROM unnest(%(ids)s) AS item(id)
                      LEFT JOIN proved ON proved.move_line_id = item.id
                  GROUP BY item.id
                )
                UPDATE account_move_line aml
                   SET recouvrement_contact_date = summary.contact,
                       recouvrement_level_id =
                           COALESCE(summary.level_id, aml.recouvrement_opening_level_id)
                  FROM summary
                 WHERE aml.id = summary.id
                   AND (aml.recouvrement_contact_date, aml.recouvrement_level_id)
                       IS DISTINCT FROM
                       (summary.contact,
                        COALESCE(summary.level_id, aml.recouvrement_opening_level_id))
                """,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(
            ["recouvrement_level_id", "recouvrement_contact_date"]
        )
