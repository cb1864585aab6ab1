from contextlib import suppress
from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import AS_OF
from .story import RUN, Killed, StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRunFaults(StoryCase):
    """Rule 12: killed, failed or started twice, the run loses and doubles nothing."""

    # --------------------------------------------------------------- crash-safety

    def test_killed_run_goes_on_where_it_stopped(self):
        """Rule 12: killed between two customers, started again: all, and once."""
        partners = self.debtors(3)
        moves = [self.make_invoice(partner=partner) for partner in partners]
        runs = type(self.env["recouvrement.run"])
        judge, seen = runs._judge, []

        def killed_at_second(run, frame, **scope):
            seen.append(scope["partner_range"])
            if len(seen) == 2:
                raise Killed
            return judge(run, frame, **scope)

        # Not assertRaises: its savepoint would take back what was committed.
        with (
            suppress(Killed),
            patch(f"{RUN}_execution.BATCH", 1),
            patch.object(runs, "_judge", killed_at_second),
            self.commits() as env,
        ):
            env["recouvrement.run"]._run_day(self.company.with_env(env), AS_OF)
        run = self.env["recouvrement.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertRecordValues(
            run, [{"state": "running", "progress_partner_id": partners[0].id}]
        )
        self.assertEqual(self.reminders(*moves).partner_id, partners[0])

        with self.commits() as env:
            env["recouvrement.run"]._run_day(self.company.with_env(env), AS_OF)
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "proposal_count": 3,
                    "item_count": 3,
                    "debtor_count": 3,
                }
            ],
        )
        self.assertEqual(
            self.reminders(*moves).mapped("partner_id.id"), [p.id for p in partners]
        )

    def test_failed_company_says_why_and_the_others_go_on(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        runs = type(self.env["recouvrement.run"])
        judge = runs._judge
        self.make_invoice()
        (self.company + other).recouvrement_is_live = True

        def broken(run, frame, **scope):
            if run.company_id.id == self.company.id:
                raise ValueError("the ledger is on fire")
            return judge(run, frame, **scope)

        with (
            freeze_time(datetime(2026, 3, 16, 9, 0)),
            patch.object(runs, "_judge", broken),
            mute_logger(RUN),
            self.commits() as env,
        ):
            env["recouvrement.run"]._cron_run()
        failed = self.env["recouvrement.run"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertRecordValues(
            failed, [{"state": "failed", "failure_reason": "the ledger is on fire"}]
        )
        self.assertEqual(
            self.env["recouvrement.run"].search([("company_id", "=", other.id)]).state,
            "done",
        )
        failed.with_user(self.collector).action_start()
        self.assertRecordValues(failed, [{"state": "done", "failure_reason": False}])

    def test_failure_before_anything_is_written_is_told_too(self):
        runs = type(self.env["recouvrement.run"])

        def broken(run):
            raise ValueError("no bank")

        with (
            patch.object(runs, "_bank_date", broken),
            mute_logger(RUN),
            self.commits() as env,
        ):
            env["recouvrement.run"]._run_day(self.company.with_env(env), AS_OF)
        self.assertRecordValues(
            self.env["recouvrement.run"].search([("company_id", "=", self.company.id)]),
            [{"state": "failed", "failure_reason": "no bank"}],
        )

    def test_a_failure_is_told_in_words_with_its_remedy(self):
        """The database's own words are for whoever maintains the server."""
        errors = {
            "The journal is locked: unlock it.": UserError(
                "The journal is locked: unlock it."
            ),
            "in a few minutes": OperationalError("could not serialize access"),
            "give the technical detail": KeyError("oops"),
        }
        runs = type(self.env["recouvrement.run"])
        for index, (words, error) in enumerate(errors.items()):
            day = AS_OF + timedelta(days=index)
            with (
                self.subTest(words),
                patch.object(runs, "_bank_date", side_effect=error),
                mute_logger(RUN),
                self.commits() as env,
            ):
                env["recouvrement.run"]._run_day(self.company.with_env(env), day)
            run = self.env["recouvrement.run"].search(
                [("company_id", "=", self.company.id), ("as_of_date", "=", day)]
            )
            self.assertEqual(run.state, "failed")
            self.assertIn(words, run.with_user(self.collector).failure_text)
            self.assertIn(str(error), run.failure_reason)
            run.with_user(self.collector).action_start()
            self.assertEqual(run.state, "done")
            self.assertFalse(run.failure_text)

    def test_second_run_is_refused_while_one_is_under_way(self):
        runs = self.env["recouvrement.run"].with_user(self.collector)
        values = {"company_id": self.company.id, "as_of_date": AS_OF}
        first, second = runs.create([values, values])
        first.sudo().state = "running"
        first.flush_recordset()
        with self.assertRaisesRegex(UserError, "under way for Atelier Rivage"):
            second.action_start()

    def test_index_refuses_what_two_workers_start_at_once(self):
        runs = self.env["recouvrement.run"].sudo()
        values = {"company_id": self.company.id, "as_of_date": AS_OF}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            runs.create([{**values, "state": "running"} for _again in range(2)])

    def test_killed_simulation_stops_nobody(self):
        simulation = (
            self.env["recouvrement.run"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "is_simulation": True,
                    "state": "running",
                }
            )
        )
        self.assertEqual(self.run_as_of().state, "done")
        simulation.with_user(self.collector).action_start()
        self.assertEqual(simulation.state, "done")

    # ------------------------------------------------------------------- schedule

    def test_schedule_runs_each_company_once_a_day(self):
        self.make_invoice()
        runs = self.env["recouvrement.run"]
        with self.commits() as env:
            for hour in (5, 9, 15):  # UTC: 6, 10 and 16 o'clock in Paris
                with freeze_time(datetime(2026, 3, 16, hour, 30)):
                    env["recouvrement.run"]._cron_run()
                done = runs.search([("company_id", "=", self.company.id)])
                self.assertEqual(len(done), 0 if hour == 5 else 1)
                runs.invalidate_model()
        self.assertRecordValues(done, [{"state": "done", "as_of_date": AS_OF}])

    def test_schedule_comes_back_within_the_day(self):
        """A run that waits, failed or was killed is taken up the same day."""
        cron = self.env.ref("odoo_recouvrement.ir_cron_run")
        self.assertEqual((cron.interval_number, cron.interval_type), (1, "hours"))

    def test_schedule_takes_up_yesterday_s_run_then_today_s(self):
        runs = self.env["recouvrement.run"]
        stale = runs.create({"company_id": self.company.id, "as_of_date": in_days(-1)})
        stale.sudo().state = "running"
        self.make_invoice()
        self.env.flush_all()
        with freeze_time(datetime(2026, 3, 16, 9, 0)), self.commits() as env:
            env["recouvrement.run"]._cron_run()
        found = runs.search([("company_id", "=", self.company.id)], order="as_of_date")
        self.assertRecordValues(
            found,
            [
                {"as_of_date": in_days(-1), "state": "done"},
                {"as_of_date": AS_OF, "state": "done"},
            ],
        )

    def test_schedule_leaves_companies_that_are_not_live(self):
        self.company.recouvrement_is_live = False
        with freeze_time(datetime(2026, 3, 16, 9, 0)), self.commits() as env:
            env["recouvrement.run"]._cron_run()
        self.assertFalse(
            self.env["recouvrement.run"].search([("company_id", "=", self.company.id)])
        )
