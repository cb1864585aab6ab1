from odoo.tests import HttpCase, freeze_time, tagged

from .common import AS_OF, RecouvrementCommon


@freeze_time(AS_OF)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestTicked(RecouvrementCommon):
    """The items ticked on a file are those that its buttons speak of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old = cls.make_invoice(100, days=40)
        cls.middle = cls.make_invoice(200, days=20)
        cls.recent = cls.make_invoice(300, days=10)
        cls.upcoming = cls.make_invoice(400, days=-10)
        cls.run_as_of()
        cls.case = cls.env["recouvrement.case"].search(
            [("partner_id", "=", cls.debtor.id)]
        )

    def ticking(self, *moves):
        """The file as a collector has it on the screen, with some items ticked."""
        return self.case.with_user(self.collector).with_context(
            recouvrement_item_ids=self.items(*moves).ids
        )

    def asked(self, action):
        """The items with which a window opens."""
        lines = action["context"]["default_move_line_ids"]
        ids = lines[0][2] if lines and not isinstance(lines[0], int) else lines
        return self.env["account.move.line"].browse(ids).move_id.sorted("id")

    def test_a_promise_a_dispute_and_a_call_speak_of_them(self):
        case = self.ticking(self.middle, self.recent)
        for name in ("action_open_promise", "action_open_dispute", "action_open_call"):
            with self.subTest(button=name):
                self.assertEqual(
                    self.asked(getattr(case, name)()), self.middle + self.recent
                )

    def test_a_promise_may_be_about_what_is_not_due_yet(self):
        action = self.ticking(self.upcoming).action_open_promise()
        self.assertEqual(self.asked(action), self.upcoming)

    def test_a_plan_spreads_them_due_or_not(self):
        action = self.ticking(self.old, self.upcoming).action_propose_plan()
        self.assertEqual(self.asked(action), self.old + self.upcoming)

    def test_a_hand_over_takes_those_that_are_overdue(self):
        action = self.ticking(self.old, self.upcoming).action_open_handover()
        self.assertEqual(self.asked(action), self.old)

    def test_a_message_asks_for_those_that_may_be_asked(self):
        action = self.ticking(self.recent, self.upcoming).action_write_email()
        wizard = (
            self.env["recouvrement.write"]
            .with_user(self.collector)
            .with_context(
                **action["context"],
                recouvrement_item_ids=self.items(self.recent, self.upcoming).ids,
            )
            .create({})
        )
        ticked = wizard.line_ids.filtered("is_asked")
        self.assertEqual(ticked.mapped("item_id"), self.items(self.recent).ids)

    def test_nothing_ticked_speaks_of_all_that_is_due(self):
        case = self.ticking()
        due = self.old + self.middle + self.recent
        self.assertEqual(self.asked(case.action_open_promise()), due)
        self.assertEqual(self.asked(case.action_open_dispute()), self.old)

    def test_items_of_somebody_else_are_not_spoken_of(self):
        other = self.make_invoice(500, days=30, partner=self.make_debtor("Autre"))
        action = self.ticking(other).action_open_promise()
        self.assertNotIn(other, self.asked(action))


@tagged("post_install", "-at_install")
class TestTickedTour(RecouvrementCommon, HttpCase):
    def test_two_of_three_items_are_promised(self):
        moves = [self.make_invoice(100 * n, days=5 * n) for n in (1, 2, 3)]
        self.run_as_of()
        case = self.reminders(*moves).case_id
        self.start_tour(
            f"/odoo/recouvrement/{case.id}",
            "recouvrement_ticked",
            login="recouvrement_collector",
        )
        promised = case.promise_ids.move_line_ids.move_id
        self.assertEqual(len(promised), 2)
        self.assertNotIn(moves[2], promised, "the oldest came first, unticked")
