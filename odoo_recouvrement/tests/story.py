"""A day told from the ledger to the register: what the stories of the run share."""

from contextlib import ExitStack, contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, api

from .common import AS_OF, RecouvrementCommon

RUN = "odoo.addons.odoo_recouvrement.models.recouvrement_run"


def in_days(days: int):
    """That many days after ``AS_OF``."""
    return AS_OF + timedelta(days=days)


class Killed(BaseException):
    """The process is killed: no handler of the code may catch it."""


class StoryCase(RecouvrementCommon):
    """Runs are started by the collector, as on any morning."""

    @classmethod
    def run_as_of(cls, day=AS_OF, user=None, **values):
        """The run of a day, started by the collector unless told otherwise."""
        runs = cls.env["recouvrement.run"].with_user(user or cls.collector)
        run = runs.create({"company_id": cls.company.id, "as_of_date": day, **values})
        run.action_start()
        cls.env.flush_all()
        cls.env.invalidate_all()
        return run

    @classmethod
    def case_of(cls, partner=None):
        """The file of a customer; opened when it has none yet."""
        partner = partner or cls.debtor
        cases = cls.env["recouvrement.case"]
        found = cases.search(
            [("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)]
        )
        return found or cases.create(
            {"partner_id": partner.id, "company_id": cls.company.id}
        )

    @classmethod
    def debtors(cls, count: int):
        """Several customers, in the order the run reads them."""
        return [cls.make_debtor(f"Client {index}") for index in range(count)]

    @classmethod
    def decisions(cls, *moves):
        """The decisions in force about the items of these invoices, by due date."""
        found = cls.env["recouvrement.decision"].search(
            [
                ("move_line_id", "in", cls.items(*moves).ids),
                ("closed_run_id", "=", False),
            ]
        )
        return found.sorted(
            lambda decision: (decision.due_date, decision.move_line_id.id)
        )

    @classmethod
    def suspend(cls, kind: str = "hold", *, partner=None, until=None, **values):
        """A hold, dispute, promise or plan from ``AS_OF`` until a day (included)."""
        return cls.env["recouvrement.hold"].create(
            {
                "case_id": cls.case_of(partner).id,
                "kind": kind,
                "reason": "Two boxes missing",
                "date_start": AS_OF,
                "date_end": until or in_days(10),
                **values,
            }
        )

    @classmethod
    def start_at(cls, code: str, *moves):
        """At go-live, take it that the items of these invoices already had a level."""
        cls.items(*moves).recouvrement_opening_level_id = cls.levels[code]

    @classmethod
    def forget_installed_rules(cls):
        """Only the rules of the test assign policies."""
        rules = cls.env["recouvrement.policy.rule"].search([])
        rules.filtered(lambda rule: not rule.company_id).active = False

    @classmethod
    def bank_statement(cls, day, amount: float = 10.0):
        """A bank statement line of that day: the bank's data reach it."""
        return cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls._bank_journal().id,
                "date": day,
                "payment_ref": "Transfer",
                "amount": amount,
            }
        )

    @classmethod
    def close_days(cls, first, last=None, *, case=None, **values):
        """Nothing is sent between these days, for the company or a debtor."""
        return cls.env["recouvrement.closure"].create(
            {
                "name": "Closed",
                "company_id": cls.company.id,
                "case_id": case.id if case else False,
                "date_from": first,
                "date_to": last or first,
                "is_yearly": False,
                **values,
            }
        )

    @classmethod
    def instalments(cls, *parts: tuple[float, int]):
        """A payment term: (percentage, days after the invoice date)…"""
        return cls.env["account.payment.term"].create(
            {
                "name": "By instalments",
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": days}
                    )
                    for share, days in parts
                ],
            }
        )

    def assertDecided(self, move, reason: str, **values):
        """One decision is in force about a one-item invoice, for that reason."""
        self.assertRecordValues(self.decisions(move), [{"reason": reason, **values}])

    @contextmanager
    def commits(self):
        """An environment of the scheduler that really commits, as out of the tests.

        What an exception leaves uncommitted is lost, as when a process is killed.
        """

        def commit(env, processed=0, remaining=None, is_repeatable=False):
            env.cr.commit()

        with ExitStack() as stack:
            stack.enter_context(self.enter_registry_test_mode())
            for module in (RUN, f"{RUN}_execution"):
                stack.enter_context(patch(f"{module}.checkpoint", commit))
            cr = stack.enter_context(self.registry.cursor())
            yield api.Environment(cr, SUPERUSER_ID, {})
