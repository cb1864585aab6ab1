"""What the debtor's page shows and takes: from records to plain values, and back.

Everything is read for one file; what a visitor names is looked for among the file's
own items, so that another debtor's does not exist for it.
"""

from datetime import date
from decimal import Decimal

from odoo import api, fields, models

from ..report.epc import epc_payload, qr_image
from ..report.labels import Writer
from ..report.letter import _logo_uri
from .account_move_line_status import STATUS_OF_REASON
from .recouvrement_hold import KIND_REASONS
from .recouvrement_message import PAYMENT_REFERENCE_LENGTH, _money

MOST_ANSWERS_SHOWN = 10
# The statuses in which an item is asked for today.
ASKED = ("overdue",)
# A retention whose guarantee has no known end: it is due on no day.
NO_DATE = date.max


class RecouvrementPortal(models.AbstractModel):
    _name = "recouvrement.portal"
    _description = "Debtor's page"

    # ------------------------------------------------------------------ who and when

    @api.model
    def _language(self, case, reader=None, asked: str = "") -> str:
        """The installed language closest to the reader's; French when nothing fits.

        ``asked``: « fr » or « en » when the reader chose it on the page.
        """
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        known = (reader, case.partner_id, case.company_id.partner_id)
        for wanted in (asked, *((partner and partner.lang) or "" for partner in known)):
            fitting = [code for code in installed if code[:2] == wanted[:2]]
            if wanted and fitting:
                return wanted if wanted in installed else fitting[0]
        return "fr_FR" if "fr_FR" in installed else installed[0]

    @api.model
    def _in_context_of(self, case, reader=None, asked: str = ""):
        """The same page, in the language and at the date of the file's readers."""
        return self.with_company(case.company_id).with_context(
            lang=self._language(case, reader, asked),
            tz=case.company_id.partner_id.tz or "Europe/Paris",
        )

    # ------------------------------------------------------------------- the account

    @api.model
    def _items(self, case):
        """What the debtor still owes, oldest first; credits are shown apart."""
        return (
            self.env["account.move.line"]
            .search(case._open_line_domain(), order="date_maturity, id")
            .filtered(lambda line: line.amount_residual > 0)
        )

    @api.model
    def _account(self, case) -> list[dict]:
        """The account, currency by currency: items, credits, totals, how to pay."""
        items = self._items(case)
        credits = self.env["recouvrement.message"]._read_credits(
            case.company_id, case.partner_id.ids
        )
        today = fields.Date.context_today(self)
        left = self.env["recouvrement.statement"]._retentions(items)
        kept = {
            item_id: one.amount
            for item_id, one in left.items()
            if one.is_pending(today)
        }
        dates = {
            item_id: one.due or NO_DATE for item_id, one in left.items() if one.is_alone
        }
        statuses = self._statuses(case, items, kept)
        accounts = []
        for currency, lines in items.grouped("currency_id").items():
            found = credits.get((case.partner_id.id, currency.id), ())
            accounts.append(
                self._one_account(case, currency, lines, found, statuses, kept, dates)
            )
        return accounts

    def _one_account(
        self, case, currency, lines, credits, statuses, kept, dates
    ) -> dict:
        writer = self._writer(currency)
        rows = [
            self._row(
                line,
                statuses[line.id],
                dates.get(line.id, line.date_maturity or line.date),
                kept.get(line.id, Decimal(0)),
                writer,
            )
            for line in lines
        ]
        due = sum(
            (row["residual"] - row["kept"] for row in rows if row["is_due"]), Decimal(0)
        )
        total = sum((row["residual"] for row in rows), Decimal(0))
        asked_ids = {row["id"] for row in rows if row["is_due"]}
        due_lines = lines.filtered(lambda line: line.id in asked_ids)
        credit = sum((one.amount for one in credits), Decimal(0))
        asked = max(due - credit, Decimal(0))
        return {
            "currency": currency,
            "rows": rows,
            "credits": [
                {
                    "name": one.reference,
                    "date": writer.short_date(one.date),
                    "amount": writer.money(-one.amount),
                }
                for one in credits
            ],
            "due": writer.money(asked),
            "has_due": asked > 0,
            "upcoming": writer.money(total - due) if total > due else "",
            "balance": writer.money(total - credit),
            "transfer": self._transfer(
                case, currency, due_lines or lines, asked or total - credit
            ),
        }

    def _row(self, line, status: str, due, kept: Decimal, writer: Writer) -> dict:
        """An item as the page shows it; ``due``: its date, or that of its retention."""
        move = line.move_id
        today = fields.Date.context_today(self)
        days = (today - due).days
        residual = _money(line.amount_residual_currency)
        is_invoice = move.is_invoice()
        total = _money(move.amount_total if is_invoice else line.amount_currency)
        return {
            "id": line.id,
            "move_id": move.id,
            "name": move.name or line.name or "",
            "reference": (move.ref or "") if is_invoice else "",
            "date": writer.short_date(move.invoice_date or move.date),
            "due": "" if due == NO_DATE else writer.short_date(due),
            "days": max(days, 0),
            "is_due": days > 0 and kept < residual,
            "kept": kept,
            "kept_text": self.env._(
                "including a guarantee retention of %(amount)s, not due yet",
                amount=writer.money(kept),
            )
            if Decimal(0) < kept < residual
            else "",
            "status": status,
            "status_text": self._status_words()[status],
            "residual": residual,
            "amount": writer.money(residual),
            "out_of": writer.money(total) if total != residual else "",
            "has_pdf": is_invoice,
            "is_payable": is_invoice and move._has_to_be_paid(),
            "is_being_paid": is_invoice and self._is_being_paid(move),
        }

    def _is_being_paid(self, move) -> bool:
        return any(
            payment.state in ("pending", "authorized")
            and payment.provider_code not in ("none", "custom")
            for payment in move.transaction_ids
        )

    @api.model
    def _status_words(self) -> dict[str, str]:
        field = self.env["account.move.line"]._fields["recouvrement_status"]
        return dict(field._description_selection(self.env))

    def _statuses(self, case, items, kept) -> dict[int, str]:
        """The word of each item: what was answered today counts before the next run."""
        today = fields.Date.context_today(self)
        statuses = {line.id: line.recouvrement_status for line in items}
        for hold in case.hold_ids:
            word = STATUS_OF_REASON.get(KIND_REASONS[hold.kind].value)
            is_whole = not hold.amount
            if word and is_whole and hold.date_start <= today <= hold.date_end:
                for line in hold.move_line_ids or items:
                    if line.id in statuses:
                        statuses[line.id] = word
        for line in items:
            if kept.get(line.id, 0) >= _money(line.amount_residual_currency):
                statuses[line.id] = "retention"
        return statuses

    def _writer(self, currency) -> Writer:
        # « 2 Oct 2026 », short and clear: a telephone's column has no room for more.
        return Writer((self.env.lang or "fr_FR")[:2], currency.name)

    def _transfer(self, case, currency, lines, amount: Decimal) -> dict:
        """The bank details and their QR code, for the amount that is asked."""
        company = self.env["recouvrement.message"]._company(case.company_id)
        names = " ".join(
            move.payment_reference or move.name or "" for move in lines.move_id
        )
        customer = case.partner_id.ref or case.partner_id.name or ""
        reference = names if len(names) <= PAYMENT_REFERENCE_LENGTH else customer
        payload = ""
        if amount > 0:
            payload = epc_payload(
                name=company.name,
                iban=company.iban,
                bic=company.bic,
                amount=amount,
                currency=currency.name,
                remittance=reference,
            )
        return {
            "beneficiary": company.name,
            "iban": company.iban,
            "bic": company.bic,
            "reference": reference,
            "amount": self._writer(currency).money(amount),
            "qr": qr_image(payload) if payload else "",
        }

    @api.model
    def _payable(self, items) -> dict[int, Decimal]:
        """What paying each of these items now means.

        Not the part kept as a guarantee before it is due, unless nothing else is left
        of the item: whoever chooses it then pays it of its own accord.
        """
        today = fields.Date.context_today(self)
        kept = self.env["recouvrement.statement"]._retained(items, today)
        found = {}
        for item in items:
            residual = _money(item.amount_residual_currency)
            found[item.id] = residual - kept.get(item.id, Decimal(0)) or residual
        return found

    @api.model
    def _penalties(self, case) -> list[str]:
        """What was claimed for lateness and is still due, by currency; apart.

        No payment of an invoice settles it, nor does the page ask for it: it is said,
        so that « nothing is left » is never read as a waiver.
        """
        ledger = self.env["recouvrement.penalty"]
        claims = ledger.search([("case_id", "=", case.id), ("kind", "=", "claimed")])
        lines = claims.move_line_id
        today = fields.Date.context_today(self)
        standings = ledger._standings(lines, today) if lines else {}
        words = []
        for currency, own in lines.grouped("currency_id").items():
            due = sum(
                (
                    max(min(one.claimed, one.accrued) - one.settled, Decimal(0))
                    for line in own
                    for one in (standings[line.id].interest, standings[line.id].fee)
                ),
                Decimal(0),
            )
            if due:
                words.append(self._writer(currency).money(due))
        return words

    @api.model
    def _invoice_of(self, case, move_id: int):
        """The invoice of that number if it is on the debtor's account, else none."""
        items = self._items(case)
        return items.move_id.filtered(
            lambda move: move.id == move_id and move.is_invoice()
        )

    @api.model
    def _chosen(self, case, ids):
        """The items of those numbers; None when one of them is not the debtor's."""
        items = self._items(case)
        chosen = items.filtered(lambda line: line.id in ids)
        return chosen if len(chosen) == len(set(ids)) else None

    # ------------------------------------------------------------------ around a page

    @api.model
    def _frame(self, case) -> dict:
        """What every page says: who writes, to whom, why, and whom to ask."""
        company = case.company_id
        sender = self.env["recouvrement.message"]._company(company)
        collector = case.user_id or company.recouvrement_user_id
        logo = self.env["recouvrement.message"]._logo(company)
        day = fields.Date.context_today(self)
        writer = self._writer(case.currency_id)
        return {
            "lang": writer.lang,
            "sender": sender,
            "logo": _logo_uri(logo) if logo else None,
            "debtor": case.partner_id.name or case.partner_id.display_name,
            "reference": case.partner_id.ref or "",
            "is_consumer": case.profile == "consumer",
            "collector": collector.name or "",
            "contact_email": company.recouvrement_reply_to or company.email or "",
            "contact_phone": collector.phone or company.phone or "",
            "privacy": company._recouvrement_privacy_address(),
            "why": self._why(case, sender.name),
            "data_words": self.env._(
                "We use your contact details and your answers to follow these "
                "invoices and keep the proof of it; visits are kept for a few months. "
                "You may complain to the data protection authority (in France: CNIL)."
            ),
            "field_words": self._field_words(),
            "today": writer.long_date(day),
            "today_iso": day.isoformat(),
        }

    @api.model
    def _why(self, case, sender: str) -> str:
        """Who writes and what about; a consumer is told what it may do."""
        if case.profile == "consumer":
            return self.env._(
                "%(company)s writes to you about unpaid invoices in your name. It is "
                "no commercial offer. If you disagree or have difficulties, tell us "
                "here: no fee is asked for an answer.",
                company=sender,
            )
        return self.env._(
            "%(company)s writes to you about invoices in your name. It is no "
            "commercial offer.",
            company=sender,
        )

    @api.model
    def _answers(self, case) -> list[dict]:
        """What the debtor said lately, in its own words."""
        answers = self.env["recouvrement.answer"].search(
            [("case_id", "=", case.id)], limit=MOST_ANSWERS_SHOWN
        )
        return [self._said(answer) for answer in answers]

    @api.model
    def _said(self, answer) -> dict:
        writer = self._writer(answer.currency_id)
        local = fields.Datetime.context_timestamp(self, answer.date)
        day = writer.long_date(answer.day) if answer.day else ""
        amount = writer.money(_money(answer.amount))
        words = {
            "paid": lambda: self.env._(
                "You told us that you paid %(amount)s on %(date)s.",
                amount=amount,
                date=day,
            ),
            "dispute": lambda: self.env._("You dispute what we ask."),
            "promise": lambda: self.env._(
                "You will pay %(amount)s on %(date)s.", amount=amount, date=day
            ),
            "plan": lambda: self.env._(
                "You propose to pay %(amount)s in %(count)s instalments from %(date)s.",
                amount=amount,
                count=answer.instalments,
                date=day,
            ),
            "contact": lambda: self.env._(
                "You told us that we write to the wrong person."
            ),
        }
        return {
            "id": answer.id,
            "kind": answer.kind,
            "date": writer.long_date(local.date()),
            "words": words[answer.kind](),
            "invoices": answer.move_line_ids.move_id.mapped("name"),
            "until": writer.long_date(until) if (until := answer._until()) else "",
            "files": answer.attachment_ids.mapped("name"),
        }
