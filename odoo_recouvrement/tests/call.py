from datetime import datetime, timedelta

from odoo.tests import Form

from .story import StoryCase, in_days


def at(days=0, hour=9, minute=30):
    """A moment in UTC; in March, Paris is an hour later."""
    return datetime.combine(in_days(days), datetime.min.time()) + timedelta(
        hours=hour, minutes=minute
    )


class CallCase(StoryCase):
    """A collector calls: what is said is noted, and what follows is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_level(cls.policy, 10, "TEL", ["call"], is_automatic=False)
        cls.invoice = cls.make_invoice(1000, days=12)
        cls.start_at("R1", cls.invoice)
        cls.case = cls.case_of()
        cls.item = cls.items(cls.invoice)
        cls.item._recouvrement_refresh_levels()

    @classmethod
    def outcome(cls, kind):
        return cls.env.ref(f"odoo_recouvrement.outcome_{kind}")

    def screen(self, user=None, case=None):
        """The call screen as it opens."""
        case = (case or self.case).with_user(user or self.collector)
        action = case.action_open_call()
        calls = self.env["recouvrement.call"].with_user(user or self.collector)
        return Form(calls.with_context(**action["context"]))

    def call(self, kind, **values):
        """A call from the screen, with what its outcome asks for."""
        form = self.screen()
        form.outcome_id = self.outcome(kind)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()
