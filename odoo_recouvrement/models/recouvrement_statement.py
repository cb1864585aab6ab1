"""The statements of late interest of items, from the ledger's own matching history.

What counts as what, in the ledger:

- the item is a receivable line; its amount, currency and due date are the line's own
  (an instalment has its own, an invoice without instalments has one);
- what lowers it is each matching (``account.partial.reconcile``), on the date of the
  entry it is matched with: a payment's date is the day on which the funds are at the
  creditor's disposal as it was entered, never the day somebody matched it;
- a credit note or a reversal lowers the price; so does the part of a payment that was
  written off as an expense (a discount for early payment); the rest pays;
- what rounds a currency is no movement.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from odoo import api, models
from odoo.tools import format_date

from ..core.allocation import Movement
from ..core.claim import Claim
from ..core.faults import Fault, InvalidInput
from ..core.fee import bearers
from ..core.insolvency import under_judgment
from ..core.interest import Statement
from ..core.money import ZERO
from ..core.profile import Profile
from ..core.rates import UnknownRate
from ..core.regime import (
    BUSINESS,
    NONE,
    REGIME_OF_PROFILE,
    Level,
    Regime,
    RegimeKind,
    Resolution,
    resolve,
)
from ..core.whole_debt import whole_statement
from ..report.decompte import Entry
from .bulk import collector_at_rest

NOTHING: Mapping[int, tuple[Movement, ...]] = MappingProxyType({})
LEVELS = (Level.INVOICE, Level.PAYMENT_TERM, Level.CASE, Level.PROFILE)


class ItemStatement(NamedTuple):
    """The statement of an item, or a ready sentence: why it cannot be worked out."""

    item_id: int
    statement: Statement | None
    resolution: Resolution
    fault: str = ""

    @property
    def penalties(self) -> tuple[Decimal, Decimal]:
        """Interest and 40 € beside what the ledger still shows as due.

        The ledger sets every payment against the principal: beside its balance, what
        is owed is all the interest that has accrued, whatever was set against it.
        """
        if self.statement is None:
            return ZERO, ZERO
        return self.statement.interest_accrued, self.statement.recovery_fee

    @property
    def is_late(self) -> bool:
        """Whether it owes anything for its lateness."""
        return any(self.penalties)

    def entry(self, line, settled: Decimal = ZERO) -> Entry:
        """For a reader, with what the ledger calls the item."""
        move = line.move_id
        day = move.invoice_date or move.date
        name = move.name or line.name or ""
        return Entry(name, day, self.statement, self.resolution, settled)


class RecouvrementStatement(models.AbstractModel):
    _name = "recouvrement.statement"
    _description = "Statements of late interest"

    @api.model
    def _statements(
        self, lines, as_of: date, further: Mapping[int, tuple[Movement, ...]] = NOTHING
    ) -> dict[int, ItemStatement]:
        """What each receivable item has come to on a day, paid items included.

        One company per call. The number of queries does not depend on the number of
        items. The 40 € are given once per invoice, to its first late instalment.
        ``further``: movements that the ledger does not show yet, by item.
        """
        self.env.flush_all()
        company = self._read_company(lines.ids)
        if not company:
            return {}
        with collector_at_rest():
            items = self._read_items(lines.ids)
            movements = self._read_movements(items)
            graces_of = self._read_graces(company, items)
            desk = _Desk(self, company, as_of, items)
            found = {
                item.id: desk.work_out(
                    item,
                    movements.get(item.id, ()) + further.get(item.id, ()),
                    graces_of(item),
                )
                for item in items
            }
            _charge_fee_once(items, found)
        return {line_id: found[line_id] for line_id in lines.ids if line_id in found}

    @api.model
    def _resolver(self, company) -> Callable[[str, tuple], Resolution]:
        """Profile and chosen regimes (invoice, term, file, policy) → the resolution."""
        desk = _Desk(self, company, date.today(), [])
        return lambda profile, regimes: desk._resolve_new(Profile(profile), regimes)

    @api.model
    def _fault_text(self, item, error: InvalidInput) -> str:
        """Why an item has no statement, and what to do about it."""
        words = {
            Fault.NOT_POSITIVE: self.env._(
                "it is not a debt of the customer (%(value)s): match this credit with "
                "what it pays",
                value=error.value,
            ),
            Fault.TOO_LARGE: self.env._(
                "%(value)s is not the amount of an invoice: correct it",
                value=error.value,
            ),
            Fault.TOO_PRECISE: self.env._(
                "%(value)s has more decimals than its currency: check the currency's "
                "rounding",
                value=error.value,
            ),
            Fault.DATE_OUT_OF_RANGE: self.env._(
                "%(value)s is not the date of a debt: correct the due date or the "
                "payment",
                value=format_date(self.env, error.value)
                if isinstance(error.value, date)
                else error.value,
            ),
        }
        return self.env._(
            "No statement of interest for %(item)s: %(why)s.",
            item=item.number,
            why=words.get(error.fault) or f"{error.fault.value} ({error.value})",
        )


class _Desk:
    """What is the same for all the items of a batch, and the work on each."""

    def __init__(self, model, company, as_of: date, items) -> None:
        self.model = model
        self.as_of = as_of
        self.published = model.env["recouvrement.rate"]
        self.rates = self.published._rates()
        # Who reads may not see a regime of another company, or archived, once chosen.
        every = model.env["recouvrement.regime"].sudo().with_context(active_test=False)
        self.regimes: Mapping[int, Regime] = {
            regime.id: regime._to_core() for regime in every.search([])
        }
        chosen = company.recouvrement_regime_id
        self.company_regime = self.regimes[chosen.id] if chosen else BUSINESS
        self.conventions = {
            kind: company._recouvrement_conventions(kind) for kind in RegimeKind
        }
        self.fees = model._read_fees(company, items)
        self.profiles = model._read_profiles(items)
        self.resolutions: dict[tuple, Resolution] = {}

    def work_out(self, item, movements, graces) -> ItemStatement:
        """The statement of an item, or why there is none."""
        resolution = self._resolve(item)
        regime = resolution.regime
        conventions = self.conventions[regime.kind]
        claim = self._claim(item, movements, graces, conventions)
        try:
            found = whole_statement(claim, regime, self.as_of, self.rates, conventions)
        except UnknownRate as error:
            fault = self.published._unknown_text(error)
        except InvalidInput as error:
            fault = self.model._fault_text(item, error)
        else:
            return ItemStatement(item.id, found, resolution)
        return ItemStatement(item.id, None, resolution, fault)

    def _resolve(self, item) -> Resolution:
        if item.is_penalty:
            return Resolution(NONE, None)
        profile = item.profile or self.profiles[item.partner_id]
        key = (profile, item.regimes)
        found = self.resolutions.get(key)
        if found is None:
            found = self._resolve_new(Profile(profile), item.regimes)
            self.resolutions[key] = found
        return found

    def _resolve_new(self, profile: Profile, regimes) -> Resolution:
        choices = {
            level: self.regimes[regime_id]
            for level, regime_id in zip(LEVELS, regimes, strict=True)
            if regime_id
        }
        choices[Level.COMPANY] = self.company_regime
        # Businesses are under the company's regime; the law's own for the others.
        if profile is not Profile.BUSINESS:
            choices.setdefault(Level.PROFILE, REGIME_OF_PROFILE[profile])
        return resolve(choices, profile is Profile.CONSUMER)

    def _claim(self, item, movements, graces, conventions) -> Claim:
        claim = Claim(
            item.amount,
            item.due_date,
            movements,
            item.notice_date,
            item.retention,
            None,
            graces,
            self.fees[item.currency_id, item.due_date],
            item.digits,
            item.retention_due,
        )
        return under_judgment(claim, item.origin_date, item.judgment, conventions)


def _charge_fee_once(items: Iterable, found: dict[int, ItemStatement]) -> None:
    """Leave the 40 € on the items that bear them; the items come oldest first."""
    owing = [
        item
        for item in items
        if (worked_out := found[item.id].statement) and worked_out.recovery_fee
    ]
    charged = bearers((item.invoice_id, item.id) for item in owing)
    for item in owing:
        one = found[item.id]
        if item.id not in charged and one.statement:
            without = one.statement._replace(recovery_fee=ZERO)
            found[item.id] = one._replace(statement=without)
