"""The payer score on the file: its figure, its word, and each factor in a sentence."""

from odoo import api, fields, models
from odoo.tools import format_date

from ..core.score import BEST, START
from .roles import READER

BANDS = [
    ("good", "Good payer"),
    ("watch", "To watch"),
    ("fragile", "Fragile"),
    ("critical", "Critical"),
    ("unknown", "Too little history"),
]


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    score = fields.Integer(
        "Payer score",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="An internal indicator of how the customer pays, of 100. It decides "
        "nothing by itself and is never shown to the customer.",
    )
    score_band = fields.Selection(
        BANDS, "Payer", readonly=True, copy=False, index="btree_not_null"
    )
    score_factors = fields.Json(readonly=True, copy=False)
    score_date = fields.Date("Scored on", readonly=True, copy=False)
    score_detail = fields.Json(
        "How the customer pays", compute="_compute_score_detail", groups=READER
    )

    @api.depends("score", "score_band", "score_factors", "score_date")
    @api.depends_context("lang")
    def _compute_score_detail(self):
        """The figure (False: none), its word, and the factors, the heaviest first."""
        words = dict(self._fields["score_band"]._description_selection(self.env))
        for case in self:
            has_figure = case.score_band and case.score_band != "unknown"
            factors = [
                {
                    "code": factor["code"],
                    "points": factor["points"] if has_figure else 0,
                    "text": case._score_words(factor["code"], factor["values"]),
                }
                for factor in case.score_factors or ()
            ]
            factors.sort(key=lambda factor: -abs(factor["points"]))
            case.score_detail = {
                "band": case.score_band or "",
                "word": words.get(case.score_band) or self.env._("Not scored yet"),
                "points": case.score if has_figure else False,
                "factors": factors,
                "why": case._score_why(bool(has_figure)),
            }

    def _score_why(self, has_figure: bool) -> list[str]:
        """What the figure is, and what it is not, in sentences."""
        if not self.score_band:
            return [self.env._("The score is counted every night.")]
        day = format_date(self.env, self.score_date)
        first = (
            self.env._(
                "Counted on %(day)s: %(start)s points to begin with, then those won "
                "or lost above, between 0 and %(best)s. Over the last twelve months.",
                day=day,
                start=START,
                best=BEST,
            )
            if has_figure
            else self.env._(
                "Looked at on %(day)s: fewer than three facts in twelve months. A "
                "figure would say more than is known.",
                day=day,
            )
        )
        return [
            first,
            self.env._(
                "What the customer contests does not count against it. A fact is "
                "wrong? Correct it (payment, dispute, promise) and count again."
            ),
            self.env._(
                "An internal indicator, never shown to the customer: it decides "
                "nothing. A person does (GDPR, art. 22)."
            ),
        ]

    def action_refresh_score(self):
        """Count again now, with what the ledger says at this moment."""
        self.check_access("read")
        today = fields.Date.context_today(self)
        # A reader may ask for it, and may not write the file: nothing else changes.
        self.env["recouvrement.score"].sudo()._refresh(self.sudo(), today)
        self.invalidate_recordset(flush=False)
        return True
