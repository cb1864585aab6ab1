"""The world a template lives in: a few filters, no method, a counted effort."""

import datetime
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jinja2 import StrictUndefined, Undefined, filters, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from . import formats

MAX_TURNS = 20_000
MAX_CHARACTERS = 200_000
MAX_EFFORT = 2_000_000  # turns of loops × length of the source: a long body costs more

RENDERING = "_rendering"  # a name no template can write


class TemplateError(Exception):
    """Why a template was refused or stopped. ``line`` 0: not known, or everywhere.

    Codes: syntax, forbidden, unknown_filter, unknown_variable, bad_value,
    not_printable, too_complex, too_many_turns, too_long.
    """

    def __init__(self, code: str, line: int = 0, detail: str = "") -> None:
        super().__init__(code, line, detail)
        self.code = code
        self.line = line
        self.detail = detail


@dataclass(slots=True)
class Rendering:
    """How one text is written, and what it may still cost: turns, characters."""

    lang: str
    currency: str
    turns: int = MAX_TURNS
    characters: int = MAX_CHARACTERS

    @classmethod
    def of(cls, source: str, lang: str, currency: str, rows: int) -> "Rendering":
        """A long statement is no attack: each row brings its own allowance along."""
        turns = min(MAX_TURNS, MAX_EFFORT // max(len(source), 1)) + 10 * rows
        return cls(lang, currency, turns, MAX_CHARACTERS + 1_000 * rows)

    def loop(self, values: Iterable[Any]) -> Iterator[Any]:
        """The same values, counted."""
        for value in values:
            self.turns -= 1
            if self.turns < 0:
                raise TemplateError("too_many_turns")
            yield value

    def write(self, text: str) -> None:
        """Count characters as they are made."""
        self.characters -= len(text)
        if self.characters < 0:
            raise TemplateError("too_long")


class _Unknown(StrictUndefined):
    """An undefined value whose error only says its name."""

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or str(self._undefined_name)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without its world: no global, no loader, no method, few filters."""

    intercepted_binops = frozenset({"+", "-"})

    def __init__(self, *, html: bool) -> None:
        super().__init__(
            autoescape=html,
            undefined=_Unknown,
            finalize=_printable,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.filters = {**PUBLIC_FILTERS, "_metered": _metered}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Values may be read, never called."""
        return super().is_safe_attribute(obj, attr, value) and not callable(value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Numbers add up; texts and lists do not grow."""
        if not isinstance(left, int | Decimal) or not isinstance(right, int | Decimal):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)


@pass_context
def _printable(context: Context, value: Any) -> Any:
    """What may be printed: a text, a count, an amount, a date (written in full)."""
    match value:
        case bool():
            raise TemplateError("not_printable", detail="bool")
        case str() | int() | Undefined():  # printing an undefined value raises
            return value
        case Decimal():
            return _money(context, value)
        case datetime.date():
            return _date(context, value)
        case _:
            raise TemplateError("not_printable", detail=type(value).__name__)


@pass_context
def _metered(context: Context, values: Iterable[Any]) -> Iterator[Any]:
    return _rendering(context).loop(values)


@pass_context
def _money(context: Context, amount: Decimal | int) -> str:
    rendering = _rendering(context)
    return formats.money(amount, rendering.currency, rendering.lang)


@pass_context
def _date(context: Context, day: datetime.date) -> str:
    return formats.long_date(day, _rendering(context).lang)


@pass_context
def _short_date(context: Context, day: datetime.date) -> str:
    return formats.short_date(day, _rendering(context).lang)


def _rendering(context: Context) -> Rendering:
    rendering: Rendering = context[RENDERING]
    return rendering


@pass_context
def _join(context: Context, values: Iterable[Any], separator: str = "") -> str:
    """Counted as it grows, else a few joins of joins would fill the memory."""
    rendering = _rendering(context)
    text = escape if context.eval_ctx.autoescape else str
    parts: list[str] = []
    for value in rendering.loop(values):
        parts.append(text(_printable(context, value)))
        rendering.write(parts[-1] + separator)
    return text(separator).join(parts)


def _counted_text(name: str) -> Callable[..., Any]:
    """Jinja's filter, whose characters count."""
    change = filters.FILTERS[name]

    @pass_context
    def counted(context: Context, text: Any) -> str:
        _rendering(context).write(str(text))
        return str(change(text))

    return counted


@pass_context
def _sort(context: Context, values: Any, attribute: str | None = None) -> list[Any]:
    turns = _rendering(context).loop(values)
    return filters.do_sort(context.environment, turns, attribute=attribute)


@pass_context
def _sum(context: Context, values: Any, attribute: str | None = None) -> Any:
    """Numbers only: Jinja's own would also chain lists."""
    turns = _rendering(context).loop(values)
    return filters.do_sum(context.environment, turns, attribute)


def _round(value: Decimal, digits: int = 0) -> Decimal:
    """Jinja's own would compute ten to any power."""
    return round(value, max(-9, min(9, digits)))


def _nl2br(text: str) -> Markup:
    """Lines become HTML lines; the text is escaped first.

    >>> _nl2br("12 rue Haute\\nNantes <FR>")
    Markup('12 rue Haute<br>Nantes &lt;FR&gt;')
    """
    return Markup("<br>").join(escape(line) for line in text.splitlines())


PUBLIC_FILTERS: dict[str, Callable[..., Any]] = {
    "capitalize": _counted_text("capitalize"),
    "date": _date,
    "default": filters.do_default,
    "escape": escape,
    "first": filters.FILTERS["first"],
    "int": filters.do_int,
    "join": _join,
    "last": filters.do_last,
    "length": len,
    "lower": _counted_text("lower"),
    "money": _money,
    "nl2br": _nl2br,
    "round": _round,
    "short_date": _short_date,
    "sort": _sort,
    "sum": _sum,
    "title": _counted_text("title"),
    "trim": _counted_text("trim"),
    "upper": _counted_text("upper"),
}
