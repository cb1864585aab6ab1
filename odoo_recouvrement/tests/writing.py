"""What the stories of writing on demand share: a debtor with two late invoices."""

from datetime import timedelta

from odoo.tests import Form

from odoo.addons.mail.tests.common import MockEmail

from .common import AS_OF, NOW
from .story import StoryCase

SOON = NOW + timedelta(minutes=1)  # « undo » may not be clicked any more


class WritingCase(StoryCase, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(1000, days=20)
        cls.other = cls.make_invoice(250, days=5)
        cls.case = cls.case_of().with_user(cls.collector)
        cls.case.sudo()._refresh(AS_OF)

    # -------------------------------------------------------------------------- helpers

    def open_dialog(self, channel="email", user=None):
        case = self.case.with_user(user or self.collector)
        action = getattr(case, f"action_write_{channel}")()
        return Form(self.env[action["res_model"]].with_user(
            user or self.collector
        ).with_context(**action["context"]))  # fmt: skip

    def send(self, form):
        wizard = form.save()
        return wizard.action_send()

    def written(self):
        return self.env["recouvrement.reminder"].search(
            [("case_id", "=", self.case.id), ("is_on_demand", "=", True)], order="id"
        )

    def untick(self, form, *moves):
        names = {move.name for move in moves}
        for index in range(len(form.line_ids)):
            with form.line_ids.edit(index) as line:
                if line.name in names:
                    line.is_asked = False

    def body_of(self, mail):
        return mail["body"].replace("\u00a0", " ").replace("\u202f", " ")
