"""From the proposal to the signed agreement: frozen, hashed, the chase suspended."""

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..report.pdf import sha256
from .locking import lock
from .recouvrement_plan import _money
from .roles import MANAGER
from .windows import dialog

SEQUENCE = "recouvrement.plan"


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
        return dialog(
            "recouvrement.plan.sign",
            self.env._("Signed copy of %(plan)s", plan=self.name),
            default_plan_id=self.id,
        )

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
