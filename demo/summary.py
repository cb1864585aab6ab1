"""What the demo shows at its end: tables of plain text."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

#: What the summary says of a reminder: its states, in the order of its life.
STATES = ("draft", "confirmed", "sent", "proved", "bounced", "sending", "cancelled")
FIGURE = re.compile(r"·|[\d ]+( €)?")
NOTHING = "·"


def write(env, run, width: int) -> str:
    """The whole summary of a run, in the words of the addon."""
    what = ("Decision", "Items", "Amount", "For instance")
    counts = f"{run.debtor_count} debtors, {run.item_count} open items"
    parts = [
        f"{run.company_id.name}, {run.as_of_date:%A %d %B %Y}: {counts}",
        table(what, decisions(env, run), width),
        table(*reminders(env, run)),
    ]
    return "\n\n".join(parts)


def decisions(env, run) -> list[tuple[str, ...]]:
    """A row per reason: its items, their amount, a debtor with the whole sentence."""
    register = env["recouvrement.decision"]
    labels = register._reason_labels()
    domain = [
        ("company_id", "=", run.company_id.id),
        ("first_run_id", "<=", run.id),
        "|",
        ("closed_run_id", "=", False),
        ("closed_run_id", ">", run.id),
    ]
    rows = []
    for reason, items, amount, ids in register._read_group(
        domain, ["reason"], ["__count", "balance:sum", "id:min"], order="__count desc"
    ):
        first = register.browse(ids)
        sentence = f"{first.partner_id.name}: {first.text}"
        rows.append((labels[reason], str(items), money(amount), sentence))
    return rows


def reminders(env, run) -> tuple[list[str], list[tuple[str, ...]]]:
    """Heads and rows: one per level and channel of the day, in the ladder's order.

    A state that no reminder is in has no column.
    """
    fields = env["recouvrement.reminder"]._fields
    channels = dict(fields["channel"]._description_selection(env))
    words = dict(fields["state"]._description_selection(env))
    counts: dict = {}
    for reminder in run.reminder_ids.sorted(lambda one: one.level_id.days):
        level, policy = reminder.level_id, reminder.level_id.policy_id
        key = (policy.name, level.days, level.code or level.name, reminder.channel)
        counts.setdefault(key, Counter())[reminder.state] += 1
    states = [state for state in STATES if any(own[state] for own in counts.values())]
    rows = [
        (
            f"{policy} {code}",
            channels[channel],
            *(str(own[state] or NOTHING) for state in states),
        )
        for (policy, _days, code, channel), own in sorted(counts.items())
    ]
    return ["Level", "Channel", *(words[state] for state in states)], rows


def money(amount: float) -> str:
    """
    >>> money(12345.6)
    '12 346 €'
    """
    return f"{amount:,.0f} €".replace(",", " ")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], width: int = 0) -> str:
    """Columns of text, figures to the right; lines are cut at ``width`` (0: whole).

    >>> print(table(("What", "Items"), [("Due", "12"), ("Covered", "3")]))
    What     Items
    Due         12
    Covered      3
    """
    columns = [_column(cells) for cells in zip(heads, *rows, strict=True)]
    lines = ("  ".join(cells).rstrip() for cells in zip(*columns, strict=True))
    return "\n".join(shorten(line, width) for line in lines)


def _column(cells: Sequence[str]) -> list[str]:
    """The cells of a column, its head first, padded to the same width."""
    width = max(map(len, cells))
    is_figures = all(FIGURE.fullmatch(cell) for cell in cells[1:])
    return [cell.rjust(width) if is_figures else cell.ljust(width) for cell in cells]


def shorten(text: str, width: int) -> str:
    """
    >>> shorten("On hold until Friday", 12)
    'On hold unt…'
    """
    return text if not width or len(text) <= width else text[: width - 1] + "…"
