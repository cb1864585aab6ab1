"""Thousands of rows at once: COPY, PostgreSQL's own way in, and a quiet collector."""

import csv
import gc
import io
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from itertools import islice

from psycopg2 import sql

# Rows worded at a time: some tens of kilobytes, what a socket holds.
CHUNK = 250


def copy_rows(cr, table: str, columns: Sequence[str], rows: Iterable[tuple]) -> None:
    """Append rows to a table; None is NULL, and so is an empty text.

    Rows are worded as they are read: while PostgreSQL writes some, Python words the
    next ones.
    """
    query = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    cr.copy_expert(query, _Stream(rows))
    cr.sql_log_count += 1  # a run counts its queries, and Odoo does not see this one


class _Stream:
    """Rows as the file of CSV that COPY reads."""

    def __init__(self, rows: Iterable[tuple]):
        self.rows = iter(rows)

    def read(self, _size: int) -> str:  # pylint: disable=method-required-super
        """The next rows; nothing at their end."""
        stream = io.StringIO()
        csv.writer(stream, lineterminator="\n").writerows(islice(self.rows, CHUNK))
        return stream.getvalue()


@contextmanager
def collector_at_rest():
    """Python's search for cycles, put off while many plain values are made.

    A run makes some ten objects per item, none of them in a cycle: looking for
    cycles among them again and again takes a fifth of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
