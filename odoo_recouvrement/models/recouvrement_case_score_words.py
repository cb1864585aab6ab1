"""Each factor of a payer score as a sentence."""

from odoo import models
from odoo.tools import format_amount


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    def _score_words(self, code: str, values: dict) -> str:
        """The sentence of a factor of ``core/score.py``."""
        words = getattr(self, f"_score_words_{code}", None)
        return words(values) if words else ""

    def _score_days(self, days: int) -> str:
        if days == 1:
            return self.env._("1 day")
        return self.env._("%(count)s days", count=days)

    def _score_words_delay(self, values: dict) -> str:
        if not values["days"]:
            return self.env._("Pays on time (%(count)s items paid)", **values)
        return self.env._(
            "Pays %(days)s late on average (%(count)s items paid)",
            days=self._score_days(values["days"]),
            count=values["count"],
        )

    def _score_words_overdue(self, values: dict) -> str:
        contested = ""
        if values.get("contested"):
            amount = format_amount(
                self.env, float(values["contested"]), self.currency_id
            )
            contested = self.env._("; %(amount)s contested, left out", amount=amount)
        if not values["share"]:
            return self.env._("Nothing overdue today%(contested)s", contested=contested)
        return self.env._(
            "%(share)s %% of what is open is overdue, for %(days)s at "
            "most%(contested)s",
            share=values["share"],
            days=self._score_days(values["days"]),
            contested=contested,
        )

    def _score_words_word(self, values: dict) -> str:
        kept = self.env._("%(kept)s promises or plans kept of %(given)s", **values)
        if not values["plans_broken"]:
            return kept
        return self.env._(
            "%(kept)s, %(plans_broken)s plans broken",
            kept=kept,
            plans_broken=values["plans_broken"],
        )

    def _score_words_limit(self, values: dict) -> str:
        return self.env._("%(share)s %% of the credit limit is used", **values)

    def _score_words_trend(self, values: dict) -> str:
        change = values["recent"] - values["earlier"]
        if change <= -10:
            trend = self.env._("Pays faster")
        elif change >= 10:
            trend = self.env._("Pays more slowly")
        else:
            trend = self.env._("Pays at a steady pace")
        return self.env._(
            "%(trend)s: %(recent)s late on average in the last six months, "
            "%(earlier)s in the six before",
            trend=trend,
            recent=self._score_days(values["recent"]),
            earlier=self._score_days(values["earlier"]),
        )

    def _score_words_incidents(self, values: dict) -> str:
        found = []
        if values["is_insolvent"]:
            found.append(self.env._("Insolvency proceedings opened"))
        if values["bounced"]:
            found.append(
                self.env._("%(bounced)s payments rejected by the bank", **values)
            )
        return ", ".join(found)
