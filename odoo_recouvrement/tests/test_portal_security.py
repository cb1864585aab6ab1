import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .portal import NOW, PDF
from .portal_attack import FORMS, XSS, PortalAttackCase
from .story import in_days


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalSecurity(PortalAttackCase):
    # ------------------------------------------------------------------- the token

    def test_guessed_altered_expired_and_revoked_links_get_the_same_page(self):
        token = self.path.rpartition("/")[2]
        altered = bytearray(urlsafe_b64decode(token))
        altered[3] ^= 1  # another debtor's access
        later = bytearray(urlsafe_b64decode(token))
        later[7] ^= 0x40  # another last day
        forged = {
            "guessed": secrets.token_urlsafe(24),
            "another access": urlsafe_b64encode(bytes(altered)).decode(),
            "another day": urlsafe_b64encode(bytes(later)).decode(),
            "cut": token[:-1],
            "longer": token + "A",
            "empty seal": urlsafe_b64encode(bytes(24)).decode(),
            "not ascii": "é" * 32,
            "injection": "' OR 1=1 --",
        }
        with self.unlimited():
            for name, value in forged.items():
                with self.subTest(name):
                    self.assertRefused(self.get(f"/recouvrement/{value}"))
            old = self.link(self.case, in_days(-100))
            self.assertRefused(self.get(old))
            self.access.sudo().action_revoke()
            self.assertRefused(self.get())
            for page in (*FORMS, "pay", "payment", f"invoice/{self.invoice.id}"):
                with self.subTest(page):
                    self.assertRefused(self.get(page))

    def test_a_refusal_costs_the_same_queries_whatever_the_reason(self):
        """No answer is quicker because a guess was closer."""
        accesses = self.env["recouvrement.access"]
        good = self.path.rpartition("/")[2]
        accesses._enter(good, in_days(0))
        counts = set()
        for token in ("x", "A" * 32, good):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(accesses._enter(token, in_days(400)))
            counts.add(self.env.cr.sql_log_count - before)
        self.assertEqual(len(counts), 1)

    def test_deleted_file_leaves_a_dead_link(self):
        idle = self.case_of(self.make_debtor("Idle"))
        path = self.link(idle)
        idle.unlink()
        self.assertRefused(self.get(path))

    # ------------------------------------------------------- another debtor's data

    def test_nothing_of_another_debtor_shows(self):
        text = self.get().text
        self.assertNotIn("Garage Petit", text)
        self.assertNotIn(self.foreign_invoice.name, text)
        self.assertNotIn("777.00", text)

    def test_items_of_another_debtor_are_nobodys(self):
        foreign = self.items(self.foreign_invoice)
        with self.unlimited():
            for kind in FORMS:
                with self.subTest(kind):
                    page = self.post(
                        kind, items=self.item + foreign, day="2026-03-16", count="2",
                        reason=self.reason, name="x", text="x",
                    )  # fmt: skip
                    self.assertRefused(page)
                    self.assertRefused(self.get(f"{kind}?item={foreign.id}"))
            self.assertRefused(self.get(f"pay?item={foreign.id}"))
        self.assertFalse(self.env["recouvrement.answer"].search([]))

    def test_ids_that_are_no_ids(self):
        with self.unlimited():
            for value in ("x", "-1", "0", "1e3", "9" * 30, f"{self.item.id} "):
                page = self.get(f"paid?item={value}")
                with self.subTest(value):
                    self.assertIn(page.status_code, (200, 404))
                    self.assertNotIn("Garage", page.text)
            many = "&".join(["item=1"] * 600)
            self.assertRefused(self.get(f"paid?{many}"))

    def test_invoice_of_another_debtor_or_not_on_the_account(self):
        draft = self.invoice.copy()
        bill = self.make_invoice(10, move_type="in_invoice")
        paid = self.make_invoice(10)
        self.pay(paid)
        with self.unlimited():
            for move in (self.foreign_invoice, draft, bill, paid):
                with self.subTest(move.display_name):
                    self.assertRefused(self.get(f"invoice/{move.id}"))

    def test_plan_of_another_debtor_or_that_is_a_draft(self):
        plans = self.env["recouvrement.plan"]
        foreign = plans.create(
            plans._propose(
                self.foreign_case, self.items(self.foreign_invoice), 2, in_days(5)
            )
        )
        foreign.action_propose()
        draft = plans.create(plans._propose(self.case, self.item, 2, in_days(5)))
        with self.unlimited():
            for plan in (foreign, draft):
                path = f"{self.path}/agreement/{plan.id}"
                self.assertRefused(self.get(path))
                self.assertRefused(self.get(f"{path}/pdf"))
                [token] = self.form("paid").xpath("//input[@name='csrf_token']/@value")
                typed = {"csrf_token": token, "name": "Intruder", "accept": "1"}
                self.assertRefused(self.url_open(path, data=typed))
        self.assertEqual(foreign.state, "proposed")

    def test_answer_of_another_debtor(self):
        foreign = self.link(self.foreign_case)
        page = self.post(
            "paid",
            path=foreign,
            items=self.items(self.foreign_invoice),
            day="2026-03-16",
        )
        answer_id = page.headers["Location"].rpartition("/")[2]
        self.assertEqual(self.get(f"{foreign}/thanks/{answer_id}").status_code, 200)
        self.assertRefused(self.get(f"thanks/{answer_id}"))

    def test_another_company_of_the_same_customer(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        case = self.env["recouvrement.case"].create(
            {"partner_id": self.debtor.id, "company_id": other.id}
        )
        text = self.get(self.link(case)).text
        self.assertNotIn(self.invoice.name, text)

    # --------------------------------------------------------------------- logged in

    def portal_user(self, partner, company):
        user = new_test_user(
            self.env,
            login=f"portal{partner.id}_{company.id}",
            groups="base.group_portal",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        user.partner_id.parent_id = partner
        self.authenticate(user.login, user.login)
        return f"/my/recouvrement/{self.case.id}"

    def test_portal_user_of_another_customer_is_refused(self):
        path = self.portal_user(self.stranger, self.company)
        with self.unlimited():
            for page in ("", "/paid", f"/invoice/{self.invoice.id}", "/pay"):
                with self.subTest(page):
                    self.assertRefused(self.get(path + page))

    def test_portal_user_of_another_company_is_refused(self):
        other = self.setup_other_company(name="Atelier Loire")["company"]
        self.assertRefused(self.get(self.portal_user(self.debtor, other)))

    def test_employee_without_the_role_is_refused(self):
        new_test_user(
            self.env,
            login="employee",
            groups="base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate("employee", "employee")
        self.assertRefused(self.get(f"/my/recouvrement/{self.case.id}"))

    def test_revoked_for_who_is_logged_in_too(self):
        path = self.portal_user(self.debtor, self.company)
        self.assertEqual(self.get(path).status_code, 200)
        self.access.sudo().action_revoke()
        self.assertRefused(self.get(path))

    def test_nobody_is_sent_to_log_in_elsewhere(self):
        """No open redirect: the way back is ours, whatever the address says."""
        page = self.url_open(
            f"/my/recouvrement/{self.case.id}?redirect=https://evil.example",
            allow_redirects=False,
        )
        self.assertEqual(page.status_code, 303)
        self.assertURLEqual(
            page.headers["Location"],
            f"/web/login?redirect=/my/recouvrement/{self.case.id}",
        )
        page = self.post("paid", day="2026-03-16", redirect="https://evil.example")
        self.assertIn("/thanks/", page.headers["Location"])
        self.assertNotIn("evil", page.headers["Location"])

    # ------------------------------------------------------- no state change on GET

    def test_get_answers_nothing_even_with_every_field(self):
        fields = f"item={self.item.id}&day=2026-03-16&count=2&name=x"
        fields += f"&reason={self.reason}&text=x"
        for kind in FORMS:
            self.assertEqual(self.get(f"{kind}?{fields}").status_code, 200)
        self.get("pay")
        self.assertFalse(self.answers)
        self.assertFalse(self.case.hold_ids)
        self.assertFalse(self.env["payment.transaction"].search([]))

    def test_post_without_a_token_of_the_form_is_refused(self):
        for forged in ("", "x", "0" * 40 + "o9999999999"):
            with mute_logger("odoo.http"):
                page = self.post("paid", csrf_token=forged, day="2026-03-16")
            self.assertEqual(page.status_code, 400)
        self.assertFalse(self.answers)

    # -------------------------------------------------------------------------- XSS

    def test_texts_are_escaped_everywhere(self):
        self.debtor.name = f"Martin {XSS}"
        self.invoice.ref = XSS
        self.post("dispute", reason=self.reason, text=XSS, files=[(f"{XSS}.pdf", PDF)])
        self.post("contact", name=XSS, address=XSS, text=XSS)
        page = self.post("promise", day=XSS, amount=XSS, text=XSS)
        pages = [page.text, self.get().text, self.get("dispute").text]
        answers = self.answers
        self.assertEqual(len(answers), 2)
        pages += [str(answer.activity_id.note) for answer in answers]
        pages += [str(body) for body in answers.dispute_id.message_ids.mapped("body")]
        pages += [str(message.body) for message in self.case.message_ids]
        pages += self.env["mail.mail"].search([]).mapped("body_html")
        for answer in answers:
            pages.append(self.get(f"thanks/{answer.id}").text)
            pages.append(str(answer.hold_id.reason))
        for text in pages:
            self.assertNotIn("<script", text)
            self.assertNotIn("<img src=x", text)
            self.assertNotIn("248157703", text, "not evaluated")
        self.assertIn("&lt;script&gt;", pages[0])
