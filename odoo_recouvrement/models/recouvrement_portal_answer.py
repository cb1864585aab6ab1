"""The answers of the debtor's page: what may be said, and what is wrong with it."""

from collections.abc import Mapping

from odoo import api, fields, models

from ..core.answer import Kind, Limits, Problem, Typed, understand
from ..core.upload import LARGEST_FILE, MOST_FILES, FileProblem
from .recouvrement_message import _money


class RecouvrementPortal(models.AbstractModel):
    _inherit = "recouvrement.portal"

    @api.model
    def _limits(self, case) -> Limits:
        company = case.company_id
        return Limits(
            promise_days=company.recouvrement_portal_promise_days,
            instalments=company.recouvrement_portal_instalments,
            digits=case.currency_id.decimal_places,
            reasons=frozenset(code for code, _name in self._reasons()),
        )

    @api.model
    def _understand(self, case, kind: Kind, items, typed: Mapping[str, str]):
        """The answer typed about some items of the file, or Misunderstood."""
        return understand(
            Typed(
                kind=kind,
                currencies=len(items.currency_id),
                items={
                    line.id: _money(line.amount_residual_currency) for line in items
                },
                **{
                    name: typed.get(name, "")
                    for name in (
                        "day", "amount", "count", "reason", "reference", "text",
                        "name", "address",
                    )
                },
            ),
            fields.Date.context_today(self),
            self._limits(case),
        )  # fmt: skip

    @api.model
    def _reasons(self) -> list[tuple[str, str]]:
        """The company's own list of reasons: code and words."""
        reasons = self.env["recouvrement.dispute.reason"].search(
            [("active", "=", True)]
        )
        return [(str(reason.id), reason.name) for reason in reasons]

    @api.model
    def _field_words(self) -> dict[str, str]:
        """The fields of the forms, as the summary of what is wrong names them."""
        return {
            "items": self.env._("Invoices concerned"),
            "day": self.env._("Date"),
            "amount": self.env._("Amount"),
            "reason": self.env._("Reason"),
            "text": self.env._("Your words"),
            "count": self.env._("Number of instalments"),
            "name": self.env._("Name"),
            "address": self.env._("E-mail or phone"),
            "reference": self.env._("Reference of the payment"),
            "files": self.env._("Files"),
            "mention": self.env._("Your sentence"),
            "accept": self.env._("Your agreement"),
        }

    @api.model
    def _word_problem(self, case, problem: Problem, field: str = "") -> str:
        if field == "items" and problem is Problem.MISSING:
            return self.env._("Tick at least one invoice.")
        limits = self._limits(case)
        words = {
            Problem.MISSING: self.env._("Please fill this in."),
            Problem.NOT_A_DATE: self.env._("This is not a date."),
            Problem.IN_THE_FUTURE: self.env._(
                "This date is still to come: use “I will pay” instead."
            ),
            Problem.IN_THE_PAST: self.env._("This date is past."),
            Problem.TOO_FAR: self.env._(
                "This date is more than %(days)s days away: propose instalments, or "
                "call us.",
                days=limits.promise_days,
            ),
            Problem.NOT_AN_AMOUNT: self.env._("This is not an amount."),
            Problem.MORE_THAN_DUE: self.env._(
                "This is more than what is due for the invoices ticked."
            ),
            Problem.PART_OF_SEVERAL: self.env._(
                "For a part of an amount, answer one invoice at a time."
            ),
            Problem.SEVERAL_CURRENCIES: self.env._(
                "These invoices are not in one currency: answer one currency at a time."
            ),
            Problem.NOT_A_NUMBER: self.env._("Choose at least two instalments."),
            Problem.TOO_MANY: self.env._(
                "At most %(count)s instalments here: call us for more.",
                count=limits.instalments,
            ),
            Problem.TOO_LONG: self.env._("This is too long."),
            Problem.NOT_COPIED: self.env._("Copy the sentence as it is written above."),
        }
        return words[problem]

    @api.model
    def _word_file_problem(self, problem: FileProblem, name: str) -> str:
        words = {
            FileProblem.TOO_MANY: self.env._(
                "At most %(count)s files.", count=MOST_FILES
            ),
            FileProblem.TOO_LARGE: self.env._(
                "“%(file)s” is larger than %(size)s MB.",
                file=name,
                size=LARGEST_FILE // 1024**2,
            ),
            FileProblem.EMPTY: self.env._("“%(file)s” is empty.", file=name),
            FileProblem.UNKNOWN_KIND: self.env._(
                "“%(file)s” is neither a PDF nor a picture (PNG, JPEG).", file=name
            ),
            FileProblem.ACTIVE: self.env._(
                "“%(file)s” contains actions: print it again as a plain PDF.", file=name
            ),
        }
        return words[problem]

    @api.model
    def _acknowledgement(self, answer, lang: str) -> tuple:
        """Subject and body of the e-mail that says an answer was received."""
        portal = self._in_context_of(answer.case_id).with_context(lang=lang)
        answer = answer.with_env(portal.env)
        frame = portal._frame(answer.case_id)
        subject = portal.env._(
            "%(company)s: your answer was received", company=frame["sender"].name
        )
        body = portal.env["ir.qweb"]._render(
            "odoo_recouvrement.portal_acknowledgement",
            {**frame, "said": portal._said(answer)},
            lang=lang,
            minimal_qcontext=True,
        )
        return subject, body
