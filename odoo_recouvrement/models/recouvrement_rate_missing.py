"""The managers are told before a half-year without rates begins."""

from odoo import api, fields, models

from ..core.rates import HalfYear, rates_to_enter
from .mail_activity import RATE_MISSING
from .recouvrement_rate import half_year_text
from .roles import MANAGER


class RecouvrementRate(models.Model):
    _inherit = "recouvrement.rate"

    @api.model
    def _cron_missing(self):
        self._warn_missing(fields.Date.context_today(self))

    @api.model
    def _warn_missing(self, day):
        """An activity for each missing rate and each manager; never a second one.

        It stands on the last row of the rate: the one to follow.
        """
        wanted = rates_to_enter(self._rates(), day)
        names = dict(self._fields["reference"]._description_selection(self.env))
        for half_year, references in wanted.items():
            for reference in references:
                row = self.search(
                    [("reference", "=", reference.value)],
                    order="valid_from desc",
                    limit=1,
                )
                if row:
                    row._ask_for(half_year, names[reference.value])

    def _ask_for(self, half_year: HalfYear, name: str):
        """One activity a manager, whether it is still to do or was done."""
        summary = self.env._(
            "%(rate)s for %(half_year)s (%(code)s)",
            rate=name,
            half_year=half_year_text(self.env, half_year),
            code=str(half_year),
        )
        # Who runs the scheduled action may not read the tasks of managers.
        activities = self.env["mail.activity"].sudo().with_context(active_test=False)
        rows = self.with_context(active_test=False).search(
            [("reference", "=", self.reference)]
        )
        asked = activities.search(
            [
                ("activity_type_id", "=", self.env.ref(RATE_MISSING).id),
                ("res_model", "=", self._name),
                ("res_id", "in", rows.ids),
                ("summary", "=like", f"%({half_year})"),
            ]
        )
        managers = self.env.ref(MANAGER)
        # Users belong to the administrator: the task goes to the managers of recovery.
        for user in managers.sudo().all_user_ids.filtered(
            lambda user: user.active and not user.share
        ):
            if user in asked.user_id:
                continue
            # Who runs the scheduled action may not write the managers' tasks.
            self.sudo().activity_schedule(
                RATE_MISSING,
                date_deadline=half_year.first_day,
                summary=summary,
                note=self.env._(
                    "Without it, the interest of this half-year cannot be worked out: "
                    "enter it in Configuration › Debt recovery › Interest rates, with "
                    "where you read it."
                ),
                user_id=user.id,
            )
