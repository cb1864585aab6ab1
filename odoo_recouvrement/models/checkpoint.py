"""Committing the progress of long work."""

from odoo.modules import module


def checkpoint(env, processed: int = 0, remaining: int | None = None) -> None:
    """Commit what is done so far, and tell the scheduled action about it.

    A test owns its transaction: there, nothing is committed.
    """
    if not module.current_test:
        env["ir.cron"]._commit_progress(processed, remaining=remaining)
