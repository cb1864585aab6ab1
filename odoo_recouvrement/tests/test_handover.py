from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import AS_OF, NOW
from .roles import RolesCase
from .story import in_days


@freeze_time(AS_OF)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestHandover(RolesCase):
    """A collector proposes litigation, a manager decides, and may change his mind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lawyer = cls.env["res.partner"].create({"name": "Me Lemaire"})
        cls.company.recouvrement_manager_id = cls.manager

    def hand_over(self, *moves, user=None, **values):
        """As the manager does it, to the lawyer; by default the file's invoice."""
        handovers = self.env["recouvrement.handover"].with_user(user or self.manager)
        return handovers.create(
            {
                "case_id": self.case.id,
                "contact_id": self.lawyer.id,
                "move_line_ids": self.items(*(moves or (self.invoice,))).ids,
                "note": "Nothing came of two calls",
                **values,
            }
        )

    def end(self, handover, reason="The lawyer found an agreement", user=None):
        wizards = self.env["recouvrement.handover.end"].with_user(user or self.manager)
        wizards.create({"handover_ids": handover.ids, "reason": reason}).action_apply()

    def said(self):
        return " ".join(self.case.message_ids.mapped("body"))

    # ------------------------------------------------------------------- deciding it

    def test_manager_hands_over_and_the_automatic_chase_stops(self):
        self.assertEqual(self.reminder.state, "confirmed")
        handover = self.hand_over()
        self.assertRecordValues(
            handover,
            [
                {
                    "state": "open",
                    "amount": 100,
                    "date": AS_OF,
                    "decided_user_id": self.manager.id,
                    "date_review": in_days(90),
                }
            ],
        )
        self.assertEqual(self.reminder.state, "cancelled")
        for days in (1, 60, 200):
            self.run_as_of(in_days(days))
            self.assertDecided(self.invoice, "handed_over")
        self.assertIn("Handed over to litigation by", self.said())
        self.assertIn("Nothing came of two calls", self.said())

    def test_items_say_litigation_at_once_and_why(self):
        self.hand_over()
        line = self.items(self.invoice).with_user(self.reader)
        self.assertEqual(line.recouvrement_status, "legal")
        self.assertIn("Lawyer · Me Lemaire", line.recouvrement_why)

    def test_what_is_not_handed_over_is_still_chased(self):
        other = self.make_invoice(300, days=20)
        self.hand_over()
        self.run_as_of(in_days(1))
        self.assertDecided(self.invoice, "handed_over")
        self.assertDecided(other, "to_remind", claim=300)

    def test_collector_proposes_and_nothing_stops(self):
        handover = self.hand_over(user=self.collector)
        self.assertEqual(handover.state, "proposed")
        self.assertFalse(handover.hold_ids)
        self.assertEqual(self.reminder.state, "confirmed")
        self.assertEqual(self.case.activity_ids.user_id, self.manager)
        self.assertIn("proposes litigation", self.case.handover_proposed_text)
        with self.assertRaises(AccessError):
            handover.action_decide()
        with self.assertRaises(AccessError):
            self.case.with_user(self.collector).action_refuse_handover()

    def test_manager_decides_what_was_proposed(self):
        handover = self.hand_over(user=self.collector)
        self.case.with_user(self.manager).action_decide_handover()
        self.assertRecordValues(
            handover,
            [
                {
                    "state": "open",
                    "user_id": self.collector.id,
                    "decided_user_id": self.manager.id,
                }
            ],
        )
        self.assertFalse(self.case.handover_proposed_text)
        self.assertIn("In litigation since", self.case.handover_text)
        with self.assertRaises(UserError):
            self.case.with_user(self.manager).action_decide_handover()

    def test_manager_refuses_with_a_reason(self):
        handover = self.hand_over(user=self.collector)
        self.end(handover, "Call once more")
        self.assertRecordValues(
            handover, [{"state": "refused", "close_reason": "Call once more"}]
        )
        self.run_as_of(in_days(1))
        self.assertNotEqual(self.decisions(self.invoice).reason, "handed_over")

    def test_final_level_is_no_longer_to_decide_once_handed_over(self):
        self.start_at("MED", self.invoice)
        self.reminder.action_cancel("paper")
        with freeze_time(in_days(60)):
            self.run_as_of(in_days(60))
            self.assertDecided(self.invoice, "final_level")
            self.assertTrue(self.case.has_to_do)
            self.hand_over()
            self.assertFalse(self.case.has_to_do)
            self.assertEqual(self.case.next_reason, "handed_over")

    # ------------------------------------------------------------------ the way back

    def test_manager_resumes_the_chase_with_a_trace(self):
        handover = self.hand_over()
        with freeze_time(in_days(2)):
            action = self.case.with_user(self.manager).action_resume_chase()
            self.assertEqual(action["context"]["default_handover_ids"], handover.ids)
            self.end(handover)
        self.assertRecordValues(
            handover,
            [
                {
                    "state": "resumed",
                    "close_reason": "The lawyer found an agreement",
                    "close_user_id": self.manager.id,
                    "closed_on": in_days(2),
                }
            ],
        )
        self.assertFalse(handover.hold_ids.filtered("active"))
        self.assertIn("Chase resumed by", self.said())
        self.assertFalse(self.case.handover_text)
        self.run_as_of(in_days(3))
        self.assertDecided(self.invoice, "to_remind")

    def test_collector_neither_resumes_nor_lifts(self):
        handover = self.hand_over()
        with self.assertRaises(AccessError):
            self.case.with_user(self.collector).action_resume_chase()
        with self.assertRaises(AccessError):
            handover.with_user(self.collector)._end_by_hand("Mine")
        with self.assertRaisesRegex(UserError, "in litigation"):
            handover.hold_ids.with_user(self.collector).action_lift()
        with self.assertRaises(AccessError):
            handover.with_user(self.collector).write({"state": "resumed"})

    def test_ended_once(self):
        handover = self.hand_over()
        self.end(handover)
        with self.assertRaisesRegex(UserError, "not what it was"):
            self.end(handover)
        with self.assertRaisesRegex(UserError, "Somebody has done it"):
            self.case.with_user(self.manager).action_resume_chase()

    # ------------------------------------------------------------------- the ledger

    def test_payments_are_matched_and_what_is_paid_leaves(self):
        other = self.make_invoice(300, days=20)
        handover = self.hand_over(self.invoice, other)
        with freeze_time(in_days(5)):
            self.pay(self.invoice, day=in_days(5))
            self.env.cr.precommit.run()
            self.assertEqual((handover.state, handover.left), ("open", 300))
            self.pay(other, day=in_days(5))
            self.env.cr.precommit.run()
        self.assertRecordValues(
            handover, [{"state": "settled", "closed_on": in_days(5)}]
        )
        self.assertIn("Everything is paid", self.said())

    def test_what_was_paid_before_the_decision_is_left_out(self):
        other = self.make_invoice(300, days=20)
        handover = self.hand_over(self.invoice, other, user=self.collector)
        self.pay(other)
        handover.with_user(self.manager).action_decide()
        self.assertEqual(handover.move_line_ids, self.items(self.invoice))
        self.assertEqual(handover.amount, 100)

    def test_what_was_paid_leaves_when_the_items_are_changed(self):
        other = self.make_invoice(300, days=20)
        third = self.make_invoice(50, days=20)
        handover = self.hand_over(self.invoice, other)
        self.pay(other)
        third_item = self.items(third)
        handover.with_user(self.manager).move_line_ids += third_item
        self.assertEqual(handover.move_line_ids, self.items(self.invoice, third))
        self.assertEqual(handover.hold_ids.move_line_ids, handover.move_line_ids)

    def test_a_proposal_ends_when_everything_is_paid(self):
        handover = self.hand_over(user=self.collector)
        self.pay(self.invoice)
        self.env.cr.precommit.run()
        self.assertEqual(handover.state, "settled")

    def test_penalties_keep_running(self):
        before = self.items(self.invoice).recouvrement_interest
        self.hand_over()
        with freeze_time(in_days(30)):
            line = self.items(self.invoice)
            line.invalidate_recordset()
            self.assertGreater(line.recouvrement_interest, before)

    def test_review_asks_where_it_stands_and_keeps_the_items_aside(self):
        handover = self.hand_over(date_review=in_days(30))
        with freeze_time(in_days(31)):
            self.run_as_of(in_days(31))
        self.assertDecided(self.invoice, "handed_over")
        self.assertEqual(handover.date_review, in_days(31 + 90))
        task = self.case.activity_ids
        self.assertEqual(task.user_id, self.manager)
        self.assertIn("Where does it stand?", task.summary)

    def test_a_later_review_keeps_the_items_aside_longer(self):
        handover = self.hand_over()
        handover.with_user(self.collector).date_review = in_days(300)
        self.assertEqual(handover.hold_ids.date_end, in_days(300))
        with self.assertRaisesRegex(ValidationError, "later day"):
            handover.with_user(self.collector).date_review = AS_OF

    # --------------------------------------------------------------- what is refused

    def test_the_same_twice_is_made_once(self):
        self.assertEqual(self.hand_over(), self.hand_over())

    def test_an_item_is_in_one_pair_of_hands(self):
        self.hand_over()
        with self.assertRaisesRegex(ValidationError, "already in"):
            self.hand_over(recipient="injonction_payer", contact_id=False)

    def test_to_whom_is_asked_unless_it_is_us(self):
        with self.assertRaises(ValidationError):
            self.hand_over(contact_id=False)
        own = self.hand_over(recipient="injonction_payer", contact_id=False)
        with self.assertRaises(ValidationError):
            own.with_user(self.collector).recipient = "agency"
        self.assertEqual(own.display_name, "Ourselves: injonction de payer")

    def test_what_is_not_due_is_not_handed_over(self):
        early = self.make_invoice(100, days=-5)
        with self.assertRaisesRegex(ValidationError, "not due yet"):
            self.hand_over(early)

    def test_the_screen_takes_what_is_overdue(self):
        self.make_invoice(50, days=-20)
        action = self.case.with_user(self.collector).action_open_handover()
        handovers = self.env["recouvrement.handover"].with_user(self.collector)
        form = Form(handovers.with_context(**action["context"]))
        self.assertEqual(form.amount, 100)
        form.contact_id = self.lawyer
        handover = form.save()
        self.assertEqual(handover.move_line_ids, self.items(self.invoice))
        with self.assertRaisesRegex(UserError, "Nothing of"):
            self.case.with_user(self.collector).action_open_handover()

    def test_it_stays_in_the_file(self):
        handover = self.hand_over()
        with self.assertRaises(AccessError):
            handover.with_user(self.manager).unlink()

    # -------------------------------------------------------------------- readiness

    def points(self, handover):
        return {point["text"]: point["state"] for point in handover.readiness["points"]}

    def test_readiness_says_what_is_missing(self):
        handover = self.hand_over(user=self.collector)
        found = self.points(handover)
        [prescription] = [text for text in found if text.startswith("Prescription")]
        self.assertEqual(found.pop(prescription), "to_know")
        self.assertRegex(prescription, rf"{self.invoice.name} on .*: Lapses in 4 years")
        self.assertEqual(
            found,
            {
                f"a mise en demeure posted for {self.invoice.name}": "missing",
                "the SIREN of the customer": "missing",
                f"the PDF of {self.invoice.name}": "missing",
                "No dispute is open": "ready",
            },
        )
        self.assertEqual(handover.readiness["summary"], "To complete: 3 of 5 points")

    def test_readiness_says_what_is_at_hand(self):
        notice = self.have_a_notice()
        notice.sudo().reminder_id.sent_date = NOW
        self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "res_model": "account.move",
                "res_id": notice.line_ids.move_id.id,
                "mimetype": "application/pdf",
                "raw": b"%PDF-1.4",
            }
        )
        handover = self.hand_over(notice.line_ids.move_id, user=self.collector)
        found = self.points(handover)
        self.assertIn("SIREN 303 265 045", found)
        self.assertEqual(found["The PDF of each invoice"], "ready")
        self.assertEqual(found["its receipt, which has not come back"], "missing")
        self.assertTrue(
            any(text.startswith("Mise en demeure posted") for text in found)
        )
        scan = self.env["ir.attachment"].create({"name": "receipt.pdf", "raw": b"x"})
        with freeze_time(in_days(3)):
            notice._add_step("received", in_days(2))
            handover.invalidate_recordset()
            self.assertIn("the scan of its receipt", " ".join(self.points(handover)))
            notice.event_ids.sudo()[-1:].attachment_ids = scan
            handover.invalidate_recordset()
            self.assertTrue(handover.readiness["is_ready"])

    def test_readiness_names_what_stands_in_the_way(self):
        reason = self.env["recouvrement.dispute.reason"].search([], limit=1)
        self.env["recouvrement.dispute"].create(
            {
                "case_id": self.case.id,
                "move_line_ids": self.items(self.invoice).ids,
                "reason_id": reason.id,
            }
        )
        self.case.insolvency_date = AS_OF
        texts = " ".join(self.points(self.hand_over(user=self.collector)))
        self.assertIn("a dispute is open", texts)
        self.assertIn("L622-21", texts)

    # ------------------------------------------------------------------- who sees it

    def test_register_and_marks_say_it(self):
        handover = self.hand_over()
        rows = self.case.with_user(self.reader)._contacts()
        self.assertIn(
            ("Litigation", handover.display_name),
            [(row.channel, row.who) for row in rows],
        )
        self.assertIn("Litigation", self.case.mark_text)

    def test_readers_and_salespersons_see_and_do_not_act(self):
        handover = self.hand_over()
        seller = self.other_user(
            "seller", "odoo_recouvrement.group_recouvrement_reader"
        )
        for user in (self.reader, seller):
            case = self.case.with_user(user)
            self.assertIn("Me Lemaire", case.handover_text)
            for act in (
                lambda case=case: case.action_resume_chase(),
                lambda user=user: handover.with_user(user).write({"note": "x"}),
                lambda user=user: self.hand_over(user=user),
            ):
                with self.assertRaises(AccessError):
                    act()
        with self.assertRaises(AccessError):
            handover.with_user(self.employee).read(["note"])
