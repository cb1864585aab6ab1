from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .penalty import DUE, INTEREST, PAID, TODAY, PenaltyCase

SAME = ("rank", "nature", "kind", "date", "amount")
SAME_RECORD = (
    "company_id",
    "case_id",
    "partner_id",
    "move_line_id",
    "move_id",
    "currency_id",
    "author_id",
)


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestPenaltyLedger(PenaltyCase):
    """What is waived, by whom, why, and how it is undone; nothing is lost."""

    def setUp(self):
        super().setUp()
        self.invoice = self.paid_late()
        self.assess()

    # ------------------------------------------------------- payment of the principal

    def test_paying_the_principal_leaves_the_penalty_visible(self):
        """10 000 € for 20 days over two half-years: 67.26 €, and the 40 €."""
        found = self.standing(self.invoice)
        self.assertEqual(found.interest.open, self.d("67.26"))
        self.assertEqual(found.fee.open, self.d("40"))
        self.assertRecordValues(
            self.row(self.invoice).with_user(self.reader),
            [
                {
                    "state": "open",
                    "open_interest": 67.26,
                    "open_fee": 40,
                    "open_total": 107.26,
                    "settled_on": PAID,
                    "days_late": 20,
                    "is_settled": True,
                    "regime_kind": "business",
                }
            ],
        )

    def test_invoice_says_it_in_a_line(self):
        text = self.invoice.with_user(self.reader).recouvrement_penalty_text
        self.assertIn("Late-payment penalties: 107.26\xa0€", text)
        self.assertIn("to claim 107.26\xa0€", text)
        self.waive(self.invoice, interest=60, fee=0)
        self.invoice.invalidate_recordset()
        text = self.invoice.with_user(self.reader).recouvrement_penalty_text
        self.assertIn("waived 60.00\xa0€", text)
        on_time = self.paid_late(paid=DUE)
        self.assertFalse(on_time.recouvrement_penalty_text)

    def test_file_shows_open_and_paid_items_apart(self):
        late = self.make_invoice(5000, due=DUE)
        self.make_invoice(700, due=TODAY + timedelta(30))
        case = self.case_of().with_user(self.reader)
        self.assertEqual(case.penalty_line_ids, self.items(self.invoice, late))
        paid, still_open = case.penalty_line_ids
        self.assertEqual(paid.recouvrement_penalty_open, 107.26)
        # 33.97 × 15/20 and 16.64: 25 days on 5 000 €.
        self.assertEqual(
            still_open.recouvrement_penalty_accrued,
            float(self.standing(late).interest.accrued + 40),
        )
        self.assertEqual(
            case.penalty_open_total, 107.26 + still_open.recouvrement_penalty_open
        )

    # ---------------------------------------------------------------------- waivers

    def test_collector_waives_below_the_ceiling(self):
        self.waive(self.invoice, interest=60, fee=40)
        self.assertRecordValues(
            self.entries(self.invoice),
            [
                {
                    "nature": nature,
                    "kind": "waived",
                    "amount": amount,
                    "balance": amount,
                    "state": "done",
                    "date": TODAY,
                    "author_id": self.collector.id,
                    "user_id": self.collector.id,
                    "reason_id": self.reason.id,
                    "reason": "Good customer",
                    "case_id": self.case_of().id,
                    "move_line_id": self.items(self.invoice).id,
                }
                for nature, amount in (("interest", 60), ("fee", 40))
            ],
        )
        self.assertEqual(self.standing(self.invoice).open, self.d("7.26"))
        self.assertRecordValues(
            self.row(self.invoice),
            [{"state": "open", "waived": 100, "open_total": 7.26}],
        )
        self.assertIn("100.00&nbsp;€", self.case_of().message_ids[0].body)

    def test_above_the_ceiling_a_manager_approves(self):
        """A 100 € ceiling: 107.26 € is proposed, and does not count yet."""
        self.waive(self.invoice)
        entries = self.entries(self.invoice)
        self.assertEqual(set(entries.mapped("state")), {"proposed"})
        found = self.standing(self.invoice)
        self.assertEqual((found.open, found.interest.free), (self.d("107.26"), 0))
        self.assertEqual(self.row(self.invoice).state, "proposed")
        with self.assertRaises(AccessError):
            entries.with_user(self.collector).action_approve()
        entries.with_user(self.manager).action_approve()
        self.assertRecordValues(
            entries,
            [{"state": "done", "approver_id": self.manager.id, "date": TODAY}] * 2,
        )
        self.assertEqual(self.standing(self.invoice).open, 0)
        self.assertEqual(self.row(self.invoice).state, "done")

    def test_manager_refuses_with_an_answer(self):
        self.waive(self.invoice)
        entries = self.entries(self.invoice)
        entries.with_user(self.manager).action_refuse("They pay late every month")
        self.assertRecordValues(
            entries,
            [{"state": "refused", "answer": "They pay late every month"}] * 2,
        )
        self.assertEqual(sum(entries.mapped("balance")), 0)
        self.assertEqual(self.standing(self.invoice).interest.free, self.d("67.26"))
        with self.assertRaisesRegex(UserError, "does not wait for an answer"):
            entries.with_user(self.manager).action_approve()

    def test_approval_looks_at_the_ledger_again(self):
        """What was proposed is gone meanwhile: it cannot be waived any more."""
        self.waive(self.invoice)
        note = self.make_invoice(9000, due=DUE, move_type="out_refund")
        self.items(self.invoice).remove_move_reconcile()
        self.items(self.invoice, note).reconcile()
        with self.assertRaisesRegex(UserError, "only .* is open"):
            self.entries(self.invoice).with_user(self.manager).action_approve()

    def test_large_waiver_cut_into_small_ones_is_a_large_waiver(self):
        """The ceiling is the debtor's, for twelve months, over all invoices."""
        other = self.paid_late()
        self.waive(self.invoice, interest=60, fee=0)
        self.waive(other, interest=50, fee=0)
        self.assertEqual(self.entries(other).state, "proposed")
        elsewhere = self.paid_late(partner=self.make_debtor("Somebody else"))
        self.waive(elsewhere, interest=50, fee=0)
        self.assertEqual(self.entries(elsewhere).state, "done")
        with freeze_time(TODAY + timedelta(days=366)):
            self.waive(other, interest=10, fee=40)
        self.assertEqual(
            self.entries(other).mapped("state"), ["proposed", "done", "done"]
        )

    def test_manager_has_no_ceiling(self):
        self.waive(self.invoice, user=self.manager)
        self.assertEqual(self.row(self.invoice).state, "done")

    def test_ceiling_of_zero_always_asks(self):
        self.company.recouvrement_waiver_ceiling = 0
        self.waive(self.invoice, interest=0.01, fee=0)
        self.assertEqual(self.entries(self.invoice).state, "proposed")

    def test_waiver_is_taken_back_and_both_entries_stay(self):
        self.waive(self.invoice, interest=60, fee=0)
        waived = self.entries(self.invoice)
        waived.with_user(self.collector).action_take_back()
        back = self.entries(self.invoice) - waived
        self.assertRecordValues(
            back,
            [
                {
                    "is_reversal": True,
                    "reverses_id": waived.id,
                    "balance": -60,
                    "author_id": self.collector.id,
                }
            ],
        )
        self.assertTrue(waived.is_reversed)
        self.assertEqual(self.standing(self.invoice).interest.open, self.d("67.26"))
        for entry in waived, back:
            with self.assertRaisesRegex(UserError, "already been taken back"):
                entry.with_user(self.manager).action_take_back()

    def test_only_its_author_or_a_manager_takes_a_waiver_back(self):
        self.waive(self.invoice, interest=60, fee=0, user=self.manager)
        entry = self.entries(self.invoice)
        with self.assertRaisesRegex(AccessError, "they or a manager"):
            entry.with_user(self.collector).action_take_back()
        with self.assertRaises(AccessError):
            entry.with_user(self.reader).action_take_back()
        entry.with_user(self.manager).action_take_back()

    # ------------------------------------------------------------------- bad input

    def test_amounts_that_are_not_there(self):
        cases = {
            "above zero": -1,
            "only 67.26\xa0€ is open": 67.27,
        }
        for words, amount in cases.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.waive(self.invoice, interest=amount, fee=0)
        with self.assertRaisesRegex(UserError, "every amount is zero"):
            self.waive(self.invoice, interest=0, fee=0)
        self.assertFalse(self.entries(self.invoice))

    def test_a_reason_is_asked(self):
        settle = self.dialog("waive", self.invoice, user=self.collector)
        with self.assertRaisesRegex(UserError, "Say why"):
            settle.action_apply()
        with self.assertRaises(AssertionError), Form(settle) as form:
            form.reason = "x"  # the dialog asks for it too

    def test_double_click_waives_once(self):
        settle = self.dialog("waive", self.invoice, user=self.manager)
        settle.reason_id = self.reason
        settle.action_apply()
        with self.assertRaisesRegex(UserError, "nothing is open any more"):
            settle.action_apply()
        self.assertEqual(len(self.entries(self.invoice)), 2)

    def test_two_people_at_once(self):
        """The second draws the same place in the ledger, and is told."""
        self.waive(self.invoice, interest=10, fee=0)
        first = self.entries(self.invoice).sudo()
        with self.assertRaises(psycopg2.IntegrityError), mute_logger("odoo.sql_db"):
            # What the slower of the two, who has not seen the first, would write.
            self.ledger.sudo().create(
                {
                    **{name: first[name] for name in SAME},
                    **{name: first[name].id for name in SAME_RECORD},
                }
            )

    def test_what_somebody_else_holds_is_said(self):
        item = self.items(self.invoice)
        settle = self.dialog("waive", self.invoice, user=self.manager)
        settle.reason_id = self.reason
        self.env.flush_all()
        with (
            self.other_user_holds(item),
            self.assertRaisesRegex(UserError, "Somebody else is working"),
        ):
            settle.action_apply()

    def other_user_holds(self, item):
        def refuse(records, **options):
            raise LockError("taken")

        return patch.object(type(item), "lock_for_update", refuse)

    def test_consumer_owes_no_fee(self):
        martin = self.make_debtor("Mme Martin", is_company=False)
        invoice = self.paid_late(partner=martin)
        self.case_of(martin).profile = "consumer"
        found = self.standing(invoice)
        self.assertEqual((found.interest.open, found.fee.open), (0, 0))
        self.assess()
        self.assertEqual(self.row(invoice).state, "done")

    def test_public_buyer_is_warned_of(self):
        town = self.make_debtor("Commune de Rezé")
        self.case_of(town).profile = "public"
        invoice = self.paid_late(partner=town)
        settle = self.dialog("waive", invoice, user=self.collector)
        self.assertIn("deemed unwritten", settle.warning)
        self.assertFalse(self.dialog("waive", self.invoice).warning)

    def test_company_that_forbids_waivers(self):
        self.company.recouvrement_waiver_forbidden = True
        with self.assertRaisesRegex(UserError, "does not waive penalties"):
            self.waive(self.invoice, user=self.manager)

    def test_reader_waives_nothing(self):
        with self.assertRaises(AccessError):
            self.dialog("waive", self.invoice, user=self.reader)
        asks = [(self.items(self.invoice), INTEREST, self.d("1"))]
        with self.assertRaises(AccessError):
            self.ledger.with_user(self.reader)._waive(asks, self.reason, "", TODAY)

    def test_ledger_is_written_by_nobody(self):
        self.waive(self.invoice, interest=10, fee=0)
        entry = self.entries(self.invoice)
        for user in (self.manager, self.accountant):
            with self.assertRaises(AccessError):
                entry.with_user(user).write({"amount": 1})
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
        with self.assertRaisesRegex(UserError, "never changed"):
            entry.sudo().amount = 5
        with self.assertRaisesRegex(UserError, "keeps everything"):
            entry.sudo().unlink()
        with self.assertRaises(UserError):
            entry.sudo().copy()
