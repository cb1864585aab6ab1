"""The readiness list of a mise en demeure: what stands behind the claim.

Nothing here is required by a text; all of it is asked by a judge (CPC 9: « il incombe
à chaque partie de prouver […] les faits nécessaires au succès de sa prétention »).
What Odoo knows is ticked beforehand.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

KINDS = [
    ("order", "Order or contract"),
    ("delivery", "Delivery note or proof of the work"),
    ("sent", "Proof that the invoice was sent"),
    ("identity", "The customer exists and has not changed"),
]
ANSWERED = frozenset({"is_done", "note", "attachment_ids"})


class RecouvrementMiseEnDemeureCheck(models.Model):
    """One thing to have at hand, with who said so and when."""

    _name = "recouvrement.mise_en_demeure.check"
    _description = "Readiness of a mise en demeure"
    _order = "notice_id, id"

    notice_id = fields.Many2one(
        "recouvrement.mise_en_demeure",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    is_done = fields.Boolean("At hand")
    is_prefilled = fields.Boolean("Found in Odoo", readonly=True)
    note = fields.Char("Which, where")
    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    user_id = fields.Many2one("res.users", "By", readonly=True)
    date = fields.Datetime("On", readonly=True)

    _kind_unique = models.UniqueIndex(
        "(notice_id, kind)", "Each thing is asked once of a mise en demeure."
    )

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if vals.keys() - ANSWERED:
            raise AccessError(
                self.env._("Tick what is at hand, name it or attach it: no more.")
            )
        self.notice_id._check_not_left()
        # No role types in who answered and when: they are noted here.
        return super(RecouvrementMiseEnDemeureCheck, self.sudo()).write(
            {
                **vals,
                "user_id": self.env.user.id,
                "date": fields.Datetime.now(),
                "is_prefilled": False,
            }
        )

    @api.model
    def _open(self, notice_ids: list[int]) -> None:
        """The four questions of each notice, answered where the ledger knows."""
        if not notice_ids:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH known AS (
                    SELECT notice.id, notice.company_id,
                           bool_and(COALESCE(move.invoice_origin, move.ref, '') != '')
                               AS has_order,
                           string_agg(DISTINCT COALESCE(
                               NULLIF(move.invoice_origin, ''), move.ref), ', ')
                               AS orders,
                           bool_and(move.delivery_date IS NOT NULL) AS has_delivery,
                           bool_and(move.is_move_sent IS TRUE) AS has_sent,
                           bool_or(COALESCE(customer.company_registry, '') != '')
                               AS has_number,
                           max(customer.company_registry) AS number
                      FROM recouvrement_mise_en_demeure notice
                      JOIN recouvrement_reminder_line line
                        ON line.reminder_id = notice.reminder_id
                      JOIN account_move move ON move.id = line.move_id
                      JOIN res_partner customer ON customer.id = notice.partner_id
                     WHERE notice.id = ANY(%(ids)s)
                  GROUP BY notice.id
                )
                INSERT INTO recouvrement_mise_en_demeure_check
                       (notice_id, company_id, kind, is_done, is_prefilled, note,
                        create_uid, create_date, write_uid, write_date)
                SELECT known.id, known.company_id, answer.kind,
                       COALESCE(answer.found, FALSE), COALESCE(answer.found, FALSE),
                       CASE WHEN answer.found THEN left(answer.note, 200) END,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM known,
                       LATERAL (VALUES (1, 'order', has_order, orders),
                                       (2, 'delivery', has_delivery, NULL),
                                       (3, 'sent', has_sent, NULL),
                                       (4, 'identity', has_number, number))
                           AS answer(place, kind, found, note)
              ORDER BY known.id, answer.place
           ON CONFLICT (notice_id, kind) DO NOTHING
                """,
                ids=notice_ids,
                uid=self.env.uid,
                now=self.env.cr.now(),
            )
        )
        self.env["recouvrement.mise_en_demeure"].invalidate_model(
            ["check_ids"], flush=False
        )
