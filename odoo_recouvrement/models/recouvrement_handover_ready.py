"""What is at hand before a matter is handed over: told, never required.

No text requires this list; whoever receives the matter asks for it (CPC 9). It says
what Odoo knows, and gives no verdict on the outcome of a procedure.
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_date

# Invoices named one by one; beyond, their number.
NAMES = 4


class Point(NamedTuple):
    """``state``: ready, missing, obstacle, or to know."""

    state: str
    text: str


class RecouvrementHandover(models.Model):
    _inherit = "recouvrement.handover"

    readiness = fields.Json("Ready?", compute="_compute_readiness")

    @api.depends("case_id", "move_line_ids")
    @api.depends_context("lang")
    def _compute_readiness(self):
        """A sentence that sums it up, and the points: what is at hand, what is not."""
        for handover in self:
            lines = handover.move_line_ids._origin
            points = handover._points(lines) if lines else []
            open_points = [
                point for point in points if point.state in ("missing", "obstacle")
            ]
            handover.readiness = {
                "summary": self.env._(
                    "To complete: %(count)s of %(total)s points",
                    count=len(open_points),
                    total=len(points),
                )
                if open_points
                else self.env._("Nothing is missing, as far as Odoo knows"),
                "is_ready": bool(points) and not open_points,
                "points": [point._asdict() for point in points],
            }

    def _points(self, lines) -> list[Point]:
        case = self.case_id
        return [
            self._notice_point(lines),
            *self._proof_point(lines),
            self._identity_point(case),
            self._invoice_point(lines),
            *self._obstacle_points(case, lines),
            *self._limitation_point(lines),
        ]

    # ------------------------------------------------------------------- each of them

    def _notices(self, lines):
        """The mises en demeure that were posted about these items."""
        found = self.env["recouvrement.mise_en_demeure"].search(
            [
                ("case_id", "=", self.case_id.id),
                ("posted_date", "!=", False),
                ("stage", "not in", ("withdrawn", "cancelled", "wrong_address")),
            ],
            order="posted_date",
        )
        return found.filtered(lambda one: one.line_ids.move_line_id & lines)

    def _notice_point(self, lines) -> Point:
        notices = self._notices(lines)
        without = lines - notices.line_ids.move_line_id
        if without:
            return Point(
                "missing",
                self.env._(
                    "a mise en demeure posted for %(items)s",
                    items=self._names(without),
                ),
            )
        return Point(
            "ready",
            self.env._(
                "Mise en demeure posted on %(date)s (%(name)s)",
                date=format_date(self.env, notices[-1].posted_date),
                name=", ".join(notices.mapped("display_name")),
            ),
        )

    def _proof_point(self, lines):
        """The receipt of the last one: its day, and the scan that shows it."""
        notice = self._notices(lines)[-1:]
        if not notice:
            return
        if not notice.notice_date:
            yield Point("missing", self.env._("its receipt, which has not come back"))
            return
        day = format_date(self.env, notice.notice_date)
        events = notice.event_ids.filtered(lambda event: not event.is_void)
        if events.attachment_ids:
            yield Point(
                "ready", self.env._("It reached the customer on %(date)s", date=day)
            )
        else:
            yield Point(
                "missing",
                self.env._(
                    "the scan of its receipt (it reached the customer on %(date)s)",
                    date=day,
                ),
            )

    def _identity_point(self, case) -> Point:
        partner = case.partner_id
        has_address = partner.street and partner.zip and partner.city
        if case.profile != "consumer" and not case.siren:
            return Point("missing", self.env._("the SIREN of the customer"))
        if not has_address:
            return Point("missing", self.env._("the full address of the customer"))
        if case.siren:
            return Point("ready", self.env._("SIREN %(siren)s", siren=case.siren))
        return Point("ready", self.env._("Name and full address"))

    def _invoice_point(self, lines) -> Point:
        # A collector may not read every attachment: only whether there is one.
        files = self.env["ir.attachment"].sudo()
        moves = lines.move_id
        filed = files.search(
            [
                ("res_model", "=", "account.move"),
                ("res_id", "in", moves.ids),
                ("res_field", "in", (False, "invoice_pdf_report_file")),
                ("mimetype", "=", "application/pdf"),
            ]
        ).mapped("res_id")
        without = lines.filtered(lambda line: line.move_id.id not in set(filed))
        if without:
            return Point(
                "missing",
                self.env._("the PDF of %(items)s", items=self._names(without)),
            )
        return Point("ready", self.env._("The PDF of each invoice"))

    def _obstacle_points(self, case, lines):
        """Disputes, promises, plans and insolvency stand in the way, or may."""
        disputes = self.env["recouvrement.dispute"].search(
            [("state", "=", "open"), ("move_line_ids", "in", lines.ids)]
        )
        if disputes:
            names = ", ".join(disputes.mapped("display_name"))
            yield Point(
                "obstacle", self.env._("a dispute is open: %(names)s", names=names)
            )
        else:
            yield Point("ready", self.env._("No dispute is open"))
        if case.insolvency_date:
            yield Point(
                "obstacle",
                self.env._(
                    "insolvency opened on %(date)s: earlier claims are declared, no "
                    "longer pursued (C. com. L622-21)",
                    date=format_date(self.env, case.insolvency_date),
                ),
            )
        if case.overindebtedness_date:
            yield Point(
                "obstacle",
                self.env._("over-indebtedness: earlier debts are not enforced"),
            )
        holds = case.hold_ids.filtered(
            lambda hold: (
                hold.active
                and hold.kind in ("promise", "plan")
                and hold.move_line_ids & lines
            )
        )
        for hold in holds:
            yield Point(
                "to_know",
                self.env._("Still in force: %(hold)s", hold=hold.display_name),
            )

    def _limitation_point(self, lines):
        """The nearest prescription of them all: a fact to know, and a limit."""
        today = fields.Date.context_today(self)
        service = self.env["recouvrement.limitation"]
        found = service._limitations(lines, today)
        days = {line: found[line.id].deadline for line in lines if line.id in found}
        if days:
            nearest = min(days, key=lambda line: (days[line], line.id))
            yield Point(
                "to_know",
                self.env._(
                    "Prescription of %(item)s on %(date)s: %(words)s",
                    item=nearest.move_id.name,
                    date=format_date(self.env, days[nearest]),
                    words=service._countdown_words(days[nearest], today),
                ),
            )

    def _names(self, lines) -> str:
        """The invoices, the first ones by name."""
        names = list(dict.fromkeys(line.move_id.name or "" for line in lines))
        shown = ", ".join(names[:NAMES])
        more = len(names) - NAMES
        if more <= 0:
            return shown
        return self.env._("%(names)s and %(more)s more", names=shown, more=more)
