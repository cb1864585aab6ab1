"""The regimes a debt may be late under: those of the law, those of a contract."""

from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import regime as core_regime
from ..core.faults import InvalidInput
from ..core.rates import Reference, UnknownRate
from ..core.schedule import Formula
from .recouvrement_rate import half_year_text, percent_text

KINDS = [
    ("business", "Business: the law's rate"),
    ("contractual", "Business: agreed rate"),
    ("public", "Public buyer"),
    ("consumer", "Consumer"),
    ("none", "No interest"),
]
# What the law says of each kind; what a contract says is typed in.
LAW = {
    "business": core_regime.BUSINESS,
    "public": core_regime.PUBLIC,
    "consumer": core_regime.CONSUMER,
    "none": core_regime.NONE,
}


class RecouvrementRegime(models.Model):
    """What late payment costs, and from when. Chosen on an invoice, a term, a file…"""

    _name = "recouvrement.regime"
    _description = "Late-payment regime"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=50)
    company_id = fields.Many2one(
        "res.company", help="Leave empty to share the regime between companies."
    )
    kind = fields.Selection(KINDS, required=True, default="contractual")
    reference = fields.Selection(
        [("ecb", "the ECB's rate"), ("legal", "the legal rate")],
        "Based on",
        compute="_compute_formula",
        store=True,
        readonly=False,
        precompute=True,
        help="Leave empty for a rate that never changes.",
    )
    factor = fields.Float(
        "Times",
        digits=(5, 2),
        compute="_compute_formula",
        store=True,
        readonly=False,
        precompute=True,
    )
    points = fields.Float(
        digits=(6, 3),
        compute="_compute_formula",
        store=True,
        readonly=False,
        precompute=True,
        help="Added to the published rate; without one, the rate itself, in percent.",
    )
    is_frozen = fields.Boolean(
        "Frozen",
        compute="_compute_formula",
        store=True,
        readonly=False,
        precompute=True,
        help="The rate of the half-year in which interest began, for the whole delay. "
        "The law says so of public buyers (CCP, art. R2192-31); it says nothing of "
        "businesses, whose rate changes with each half-year by default.",
    )
    formula_text = fields.Char("Rate", compute="_compute_formula_text")
    floor_warning = fields.Char("Below the floor", compute="_compute_floor_warning")

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE active", "Two regimes cannot have the same name."
    )

    @api.depends("kind")
    def _compute_formula(self):
        """The law's figures; a contract's are kept as they were typed."""
        for regime in self:
            law = LAW.get(regime.kind)
            if law is None:
                regime.reference = regime.reference
                regime.factor = regime.factor or 1
                regime.points = regime.points
                regime.is_frozen = regime.is_frozen
                continue
            formula = law.formula or Formula()
            regime.reference = formula.reference and formula.reference.value
            regime.factor = float(formula.factor)
            regime.points = float(formula.points)
            if regime.kind != "business":  # the law is silent: a choice is kept
                regime.is_frozen = law.is_frozen

    @api.constrains("kind", "reference", "factor", "points", "is_frozen")
    def _check_law(self):
        for regime in self:
            try:
                core = regime._to_core()
            except InvalidInput as error:
                raise ValidationError(
                    self.env._(
                        "Regime “%(name)s”: %(value)s is not a rate in percent "
                        "between 0 and 100. Write 12.40 for 12.40 %%.",
                        name=regime.name,
                        value=error.value,
                    )
                ) from error
            law = LAW.get(regime.kind)
            if law is None:
                if not core.formula.points and not core.formula.reference:
                    raise ValidationError(
                        self.env._(
                            "Regime “%(name)s”: enter the agreed rate, or choose the "
                            "regime without interest.",
                            name=regime.name,
                        )
                    )
            elif regime._typed_formula() != (law.formula or Formula()):
                raise ValidationError(
                    self.env._(
                        "Regime “%(name)s”: the law sets its rate. For another rate, "
                        "choose the agreed rate.",
                        name=regime.name,
                    )
                )

    # ------------------------------------------------------------------- the core

    def _typed_formula(self) -> Formula:
        return Formula(
            Reference(self.reference) if self.reference else None,
            Decimal(str(self.factor)),
            Decimal(str(self.points)),
        )

    def _to_core(self) -> core_regime.Regime:
        self.ensure_one()
        law = LAW.get(self.kind)
        if law is None:
            return core_regime.contractual(self._typed_formula(), self.is_frozen)
        return law._replace(is_frozen=self.is_frozen or law.is_frozen)

    # ------------------------------------------------------------------ the words

    @api.depends("kind", "reference", "factor", "points", "is_frozen")
    @api.depends_context("lang")
    def _compute_formula_text(self):
        for regime in self:
            try:
                core = regime._to_core()
            except InvalidInput:  # being typed
                regime.formula_text = False
            else:
                regime.formula_text = self._formula_words(core)

    @api.model
    def _formula_words(self, regime: core_regime.Regime) -> str:
        """The rate as it is said: « ECB + 10 points, for each half-year »."""
        formula = regime.formula
        if formula is None:
            return self.env._("no interest")
        if formula.reference is None:
            return percent_text(self.env, formula.points)
        words = {
            Reference.ECB: self.env._("ECB"),
            Reference.LEGAL: self.env._("legal rate"),
        }[formula.reference]
        if formula.factor != 1:
            words = self.env._(
                "%(factor)s × %(rate)s", factor=_short(formula.factor), rate=words
            )
        if formula.points:
            words = self.env._(
                "%(rate)s + %(points)s points",
                rate=words,
                points=_short(formula.points),
            )
        if regime.is_frozen:
            return self.env._("%(rate)s, frozen at the start", rate=words)
        return words

    @api.depends("kind", "reference", "factor", "points", "is_frozen")
    @api.depends_context("lang")
    def _compute_floor_warning(self):
        """Under three times the legal rate this half-year: said, never corrected."""
        today = fields.Date.context_today(self)
        for regime in self:
            try:
                core = regime._to_core()
            except InvalidInput:
                regime.floor_warning = False
            else:
                regime.floor_warning = self._floor_words(core, today, today)

    @api.model
    def _floor_words(self, regime: core_regime.Regime, first: date, last: date):
        """The warning of an agreed rate below the floor; "" when there is none."""
        rates = self.env["recouvrement.rate"]._rates()
        try:
            faults = core_regime.below_floor(regime, first, last, rates)
        except UnknownRate as error:
            return self.env["recouvrement.rate"]._unknown_text(error)
        return " ".join(map(self._floor_fault_words, faults))

    def _floor_fault_words(self, fault) -> str:
        if fault.floor is None:
            return self.env["recouvrement.rate"]._unknown_text(
                UnknownRate(Reference.LEGAL, fault.half_year)
            )
        return self.env._(
            "In %(half_year)s the agreed rate of %(rate)s is below three times the "
            "legal rate, %(floor)s (C. com., art. L441-10 II). It is applied as it "
            "is: what replaces such a clause is disputed.",
            half_year=half_year_text(self.env, fault.half_year),
            rate=percent_text(self.env, fault.rate),
            floor=percent_text(self.env, fault.floor),
        )


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
