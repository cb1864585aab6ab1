"""What the statements of interest are made from, read from the ledger in bulk."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.allocation import Movement, MovementKind
from ..core.claim import Period
from ..core.money import ZERO, round_money
from ..core.profile import Profile, propose
from ..core.regime import RECOVERY_FEE
from ..core.whole_debt import Retention, retained, retention_due_date

CREDIT_NOTE, PAYMENT = MovementKind.CREDIT_NOTE, MovementKind.PAYMENT


class LedgerItem(NamedTuple):
    """An item as the ledger has it, with what its regime may depend on.

    ``invoice_id``: what owes the 40 € once; negative for an entry that is no invoice,
    whose lines are each a debt of their own. ``regimes``: chosen on the invoice, the
    payment term, the file, the policy. ``is_penalty``: a debit note that asks for
    penalties, which bears none itself (C. civ. 1343-2).
    """

    id: int
    invoice_id: int
    number: str
    amount: Decimal
    due_date: date
    origin_date: date
    currency_id: int
    digits: int
    notice_date: date | None
    retention: Decimal
    partner_id: int | None
    case_id: int | None
    profile: str | None
    judgment: date | None
    regimes: tuple[int | None, int | None, int | None, int | None]
    is_penalty: bool = False
    retention_due: date | None = None


class RecouvrementStatement(models.AbstractModel):
    _inherit = "recouvrement.statement"

    @api.model
    def _read_company(self, line_ids: list[int]):
        """The company of the items: one per call, since conventions are its own."""
        found = self.env.execute_query(
            SQL(
                "SELECT DISTINCT company_id FROM account_move_line WHERE id = ANY(%s)",
                line_ids,
            )
        )
        if len(found) > 1:
            raise UserError(
                self.env._("Statements are worked out for one company at a time.")
            )
        return self.env["res.company"].browse(company_id for (company_id,) in found)

    @api.model
    def _read_items(self, line_ids: list[int]) -> list[LedgerItem]:
        """The items and the other instalments of their invoices, oldest first."""
        self.env.cr.execute(
            SQL(
                """
                WITH own AS MATERIALIZED (
                    SELECT id, move_id, display_type FROM account_move_line
                     WHERE id = ANY(%s)
                ), wanted AS (
                    SELECT id FROM own
                 UNION
                    SELECT sibling.id FROM own
                      JOIN account_move_line sibling
                        ON sibling.move_id = own.move_id
                       AND sibling.display_type = 'payment_term'
                     WHERE own.display_type = 'payment_term'
                )
                SELECT aml.id,
                       CASE WHEN aml.display_type = 'payment_term'
                            THEN aml.move_id ELSE -aml.id END,
                       COALESCE(move.name, aml.name, ''),
                       aml.amount_currency::text,
                       COALESCE(aml.date_maturity, aml.date) AS due_date,
                       COALESCE(move.invoice_date, aml.date),
                       aml.currency_id, currency.decimal_places,
                       aml.recouvrement_notice_date,
                       COALESCE(move.recouvrement_retention, 0)::text,
                       move.recouvrement_guarantee_end,
                       customer.commercial_partner_id, file.id, file.profile,
                       file.insolvency_date,
                       COALESCE(move.recouvrement_is_penalty, FALSE),
                       move.recouvrement_regime_id,
                       term.recouvrement_regime_id, file.regime_id, policy.regime_id
                  FROM wanted
                  JOIN account_move_line aml ON aml.id = wanted.id
                  JOIN account_move move ON move.id = aml.move_id
                  JOIN res_currency currency ON currency.id = aml.currency_id
                  LEFT JOIN account_payment_term term
                    ON term.id = move.invoice_payment_term_id
                  LEFT JOIN res_partner customer ON customer.id = aml.partner_id
                  LEFT JOIN recouvrement_case file
                    ON file.partner_id = customer.commercial_partner_id
                   AND file.company_id = aml.company_id
                  LEFT JOIN recouvrement_policy policy ON policy.id =
                       COALESCE(file.policy_manual_id, file.policy_id)
              ORDER BY due_date, aml.id
                """,
                line_ids,
            )
        )
        items = [_item(row) for row in self.env.cr.fetchall()]
        return _with_retention(items)

    @api.model
    def _retentions(self, lines) -> dict[int, Retention]:
        """What each of these items still keeps as a guarantee, due or not, if any."""
        self.env.flush_all()
        residuals = {
            line.id: Decimal(str(line.amount_residual_currency)) for line in lines
        }
        return {
            item.id: Retention(
                min(item.retention, residuals[item.id]),
                item.retention_due,
                residuals[item.id],
            )
            for item in self._read_items(lines.ids)
            if item.retention and item.id in residuals
        }

    @api.model
    def _retained(self, lines, as_of: date) -> dict[int, Decimal]:
        """What each item keeps as a guarantee and is not due that day, if any."""
        return {
            item_id: left.amount
            for item_id, left in self._retentions(lines).items()
            if left.is_pending(as_of)
        }

    @api.model
    def _read_movements(
        self, items: list[LedgerItem]
    ) -> Mapping[int, tuple[Movement, ...]]:
        """What lowered each item, in the item's own currency; two queries."""
        self.env.cr.execute(
            SQL(
                """
                SELECT partial.debit_move_id, other.move_id, other.date,
                       partial.debit_amount_currency::text,
                       move.move_type = 'out_refund'
                       OR move.reversed_entry_id IS NOT NULL
                       OR move.journal_id = company.currency_exchange_journal_id
                  FROM account_partial_reconcile partial
                  JOIN account_move_line other ON other.id = partial.credit_move_id
                  JOIN account_move move ON move.id = other.move_id
                  JOIN res_company company ON company.id = move.company_id
                 WHERE partial.debit_move_id = ANY(%s)
                   AND partial.debit_amount_currency > 0
              ORDER BY other.date, partial.id
                """,
                [item.id for item in items],
            )
        )
        rows = self.env.cr.fetchall()
        written_off = self._read_written_off(
            {
                move_id
                for _id, move_id, _day, _amount, is_credit in rows
                if not is_credit
            }
        )
        digits = {item.id: item.digits for item in items}
        found: dict[int, list[Movement]] = defaultdict(list)
        for item_id, move_id, day, text, is_credit in rows:
            amount, moves = Decimal(text), found[item_id]
            if is_credit:
                moves.append(Movement(day, amount, CREDIT_NOTE))
                continue
            part = written_off.get(move_id)
            if part is None:
                moves.append(Movement(day, amount))
                continue
            credited = round_money(amount * part[0] / part[1], digits[item_id])
            for kind, value in ((CREDIT_NOTE, credited), (PAYMENT, amount - credited)):
                if value:
                    moves.append(Movement(day, value, kind))
        return {item_id: tuple(moves) for item_id, moves in found.items()}

    @api.model
    def _read_written_off(self, move_ids: Iterable[int]) -> dict:
        """Entry → (written off as an expense, settled in all), for those that did."""
        self.env.cr.execute(
            SQL(
                """
                SELECT move_id, LEAST(written_off, settled)::text, settled::text
                  FROM (
                    SELECT aml.move_id,
                           sum(aml.balance) FILTER (
                               WHERE account.account_type LIKE 'income%%'
                                  OR account.account_type LIKE 'expense%%'
                                  OR aml.tax_line_id IS NOT NULL) AS written_off,
                           -sum(aml.balance) FILTER (
                               WHERE account.account_type = 'asset_receivable'
                           ) AS settled
                      FROM account_move_line aml
                      JOIN account_account account ON account.id = aml.account_id
                     WHERE aml.move_id = ANY(%s)
                  GROUP BY aml.move_id
                  ) entry
                 WHERE written_off > 0 AND settled > 0
                """,
                list(move_ids),
            )
        )
        return {
            move_id: (Decimal(part), Decimal(whole))
            for move_id, part, whole in self.env.cr.fetchall()
        }

    @api.model
    def _read_graces(
        self, company, items: Iterable[LedgerItem]
    ) -> Callable[[LedgerItem], tuple[Period, ...]]:
        """The delays that judges granted, item by item."""
        graces = self.env["recouvrement.grace"].search(
            [("company_id", "=", company.id)]
        )
        whole: dict[int, list[Period]] = defaultdict(list)
        single: dict[int, list[Period]] = defaultdict(list)
        for grace in graces:
            for item_id in grace.move_line_ids.ids:
                single[item_id].append(grace._to_core())
            if not grace.move_line_ids:
                whole[grace.case_id.id].append(grace._to_core())

        def graces_of(item: LedgerItem) -> tuple[Period, ...]:
            return (*whole.get(item.case_id, ()), *single.get(item.id, ()))

        return graces_of if graces else lambda item: ()

    @api.model
    def _read_fees(self, company, items: Iterable[LedgerItem]) -> dict:
        """The 40 € by (currency, due date); converted at the rate of the due date."""
        euro = self.env.ref("base.EUR").id
        pairs = {(item.currency_id, item.due_date) for item in items}
        fees = {pair: RECOVERY_FEE for pair in pairs if pair[0] == euro}
        foreign = sorted(pair for pair in pairs if pair[0] != euro)
        if not foreign:
            return fees
        digits = {item.currency_id: item.digits for item in items}
        for currency_id, day, rate, euro_rate in self.env.execute_query(
            SQL(
                """
                SELECT wanted.currency_id, wanted.day, %(rate)s::text, %(euro)s::text
                  FROM unnest(%(currencies)s, %(days)s::date[])
                       AS wanted(currency_id, day)
                """,
                rate=_rate_on(SQL("wanted.currency_id"), company),
                euro=_rate_on(SQL("%s", euro), company),
                currencies=[currency_id for currency_id, _day in foreign],
                days=[day for _currency_id, day in foreign],
            )
        ):
            converted = RECOVERY_FEE * Decimal(rate) / Decimal(euro_rate)
            fees[currency_id, day] = round_money(converted, digits[currency_id])
        return fees

    @api.model
    def _read_profiles(self, items: Iterable[LedgerItem]) -> dict[int | None, str]:
        """The profile proposed for the customers that have no file yet."""
        partner_ids = {item.partner_id for item in items if item.profile is None}
        partners = self.env["res.partner"].browse(partner_ids - {None})
        # Who reads an item may not read its customer: only what its profile depends on.
        rows = partners.sudo().read(["is_company", "company_registry", "name", "vat"])
        found = {
            row["id"]: propose(
                row["is_company"],
                row["company_registry"] or "",
                row["name"] or "",
                row["vat"] or "",
            ).profile.value
            for row in rows
        }
        return {None: Profile.BUSINESS.value, **found}


def _item(row) -> LedgerItem:
    """Numbers travel as text: Odoo's cursors turn numeric into float."""
    (
        item_id, invoice_id, number, amount, due_date, origin_date, currency_id, digits,
        notice_date, retention, guarantee_end, partner_id, case_id, profile, judgment,
        is_penalty, *regimes,
    ) = row  # fmt: skip
    return LedgerItem(
        item_id,
        invoice_id,
        number,
        Decimal(amount),
        due_date,
        origin_date,
        currency_id,
        digits,
        notice_date,
        Decimal(retention) if retention != "0" else ZERO,
        partner_id,
        case_id,
        profile,
        judgment,
        tuple(regimes),
        is_penalty,
        retention_due_date(guarantee_end) if guarantee_end else None,
    )


def _with_retention(items: list[LedgerItem]) -> list[LedgerItem]:
    """Leave each invoice's retention on its last instalments, which it is kept from."""
    later: dict[int, Decimal] = {}
    kept: dict[int, Decimal] = {}
    for item in reversed(items):
        if not item.retention:
            continue
        after = later.get(item.invoice_id, ZERO)
        kept[item.id] = retained(item.amount, item.retention, after)
        later[item.invoice_id] = after + max(item.amount, ZERO)
    if not kept:
        return items
    return [
        item._replace(retention=kept[item.id]) if item.id in kept else item
        for item in items
    ]


def _rate_on(currency: SQL, company) -> SQL:
    """Units of a currency for one of the company's, as Odoo converts on a day."""
    return SQL(
        """
        COALESCE(
            (SELECT rate FROM res_currency_rate
              WHERE currency_id = %(currency)s AND name <= wanted.day
                AND (company_id IS NULL OR company_id = %(company)s)
           ORDER BY company_id, name DESC LIMIT 1),
            (SELECT rate FROM res_currency_rate
              WHERE currency_id = %(currency)s
                AND (company_id IS NULL OR company_id = %(company)s)
           ORDER BY company_id, name LIMIT 1),
            1.0)
        """,
        currency=currency,
        company=company.root_id.id,
    )
