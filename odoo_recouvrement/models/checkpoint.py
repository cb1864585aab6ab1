"""Committing the progress of long work."""

from math import inf

from odoo.modules import module


def checkpoint(
    env,
    processed: int = 0,
    remaining: int | None = None,
    *,
    is_repeatable: bool = False,
) -> float:
    """Commit what is done so far, and tell the scheduled action about it.

    ``is_repeatable``: do not wait for the disk. If the machine stops within that
    fraction of a second the work is done again, and nobody has seen it: whatever is
    committed next in the usual way takes it along.

    Returns the seconds left to the scheduled action: it is called again if need be.

    A test owns its transaction: there, nothing is committed.
    """
    if module.current_test:
        return inf
    if is_repeatable:
        env.cr.execute("SET LOCAL synchronous_commit TO off")
    return env["ir.cron"]._commit_progress(processed, remaining=remaining)
