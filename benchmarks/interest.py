"""Statements of interest of a whole ledger, in one batch: ``… benchmarks.interest DB``.

Every invoice is made due within the two years before the day of the bench (up to four
half-years of rates), and each that nobody paid gets a part payment, written in SQL as
Odoo writes it: entry, lines, matching. What is measured begins with reading them.
"""

import argparse

from odoo.tools import SQL

from . import AS_OF
from .session import Measure, open_env, peak_mb, report

#: The oldest due date, in days before the bench: three half-years and a part.
OLDEST_DAYS = 600
PART = 0.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--profile", metavar="FILE", help="keep a cProfile of it")
    options = parser.parse_args()
    with open_env(options.database) as env:
        item_ids = age(env.cr)
        pay_in_part(env.cr, item_ids)
        env.cr.execute("ANALYZE account_move, account_move_line")
        env.cr.execute("ANALYZE account_partial_reconcile")
        service = env["recouvrement.statement"]
        lines = env["account.move.line"].browse(item_ids)
        service._statements(lines[:10], AS_OF)  # a server that is up
        with Measure(env.cr) as few:
            service._statements(lines[:10], AS_OF)
        with Measure(env.cr) as measure:
            found = _profiled(service, lines, options.profile)
        assert len(found) == len(item_ids)
        statements = [one.statement for one in found.values()]
        assert all(statements), next(one.fault for one in found.values() if one.fault)
        # Customers without a file, other currencies: one query more if there are any.
        assert measure.queries <= few.queries + 2, (few.queries, measure.queries)
        report(
            what="interest",
            items=len(found),
            segments=sum(len(one.segments) for one in statements),
            movements=sum(len(one.claim.movements) for one in statements),
            interest=float(sum(one.interest_accrued for one in statements)),
            seconds=measure.seconds,
            cpu=measure.cpu,
            queries=measure.queries,
            peak_mb=peak_mb(),
        )


def _profiled(service, lines, path: str | None):
    if not path:
        return service._statements(lines, AS_OF)
    from cProfile import Profile

    with Profile() as profile:
        found = service._statements(lines, AS_OF)
    profile.dump_stats(path)
    return found


def age(cr, oldest_days: int = OLDEST_DAYS) -> list[int]:
    """Spread the due dates of the invoices; their instalments are the items."""
    cr.execute(
        """
        UPDATE account_move_line aml
           SET date_maturity = %s::date - 1 - (aml.id %% %s)::int
          FROM account_move move
         WHERE move.id = aml.move_id AND move.state = 'posted'
           AND move.move_type = 'out_invoice' AND aml.display_type = 'payment_term'
        RETURNING aml.id
        """,
        [AS_OF, oldest_days],
    )
    return sorted(item_id for (item_id,) in cr.fetchall())


def pay_in_part(cr, item_ids: list[int]) -> None:
    """A payment of each item that has none, half-way between its due date and today."""
    cr.execute(
        """
        CREATE TEMP TABLE bench_paid AS
        SELECT aml.id AS paid_item, round(aml.balance * %s, 2) AS paid_amount,
               aml.date_maturity + (%s::date - aml.date_maturity) / 2 AS paid_day,
               nextval('account_move_id_seq') AS paid_move,
               nextval('account_move_line_id_seq') AS paid_credit,
               nextval('account_move_line_id_seq') AS paid_debit
          FROM account_move_line aml
         WHERE aml.id = ANY(%s)
           AND NOT EXISTS (SELECT FROM account_partial_reconcile partial
                            WHERE partial.debit_move_id = aml.id)
        """,
        [PART, AS_OF, item_ids],
    )
    cr.execute(
        """
        SELECT payment.move_id, payment.id, bank.id, partial.id
          FROM account_partial_reconcile partial
          JOIN account_move_line payment ON payment.id = partial.credit_move_id
          JOIN account_move move ON move.id = payment.move_id
          JOIN account_move_line bank
            ON bank.move_id = move.id AND bank.id != payment.id
         WHERE move.move_type = 'entry' ORDER BY partial.id LIMIT 1
        """
    )
    move, credit, debit, partial = cr.fetchone()
    residual = {"amount_residual": "0", "amount_residual_currency": "0"}
    amounts = {"balance": "{}", "amount_currency": "{}", "date": "paid_day", **residual}
    _copy(cr, "account_move", move, {
        "id": "paid_move", "name": "'BENCH/' || paid_move", "date": "paid_day",
        "origin_payment_id": "NULL", "sequence_number": "paid_move",
    })  # fmt: skip
    _copy(cr, "account_move_line", credit, {
        "id": "paid_credit", "move_id": "paid_move",
        "credit": "paid_amount", "debit": "0",
        **{name: text.format("-paid_amount") for name, text in amounts.items()},
        "payment_id": "NULL",
    })  # fmt: skip
    _copy(cr, "account_move_line", debit, {
        "id": "paid_debit", "move_id": "paid_move",
        "debit": "paid_amount", "credit": "0",
        **{name: text.format("paid_amount") for name, text in amounts.items()},
        "payment_id": "NULL",
    })  # fmt: skip
    _copy(cr, "account_partial_reconcile", partial, {
        "id": "nextval('account_partial_reconcile_id_seq')",
        "debit_move_id": "paid_item", "credit_move_id": "paid_credit",
        "amount": "paid_amount", "debit_amount_currency": "paid_amount",
        "credit_amount_currency": "paid_amount", "max_date": "paid_day",
        "full_reconcile_id": "NULL", "exchange_move_id": "NULL",
    })  # fmt: skip


def _copy(cr, table: str, template: int, changes: dict[str, str]) -> None:
    """A row like ``template`` for each payment, but for these columns."""
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND table_schema = current_schema""",
        [table],
    )
    columns = [name for (name,) in cr.fetchall()]
    cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM bench_paid, %s old WHERE old.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(
                SQL(changes[name])
                if name in changes
                else SQL("old.%s", SQL.identifier(name))
                for name in columns
            ),
            SQL.identifier(table),
            template,
        )
    )


if __name__ == "__main__":
    main()
