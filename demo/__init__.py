"""The demo ledger: an invented French company and a year of its customer invoices.

Run inside an Odoo environment, from the repository root::

    from demo import add_recovery_facts, already_built, build, history_dates

    if not already_built(env):
        build(env, as_of, progress=print)
        env.cr.commit()

Only ``session`` and ``__main__``, the steps of ``bin/demo``, need Odoo: the modules
that touch records are given an ``env``, the others (``debtors``, ``identifiers``,
``scenario``, ``summary``) are pure and are tested by ``tests/test_demo_ledger.py``.
The same seed and the same day give the same ledger.
"""

from .debtors import SHOWN, Debtor, load_debtors
from .ledger import LedgerSummary, already_built, build, summarize
from .recovery import add_recovery_facts
from .scenario import history_dates

__all__ = [
    "SHOWN",
    "Debtor",
    "LedgerSummary",
    "add_recovery_facts",
    "already_built",
    "build",
    "history_dates",
    "load_debtors",
    "summarize",
]
