"""The debtor's space as a debtor meets it: account, answers, and what follows."""

from datetime import date

from lxml import html

from odoo.tests import freeze_time, tagged

from .common import AS_OF
from .portal import NOW, PDF, PNG, PortalCase
from .story import in_days


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalAnswer(PortalCase):
    """What a debtor answers on its page, what follows, and how long it waits."""

    # ----------------------------------------------------------------- the answers

    def test_paid(self):
        page = self.post(
            "paid",
            day="2026-03-13",
            amount="1 200,00",
            reference="VIR 42",
            text="From our new bank",
            files=[("proof.pdf", PDF)],
        )
        self.assertEqual(page.status_code, 303)
        answer = self.answers
        self.assertRecordValues(
            answer,
            [
                {
                    "kind": "paid", "amount": 1200, "day": date(2026, 3, 13),
                    "reference": "VIR 42", "text": "From our new bank",
                    "move_line_ids": self.item.ids,
                }
            ],
        )  # fmt: skip
        self.assertRecordValues(
            answer.hold_id,
            [{"kind": "hold", "date_end": in_days(5), "move_line_ids": self.item.ids}],
        )
        self.assertEqual(
            answer.activity_id.activity_type_id,
            self.env.ref("odoo_recouvrement.mail_activity_type_match_payment"),
        )
        self.assertRecordValues(
            answer.activity_id, [{"user_id": self.collector.id, "date_deadline": AS_OF}]
        )
        self.assertIn("VIR 42", answer.activity_id.note)
        self.assertEqual(answer.attachment_ids.raw, PDF)
        thanks = self.url_open(page.headers["Location"])
        self.assertIn("Thank you: your answer was received", thanks.text)
        self.assertIn("21\N{NO-BREAK SPACE}March 2026", thanks.text)

    def test_dispute_of_a_part_leaves_the_rest_chased(self):
        self.post(
            "dispute",
            reason=self.reason,
            amount="200",
            text="Two boxes missing",
            files=[("photo.png", PNG)],
        )
        dispute = self.answers.dispute_id
        self.assertRecordValues(
            dispute,
            [
                {
                    "amount": 200, "description": "Two boxes missing",
                    "user_id": self.collector.id, "state": "open",
                }
            ],
        )  # fmt: skip
        self.assertEqual(dispute.message_ids.attachment_ids.mapped("raw"), [PNG])
        self.assertEqual(dispute.activity_ids.user_id, self.collector)
        reminder = self.remind(self.invoice)
        self.assertEqual(reminder.line_ids.claim, 1000)

    def test_promise_is_waited_for(self):
        self.post("promise", day="2026-03-25")
        promise = self.answers.promise_id
        self.assertRecordValues(
            promise,
            [
                {
                    "state": "pending", "date": date(2026, 3, 25), "amount": 1200,
                    "channel": "portal", "move_line_ids": self.item.ids,
                }
            ],
        )  # fmt: skip
        self.assertEqual(promise.user_id, self.collector)
        self.assertTrue(self.answers.activity_id)
        self.run_as_of(in_days(2))
        self.assertDecided(self.invoice, "promised")

    def test_plan(self):
        self.post("plan", count="3", day="2026-04-01", text="Slow season")
        answer = self.answers
        self.assertRecordValues(
            answer, [{"kind": "plan", "instalments": 3, "amount": 1200}]
        )
        self.assertRecordValues(
            answer.plan_id,
            [
                {
                    "state": "draft", "count": 3, "first_date": date(2026, 4, 1),
                    "user_id": self.collector.id, "move_line_ids": self.item.ids,
                }
            ],
        )  # fmt: skip
        self.assertNotIn("Your payment plans", self.get().text, "a draft is ours")
        self.assertEqual(answer.hold_id.date_end, in_days(10))
        self.assertIn("Slow season", answer.activity_id.note)

    def propose_plan(self):
        plans = self.env["recouvrement.plan"].with_user(self.collector)
        plan = plans.create(plans._propose(self.case, self.item, 3, in_days(10)))
        plan.action_propose()
        return plan

    def sign(self, plan, **typed):
        path = f"{self.path}/agreement/{plan.id}"
        page = html.fromstring(self.url_open(path).content)
        [token] = page.xpath("//input[@name='csrf_token']/@value")
        data = {"csrf_token": token, "name": "Jeanne  Martin", "accept": "1", **typed}
        return self.url_open(path, data=data, allow_redirects=False)

    def test_plan_is_read_and_signed(self):
        plan = self.propose_plan()
        self.assertIn("To sign", self.get().text)
        pdf = self.get(f"agreement/{plan.id}/pdf")
        self.assertEqual(pdf.content, plan.proposal_id.raw)
        self.assertEqual(self.sign(plan, accept="").status_code, 422)
        self.assertEqual(self.sign(plan, name=" ").status_code, 422)
        self.assertEqual(plan.state, "proposed")
        self.assertEqual(self.sign(plan).status_code, 303)
        self.env.invalidate_all()
        self.assertRecordValues(
            plan,
            [
                {
                    "state": "agreed", "signed_name": "Jeanne Martin",
                    "signature_ip": "127.0.0.1",
                }
            ],
        )  # fmt: skip
        self.assertTrue(plan.signature)
        self.assertIn("Signed by Jeanne Martin", self.get(f"agreement/{plan.id}").text)
        self.assertEqual(self.get(f"agreement/{plan.id}/pdf").content, plan.pdf_id.raw)
        self.assertIn("Plan", self.get().text)

    def test_a_consumer_copies_what_the_law_wants(self):
        """C. civ., art. 1376: the sum in letters and in figures, by its own hand."""
        self.case.profile = "consumer"
        plan = self.propose_plan()
        page = self.sign(plan, mention="Bon pour accord")
        self.assertIn("Copy the sentence", page.text)
        mention = (
            "Je reconnais devoir à Atelier Rivage SAS la somme de mille deux cents "
            "euros, soit 1 200,00 €"
        )
        self.assertEqual(self.sign(plan, mention=mention).status_code, 303)
        self.env.invalidate_all()
        self.assertRecordValues(
            plan, [{"state": "agreed", "signature_mention": mention}]
        )

    def test_wrong_contact_holds_the_whole_debtor(self):
        self.post("contact", name="Mme Roux", address="roux@client.example")
        answer = self.answers
        self.assertFalse(answer.hold_id.move_line_ids)
        self.assertEqual(
            answer.activity_id.activity_type_id,
            self.env.ref("odoo_recouvrement.mail_activity_type_fix_contact"),
        )
        self.assertIn("Mme Roux", answer.activity_id.note)
        self.assertNotIn("roux", self.debtor.email, "checked before it is used")
        self.run_as_of()
        self.assertDecided(self.invoice, "on_hold")

    def test_what_waited_to_leave_is_taken_back(self):
        reminder = self.remind(self.invoice)
        self.assertIn(reminder.state, ("draft", "confirmed"))
        self.post("paid", day="2026-03-16")
        self.assertEqual(reminder.state, "cancelled")

    def test_what_cannot_be_read_is_shown_beside_the_field(self):
        page = self.post("promise", day="2026-03-01", amount="beaucoup", text="Hello")
        self.assertEqual(page.status_code, 422)
        self.assertFalse(self.answers)
        form = html.fromstring(page.content)
        for field in ("day", "amount"):
            [typed] = form.xpath("//*[@name=$name]", name=field)
            self.assertEqual(typed.get("aria-invalid"), "true")
            [problem] = form.xpath("//*[@id=$id]", id=f"{field}-problem")
            self.assertTrue(problem.text_content().strip())
        self.assertEqual(form.xpath("//textarea")[0].text_content(), "Hello")

    def test_a_dispute_larger_than_the_item(self):
        page = self.post("dispute", reason=self.reason, amount="1200.01", text="Broken")
        self.assertIn("more than what is due", page.text)
        self.assertFalse(self.answers)

    def test_nothing_ticked(self):
        page = self.post("paid", items=self.item.browse(), day="2026-03-16")
        self.assertEqual(page.status_code, 422)
        self.assertIn("Tick at least one invoice.", page.text)

    def test_what_is_wrong_is_read_first_and_leads_to_the_field(self):
        """Without a script: the summary has the focus when the page opens."""
        page = self.post("paid", day="2026-03-16", amount="much")
        shown = html.fromstring(page.content)
        self.assertTrue(shown.findtext(".//title").startswith("To correct – I have"))
        [summary] = shown.xpath("//*[@role='alert' and @autofocus and @tabindex=-1]")
        [link] = summary.xpath(".//a")
        self.assertEqual((link.text, link.get("href")), ("Amount", "#amount"))
        field = shown.get_element_by_id("amount")
        self.assertEqual(field.get("aria-invalid"), "true")
        described = field.get("aria-describedby").split()
        self.assertIn("amount-problem", described)
        self.assertTrue(all(len(shown.xpath(f"//*[@id='{i}']")) for i in described))

    def test_nobody_disputes_everything_by_not_looking(self):
        ticked = "//input[@name='item'][@checked]/@value"
        self.assertEqual(self.form("dispute").xpath(ticked), [str(self.item.id)])
        other = self.items(self.make_invoice(500, days=12))
        self.assertFalse(self.form("dispute").xpath(ticked))
        self.assertEqual(len(self.form("promise").xpath(ticked)), 2)
        page = self.get(f"dispute?item={other.id}")
        self.assertEqual(html.fromstring(page.content).xpath(ticked), [str(other.id)])

    def test_an_item_paid_meanwhile_is_not_on_the_account_any_more(self):
        form = self.form("promise")
        [token] = form.xpath("//input[@name='csrf_token']/@value")
        self.pay(self.invoice)
        page = self.url_open(
            f"{self.path}/promise",
            data={"csrf_token": token, "item": self.item.ids, "day": "2026-03-20"},
        )
        self.assertEqual(page.status_code, 404)
        self.assertFalse(self.answers)

    def test_disputed_already(self):
        """The second dispute of an item is read by somebody; the first one stands."""
        self.post("dispute", reason=self.reason, text="Broken")
        self.post("dispute", reason=self.reason, text="Broken indeed", amount="100")
        second, first = self.answers
        self.assertTrue(first.dispute_id)
        self.assertFalse(second.dispute_id)
        self.assertIn("Broken indeed", second.activity_id.note)

    def test_a_promise_put_off_is_a_new_promise(self):
        self.post("promise", day="2026-03-20")
        self.post("promise", day="2026-03-27")
        second, first = self.answers
        self.assertEqual(first.promise_id.state, "cancelled")
        self.assertEqual(second.promise_id.state, "pending")

    def test_one_currency_at_a_time(self):
        dollars = self.setup_other_currency("USD", rates=[("2020-01-01", 1.2)])
        other = self.make_invoice(50, currency_id=dollars.id)
        items = self.items(self.invoice, other)
        page = self.post("promise", items=items, day="2026-03-20")
        self.assertIn("answer one currency at a time", page.text)
        self.assertEqual(self.get().text.count("<table>"), 2)

    # -------------------------------------------------------------- how long it waits

    def test_waits_are_settings(self):
        self.company.recouvrement_portal_hold_paid = 2
        self.post("paid", day="2026-03-16")
        self.assertEqual(self.answers.hold_id.date_end, in_days(2))

    def test_no_wait_when_the_company_says_none(self):
        self.company.recouvrement_portal_hold_paid = 0
        self.post("paid", day="2026-03-16")
        answer = self.answers
        self.assertFalse(answer.hold_id)
        self.assertTrue(answer.activity_id, "somebody reads it all the same")
        self.run_as_of()
        self.assertDecided(self.invoice, "to_remind")

    def test_answering_again_and_again_does_not_put_off_for_ever(self):
        for day in (14, 15, 16):
            self.post("paid", day=f"2026-03-{day}")
        self.assertEqual(len(self.answers), 3)
        self.assertEqual(len(self.answers.hold_id), 2)
        self.post("promise", day="2026-03-20")
        self.assertFalse(self.answers[0].promise_id, "nor by promising")
        other = self.make_invoice(50)
        self.post("paid", day="2026-03-16", items=self.items(self.invoice, other))
        self.assertEqual(self.answers[0].hold_id.move_line_ids, self.items(other))

    def test_a_wait_that_is_over_is_over(self):
        self.post("paid", day="2026-03-16")
        self.run_as_of(in_days(7))
        self.assertDecided(self.invoice, "to_remind")

    # ---------------------------------------------------------------- acknowledgement

    def test_acknowledged_by_mail_at_an_address_we_knew(self):
        self.post("contact", name="Intruder", address="intruder@evil.example")
        [mail] = self.env["mail.mail"].search(
            [("model", "=", "recouvrement.case"), ("res_id", "=", self.case.id)]
        )
        self.assertEqual(mail.email_to, "boulangerie.martin@client.example")
        self.assertIn("your answer was received", mail.subject)
        self.assertNotIn("recouvrement/", mail.body_html, "no link to enter")

    def test_acknowledged_where_the_last_message_went(self):
        contact = self.make_debtor(
            "Compta", parent_id=self.debtor.id, type="invoice", lang="en_US"
        )
        self.remind(self.invoice)
        self.dispatch()
        self.post("paid", day="2026-03-16")
        [mail] = self.env["mail.mail"].search(
            [("subject", "like", "your answer was received")]
        )
        self.assertEqual(mail.email_to, contact.email)

    def test_the_file_keeps_the_answer_and_its_files(self):
        self.post("paid", day="2026-03-16", files=[("proof.pdf", PDF)])
        message = self.case.message_ids.filtered("attachment_ids")
        self.assertIn("Payment to find", message.body)
        self.assertEqual(message.attachment_ids, self.answers.attachment_ids)
