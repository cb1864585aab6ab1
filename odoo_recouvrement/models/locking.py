"""One at a time: a record locked for a decision, or a sentence that says who waits."""

from odoo.exceptions import LockError, UserError
from odoo.tools import SQL


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


def take_turn(record) -> None:
    """Wait for whoever is at the same record, then begin again after them.

    The row is written, so that a request that waited is started again by Odoo from
    what the first one left: two clicks then do one thing, and nobody is refused.
    """
    record.env.cr.execute(
        SQL(
            "UPDATE %s SET write_date = write_date WHERE id = %s",
            SQL.identifier(record._table),
            record.id,
        ),
        log_exceptions=False,
    )
