"""The debtor's space as a debtor meets it: account, answers, and what follows."""

from datetime import date, timedelta

from lxml import html

from odoo.tests import freeze_time, new_test_user, tagged

from ..core.penalty import Nature
from .common import AS_OF
from .portal import NOW, PDF, PNG, PortalCase
from .story import in_days


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortal(PortalCase):
    # ----------------------------------------------------------------- the account

    def test_account_says_what_is_due_to_whom_and_how_to_pay_it(self):
        page = self.get()
        self.assertEqual(page.status_code, 200)
        text = page.text
        for words in (
            "Boulangerie Martin", "Atelier Rivage SAS", self.invoice.name,
            self.upcoming.name, "€1,200.00", "€300.00", "Past due", "Not due",
            "FR76 3000 6000 0112 3456 7890 189", "It is no commercial offer",
            "recouvrement@atelier-rivage.example", "CNIL",
        ):  # fmt: skip
            self.assertIn(words, text)
        self.assertIn("data:image/png", text, "a QR code for the bank's app")
        self.assertNotIn("<script", text)

    def test_account_is_readable_by_a_screen_reader(self):
        page = html.fromstring(self.get().content)
        self.assertEqual(page.get("lang"), "en")
        for landmark in ("header", "main", "footer"):
            self.assertEqual(len(page.findall(f".//{landmark}")), 1)
        self.assertEqual(len(page.findall(".//h1")), 1)
        for head in page.xpath("//th"):
            self.assertIn(head.get("scope"), ("col", "row"))
        for field in page.xpath("//input[not(@type='hidden')]|//select|//textarea"):
            labels = page.xpath("//label[@for=$id]", id=field.get("id"))
            self.assertTrue(labels or field.iterancestors("label"), field.get("name"))
        for picture in page.xpath("//img"):
            self.assertTrue(picture.get("alt"))
        ids = page.xpath("//@id")
        self.assertEqual(len(ids), len(set(ids)))

    def test_account_follows_the_language_of_the_debtor(self):
        self.debtor.lang = "fr_FR"
        text = self.get().text
        self.assertIn('lang="fr"', text)
        for words in ("Votre compte", "Échue", "À échoir", "1\u202f200,00\xa0€"):
            self.assertIn(words, text)

    def test_what_was_answered_today_shows_at_once(self):
        self.post("dispute", reason=self.reason, text="Broken")
        self.assertIn("Disputed", self.get().text)

    def test_credits_are_deducted(self):
        self.make_invoice(200, move_type="out_refund")
        text = self.get().text
        self.assertIn("-€200.00", text)
        self.assertIn("€1,000.00", text, "what is asked now")

    def test_penalties_claimed_are_apart(self):
        """Nothing is said before they are claimed; nothing is waived by a page."""
        self.company.recouvrement_penalty_since = in_days(-400)
        self.assertNotIn("Claimed for late payment", self.get().text)
        standing = self.env["recouvrement.penalty"]._standings(self.item, AS_OF)
        due = f"€{standing[self.item.id].open:,.2f}"
        self.env["recouvrement.penalty"]._add_claims(
            [
                {
                    "move_line_id": self.item.id,
                    "nature": nature.value,
                    "stated": float(standing[self.item.id].of(nature).open),
                    "date": AS_OF,
                }
                for nature in Nature
            ]
        )
        page = html.fromstring(self.get().content)
        self.assertIn(
            due, page.xpath("//section[h2/@id='penalties']")[0].text_content()
        )
        self.assertIn("€1,200.00", self.get().text, "the invoice stays what it was")
        self.pay(self.invoice)
        self.pay(self.upcoming)
        settled = self.get().text
        self.assertIn("your account is settled", settled)
        self.assertIn("Claimed for late payment", settled)
        self.assertNotIn("Nothing is left to pay", settled)

    def test_paid_or_archived_says_thank_you(self):
        self.pay(self.invoice)
        self.pay(self.upcoming)
        self.assertIn("your account is settled", self.get().text)
        self.make_invoice(10)
        self.assertNotIn("your account is settled", self.get().text)
        self.case.active = False
        self.assertIn("your account is settled", self.get().text)
        self.assertIn("your account is settled", self.get("paid").text)

    def test_invoice_as_pdf(self):
        page = self.get(f"invoice/{self.invoice.id}")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.headers["Content-Type"], "application/pdf")
        self.assertIn("attachment", page.headers["Content-Disposition"])

    def test_a_consumer_is_told_what_it_may_do(self):
        self.case.profile = "consumer"
        self.assertIn("no fee is asked for an answer", self.get().text)

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
        self.assertIn("21 March 2026", thanks.text)

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
        self.assertIn("Please fill this in.", page.text)

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

    # ------------------------------------------------------------------ the messages

    def test_message_carries_a_link_that_opens(self):
        reminder = self.remind(self.invoice)
        self.dispatch()
        page = html.fromstring(str(reminder.body))
        links = page.xpath("//a/@href")
        answers = {link.rpartition("/")[2] for link in links}
        self.assertLessEqual({"paid", "promise", "dispute"}, answers)
        for link in links:
            with self.subTest(link):
                self.assertEqual(self.url_open(link).status_code, 200)
        self.assertFalse(self.answers, "opening every link answers nothing")

    def test_preview_gives_no_link(self):
        """Whoever reads a message before it leaves cannot answer for the debtor."""
        reminder = self.remind(self.invoice)
        preview = self.env["recouvrement.message"]._preview(reminder)
        self.assertIn("/recouvrement/apercu", preview["body"])
        self.assertEqual(self.url_open("/recouvrement/apercu").status_code, 404)

    def test_no_space_no_link(self):
        self.company.recouvrement_portal = False
        reminder = self.remind(self.invoice)
        self.dispatch()
        self.assertNotIn("/recouvrement/", reminder.body)
        self.assertEqual(self.get().status_code, 404)

    def test_letters_and_texts_may_name_the_link(self):
        template = self.text("r1_email_en")
        template.body = template.body + "<p>{{ portal_url }}</p>"
        reminder = self.remind(self.invoice)
        self.dispatch()
        self.assertIn("/recouvrement/", reminder.text)

    # -------------------------------------------------------------------- the manager

    def test_revoked_then_renewed(self):
        access = self.access.with_user(self.manager)
        access.action_revoke()
        self.assertEqual(self.get().status_code, 404)
        self.assertFalse(self.link(self.case), "no message carries a link now")
        reminder = self.remind(self.invoice)
        self.dispatch()
        self.assertNotIn("/recouvrement/", reminder.body)
        access.action_renew()
        self.assertEqual(self.get().status_code, 404, "the old link stays dead")
        self.assertEqual(self.get(self.link(self.case)).status_code, 200)
        self.assertEqual(access.state, "open")

    def test_collector_reads_the_link_reader_does_not(self):
        access = self.access
        self.assertTrue(access.with_user(self.collector).link)
        self.assertNotIn("link", access.with_user(self.reader).fields_get())

    def test_somebody_of_the_company_looks_and_does_not_answer(self):
        self.authenticate("recouvrement_collector", "recouvrement_collector")
        for path in (self.path, f"/my/recouvrement/{self.case.id}"):
            page = self.url_open(path)
            self.assertIn("Nothing can be answered from here", page.text)
            self.assertNotIn("I have paid", page.text)
            posted = self.post("paid", path=path, day="2026-03-16")
            self.assertEqual(posted.status_code, 404)
        self.assertFalse(self.answers)
        self.assertFalse(self.access.visit_count, "no visit of the debtor")

    # ------------------------------------------------------------------- logged in

    def test_portal_user_finds_the_same_page(self):
        user = new_test_user(
            self.env,
            login="martin",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
            lang="en_US",
        )
        user.partner_id.parent_id = self.debtor
        self.case._refresh(AS_OF)
        self.authenticate("martin", "martin")
        self.assertIn("/my/recouvrement", self.url_open("/my").text)
        page = self.url_open("/my/recouvrement")
        self.assertIn(self.invoice.name, page.text)
        self.post("paid", path=f"/my/recouvrement/{self.case.id}", day="2026-03-16")
        self.assertEqual(self.answers.user_id, user)

    # --------------------------------------------------------------------- keeping

    def test_visits_are_forgotten(self):
        self.get()
        self.url_open("/recouvrement/" + "A" * 32)
        visits = self.env["recouvrement.visit"].sudo().search([])
        self.assertEqual(set(visits.mapped("page")), {"account", "refused"})
        with freeze_time("2026-03-19"):
            visits._cron_purge()
        self.assertEqual(visits.exists().mapped("page"), ["account"])
        with freeze_time("2026-09-17"):
            visits._cron_purge()
        self.assertFalse(visits.exists())

    def test_link_lives_for_the_days_of_the_setting(self):
        self.company.recouvrement_portal_days = 10
        path = self.link(self.case)
        with freeze_time(in_days(10) + timedelta(hours=0)):
            self.assertEqual(self.get(path).status_code, 200)
        with freeze_time(in_days(11)):
            self.assertEqual(self.get(path).status_code, 404)
