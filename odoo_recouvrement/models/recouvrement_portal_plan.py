"""Plans on the debtor's page: read, then signed by a typed name."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.answer import LONGEST_WORD, Problem, is_copied
from ..core.plan import needs_own_hand
from ..core.profile import Profile
from ..core.words import in_words
from ..report.signature import typed_signature
from .recouvrement_message import _money

# What a debtor may read: a draft is the collector's.
SHOWN = ("proposed", "agreed", "kept", "broken")


class RecouvrementPortal(models.AbstractModel):
    _inherit = "recouvrement.portal"

    @api.model
    def _plans(self, case):
        return self.env["recouvrement.plan"].search(
            [("case_id", "=", case.id), ("state", "in", SHOWN)]
        )

    @api.model
    def _plan_of(self, case, plan_id: int):
        """The plan of that number if it is the debtor's to read, else none."""
        return self._plans(case).filtered(lambda plan: plan.id == plan_id)

    @api.model
    def _plan_line(self, plan) -> dict:
        writer = self._writer(plan.currency_id)
        states = dict(plan._fields["state"]._description_selection(self.env))
        return {
            "id": plan.id,
            "name": plan.name or "",
            "state": plan.state,
            "state_text": states[plan.state],
            "is_to_sign": plan.state == "proposed",
            "total": writer.money(_money(plan.total)),
            "left": writer.money(_money(plan.left)),
        }

    @api.model
    def _plan_page(self, plan) -> dict:
        """Everything the page of a plan says."""
        writer = self._writer(plan.currency_id)
        return {
            **self._plan_line(plan),
            "items": [
                {
                    "name": item.invoice_name,
                    "amount": writer.money(
                        _money(item.principal)
                        + _money(item.interest)
                        + _money(item.fee)
                    ),
                }
                for item in plan.item_ids
            ],
            "instalments": [
                {
                    "date": writer.long_date(part.due_date),
                    "amount": writer.money(_money(part.amount)),
                }
                for part in plan.instalment_ids
            ],
            "mention": self._mention(plan),
            "signed": (
                self.env._(
                    "Signed by %(name)s on %(date)s.",
                    name=plan.signed_name,
                    date=writer.long_date(plan.signed_date),
                )
                if plan.signed_date
                else ""
            ),
        }

    @api.model
    def _mention(self, plan) -> str:
        """What a person who is no trader writes by itself (C. civ., art. 1376)."""
        if not needs_own_hand(Profile(plan.profile)):
            return ""
        total = _money(plan.total)
        # The agreement is in French, and so is what is copied from it.
        figures = self.with_context(lang="fr_FR")._writer(plan.currency_id)
        return (
            f"Je reconnais devoir à {plan.company_id.name} la somme de "
            f"{in_words(total, plan.currency_id.name)}, soit {figures.money(total)}."
        )

    @api.model
    def _sign_plan(self, plan, typed: dict, address: str) -> dict[str, str]:
        """Sign, or say what is missing: words by field, empty once it is signed."""
        name = " ".join(typed.get("name", "").split())
        problems = {}
        if not name or len(name) > LONGEST_WORD:
            problems["name"] = Problem.TOO_LONG if name else Problem.MISSING
        if not typed.get("accept"):
            problems["accept"] = Problem.MISSING
        model = self._mention(plan)
        if model and not is_copied(typed.get("mention", ""), model):
            problems["mention"] = Problem.NOT_COPIED
        if problems:
            return {
                field: self._word_problem(plan.case_id, problem)
                for field, problem in problems.items()
            }
        try:
            with self.env.cr.savepoint():
                plan._sign(
                    name,
                    typed_signature(name),
                    address,
                    fields.Datetime.now(),
                    typed.get("mention", "") if model else "",
                )
        except UserError as refused:
            return {"name": str(refused)}
        return {}
