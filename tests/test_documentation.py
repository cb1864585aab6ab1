"""The documentation names tests, files and pictures that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/**/*.md")]
TESTS = (ROOT / "tests", ROOT / "tests/system", ROOT / "odoo_recouvrement/tests")
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    text = page.read_text()
    targets = [one or other for one, other in LINK.findall(text)]
    files = [target.partition("#")[0] for target in targets if "://" not in target]
    missing = [name for name in files if not (page.parent / name).exists()]
    assert missing == []


def test_every_picture_is_shown_and_has_its_shot():
    folder = ROOT / "docs/screenshots"
    pages = "".join(page.read_text() for page in PAGES)
    shots = "".join(file.read_text() for file in folder.glob("*.py"))
    names = [picture.stem for picture in folder.glob("*.png")]
    assert names
    assert [name for name in names if f"/{name}.png" not in pages] == []
    assert [name for name in names if not re.search(rf'["/ ]{name}"', shots)] == []


def test_rules_name_tests_that_exist():
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", _rules())
    assert named
    missing = [
        f"{file}::{test}" for file, test in named if f"def {test}(" not in _source(file)
    ]
    assert missing == []


def test_rules_name_code_that_exists():
    named = re.findall(r"`((?:core|models|security)/\w+\.\w+)`", _rules())
    missing = [
        name for name in named if not (ROOT / "odoo_recouvrement" / name).exists()
    ]
    assert missing == []


def test_every_reason_is_in_the_table():
    from odoo_recouvrement.core.decision import Reason

    missing = [reason.value for reason in Reason if f"`{reason.value}`" not in _rules()]
    assert missing == []


def test_every_rule_is_in_the_table():
    rows = re.findall(r"^\| (\d+) \|", _rules(), re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 16))


def _rules() -> str:
    return (ROOT / "docs/rules.md").read_text()


def _source(file: str) -> str:
    return "".join(
        (folder / file).read_text() for folder in TESTS if (folder / file).exists()
    )
