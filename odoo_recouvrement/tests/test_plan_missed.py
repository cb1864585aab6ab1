from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .plan import FIRST, PDF, PlanCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-03-16 09:30:00")
class TestPlanMissed(PlanCase):
    """An instalment is missed: the plan breaks, or somebody decides."""

    def test_missed_instalment_breaks_the_plan_after_its_grace(self):
        self.prove(self.reminders(self.invoice))
        before = self.items(self.invoice).recouvrement_level_id
        self.assertTrue(before)
        plan = self.signed()
        self.cron(FIRST + timedelta(days=5))
        self.assertRecordValues(plan, [{"state": "agreed", "is_late": True}])
        self.cron(FIRST + timedelta(days=6))
        self.assertRecordValues(
            plan, [{"state": "broken", "closed_date": FIRST + timedelta(days=6)}]
        )
        self.assertEqual(
            plan.instalment_ids.mapped("state"), ["missed", "open", "open"]
        )
        self.assertFalse(plan.hold_id.active)
        self.assertEqual(self.items(self.invoice).recouvrement_level_id, before)
        self.assertTrue(plan.pdf_id and plan.scan_id)
        activity = self.case.activity_ids
        self.assertRecordValues(
            activity,
            [
                {
                    "activity_type_id": self.env.ref(
                        "odoo_recouvrement.mail_activity_type_broken_plan"
                    ).id,
                    "user_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(self.case.rank_factors["broken_plan"], 35)
        self.assertTrue(self.case.has_to_do)
        self.run_as_of(FIRST + timedelta(days=6))
        self.assertDecided(self.invoice, "to_remind")

    def test_dealing_with_the_task_takes_the_points_away(self):
        self.signed()
        self.cron(FIRST + timedelta(days=6))
        self.case.activity_ids.with_user(self.collector).action_feedback("Called")
        self.case._refresh()
        self.assertNotIn("broken_plan", self.case.rank_factors)

    def test_old_bank_statement_breaks_nothing(self):
        plan = self.signed()
        self.company.recouvrement_bank_max_age = 3
        self.bank_statement(AS_OF)
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "agreed")
        self.assertFalse(self.mails(plan))
        self.bank_statement(FIRST + timedelta(days=6))
        self.cron(FIRST + timedelta(days=7))
        self.assertEqual(plan.state, "broken")

    def test_payment_waiting_to_be_matched_breaks_nothing(self):
        plan = self.signed()
        self.receive(300, day=FIRST)
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "agreed")
        self.assertFalse(
            self.mails(plan).filtered(lambda mail: "not received" in mail.subject)
        )

    def test_disputed_item_asks_for_a_decision(self):
        plan = self.signed()
        self.suspend("dispute", until=in_days(60), move_line_ids=self.items(self.other))
        for days in (6, 7):
            self.cron(FIRST + timedelta(days=days))
        self.assertEqual(plan.state, "agreed")
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertIn("disputed", self.case.activity_ids.summary)

    def test_insolvent_debtor_is_left_alone(self):
        plan = self.signed()
        self.case.insolvency_date = in_days(3)
        self.cron(FIRST - timedelta(days=2))
        self.cron(FIRST + timedelta(days=6))
        self.assertEqual(plan.state, "agreed")
        self.assertFalse(self.mails(plan))

    def test_collector_breaks_a_missed_plan_only(self):
        plan = self.signed()
        with self.assertRaisesRegex(UserError, "it holds"):
            self.decide(plan, "break", "They will not pay")
        with freeze_time("2026-04-03 09:00:00"):
            self.decide(plan, "break", "They will not pay")
        self.assertRecordValues(
            plan, [{"state": "broken", "closed_reason": "They will not pay"}]
        )

    def decide(self, plan, decision, reason, user=None, **values):
        wizards = self.env["recouvrement.plan.decide"].with_user(user or self.collector)
        return wizards.create(
            {"plan_id": plan.id, "decision": decision, "reason": reason, **values}
        ).action_apply()

    def test_manager_reinstates_with_a_reason(self):
        plan = self.signed()
        self.cron(FIRST + timedelta(days=6))
        with freeze_time("2026-04-08 09:00:00"):
            last = date(2026, 4, 15)
            with self.assertRaises(AccessError):
                self.decide(plan, "reinstate", "Bank was late", until=last)
            with self.assertRaisesRegex(UserError, "at the latest"):
                self.decide(
                    plan, "reinstate", "Late", self.manager, until=date(2026, 5, 2)
                )
            self.decide(plan, "reinstate", "Bank was late", self.manager, until=last)
        self.assertRecordValues(plan, [{"state": "agreed", "next_date": last}])
        self.assertTrue(plan.hold_id.active)
        self.cron(date(2026, 4, 20))
        self.assertEqual(plan.state, "agreed")
        self.cron(date(2026, 4, 21))
        self.assertEqual(plan.state, "broken")

    def test_new_version_takes_over(self):
        plan = self.signed()
        hold = plan.hold_id
        self.receive_on(self.invoice, 300, FIRST)
        action = plan.action_new_version()
        version = self.env["recouvrement.plan"].browse(action["res_id"])
        version = version.with_user(self.collector)
        self.assertEqual(version.total, 600)
        version.action_propose()
        version._attach_signed("Martin", AS_OF, "b.pdf", PDF)
        self.assertRecordValues(
            plan + version,
            [{"state": "cancelled"}, {"state": "agreed"}],
        )
        self.assertIn(version.name, plan.closed_reason)
        self.assertFalse(hold.active)
        self.assertTrue(version.hold_id.active)

    def test_signed_plan_is_cancelled_by_a_manager(self):
        plan = self.signed()
        with self.assertRaises(AccessError):
            self.decide(plan, "cancel", "Agreed on the phone")
        self.decide(plan, "cancel", "Agreed on the phone", self.manager)
        self.assertRecordValues(
            plan, [{"state": "cancelled", "closed_reason": "Agreed on the phone"}]
        )
        self.assertFalse(plan.hold_id.active)
