"""The statement of interest for a reader: rows of words, in French or in English.

The same rows make the annex of a letter, the PDF of a file, the screen and the CSV.
Its words are a table here, as the letter's: see ``labels``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from markupsafe import Markup

from ..core.allocation import MovementKind, Order, Share
from ..core.context import Company
from ..core.day_count import DayCount
from ..core.interest import Segment, Statement
from ..core.money import ZERO
from ..core.rates import Reference
from ..core.regime import Regime, Resolution
from ..core.remarks import Remark
from ..core.schedule import Origin
from .decompte_words import WORDS
from .labels import Writer
from .printer import stylesheet
from .printing import letter_engine, print_html

BODY = "odoo_recouvrement.decompte_body"
DOCUMENT = "odoo_recouvrement.decompte_document"


class Entry(NamedTuple):
    """An item with its statement, as the ledger names it.

    ``settled``: what was waived, invoiced apart or collected of its penalties.
    """

    invoice: str
    invoice_date: date
    statement: Statement
    resolution: Resolution
    settled: Decimal = ZERO


class Line(NamedTuple):
    """A segment: days at one rate on one base."""

    first: str
    last: str
    days: str
    base: str
    rate: str
    source: str
    interest: str


class Move(NamedTuple):
    """A payment or a credit note, and what it was used for."""

    day: str
    label: str
    amount: str
    interest: str
    principal: str
    basis: str


class Sheet(NamedTuple):
    """The statement of one item; ``totals``: label, amount, basis."""

    title: str
    regime: str
    lines: list[Line]
    moves: list[Move]
    accrued: str
    totals: list[tuple[str, str, str]]
    remarks: list[str]


class Sources(NamedTuple):
    """What stands under the sheets, once: conventions, and published rates.

    ``read_in``: where each rate was read, for those who answer for them.
    """

    notes: list[str]
    rates: str
    read_in: str


class Teller:
    """Says statements in one language and one currency."""

    def __init__(self, lang: str, currency: str) -> None:
        self.writer = Writer(lang, currency)
        self.words = WORDS[self.writer.lang]

    # --- words -----------------------------------------------------------------

    def say(self, key: str, **values: object) -> str:
        text = self.words[key]
        return text % values if values else text

    def percent(self, value: Decimal) -> str:
        """Two decimals, more when the rate has more.

        >>> Teller("fr", "EUR").percent(Decimal("12.4"))
        '12,40\\xa0%'
        """
        figure = f"{value:.2f}"
        if Decimal(figure) != value:
            figure = f"{value.normalize():f}"
        if self.writer.lang == "fr":
            return figure.replace(".", ",") + "\N{NO-BREAK SPACE}%"
        return figure + "%"

    def formula(self, regime: Regime) -> str:
        """The rate as it is said: « BCE + 10 points, par semestre »."""
        formula = regime.formula
        if formula is None:
            return self.say("no_interest")
        if formula.reference is None:
            return self.percent(formula.points)
        words = self.say(formula.reference.value)
        if formula.factor != 1:
            words = f"{_short(formula.factor, self.writer.lang)} × {words}"
        if formula.points:
            points = _short(formula.points, self.writer.lang)
            words = self.say("points", rate=words, points=points)
        return self.say("frozen" if regime.is_frozen else "evolving", rate=words)

    def regime(self, resolution: Resolution) -> str:
        """The rate, who chose it, and whose choice a consumer is protected from."""
        level = resolution.level.value if resolution.level else "nobody"
        text = self.say(
            "chosen",
            kind=self.say(f"kind_{resolution.regime.kind.value}"),
            rate=self.formula(resolution.regime),
            level=self.say(f"by_{level}"),
        )
        if resolution.passed_over:
            levels = ", ".join(
                self.say(f"of_{passed.value}") for passed in resolution.passed_over
            )
            text = f"{text} {self.say('passed_over', levels=levels)}"
        return text

    # --- rows ------------------------------------------------------------------

    def sheet(self, entry: Entry) -> Sheet:
        found, money = entry.statement, self.writer.money
        return Sheet(
            self.say(
                "title",
                invoice=entry.invoice,
                date=self.writer.short_date(entry.invoice_date),
                due=self.writer.short_date(found.claim.due_date),
                amount=money(found.claim.amount),
            ),
            self.regime(entry.resolution),
            [self._line(found, segment) for segment in found.segments],
            [self.move(found, share) for share in found.shares],
            money(found.interest_accrued),
            list(self._totals(found, entry.settled)),
            list(self._remarks(found)),
        )

    def _line(self, found: Statement, segment: Segment) -> Line:
        short = self.writer.short_date
        return Line(
            short(segment.first_day),
            short(segment.last_day),
            str(segment.days),
            self.writer.money(segment.base),
            self.percent(segment.rate),
            self.source(found.regime, segment),
            self.writer.money(segment.interest),
        )

    def source(self, regime: Regime, segment: Segment) -> str:
        """Where the rate of a segment comes from: « BCE 2,40 % + 10, 2026-S2 »."""
        formula = regime.formula
        if formula is None or formula.reference is None:
            return self.say("agreed")
        value = self.percent(segment.origins[0].row.value)
        words = f"{self.say(formula.reference.value)} {value}"
        if formula.factor != 1:
            words = f"{_short(formula.factor, self.writer.lang)} × {words}"
        if formula.points:
            words += f" + {_short(formula.points, self.writer.lang)}"
        first, last = segment.origins[0].half_year, segment.origins[-1].half_year
        when = self.say("half", year=first.year, half=first.half)
        if last != first:
            until = self.say("half", year=last.year, half=last.half)
            when = self.say("halves", first=when, last=until)
        return f"{words}, {when}"

    def move(self, found: Statement, share: Share) -> Move:
        """A payment or a credit note, and what it was used for."""
        money, kind = self.writer.money, share.movement.kind
        if kind is MovementKind.CREDIT_NOTE:
            basis = "price"
        elif not share.interest:
            basis = "principal_only"
        elif found.conventions.order is Order.INTEREST_FIRST:
            basis = "interest_first"
        else:
            basis = "principal_first"
        return Move(
            self.writer.short_date(share.movement.date),
            self.say(kind.value),
            money(share.movement.amount),
            money(share.interest) if share.interest else "–",
            money(share.principal),
            self.say(basis),
        )

    def _totals(
        self, found: Statement, settled: Decimal
    ) -> Iterator[tuple[str, str, str]]:
        money, regime = self.writer.money, found.regime
        yield self.say("principal"), money(found.principal_due), ""
        yield self.say("interest"), money(found.interest_due), regime.interest_basis
        if regime.has_recovery_fee:
            basis = (
                regime.fee_basis if found.recovery_fee else self.say("fee_elsewhere")
            )
            yield self.say("fee"), money(found.recovery_fee), basis
        if settled:
            yield self.say("settled_apart"), money(-settled), ""
        yield self.say("total"), money(max(found.total_due - settled, ZERO)), ""

    def _remarks(self, found: Statement) -> Iterator[str]:
        for remark in found.remarks:
            yield self.say(
                f"remark_{remark.value}", date=self._remark_date(found, remark)
            )
        if is_settled(found):
            yield self.say("settled")
        claim = found.claim
        if claim.retention:
            due, kept = claim.retention_due, self.writer.money(claim.retention)
            if due and found.as_of > due:
                day = self.writer.short_date(due)
                yield self.say("retention_due", amount=kept, date=day)
            else:
                yield self.say("retention", amount=kept)

    def _remark_date(self, found: Statement, remark: Remark) -> str:
        day = found.claim.judgment_date if remark is Remark.INSOLVENCY else found.as_of
        return self.writer.short_date(day or found.as_of)

    def sources(self, entries: Sequence[Entry]) -> Sources:
        """What all the sheets rest on, each thing said once."""
        notes, rates = {}, {}
        for entry in entries:
            found = entry.statement
            if found.segments:
                is_365 = found.conventions.day_count is DayCount.FIXED_365
                notes[self.say("days_365" if is_365 else "days_actual")] = True
            if any(share.interest for share in found.shares):
                notes[self.say("allocation")] = True
            for segment in found.segments:
                for origin in segment.origins:
                    rates[entry.statement.regime.formula.reference, origin] = True  # type: ignore[union-attr]
        ordered = sorted(rates, key=_by_date)
        return Sources(
            list(notes),
            self._listed("rates", [self._rate(*key) for key in ordered]),
            self._listed("read_in", [self._read_in(*key) for key in ordered]),
        )

    def _listed(self, key: str, parts: Sequence[str]) -> str:
        return self.say(key, parts=self.say("next").join(parts)) if parts else ""

    def _rate(self, reference: Reference, origin: Origin) -> str:
        half = origin.half_year
        return self.say(
            f"rate_{reference.value}",
            half=self.say("half", year=half.year, half=half.half),
            value=self.percent(origin.row.value),
            date=self.writer.short_date(origin.row.valid_from),
        )

    def _read_in(self, reference: Reference, origin: Origin) -> str:
        half = origin.half_year
        when = self.say("half", year=half.year, half=half.half)
        return f"{self.say(reference.value)} {when}, {origin.row.source}"


def is_settled(found: Statement) -> bool:
    """Whether nothing but penalties is left of a debt that was paid late."""
    return not found.principal_due and bool(found.shares) and bool(found.segments)


def decompte_html(
    env: Any, entries: Sequence[Entry], *, lang: str, currency: str
) -> Markup:
    """The sheets for the screen, which also says where the rates were read."""
    values = decompte_values(entries, lang=lang, currency=currency)
    values["on_screen"] = True
    return env["ir.qweb"]._render(BODY, values, minimal_qcontext=True)


def decompte_values(
    entries: Sequence[Entry], *, lang: str, currency: str
) -> dict[str, Any]:
    """What the views of the statement show."""
    teller = Teller(lang, currency)
    money = teller.writer.money
    statements = [entry.statement for entry in entries]

    totals = {
        name: sum((getattr(found, name) for found in statements), ZERO)
        for name in ("principal_due", "interest_due", "recovery_fee", "total_due")
    }
    labels = ("principal", "interest", "fee", "total")
    return {
        "on_screen": False,
        "s": teller.say,
        "sheets": [teller.sheet(entry) for entry in entries],
        "sources": teller.sources(entries),
        "as_of": teller.writer.long_date(statements[0].as_of) if statements else "",
        "sums": [
            (teller.say(label), money(amount))
            for label, (name, amount) in zip(labels, totals.items(), strict=True)
            if amount or name != "recovery_fee"
        ],
    }


def decompte_pdf(
    env: Any,
    entries: Mapping[str, Sequence[Entry]],
    *,
    lang: str,
    company: Company,
    debtor: str,
    siren: str = "",
    legal: Sequence[str] = (),
) -> bytes:
    """The statements on paper; ``entries`` by currency, a section for each."""
    from .letter import legal_line

    paged = letter_engine() == "weasyprint"
    writer = Writer(lang, "EUR")
    groups = [
        decompte_values(sheets, lang=lang, currency=currency)
        for currency, sheets in entries.items()
    ]
    values = {
        "groups": groups,
        "on_screen": False,
        "s": Teller(lang, "EUR").say,
        "as_of": groups[0]["as_of"] if groups else "",
        "lang": writer.lang,
        "paged": paged,
        "style": None if paged else Markup(stylesheet(fonts=False)),
        "company": company,
        "debtor": debtor,
        "siren": siren,
        "legal": legal_line(company, writer, legal),
    }
    html = env["ir.qweb"]._render(DOCUMENT, values, minimal_qcontext=True)
    return print_html(env, Markup("<!DOCTYPE html>\n") + html)


def _short(value: Decimal, lang: str) -> str:
    text = f"{value.normalize():f}"
    return text.replace(".", ",") if lang == "fr" else text


def _by_date(key: tuple[Reference, Origin]) -> tuple[date, str]:
    reference, origin = key
    return origin.half_year.first_day, reference.value
