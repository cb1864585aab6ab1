"""What the stories of the mise en demeure share: a signatory, a level, a debtor."""

import base64

from .common import AS_OF
from .story import StoryCase

DELEGATION = base64.b64encode(b"%PDF-1.4 delegation")


class NoticeCase(StoryCase):
    """The level MED of the ladder makes mises en demeure; Ines signs them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels["MED"].write({"document": "mise_en_demeure", "payment_days": 8})
        cls.debtor.company_registry = "303265045"
        cls.signatory = cls.env["recouvrement.signatory"].create(
            {
                "name": "Inès Leroy",
                "capacity": "Directrice financière, par délégation",
                "power": "delegate",
                "company_id": cls.company.id,
                "proof_ids": [(0, 0, {"name": "delegation.pdf", "datas": DELEGATION})],
            }
        )

    @classmethod
    def propose(cls, *moves, day=AS_OF):
        """The run proposes a mise en demeure for these invoices, all past R3."""
        cls.start_at("R3", *moves)
        cls.run_as_of(day)
        return cls.notices(*moves)

    @classmethod
    def notices(cls, *moves):
        return cls.reminders(*moves).notice_ids.sorted("id")

    @classmethod
    def leave(cls, notice, now=None):
        """The collector confirms it, and it leaves."""
        notice.with_user(cls.collector).action_confirm()
        cls.dispatch(now or AS_OF)
        cls.env.invalidate_all()
        return notice

    @classmethod
    def post(cls, notice, day=AS_OF, number="1A 000 000 0001 1"):
        notice.reminder_id.with_user(cls.collector).action_posted(number, day)
        cls.env.invalidate_all()
        return notice

    @classmethod
    def note(cls, notice, step, day, **values):
        """The collector enters what became of the letter."""
        notice.with_user(cls.collector).action_note_step(step, day, **values)
        cls.env.invalidate_all()
        return notice

    @classmethod
    def written(cls, amount=1000, **values):
        """A mise en demeure for one invoice, printed and to be posted."""
        invoice = cls.make_invoice(amount, days=50, **values)
        return cls.leave(cls.propose(invoice))
