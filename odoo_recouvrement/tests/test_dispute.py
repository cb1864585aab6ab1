from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import AS_OF
from .story import StoryCase, in_days

REPLY = """From: Paul Atelier <paul@atelier-rivage.example>
To: catchall@atelier-rivage.example
Subject: Re: Dispute
Message-ID: <reply-1@atelier-rivage.example>
In-Reply-To: {message}
References: {message}
Content-Type: text/plain; charset=utf-8

Two boxes were left on the truck: the customer is right.
"""


@freeze_time(AS_OF)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestDispute(StoryCase):
    """What is contested is set aside and solved; the rest is chased."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(1000, days=20)
        cls.case = cls.case_of()
        cls.reason = cls.env.ref("odoo_recouvrement.dispute_reason_quantity")
        cls.colleague = new_test_user(
            cls.env,
            login="recouvrement_paul",
            name="Paul Atelier",
            email="paul@atelier-rivage.example",
            groups="base.group_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def dispute(self, *moves, user=None, **values):
        """As the collector opens it: the whole invoice unless said otherwise."""
        disputes = self.env["recouvrement.dispute"].with_user(user or self.collector)
        return disputes.create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(*(moves or (self.invoice,))).ids,
                "reason_id": self.reason.id,
                **values,
            }
        )

    def close(self, dispute, outcome, **values):
        """As the collector closes it, on the screen."""
        wizards = self.env["recouvrement.dispute.close"].with_user(self.collector)
        form = Form(wizards.with_context(default_dispute_id=dispute.id))
        form.outcome = outcome
        for name, value in values.items():
            if name == "credit_move_ids":
                for move in value:
                    form.credit_move_ids.add(move)
            else:
                setattr(form, name, value)
        wizard = form.save()
        wizard.action_apply()
        return wizard

    def credit_note(self, amount, post=True):
        note = self.make_invoice(amount, move_type="out_refund", days=0)
        return note

    # --------------------------------------------------------------------- opening

    def test_whole_invoice_is_set_aside_and_blocked(self):
        self.run_as_of()
        self.assertEqual(self.reminders(self.invoice).state, "confirmed")
        dispute = self.dispute(description="Two boxes missing")
        self.assertRecordValues(
            dispute,
            [{"amount": 1000, "state": "open", "date_due": in_days(10)}],
        )
        self.assertEqual(self.invoice.payment_state, "blocked")
        self.assertEqual(self.reminders(self.invoice).state, "cancelled")
        self.run_as_of(in_days(1))
        self.assertDecided(self.invoice, "disputed")
        self.assertTrue(self.case.has_dispute)
        self.assertEqual(self.case.dispute_count, 1)
        self.assertIn("Two boxes", " ".join(self.case.message_ids.mapped("body")))

    def test_a_part_is_contested_the_rest_is_chased(self):
        self.dispute(amount=300)
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.run_as_of(in_days(1))
        self.assertDecided(self.invoice, "to_remind", claim=700)
        self.assertTrue(self.case.has_dispute, "it waits for somebody all the same")

    def test_one_instalment_does_not_block_the_invoice(self):
        term = self.instalments((50, 0), (50, 30))
        invoice = self.make_invoice(
            600,
            invoice_payment_term_id=term.id,
            invoice_date=in_days(-60),
            invoice_date_due=False,
        )
        first, second = self.items(invoice)
        dispute = self.dispute(move_line_ids=first.ids)
        self.assertEqual(invoice.payment_state, "not_paid")
        dispute.write({"move_line_ids": (first | second).ids, "amount": 600})
        self.assertEqual(invoice.payment_state, "blocked")

    def test_reason_gives_owner_and_delay(self):
        self.reason.write({"user_id": self.colleague.id, "days": 3})
        action = self.case.with_user(self.collector).action_open_dispute()
        disputes = self.env["recouvrement.dispute"].with_user(self.collector)
        form = Form(disputes.with_context(**action["context"]))
        form.reason_id = self.reason
        self.assertEqual((form.user_id, form.amount), (self.colleague, 1000))
        dispute = form.save()
        self.assertEqual(dispute.date_due, in_days(3))
        self.assertEqual(dispute.activity_ids.user_id, self.colleague)

    def test_invoice_blocked_by_somebody_else_stays_blocked(self):
        self.invoice.action_toggle_block_payment()
        dispute = self.dispute()
        self.close(dispute, "abandoned")
        self.assertEqual(self.invoice.payment_state, "blocked")

    # -------------------------------------------------------------------- the question

    def ask(self, dispute):
        wizards = self.env["recouvrement.dispute.ask"].with_user(self.collector)
        form = Form(wizards.with_context(default_dispute_id=dispute.id))
        form.partner_id = self.colleague.partner_id
        self.assertIn("contests", form.question)
        form.save().action_apply()
        return dispute.message_ids.filtered(
            lambda message: message.partner_ids == self.colleague.partner_id
        )[:1]

    def test_colleague_without_a_role_answers_by_replying(self):
        dispute = self.dispute()
        question = self.ask(dispute)
        self.assertTrue(question)
        self.assertFalse(dispute.answered_on)
        self.env["mail.thread"].message_process(
            False, REPLY.format(message=question.message_id)
        )
        self.assertTrue(dispute.answered_on)
        self.assertIn("left on the truck", dispute.message_ids[:1].body)
        [task] = dispute.activity_ids
        self.assertEqual(task.user_id, self.collector)
        self.assertIn("Paul Atelier", task.summary)

    def test_somebody_else_s_note_is_no_answer(self):
        dispute = self.dispute()
        self.ask(dispute)
        dispute.with_user(self.manager).message_post(body="Any news?")
        self.assertFalse(dispute.answered_on)

    # ------------------------------------------------------------------ the escalation

    def test_late_owner_is_escalated_once_and_nothing_is_chased(self):
        self.company.recouvrement_manager_id = self.manager
        dispute = self.dispute()
        for days in (11, 12, 20):
            with freeze_time(in_days(days)):
                self.run_as_of(in_days(days))
            self.assertDecided(self.invoice, "disputed")
        late = self.env.ref("odoo_recouvrement.mail_activity_type_dispute_late")
        [task] = dispute.activity_ids.filtered(lambda a: a.activity_type_id == late)
        self.assertEqual(task.user_id, self.manager)
        self.assertEqual(dispute.escalated_on, in_days(20))
        with freeze_time(in_days(20)):
            self.assertTrue(dispute.with_user(self.collector).is_late)

    # ------------------------------------------------------------------------- closing

    def test_credit_note_settles_it_and_the_customer_is_answered(self):
        dispute = self.dispute(amount=300)
        note = self.credit_note(300)
        with self.assertRaisesRegex(UserError, "Choose the credit note"):
            self.close(dispute, "credited")
        with freeze_time(in_days(6)):
            self.close(dispute, "credited", credit_move_ids=note)
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "closed",
                    "outcome": "credited",
                    "days_to_solve": 6,
                    "credit_move_ids": note.ids,
                }
            ],
        )
        answer = self.case.message_ids.filtered("partner_ids")[:1]
        self.assertEqual(answer.partner_ids, self.debtor)
        self.assertIn(note.name, answer.body)

    def test_unjustified_resumes_at_the_level_chosen(self):
        """R2 was proved; after weeks of talk the chase starts again at R1."""
        self.start_at("R1", self.invoice)
        self.prove(self.remind(self.invoice))
        item = self.items(self.invoice)
        self.assertEqual(item.recouvrement_level_id, self.levels["R2"])
        dispute = self.dispute()
        with freeze_time(in_days(8)):
            self.close(dispute, "unjustified", level_id=self.levels["R1"])
        self.assertEqual(self.invoice.payment_state, "not_paid")
        self.assertFalse(item.recouvrement_level_id)
        self.assertEqual(item.recouvrement_contact_date, AS_OF, "it was written to")
        self.run_as_of(in_days(9))
        self.assertDecided(self.invoice, "to_remind", level_id=self.levels["R1"].id)

    def test_resuming_never_skips_a_level(self):
        dispute = self.dispute()
        wizard = self.env["recouvrement.dispute.close"].create(
            {"dispute_id": dispute.id}
        )
        self.run_as_of(in_days(1))
        self.assertEqual(wizard.allowed_level_ids, self.levels["R1"])
        self.start_at("R2", self.invoice)
        self.items(self.invoice).recouvrement_level_id = self.levels["R2"]
        wizard.invalidate_recordset()
        self.assertEqual(wizard.allowed_level_ids.mapped("code"), ["R1", "R2", "R3"])

    def test_without_a_level_the_chase_goes_on_where_it_stood(self):
        self.prove(self.remind(self.invoice))
        dispute = self.dispute()
        with freeze_time(in_days(8)):
            self.close(dispute, "unjustified", is_told=False)
        self.run_as_of(in_days(9))
        self.assertDecided(self.invoice, "to_remind", level_id=self.levels["R2"].id)
        self.assertFalse(self.case.message_ids.filtered("partner_ids"))

    def test_payment_closes_it_and_the_invoice_is_paid(self):
        dispute = self.dispute()
        self.pay(self.invoice)
        self.env.cr.precommit.run()
        self.assertRecordValues(dispute, [{"state": "closed", "outcome": "paid"}])
        self.assertIn(self.invoice.payment_state, ("paid", "in_payment"))
        self.assertFalse(self.case.has_dispute)

    def test_matched_credit_note_closes_it_as_justified(self):
        dispute = self.dispute()
        note = self.credit_note(1000)
        (self.items(self.invoice) | self.items(note)).reconcile()
        self.env.cr.precommit.run()
        self.assertRecordValues(dispute, [{"outcome": "credited"}])
        self.assertEqual(dispute.credit_move_ids, note)

    def test_two_people_close_it_at_once(self):
        dispute = self.dispute()
        self.close(dispute, "abandoned")
        wizard = self.env["recouvrement.dispute.close"].create(
            {"dispute_id": dispute.id, "outcome": "paid"}
        )
        with self.assertRaisesRegex(UserError, "closed already"):
            wizard.action_apply()
        self.assertEqual(dispute.outcome, "abandoned")

    def test_answer_to_a_customer_without_address(self):
        self.debtor.email = False
        dispute = self.dispute()
        wizard = self.close(dispute, "unjustified")
        self.assertFalse(wizard.is_told, "not proposed")
        other = self.dispute(self.make_invoice(10, days=4))
        with self.assertRaisesRegex(UserError, "no usable e-mail"):
            self.close(other, "unjustified", is_told=True)

    # -------------------------------------------------------------------- bad input

    def test_refused_with_a_remedy(self):
        other = self.make_invoice(10, partner=self.make_debtor("Autre"))
        second = self.make_invoice(50, days=3)
        for values, words in (
            ({"amount": 1000.01}, "more than these items owe"),
            ({"amount": 0}, "above zero"),
            ({"move_line_ids": []}, "no item"),
            ({"move_line_ids": self.items(other).ids}, "no open item of"),
            (
                {"move_line_ids": self.items(self.invoice, second).ids, "amount": 20},
                "on one item",
            ),
        ):
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.dispute(**values)

    def test_paid_between_the_screen_and_the_button(self):
        self.pay(self.invoice)
        with self.assertRaisesRegex(ValidationError, "settled in the meantime"):
            self.dispute(amount=10)

    def test_the_same_dispute_twice_is_one(self):
        self.assertEqual(self.dispute(), self.dispute())
        self.assertEqual(len(self.case.dispute_ids), 1)
        self.assertEqual(len(self.case.hold_ids), 1)

    def test_two_disputes_of_an_item_do_not_exceed_it(self):
        self.dispute(amount=600)
        price = self.env.ref("odoo_recouvrement.dispute_reason_price")
        self.dispute(amount=300, reason_id=price.id)
        self.run_as_of(in_days(1))
        self.assertDecided(self.invoice, "to_remind", claim=100)
        with self.assertRaisesRegex(ValidationError, "nobody contests yet"):
            self.dispute(amount=100.01, reason_id=price.id)

    # ----------------------------------------------------------------------- rights

    def test_reader_disputes_nothing_and_nobody_types_the_outcome(self):
        with self.assertRaises(AccessError):
            self.dispute(user=self.reader)
        dispute = self.dispute()
        for values in ({"state": "closed"}, {"outcome": "paid"}):
            with self.assertRaises(AccessError):
                dispute.write(values)
        with self.assertRaises(AccessError):
            dispute.with_user(self.reader).action_open_close()
        with self.assertRaises(UserError):
            dispute.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "close the dispute"):
            dispute.hold_ids.with_user(self.collector).action_lift()

    def test_statistics_by_cause(self):
        first = self.dispute(amount=300)
        with freeze_time(AS_OF + timedelta(days=4)):
            self.close(first, "abandoned")
        [row] = self.env["recouvrement.dispute"]._read_group(
            [("reason_id", "=", self.reason.id)],
            ["reason_id"],
            ["amount_company:sum", "days_to_solve:avg"],
        )
        self.assertEqual(row, (self.reason, 300, 4))
