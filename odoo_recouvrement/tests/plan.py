"""Payment plans, told as stories: proposed, signed, paid, missed, reinstated."""

import base64
from datetime import date, datetime

from odoo.tests import freeze_time

from ..report.plan import agreement_html
from .common import AS_OF
from .story import StoryCase

MONDAY = AS_OF
FIRST, SECOND, THIRD = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
PDF = b"%PDF-1.7 signed copy"
PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQAB"
        "h6FO1AAAAABJRU5ErkJggg=="
    )
)


class PlanCase(StoryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(600, days=20)
        cls.other = cls.make_invoice(300, days=10)
        cls.run_as_of()
        cls.case = cls.case_of()

    # ------------------------------------------------------------------- the story

    def draft(self, *moves, user=None, **terms):
        plans = self.env["recouvrement.plan"].with_user(user or self.collector)
        lines = self.items(*(moves or (self.invoice, self.other)))
        values = {"count": 3, "first_day": FIRST, **terms}
        case = self.case_of(lines.partner_id.commercial_partner_id)
        return plans.create(plans._propose(case, lines, **values))

    def proposed(self, *moves, **terms):
        plan = self.draft(*moves, **terms)
        plan.action_propose()
        return plan

    def signed(self, *moves, **terms):
        plan = self.proposed(*moves, **terms)
        plan._attach_signed("Jeanne Martin", AS_OF, "accord.pdf", PDF)
        return plan

    def receive_on(self, invoice, amount, day):
        with freeze_time(datetime.combine(day, datetime.min.time())):
            self.pay(invoice, amount, day)
            self.env.cr.precommit.run()

    def cron(self, day, hour=9):
        with freeze_time(datetime(day.year, day.month, day.day, hour, 30)):
            self.env["recouvrement.plan"]._cron_plans()
        self.env.flush_all()

    def mails(self, plan):
        return self.env["mail.message"].search(
            [
                ("model", "=", "recouvrement.case"),
                ("res_id", "=", plan.case_id.id),
                ("message_type", "=", "email_outgoing"),
                ("subject", "like", plan.name),
            ],
            order="id",
        )

    def _html(self, plan):
        documents = self.env["recouvrement.plan.document"]
        return agreement_html(self.env, documents._agreement(plan))
