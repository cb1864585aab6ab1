from contextlib import contextmanager
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .story import StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestLedger(StoryCase):
    """What the run reads of the ledger, as accountants really write it."""

    def misc_entry(self, amount: float = 100, partner=None, **values):
        """An opening balance, due 5 days ago, in a miscellaneous journal."""
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": in_days(-30),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": (partner or self.debtor).id,
                            "debit": amount,
                            "date_maturity": in_days(-5),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": amount,
                        }
                    ),
                ],
                **values,
            }
        )
        entry.action_post()
        return entry

    # --------------------------------------------------------------- the unit

    def test_instalments_are_judged_one_by_one(self):
        """Rule 1: 30 % is overdue, 70 % is not; the invoice is neither."""
        term = self.instalments((30, 0), (70, 60))
        invoice = self.make_invoice(
            1000,
            due=in_days(-5),
            invoice_payment_term_id=term.id,
            invoice_date=in_days(-5),
        )
        self.assertEqual(invoice.invoice_date_due, in_days(55))
        self.run_as_of()
        self.assertRecordValues(
            self.decisions(invoice),
            [
                {"reason": "to_remind", "claim": 300, "due_date": in_days(-5)},
                {"reason": "not_due", "claim": 700, "due_date": in_days(55)},
            ],
        )
        self.assertEqual(self.reminders(invoice).total, 300)
        self.assertEqual(self.case_of().overdue_total, 300)

    def test_each_instalment_keeps_its_own_level(self):
        term = self.instalments((50, 0), (50, 15))
        invoice = self.make_invoice(
            200,
            due=in_days(-20),
            invoice_payment_term_id=term.id,
            invoice_date=in_days(-20),
        )
        first, second = self.items(invoice)
        first.recouvrement_opening_level_id = self.levels["R1"]
        self.run_as_of()
        self.assertEqual(self.decisions(invoice).level_id.mapped("code"), ["R2", "R1"])
        self.prove(self.reminders(invoice))
        self.assertEqual(first.recouvrement_level_id, self.levels["R2"])
        self.assertEqual(second.recouvrement_level_id, self.levels["R1"])

    def test_due_today_is_not_overdue(self):
        invoice = self.make_invoice(days=0)
        self.run_as_of()
        self.assertDecided(invoice, "not_due")
        self.assertEqual(self.case_of().overdue_total, 0)

    # ------------------------------------------------------- payments and credits

    @contextmanager
    def payments_without_entry(self):
        """As where another accounting addon matches statements: no entry before."""
        self._bank_journal().inbound_payment_method_line_ids.payment_account_id = False
        moves = type(self.env["account.move"])
        with patch.object(
            moves, "_get_invoice_in_payment_state", lambda self: "in_payment"
        ):
            yield

    def test_partial_payment(self):
        invoice = self.make_invoice(100)
        self.pay(invoice, 30)
        self.run_as_of()
        self.assertDecided(invoice, "to_remind", claim=70)
        self.assertEqual(self.reminders(invoice).total, 70)

    def test_unmatched_credit_note_pays_the_oldest_first(self):
        old, recent = self.make_invoice(100, days=10), self.make_invoice(50, days=5)
        self.make_invoice(120, move_type="out_refund", due=AS_OF)
        self.run_as_of()
        self.assertDecided(old, "covered")
        self.assertDecided(recent, "to_remind", claim=30)
        self.assertRecordValues(
            self.reminders(recent), [{"overdue_total": 50, "total": 30}]
        )
        self.assertRecordValues(self.case_of(), [{"credit_total": 120}])

    def test_payment_that_has_no_entry_yet(self):
        """Odoo calls the invoice « in payment » though its residual is whole."""
        invoice, other = self.make_invoice(100), self.make_invoice(40)
        with self.payments_without_entry():
            self.assertFalse(self.pay(invoice).move_id)
            self.assertEqual(invoice.payment_state, "in_payment")
            self.env.flush_all()
        self.assertEqual(self.items(invoice).amount_residual, 100)
        self.run_as_of()
        self.assertDecided(invoice, "covered")
        self.assertDecided(other, "to_remind", claim=40)

    def test_payment_without_entry_nor_invoice_is_a_credit(self):
        invoice = self.make_invoice(100)
        with self.payments_without_entry():
            self.assertFalse(self.receive(60).move_id)
        self.run_as_of()
        self.assertDecided(invoice, "to_remind", claim=40)

    @freeze_time("2026-03-16")
    def test_payment_cancels_the_pending_reminder_at_once(self):
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        self.pay(invoice)
        self.env.cr.precommit.run()
        self.assertRecordValues(
            reminder,
            [
                {
                    "state": "cancelled",
                    "failure_reason": "Everything it asked for has been paid.",
                }
            ],
        )
        self.assertRecordValues(
            self.case_of(), [{"overdue_total": 0, "open_count": 0, "rank_points": 0}]
        )

    @freeze_time("2026-03-16")
    def test_payment_of_one_item_lightens_the_pending_reminder(self):
        paid, other = self.make_invoice(100), self.make_invoice(40)
        reminder = self.remind(paid, other)
        self.pay(paid)
        self.env.cr.precommit.run()
        self.assertRecordValues(
            reminder, [{"state": "confirmed", "total": 40, "overdue_total": 40}]
        )
        self.assertEqual(reminder.line_ids.move_id, other)

    @freeze_time("2026-03-16")
    def test_unmatching_brings_the_debt_back(self):
        invoice = self.make_invoice(100)
        self.run_as_of()
        self.pay(invoice)
        self.env.cr.precommit.run()
        self.items(invoice).remove_move_reconcile()
        self.env.cr.precommit.run()
        self.assertRecordValues(
            self.case_of(),
            [{"overdue_total": 100, "credit_total": 100, "has_payment_to_match": True}],
        )

    @freeze_time("2026-03-16")
    def test_whoever_matches_a_payment_refreshes_the_file(self):
        """The accountant of the matching needs no role in the recovery."""
        invoice = self.make_invoice(100)
        reminder = self.remind(invoice)
        payment = self.receive(100)
        lines = self.items(invoice) + payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        user = self.reader.copy({"login": "matcher"})
        user.group_ids = self.env.ref("account.group_account_invoice")
        user.group_ids -= self.env.ref("odoo_recouvrement.group_recouvrement_reader")
        lines.with_user(user).reconcile()
        self.env.cr.precommit.run()
        self.assertEqual(reminder.state, "cancelled")

    # -------------------------------------------------------------------- currency

    def test_currencies_never_mix(self):
        """Rule 10: a message per currency, and a credit pays its own only."""
        dollar = self.setup_other_currency("USD", rates=[("2020-01-01", 2.0)])
        euros = self.make_invoice(100)
        dollars = self.make_invoice(80, currency_id=dollar.id)
        self.make_invoice(30, move_type="out_refund", due=AS_OF, currency_id=dollar.id)
        self.run_as_of()
        self.assertRecordValues(
            self.reminders(euros, dollars).sorted("total"),
            [
                {"currency_id": dollar.id, "total": 50, "overdue_total": 80},
                {
                    "currency_id": self.company.currency_id.id,
                    "total": 100,
                    "overdue_total": 100,
                },
            ],
        )
        self.assertEqual(self.decisions(dollars).balance, 40)
        self.assertRecordValues(
            self.case_of(), [{"overdue_total": 140, "credit_total": 15}]
        )

    # ------------------------------------------------------------------- partners

    def test_child_contacts_are_one_debtor(self):
        children = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.debtor.id, "type": kind}
                for name, kind in (("Shop", "delivery"), ("Accounts", "invoice"))
            ]
        )
        moves = [self.make_invoice(100, partner=partner) for partner in children]
        run = self.run_as_of()
        self.assertRecordValues(
            run.reminder_ids, [{"partner_id": self.debtor.id, "total": 200}]
        )
        self.assertEqual(run.reminder_ids.line_ids.move_id, moves[0] + moves[1])

    def test_subsidiary_is_its_own_debtor(self):
        """A company below another company owes for itself."""
        subsidiary = self.make_debtor("Subsidiary", parent_id=self.debtor.id)
        self.make_invoice(100)
        self.make_invoice(70, partner=subsidiary)
        run = self.run_as_of()
        self.assertEqual(
            {one.partner_id: one.total for one in run.reminder_ids},
            {self.debtor: 100, subsidiary: 70},
        )

    def test_archived_customer_is_told_not_written_to(self):
        invoice = self.make_invoice()
        self.debtor.active = False
        self.run_as_of()
        self.assertDecided(invoice, "no_contact")
        self.assertTrue(self.case_of().has_contact_problem)

    def test_customer_without_open_item_gets_no_file(self):
        idle = self.make_debtor("Idle")
        self.make_invoice()
        self.run_as_of()
        self.assertFalse(
            self.env["recouvrement.case"].search([("partner_id", "=", idle.id)])
        )

    # ---------------------------------------------------------------------- entries

    def test_misc_entry_waits_until_somebody_wants_it_chased(self):
        """Odoo marks the lines of miscellaneous journals « no follow-up »."""
        entry = self.misc_entry()
        self.assertTrue(self.items(entry).no_followup)
        self.run_as_of()
        self.assertDecided(entry, "no_followup")
        self.items(entry).no_followup = False
        self.run_as_of()
        self.assertDecided(entry, "to_remind", claim=100)
        self.assertEqual(self.reminders(entry).total, 100)

    def test_draft_and_supplier_entries_are_not_read(self):
        draft = self.make_invoice()
        draft.button_draft()
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.debtor.id,
                "invoice_date": in_days(-60),
                "invoice_line_ids": [
                    Command.create({"product_id": self.product_a.id, "price_unit": 10})
                ],
            }
        )
        bill.action_post()
        self.assertEqual(self.run_as_of().item_count, 0)

    # ---------------------------------------------------------------- opening level

    def test_opening_level(self):
        """At go-live an old item starts where it was, not at R1, nor above."""
        invoice = self.make_invoice(days=100)
        self.start_at("R1", invoice)
        self.run_as_of()
        self.assertDecided(invoice, "to_remind", level_id=self.levels["R2"].id)

    def test_opening_level_gives_way_to_what_is_proved(self):
        invoice = self.make_invoice(days=100)
        self.start_at("R1", invoice)
        item = self.items(invoice)
        item._recouvrement_refresh_levels()
        self.assertEqual(item.recouvrement_level_id, self.levels["R1"])
        reminders = self.remind(invoice)
        self.prove(reminders)
        self.assertRecordValues(
            item,
            [
                {
                    "recouvrement_level_id": self.levels["R2"].id,
                    "recouvrement_contact_date": AS_OF,
                }
            ],
        )
        reminders.with_user(self.collector).action_withdraw("Sent by mistake")
        self.assertRecordValues(
            item,
            [
                {
                    "recouvrement_level_id": self.levels["R1"].id,
                    "recouvrement_contact_date": False,
                }
            ],
        )
