"""Committing the progress of long work."""

from math import inf

from odoo.modules import module


def checkpoint(env, processed: int = 0, remaining: int | None = None) -> float:
    """Commit what is done so far, and tell the scheduled action about it.

    Returns the seconds left to the scheduled action: it is called again if need be.

    A test owns its transaction: there, nothing is committed.
    """
    if module.current_test:
        return inf
    return env["ir.cron"]._commit_progress(processed, remaining=remaining)
