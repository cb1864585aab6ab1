from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from ..models import recouvrement_limitation_refresh
from .common import AS_OF
from .story import StoryCase

ALERT = "odoo_recouvrement.mail_activity_type_limitation"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestLimitation(StoryCase):
    """The last day to act on each item: from when, how long, what changed it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.service = cls.env["recouvrement.limitation"]

    def setUp(self):
        super().setUp()
        self.case = self.case_of()
        self.invoice = self.bill(due=date(2024, 4, 30))
        self.item = self.items(self.invoice)

    # ------------------------------------------------------------------- helpers

    def bill(self, due, partner=None, amount=1000.0, **values):
        """An invoice issued thirty days before it is due."""
        return self.make_invoice(amount, due, partner, **values)

    def deadline(self, *moves, day=AS_OF):
        lines = self.items(*(moves or (self.invoice,)))
        found = self.service._limitations(lines, day)
        deadlines = [found[line.id].deadline for line in lines]
        return deadlines[0] if len(deadlines) == 1 else deadlines

    def proof(self, user=None):
        """A scan dropped on the form by the collector: it belongs to nobody yet."""
        return (
            self.env["ir.attachment"]
            .with_user(user or self.collector)
            .create(
                {
                    "name": "proof.pdf",
                    "raw": b"%PDF-",
                    "res_model": "recouvrement.limitation.event",
                    "res_id": 0,
                }
            )
        )

    def happen(self, kind: str, day, *, proved=True, user=None, case=None, **values):
        """An event entered by the collector on the file."""
        events = self.env["recouvrement.limitation.event"].with_user(
            user or self.collector
        )
        values["proof_ids"] = [Command.set(self.proof(user).ids)] if proved else []
        return events.create(
            {
                "case_id": (case or self.case).id,
                "kind": kind,
                "day": day,
                "is_proof_due": not proved,
                **values,
            }
        )

    def night(self, day=None):
        """The scheduled action of the night, on that day."""
        with freeze_time(day or AS_OF):
            self.service.sudo()._cron_refresh()
        self.env.flush_all()
        self.env.invalidate_all()

    def story_of(self, item=None):
        """What the file shows of the item."""
        case = self.case.with_user(self.collector)
        case.invalidate_recordset()
        item = item or self.item
        [account] = [one for one in case.limitation_accounts if one["id"] == item.id]
        return account

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

    # ----------------------------------------------------------- part payments

    def test_a_part_payment_is_proposed_and_counts_once_confirmed(self):
        self.pay(self.invoice, 300, date(2025, 9, 1))
        self.night()
        event = self.case.limitation_event_ids
        self.assertRecordValues(
            event,
            [
                {
                    "kind": "part_payment",
                    "day": date(2025, 9, 1),
                    "state": "proposed",
                    "move_line_ids": self.item.ids,
                }
            ],
        )
        self.assertEqual(self.deadline(), date(2029, 3, 31))
        self.assertIn("to confirm", self.story_of()["steps"][1]["text"])
        event.with_user(self.collector).action_confirm()
        self.assertRecordValues(
            event, [{"state": "counted", "user_id": self.collector.id}]
        )
        self.assertEqual(self.item.recouvrement_limitation_date, date(2030, 9, 1))
        self.night()
        self.assertEqual(self.case.limitation_event_ids, event, "proposed once")

    def test_an_ambiguous_payment_is_refused_with_one_click(self):
        self.pay(self.invoice, 300, date(2025, 9, 1))
        self.night()
        event = self.case.limitation_event_ids
        event.with_user(self.collector).action_refuse()
        self.assertEqual(event.state, "void")
        self.assertIn("Ambiguous", event.void_reason)
        self.night()
        self.assertEqual(self.case.limitation_event_ids, event, "not proposed again")

    def test_an_unmatched_payment_acknowledges_nothing(self):
        self.pay(self.invoice, 300, date(2025, 9, 1))
        self.night()
        event = self.case.limitation_event_ids
        event.with_user(self.collector).action_confirm()
        self.item.remove_move_reconcile()
        self.assertEqual(event.state, "void")
        self.assertEqual(self.item.recouvrement_limitation_date, date(2029, 3, 31))

    def test_neither_a_credit_note_nor_a_full_payment_is_proposed(self):
        credit = self.bill(date(2024, 5, 2), amount=200.0, move_type="out_refund")
        (self.item | self.items(credit)).reconcile()
        paid = self.bill(date(2024, 6, 30))
        self.pay(paid)
        self.night()
        self.assertFalse(self.case.limitation_event_ids)

    # ------------------------------------------------------------- stored, screens

    def test_the_night_stores_the_deadline_of_every_open_item(self):
        paid = self.bill(date(2024, 6, 30))
        self.pay(paid)
        entry = self.make_invoice(200, move_type="out_refund")
        self.night()
        self.assertEqual(self.item.recouvrement_limitation_date, date(2029, 3, 31))
        self.assertFalse(self.items(paid).recouvrement_limitation_date)
        self.assertFalse(self.items(entry).recouvrement_limitation_date)

    def test_what_changes_a_date_moves_the_deadline_at_once(self):
        self.night()
        self.invoice.delivery_date = date(2024, 3, 20)
        self.assertEqual(self.item.recouvrement_limitation_date, date(2029, 3, 20))
        self.item.date_maturity = date(2024, 3, 10)
        self.assertEqual(self.item.recouvrement_limitation_date, date(2029, 3, 10))
        self.invoice.recouvrement_carriage = "yes"
        self.assertEqual(self.item.recouvrement_limitation_date, date(2025, 3, 10))

    def test_page_by_page_gives_the_same(self):
        others = [self.bill(date(2024, 5, index)) for index in range(1, 6)]
        with patch.object(recouvrement_limitation_refresh, "PAGE", 2):
            self.night()
        self.assertTrue(all(self.items(*others).mapped("recouvrement_limitation_date")))

    def test_the_countdown_in_words(self):
        """A sign goes with the words: never the colour alone."""
        self.debtor.lang = "en_US"
        cases = {
            date(2027, 6, 20): ("Lapses in 1 year 3 months", "far"),
            date(2031, 1, 20): ("Lapses in 4 years 10 months", "far"),
            date(2027, 4, 17): ("Lapses in 1 year 1 month", "far"),
            date(2026, 9, 20): ("Lapses in 6 months", "year"),
            date(2026, 3, 28): ("Lapses in 12 days", "urgent"),
            date(2026, 3, 17): ("Lapses in 1 day", "urgent"),
            date(2026, 3, 16): ("Lapses tonight: last day to act", "urgent"),
            date(2026, 3, 15): ("Lapsed since 03/16/2026", "over"),
        }
        item = self.item.with_user(self.reader)
        for day, (words, near) in cases.items():
            self.item.recouvrement_limitation_date = day
            with self.subTest(words):
                self.assertEqual(item.recouvrement_limitation_text, words)
                self.assertEqual(item.recouvrement_limitation_nearness, near)
        self.pay(self.invoice)
        self.assertFalse(item.recouvrement_limitation_text)

    def test_an_item_not_counted_yet_is_counted_when_seen(self):
        self.assertFalse(self.item.recouvrement_limitation_date)
        item = self.item.with_user(self.reader)
        self.assertEqual(item.recouvrement_limitation_text, "Lapses in 3 years")

    def test_queries_do_not_grow_with_the_items(self):
        debtors = self.debtors(8)
        moves = [self.bill(date(2024, 4, 30), debtor) for debtor in debtors]
        for debtor in debtors[4:]:
            self.happen("acknowledgement", date(2025, 6, 2), case=self.case_of(debtor))
        lines = self.items(*moves)
        counts = []
        for some in (lines[:2], lines):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self.service._limitations(some, AS_OF)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), len(some))
        self.assertEqual(counts, [3, 3])

    def test_what_lapses_within_a_year_is_listed_by_month(self):
        self.case.profile = "consumer"
        later = self.bill(date(2025, 11, 30))
        beyond = self.bill(date(2026, 2, 28), self.make_debtor("Beyond SAS"))
        self.night()
        action = self.env.ref("odoo_recouvrement.action_limitation")
        lines = self.env["account.move.line"].with_user(self.reader)
        groups = lines.search(
            [
                *safe_eval(action.domain),
                ("recouvrement_limitation_date", "<=", "today +1y"),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(groups, self.item)
        self.assertEqual(self.deadline(later), date(2027, 10, 31))
        self.assertEqual(self.deadline(beyond), date(2031, 1, 29))
        opened = self.item.with_user(self.reader).action_open_recouvrement_case()
        self.assertEqual(opened["res_id"], self.case.id)

    def test_the_collector_enters_an_event_from_the_file(self):
        action = self.case.with_user(self.collector).action_add_limitation_event()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.collector)
            .with_context(**action["context"])
        )
        form.kind = "mediation"
        self.assertIn("C. civ. 2238", form.effect_text)
        form.kind = "letter"
        self.assertIn("Does not interrupt", form.effect_text)
        form.kind = "title"
        self.assertIn("Ten years", form.effect_text)
        form.kind = "acknowledgement"
        self.assertIn("C. civ. 2240", form.effect_text)
        form.day = date(2025, 6, 2)
        form.is_proof_due = True
        event = form.save()
        self.assertRecordValues(
            event, [{"state": "to_prove", "item_text": "All that was owed"}]
        )

    # -------------------------------------------------------------------- alerts

    def tasks(self, case=None):
        case = case or self.case
        return case.activity_ids.filtered(
            lambda task: task.activity_type_id == self.env.ref(ALERT)
        )

    def test_one_task_per_file_at_each_distance(self):
        self.case.write({"profile": "consumer", "user_id": self.collector.id})
        self.bill(date(2024, 5, 30))
        for day, count in (
            (date(2025, 3, 30), 0),  # 366 days left
            (date(2025, 3, 31), 1),  # 365
            (date(2025, 4, 1), 1),
        ):
            self.night(day)
            self.assertEqual(len(self.tasks()), count, day)
        task = self.tasks()
        self.assertEqual(task.user_id, self.collector)
        self.assertIn(self.invoice.name, task.summary)
        self.assertTrue(self.case.has_legal_deadline)
        task.with_user(self.collector).action_feedback("Wrote to the debtor")
        self.assertFalse(self.case.has_legal_deadline)
        self.night(date(2025, 4, 2))
        self.assertFalse(self.tasks(), "the same distance is not told twice")
        self.night(date(2025, 4, 30))
        self.assertEqual(len(self.tasks()), 1, "the other item has its own distance")
        self.night(date(2025, 10, 2))
        self.assertEqual(len(self.tasks()), 1, "brought up to date, not doubled")

    def test_the_counter_of_the_day_shows_the_file(self):
        self.case.write({"profile": "consumer", "user_id": self.collector.id})
        self.night()
        found = (
            self.env["recouvrement.case"].with_user(self.collector).get_day_counters()
        )
        counters = {one["flag"]: one["count"] for one in found["counters"]}
        self.assertEqual(counters["has_legal_deadline"], 1)

    def test_a_deadline_that_moves_away_ends_the_task(self):
        self.case.profile = "consumer"
        self.night()
        self.assertTrue(self.tasks())
        event = self.happen("acknowledgement", date(2026, 3, 2))
        self.assertFalse(self.tasks())
        self.assertFalse(self.case.has_legal_deadline)
        event.action_void("Not signed by the debtor")
        self.night()
        self.assertEqual(len(self.tasks()), 1, "near again: told again")

    def test_a_payment_ends_the_task_by_the_next_night(self):
        self.case.profile = "consumer"
        self.night()
        self.pay(self.invoice)
        self.night()
        self.assertFalse(self.tasks())
        self.assertFalse(self.case.has_legal_deadline)

    def test_what_has_lapsed_alerts_nobody(self):
        self.case.profile = "consumer"
        self.night(date(2026, 5, 2))
        self.assertFalse(self.tasks())

    def test_no_distance_no_alert(self):
        self.case.profile = "consumer"
        self.company.recouvrement_limitation_alerts = ""
        self.night()
        self.assertFalse(self.tasks())

    def test_without_collector_a_manager_is_told(self):
        self.case.write({"profile": "consumer", "user_id": False})
        self.company.recouvrement_user_id = False
        self.night()
        user = self.tasks().user_id
        self.assertTrue(user.has_group("odoo_recouvrement.group_recouvrement_manager"))
        self.assertIn(self.company, user.company_ids)

    def test_distances_are_checked(self):
        with self.assertRaisesRegex(ValidationError, "soon"):
            self.company.recouvrement_limitation_alerts = "365, soon"

    def test_settings_that_touch_every_item_wake_the_night_up(self):
        cron = self.env.ref("odoo_recouvrement.ir_cron_limitation")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.company.recouvrement_is_carriage = True
        after = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(after - triggers), 1)
