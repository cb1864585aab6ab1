from odoo.tests import HttpCase, tagged

from .common import RecouvrementCommon


@tagged("post_install", "-at_install")
class TestTours(RecouvrementCommon, HttpCase):
    """The two paths of every day, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels["R1"].is_automatic = False
        cls.invoice = cls.make_invoice(1200, days=5)

    def test_day_from_the_list_to_the_confirmation(self):
        self.run_as_of()
        self.start_tour(
            "/odoo/recouvrement", "recouvrement_day", login="recouvrement_collector"
        )
        self.assertEqual(self.reminders(self.invoice).state, "confirmed")

    def test_simulate_a_run(self):
        self.start_tour(
            "/odoo/recouvrement-runs",
            "recouvrement_simulation",
            login="recouvrement_collector",
        )
        self.assertFalse(self.reminders(self.invoice), "a simulation writes to nobody")
