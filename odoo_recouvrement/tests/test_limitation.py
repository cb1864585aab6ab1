from datetime import date

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import AS_OF
from .limitation import LimitationCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestLimitation(LimitationCase):
    """The last day to act on each item: from when, how long, what changed it."""

    # ------------------------------------------------------- how long, from when

    def test_from_the_delivery_and_the_due_date_beside(self):
        self.invoice.delivery_date = date(2024, 3, 20)
        found = self.service._limitations(self.item, AS_OF)[self.item.id]
        self.assertEqual(found.deadline, date(2029, 3, 20))
        self.assertEqual(found.due_deadline, date(2029, 4, 30))
        self.assertEqual(found.start_fact.value, "performance")

    def test_without_delivery_from_the_invoice(self):
        self.assertEqual(self.invoice.invoice_date, date(2024, 3, 31))
        self.assertEqual(self.deadline(), date(2029, 3, 31))

    def test_the_profile_of_the_file_decides(self):
        self.case.with_user(self.collector).profile = "consumer"
        self.assertEqual(self.deadline(), date(2026, 3, 31))
        self.assertEqual(self.item.recouvrement_limitation_date, date(2026, 3, 31))
        self.case.with_user(self.collector).profile = "public"
        self.assertEqual(self.deadline(), date(2028, 12, 31), "calendar years")
        self.assertEqual(self.item.recouvrement_limitation_date, date(2028, 12, 31))

    def test_without_a_file_the_customer_decides(self):
        person = self.make_debtor("Jeanne Martin", is_company=False)
        invoice = self.bill(date(2024, 4, 30), person)
        self.assertEqual(self.deadline(invoice), date(2026, 3, 31))

    def test_carriage_of_goods_by_the_company_the_category_or_the_invoice(self):
        category = self.env["res.partner.category"].create(
            {"name": "Transports", "recouvrement_is_carriage": True}
        )
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        self.debtor.category_id = category
        self.assertEqual(self.deadline(), date(2025, 3, 31))
        self.invoice.recouvrement_carriage = "no"
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        self.debtor.category_id = False
        self.company.recouvrement_is_carriage = True
        self.assertEqual(self.deadline(), date(2029, 3, 31), "the invoice says no")
        self.invoice.recouvrement_carriage = False
        self.assertEqual(self.deadline(), date(2025, 3, 31))

    def test_each_instalment_has_its_own(self):
        """With a due date before the delivery, the due date is the earliest."""
        term = self.instalments((50, 0), (50, 60))
        invoice = self.make_invoice(
            1000,
            date(2024, 4, 30),
            invoice_date=date(2024, 3, 31),
            invoice_payment_term_id=term.id,
            delivery_date=date(2024, 5, 15),
        )
        self.assertEqual(self.deadline(invoice), [date(2029, 3, 31), date(2029, 5, 15)])

    def test_twenty_years_are_the_limit(self):
        old = self.bill(date(2007, 4, 30))
        for year in (2011, 2015, 2019, 2023):
            self.happen("acknowledgement", date(year, 4, 1))
        self.assertEqual(self.deadline(old), date(2027, 3, 31), "C. civ. 2232")

    # ----------------------------------------------------------- what changes it

    def test_a_proved_acknowledgement_interrupts(self):
        event = self.happen("acknowledgement", date(2025, 6, 2), note="E-mail")
        self.assertRecordValues(
            event, [{"state": "counted", "user_id": self.collector.id}]
        )
        self.assertEqual(self.deadline(), date(2030, 6, 2))
        self.assertEqual(self.item.recouvrement_limitation_date, date(2030, 6, 2))
        self.assertIn("entered", self.case.message_ids[:1].body)

    def test_without_its_proof_it_only_says_what_it_would_do(self):
        event = self.happen("acknowledgement", date(2025, 6, 2), proved=False)
        self.assertEqual(event.state, "to_prove")
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        story = self.story_of()
        self.assertEqual(story["hoped"], "06/02/2030")
        [_start, step] = story["steps"]
        self.assertFalse(step["is_counted"])
        self.assertIn("once proved", step["text"])
        event.proof_ids = [Command.link(self.proof().id)]
        self.assertEqual(event.state, "counted")
        self.assertEqual(self.item.recouvrement_limitation_date, date(2030, 6, 2))
        self.assertFalse(self.story_of()["hoped"])

    def test_the_proof_is_attached_or_said_to_come(self):
        with self.assertRaisesRegex(ValidationError, "Proof to attach"):
            self.happen("acknowledgement", AS_OF, proved=False, is_proof_due=False)

    def test_a_reader_opens_the_proof(self):
        event = self.happen("acknowledgement", date(2025, 6, 2))
        proof = event.proof_ids
        self.assertEqual((proof.res_model, proof.res_id), (event._name, event.id))
        self.assertTrue(proof.with_user(self.reader).raw)

    def test_an_event_of_one_item_leaves_the_others(self):
        other = self.bill(date(2024, 6, 30))
        self.happen("acknowledgement", date(2025, 6, 2), move_line_ids=self.item.ids)
        self.assertEqual(self.deadline(), date(2030, 6, 2))
        self.assertEqual(self.deadline(other), date(2029, 5, 31))

    def test_what_happened_before_the_debt_changes_nothing(self):
        self.happen("acknowledgement", date(2024, 1, 2))
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        self.assertIn("before the clock started", self.story_of()["steps"][1]["text"])

    def test_proceedings_stop_the_clock_while_they_last(self):
        claim = self.happen("court_claim", date(2025, 6, 2), note="TC Lyon")
        self.assertEqual(self.deadline(), date(2031, 3, 16))
        self.assertIn("Stopped for now", self.story_of()["words"])
        claim.until = date(2026, 1, 15)
        self.assertEqual(self.deadline(), date(2031, 1, 15))
        self.assertEqual(self.item.recouvrement_limitation_date, date(2031, 1, 15))

    def test_a_mediation_suspends(self):
        self.happen("mediation", date(2025, 6, 1), until=date(2025, 7, 1))
        self.assertEqual(self.deadline(), date(2029, 4, 30), "thirty days more")

    def test_a_void_event_stays_and_counts_no_more(self):
        event = self.happen("court_claim", date(2025, 6, 2))
        wizard = (
            self.env["recouvrement.limitation.void"]
            .with_user(self.collector)
            .create({"event_ids": event.ids, "reason": "Claim withdrawn"})
        )
        wizard.action_apply()
        self.assertRecordValues(
            event,
            [{"state": "void", "void_user_id": self.collector.id, "is_void": True}],
        )
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        self.assertIn("Claim withdrawn", self.story_of()["steps"][1]["text"])
        with self.assertRaisesRegex(UserError, "void"):
            event.note = "x"
        with self.assertRaisesRegex(UserError, "Say why"):
            event.action_void("  ")

    def test_nothing_is_deleted_rewritten_or_falsified(self):
        event = self.happen("acknowledgement", date(2025, 6, 2))
        for user in (self.collector, self.manager):
            own = event.with_user(user)
            with self.assertRaises(UserError):
                own.unlink()
            for values in (
                {"day": AS_OF},
                {"proof_ids": [Command.clear()]},
                {"proof_ids": [Command.set([])]},
                {"move_line_ids": [Command.clear()]},
            ):
                with self.assertRaises(UserError):
                    own.write(values)
            for values in ({"is_confirmed": True}, {"is_void": True}):
                with self.assertRaises(AccessError):
                    own.write(values)
        with self.assertRaisesRegex(UserError, "not deleted"):
            event.sudo().unlink()
        with self.assertRaises(AccessError):
            self.happen("letter", AS_OF, user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self.happen("letter", AS_OF, user=self.reader)
        with self.assertRaises(AccessError):
            event.with_user(self.reader).action_void("x")

    def test_impossible_stories_are_refused(self):
        stranger = self.bill(date(2024, 4, 30), self.make_debtor("Other"))
        refused = {
            "has not happened": {"kind": "acknowledgement", "day": date(2026, 3, 17)},
            "one day": {
                "kind": "acknowledgement",
                "day": date(2026, 3, 1),
                "until": date(2026, 3, 2),
            },
            "Choose the items": {"kind": "title", "day": date(2026, 3, 1)},
            "not owed by": {
                "kind": "acknowledgement",
                "day": date(2026, 3, 1),
                "move_line_ids": self.items(stranger).ids,
            },
            "year": {"kind": "acknowledgement", "day": date(206, 3, 1)},
        }
        for words, values in refused.items():
            with self.subTest(words), self.assertRaisesRegex(ValidationError, words):
                self.happen(values.pop("kind"), values.pop("day"), **values)

    # ------------------------------------------------------------------ letters

    def posted_letter(self, number="1A 234 567 8901 2", day="2026-03-10"):
        """A registered letter of the register, posted with its number."""
        self.start_at("R3", self.invoice)
        self.run_as_of(date(2026, 3, 9))
        letter = self.reminders(self.invoice)
        self.assertEqual(letter.channel, "registered_letter")
        letter.with_user(self.collector).action_confirm()
        self.dispatch(date(2026, 3, 9))
        letter.with_user(self.collector).action_posted(number, day)
        return letter

    def test_a_registered_letter_is_told_and_does_not_interrupt(self):
        letter = self.posted_letter()
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        step = self.story_of()["steps"][1]
        self.assertIn(letter.name, step["text"])
        self.assertIn("does not interrupt", step["text"])
        self.assertEqual(step["basis"], "Com. 18 mai 2022, 20-23.204")
        self.assertIn("20-23.204", letter.limitation_letter_text)
        self.assertIn("20-23.204", self.case.limitation_letter_text)

    def test_it_does_when_the_contract_says_so(self):
        self.posted_letter()
        self.case.with_user(self.collector).limitation_clause = "CGV, art. 12"
        self.assertEqual(self.deadline(), date(2031, 3, 10))
        self.assertEqual(self.item.recouvrement_limitation_date, date(2031, 3, 10))
        self.assertIn("CGV, art. 12", self.case.limitation_letter_text)
        self.case.profile = "consumer"
        self.assertIn("does not interrupt", self.case.limitation_letter_text)
        self.assertEqual(self.deadline(), date(2026, 3, 31))

    def test_a_written_claim_interrupts_against_a_public_body(self):
        self.case.profile = "public"
        self.posted_letter()
        self.assertEqual(self.item.recouvrement_limitation_date, date(2030, 12, 31))
        self.assertIn("any written claim", self.case.limitation_letter_text)
        self.happen("letter", date(2026, 3, 12), proved=False)
        self.assertEqual(self.deadline(), date(2030, 12, 31))

    # ------------------------------------------------------------------- titles

    def test_a_title_gives_ten_years(self):
        self.happen("court_claim", date(2025, 6, 2))
        other = self.bill(date(2024, 6, 30))
        title = self.happen(
            "title", date(2026, 2, 2), proved=False, move_line_ids=self.item.ids
        )
        self.assertEqual(self.deadline(), date(2031, 3, 16), "no proof yet")
        self.assertEqual(self.story_of()["hoped"], "02/02/2036")
        self.assertIn("ten years", self.story_of()["steps"][-1]["text"])
        title.proof_ids = [Command.link(self.proof().id)]
        self.assertEqual(self.deadline(), date(2036, 2, 2))
        self.assertIn("Title obtained", self.story_of()["steps"][0]["text"])
        self.assertEqual(self.deadline(other), date(2031, 3, 16), "not in the title")
        title.action_void("Annulled on appeal")
        self.assertEqual(self.deadline(), date(2031, 3, 16))
        self.assertIn("Annulled", self.story_of()["steps"][-1]["text"])

    def test_a_length_agreed_on_the_file_or_the_invoice(self):
        """C. civ. 2254: one to ten years between businesses, never for a consumer."""
        started = date(2024, 3, 31)
        self.assertEqual(self.deadline(), started.replace(year=2029))
        self.case.with_user(self.collector).limitation_years = 2
        self.assertEqual(self.deadline(), started.replace(year=2026))
        self.assertEqual(
            self.item.recouvrement_limitation_date, started.replace(year=2026)
        )
        self.assertIn("by the contract", self.story_of()["kind"])
        self.invoice.recouvrement_limitation_years = 3
        self.assertEqual(self.deadline(), started.replace(year=2027))
        self.case.profile = "consumer"
        self.assertEqual(self.deadline(), started.replace(year=2026), "two years")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.case.limitation_years = 11
            self.case.flush_recordset()
