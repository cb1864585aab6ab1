"""The floor: what the database alone needs for the same work, in two statements.

One SELECT fetches the overdue items with the level their age calls for and their
residual; one INSERT…SELECT writes a row per item into an ordinary Odoo table: a
number, and three links (item, customer, level) that the database checks. No engine,
reasons, messages or history.

The same into a table without number or links, which no application has, is measured
as well (``heap``) to show what these cost.
"""

from statistics import median
from time import perf_counter

from odoo.tools import SQL

from . import AS_OF

#: Taken this many times in a process: it lasts too little to be taken once.
TIMES = 5
ITEMS = SQL(
    """
    SELECT aml.id AS item_id, aml.partner_id, level.id AS level_id,
           aml.amount_residual, aml.date_maturity
      FROM account_move_line aml
      JOIN account_account account ON account.id = aml.account_id
      LEFT JOIN LATERAL (
           SELECT step.id FROM recouvrement_policy_level step
             JOIN ir_model_data data
               ON data.res_id = step.policy_id AND data.name = 'policy_business'
              AND data.module = 'odoo_recouvrement'
            WHERE step.days <= %(day)s - aml.date_maturity
         ORDER BY step.days DESC LIMIT 1) level ON TRUE
     WHERE account.account_type = 'asset_receivable'
       AND aml.parent_state = 'posted' AND aml.reconciled IS NOT TRUE
       AND aml.amount_residual > 0 AND aml.date_maturity < %(day)s
    """,
    day=AS_OF,
)
TABLES = {
    "floor": SQL(
        """CREATE TABLE bench_floor (
             id serial PRIMARY KEY,
             item_id int NOT NULL REFERENCES account_move_line ON DELETE CASCADE,
             partner_id int NOT NULL REFERENCES res_partner,
             level_id int REFERENCES recouvrement_policy_level,
             residual numeric, due_date date)"""
    ),
    "heap": SQL(
        """CREATE TABLE bench_floor (item_id int, partner_id int, level_id int,
                                     residual numeric, due_date date)"""
    ),
}


def measure(cr) -> dict[str, float]:
    """Seconds (medians) and overdue items; the caches are warm, nothing is left."""
    times: dict[str, list[float]] = {name: [] for name in TABLES}
    for place in range(TIMES + 1):
        for name, table in TABLES.items():
            seconds, overdue = _once(cr, table)
            if place:
                times[name].append(seconds)
    return {"overdue": overdue} | {name: median(them) for name, them in times.items()}


def _once(cr, table: SQL) -> tuple[float, int]:
    cr.execute(table)
    cr.commit()
    started = perf_counter()
    cr.execute(ITEMS)
    overdue = len(cr.fetchall())
    cr.execute(
        SQL(
            """INSERT INTO bench_floor
                      (item_id, partner_id, level_id, residual, due_date) %s""",
            ITEMS,
        )
    )
    cr.commit()
    seconds = perf_counter() - started
    cr.execute("DROP TABLE bench_floor")
    cr.commit()
    return seconds, overdue
