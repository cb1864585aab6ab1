"""Debit notes of penalties: made through Odoo's own invoices, one per debtor.

Outside VAT: penalties and the 40 € are an indemnity with nothing in return (CGI,
art. 256). No product, no tax; one line for each nature of each item, followed by the
décompte in words.
"""

from datetime import date

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_amount, format_date

from ..core.penalty import Nature
from ..core.regime import RegimeKind
from .recouvrement_penalty import ACCOUNTANT

# Segments written out under a line; a longer décompte is joined as a document.
MOST_SEGMENTS = 8


class RecouvrementPenalty(models.Model):
    _inherit = "recouvrement.penalty"

    @api.model
    def _invoice(self, asks: list[tuple], day: date):
        """Draft notes for (item, nature, amount)…: by company, debtor and currency."""
        self._require(
            ACCOUNTANT, self.env._("Only an accountant may invoice penalties.")
        )
        lines = self.env["account.move.line"].union(*(ask[0] for ask in asks))
        if not lines:
            raise UserError(self.env._("Choose at least one amount to invoice."))
        self._check_may_invoice(lines)
        self._lock(lines)
        standings = self._standings(lines, day)
        groups: dict[tuple, list] = {}
        for line, nature, amount in asks:
            self._check_way_out(line, nature, standings[line.id], amount)
            self._check_no_fee_of_consumer(line, nature, standings[line.id])
            customer = line.partner_id.commercial_partner_id
            key = line.company_id, customer, line.currency_id
            groups.setdefault(key, []).append((line, nature, amount))
        notes = self.env["account.move"]
        for (company, customer, currency), group in groups.items():
            values = self._note_values(company, customer, currency, group, day)
            notes += notes.with_company(company).create(values)
        for note in notes:
            note._message_log(
                body=self.env._(
                    "Penalties of %(invoices)s: check the lines, then post the note.",
                    invoices=note.invoice_origin,
                )
            )
        return notes

    @api.model
    def _check_may_invoice(self, lines, note=None) -> None:
        """Refuse where the company, the law or the insolvency of the debtor forbids."""
        # Companies belong to the administrator: only their settings are read.
        for company in lines.company_id.sudo():
            if note is None and not company.recouvrement_penalty_invoicing:
                raise UserError(
                    self.env._(
                        "%(company)s does not invoice penalties: turn it on in "
                        "Settings › Invoicing › Debt recovery.",
                        company=company.name,
                    )
                )
            if note is None:
                company._recouvrement_check_penalty_accounts()
        for case in self._cases(lines).values():
            if case.insolvency_date:
                raise UserError(
                    self.env._(
                        "%(customer)s is insolvent since %(date)s: penalties are not "
                        "invoiced, declare them to the representative of the "
                        "creditors (C. com., art. L622-24 and L622-28).",
                        customer=case.partner_id.display_name,
                        date=format_date(self.env, case.insolvency_date),
                    )
                )
        for line in lines:
            if line.move_id.recouvrement_is_penalty:
                raise UserError(
                    self.env._(
                        "%(note)s already asks for penalties: no penalty on penalties "
                        "(C. civ., art. 1343-2).",
                        note=line.move_id.display_name,
                    )
                )

    @api.model
    def _check_no_fee_of_consumer(self, line, nature, found) -> None:
        if nature is Nature.FEE and found.accrued.kind is RegimeKind.CONSUMER:
            raise UserError(
                self.env._(
                    "%(invoice)s: a consumer never owes the €40 (C. com., art. D441-5; "
                    "CPCE, art. L111-8).",
                    invoice=line.move_id.name,
                )
            )

    # ------------------------------------------------------------------- the note

    @api.model
    def _note_values(self, company, customer, currency, asks, day: date) -> dict:
        lines = self.env["account.move.line"].union(*(ask[0] for ask in asks))
        invoiced = lines.move_id.partner_id
        partner = invoiced if len(invoiced) == 1 else customer
        lang = partner.lang or company.partner_id.lang or self.env.lang
        words = self.with_context(lang=lang)
        # Who invoices may read neither rates nor regimes: the note quotes them.
        statements = (
            self.env["recouvrement.statement"].sudo()._statements(lines.sudo(), day)
        )
        commands = []
        ordered = sorted(
            asks,
            key=lambda ask: (
                ask[0].date_maturity or ask[0].date,
                ask[0].id,
                ask[1] == "fee",
            ),
        )
        for line, nature, amount in ordered:
            commands.append(
                Command.create(words._note_line(company, line, nature, amount))
            )
            if nature is Nature.INTEREST:
                text = words._segments_text(line, statements.get(line.id), amount)
                if text:
                    commands.append(
                        Command.create({"display_type": "line_note", "name": text})
                    )
        return {
            "move_type": "out_invoice",
            "recouvrement_is_penalty": True,
            "company_id": company.id,
            "partner_id": partner.id,
            "currency_id": currency.id,
            "journal_id": company.recouvrement_penalty_journal_id.id
            or company._recouvrement_sale_journal().id,
            "invoice_date": day,
            "invoice_date_due": day,
            "invoice_payment_term_id": False,
            "invoice_origin": ", ".join(lines.move_id.mapped("name")),
            "ref": words.env._("Late-payment penalties"),
            "narration": words._note_text(company),
            "invoice_line_ids": commands,
        }

    def _note_line(self, company, line, nature: Nature, amount) -> dict:
        is_fee = nature is Nature.FEE
        account = (
            company.recouvrement_fee_account_id
            if is_fee
            else company.recouvrement_interest_account_id
        )
        label = (
            self.env._("Recovery fee (C. com., art. D441-5)")
            if is_fee
            else self.env._("Late-payment interest")
        )
        return {
            "name": self.env._(
                "%(label)s — invoice %(invoice)s of %(amount)s, due on %(date)s",
                label=label,
                invoice=line.move_id.name,
                amount=format_amount(self.env, line.amount_currency, line.currency_id),
                date=format_date(self.env, line.date_maturity or line.date),
            ),
            "account_id": account.id,
            "quantity": 1,
            "price_unit": float(amount),
            "tax_ids": [Command.clear()],
            "recouvrement_penalty_item_id": line.id,
            "recouvrement_penalty_nature": nature.value,
        }

    def _segments_text(self, line, found, amount) -> str:
        """The décompte of a line in words, a segment a line; none when too long."""
        statement = found and found.statement
        if not statement or not 0 < len(statement.segments) <= MOST_SEGMENTS:
            return ""
        texts = [
            self.env._(
                "from %(first)s to %(last)s: %(days)s days × %(base)s × %(rate)s %% = "
                "%(interest)s",
                first=format_date(self.env, segment.first_day),
                last=format_date(self.env, segment.last_day),
                days=segment.days,
                base=format_amount(self.env, float(segment.base), line.currency_id),
                rate=f"{segment.rate:f}".replace(".", self._decimal_point()),
                interest=format_amount(
                    self.env, float(segment.interest), line.currency_id
                ),
            )
            for segment in statement.segments
        ]
        if statement.interest_accrued != amount:
            texts.append(
                self.env._(
                    "Invoiced here: %(amount)s.",
                    amount=format_amount(self.env, float(amount), line.currency_id),
                )
            )
        return "\n".join(texts)

    def _decimal_point(self) -> str:
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        return lang.decimal_point or "."

    def _note_text(self, company) -> Markup:
        """Under the lines: what the note rests on, and why no VAT."""
        own = company.recouvrement_penalty_note
        mention = self.env._(
            "Late-payment indemnities, outside the scope of VAT (CGI, art. 256)."
        )
        paragraphs = [mention, *filter(None, [own])]
        return Markup("").join(Markup("<p>%s</p>") % text for text in paragraphs)


class RecouvrementCase(models.Model):
    _inherit = "recouvrement.case"

    penalty_ids = fields.One2many("recouvrement.penalty", "case_id")
    penalty_item_ids = fields.One2many(
        "recouvrement.penalty.item",
        "case_id",
        domain=[("state", "!=", "done")],
        string="Penalties to deal with",
    )
    penalty_line_ids = fields.Many2many(
        "account.move.line",
        compute="_compute_penalty_line_ids",
        string="Late items",
    )
    penalty_open_total = fields.Monetary(
        "Penalties to claim", compute="_compute_penalty_line_ids"
    )
    penalty_count = fields.Integer(compute="_compute_penalty_line_ids")

    def _compute_penalty_line_ids(self):
        """Late items that are open, and those paid late that still owe penalties."""
        today = fields.Date.context_today(self)
        lines = self.env["account.move.line"].search(
            [
                *self._open_line_domain(),
                ("date_maturity", "<", today),
                ("balance", ">", 0),
                ("move_id.recouvrement_is_penalty", "=", False),
            ]
        )
        lines |= self.penalty_item_ids.move_line_id
        mine: dict = {}
        for line in lines.sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        ):
            key = line.company_id, line.partner_id.commercial_partner_id
            mine[key] = mine.get(key, lines.browse()) | line
        for case in self:
            items = mine.get((case.company_id, case.partner_id), lines.browse())
            case.penalty_line_ids = items
            case.penalty_count = len(items)
            case.penalty_open_total = sum(
                item.currency_id._convert(
                    item.recouvrement_penalty_open,
                    case.currency_id,
                    case.company_id,
                    today,
                )
                for item in items
            )

    def action_waive_penalties(self):
        return self.penalty_line_ids.action_recouvrement_waive()

    def action_invoice_penalties(self):
        return self.penalty_line_ids.action_recouvrement_invoice()

    def action_open_penalties(self):
        """Everything that was done about the penalties of the debtor."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "odoo_recouvrement.action_penalty"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {}}
