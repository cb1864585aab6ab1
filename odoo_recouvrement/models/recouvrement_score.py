"""The payer score of each file, kept up to date by night and at the push of a button.

The daily run knows nothing of it.
"""

import json

from odoo import api, models

from ..core.score import score
from .checkpoint import checkpoint

PAGE = 5000  # files scored at a time: it bounds the memory, not the result

_UPDATE = """
    UPDATE recouvrement_case file
       SET score = new.score::int, score_band = new.band,
           score_factors = new.factors::jsonb, score_date = new.day::date
      FROM (VALUES %s) AS new(id, score, band, factors, day)
     WHERE file.id = new.id
"""


class RecouvrementScore(models.AbstractModel):
    _inherit = "recouvrement.score"

    @api.model
    def _cron_refresh(self):
        """Every night, all the files of every company."""
        cases = self.env["recouvrement.case"]
        companies = cases._read_group(
            [("company_id.active", "=", True)], ["company_id"]
        )
        for (company,) in companies:
            today = self.env["recouvrement.limitation"]._today_of(company)
            last_id = 0
            while True:
                page = cases.search(
                    [("company_id", "=", company.id), ("id", ">", last_id)],
                    order="id",
                    limit=PAGE,
                )
                self._refresh(page, today)
                checkpoint(self.env)
                if len(page) < PAGE:
                    break
                last_id = page[-1].id

    @api.model
    def _refresh(self, cases, as_of) -> None:
        """Score these files again: five queries and a write for each company."""
        for company, own in cases.grouped("company_id").items():
            rows = []
            for case_id, record in self._records(company, own.ids, as_of).items():
                found = score(record)
                factors = [factor._asdict() for factor in found.factors]
                band = found.band.value
                rows.append((case_id, found.points, band, json.dumps(factors), as_of))
            self.env.cr.execute_values(_UPDATE, rows, page_size=PAGE)
        cases.invalidate_recordset(
            ["score", "score_band", "score_factors", "score_date"], flush=False
        )
