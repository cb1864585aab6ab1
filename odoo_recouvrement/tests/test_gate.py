from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import AS_OF
from .story import StoryCase, in_days


@tagged("post_install_l10n", "post_install", "-at_install")
class TestGate(StoryCase):
    """Bank data too old: who paid yesterday would be chased today, so the run waits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.recouvrement_bank_max_age = 5
        cls.invoice = cls.make_invoice()

    def test_fresh_statement_lets_the_run_go(self):
        self.bank_statement(in_days(-5))
        run = self.run_as_of()
        self.assertRecordValues(run, [{"state": "done", "bank_date": in_days(-5)}])

    def test_old_statement_makes_the_run_wait(self):
        self.bank_statement(in_days(-6))
        run = self.run_as_of()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "waiting",
                    "bank_date": in_days(-6),
                    "item_count": 0,
                    "gate_reason": False,
                }
            ],
        )
        self.assertFalse(self.reminders(self.invoice))
        self.assertFalse(self.decisions(self.invoice))

    def test_statement_of_tomorrow_says_nothing_of_today(self):
        self.bank_statement(in_days(-6))
        self.bank_statement(in_days(1))
        self.assertEqual(self.run_as_of().state, "waiting")

    def test_bank_arrives_and_the_schedule_goes_on(self):
        self.bank_statement(in_days(-6))
        runs = self.env["recouvrement.run"].sudo()  # the scheduler
        run = runs._run_day(self.company, AS_OF)
        self.assertEqual(run.state, "waiting")
        self.bank_statement(in_days(-1))
        self.assertEqual(runs._run_day(self.company, AS_OF), run)
        self.assertRecordValues(run, [{"state": "done", "bank_date": in_days(-1)}])
        self.assertEqual(len(self.reminders(self.invoice)), 1)

    def test_manager_overrides_with_a_reason(self):
        self.bank_statement(in_days(-6))
        run = self.run_as_of()
        with Form(
            self.env["recouvrement.gate"]
            .with_user(self.manager)
            .with_context(default_run_id=run.id)
        ) as form:
            form.reason = " The bank's portal is down "
        form.record.action_apply()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "gate_reason": "The bank's portal is down",
                    "gate_user_id": self.manager.id,
                }
            ],
        )
        self.assertEqual(len(self.reminders(self.invoice)), 1)

    def test_override_needs_a_reason(self):
        self.bank_statement(in_days(-6))
        run = self.run_as_of()
        for reason in ("", "  ", False):
            with self.assertRaisesRegex(UserError, "Say why"):
                run.with_user(self.manager).action_override_gate(reason)
        self.assertEqual(run.state, "waiting")

    def test_override_is_the_manager_s(self):
        self.bank_statement(in_days(-6))
        run = self.run_as_of()
        with self.assertRaisesRegex(AccessError, "Only a recovery manager"):
            run.with_user(self.collector).action_override_gate("In a hurry")
        self.assertRecordValues(run, [{"state": "waiting", "gate_user_id": False}])

    def test_collector_cannot_write_the_override_himself(self):
        """What is read-only on the screen is read-only through RPC too."""
        self.bank_statement(in_days(-6))
        run = self.run_as_of().with_user(self.collector)
        with self.assertRaises(AccessError):
            run.write({"gate_reason": "In a hurry", "gate_user_id": self.manager.id})
        with self.assertRaises(AccessError):
            run.write({"as_of_date": in_days(-6)})
        with self.assertRaises(AccessError):
            run.create(
                {
                    "company_id": self.company.id,
                    "as_of_date": AS_OF,
                    "gate_reason": "In a hurry",
                    "gate_user_id": self.manager.id,
                }
            )

    def test_company_without_any_statement_is_not_held(self):
        run = self.run_as_of()
        self.assertRecordValues(run, [{"state": "done", "bank_date": False}])

    def test_gate_may_be_switched_off(self):
        self.company.recouvrement_bank_max_age = 0
        self.bank_statement(in_days(-300))
        self.assertEqual(self.run_as_of().state, "done")
