"""Every bypass of the rights says, where it stands, which right it bridges."""

import ast
import io
import tokenize
from pathlib import Path

import pytest

ADDON = Path(__file__).resolve().parent.parent / "odoo_recouvrement"
SOURCES = [
    path
    for path in sorted(ADDON.rglob("*.py"))
    if path.relative_to(ADDON).parts[0] not in ("core", "tests")
]
# Shorter than that, a comment names no right.
WORDS = 5


def undocumented(source: str) -> list[int]:
    """The lines where rights are bypassed without a comment that says why.

    The comment is on the statement (its head, for a block) or just above it.
    """
    tree = ast.parse(source)
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    alone = {
        number
        for number, line in enumerate(source.splitlines(), 1)
        if line.lstrip().startswith("#")
    }
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    return sorted(
        line
        for line in _bypasses(tree)
        if not _says_why(_around(statements, line, alone), comments)
    )


def _bypasses(tree: ast.AST) -> list[int]:
    """Where ``.sudo()``, ``.with_user()`` or ``su=True`` stands."""
    lines = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("sudo", "with_user") and not _drops(node):
                lines.append(node.func.end_lineno or 0)
            lines += [key.lineno for key in node.keywords if key.arg == "su"]
    return lines


def _drops(call: ast.Call) -> bool:
    """``sudo(False)`` gives rights up."""
    return any(
        isinstance(value, ast.Constant) and value.value is False for value in call.args
    )


def _around(statements: list[ast.stmt], line: int, alone: set[int]) -> range:
    """The lines of the innermost statement there, and the comments just above."""
    inner = max(
        (one for one in statements if one.lineno <= line <= (one.end_lineno or 0)),
        key=lambda one: one.lineno,
    )
    last = inner.end_lineno or line
    if hasattr(inner, "body"):  # a block: its head only
        head = [one for one in ast.iter_child_nodes(inner) if hasattr(one, "lineno")]
        last = max(one.end_lineno for one in head if not isinstance(one, ast.stmt))
    first = inner.lineno
    while first - 1 in alone:
        first -= 1
    return range(first, last + 1)


def _says_why(lines: range, comments: dict[int, str]) -> bool:
    text = " ".join(comments[line] for line in lines if line in comments)
    return len(text.split()) >= WORDS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ADDON)))
def test_each_bypass_says_why(path):
    assert undocumented(path.read_text()) == []


def test_the_addon_is_read():
    assert len(SOURCES) > 100
    assert any(_bypasses(ast.parse(path.read_text())) for path in SOURCES)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("records = self.sudo()", [1]),
        ("records = self.sudo()  # why", [1]),
        ("# No role writes this register: the button has.\na = self.sudo()", []),
        ("# No role writes this register: the button has.\n\na = self.sudo()", [3]),
        ("# No role writes the register here.\na = 1\nb = self.sudo()", [3]),
        ("a = (\n  self\n  # No role writes this one here.\n  .sudo()\n)", []),
        (
            "for a in self.sudo():\n  # Of what is done, not why it may be.\n  a.b()",
            [1],
        ),
        ("env = request.env(su=True)", [1]),
        ("records = self.sudo(False)", []),
        ("records = self.with_user(author)", [1]),
    ],
)
def test_what_is_undocumented(source, lines):
    assert undocumented(source) == lines
