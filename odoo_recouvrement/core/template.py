"""Texts with variables: a small, safe part of Jinja, on plain values only.

Whoever writes a template may be careless, or hostile: nothing it says may reach
the server, run for ever, or send nonsense to a debtor. Three fences, in order:

* the *language*: what is not in ``_ALLOWED`` does not exist. No call, no macro, no
  import, no multiplication: the core computes, a template only words;
* the *sandbox*: no private attribute, no method, and only the filters listed here;
* the *meter*: turns of loops and characters are counted while they are made. No
  clock, no thread, no signal: the same template always stops at the same place.

>>> from .sample import sample
>>> render("{{ total|money }} avant le {{ pay_before|date }}", sample(), lang="fr",
...        html=False)
'1\\u202f830,00\\xa0€ avant le 24\\xa0mars 2026'
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

import jinja2
from jinja2 import meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.visitor import NodeTransformer

from .context import ITEMS_TABLE, VARIABLES, MessageContext
from .items_table import items_table
from .sample import sample
from .sandbox import PUBLIC_FILTERS, RENDERING, Rendering, Sandbox, TemplateError

__all__ = ["Problem", "TemplateError", "check", "parse", "render", "variables"]

MAX_SOURCE = 100_000

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name,
    nodes.If, nodes.For, nodes.Assign, nodes.CondExpr,
    nodes.Filter, nodes.Test, nodes.Keyword,
    nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.List, nodes.Tuple,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Add, nodes.Sub, nodes.Neg, nodes.Pos, nodes.Concat,
)  # fmt: skip


class Problem(NamedTuple):
    """Something to correct: a code for the model to word, what, and on which line."""

    code: str
    detail: str = ""
    line: int = 0


class _Metered(NodeTransformer):
    """Count the turns of every loop, and let ``~`` go through the counted join."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        node.iter = _filter(node.iter, "_metered")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "join")


def _filter(operand: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(operand, name, [], [], None, None, lineno=operand.lineno)


_ENVIRONMENTS = {html: Sandbox(html=html) for html in (False, True)}


@lru_cache(maxsize=512)
def parse(source: str, *, html: bool) -> jinja2.Template:
    """The compiled template; raise TemplateError when it leaves the language."""
    tree = _tree(source)
    with _compilation():
        environment = _ENVIRONMENTS[html]
        return environment.from_string(
            _Metered().visit(tree).set_environment(environment)
        )


def _tree(source: str) -> nodes.Template:
    if len(source) > MAX_SOURCE:
        raise TemplateError("too_complex")
    with _compilation():
        tree = _ENVIRONMENTS[False].parse(source)
        for node in tree.find_all(nodes.Node):
            _refuse_foreign(node)
        return tree


@contextmanager
def _compilation() -> Iterator[None]:
    """Name what Jinja or Python refuse to read."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError("syntax", error.lineno, error.message or "") from error
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        # Absurd nesting, absurd numbers.
        raise TemplateError("too_complex") from error


def _refuse_foreign(node: nodes.Node) -> None:
    """Refuse what is not in the language: constructs, filters, private names."""
    if not isinstance(node, _ALLOWED):
        # Jinja gives no line to the scopes it makes itself (autoescape).
        raise TemplateError("forbidden", node.lineno or 0, type(node).__name__.lower())
    match node:
        case nodes.Filter(name=name) if name not in PUBLIC_FILTERS:
            raise TemplateError("unknown_filter", node.lineno, name)
        case nodes.Name(name=name) | nodes.Getattr(attr=name):
            if name.startswith("_") or name == "self":
                raise TemplateError("forbidden", node.lineno, name)


def variables(source: str) -> frozenset[str]:
    """The names a template takes from its context.

    >>> sorted(variables("{% for item in items %}{{ item.claim|money }}{% endfor %}"))
    ['items']
    """
    tree = _tree(source)
    with _compilation():
        return frozenset(meta.find_undeclared_variables(tree))


def render(source: str, context: MessageContext, *, lang: str, html: bool) -> str:
    """The text of a message. Raise TemplateError, with its line, rather than guess."""
    template = parse(source, html=html)
    rows = len(context.items) + len(context.credits)
    rendering = Rendering.of(source, lang, context.currency, rows)
    values = context.as_variables() | {RENDERING: rendering}
    if ITEMS_TABLE in source:
        values[ITEMS_TABLE] = items_table(context, lang=lang, html=html)
    chunks = []
    try:
        for chunk in template.generate(values):
            rendering.write(chunk)
            chunks.append(chunk)
    except Exception as error:  # whatever a template does wrong is its own error
        raise _named(error) from error
    return "".join(chunks)


def _named(error: Exception) -> TemplateError:
    """Say what went wrong, and where: the innermost line of the template."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, TemplateError):
        return TemplateError(error.code, line, error.detail)
    if isinstance(error, SecurityError):
        return TemplateError("forbidden", line, str(error))
    if isinstance(error, jinja2.UndefinedError):
        return TemplateError("unknown_variable", line, str(error))
    return TemplateError("bad_value", line, str(error))


def check(
    source: str, *, html: bool, lang: str = "fr", profile: str = "business"
) -> list[Problem]:
    """What stops a template from being saved: nothing, if it renders a sample.

    >>> check("{{ totl|money }}", html=False)
    [Problem(code='unknown_variable', detail='totl', line=0)]
    """
    try:
        unknown = sorted(variables(source) - VARIABLES)
        if not unknown:
            render(source, sample(lang, profile), lang=lang, html=html)
        return [Problem("unknown_variable", name) for name in unknown]
    except TemplateError as error:
        return [Problem(error.code, error.detail, error.line)]
