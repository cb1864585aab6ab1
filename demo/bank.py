"""The bank: statement lines, matched up to the last working day before ``as_of``.

Community has no matching screen; as its own tests do, the suspense line of a
statement line takes the account of what it pays, and both are reconciled.
"""

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

from .company import bank_journal
from .scenario import is_working_day, working_day
from .settlement import chart_ref, overdue, receivables

#: How far back ordinary movements go, so that every day of the history is fresh.
DAYS_OF_MOVEMENTS = 90
#: Share of the posted payments that are on a statement (the rest: cheques on the way).
SHARE_ON_STATEMENT = 0.9
#: label, account of the French chart, lowest and highest amount
MOVEMENTS = (
    ("COMMISSION DE MOUVEMENT", "pcg_6278", -28, -9),
    ("PRLV LOCATION MATERIEL", "pcg_6135", -380, -190),
    ("CARTE FOURNITURES ATELIER", "pcg_6063", -240, -35),
    ("PRLV ELECTRICITE", "pcg_6061", -520, -260),
)
#: Receipts that nobody has matched yet: label, amount, working days ago.
UNKNOWN_RECEIPTS = (
    ("VIR SEPA RECU /DE DUPRE SERVICES /MOTIF SOLDE", 412.80, 2),
    ("VIR SEPA RECU /MOTIF FACT 118 ET 121", 1287.00, 5),
    ("REMISE CHEQUE 0004512", 236.50, 9),
    ("VIR SEPA RECU /DE M OU MME JOLY", 95.00, 1),
)


def create_statement_lines(books) -> None:
    """Receipts of payments and invoices, ordinary movements, a few unknown."""
    values, targets = [], []
    for day, label, amount, target, partner in _movements(books):
        values.append(_line_values(books, day, label, amount, partner))
        targets.append(target)
    order = sorted(range(len(values)), key=lambda index: values[index]["date"])
    lines = books.env["account.bank.statement.line"].create(
        [
            {**values[index], **_counterpart(targets[index]), "sequence": rank}
            for rank, index in zip(count(1), order, strict=False)
        ]
    )
    for line, index in zip(lines, order, strict=True):
        _match(line, targets[index])
    _close_months(books, lines)


def bring_up_to_date(env, company, day: date) -> int:
    """The statements that came in since the last one; return how many lines.

    Every morning of a real company begins so; without it the run would wait.
    """
    books = SimpleNamespace(env=env, company=company)
    rng = random.Random(f"movements:{day}")
    last = env["account.bank.statement.line"].search(
        [("company_id", "=", company.id)], order="date desc, id desc", limit=1
    )
    values = []
    for days in range((day - last.date).days - 1, 0, -1):
        there = day - timedelta(days=days)
        if is_working_day(there):
            label, xmlid, low, high = rng.choice(MOVEMENTS)
            amount = round(rng.uniform(low, high), 2)
            line = _line_values(books, there, label, amount, None)
            values.append({**line, **_counterpart(chart_ref(books, xmlid))})
    env["account.bank.statement.line"].create(values)
    return len(values)


def _movements(books):
    """(day, label, amount, what it pays or its account or None, partner)."""
    first = min(planned.issued for planned in books.plan)
    capital = chart_ref(books, "pcg_1013")
    yield first, "APPORT EN CAPITAL", 150_000.0, capital, None
    yield from _payment_receipts(books)
    for planned, move in books.with_fate("bank"):
        label = f"VIR SEPA RECU /MOTIF {move.name}"
        items = receivables(move)
        yield planned.settled, label, move.amount_residual, items, move.partner_id
    yield from _ordinary_movements(books)
    partner = books.partner_showing("payment_part")
    account = partner.property_account_receivable_id
    half = round(overdue(books, "payment_part") * 0.4, 2)
    day = _days_before(books.as_of, 3)
    yield day, "VIR SEPA RECU /MOTIF ACOMPTE", half, account, partner
    for label, amount, days in UNKNOWN_RECEIPTS:
        yield _days_before(books.as_of, days), label, amount, None, None


def _payment_receipts(books):
    """The payments that reached the bank: next working day, in euros."""
    rng = random.Random(f"{books.seed}:bank")
    payments = books.env["account.payment"].search(
        [("company_id", "=", books.company.id), ("move_id", "!=", False)],
        order="date, id",
    )
    last = _days_before(books.as_of, 1)
    for payment in payments:
        day = min(working_day(payment.date + timedelta(days=1)), last)
        seen = rng.random() < SHARE_ON_STATEMENT
        if not seen or payment.currency_id != books.company.currency_id:
            continue
        liquidity = payment._seek_for_lines()[0]
        label = f"VIR SEPA RECU /MOTIF {payment.memo or ''}"
        yield day, label, payment.amount, liquidity, payment.partner_id


def _ordinary_movements(books):
    """At least one matched movement each working day of the last months."""
    rng = random.Random(f"{books.seed}:movements")
    for days in range(DAYS_OF_MOVEMENTS, 0, -1):
        day = books.as_of - timedelta(days=days)
        if not is_working_day(day):
            continue
        label, xmlid, low, high = rng.choice(MOVEMENTS)
        amount = round(rng.uniform(low, high), 2)
        yield day, label, amount, chart_ref(books, xmlid), None


def _days_before(as_of: date, days: int) -> date:
    """The ``days``-th working day before ``as_of``."""
    day = as_of
    for _ in range(days):
        day = working_day(day - timedelta(days=1))
    return day


def _line_values(books, day, label, amount, partner) -> dict:
    return {
        "journal_id": bank_journal(books.env, books.company).id,
        "date": day,
        "payment_ref": label,
        "amount": amount,
        "partner_id": partner.commercial_partner_id.id if partner else False,
    }


def _counterpart(target) -> dict:
    """The account that replaces the suspense account at creation, if known."""
    if target is None:
        return {}
    account = target if target._name == "account.account" else target.account_id
    return {"counterpart_account_id": account.id}


def _match(line, target) -> None:
    """Reconcile a statement line with the items that it pays."""
    if target is None or target._name == "account.account":
        return
    own = line.line_ids.filtered(lambda item: item.account_id == target.account_id)
    (own + target).reconcile()


def _close_months(books, lines) -> None:
    """One statement per month, its closing balance as computed."""
    by_month = defaultdict(lambda: books.env["account.bank.statement.line"])
    for line in lines:
        by_month[line.date.replace(day=1)] |= line
    for month, month_lines in sorted(by_month.items()):
        statement = books.env["account.bank.statement"].create(
            {
                "name": f"Relevé {month:%Y-%m}",
                "line_ids": [(6, 0, month_lines.ids)],
            }
        )
        statement.balance_end_real = statement.balance_end
