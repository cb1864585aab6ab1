"""What the addon's tests share: a French company, its roles, a ladder, invoices.

Nothing here depends on today: the day of the tests is ``AS_OF``, a Monday.
"""

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.models.ir_mail_server import IrMail_Server

AS_OF = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 30)  # UTC: 10:30 in Paris, within the sending hours

# days from the due date → code, channels and further settings of the ladder's steps
LADDER = {
    3: ("R1", ["email"], {}),
    17: ("R2", ["email", "letter"], {"tone": "firm"}),
    30: ("R3", ["letter"], {"tone": "firm", "is_automatic": False}),
    45: ("MED", ["registered_letter"], {"tone": "formal", "is_automatic": False}),
    60: ("CTX", [], {"tone": "final", "is_final": True}),
}
TEXTS = {
    "R1": ("r1_email_fr", "r1_email_en", "r1_letter_fr", "r1_letter_en"),
    "R2": ("r2_email_fr", "r2_email_en", "r2_letter_fr", "r2_letter_en"),
    "R3": ("r3_email_fr", "r3_email_en", "r3_letter_fr", "r3_letter_en"),
    "MED": ("formal_letter_fr", "formal_letter_en"),
    "TEL": ("call_call_fr", "call_call_en"),
}


class RecouvrementCommon(AccountTestInvoicingCommon):
    """``cls.company`` is French and live; ``cls.policy`` applies to every debtor."""

    @classmethod
    @AccountTestInvoicingCommon.setup_country("fr")
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls._setup_company()
        cls.reader = cls._make_user("reader")
        cls.collector = cls._make_user("collector")
        cls.manager = cls._make_user("manager")
        cls.company.recouvrement_user_id = cls.collector
        cls.policy = cls._make_policy()
        cls.debtor = cls.make_debtor()

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref(
            "odoo_recouvrement.group_recouvrement_manager"
        )

    # ------------------------------------------------------------------ settings

    @classmethod
    def _setup_company(cls):
        cls.company.write(
            {
                "name": "Atelier Rivage SAS",
                "street": "12 quai des Tanneurs",
                "zip": "44000",
                "city": "Nantes",
                "email": "compta@atelier-rivage.example",
                "phone": "+33240000000",
                "company_registry": "40483304800022",
                "vat": "FR83404833048",
                "recouvrement_is_live": True,
                "recouvrement_reply_to": "recouvrement@atelier-rivage.example",
                "recouvrement_bank_max_age": 0,
                "recouvrement_contacts_per_week": 0,
            }
        )
        # Sentences are compared in English, whatever the translations say.
        cls.company.partner_id.write({"tz": "Europe/Paris", "lang": "en_US"})
        cls.company.recouvrement_bank_account_id = cls.env["res.partner.bank"].create(
            {
                "acc_number": "FR7630006000011234567890189",
                "partner_id": cls.company.partner_id.id,
                "allow_out_payment": True,
            }
        )

    @classmethod
    def _make_user(cls, role: str):
        return new_test_user(
            cls.env,
            login=f"recouvrement_{role}",
            name=f"Recovery {role}",
            email=f"{role}@atelier-rivage.example",
            groups=f"odoo_recouvrement.group_recouvrement_{role}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _make_policy(cls):
        policy = cls.env["recouvrement.policy"].create(
            {"name": "Test ladder", "company_id": cls.company.id}
        )
        cls.levels = {
            code: cls.make_level(policy, days, code, channels, **settings)
            for days, (code, channels, settings) in LADDER.items()
        }
        cls.env["recouvrement.policy.rule"].create(
            {
                "name": "Everybody",
                "sequence": 0,
                "company_id": cls.company.id,
                "policy_id": policy.id,
            }
        )
        return policy

    @classmethod
    def make_level(cls, policy, days: int, code: str, channels: list[str], **settings):
        """A step; texts are those installed for businesses, by code."""
        return cls.env["recouvrement.policy.level"].create(
            {
                "policy_id": policy.id,
                "days": days,
                "code": code,
                "name": code,
                "min_gap_days": 3,
                "template_ids": [
                    Command.link(cls.text(name).id) for name in TEXTS.get(code, ())
                ],
                **{f"by_{channel}": True for channel in channels},
                **settings,
            }
        )

    @classmethod
    def text(cls, name: str):
        """An installed text for businesses, e.g. ``r1_email_fr``."""
        return cls.env.ref(f"odoo_recouvrement.template_business_{name}")

    # ------------------------------------------------------------- the ledger

    @classmethod
    def make_debtor(cls, name: str = "Boulangerie Martin", **values):
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{name.lower().replace(' ', '.')}@client.example",
                "phone": "+33612345678",
                "street": "3 rue de la Paix",
                "zip": "42000",
                "city": "Saint-Étienne",
                "country_id": cls.env.ref("base.fr").id,
                "lang": "fr_FR",
                "property_account_receivable_id": cls.company_data[
                    "default_account_receivable"
                ].id,
                **values,
            }
        )

    @classmethod
    def make_invoice(
        cls, amount: float = 100.0, due=None, partner=None, *, days: int = 5, **values
    ):
        """A posted invoice due ``days`` before ``AS_OF``, or on ``due``.

        ``move_type="out_refund"`` makes a credit note. No tax: ``amount`` is the total.
        """
        due = due or AS_OF - timedelta(days=days)
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or cls.debtor).id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product_a.id,
                            "price_unit": amount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def items(cls, *moves):
        """The receivable items of some invoices, in due-date order."""
        lines = cls.env["account.move.line"]
        for move in moves:
            lines |= move.line_ids
        return lines.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted(lambda line: (line.date_maturity, line.id))

    @classmethod
    def pay(cls, invoice, amount: float | None = None, day=AS_OF):
        """Receive and match a payment."""
        values = {"payment_date": day, "journal_id": cls._bank_journal().id}
        if amount is not None:
            values["amount"] = amount
        return (
            cls.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(values)
            ._create_payments()
        )

    @classmethod
    def receive(cls, amount: float, partner=None, day=AS_OF):
        """Receive a payment that nobody has matched yet."""
        payment = cls.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or cls.debtor).id,
                "amount": amount,
                "date": day,
                "journal_id": cls._bank_journal().id,
            }
        )
        payment.action_post()
        return payment

    @classmethod
    def _bank_journal(cls):
        return cls.company_data["default_journal_bank"]

    # ----------------------------------------------------------- run and dispatch

    @classmethod
    def run_as_of(cls, day=AS_OF, **values):
        """The daily run, real unless told otherwise; the run is returned."""
        run = cls.env["recouvrement.run"].create(
            {"company_id": cls.company.id, "as_of_date": day, **values}
        )
        run.action_start()
        cls.env.flush_all()  # what the commits do outside the tests
        return run

    @classmethod
    def dispatch(cls, now=NOW, limit: int | None = None):
        """Let what is confirmed leave, as of a moment (UTC) or at 10:30 of a day."""
        if not isinstance(now, datetime):
            now = datetime.combine(now, time(9, 30))
        reminders = cls.env["recouvrement.reminder"].sudo()
        return reminders._dispatch(cls.company, now, limit)

    @classmethod
    def reminders(cls, *moves):
        """The reminders that speak of some invoices, oldest first."""
        lines = cls.env["recouvrement.reminder.line"].search(
            [("move_line_id", "in", cls.items(*moves).ids)]
        )
        return lines.reminder_id.sorted("id")

    @classmethod
    def remind(cls, *moves, day=AS_OF):
        """Run a day and return what it proposed about these invoices."""
        cls.run_as_of(day)
        return cls.reminders(*moves).filtered(lambda r: r.date == day)

    @classmethod
    def prove(cls, reminders):
        """Take it as proved that these left and arrived, with their contact date."""
        for reminder in reminders.sudo():
            if reminder.state == "draft":
                reminder._set_state("confirmed")
            sent = datetime.combine(reminder.date, time(9, 30))
            reminder._set_state("sent", sent_date=sent)
            reminder._set_state("proved", proof_date=sent)

    @contextmanager
    def smtp_refuses(self, error: Exception):
        """The mail server cannot be reached: every connection raises ``error``."""

        def fail(*args, **kwargs):
            raise error

        with patch.object(IrMail_Server, "_connect__", fail):
            yield

    @staticmethod
    def sms_answers(state: str):
        """The SMS provider takes each message, and says ``state`` of it."""

        def answer(api, messages, delivery_reports_url=False):
            return [
                {"uuid": number["uuid"], "state": state, "credit": 1}
                for message in messages
                for number in message["numbers"]
            ]

        return patch("odoo.addons.sms.tools.sms_api.SmsApi._send_sms_batch", answer)
