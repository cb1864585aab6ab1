from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import AS_OF
from .story import RUN, StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRun(StoryCase):
    """The daily run: what it proposes, counts, writes once and can undo."""

    # --------------------------------------------------------------- what it does

    def test_proposes_one_message_per_debtor_at_the_highest_level(self):
        old, _recent = self.make_invoice(100, days=20), self.make_invoice(50, days=5)
        self.start_at("R1", old)
        run = self.run_as_of()
        mail, letter = self.reminders(old).sorted("channel")
        expected = {
            "level_id": self.levels["R2"].id,
            "tone": "firm",
            "state": "confirmed",
            "is_automatic": True,
            "user_id": self.collector.id,
            "run_id": run.id,
            "date": AS_OF,
            "overdue_total": 150,
            "total": 150,
            "credit_total": 0,
            "oldest_due_date": in_days(-20),
            "name": False,
        }
        self.assertRecordValues(
            mail + letter,
            [{"channel": "email", **expected}, {"channel": "letter", **expected}],
        )
        self.assertRecordValues(
            mail.line_ids.sorted("due_date"),
            [
                {"level_id": self.levels["R2"].id, "days_overdue": 20, "claim": 100},
                {"level_id": self.levels["R1"].id, "days_overdue": 5, "claim": 50},
            ],
        )

    def test_manual_level_is_proposed_as_a_draft(self):
        invoice = self.make_invoice(100, days=31)
        self.start_at("R2", invoice)
        self.run_as_of()
        self.assertRecordValues(
            self.reminders(invoice),
            [{"state": "draft", "channel": "letter", "is_automatic": False}],
        )
        self.assertTrue(self.case_of().has_to_confirm)

    def test_counts_items_amounts_and_customers(self):
        first, second = self.debtors(2)
        self.make_invoice(100, partner=first)
        self.make_invoice(40, days=-10, partner=first)
        self.make_invoice(60, partner=second)
        self.make_invoice(30, partner=second, move_type="out_refund", due=AS_OF)
        run = self.run_as_of()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "item_count": 3,
                    "debtor_count": 2,
                    "proposal_count": 2,
                    "orphan_count": 0,
                    "user_id": self.collector.id,
                }
            ],
        )
        self.assertRecordValues(
            run.count_ids.sorted("items"),
            [
                {"outcome": "wait", "reason": "not_due", "items": 1, "amount": 40},
                {"outcome": "remind", "reason": "to_remind", "items": 2, "amount": 160},
            ],
        )
        self.assertGreater(run.duration, 0)

    def test_counts_the_items_of_nobody(self):
        """An open item without customer cannot be chased: it is counted and shown."""
        account = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": in_days(-30),
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": 75}),
                    Command.create(
                        {
                            "account_id": self.company_data[
                                "default_account_revenue"
                            ].id,
                            "credit": 75,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        run = self.run_as_of()
        self.assertRecordValues(run, [{"orphan_count": 1, "item_count": 0}])

    def test_refreshes_the_files(self):
        self.make_invoice(100, days=20)
        self.make_invoice(40, days=-10)
        self.receive(30)
        self.run_as_of()
        self.assertRecordValues(
            self.case_of(),
            [
                {
                    "overdue_total": 100,
                    "open_total": 140,
                    "credit_total": 30,
                    "open_count": 2,
                    "oldest_due_date": in_days(-20),
                    "policy_id": self.policy.id,
                    "next_level_id": self.levels["R1"].id,
                    "next_reason": "to_remind",
                    "user_id": self.collector.id,
                }
            ],
        )

    def test_day_without_anything(self):
        run = self.run_as_of()
        self.assertRecordValues(run, [{"state": "done", "item_count": 0}])
        self.assertFalse(run.count_ids)

    # ---------------------------------------------------------------- idempotence

    def test_second_run_of_the_day_proposes_nothing(self):
        invoice = self.make_invoice()
        self.run_as_of()
        again = self.run_as_of()
        self.assertRecordValues(again, [{"state": "done", "proposal_count": 0}])
        self.assertEqual(len(self.reminders(invoice)), 1)

    def test_run_that_is_done_is_not_started_again(self):
        run = self.run_as_of()
        with self.assertRaisesRegex(UserError, "is over: start a new run"):
            run.action_start()

    def test_batches_give_what_one_batch_gives(self):
        partners = self.debtors(4)
        moves = [
            self.make_invoice(100 + index, days=days, partner=partner)
            for index, partner in enumerate(partners)
            for days in (5, 20, -3)
        ]

        def proposed(run):
            lines = run.reminder_ids.line_ids
            return (
                run.item_count,
                run.debtor_count,
                lines.move_id,
                len(run.reminder_ids),
            )

        whole = self.run_as_of()
        expected = proposed(whole)
        whole.with_user(self.manager).action_undo()
        for batch in (1, 4, 7):
            with self.subTest(batch), patch(f"{RUN}_execution.BATCH", batch):
                run = self.run_as_of()
                self.assertEqual(proposed(run), expected)
                self.assertEqual(run.progress_partner_id, partners[-1].id)
                run.with_user(self.manager).action_undo()
        self.assertEqual(expected[0], len(moves))

    # ----------------------------------------------------------- undo and catch-up

    def test_undo_cancels_what_has_not_left(self):
        left, waiting = self.debtors(2)
        moves = [self.make_invoice(partner=partner) for partner in (left, waiting)]
        run = self.run_as_of()
        self.prove(self.reminders(moves[0]))
        run.with_user(self.manager).action_undo()
        self.assertEqual(run.state, "undone")
        self.assertEqual(self.reminders(moves[0]).state, "proved")
        self.assertRecordValues(
            self.reminders(moves[1]),
            [{"state": "cancelled", "failure_reason": f"“{run.name}” was undone."}],
        )
        self.assertIn("1 reminders cancelled, 1 had left", run.message_ids[0].body)

    def test_undo_is_the_manager_s(self):
        run = self.run_as_of()
        with self.assertRaisesRegex(AccessError, "Only a recovery manager"):
            run.with_user(self.collector).action_undo()

    def test_undone_run_may_be_followed_by_another(self):
        invoice = self.make_invoice()
        self.run_as_of().with_user(self.manager).action_undo()
        self.run_as_of()
        self.assertEqual(
            self.reminders(invoice).mapped("state"), ["cancelled", "confirmed"]
        )

    def test_undo_needs_a_real_run_that_is_done(self):
        simulation = self.run_as_of(is_simulation=True)
        with self.assertRaisesRegex(UserError, "Only a real run"):
            simulation.with_user(self.manager).action_undo()

    def test_catch_up_climbs_one_level_at_most_oldest_first(self):
        """Rule 4: after weeks without a run, R1 first, whatever the age."""
        recent, old, older = (self.make_debtor(name) for name in ("A", "B", "C"))
        moves = [
            self.make_invoice(100, days=days, partner=partner)
            for days, partner in ((20, recent), (50, old), (200, older))
        ]
        run = self.run_as_of()
        self.assertEqual(run.reminder_ids.level_id, self.levels["R1"])
        self.prove(run.reminder_ids)
        self.assertEqual(self.run_as_of(in_days(1)).proposal_count, 0)
        run = self.run_as_of(in_days(3))
        self.assertEqual(run.reminder_ids.level_id, self.levels["R2"])
        self.dispatch(in_days(3))
        mails = run.reminder_ids.filtered(lambda one: one.channel == "email")
        self.assertEqual(
            mails.sorted("name").line_ids.move_id.ids,
            [move.id for move in reversed(moves)],
            "The oldest debt leaves first.",
        )

    # --------------------------------------------------------------------- queries

    def test_queries_do_not_grow_with_the_items(self):
        """Rule 13: as many queries for 200 items as for 20, and 60 at most."""
        term = self.instalments(*[(10, day) for day in range(10)])

        def queries_once_owed_by(partners):
            for partner in partners:
                self.make_invoice(
                    100, partner=partner, due=AS_OF, invoice_payment_term_id=term.id
                )
            self.env.flush_all()
            savepoint = self.env.cr.savepoint()
            run = self.run_as_of()
            found = run.item_count, run.query_count
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            return found

        first, second, *others = self.debtors(20)
        queries_once_owed_by([first])  # fills the caches of the process
        few, few_queries = queries_once_owed_by([second])
        many, many_queries = queries_once_owed_by(others)
        self.assertEqual((few, many), (20, 200))
        self.assertEqual(few_queries, many_queries)
        self.assertLessEqual(many_queries, 60)
