"""Signing a plan: on the portal or on paper; the agreement binds, and interrupts."""

import hashlib
import json
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.faults import InvalidInput
from ..core.plan import InvalidPlan, check_instalments
from ..core.upload import RefusedFile, check_files
from ..report.pdf import sha256
from .locking import lock
from .recouvrement_plan import _money


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    def _sign(
        self, name: str, signature_image: bytes, ip: str, when, mention: str = ""
    ):
        """The debtor signs on the portal: ``when`` in UTC, the picture base64.

        ``mention``: what a consumer typed by himself (C. civ. 1376).
        """
        self.ensure_one()
        # The debtor has no right on plans: the portal has checked its link.
        plan = self.sudo()
        name = " ".join((name or "").split())
        if not name or not signature_image:
            raise UserError(self.env._("Sign, and write the name of who signs."))
        lock(plan)
        day = self.env["recouvrement.reminder"]._local(plan.company_id, when).date()
        plan._check_signable(day)
        plan.write(
            {
                "signed_at": when,
                "signature": signature_image,
                "signature_ip": ip,
                "signature_mention": mention,
            }
        )
        plan._agree(name, day)
        return plan

    def _attach_signed(self, name: str, day, file_name: str, content: bytes):
        """The signed copy came back: checked, kept, hashed; the plan is agreed."""
        self.ensure_one()
        self.check_access("write")
        today = fields.Date.context_today(self)
        if not (name or "").strip():
            raise UserError(self.env._("Write the name of who signed."))
        if day > today or (self.proposed_date and day < self.proposed_date):
            raise UserError(
                self.env._(
                    "A signature is dated between the proposal (%(date)s) and today.",
                    date=format_date(self.env, self.proposed_date),
                )
            )
        try:
            [scan] = check_files([(file_name or "", content)])
        except RefusedFile as refused:
            raise UserError(
                self.env._(
                    "“%(file)s” cannot be kept: choose a PDF, a PNG or a JPEG of 5 MB "
                    "at most.",
                    file=refused.name,
                )
            ) from refused
        # No role types in a signature: this button does, and has checked the right.
        plan = self.sudo()
        lock(plan)
        plan._check_signable(day)
        attachment = plan._keep_file(scan.name, scan.content, scan.mimetype)
        plan.write({"scan_id": attachment.id, "scan_sha256": sha256(scan.content)})
        plan._agree(name.strip(), day)

    def _check_signable(self, day) -> None:
        """Signed twice, on an item of another plan, or too late: refused in words."""
        if self.state != "proposed":
            raise UserError(
                self.env._(
                    "The plan %(plan)s is no longer open to signature.",
                    plan=self.display_name,
                )
            )
        taken = self._taken_by_agreed()
        if taken:
            raise UserError(taken)
        if all(line.reconciled for line in self.item_ids.move_line_id):
            raise UserError(
                self.env._(
                    "The debt of the plan %(plan)s has been paid: cancel the plan.",
                    plan=self.name,
                )
            )
        try:
            check_instalments(
                self.instalment_ids._to_core(),
                _money(self.total),
                day,
                self.currency_id.decimal_places,
            )
        except (InvalidPlan, InvalidInput) as problem:
            raise UserError(self._problem_words(problem)) from problem

    def _taken_by_agreed(self) -> str:
        # The debtor who signs reads no plan: the register of items only answers.
        other = (
            self.env["recouvrement.plan.item"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", self.item_ids.move_line_id.ids),
                    ("is_active", "=", True),
                    ("plan_id", "not in", (self.id, self.previous_id.id)),
                ],
                limit=1,
            )
        )
        if not other:
            return ""
        return self.env._(
            "%(item)s has been put in the agreed plan %(plan)s since: cancel this one.",
            item=other.invoice_name,
            plan=other.plan_id.name,
        )

    def _agree(self, name: str, day) -> None:
        """Freeze and hash; the plan's items are set aside until its last day."""
        self._retire_previous(day)
        self._set_state(
            "agreed",
            signed_date=day,
            signed_name=name,
            terms_sha256=self._terms_sha256(),
        )
        pdf = self._print()
        attachment = self._keep_file(f"{self._file_name()}-accord.pdf", pdf)
        self.write({"pdf_id": attachment.id, "pdf_sha256": sha256(pdf)})
        self._hold(day)
        self._log(
            self.env._(
                "Plan %(plan)s signed by %(name)s on %(date)s.",
                plan=self.name,
                name=name,
                date=format_date(self.env, day),
            )
        )
        self._note_acknowledgement(day)
        today = fields.Date.context_today(self)
        self._judge(max(day, today))
        self.case_id._refresh()

    def _retire_previous(self, day) -> None:
        """A new version takes over what the former one held."""
        former = self.previous_id
        if former.state == "agreed":
            former._close(
                "cancelled",
                day,
                self.env._("Replaced by %(plan)s.", plan=self.name),
            )
            self.env.flush_all()  # its items leave before ours come

    def _terms_sha256(self) -> str:
        """The seal of what was agreed, whatever the paper looks like."""
        terms = {
            "number": self.name,
            "version": self.version,
            "debtor": self.partner_id.id,
            "currency": self.currency_id.name,
            "penalties": self.penalties,
            "grace": self.grace_days,
            "items": [
                [item.invoice_name, item.principal, item.interest, item.fee]
                for item in self.item_ids
            ],
            "instalments": [
                [part.due_date.isoformat(), part.amount] for part in self.instalment_ids
            ],
        }
        written = json.dumps(terms, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()

    def _hold(self, day) -> None:
        """The plan's own suspension: its items, until its last grace ends."""
        last = max(part.expected_date for part in self.instalment_ids)
        reason = self.env._("Plan %(plan)s", plan=self.name)
        items = self.item_ids.move_line_id
        self.hold_id = self.env["recouvrement.hold"].create(
            {
                "case_id": self.case_id.id,
                "kind": "plan",
                "reason": reason,
                "user_id": self.user_id.id or self.env.uid,
                "date_start": min(day, last),
                "date_end": last + timedelta(days=self.grace_days),
                "move_line_ids": [fields.Command.set(items.ids)],
            }
        )
        self.case_id._cancel_waiting(reason, items)

    def _note_acknowledgement(self, day) -> None:
        """The signature acknowledges the debt: the prescription starts again."""
        proof = self.scan_id or self.pdf_id
        # The debtor who signs may not create events: the acknowledgement is one.
        self.env["recouvrement.limitation.event"].sudo().create(
            {
                "case_id": self.case_id.id,
                "kind": "acknowledgement",
                "day": min(day, fields.Date.context_today(self)),
                "move_line_ids": [fields.Command.set(self.item_ids.move_line_id.ids)],
                "proof_ids": [fields.Command.link(proof.id)],
                "note": self.env._("Plan %(plan)s", plan=self.name),
                "user_id": self.agreed_user_id.id,
            }
        )
