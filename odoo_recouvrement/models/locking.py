"""One at a time: a record locked for a decision, or a sentence that says who waits."""

from odoo.exceptions import LockError, UserError


def lock(records) -> None:
    """Lock these rows until the end of the transaction and read them again.

    UserError when somebody else is at it: nobody waits in front of a screen.
    """
    try:
        records.lock_for_update()
    except LockError as error:
        raise UserError(
            records.env._(
                "“%(name)s” is being changed by somebody else at this moment: open it "
                "again in a few seconds.",
                name=records[:1].display_name,
            )
        ) from error
    records.invalidate_recordset()
