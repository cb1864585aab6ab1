from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .penalty import DUE, FEE, INTEREST, PAID, TODAY, PenaltyCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestPenaltyList(PenaltyCase):
    """The ledger moves below it: what is to deal with, and the figures."""

    def setUp(self):
        super().setUp()
        self.invoice = self.paid_late()
        self.assess()

    # ------------------------------------------------------- the ledger moves below

    def test_collected_without_a_note(self):
        """The bank paid 10 107.26 €: the surplus was booked to 7631 by hand."""
        settle = self.dialog("collect", self.invoice, user=self.accountant)
        with self.assertRaisesRegex(UserError, "Say where it was booked"):
            settle.action_apply()
        settle.reason = "BNK1/2026/00012"
        settle.action_apply()
        self.assertEqual(set(self.entries(self.invoice).mapped("kind")), {"collected"})
        self.assertEqual(self.row(self.invoice).state, "done")
        self.assertEqual(self.row(self.invoice).collected, 107.26)
        self.entries(self.invoice).with_user(self.accountant).action_take_back()
        self.assertEqual(self.row(self.invoice).state, "open")

    def test_only_an_accountant_notes_as_collected(self):
        settle = self.dialog("collect", self.invoice, user=self.collector)
        settle.reason = "x"
        with self.assertRaisesRegex(AccessError, "accountant"):
            settle.action_apply()

    def test_payment_undone_after_a_waiver(self):
        """The bank rejects the payment: the item is chased again, the waiver stays."""
        self.waive(self.invoice, interest=60, fee=0)
        self.items(self.invoice).remove_move_reconcile()
        row = self.row(self.invoice)
        self.assertEqual(row.state, "reopened")
        found = self.standing(self.invoice)
        self.assertEqual(found.interest.waived, 60)
        self.assertGreater(found.interest.accrued, self.d("67.26"))  # it still runs
        self.pay(self.invoice, day=TODAY)
        self.assess()
        row.invalidate_recordset()
        self.assertRecordValues(row, [{"state": "open", "settled_on": TODAY}])

    def test_credit_note_after_a_waiver_is_told(self):
        """The price falls, the interest with it: more was waived than accrued."""
        self.waive(self.invoice, interest=60, fee=0)
        self.items(self.invoice).remove_move_reconcile()
        note = self.make_invoice(
            9000, due=DUE, move_type="out_refund", invoice_date=DUE
        )
        self.items(self.invoice, note).reconcile()
        self.pay(self.invoice, day=PAID)
        self.assess()
        self.assertEqual(self.row(self.invoice).state, "excess")
        found = self.standing(self.invoice).interest
        self.assertEqual(found.anomalies[0].value, "over_waived")
        self.assertEqual(found.open, 0)

    def test_invoice_reset_to_draft_keeps_its_ledger(self):
        self.waive(self.invoice, interest=60, fee=0)
        self.items(self.invoice).remove_move_reconcile()
        self.invoice.button_draft()
        self.assess()
        self.assertEqual(self.row(self.invoice).state, "reopened")
        with self.assertRaisesRegex(UserError, "Credit the invoice instead"):
            self.invoice.unlink()
        self.invoice.action_post()
        self.pay(self.invoice, day=PAID)
        self.assess()
        self.assertEqual(self.row(self.invoice).state, "open")
        self.assertEqual(self.standing(self.invoice).interest.waived, 60)

    def test_unknown_rate_is_said_not_guessed(self):
        invoice = self.paid_late(
            due=TODAY + timedelta(days=300), paid=TODAY + timedelta(days=400)
        )
        day = TODAY + timedelta(days=401)
        with freeze_time(day):
            self.assess(day)
            self.assertEqual(self.row(invoice).state, "fault")
            self.assertTrue(self.row(invoice).fault)
            with self.assertRaisesRegex(UserError, "cannot be worked out"):
                self.ledger._waive(
                    [(self.items(invoice), INTEREST, self.d("1"))],
                    self.reason,
                    "",
                    day,
                )

    # ------------------------------------------------------------------- the list

    def test_list_begins_on_the_day_it_is_told(self):
        old = self.paid_late(partner=self.make_debtor("Before"))
        self.company.recouvrement_penalty_since = PAID + timedelta(days=1)
        self.assess()
        self.assertFalse(self.row(old))
        self.company.recouvrement_penalty_since = False
        self.assess()
        self.assertFalse(self.row(old))
        self.company.recouvrement_penalty_since = PAID
        self.assess()
        self.assertTrue(self.row(old))

    def test_paid_on_time_or_open_is_not_in_the_list(self):
        on_time = self.paid_late(paid=DUE)
        still_open = self.make_invoice(500, due=DUE)
        self.assess()
        self.assertFalse(self.row(on_time) | self.row(still_open))

    def test_scheduled_action_is_woken_by_a_late_payment(self):
        cron = self.env.ref("odoo_recouvrement.ir_cron_penalties")
        self.env.cr.precommit.data.pop("odoo_recouvrement.assess", None)
        before = (
            self.env["ir.cron.trigger"].sudo().search_count([("cron_id", "=", cron.id)])
        )
        self.paid_late()
        after = (
            self.env["ir.cron.trigger"].sudo().search_count([("cron_id", "=", cron.id)])
        )
        self.assertEqual(after, before + 1)

    def test_reader_works_the_list_out_again(self):
        later = self.paid_late()
        model = self.env["recouvrement.penalty.item"].with_user(self.reader)
        model.action_refresh()
        self.assertEqual(self.row(later).open_total, 107.26)

    def test_list_does_not_cost_more_on_more_items(self):
        """A constant number of queries, whatever the number of items."""
        few = self.items(*(self.paid_late(100) for _index in range(2)))
        many = few | self.items(*(self.paid_late(100) for _index in range(8)))
        self.ledger._standings(few, TODAY)
        self.env.flush_all()
        counts = []
        for lines in (few, many):
            before = self.env.cr.sql_log_count
            self.ledger._standings(lines, TODAY)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # ------------------------------------------------------------------- statistics

    def test_totals_by_month_collector_and_debtor(self):
        self.waive(self.invoice, interest=60, fee=0)
        with freeze_time(TODAY + timedelta(days=30)):
            self.waive(self.invoice, interest=0, fee=30)
            self.entries(self.invoice)[0].with_user(self.manager).action_take_back()
        groups = self.ledger.with_user(self.reader)._read_group(
            [("move_id", "=", self.invoice.id)],
            ["date:month", "kind", "user_id", "partner_id"],
            ["company_balance:sum"],
        )
        self.assertEqual(
            [(str(month)[:7], amount) for month, *_keys, amount in groups],
            [("2026-07", 60), ("2026-08", -30)],
        )
        self.assertEqual({group[2] for group in groups}, {self.collector})

    def test_foreign_currency_counts_in_the_company_s(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2026-01-01", "rate": 2.0}
        )
        invoice = self.paid_late(currency_id=dollar.id)
        found = self.standing(invoice)
        self.assertEqual(found.fee.open, self.d("80"))  # 40 € at the due date
        self.waive(invoice, interest=20, fee=0)
        self.assertRecordValues(
            self.entries(invoice),
            [{"currency_id": dollar.id, "amount": 20, "company_balance": 10}],
        )

    def test_fee_once_for_an_invoice_of_two_instalments(self):
        term = self.instalments((50, 10), (50, 20))
        invoice = self.make_invoice(
            1000, due=DUE, invoice_payment_term_id=term.id, invoice_date=DUE
        )
        self.pay(invoice, day=TODAY)
        self.assess()
        rows = self.row(invoice)
        self.assertEqual(sorted(rows.mapped("open_fee")), [0, 40])
        self.assertEqual(FEE.value, "fee")
