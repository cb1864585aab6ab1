from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .penalty import DUE, FEE, INTEREST, TODAY, PenaltyCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(TODAY)
class TestPenaltyClaim(PenaltyCase):
    """What letters ask is frozen in the ledger, and taken back with them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels["R1"].shows_penalties = True
        cls.levels["R2"].shows_penalties = True

    def remind_late(self, days=5):
        """A reminder of an open invoice, left that many days after the due date."""
        invoice = self.make_invoice(10000, due=DUE)
        day = DUE + timedelta(days=days)
        [reminder] = self.remind(invoice, day=day).filtered(
            lambda one: one.channel == "email"
        )
        if reminder.state == "draft":
            reminder.sudo()._set_state("confirmed")
        self.dispatch(day)
        return invoice, reminder

    def claimed(self, invoice):
        found = self.standing(invoice)
        return float(found.interest.claimed), float(found.fee.claimed)

    # -------------------------------------------------------------------- reminders

    def test_reminder_that_states_penalties_claims_them(self):
        """Five days at 12.15 % on 10 000 €: 16.64 €, and the 40 €."""
        invoice, reminder = self.remind_late()
        self.assertEqual(reminder.state, "sent", reminder.failure_reason)
        self.assertRecordValues(
            self.entries(invoice),
            [
                {
                    "kind": "claimed",
                    "nature": nature,
                    "amount": amount,
                    "stated": amount,
                    "reminder_id": reminder.id,
                    "user_id": self.collector.id,
                }
                for nature, amount in (("interest", 16.64), ("fee", 40))
            ],
        )
        found = self.standing(invoice).interest
        self.assertEqual(found.open, found.accrued, "Claiming is no way out.")

    def test_reminder_without_penalties_claims_nothing(self):
        self.levels["R1"].shows_penalties = False
        invoice, _reminder = self.remind_late()
        self.assertFalse(self.entries(invoice))

    def test_proof_does_not_claim_twice(self):
        invoice, reminder = self.remind_late()
        reminder.sudo()._set_state("proved")
        self.assertEqual(len(self.entries(invoice)), 2)

    def test_withdrawn_reminder_claims_no_more(self):
        invoice, reminder = self.remind_late()
        reminder.with_user(self.collector).action_withdraw("Sent by mistake")
        self.assertEqual(self.claimed(invoice), (0, 0))
        self.assertEqual(len(self.entries(invoice)), 4)
        reminders = self.entries(invoice).reminder_id
        self.assertEqual(reminders, reminder)

    def test_bounced_reminder_claims_no_more(self):
        invoice, reminder = self.remind_late()
        reminder.with_user(self.collector).action_returned("Unknown address")
        self.assertEqual(self.claimed(invoice), (0, 0))

    def test_two_letters_state_the_whole(self):
        """Mail and letter of the next level state more: only the difference counts."""
        invoice, first = self.remind_late()
        first.sudo()._set_state("proved", proof_date=first.sent_date)
        day = DUE + timedelta(days=17)
        self.run_as_of(day)
        second = self.reminders(invoice) - first
        self.assertEqual(set(second.mapped("channel")), {"email", "letter"})
        second.filtered(lambda one: one.state == "draft").sudo()._set_state("confirmed")
        self.dispatch(day)
        entries = self.entries(invoice, nature="interest")
        stated = max(entries.mapped("stated"))
        self.assertEqual(len(entries), 3)
        self.assertAlmostEqual(sum(entries.mapped("balance")), stated, 2)
        self.assertEqual(self.claimed(invoice), (stated, 40))
        mail, letter = second.sorted("channel")
        mail.with_user(self.collector).action_withdraw("Too early")
        self.assertEqual(self.claimed(invoice), (stated, 40), "The letter stands.")
        letter.with_user(self.collector).action_withdraw("Too early")
        self.assertEqual(self.claimed(invoice), (16.64, 40))

    def test_waived_is_not_asked_again(self):
        invoice = self.make_invoice(10000, due=DUE)
        with freeze_time(DUE + timedelta(days=5)):
            self.ledger._waive(
                [(self.items(invoice), *ask) for ask in self.asks(16, 40)],
                self.reason,
                "",
                DUE + timedelta(days=5),
            )
        [reminder] = self.remind(invoice, day=DUE + timedelta(days=5))
        if reminder.state == "draft":
            reminder.sudo()._set_state("confirmed")
        self.dispatch(DUE + timedelta(days=5))
        self.assertRecordValues(
            reminder.line_ids, [{"interest": 0.64, "recovery_fee": 0}]
        )
        self.assertEqual(self.claimed(invoice), (0.64, 0))

    def asks(self, interest, fee):
        return [(INTEREST, self.d(str(interest))), (FEE, self.d(str(fee)))]

    def test_item_owes_less_once_waived(self):
        invoice = self.make_invoice(10000, due=DUE)
        item = self.items(invoice).with_user(self.reader)
        self.assertEqual(item.recouvrement_fee, 40)
        self.ledger._waive(
            [(self.items(invoice), *self.asks(1, 40)[1])], self.reason, "", TODAY
        )
        item.invalidate_recordset()
        self.assertEqual(item.recouvrement_fee, 0)
        self.assertEqual(
            item.recouvrement_total_due, 10000 + item.recouvrement_interest
        )
