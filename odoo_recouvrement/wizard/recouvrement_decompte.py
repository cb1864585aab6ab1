"""The statement of interest on screen, on paper and for a spreadsheet."""

import base64

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.money import ZERO
from ..report.decompte import decompte_html, decompte_pdf
from ..report.decompte_csv import decompte_csv


class RecouvrementDecompte(models.TransientModel):
    """What some items have come to on a day, and how."""

    _name = "recouvrement.decompte"
    _description = "Statement of interest"

    line_ids = fields.Many2many("account.move.line", string="Items", readonly=True)
    as_of = fields.Date(
        "Up to", required=True, default=fields.Date.context_today, help="Included."
    )
    html = fields.Html("Statement", compute="_compute_html", sanitize=False)
    warning = fields.Text(compute="_compute_html")
    pdf_file = fields.Binary("PDF", compute="_compute_files")
    csv_file = fields.Binary("CSV", compute="_compute_files")
    file_name = fields.Char("File name", compute="_compute_file_name")

    @api.model
    def _open(self, lines):
        """The screen of these items; refused when none of them is a debt."""
        debts = lines.filtered(
            lambda line: line.account_type == "asset_receivable" and line.balance > 0
        )
        if not debts:
            raise UserError(self.env._("There is no item that could be late here."))
        screen = self.create({"line_ids": [fields.Command.set(debts.ids)]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Statement of interest"),
            "res_model": self._name,
            "res_id": screen.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # ------------------------------------------------------------------- figures

    def _found(self):
        """The statements by currency, and the sentences of those that have none."""
        self.ensure_one()
        service = self.env["recouvrement.statement"]
        # While the date is being typed, the items are copies of themselves.
        lines = self.line_ids._origin.sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
        found = service._statements(lines, self.as_of)
        gone = self.env["recouvrement.penalty"]._reductions(lines)
        entries: dict = {}
        for line in lines:
            if found[line.id].statement:
                currency = line.currency_id.name
                settled = sum(gone.get(line.id, ()), ZERO)
                entry = found[line.id].entry(line, settled)
                entries.setdefault(currency, []).append(entry)
        faults = [found[line.id].fault for line in lines if found[line.id].fault]
        return entries, faults

    @api.depends("line_ids", "as_of")
    @api.depends_context("lang")
    def _compute_html(self):
        for screen in self:
            entries, faults = screen._found() if screen.as_of else ({}, [])
            screen.html = Markup("").join(
                decompte_html(self.env, sheets, lang=self._lang(), currency=currency)
                for currency, sheets in entries.items()
            )
            screen.warning = "\n".join([*faults, *screen._floors(entries)])

    def _floors(self, entries) -> list[str]:
        """The warnings of agreed rates below the floor, each said once."""
        regimes = self.env["recouvrement.regime"]
        words = {}
        for sheets in entries.values():
            for entry in sheets:
                segments = entry.statement.segments
                if segments:
                    days = segments[0].first_day, segments[-1].last_day
                    words[regimes._floor_words(entry.statement.regime, *days)] = True
        return [text for text in words if text]

    @api.depends("line_ids", "as_of")
    def _compute_file_name(self):
        for screen in self:
            moves = screen.line_ids.move_id
            name = moves.name if len(moves) == 1 else screen._debtor().display_name
            screen.file_name = (
                f"decompte-{(name or '').replace('/', '-')}-{screen.as_of}"
            )

    @api.depends("line_ids", "as_of")
    def _compute_files(self):
        for screen in self:
            entries, _faults = screen._found()
            sheets = [entry for group in entries.values() for entry in group]
            pdf = screen._pdf(entries) if sheets else b""
            screen.pdf_file = base64.b64encode(pdf)
            screen.csv_file = base64.b64encode(decompte_csv(sheets, lang=self._lang()))

    def _pdf(self, entries) -> bytes:
        company = self.line_ids.company_id
        writer = self.env["recouvrement.message"].with_company(company)
        debtor = self._debtor()
        return decompte_pdf(
            self.env,
            entries,
            lang=debtor.lang or self._lang(),
            company=writer._company(company),
            debtor=debtor.display_name or "",
            siren=writer._siren_of(debtor),
            legal=company._recouvrement_notices(),
        )

    def _debtor(self):
        return self.line_ids.partner_id.commercial_partner_id[:1]

    def _lang(self) -> str:
        return self.env.lang or "fr_FR"

    # ------------------------------------------------------------------ downloads

    def action_pdf(self):
        return self._download("pdf_file", "pdf")

    def action_csv(self):
        return self._download("csv_file", "csv")

    def _download(self, field: str, suffix: str):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/{field}/"
            f"{self.file_name}.{suffix}?download=true",
            "target": "download",
        }
