"""Proves that the copies are what Odoo would have stored.

Some of them are made again through the ORM, for the same customer, and compared
with the copy: every column of the moves, their items, payments and matchings.
"""

import random
import re

SAMPLE = 20
#: Columns that may differ, and why.
EXEMPT = {
    "id": "another row",
    "create_date": "made later",
    "write_date": "made later",
    "sequence_number": "the next of its sequence; the name made of it is compared",
}
#: Links from row to row of the same entry: compared by place instead of by id.
INNER = (
    "move_id",
    "payment_id",
    "origin_payment_id",
    "full_reconcile_id",
    "debit_move_id",
    "credit_move_id",
)


def verify(books, entries, made, owners) -> None:
    """Stop with the list of differences, if there are any; leaves nothing behind."""
    cr = books.env.cr
    blocks = max(block for block, _place in owners) + 1
    rng = random.Random("verify")
    # The first of each kind (paid, partly paid, instalments, credit note), and others.
    places = {0, 16, 24, len(entries) - 1}
    places |= set(rng.sample(range(len(entries)), SAMPLE - len(places)))
    faults = []
    cr.execute("SAVEPOINT verify")
    for place in sorted(places):
        block = rng.randrange(1, blocks)
        [again] = books.make([entries[place]], [owners[block, place]])
        copy_ids = _copies(cr, made[place].ids, block)
        expected, found = _rows(cr, again.ids), _rows(cr, copy_ids)
        faults += [f"{block}/{place}: {fault}" for fault in compare(expected, found)]
    cr.execute("ROLLBACK TO SAVEPOINT verify")
    books.env.invalidate_all(flush=False)
    _check_whole(cr)
    if faults:
        raise SystemExit(
            "the seeded ledger is not what Odoo stores:\n" + "\n".join(faults)
        )


def _copies(cr, move_ids: list[int], block: int) -> list[int]:
    cr.execute(
        """SELECT move.id FROM bench_copy copy
             JOIN account_move move ON move.name = copy.new_name
            WHERE copy.block = %s AND copy.move_id = ANY(%s) ORDER BY copy.move_id""",
        [block, move_ids],
    )
    return [move_id for (move_id,) in cr.fetchall()]


def _rows(cr, move_ids: list[int]) -> dict[str, list[dict]]:
    """The rows of some moves by table, without what must differ."""
    found = {}
    for table, condition in (
        ("account_move", "id = ANY(%s)"),
        ("account_move_line", "move_id = ANY(%s)"),
        ("account_payment", "move_id = ANY(%s)"),
        (
            "account_partial_reconcile",
            """debit_move_id IN (
                   SELECT id FROM account_move_line WHERE move_id = ANY(%s))""",
        ),
    ):
        cr.execute(f"SELECT * FROM {table} WHERE {condition} ORDER BY id", [move_ids])
        found[table] = cr.dictfetchall()
    for table, column in (
        ("account_move_line_account_tax_rel", "account_tax_id"),
        ("account_account_tag_account_move_line_rel", "account_account_tag_id"),
    ):
        cr.execute(
            f"""SELECT rank, {column} FROM {table} JOIN (
                   SELECT id, rank() OVER (ORDER BY id) FROM account_move_line
                    WHERE move_id = ANY(%s)) line ON line.id = account_move_line_id
             ORDER BY 1, 2""",
            [move_ids],
        )
        found[table] = cr.dictfetchall()
    return _normalise(found)


def _normalise(found: dict[str, list[dict]]) -> dict[str, list[dict]]:
    """Numbers and ids replaced by their place in the entry."""
    names = [move["name"] for move in found["account_move"]]
    ids: dict = {}
    for rows in found.values():
        for row in rows:
            for column, value in row.items():
                if isinstance(value, str):
                    row[column] = _without_numbers(column, value, names)
                elif column in INNER and value is not None:
                    row[column] = ids.setdefault((column, value), len(ids))
    return {
        table: [
            {name: value for name, value in row.items() if name not in EXEMPT}
            for row in rows
        ]
        for table, rows in found.items()
    }


def _without_numbers(column: str, value: str, names: list[str]) -> str:
    if column == "matching_number":
        return re.sub(r"\d+", "#", value)
    for place, name in enumerate(names):
        value = value.replace(name, f"<{place}:{re.sub(r'[0-9]+$', '', name)}>")
    return value


def compare(expected: dict, found: dict) -> list[str]:
    """The differences between two readings, one line each."""
    faults = []
    for table, rows in expected.items():
        if len(rows) != len(found[table]):
            faults.append(f"{table}: {len(rows)} rows, {len(found[table])} copied")
            continue
        faults += [
            f"{table}.{column}: Odoo has {row[column]!r}, the copy {copy[column]!r}"
            for row, copy in zip(rows, found[table], strict=True)
            for column in row
            if row[column] != copy[column]
        ]
    return faults


def _check_whole(cr) -> None:
    """What no sample shows: entries balance, residuals follow matchings, no gap."""
    cr.execute(
        """
        SELECT 'unbalanced', count(*) FROM (
            SELECT move_id FROM account_move_line
          GROUP BY move_id HAVING sum(balance) != 0) entry
     UNION ALL
        SELECT 'residual', count(*) FROM account_move_line line
          JOIN account_account account ON account.id = line.account_id
         WHERE account.reconcile AND line.amount_residual != line.balance
             + (SELECT COALESCE(sum(amount), 0) FROM account_partial_reconcile
                 WHERE credit_move_id = line.id)
             - (SELECT COALESCE(sum(amount), 0) FROM account_partial_reconcile
                 WHERE debit_move_id = line.id)
     UNION ALL
        SELECT 'gap in ' || sequence_prefix, max(sequence_number) - count(*)
          FROM account_move GROUP BY sequence_prefix
        """
    )
    faults = [f"{what}: {count}" for what, count in cr.fetchall() if count]
    if faults:
        raise SystemExit("the seeded ledger is inconsistent: " + ", ".join(faults))
