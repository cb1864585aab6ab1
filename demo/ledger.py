"""Build the demo ledger through Odoo's own flows.

Nothing is written by SQL: invoices are created and posted, payments go through the
payment wizard, credit notes through the reversal wizard, the bank through statement
lines, so that the ledger is what a year of use would have left.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from . import bank, company, flags, settlement
from .debtors import load_debtors
from .partners import create_partners, invoice_partner
from .scenario import PlannedInvoice, plan

#: Kept in ``ir.config_parameter``: the day and the seed of the ledger.
MARK = "odoo_recouvrement.demo_ledger"
SEED = 2026
#: No chatter, no followers: nobody reads the birth of a demo.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


@dataclass(slots=True)
class LedgerSummary:
    """What was built. ``special``: code of ``debtors.SHOWN`` → names of debtors."""

    as_of: date
    debtors: int = 0
    invoices: int = 0
    credit_notes: int = 0
    payments: int = 0
    open_items: int = 0
    overdue_items: int = 0
    overdue_total: float = 0.0
    by_state: dict[str, int] = field(default_factory=dict)
    by_age: dict[str, int] = field(default_factory=dict)
    special: dict[str, list[str]] = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(slots=True)
class Books:
    """What the steps of the build share: records by the keys of the scenario."""

    env: object
    company: object
    as_of: date
    seed: int
    partners: dict
    products: dict
    terms: dict
    plan: list[PlannedInvoice]
    #: aligned with ``plan``; None where the plan is an opening balance
    moves: list = field(default_factory=list)

    def with_fate(self, *fates: str):
        """(planned, move) of the invoices that have one of these fates."""
        return [
            (planned, move)
            for planned, move in zip(self.plan, self.moves, strict=True)
            if planned.fate in fates
        ]

    def partner_showing(self, code: str):
        """The first debtor that shows ``code``."""
        key = next(debtor.key for debtor in load_debtors() if debtor.shows == code)
        return self.partners[key]


def already_built(env) -> bool:
    """Whether :func:`build` ended in this database."""
    return bool(_parameters(env).get_param(MARK))


def build(
    env,
    as_of: date,
    seed: int = SEED,
    progress: Callable[[str], object] | None = None,
) -> LedgerSummary:
    """Create company, debtors, invoices and payments as they stand on ``as_of``.

    Does not commit. Call it once per database: see :func:`already_built`.
    """
    started = time.monotonic()
    say = progress or (lambda text: None)
    env["res.lang"]._activate_lang("fr_FR")
    env = env(context={**env.context, **QUIET, "lang": "fr_FR"})
    say("company, chart of accounts, users")
    books = _open_books(env, as_of, seed)
    env = books.env
    say(f"{len(books.partners)} debtors")
    say(f"{len(books.plan)} invoices")
    create_invoices(books)
    say("payments and credit notes")
    settlement.pay(books)
    settlement.credit(books)
    settlement.leave_unmatched(books)
    say("opening balances and bank statements")
    settlement.post_opening_balances(books)
    bank.create_statement_lines(books)
    flags.raise_flags(books)
    _parameters(env).set_param(MARK, f"{as_of} {seed}")
    env.flush_all()
    summary = summarize(env, as_of)
    summary.seconds = time.monotonic() - started
    return summary


def _parameters(env):
    # sudo: system parameters are read by whoever runs the demo script.
    return env["ir.config_parameter"].sudo()


def _open_books(env, as_of: date, seed: int) -> Books:
    creditor = company.setup_company(env)
    env = env(context={**env.context, "allowed_company_ids": creditor.ids})
    users = company.setup_users(env, creditor)
    terms = company.setup_terms(env, creditor)
    company.setup_currency(env, creditor, as_of, seed)
    debtors = load_debtors()
    return Books(
        env=env,
        company=creditor.with_env(env),
        as_of=as_of,
        seed=seed,
        partners=create_partners(env, creditor, debtors, terms, users),
        products=company.setup_products(env, creditor),
        terms=terms,
        plan=plan(debtors, as_of, seed),
    )


def create_invoices(books: Books) -> None:
    """Create and post the planned invoices, in order of date."""
    currencies = {debtor.key: debtor.currency for debtor in load_debtors()}
    invoiced = [planned for planned in books.plan if planned.fate != "opening"]
    moves = books.env["account.move"].create(
        [_invoice_values(books, planned, currencies) for planned in invoiced]
    )
    moves.action_post()
    by_plan = dict(zip(map(id, invoiced), moves, strict=True))
    books.moves = [by_plan.get(id(planned)) for planned in books.plan]


def _invoice_values(books: Books, planned: PlannedInvoice, currencies: dict) -> dict:
    partner = invoice_partner(books.partners[planned.debtor])
    currency = books.env.ref(f"base.{currencies[planned.debtor]}")
    return {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "currency_id": currency.id,
        "invoice_date": planned.issued,
        "invoice_payment_term_id": books.terms[planned.term].id,
        "ref": planned.reference or False,
        "invoice_line_ids": [
            (
                0,
                0,
                {
                    "product_id": books.products[line.product].id,
                    "quantity": line.quantity,
                    "price_unit": float(line.price),
                },
            )
            for line in planned.lines
        ],
    }


def summarize(env, as_of: date) -> LedgerSummary:
    """Count what the ledger of the main company holds on ``as_of``."""
    creditor = env.ref("base.main_company")
    summary = LedgerSummary(as_of)
    debtors = load_debtors()
    for debtor in debtors:
        summary.special.setdefault(debtor.shows, []).append(debtor.name)
    summary.debtors = len(debtors)
    posted = [("company_id", "=", creditor.id), ("state", "=", "posted")]
    groups = env["account.move"]._read_group(
        [*posted, ("move_type", "in", ("out_invoice", "out_refund"))],
        ["move_type", "payment_state"],
        ["__count"],
    )
    for move_type, state, count in groups:
        if move_type == "out_refund":
            summary.credit_notes += count
        else:
            summary.invoices += count
            summary.by_state[state] = summary.by_state.get(state, 0) + count
    summary.payments = env["account.payment"].search_count(
        [("company_id", "=", creditor.id), ("state", "in", ("in_process", "paid"))]
    )
    _summarize_items(env, creditor, summary)
    return summary


def _summarize_items(env, creditor, summary: LedgerSummary) -> None:
    """Open receivable items by age; overdue ones with their total."""
    items = env["account.move.line"].search_fetch(
        [
            ("company_id", "=", creditor.id),
            ("parent_state", "=", "posted"),
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ],
        ["date_maturity", "amount_residual"],
    )
    bounds = (0, 30, 60, 90, 180, 400)
    for item in items:
        late = (summary.as_of - item.date_maturity).days
        if late > 0:
            summary.overdue_items += 1
            summary.overdue_total += item.amount_residual
        label = next((f"≤ {bound} j" for bound in bounds if late <= bound), "> 400 j")
        summary.by_age[label] = summary.by_age.get(label, 0) + 1
    summary.open_items = len(items)
    summary.overdue_total = round(summary.overdue_total, 2)
