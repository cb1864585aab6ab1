"""What the stories of the prescription share: an item, events, the night."""

from datetime import date

from odoo import Command
from odoo.tests import freeze_time

from .common import AS_OF
from .story import StoryCase


class LimitationCase(StoryCase):
    """One item of a file, and what may happen to it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.service = cls.env["recouvrement.limitation"]

    def setUp(self):
        super().setUp()
        self.case = self.case_of()
        self.invoice = self.bill(due=date(2024, 4, 30))
        self.item = self.items(self.invoice)

    # ------------------------------------------------------------------- helpers

    def bill(self, due, partner=None, amount=1000.0, **values):
        """An invoice issued thirty days before it is due."""
        return self.make_invoice(amount, due, partner, **values)

    def deadline(self, *moves, day=AS_OF):
        lines = self.items(*(moves or (self.invoice,)))
        found = self.service._limitations(lines, day)
        deadlines = [found[line.id].deadline for line in lines]
        return deadlines[0] if len(deadlines) == 1 else deadlines

    def proof(self, user=None):
        """A scan dropped on the form by the collector: it belongs to nobody yet."""
        return (
            self.env["ir.attachment"]
            .with_user(user or self.collector)
            .create(
                {
                    "name": "proof.pdf",
                    "raw": b"%PDF-",
                    "res_model": "recouvrement.limitation.event",
                    "res_id": 0,
                }
            )
        )

    def happen(self, kind: str, day, *, proved=True, user=None, case=None, **values):
        """An event entered by the collector on the file."""
        events = self.env["recouvrement.limitation.event"].with_user(
            user or self.collector
        )
        values["proof_ids"] = [Command.set(self.proof(user).ids)] if proved else []
        return events.create(
            {
                "case_id": (case or self.case).id,
                "kind": kind,
                "day": day,
                "is_proof_due": not proved,
                **values,
            }
        )

    def night(self, day=None):
        """The scheduled action of the night, on that day."""
        with freeze_time(day or AS_OF):
            self.service.sudo()._cron_refresh()
        self.env.flush_all()
        self.env.invalidate_all()

    def story_of(self, item=None):
        """What the file shows of the item."""
        case = self.case.with_user(self.collector)
        case.invalidate_recordset()
        item = item or self.item
        [account] = [one for one in case.limitation_accounts if one["id"] == item.id]
        return account
