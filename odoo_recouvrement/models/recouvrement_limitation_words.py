"""A prescription told in words: what is left, from when, what happened, which law."""

from datetime import timedelta

from odoo import api, models
from odoo.tools import format_amount, format_date

from ..core.limitation import YEARS, Limitation, LimitationKind, Start
from ..core.limitation_alert import countdown, nearness
from ..core.limitation_events import Effect, EventKind
from .recouvrement_limitation import Clock, Step
from .recouvrement_limitation_event import TITLE

# The sign of a line of the history; the words beside it say the same.
ICONS = {
    Effect.STARTED: "fa-flag-o",
    Effect.INTERRUPTED: "fa-repeat",
    Effect.SUSPENDED: "fa-pause",
    Effect.LETTER_DOES_NOT_INTERRUPT: "fa-envelope-o",
    Effect.VOID: "fa-ban",
    Effect.TOO_EARLY: "fa-ban",
    Effect.TOO_LATE: "fa-ban",
}


class RecouvrementLimitation(models.AbstractModel):
    _inherit = "recouvrement.limitation"

    # ------------------------------------------------------------- what is left

    @api.model
    def _countdown_words(self, deadline, as_of) -> str:
        """“Lapses in 1 year 3 months”, “in 12 days”, “Lapsed since …”."""
        years, months, days = countdown(deadline, as_of)
        if days < 0:
            since = format_date(self.env, deadline + timedelta(days=1))
            return self.env._("Lapsed since %(date)s", date=since)
        if years or months:
            return self.env._("Lapses in %(time)s", time=self._duration(years, months))
        if days == 0:
            return self.env._("Lapses tonight: last day to act")
        if days == 1:
            return self.env._("Lapses in 1 day")
        return self.env._("Lapses in %(days)s days", days=days)

    def _duration(self, years: int, months: int) -> str:
        parts = []
        if years:
            parts.append(
                self.env._("1 year")
                if years == 1
                else self.env._("%(years)s years", years=years)
            )
        if months:
            parts.append(
                self.env._("1 month")
                if months == 1
                else self.env._("%(months)s months", months=months)
            )
        return " ".join(parts)

    # ------------------------------------------------------------ what governs it

    @api.model
    def _kind_words(self, found: Limitation) -> str:
        """Which prescription it is: its length and whom it protects."""
        if found.years != YEARS[found.kind]:
            length = self._duration(found.years, 0)
            return self.env._("%(length)s, by the contract", length=length)
        words = {
            LimitationKind.COMMON: self.env._("5 years, business"),
            LimitationKind.CONSUMER: self.env._("2 years, consumer"),
            LimitationKind.CARRIAGE: self.env._("1 year, carriage of goods"),
            LimitationKind.PUBLIC: self.env._("4 calendar years, public body"),
            LimitationKind.TITLE: self.env._("10 years, title"),
        }
        return words[found.kind]

    @api.model
    def _start_words(self, start: Start) -> str:
        words = {
            Start.PERFORMANCE: self.env._("Delivery or end of the service"),
            Start.INVOICE: self.env._("Invoice (the day of delivery is not known)"),
            Start.DUE_DATE: self.env._("Due date"),
            Start.RETENTION: self.env._("Guarantee retention due (C. civ. 2233)"),
            Start.TITLE: self.env._("Title obtained"),
        }
        return words[start]

    @api.model
    def _letter_words(self, case) -> str:
        """What a letter does against this debtor: nothing, but for two exceptions."""
        if case.profile == "public":
            return self.env._(
                "Against a public body, any written claim interrupts the prescription "
                "(Loi 68-1250, art. 2): enter it with its proof of receipt."
            )
        if case.limitation_clause and case.profile == "business":
            return self.env._(
                "By the contract, a registered letter interrupts the prescription "
                "(C. civ. 2254): %(clause)s",
                clause=case.limitation_clause,
            )
        return self._plain_letter_words()

    @api.model
    def _plain_letter_words(self) -> str:
        return self.env._(
            "A registered letter does not interrupt the prescription (Com. 18 mai "
            "2022, n° 20-23.204)."
        )

    # ------------------------------------------------------------------ the history

    @api.model
    def _account(self, line, clock: Clock, as_of) -> dict:
        """An item and its prescription, ready to be shown."""
        found, hoped = clock.limitation, clock.hoped
        days_left = found.days_left(as_of)
        words = self._countdown_words(found.deadline, as_of)
        if found.is_stopped:
            words = self.env._("Stopped for now · %(words)s", words=words)
        return {
            "id": line.id,
            "name": line.move_id.name,
            "due": format_date(self.env, line.date_maturity or line.date),
            "open": format_amount(
                self.env, line.amount_residual_currency, line.currency_id
            ),
            "kind": self._kind_words(found),
            "deadline": format_date(self.env, found.deadline),
            "due_deadline": format_date(self.env, found.due_deadline),
            "words": words,
            "nearness": nearness(days_left).value,
            "is_stopped": found.is_stopped,
            "hoped": self._hoped_words(clock),
            "steps": [self._step(clock, step, as_of) for step in clock.steps],
            "order": (found.deadline, hoped.deadline, line.id),
        }

    def _hoped_words(self, clock: Clock) -> str:
        if clock.hoped.deadline <= clock.limitation.deadline:
            return ""
        return format_date(self.env, clock.hoped.deadline)

    def _step(self, clock: Clock, step: Step, as_of) -> dict:
        entry, happening, is_counted = step
        day = happening.day if happening else clock.limitation.start
        return {
            "day": format_date(self.env, day),
            "text": self._step_words(clock, step, as_of),
            "basis": entry.basis,
            "deadline": format_date(self.env, entry.deadline),
            "icon": ICONS[entry.effect] if is_counted else "fa-question-circle-o",
            "is_counted": is_counted,
            "is_moving": is_counted
            and entry.effect in (Effect.STARTED, Effect.INTERRUPTED, Effect.SUSPENDED),
        }

    def _step_words(self, clock: Clock, step: Step, as_of) -> str:
        entry, happening, is_counted = step
        if happening is None:
            return self.env._(
                "%(start)s: the clock starts, for %(time)s.",
                start=self._start_words(clock.limitation.start_fact),
                time=self._duration(clock.limitation.years, 0),
            )
        what = self._happening_words(happening)
        effect = self._effect_words(entry.effect, happening)
        if is_counted:
            return self.env._("%(what)s: %(effect)s", what=what, effect=effect)
        if happening.state == "proposed":
            return self.env._(
                "%(what)s, to confirm. Not counted; if it acknowledges the debt "
                "without ambiguity: %(effect)s",
                what=what,
                effect=effect,
            )
        return self.env._(
            "%(what)s, proof to attach. Not counted; once proved: %(effect)s",
            what=what,
            effect=effect,
        )

    def _happening_words(self, happening) -> str:
        events = self.env["recouvrement.limitation.event"]
        kinds = dict(events._fields["kind"]._description_selection(self.env))
        what = kinds[happening.kind]
        if happening.event_id is None:
            what = self.env._("Registered letter %(name)s", name=happening.note)
            if happening.reference:
                what = f"{what} ({happening.reference})"
        elif happening.until:
            what = self.env._(
                "%(what)s until %(date)s",
                what=what,
                date=format_date(self.env, happening.until),
            )
        return what

    def _effect_words(self, effect: Effect, happening) -> str:
        is_open = happening.until is None
        is_claim = happening.kind == EventKind.COURT_CLAIM.value
        words = {
            Effect.INTERRUPTED: self.env._("interrupts, a new whole period runs."),
            Effect.SUSPENDED: self.env._("suspends, the time left is put off."),
            Effect.LETTER_DOES_NOT_INTERRUPT: self.env._(
                "does not interrupt the prescription."
            ),
            Effect.VOID: self.env._("no effect. %(why)s", why=happening.note),
            Effect.TOO_EARLY: self.env._("before the clock started, no effect."),
            Effect.TOO_LATE: self.env._("after the last day, no effect."),
            Effect.STARTED: "",
        }
        if effect is Effect.INTERRUPTED and is_claim and is_open:
            return self.env._("interrupts for as long as the proceedings last.")
        if effect is Effect.SUSPENDED and is_open:
            return self.env._("suspends for as long as it lasts.")
        if effect is Effect.INTERRUPTED and happening.kind == TITLE:
            return self.env._("ten years to enforce it.")
        return words[effect]
