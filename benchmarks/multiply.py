"""Copies a block of posted entries in SQL, for other customers.

Everything is copied as it is but what depends on the copy: ids (shifted by the
width of the block, so that every link inside a block is shifted alike), the number
drawn from the sequence, the texts that quote it, and the customer.
"""

from odoo.tools import SQL

#: The tables that hold a block; the width of each is the distance between two copies.
TABLES = (
    "account_move",
    "account_payment",
    "account_full_reconcile",
    "account_move_line",
    "account_partial_reconcile",
)


def multiply(env, made, owners: dict[tuple[int, int], int]) -> None:
    """Copy ``made``, the moves of block 0, for the customer of each (block, place)."""
    env.flush_all()
    _prepare_copies(env.cr, made, owners)
    shifts = {table: _shift(env.cr, table) for table in TABLES}
    for table, changes in _changes(shifts).items():
        _copy(env.cr, table, changes)
    for table in TABLES:
        env.cr.execute(
            SQL(
                "SELECT setval(%s, (SELECT max(id) FROM %s))",
                f"{table}_id_seq",
                SQL.identifier(table),
            )
        )
    env.cr.execute(
        """UPDATE res_partner SET customer_rank = owned.count
             FROM (SELECT partner_id, count(*) FROM account_move
                    WHERE move_type IN ('out_invoice', 'out_refund')
                 GROUP BY partner_id) owned
            WHERE owned.partner_id = res_partner.id"""
    )
    env.invalidate_all(flush=False)


def _prepare_copies(cr, made, owners) -> None:
    """``bench_copy``: for each move and block, its customer and its number.

    Blocks follow each other in every sequence: copy b of number n among m is n + b·m.
    """
    cr.execute("CREATE TEMP TABLE bench_owner (block int, move_id int, partner_id int)")
    cr.execute_values(
        "INSERT INTO bench_owner VALUES %s",
        [
            (block, move_id, partner_id)
            for (block, place), partner_id in owners.items()
            if block
            for move_id in made[place].ids
        ],
        page_size=10_000,
    )
    cr.execute(
        """
        CREATE TEMP TABLE bench_copy AS
        SELECT owner.block, move.id AS move_id, owner.partner_id,
               customer.name AS partner_name, move.name AS old_name, number.value,
               move.sequence_prefix || lpad(
                   number.value::text,
                   greatest(length(move.name) - length(move.sequence_prefix),
                            length(number.value::text)), '0') AS new_name
          FROM bench_owner owner
          JOIN res_partner customer ON customer.id = owner.partner_id
          JOIN (SELECT *, count(*) OVER (PARTITION BY sequence_prefix) AS many
                  FROM account_move) move ON move.id = owner.move_id
         CROSS JOIN LATERAL (
               SELECT move.sequence_number + owner.block * move.many AS value) number;
        CREATE INDEX ON bench_copy (move_id);
        ANALYZE bench_copy
        """
    )


def _shift(cr, table: str) -> SQL:
    """What to add to an id of this table in a given block."""
    cr.execute(SQL("SELECT max(id) - min(id) + 1 FROM %s", SQL.identifier(table)))
    return SQL("copy.block * %s", cr.fetchone()[0])


def _changes(shifts: dict[str, SQL]) -> dict[str, dict[str, SQL]]:
    """By table: the columns that differ from the copied row, as expressions.

    ``old`` is the copied row, ``copy`` the row of ``bench_copy``.
    """

    def shifted(column: str, table: str) -> SQL:
        return SQL("old.%s + %s", SQL.identifier(column), shifts[table])

    def renamed(column: str) -> SQL:
        return SQL(
            "replace(old.%s, copy.old_name, copy.new_name)", SQL.identifier(column)
        )

    partner = SQL("CASE WHEN old.partner_id IS NOT NULL THEN copy.partner_id END")
    return {
        "account_full_reconcile": {
            "id": shifted("id", "account_full_reconcile"),
        },
        "account_move": {
            "id": shifted("id", "account_move"),
            "name": SQL("copy.new_name"),
            "sequence_number": SQL("copy.value"),
            "payment_reference": renamed("payment_reference"),
            "partner_id": partner,
            "commercial_partner_id": partner,
            "partner_shipping_id": SQL(
                "CASE WHEN old.partner_shipping_id IS NOT NULL THEN copy.partner_id END"
            ),
            "invoice_partner_display_name": SQL(
                "CASE WHEN old.invoice_partner_display_name IS NOT NULL"
                " THEN copy.partner_name END"
            ),
        },
        "account_payment": {
            "id": shifted("id", "account_payment"),
            "move_id": shifted("move_id", "account_move"),
            "name": renamed("name"),
            "partner_id": partner,
        },
        "account_move_line": {
            "id": shifted("id", "account_move_line"),
            "move_id": shifted("move_id", "account_move"),
            "move_name": SQL("copy.new_name"),
            "name": renamed("name"),
            "partner_id": partner,
            "payment_id": shifted("payment_id", "account_payment"),
            "full_reconcile_id": shifted("full_reconcile_id", "account_full_reconcile"),
            "matching_number": SQL(
                """CASE WHEN old.matching_number LIKE 'P%%'
                        THEN 'P' || substr(old.matching_number, 2)::int + %s
                        ELSE (old.matching_number::int + %s)::text END""",
                shifts["account_partial_reconcile"],
                shifts["account_full_reconcile"],
            ),
        },
        "account_partial_reconcile": {
            "id": shifted("id", "account_partial_reconcile"),
            "debit_move_id": shifted("debit_move_id", "account_move_line"),
            "credit_move_id": shifted("credit_move_id", "account_move_line"),
            "full_reconcile_id": shifted("full_reconcile_id", "account_full_reconcile"),
        },
        "account_move_line_account_tax_rel": {
            "account_move_line_id": shifted(
                "account_move_line_id", "account_move_line"
            ),
        },
        "account_account_tag_account_move_line_rel": {
            "account_move_line_id": shifted(
                "account_move_line_id", "account_move_line"
            ),
        },
        "account_move__account_payment": {
            "invoice_id": shifted("invoice_id", "account_move"),
            "payment_id": shifted("payment_id", "account_payment"),
        },
    }


#: How the rows of each table lead to a move of the block.
MOVE_OF = {
    "account_move": SQL("old.id"),
    "account_payment": SQL("old.move_id"),
    "account_move_line": SQL("old.move_id"),
    "account_full_reconcile": SQL(
        """(SELECT max(line.move_id) FROM account_move_line line
             WHERE line.full_reconcile_id = old.id)"""
    ),
    "account_partial_reconcile": SQL(
        """(SELECT line.move_id FROM account_move_line line
             WHERE line.id = old.debit_move_id)"""
    ),
    "account_move_line_account_tax_rel": SQL(
        """(SELECT line.move_id FROM account_move_line line
             WHERE line.id = old.account_move_line_id)"""
    ),
    "account_account_tag_account_move_line_rel": SQL(
        """(SELECT line.move_id FROM account_move_line line
             WHERE line.id = old.account_move_line_id)"""
    ),
    "account_move__account_payment": SQL("old.invoice_id"),
}


def _copy(cr, table: str, changes: dict[str, SQL]) -> None:
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND table_schema = current_schema""",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    cr.execute(
        SQL(
            """INSERT INTO %s (%s) SELECT %s FROM %s old
                 JOIN bench_copy copy ON copy.move_id = %s
             ORDER BY copy.block""",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                changes.get(name, SQL("old.%s", SQL.identifier(name)))
                for name in columns
            ),
            SQL.identifier(table),
            MOVE_OF[table],
        )
    )
