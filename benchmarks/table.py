"""The table of the bench, and whether its targets are met.

``python -m benchmarks.table RESULTS [--json FILE]``: RESULTS holds one JSON line per
measure, as the other modules print them, with its ``size`` (invoices).
"""

import argparse
import json
import platform
from pathlib import Path
from statistics import median

#: Targets, by name: (what is compared, the limit; a minimum if negative).
FLOORS, PEER, LINEAR = 10, 25, 1.5
QUERIES, QUERIES_PER_10_000 = 60, 10
PEAK_MB = 600
INTEREST_SECONDS_PER_100_000, INTEREST_QUERIES = 15, 15
NIGHT_SECONDS_PER_100_000 = 60
MAILS_SECONDS, LETTER_SECONDS, MERGE_SECONDS = 25, 0.2, 2
SCREEN_SECONDS = 1
#: What a collector waits for, in the order of a day; Odoo's own client has no target.
SCREENS = {
    "day": "My day",
    "filter": "a counter pressed",
    "page": "the next page of the list",
    "file": "a customer's file",
    "pager": "the next or previous file",
    "call": "the call screen",
    "save_call": "a call saved, the next debtor",
    "close_call": "a call saved, back to the file",
    "promise": "a promise opened",
    "save_promise": "a promise saved",
    "portal": "the debtor's page",
    "answer": "an answer's page",
}


def load(path: Path) -> dict[tuple[str, int], dict]:
    """Medians by (what, size), with ``times``: of how many measures."""
    measures: dict[tuple[str, int], list[dict]] = {}
    for line in path.read_text().splitlines():
        measure = json.loads(line)
        measures.setdefault((measure["what"], measure["size"]), []).append(measure)
    return {key: _medians(them) for key, them in measures.items()}


def _medians(measures: list[dict]) -> dict:
    names = {name for one in measures for name in one} - {"what"}
    found = {
        name: median(one[name] for one in measures if name in one)
        for name in sorted(names)
    }
    return found | {"times": len(measures)}


def rows(found: dict[tuple[str, int], dict]) -> list[tuple[str, str, str, str]]:
    """(what, measured, target, verdict) for every line of the table."""
    lines = []
    sizes = sorted({size for _what, size in found})
    for size in sizes:
        if ours := found.get(("ours", size)):
            lines += _size_rows(size, ours, found.get(("peer", size)))
        if interest := found.get(("interest", size)):
            lines += _interest_rows(interest)
        if night := found.get(("limitation", size)):
            lines += _limitation_rows(night)
        if screens := found.get(("screens", size)):
            lines += _screen_rows(screens)
    runs = [found["ours", size] for size in sizes if ("ours", size) in found]
    if len(runs) > 1:
        growth = _per_item(runs[-1]) / _per_item(runs[0])
        lines.append(_row("growth of the time per item", growth, LINEAR, "×"))
    for size in sizes:
        if messages := found.get(("messages", size)):
            lines += _message_rows(messages, found.get(("peer", size), {}))
    return lines


def _per_item(ours: dict) -> float:
    return ours["seconds"] / ours["decisions"]


def _size_rows(size: int, ours: dict, peer: dict | None) -> list[tuple]:
    overdue = int(ours["overdue"])
    queries = QUERIES + QUERIES_PER_10_000 * overdue / 10_000
    lines = [
        (f"{size:,} invoices, {overdue:,} items overdue", "", "", ""),
        _row("floor", ours["floor"], None, "s"),
        _row("floor, no key nor links", ours["heap"], None, "s"),
        _row("our run", ours["seconds"], FLOORS * ours["floor"], "s"),
        _row("  times the floor", ours["seconds"] / ours["floor"], FLOORS, "×"),
        _row("  seconds of processor", ours["cpu"], None, "s"),
        _row("  queries", ours["queries"], queries, ""),
        _row("  peak memory", ours["peak_mb"], PEAK_MB, "MB"),
        _row("  nothing changed since", ours["again_seconds"], None, "s"),
    ]
    if peer:
        times = int(peer["times"])
        lines += [
            _row(f"OCA's run ({times}×)", peer["seconds"], None, "s"),
            _row("  seconds of processor", peer["cpu"], None, "s"),
            _row("  queries", peer["queries"], None, ""),
            _row("  peak memory", peer["peak_mb"], None, "MB"),
            _row("  ours is faster", peer["seconds"] / ours["seconds"], -PEER, "×"),
            _row("  ours takes less processor", peer["cpu"] / ours["cpu"], None, "×"),
        ]
    return lines


def _interest_rows(ours: dict) -> list[tuple]:
    limit = INTEREST_SECONDS_PER_100_000 * ours["items"] / 100_000
    per_item = ours["segments"] / ours["items"]
    return [
        _row(f"statements of {ours['items']:,.0f} items", ours["seconds"], limit, "s"),
        _row("  seconds of processor", ours["cpu"], None, "s"),
        _row("  queries", ours["queries"], INTEREST_QUERIES, ""),
        _row("  segments an item", per_item, None, "×"),
    ]


def _screen_rows(ours: dict) -> list[tuple]:
    lines = [
        (f"screens in a browser, machine's load {ours['load']:.1f}", "", "", ""),
        _row(
            "  Odoo's web client, in an empty browser", ours["client_first"], None, "s"
        ),
    ]
    for name, what in SCREENS.items():
        lines += [
            _row(f"  {what}: first", ours[f"{name}_first"], SCREEN_SECONDS, "s"),
            _row(f"  {what}: next", ours[f"{name}_next"], SCREEN_SECONDS, "s"),
        ]
    return lines


def _limitation_rows(ours: dict) -> list[tuple]:
    """The first night writes every deadline and opens the tasks; the next, nothing."""
    limit = NIGHT_SECONDS_PER_100_000 * ours["items"] / 100_000
    return [
        _row(
            f"prescription of {ours['items']:,.0f} items", ours["seconds"], limit, "s"
        ),
        _row("  tasks opened", ours["tasks"], None, ""),
        _row("  queries", ours["queries"], None, ""),
        _row("  the next night", ours["again_seconds"], limit, "s"),
        _row("  queries", ours["again_queries"], None, ""),
    ]


def _message_rows(ours: dict, peer: dict) -> list[tuple]:
    lines = [
        ("messages", "", "", ""),
        _row(
            f"{ours['mails']:.0f} e-mails with PDF",
            ours["mails_seconds"],
            MAILS_SECONDS,
            "s",
        ),
        _row("a letter, printed and frozen", ours["letter"], LETTER_SECONDS, "s"),
        _row(
            f"{ours['merged']:.0f} letters merged",
            ours["merge_seconds"],
            MERGE_SECONDS,
            "s",
        ),
    ]
    if "mails" in peer:
        lines += [
            _row(
                f"OCA's {peer['mails']:.0f} e-mails with PDF",
                peer["mails_seconds"],
                None,
                "s",
            ),
            _row("OCA's letter", peer["letter"], None, "s"),
        ]
    return lines


def _row(what: str, value: float, limit: float | None, unit: str) -> tuple:
    """A line; a negative limit is a minimum."""
    if limit is None:
        return what, _figure(value, unit), "", ""
    met = value <= limit if limit >= 0 else value >= -limit
    sign = "≤" if limit >= 0 else "≥"
    target = f"{sign} {_figure(abs(limit), unit)}"
    return what, _figure(value, unit), target, "met" if met else "MISSED"


def _figure(value: float, unit: str) -> str:
    digits = 0 if unit in ("", "MB") else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def show(lines: list[tuple]) -> str:
    """The lines in columns."""
    return "\n".join(
        f"{what:44} {value:>12}  {target:>12}  {verdict}".rstrip()
        for what, value, target, verdict in lines
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = load(options.results)
    lines = rows(found)
    print(f"Python {platform.python_version()}, {platform.machine()}; medians")
    print(show(lines))
    if options.json:
        figures = {f"{what} {size}": values for (what, size), values in found.items()}
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
