from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .story import StoryCase

KINDS = (
    "paid",
    "promise",
    "dispute",
    "not_received",
    "callback",
    "voicemail",
    "unreachable",
    "wrong_number",
    "refusal",
    "plan",
)


@tagged("post_install", "-at_install")
class TestMorningTour(StoryCase, HttpCase):
    """A collector's morning in a real browser: ten debtors, each outcome once."""

    def test_ten_debtors_each_outcome(self):
        self.levels["R1"].is_automatic = False
        debtors = [self.make_debtor(f"Debtor {index}") for index in range(len(KINDS))]
        for index, debtor in enumerate(debtors):
            self.make_invoice(1900 - 10 * index, partner=debtor, days=5)
        self.run_as_of()
        cases = self.env["recouvrement.case"]
        # The hour of the machine must not decide whether the tour passes.
        with patch.object(
            self.env.registry[cases._name], "_call_refusal", lambda *_a, **_k: ""
        ):
            self.start_tour(
                "/odoo/recouvrement",
                "recouvrement_morning",
                login="recouvrement_collector",
                timeout=240,
            )
        found = self.env["recouvrement.call"].search([], order="id")
        self.assertEqual(tuple(found.mapped("kind")), KINDS)
        self.assertEqual(found.mapped("user_id"), self.collector)
        self.assertEqual([call.partner_id for call in found], debtors)
        self.assertEqual(found.promise_id.amount, 1890)
        self.assertEqual(found.dispute_id.amount, 1880)
        [plan] = found.plan_id
        self.assertEqual((plan.state, plan.count, plan.total), ("draft", 4, 1810))
        self.assertTrue(found.filtered("callback_date").case_id.activity_ids)
