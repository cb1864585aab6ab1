#!/usr/bin/env python3
"""Split the addon's test classes among processes: one line of --test-tags for each.

    shards.py COUNT

The classes that drive a browser stay together in the first line: two browsers at once
would wait for each other. The others follow where the fewest tests are.
"""

import ast
import sys
from pathlib import Path

TESTS = Path(__file__).parents[2] / "odoo_recouvrement" / "tests"
BROWSER = ("start_tour(", "browser_js(", "import Phone")
BROWSER_WEIGHT = 6  # a test in a browser takes as long as this many others


def classes(folder: Path) -> list[tuple[str, int, bool]]:
    """Name, number of tests, drives a browser: of each class of ``folder``."""
    found = []
    for path in sorted(folder.glob("test_*.py")):
        source = path.read_text(encoding="utf-8")
        is_browser = any(word in source for word in BROWSER)
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef):
                names = [getattr(one, "name", "") for one in node.body]
                tests = sum(name.startswith("test_") for name in names)
                found.append((node.name, max(tests, 1), is_browser))
    return found


def shards(found: list[tuple[str, int, bool]], count: int) -> list[list[str]]:
    """The names of ``found`` in at most ``count`` lists of about the same weight."""
    lists: list[list[str]] = [[] for _ in range(count)]
    weights = [0] * count
    for name, tests, is_browser in sorted(found, key=lambda one: (-one[2], -one[1])):
        index = 0 if is_browser else weights.index(min(weights))
        lists[index].append(name)
        weights[index] += tests * (BROWSER_WEIGHT if is_browser else 1)
    return [names for names in lists if names]


if __name__ == "__main__":
    for names in shards(classes(TESTS), int(sys.argv[1])):
        print(",".join(f"/odoo_recouvrement:{name}" for name in names))
