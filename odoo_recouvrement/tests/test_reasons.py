from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import AS_OF
from .story import StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestReasons(StoryCase):
    """Each reason of the engine, from the ledger to the sentence one reads."""

    def assertWhy(self, move, reason: str, sentence: str, **values):
        """The decision about an invoice and its sentence, read by a reader."""
        self.assertDecided(move, reason, **values)
        decision = self.decisions(move).with_user(self.reader)
        text = decision.with_context(lang="en_US").text
        self.assertEqual(text.replace("\N{NO-BREAK SPACE}", " "), sentence)

    # ------------------------------------------------------------------ to remind

    def test_to_remind_first_level(self):
        invoice = self.make_invoice(100, days=5)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "to_remind",
            "R1 for 100.00 €: due on 03/11/2026, the level comes at day +3; no contact "
            "about it yet.",
            outcome="remind",
            level_id=self.levels["R1"].id,
            claim=100,
            balance=100,
        )

    def test_to_remind_next_level(self):
        invoice = self.make_invoice(100, days=15)
        self.prove(self.remind(invoice))
        self.run_as_of(in_days(3))
        self.assertWhy(
            invoice,
            "to_remind",
            "R2 for 100.00 €: due on 03/01/2026, the level comes at day +17; last "
            "contact on 03/16/2026, at least 3 days ago.",
            level_id=self.levels["R2"].id,
        )

    # ----------------------------------------------------------------------- wait

    def test_not_due(self):
        invoice = self.make_invoice(100, days=-10)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "not_due",
            "Due on 03/26/2026; R1 is planned on 03/29/2026.",
            outcome="wait",
            next_date=in_days(13),
        )

    def test_step_not_due(self):
        invoice = self.make_invoice(100, days=1)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "step_not_due",
            "Due since 03/15/2026, but R1 only comes on 03/18/2026.",
            outcome="wait",
            next_date=in_days(2),
        )

    def test_level_just_sent(self):
        invoice = self.make_invoice(100, days=20)
        self.prove(self.remind(invoice))
        self.run_as_of(in_days(1))
        self.assertWhy(
            invoice,
            "level_just_sent",
            "Last contact on 03/16/2026: R2 waits until 03/19/2026 (3 days between "
            "two contacts).",
            outcome="wait",
            next_date=in_days(3),
        )

    def test_level_on_its_way(self):
        invoice = self.make_invoice(100, days=20)
        self.remind(invoice)
        self.run_as_of(in_days(1))
        self.assertWhy(
            invoice,
            "level_just_sent",
            "A message is on its way: its proof is awaited.",
            outcome="wait",
        )

    def test_manual_step(self):
        invoice = self.make_invoice(100, days=31)
        self.start_at("R2", invoice)
        self.remind(invoice)
        self.run_as_of(in_days(1))
        self.assertWhy(
            invoice,
            "manual_step",
            "A step waits for somebody: confirm it, make the call or mark the letter "
            "as posted.",
            outcome="wait",
        )

    def test_below_minimum(self):
        self.levels["R1"].minimum_amount = 50
        invoice = self.make_invoice(30)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "below_minimum",
            "30.00 € overdue is below the minimum of 50.00 € of R1.",
            outcome="wait",
        )

    def test_contact_cap(self):
        self.company.recouvrement_contacts_per_week = 1
        self.prove(self.remind(self.make_invoice(100, days=5)))
        other = self.make_invoice(40, days=2)
        self.run_as_of(in_days(1))
        self.assertWhy(
            other,
            "contact_cap",
            "Already contacted on 1 days within a week (cap: 1): R1 is put off to "
            "03/23/2026.",
            outcome="wait",
            next_date=in_days(7),
        )

    def test_not_sending_day(self):
        invoice = self.make_invoice(100, days=5)
        self.run_as_of(in_days(-1))  # a Sunday
        self.assertWhy(
            invoice,
            "not_sending_day",
            "Nothing is sent that day: R1 is put off to 03/16/2026.",
            outcome="wait",
            next_date=AS_OF,
        )

    # ----------------------------------------------------------------------- hold

    def test_suspensions(self):
        """Each kind of suspension has its reason, and ends on its date."""
        words = {
            "hold": ("on_hold", "On hold until 03/26/2026."),
            "dispute": ("disputed", "Disputed: set aside until 03/26/2026."),
            "promise": ("promised", "Payment promised: wait until 03/26/2026."),
            "plan": (
                "plan_respected",
                "A payment plan is respected: reviewed on 03/26/2026.",
            ),
        }
        for kind, (reason, sentence) in words.items():
            with self.subTest(kind):
                partner = self.make_debtor(f"Debtor {kind}")
                invoice = self.make_invoice(partner=partner)
                self.suspend(kind, partner=partner)
                self.run_as_of()
                self.assertWhy(
                    invoice, reason, sentence, outcome="hold", next_date=in_days(11)
                )

    def test_no_followup(self):
        invoice = self.make_invoice()
        self.items(invoice).no_followup = True
        self.run_as_of()
        self.assertWhy(
            invoice,
            "no_followup",
            "Marked “no follow-up”. To chase it, untick it on the invoice, or on the "
            "journal item of a miscellaneous entry.",
            outcome="hold",
        )

    def test_payment_blocked(self):
        invoice = self.make_invoice()
        invoice.action_toggle_block_payment()
        self.assertEqual(invoice.payment_state, "blocked")
        self.run_as_of()
        self.assertWhy(
            invoice,
            "payment_blocked",
            "The payment of the invoice is blocked: unblock it on the invoice to "
            "chase it.",
            outcome="hold",
        )

    def test_insolvent(self):
        before, after = self.make_invoice(days=5), self.make_invoice(days=4)
        after.button_draft()
        after.invoice_date = AS_OF
        after.invoice_date_due = in_days(-4)
        after.action_post()
        self.case_of().insolvency_date = in_days(-10)
        self.run_as_of()
        self.assertWhy(
            before,
            "insolvent",
            "Insolvency opened on 03/06/2026: an earlier claim may not be chased (Code "
            "de commerce, art. L622-21).",
            outcome="hold",
        )

    def test_no_contact(self):
        partner = self.make_debtor("Nobody", email=False, street=False)
        invoice = self.make_invoice(partner=partner)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "no_contact",
            "R1 is due, but no channel of the level can reach the debtor: complete the "
            "e-mail, phone or postal address.",
            outcome="hold",
        )
        self.assertTrue(self.case_of(partner).has_contact_problem)

    def test_no_policy(self):
        self.forget_installed_rules()
        self.env["recouvrement.policy.rule"].search([]).active = False
        invoice = self.make_invoice()
        self.run_as_of()
        self.assertWhy(
            invoice,
            "no_policy",
            "No policy fits this debtor: add a rule, or choose a policy on the file.",
            outcome="hold",
        )

    def test_level_cap_of_the_file(self):
        invoice = self.make_invoice(days=20)
        self.start_at("R1", invoice)
        self.case_of().max_level_id = self.levels["R1"]
        self.run_as_of()
        self.assertWhy(
            invoice,
            "level_cap",
            "The file is capped below R2: raise “Never beyond” to go on.",
            outcome="hold",
        )

    def test_level_cap_of_the_year(self):
        self.levels["R1"].cap_per_case = 1
        self.prove(self.remind(self.make_invoice(days=5)))
        second = self.make_invoice(days=4)
        self.run_as_of(in_days(1))
        self.assertWhy(
            second,
            "level_cap",
            "R1 was already sent 1 times within a year (cap: 1).",
            outcome="hold",
        )

    # ---------------------------------------------------------- covered, hand over

    def test_covered(self):
        invoice = self.make_invoice(100)
        self.receive(100)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "covered",
            "Covered by a credit note or a payment that is not matched yet: match it.",
            outcome="covered",
        )
        self.assertTrue(self.case_of().has_payment_to_match)

    def test_final_level(self):
        invoice = self.make_invoice(days=70)
        self.start_at("MED", invoice)
        self.run_as_of()
        self.assertWhy(
            invoice,
            "final_level",
            "The end of the ladder is reached: decide whether to hand the file over.",
            outcome="hand_over",
            level_id=self.levels["CTX"].id,
        )

    def test_every_reason_has_a_label_and_a_sentence(self):
        decisions = self.env["recouvrement.decision"]
        invoice = self.make_invoice()
        values = {
            "days": 3, "until": "2026-03-26", "amount": "30",
            "minimum": "50", "contacts": 1, "cap": 1, "sent": 1, "date": "2026-03-06",
        }  # fmt: skip
        for reason, label in decisions._selection_reason():
            with self.subTest(reason):
                decision = decisions.new(
                    {
                        "reason": reason,
                        "company_id": self.company.id,
                        "currency_id": invoice.currency_id.id,
                        "due_date": date(2026, 3, 11),
                        "values": values,
                    }
                )
                self.assertTrue(label)
                self.assertGreater(len(decision.text), 15)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRegister(StoryCase):
    """The register of decisions: a row when the decision changes, and only then."""

    def history(self, move):
        """All rows about an invoice, the first decided first."""
        return self.env["recouvrement.decision"].search(
            [("move_id", "=", move.id)], order="id"
        )

    def test_same_decision_same_row(self):
        invoice = self.make_invoice(days=-10)
        first = self.run_as_of()
        self.run_as_of(in_days(1))
        self.assertRecordValues(
            self.history(invoice),
            [
                {
                    "reason": "not_due",
                    "date": AS_OF,
                    "first_run_id": first.id,
                    "closed_run_id": False,
                }
            ],
        )

    def test_another_decision_closes_the_former(self):
        invoice = self.make_invoice(days=-1)
        runs = [self.run_as_of(in_days(shift)) for shift in (0, 2, 4, 5)]
        self.assertRecordValues(
            self.history(invoice),
            [
                {"reason": "not_due", "closed_run_id": runs[1].id},
                {"reason": "step_not_due", "closed_run_id": runs[2].id},
                {"reason": "to_remind", "closed_run_id": runs[3].id},
                {"reason": "level_just_sent", "closed_run_id": False},
            ],
        )

    def test_another_amount_is_another_decision(self):
        invoice = self.make_invoice(100, days=-10)
        self.run_as_of()
        self.pay(invoice, 40)
        self.run_as_of(in_days(1))
        self.assertEqual(self.history(invoice).mapped("claim"), [100, 60])

    def test_settled_item_is_closed(self):
        invoice = self.make_invoice(100, days=-10)
        self.run_as_of()
        self.pay(invoice)
        last = self.run_as_of(in_days(1))
        self.assertRecordValues(self.history(invoice), [{"closed_run_id": last.id}])
        self.assertFalse(self.decisions(invoice))

    def test_current_can_be_searched(self):
        invoice = self.make_invoice(days=-1)
        self.run_as_of()
        self.run_as_of(in_days(2))
        closed, current = self.history(invoice)
        own = [("move_id", "=", invoice.id)]
        decisions = self.env["recouvrement.decision"].with_user(self.reader)
        self.assertEqual(decisions.search([*own, ("is_current", "=", True)]), current)
        self.assertEqual(decisions.search([*own, ("is_current", "=", False)]), closed)
        self.assertEqual((closed + current).mapped("is_current"), [False, True])

    def test_run_opens_the_decisions_that_stood_at_its_end(self):
        invoice = self.make_invoice(days=-1)
        first = self.run_as_of()
        second = self.run_as_of(in_days(2))
        for run, reason in ((first, "not_due"), (second, "step_not_due")):
            stood = self.env["recouvrement.decision"].search(run._decision_domain())
            self.assertEqual(
                stood.filtered(lambda one: one.move_id == invoice).reason, reason
            )

    def test_item_says_why_it_is_not_chased(self):
        """« Pourquoi ? » is answered on the item itself, chased or not."""
        held, unread = self.make_invoice(), self.make_invoice()
        self.suspend("dispute", move_line_ids=[Command.set(self.items(held).ids)])
        self.run_as_of()
        fresh = self.make_invoice()
        credit = self.make_invoice(move_type="out_refund", due=AS_OF)
        lines = self.items(held, unread, fresh, credit).with_user(self.collector)
        by_move = {line.move_id: line for line in lines}
        self.assertIn("Disputed: set aside until", by_move[held].recouvrement_why)
        self.assertEqual(by_move[held].recouvrement_status, "disputed")
        self.assertIn("R1 for", by_move[unread].recouvrement_why)
        self.assertEqual(by_move[fresh].recouvrement_why, "Not read by a run yet.")
        self.assertEqual(
            by_move[credit].recouvrement_why, "Credit to match with what it pays."
        )
