"""What the stories of penalties share: invoices paid late, and what is done then.

FAC of 10 000 € due on 20 June 2026 and paid on 10 July: 67.26 € of interest (EX07) and
the 40 €. The day is 15 July 2026, a Wednesday.
"""

from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import Form, new_test_user

from ..core.penalty import Nature
from .story import StoryCase

TODAY = date(2026, 7, 15)
DUE, PAID = date(2026, 6, 20), date(2026, 7, 10)
INTEREST, FEE = Nature.INTEREST, Nature.FEE


class PenaltyCase(StoryCase):
    """Invoicing is on, with the accounts of the French chart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls.make_accountant()
        cls.company.write(
            {"recouvrement_penalty_since": date(2026, 1, 1), "vat": "FR83404833048"}
        )
        cls.reason = cls.env.ref("odoo_recouvrement.penalty_reason_goodwill")
        cls.ledger = cls.env["recouvrement.penalty"]

    @classmethod
    def make_accountant(cls):
        return new_test_user(
            cls.env,
            login="recouvrement_accountant",
            name="Accountant",
            groups="account.group_account_invoice,account.group_account_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def turn_invoicing_on(cls, company=None):
        company = company or cls.company
        company.recouvrement_penalty_invoicing = True
        cls.env["recouvrement.penalty.accounts"].with_company(company).create(
            {"company_id": company.id}
        ).action_confirm()

    # -------------------------------------------------------------- the ledger

    @classmethod
    def paid_late(cls, amount=10000.0, partner=None, due=DUE, paid=PAID, **values):
        """An invoice paid late, in full, without its penalties."""
        invoice = cls.make_invoice(amount, due=due, partner=partner, **values)
        cls.pay(invoice, day=paid)
        cls.env.flush_all()
        return invoice

    @classmethod
    def standing(cls, invoice, day=TODAY):
        item = cls.items(invoice)
        return cls.ledger._standings(item, day)[item.id]

    @classmethod
    def assess(cls, day=TODAY, company=None):
        cls.env["recouvrement.penalty.item"].sudo()._assess(company or cls.company, day)

    @classmethod
    def row(cls, invoice):
        """The line of the list of penalties to deal with."""
        return cls.env["recouvrement.penalty.item"].search(
            [("move_id", "=", invoice.id)]
        )

    @classmethod
    def entries(cls, invoice, **conditions):
        domain = [("move_id", "=", invoice.id)]
        domain += [(name, "=", value) for name, value in conditions.items()]
        return cls.ledger.search(domain, order="id")

    # --------------------------------------------------------------- the actions

    @classmethod
    def waive(cls, invoice, interest=None, fee=None, user=None, reason=None):
        """Waive through the dialog, as a collector unless told otherwise."""
        settle = cls.dialog("waive", invoice, user=user or cls.collector)
        with Form(settle) as form:
            form.reason_id = reason or cls.reason
            form.reason = "Good customer"
            with form.line_ids.edit(0) as line:
                if interest is not None:
                    line.interest = interest
                if fee is not None:
                    line.fee = fee
        return settle.action_apply()

    @classmethod
    def dialog(cls, mode: str, *invoices, user=None):
        items = cls.items(*invoices)
        action = items.with_user(user or cls.env.user)._recouvrement_settle_penalties(
            mode, ""
        )
        model = cls.env[action["res_model"]].with_user(user or cls.env.user)
        return model.with_context(**action["context"]).create({})

    @classmethod
    def invoice_penalties(cls, *invoices, user=None, post=True):
        """The debit notes of invoices, made by the accountant and posted."""
        settle = cls.dialog("invoice", *invoices, user=user or cls.accountant)
        settle.action_apply()
        notes = cls.env["account.move"].search(
            [("recouvrement_is_penalty", "=", True)], order="id desc"
        )
        note = notes.filtered(
            lambda move: move.state == "draft" and move.move_type == "out_invoice"
        )
        if post:
            note.with_user(user or cls.accountant).action_post()
        return note

    @staticmethod
    def d(text: str) -> Decimal:
        return Decimal(text)
