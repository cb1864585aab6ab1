from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user

from ..core.answer import Answer, Kind
from ..core.penalty import Nature
from .common import AS_OF
from .story import StoryCase, in_days


class RolesCase(StoryCase):
    """Who may do what; what belongs to another company does not exist."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.other_user("employee", "base.group_user")
        cls.portal = cls.other_user("portal", "base.group_portal")
        cls.invoice = cls.make_invoice(100, days=20)
        cls.day_run = cls.run_as_of()
        cls.reminder = cls.reminders(cls.invoice)
        cls.case = cls.case_of()

    @classmethod
    def other_user(cls, login: str, groups: str, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"recouvrement_{login}",
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    @classmethod
    def models(cls):
        """Our models with a table, by the end of their name."""
        names = (
            cls.env["ir.model"]
            .sudo()
            .search([("model", "=like", "recouvrement.%"), ("abstract", "=", False)])
        )
        return {name.partition(".")[2]: cls.env[name] for name in names.mapped("model")}

    def settle_late(self):
        """An invoice paid late, part of whose penalties is waived."""
        invoice = self.make_invoice(partner=self.make_debtor("Late"), days=40)
        self.pay(invoice)
        self.company.recouvrement_penalty_since = AS_OF
        self.env["recouvrement.penalty.item"].sudo()._assess(self.company, AS_OF)
        reason = self.env.ref("odoo_recouvrement.penalty_reason_goodwill")
        self.env["recouvrement.penalty"]._waive(
            [(self.items(invoice), Nature.FEE, Decimal(10))], reason, "", AS_OF
        )

    def simulate_something(self):
        self.make_invoice(partner=self.make_debtor("Simulated"))
        self.run_as_of(is_simulation=True)

    def make_plan(self):
        plans = self.env["recouvrement.plan"]
        lines = self.items(self.invoice)
        plan = plans.create(plans._propose(self.case, lines, 3, in_days(3650)))
        plan.action_propose()
        return plan

    def answer_something(self):
        """The debtor came to its space and answered."""
        access = self.env["recouvrement.access"]._open_for(self.case)
        self.env["recouvrement.visit"]._note("account", access, "192.0.2.1")
        self.env["recouvrement.answer"]._receive(
            access, Answer(Kind.CONTACT, (), name="Mme Roux")
        )

    def have_a_notice(self):
        """A mise en demeure with its list, a step, a signatory, a provider's file."""
        self.env["recouvrement.signatory"].create(
            {"name": "Inès", "capacity": "Gérante", "company_id": self.company.id}
        )
        self.levels["MED"].document = "mise_en_demeure"
        self.debtor.company_registry = "303265045"
        items = self.items(self.make_invoice(700, days=20))
        notice = self.case._make_notice(items, self.levels["MED"], "registered_letter")
        notice.sudo().reminder_id.write({"state": "proved"})
        notice._add_step("posted", AS_OF)
        self.env["recouvrement.lre.file"].sudo().create(
            {
                "name": "status.json",
                "company_id": self.company.id,
                "sha256": "0" * 64,
                "state": "imported",
            }
        )
        return notice
