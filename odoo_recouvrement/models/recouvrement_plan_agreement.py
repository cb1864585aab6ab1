"""From the proposal to the signed agreement: frozen, hashed, the chase suspended."""

import hashlib
import json
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..core.faults import InvalidInput
from ..core.plan import InvalidPlan, check_instalments
from ..core.upload import RefusedFile, check_files
from ..report.pdf import sha256
from .locking import lock
from .recouvrement_plan import _money

SEQUENCE = "recouvrement.plan"
MANAGER = "odoo_recouvrement.group_recouvrement_manager"


class RecouvrementPlan(models.Model):
    _inherit = "recouvrement.plan"

    # ------------------------------------------------------------------- proposing

    def action_propose(self):
        """Number and freeze the proposal; it is then printed, or handed over."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        for plan in self:
            plan._check_open()
            plan._freeze_proposal(today)
        return True

    def action_send(self):
        """Number, freeze and e-mail the proposal to the debtor."""
        self.check_access("write")
        drafts = self.filtered(lambda plan: plan.state == "draft")
        drafts.action_propose()
        for plan in self:
            plan._mail_proposal()
        return True

    def _freeze_proposal(self, today) -> None:
        # A payment may have come between the screen and the button.
        lock(self)
        self._compute_debt()
        problem = self._problem(today)
        if problem:
            raise UserError(problem)
        self._check_may_waive(today)
        figures = self._figures(today)
        # No role writes the register of items: the button has checked the right to.
        plan = self.sudo()
        plan.item_ids.unlink()
        plan.item_ids.create(
            [
                self._item_vals(line, *figures[line.id])
                for line in self.move_line_ids.sorted(
                    lambda line: (line.date_maturity or line.date, line.id)
                )
            ]
        )
        plan.write({"name": self.name or self._draw_number(today)})
        plan._set_state(
            "proposed",
            proposed_date=today,
            agreed_user_id=self.env.uid,
            left=self.total,
        )
        plan.write(plan._next_vals())
        pdf = plan._print()
        attachment = plan._keep_file(f"{plan._file_name()}.pdf", pdf)
        plan.write({"proposal_id": attachment.id, "proposal_sha256": sha256(pdf)})
        self._log(self.env._("Plan %(plan)s proposed.", plan=self.name))

    def _check_may_waive(self, today) -> None:
        """A waiver inside a plan follows the rules of the ledger of penalties."""

    def _item_vals(self, line, principal, interest, fee) -> dict:
        move = line.move_id
        total = abs(_money(line.amount_currency))
        return {
            "plan_id": self.id,
            "move_line_id": line.id,
            "invoice_name": move.name or line.name,
            "invoice_date": move.invoice_date or move.date,
            "due_date": line.date_maturity or line.date,
            "amount_total": float(total),
            "already": float(total - principal),
            "principal": float(principal),
            "interest": float(interest),
            "fee": float(fee),
        }

    def _draw_number(self, day) -> str:
        # Sequences are the administrator's: the company's is made at its first plan.
        sequences = self.env["ir.sequence"].sudo()
        company = self.company_id
        sequence = sequences.search(
            [("code", "=", SEQUENCE), ("company_id", "=", company.id)], limit=1
        ) or sequences.create(
            {
                "name": self.env._("Payment plans"),
                "code": SEQUENCE,
                "company_id": company.id,
                "prefix": "ECH/%(range_year)s/",
                "padding": 4,
                "use_date_range": True,
            }
        )
        return sequence.next_by_id(sequence_date=day)

    def _file_name(self) -> str:
        name = (self.name or "").replace("/", "-")
        return name if self.version == 1 else f"{name}-v{self.version}"

    def _keep_file(self, name: str, content: bytes, mimetype: str = "application/pdf"):
        return self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "mimetype": mimetype,
                "res_model": self._name,
                "res_id": self.id,
            }
        )

    def action_take_back(self):
        """Back to a draft: the debtor asked for other terms; the next is a version."""
        self.check_access("write")
        self._set_state("draft")
        # No role types in a version: this button does, and has checked the right to.
        for plan in self.sudo():
            plan.write({"version": plan.version + 1, "proposal_id": False, "left": 0})
            plan._log(self.env._("Plan %(plan)s taken back.", plan=plan.name))
        return True

    # --------------------------------------------------------------------- signing

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

    # -------------------------------------------------------------------- documents

    def _print(self) -> bytes:
        return self.env["recouvrement.plan.document"]._print(self)

    def action_print(self):
        """The agreement, else the proposal, else what the draft would give."""
        self.ensure_one()
        file = self.scan_id or self.pdf_id or self.proposal_id
        if not file:
            raise UserError(
                self.env._("Propose the plan first: its document is then made.")
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{file.id}?download=false",
            "target": "new",
        }

    def action_open_sign(self):
        """Attach the signed copy."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed copy of %(plan)s", plan=self.name),
            "res_model": "recouvrement.plan.sign",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def action_new_version(self):
        """Another agreement on what is left; this one stays until that is signed."""
        self.ensure_one()
        self.check_access("write")
        if self.state not in ("proposed", "agreed", "broken"):
            raise UserError(
                self.env._("Only a plan that was proposed has a new version.")
            )
        lines = self.move_line_ids.filtered(lambda line: not line.reconciled)
        if not lines:
            raise UserError(self.env._("Nothing is left to pay: no new version."))
        vals = self._propose(
            self.case_id,
            lines,
            count=len(self.instalment_ids.filtered(lambda part: part.left > 0)) or 1,
            every=self.every,
            penalties=self.penalties,
        )
        draft = self.create({**vals, "user_id": self.env.uid})
        # No role types in which plan it replaces: this button does.
        draft.sudo().write({"previous_id": self.id})
        return draft._action_form()

    def _action_form(self) -> dict:
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _log(self, text: str) -> None:
        """On the plan, and on the file that everybody reads."""
        for plan in self:
            plan._message_log(body=text)
            plan.case_id._message_log(body=text)

    def _require_manager(self, what: str) -> None:
        if not self.env.user.has_group(MANAGER):
            raise AccessError(what)


class IrAttachment(models.Model):
    """The documents of a plan stay as they were proposed and signed."""

    _inherit = "ir.attachment"

    def _recouvrement_check_frozen(self):
        # Who touches a file may not read it: only what it belongs to is looked at.
        files = self.sudo().filtered(
            lambda file: file.res_model == "recouvrement.plan" and file.id
        )
        super()._recouvrement_check_frozen()
        if not files:
            return
        # Who touches a file may read no plan: the register only answers.
        plan = (
            self.env["recouvrement.plan"]
            .sudo()
            .search(
                [
                    "|",
                    ("proposal_id", "in", files.ids),
                    "|",
                    ("pdf_id", "in", files.ids),
                    ("scan_id", "in", files.ids),
                ],
                limit=1,
            )
        )
        if plan:
            raise UserError(
                self.env._(
                    "The documents of the plan %(plan)s no longer change.",
                    plan=plan.display_name,
                )
            )
