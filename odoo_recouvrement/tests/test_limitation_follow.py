from datetime import date
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from ..models import recouvrement_limitation_refresh
from .common import AS_OF
from .limitation import LimitationCase

ALERT = "odoo_recouvrement.mail_activity_type_limitation"


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestLimitationFollow(LimitationCase):
    """Part payments proposed, deadlines stored and shown, alerts."""

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
