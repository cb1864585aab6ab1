"""The debtor's space as a debtor meets it: account, answers, and what follows."""

from datetime import timedelta

from lxml import html

from odoo.tests import freeze_time, new_test_user, tagged

from ..core.penalty import Nature
from .common import AS_OF
from .portal import NOW, PortalCase
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
