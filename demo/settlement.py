"""What became of the invoices: payments, credit notes, opening balances."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from .company import bank_journal, misc_journal
from .scenario import working_day

#: What a payment leaves open: below any minimum of a reminder.
SMALL_BALANCE = 3.0
PART_PAID = 0.4
#: Gesture credited on an invoice that stays partly due.
CREDITED_SHARE = 0.25


def pay(books) -> None:
    """Full, partial and instalment payments, through the payment wizard."""
    _pay_in_full(books)
    for planned, move in books.with_fate("short"):
        _register(books, move, planned.settled, move.amount_residual - SMALL_BALANCE)
    for planned, move in books.with_fate("part"):
        amount = move.currency_id.round(move.amount_residual * PART_PAID)
        _register(books, move, planned.settled, amount)
    for planned, move in books.with_fate("instalments"):
        first = receivables(move).sorted("date_maturity")[:1]
        _register(books, first, planned.issued, first.amount_residual)
    for _planned, move in books.with_fate("in_process"):
        _pay_without_entry(books, move)


def receivables(move):
    """The receivable items of an invoice: one per instalment."""
    return move.line_ids.filtered(lambda line: line.display_type == "payment_term")


def _pay_in_full(books) -> None:
    """One call of the wizard per day of payment: it makes a payment per invoice."""
    by_day = defaultdict(lambda: books.env["account.move"])
    for planned, move in books.with_fate("paid"):
        by_day[planned.settled] |= move
    for day, moves in sorted(by_day.items()):
        wizard = _wizard(books, moves, day)
        wizard.installments_mode = "full"
        wizard._create_payments()


def _register(books, records, day, amount) -> None:
    wizard = _wizard(books, records, day)
    wizard.write({"amount": amount, "payment_difference_handling": "open"})
    wizard._create_payments()


def _wizard(books, records, day):
    wizards = books.env["account.payment.register"].with_context(
        active_model=records._name, active_ids=records.ids
    )
    journal = bank_journal(books.env, books.company)
    return wizards.create(
        {"payment_date": day, "journal_id": journal.id, "group_payment": False}
    )


def _pay_without_entry(books, move) -> None:
    """A payment in process that has no journal entry: the item stays open.

    So are direct debits and on-line payments of a method without outstanding
    account; Community forces one at creation, it is taken away before posting.
    """
    payment = _payment(books, move.partner_id, move.amount_residual, -2)
    payment.outstanding_account_id = False
    payment.memo = move.payment_reference or move.name
    payment.action_post()
    move.matched_payment_ids += payment


def _payment(books, partner, amount, days):
    return books.env["account.payment"].create(
        {
            "date": working_day(books.as_of + timedelta(days=days)),
            "amount": amount,
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.commercial_partner_id.id,
            "journal_id": bank_journal(books.env, books.company).id,
            "memo": "VIR SEPA RECU",
        }
    )


def credit(books) -> None:
    """Credit notes through the reversal wizard; posting one matches its invoice."""
    for planned, move in books.with_fate("credited"):
        _reverse(books, move, planned.settled, "Marchandise refusée").action_post()
    for planned, move in books.with_fate("part_credited"):
        refund = _reverse(books, move, planned.settled, "Geste commercial")
        _keep_share(refund, CREDITED_SHARE)
        refund.action_post()


def _reverse(books, move, day, reason):
    """A draft credit note of the whole invoice."""
    wizard = (
        books.env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=move.ids)
        .create({"date": day, "reason": reason, "journal_id": move.journal_id.id})
    )
    wizard.refund_moves()
    # The wizard leaves a note dated after the machine's day to be posted later.
    wizard.new_move_ids.auto_post = "no"
    return wizard.new_move_ids


def _keep_share(refund, share: float) -> None:
    lines = refund.invoice_line_ids.filtered(lambda line: line.product_id)
    refund.write(
        {
            "invoice_line_ids": [
                (1, line.id, {"price_unit": round(line.price_unit * share, 2)})
                for line in lines
            ]
        }
    )


def leave_unmatched(books) -> None:
    """Credits that nobody matched: credit notes and payments, whole and in part."""
    _credit_note(books, "covered_credit", overdue(books, "covered_credit"), 6)
    _credit_note(books, "credit_part", overdue(books, "credit_part") * 0.3, 9)
    partner = books.partner_showing("covered_payment")
    amount = overdue(books, "covered_payment")
    _payment(books, partner, amount, -4).action_post()
    books.env.flush_all()


def overdue(books, code: str) -> float:
    """What the debtor showing ``code`` owes on the day, tax included."""
    partner = books.partner_showing(code)
    lines = books.env["account.move.line"].search(
        [
            ("partner_id", "=", partner.id),
            ("parent_state", "=", "posted"),
            ("account_type", "=", "asset_receivable"),
            ("reconciled", "=", False),
            ("date_maturity", "<", books.as_of),
        ]
    )
    return round(sum(lines.mapped("amount_residual")), 2)


def _credit_note(books, code: str, amount: float, days_ago: int) -> None:
    """A credit note made on its own: a year-end rebate, matched with nothing."""
    tax = books.products["accueil"].taxes_id
    price = Decimal(str(amount)) / (1 + Decimal(str(tax.amount)) / 100)
    day = working_day(books.as_of - timedelta(days=days_ago))
    refund = books.env["account.move"].create(
        {
            "move_type": "out_refund",
            "partner_id": books.partner_showing(code).id,
            "invoice_date": day,
            "ref": "Remise de fin d'année",
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {
                        "name": "Remise de fin d'année",
                        # One euro more than needed: no rounding leaves a cent due.
                        "price_unit": float(round(price, 2)) + 1.0,
                        "quantity": 1,
                        "tax_ids": [(6, 0, tax.ids)],
                    },
                )
            ],
        }
    )
    refund.action_post()


def post_opening_balances(books) -> None:
    """Old items brought forward by a miscellaneous entry, as after a migration.

    Odoo marks them « no follow-up » because of their journal: the go-live
    assistant has to be asked for them.
    """
    planned = [planned for planned in books.plan if planned.fate == "opening"]
    account = books.company.partner_id.property_account_receivable_id
    lines = [
        (
            0,
            0,
            {
                "name": f"À-nouveau facture du {item.issued:%d/%m/%Y}",
                "account_id": account.id,
                "partner_id": books.partners[item.debtor].id,
                "debit": float(item.amount),
                "date_maturity": item.due,
            },
        )
        for item in planned
    ]
    total = float(sum(item.amount for item in planned))
    capital = chart_ref(books, "pcg_110")
    lines.append((0, 0, {"name": "À-nouveaux", "account_id": capital.id}))
    lines[-1][2]["credit"] = total
    entry = books.env["account.move"].create(
        {
            "move_type": "entry",
            "journal_id": misc_journal(books.env, books.company).id,
            "date": max(item.due for item in planned),  # the day of the migration
            "ref": "Reprise des à-nouveaux clients",
            "line_ids": lines,
        }
    )
    entry.action_post()


def chart_ref(books, xmlid: str):
    """A record of the French chart, by its template id."""
    return books.env["account.chart.template"].with_company(books.company).ref(xmlid)
