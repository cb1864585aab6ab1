"""Waivers: who, why, when; above a ceiling a manager answers; never without a trace."""

from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..core.money import ZERO
from ..core.penalty import Nature, needs_approval
from ..core.regime import RegimeKind
from .recouvrement_penalty import _decimal, refresh_after
from .roles import COLLECTOR, MANAGER


class RecouvrementPenaltyReason(models.Model):
    """Why penalties are waived: a short list, so that it can be counted."""

    _name = "recouvrement.penalty.reason"
    _description = "Reason to waive penalties"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex("(name)", "This reason is already in the list.")


class RecouvrementPenalty(models.Model):
    _inherit = "recouvrement.penalty"

    # ----------------------------------------------------------------------- waive

    @api.model
    def _waive(self, asks: list[tuple], reason, text: str, day: date):
        """Waive (item, nature, amount)…; above the ceiling of a collector, propose.

        The entries are returned: in force, or waiting for a manager.
        """
        self._require(COLLECTOR, self.env._("Only a collector may waive penalties."))
        lines = self.env["account.move.line"].union(*(ask[0] for ask in asks))
        self._check_may_waive(lines, reason)
        self._lock(lines)
        standings = self._standings(lines, day)
        for line, nature, amount in asks:
            self._check_way_out(line, nature, standings[line.id], amount)
        above = self._above_ceiling(asks, day)
        entries = self._add(
            [
                {
                    "move_line_id": line.id,
                    "nature": nature.value,
                    "kind": "waived",
                    "amount": float(amount),
                    "date": day,
                    "state": "proposed" if _debtor(line) in above else "done",
                    "reason_id": reason.id,
                    "reason": (text or "").strip(),
                }
                for line, nature, amount in asks
            ]
        )
        entries._tell_waived()
        refresh_after(self.env, lines)
        return entries

    @api.model
    def _check_may_waive(self, lines, reason) -> None:
        if not lines:
            raise UserError(self.env._("Choose at least one amount to waive."))
        if not reason:
            raise UserError(
                self.env._("Say why: the reason of a waiver stays in the ledger.")
            )
        for company in lines.company_id:
            # Companies belong to the administrator: only a setting is read.
            if company.sudo().recouvrement_waiver_forbidden:
                raise UserError(
                    self.env._(
                        "%(company)s does not waive penalties (Settings › Invoicing › "
                        "Debt recovery): claim them or invoice them.",
                        company=company.name,
                    )
                )

    @api.model
    def _above_ceiling(self, asks, day: date) -> set:
        """The (company, debtor) whose waiver a manager must approve.

        What the author waived alone for the debtor in the last twelve months counts:
        a large waiver cut into small ones is a large waiver.
        """
        if self.env.user.has_group(MANAGER):
            return set()
        asked: dict = {}
        for line, _nature, amount in asks:
            company = line.company_id
            value = line.currency_id._convert(
                float(amount), company.currency_id, company, day
            )
            key = _debtor(line)
            asked[key] = asked.get(key, ZERO) + _decimal(value)
        already = {
            (company, partner): _decimal(total)
            # What an author waived in another company's file is his own to know.
            for company, partner, total in self.sudo()._read_group(
                [
                    ("kind", "=", "waived"),
                    ("author_id", "=", self.env.uid),
                    ("approver_id", "=", False),
                    ("date", ">", day - relativedelta(years=1)),
                    ("partner_id", "in", [partner.id for _company, partner in asked]),
                ],
                ["company_id", "partner_id"],
                ["company_balance:sum"],
            )
        }
        return {
            key
            for key, amount in asked.items()
            if needs_approval(
                amount,
                already.get(key, ZERO),
                # Companies belong to the administrator: only a setting is read.
                _decimal(key[0].sudo().recouvrement_waiver_ceiling),
            )
        }

    def _tell_waived(self) -> None:
        """A line in the file, and a task for the managers when one is asked for."""
        for case, entries in self.grouped("case_id").items():
            waiting = entries.filtered(lambda entry: entry.state == "proposed")
            body = self.env._(
                "Penalties waived: %(amount)s on %(invoices)s (%(reason)s).",
                **entries._words(),
            )
            if waiting:
                body = self.env._(
                    "Waiver of penalties proposed: %(amount)s on %(invoices)s "
                    "(%(reason)s). A manager has to approve it.",
                    **entries._words(),
                )
            case._message_log(body=body)

    def _words(self) -> dict:
        amounts = (
            format_amount(self.env, sum(entries.mapped("amount")), currency)
            for currency, entries in self.grouped("currency_id").items()
        )
        reasons = [*self.reason_id.mapped("name"), *filter(None, self.mapped("reason"))]
        return {
            "amount": ", ".join(amounts),
            "invoices": ", ".join(dict.fromkeys(self.move_id.mapped("name"))),
            "reason": " · ".join(dict.fromkeys(reasons)),
        }

    # --------------------------------------------------------------- the manager's

    def action_approve(self):
        """Let proposed waivers count, if what they waive is still there."""
        proposed = self._proposed()
        today = fields.Date.context_today(self)
        lines = proposed.move_line_id
        self._lock(lines)
        standings = self._standings(lines, today)
        for entry in proposed:
            found = standings[entry.move_line_id.id]
            nature = Nature(entry.nature)
            # What is proposed is set aside for itself.
            own = found.of(nature)._replace(proposed=ZERO)
            field = "fee" if nature is Nature.FEE else "interest"
            found = found._replace(**{field: own})
            amount = _decimal(entry.amount)
            self._check_way_out(entry.move_line_id, nature, found, amount)
            spent = own._replace(waived=own.waived + amount)
            standings[entry.move_line_id.id] = found._replace(**{field: spent})
        proposed._answer("done", date=today)
        for case, entries in proposed.grouped("case_id").items():
            case._message_log(
                body=self.env._(
                    "Waiver approved: %(amount)s on %(invoices)s (%(reason)s).",
                    **entries._words(),
                )
            )
        refresh_after(self.env, lines)
        return True

    def action_refuse(self, answer: str = ""):
        """The penalties stay claimed; what was proposed is kept, with the answer."""
        proposed = self._proposed()
        proposed._answer("refused", answer=(answer or "").strip())
        for case, entries in proposed.grouped("case_id").items():
            case._message_log(
                body=self.env._(
                    "Waiver refused: %(amount)s on %(invoices)s. %(answer)s",
                    answer=answer or "",
                    **entries._words(),
                )
            )
        refresh_after(self.env, proposed.move_line_id)
        return True

    def _proposed(self):
        self._require(
            MANAGER, self.env._("Only a manager answers a proposal to waive penalties.")
        )
        self.check_access("read")
        answered = self.filtered(lambda entry: entry.state != "proposed")
        if answered:
            raise UserError(
                self.env._(
                    "“%(entry)s” does not wait for an answer.",
                    entry=answered[0].display_name,
                )
            )
        # No role writes the ledger: a manager, just checked, answers in it.
        return self.sudo()

    def _answer(self, state: str, **values) -> None:
        self.write(
            {
                "state": state,
                "approver_id": self.env.uid,
                "approved_on": fields.Datetime.now(),
                **values,
            }
        )

    # ------------------------------------------------------------------- take back

    def action_take_back(self):
        """Undo a waiver: the penalty is open again, and both entries stay."""
        self._require(COLLECTOR, self.env._("Only a collector may take a waiver back."))
        self.check_access("read")
        for entry in self:
            entry._check_may_take_back()
        self._lock(self.move_line_id)
        today = fields.Date.context_today(self)
        undone = self._take_back(
            today, self.env._("Waiver taken back"), author_id=self.env.uid
        )
        for case, entries in undone.grouped("case_id").items():
            case._message_log(
                body=self.env._(
                    "Waiver taken back: %(amount)s on %(invoices)s is open again.",
                    **entries._words(),
                )
            )
        refresh_after(self.env, self.move_line_id)
        return True

    def _check_may_take_back(self) -> None:
        is_standing = self.state == "done" and not self.is_reversal
        if self.kind not in ("waived", "collected") or self.is_by_note:
            raise UserError(
                self.env._(
                    "“%(entry)s” follows its document: withdraw the reminder, or "
                    "cancel or credit the debit note.",
                    entry=self.display_name,
                )
            )
        if not is_standing or self.is_reversed:
            raise UserError(
                self.env._(
                    "“%(entry)s” has already been taken back, or never counted.",
                    entry=self.display_name,
                )
            )
        if self.author_id != self.env.user and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._(
                    "“%(entry)s” was entered by %(author)s: they or a manager may take "
                    "it back.",
                    entry=self.display_name,
                    author=self.author_id.name,
                )
            )

    # --------------------------------------------------------------------- warnings

    @api.model
    def _waiver_warning(self, kinds) -> str:
        """What the author should know before waiving; empty: nothing."""
        if RegimeKind.PUBLIC in kinds:
            return self.env._(
                "Public buyer: interest and the €40 are due automatically, and a "
                "waiver is deemed unwritten. The buyer may have to pay them all the "
                "same (CCP, art. L2192-13 and D2192-35)."
            )
        return ""


def _debtor(line) -> tuple:
    return line.company_id, line.partner_id.commercial_partner_id


def total(asks) -> Decimal:
    """What is asked in all, one currency being the caller's matter."""
    return sum((amount for _line, _nature, amount in asks), ZERO)
