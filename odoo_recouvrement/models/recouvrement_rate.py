"""Published rates: those that come with the addon, those entered by hand or fetched."""

from decimal import Decimal

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date, formatLang

from ..core.faults import InvalidInput, check_day, check_rate
from ..core.rates import (
    HIGHEST_REFERENCE,
    HalfYear,
    Rate,
    Rates,
    Reference,
    UnknownRate,
    shipped_rates,
)

REFERENCES = [
    ("ecb", "ECB main refinancing rate"),
    ("legal", "Legal interest rate"),
]
# Of a shipped row, what may change: its being used, and how long it was seen to hold.
_MAY_CHANGE = {"active"}


class RecouvrementRate(models.Model):
    """A rate from a date on, with who says so and when it was last checked.

    Whoever finds a shipped row wrong archives it and enters the right one beside it:
    what was computed with it stays explainable.
    """

    _name = "recouvrement.rate"
    _description = "Published interest rate"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "valid_from desc, reference, id desc"
    _rec_name = "valid_from"

    active = fields.Boolean(default=True)
    reference = fields.Selection(REFERENCES, required=True, default="legal")
    valid_from = fields.Date(
        "In force from",
        required=True,
        help="The legal rate: the first day of its half-year. The ECB's: the day it "
        "came into force, or the first day of the half-year.",
    )
    half_year = fields.Char("Half-year", compute="_compute_half_year")
    value = fields.Float(
        "Rate (%)",
        digits=(6, 3),
        required=True,
        aggregator=None,
        help="In percent, without any added points: 2.40 for 2.40 %.",
    )
    source = fields.Char(
        required=True, help="Where it was read: decree, web page, series."
    )
    checked_on = fields.Date(
        help="Last day on which it was seen to hold. The ECB's rate may change on any "
        "day: beyond this date, nothing is assumed.",
    )
    origin = fields.Selection(
        [("shipped", "Shipped"), ("manual", "Entered by hand"), ("fetched", "Fetched")],
        required=True,
        default="manual",
        readonly=True,
    )

    _date_unique = models.UniqueIndex(
        "(reference, valid_from) WHERE active",
        "This rate is already entered for this date: correct the row that is there, "
        "or archive it first.",
    )

    # ------------------------------------------------------------------ words

    @api.depends("valid_from")
    def _compute_half_year(self):
        for rate in self:
            day = rate.valid_from
            rate.half_year = str(HalfYear.of(day)) if day else False

    @api.depends("reference", "valid_from", "value")
    def _compute_display_name(self):
        names = dict(self._fields["reference"]._description_selection(self.env))
        for rate in self:
            rate.display_name = self.env._(
                "%(rate)s %(value)s from %(date)s",
                rate=names.get(rate.reference, ""),
                value=percent_text(self.env, Decimal(str(rate.value))),
                date=format_date(self.env, rate.valid_from),
            )

    # ----------------------------------------------------------------- guards

    @api.constrains("reference", "valid_from", "value", "checked_on")
    def _check_plausible(self):
        for rate in self:
            rate._check_value()
            rate._check_dates()

    def _check_value(self):
        try:
            check_rate(Decimal(str(self.value)), HIGHEST_REFERENCE)
        except InvalidInput as error:
            raise ValidationError(
                self.env._(
                    "%(value)s %% is not a published rate: it lies between 0 and "
                    "%(highest)s %%. Write 2.40 for 2.40 %%, without the points that "
                    "the law adds.",
                    value=formatLang(self.env, self.value, digits=2),
                    highest=HIGHEST_REFERENCE,
                )
            ) from error

    def _check_dates(self):
        try:
            check_day(self.valid_from)
        except InvalidInput as error:
            raise ValidationError(
                self.env._(
                    "%(date)s cannot be the first day of a rate.",
                    date=format_date(self.env, self.valid_from),
                )
            ) from error
        first_day = HalfYear.of(self.valid_from).first_day
        if self.reference == "legal" and self.valid_from != first_day:
            raise ValidationError(
                self.env._(
                    "The legal rate is set for a half-year: enter it on 1 January or "
                    "1 July, not on %(date)s (CMF, art. L313-2).",
                    date=format_date(self.env, self.valid_from),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_entered(vals_list)
        rates = super().create(vals_list)
        self.env.registry.clear_cache()
        return rates

    def write(self, vals):
        self._check_not_shipped(vals.keys() - _MAY_CHANGE)
        done = super().write(vals)
        self.env.registry.clear_cache()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        self._check_not_shipped({"id"})

    def unlink(self):
        done = super().unlink()
        self.env.registry.clear_cache()
        return done

    def _check_not_shipped(self, changed):
        shipped = self.filtered(lambda rate: rate.origin == "shipped")
        if changed and shipped and not self.env.context.get("recouvrement_sync"):
            raise UserError(
                self.env._(
                    "“%(rate)s” comes with the addon and is not edited. If it is "
                    "wrong, archive it and enter the right one.",
                    rate=shipped[0].display_name,
                )
            )

    def _check_not_entered(self, vals_list):
        """Say it in words before the index does, with the row that is in the way."""
        wanted = {
            (vals.get("reference", "legal"), fields.Date.to_date(vals["valid_from"]))
            for vals in vals_list
            if vals.get("active", True) and vals.get("valid_from")
        }
        if not wanted:
            return
        same_days = self.search([("valid_from", "in", [day for _ref, day in wanted])])
        for rate in same_days:
            if (rate.reference, rate.valid_from) in wanted:
                raise ValidationError(
                    self.env._(
                        "“%(rate)s” is already entered (%(origin)s): correct that row, "
                        "or archive it first.",
                        rate=rate.display_name,
                        origin=dict(
                            self._fields["origin"]._description_selection(self.env)
                        )[rate.origin],
                    )
                )

    # --------------------------------------------------------------- the tables

    @api.model
    def _rates(self) -> Rates:
        """Everything that is known, for the core; the same object until it changes."""
        return self._cached_rates()

    @api.model
    @tools.ormcache()
    def _cached_rates(self) -> Rates:
        rows: dict[str, list[Rate]] = {"ecb": [], "legal": []}
        self.flush_model()
        # Numbers travel as text: Odoo's cursors turn numeric into float.
        for reference, value, *others in self.env.execute_query(
            SQL(
                """SELECT reference, trim_scale(value)::text, valid_from, source,
                          checked_on
                     FROM recouvrement_rate WHERE active"""
            )
        ):
            valid_from, source, checked_on = others
            rows[reference].append(Rate(valid_from, Decimal(value), source, checked_on))
        return Rates.of(rows["ecb"], rows["legal"])

    @api.model
    def _load_shipped(self):
        """Show the tables that come with the addon; entered rows are never touched.

        Called at each update. A row that was archived stays so; a date that somebody
        entered keeps what was entered.
        """
        known = {
            (rate.reference, rate.valid_from): rate
            for rate in self.with_context(active_test=False).search([], order="active")
        }
        missing = []
        for reference, table in (
            (Reference.ECB, shipped_rates().ecb),
            (Reference.LEGAL, shipped_rates().legal),
        ):
            for row in table.rows:
                values = {
                    "value": float(row.value),
                    "source": row.source,
                    "checked_on": row.checked_on,
                }
                rate = known.get((reference.value, row.valid_from))
                if rate is None:
                    missing.append(
                        {
                            "reference": reference.value,
                            "valid_from": row.valid_from,
                            "origin": "shipped",
                            **values,
                        }
                    )
                elif rate.origin == "shipped":
                    rate._renew(values)
        self.create(missing)

    def _renew(self, values: dict):
        """Bring a shipped row up to date; the latest check counts."""
        checked = values["checked_on"]
        if self.checked_on and checked:
            checked = max(checked, self.checked_on)
        values = {**values, "checked_on": checked}
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self.with_context(recouvrement_sync=True).write(changed)

    # ------------------------------------------------------------- what is missing

    @api.model
    def _unknown_text(self, error: UnknownRate) -> str:
        """The sentence of a rate that no table says: which, for when, where."""
        names = dict(self._fields["reference"]._description_selection(self.env))
        return self.env._(
            "%(rate)s unknown for %(half_year)s: a manager enters it in Configuration "
            "› Debt recovery › Interest rates.",
            rate=names[error.reference.value],
            half_year=half_year_text(self.env, error.half_year),
        )


def half_year_text(env, half_year: HalfYear) -> str:
    """The half-year as it is said."""
    if half_year.half == 1:
        return env._("the first half of %(year)s", year=half_year.year)
    return env._("the second half of %(year)s", year=half_year.year)


def percent_text(env, value: Decimal) -> str:
    """A rate as it is read: two decimals, a third one when it has it."""
    digits = 3 if value != round(value, 2) else 2
    return f"{formatLang(env, float(value), digits=digits)}\N{NO-BREAK SPACE}%"
