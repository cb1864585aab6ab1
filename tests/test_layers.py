"""An import never climbs: core ← report ← models ← wizard, controllers."""

import ast
from pathlib import Path

import pytest

ADDON = Path(__file__).parents[1] / "odoo_recouvrement"
# What the files of a folder may import of the addon; core knows no Odoo either.
MAY_IMPORT = {
    "core": {"core"},
    "report": {"core", "report"},
    "models": {"core", "report", "models"},
    "wizard": {"core", "report", "models", "wizard"},
    "controllers": {"core", "report", "models", "controllers"},
}
FILES = [path for layer in MAY_IMPORT for path in sorted((ADDON / layer).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Folders of the addon and libraries that a file imports, wherever it does."""
    inside = path.relative_to(ADDON).parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            full = (node.module or "").split(".")
            if node.level:
                full = [*inside[: len(inside) - node.level + 1], *full]
            found.add(full[0])
    return found - {""}


@pytest.mark.parametrize(
    "path", FILES, ids=lambda path: f"{path.parts[-2]}/{path.name}"
)
def test_an_import_never_climbs(path):
    layer = path.relative_to(ADDON).parts[0]
    found = imported(path)
    assert found & MAY_IMPORT.keys() <= MAY_IMPORT[layer]
    if layer == "core":
        assert "odoo" not in found
