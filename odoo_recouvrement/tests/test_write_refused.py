from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import AS_OF, NOW
from .writing import SOON, WritingCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestWriteRefused(WritingCase):
    """What a message on demand may not do, whoever writes it."""

    # ------------------------------------------------------------------ what forbids it

    def test_what_may_not_be_asked_is_refused_with_the_remedy(self):
        items = self.items(self.invoice, self.other)
        self.suspend("dispute", move_line_ids=items[0].ids)
        form = self.open_dialog()
        with form.line_ids.edit(1) as line:
            self.assertIn("Disputed", line.why_not)
            self.assertFalse(line.is_asked)
        with self.assertRaisesRegex(UserError, "Close the dispute first"):
            self.case.write_now("email", items[:1].ids)
        self.case.write_now("email")
        self.assertEqual(self.written().line_ids.move_line_id, items[1])

    def test_the_law_protects_whoever_asks(self):
        case = self.case.with_user(self.manager)
        case.insolvency_date = AS_OF
        with self.assertRaisesRegex(UserError, "Nothing is asked"):
            case.write_now("email")
        with self.assertRaisesRegex(UserError, "L622-21"):
            case.write_now("email", self.items(self.invoice).ids, cap_reason="x")
        case.insolvency_date = False
        case.profile = "consumer"
        case._set_overindebted(AS_OF, "Commission of Nantes")
        with self.assertRaisesRegex(UserError, "L722-2"):
            case.write_now("letter", self.items(self.invoice).ids)
        self.assertFalse(self.written())

    def test_the_cap_of_the_week(self):
        """A habit: a manager goes beyond it, and says why."""
        self.company.recouvrement_contacts_per_week = 1
        self.case.write_now("email")
        self.dispatch(SOON)
        form = self.open_dialog("sms")
        self.assertIn("ask a manager", form.cap_text)
        with self.assertRaisesRegex(UserError, "the most is 1"):
            self.send(form)
        with self.assertRaises(AccessError):
            self.case.write_now("sms", cap_reason="I insist")
        form = self.open_dialog("sms", self.manager)
        form.cap_reason = "They asked for it by telephone"
        self.send(form)
        with self.sms_answers("success"):
            self.assertEqual(self.dispatch(SOON), 1)
        self.assertRecordValues(
            self.written()[1],
            [
                {
                    "state": "sent",
                    "cap_reason": "They asked for it by telephone",
                    "cap_user_id": self.manager.id,
                }
            ],
        )

    def test_the_cap_is_that_of_the_day_it_leaves(self):
        """Sunday hides the cap, Monday does not: no departure is promised in vain."""
        self.company.recouvrement_contacts_per_week = 1
        with freeze_time(NOW + timedelta(days=3)):
            self.case.write_now("email")
            self.dispatch(SOON + timedelta(days=3))
        with freeze_time(NOW + timedelta(days=6)):  # a Sunday
            self.assertIn("the most is 1", self.open_dialog("sms").cap_text or "")
            with self.assertRaisesRegex(UserError, "the most is 1"):
                self.case.write_now("sms")

    def test_two_at_once_do_not_get_around_the_cap(self):
        """Both were written before either left: the second waits for its day."""
        self.company.recouvrement_contacts_per_week = 1
        self.case.write_now("email")
        self.case.with_user(self.manager).write_now("sms")
        with self.mock_mail_gateway(), self.sms_answers("success"):
            self.assertEqual(self.dispatch(SOON), 1)
        self.assertEqual(self.written().mapped("state"), ["sent", "confirmed"])
        self.assertIn("within a week", self.written()[1].failure_reason)

    def test_who_declined_a_channel_is_not_written_to(self):
        self.env["recouvrement.preference"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.debtor.id,
                "channel": "sms",
                "source": "said on the phone",
            }
        )
        form = self.open_dialog("sms")
        self.assertFalse(form.recipient_id)
        self.assertIn("said on the phone", form.preview_error)
        with self.assertRaisesRegex(UserError, "does not want this channel"):
            self.case.write_now("sms")
        self.case.write_now("email")

    def test_no_address(self):
        self.debtor.write({"email": False, "street": False})
        with self.assertRaisesRegex(UserError, "usable e-mail address"):
            self.case.write_now("email")
        with self.assertRaisesRegex(UserError, "complete postal address"):
            self.case.write_now("letter")

    def test_another_contact_may_be_chosen(self):
        accountant = self.make_debtor(
            "Mme Roux", parent_id=self.debtor.id, is_company=False
        )
        form = self.open_dialog()
        form.recipient_id = accountant
        self.send(form)
        self.dispatch(SOON)
        self.assertEqual(self.written().recipient_email, accountant.email)

    # ------------------------------------------------------------------ what is written

    def test_the_rules_of_any_text_hold(self):
        refused = {
            "Nos [facture] à régler. Profitez de nos soldes !": "commercial offer",
            "Payez la [facture], sinon le tribunal.": "too early",
            "Payez la [facture] ou nous irons porter plainte.": "may not be announced",
            "Bonjour et à bientôt.": "about a payment",
            "La facture [totla] est à payer.": "not worked out",
            "La facture {{ total.__class__ }} est à payer.": "not allowed",
            "La facture {{ company.secret }} est à payer.": "no variable",
            "": "empty",
        }
        for words, problem in refused.items():
            with self.subTest(words), self.assertRaisesRegex(UserError, problem):
                self.case.write_now(
                    "email", subject="Facture", opening=words, closing=""
                )
        self.assertFalse(self.written())

    def test_what_is_typed_runs_nothing(self):
        self.case.write_now(
            "email",
            opening="<p>Facture [facture] à payer<script>alert(1)</script>"
            '<img src="https://x.example/t.gif"/></p>',
        )
        with self.mock_mail_gateway():
            self.dispatch(SOON)
        [mail] = self._mails
        self.assertNotIn("alert(1)", mail["body"])
        self.assertNotIn("x.example", mail["body"])

    # ------------------------------------------------------------------------------ who

    def test_who_may_write(self):
        salesperson = self.env["res.users"].with_context(no_reset_password=True).create(
            {
                "name": "Sales",
                "login": "sales_write_now",
                "group_ids": [
                    (4, self.env.ref("base.group_user").id),
                    (4, self.env.ref("odoo_recouvrement.group_recouvrement_reader").id),
                ],
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
            }
        )  # fmt: skip
        for user in (self.reader, salesperson):
            with self.assertRaises(AccessError):
                self.case.with_user(user).write_now("email")
            with self.assertRaises(AccessError):
                self.case.with_user(user).action_write_email()
        self.assertFalse(self.written())

    def test_for_a_script(self):
        answer = self.case.write_now(
            "letter",
            self.items(self.invoice).ids,
            level_id=self.levels["R3"].id,
            subject="Votre facture [facture]",
            attach_statement=True,
            token="order-17",
        )
        again = self.case.write_now("letter", token="order-17")
        self.assertEqual(answer["id"], again["id"])
        self.assertEqual(answer["state"], "confirmed")
        self.assertEqual(answer["leaves"], "2026-03-16 09:30:20")
        reminder = self.written()
        self.assertEqual(reminder.tone, "firm")
        self.assertTrue(reminder.joins_statement)
        with self.assertRaisesRegex(UserError, "by e-mail, SMS or letter"):
            self.case.write_now("fax")

    def test_queries_do_not_grow_with_the_items(self):
        self.open_dialog()
        few = self._queries()
        for _index in range(12):
            self.make_invoice(50, days=9)
        self.assertLessEqual(self._queries(), few + 3)

    def _queries(self):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.open_dialog()
        return self.env.cr.sql_log_count - before
