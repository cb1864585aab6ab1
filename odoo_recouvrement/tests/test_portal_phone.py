"""A debtor answers and pays from its phone, in a real browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .phone import phone
from .portal import PortalCase


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalPhone(PortalCase):
    """Real days here: a browser has its own clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.debtor.lang = "fr_FR"
        cls.late = cls.make_invoice(480, cls.today - timedelta(days=12))

    def setUp(self):
        super().setUp()
        self.path = self.link(self.case, self.today)

    def test_promise_from_the_mail_to_the_acknowledgement(self):
        day = self.today + timedelta(days=5)
        with phone(self) as mobile:
            mobile.open(f"{self.path}/promise")
            self.assertEqual(mobile.overflow(), 0)
            mobile.fill("day", (self.today + timedelta(days=90)).isoformat())
            mobile.tap("Envoyer ma réponse", "Cette date est à plus de 30 jours")
            mobile.fill("day", day.isoformat())
            mobile.tap(
                "Envoyer ma réponse", "Merci\xa0: votre réponse est bien arrivée"
            )
            mobile.tap("Retour à votre compte", "Vos réponses")
            self.assertIn("Promesse", mobile.text)
        self.assertEqual(self.answers.promise_id.date, day)

    def test_every_page_fits_the_screen(self):
        self.debtor.name = "Établissements Vandenbroucke-Delattre et Fils réunis"
        self.late.ref = "REFERENCE-DE-COMMANDE-SANS-AUCUN-ESPACE-2026-000123456"
        with phone(self) as mobile:
            for page in ("", "/paid", "/dispute", "/promise", "/plan", "/contact"):
                mobile.open(self.path + page)
                with self.subTest(page):
                    self.assertEqual(mobile.overflow(), 0)
                    small = mobile.run(
                        "[...document.querySelectorAll('button, select, "
                        "input:not([type=checkbox]):not([type=hidden])')]"
                        ".filter((e) => e.getBoundingClientRect().height < 40).length"
                    )
                    self.assertEqual(small, 0, "a thumb finds every field")

    def test_contrast_of_every_word(self):
        """WCAG 1.4.3: 4.5 for one, whatever the colour says."""
        with phone(self) as mobile:
            for page in ("", "/dispute"):
                mobile.open(self.path + page)
                self.assertEqual(mobile.run(LOW_CONTRAST), [])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalPayment(PortalCase):
    """Paid online by Odoo's demo provider: the ledger and the chase follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.debtor.lang = "fr_FR"
        cls.first = cls.make_invoice(480, cls.today - timedelta(days=12))
        cls.second = cls.make_invoice(70, cls.today - timedelta(days=3))
        cls.provider = cls.demo_provider()

    def setUp(self):
        super().setUp()
        self.path = self.link(self.case, self.today)
        self.debtor.lang = "en_US"

    def test_pay_two_invoices_of_three(self):
        self.debtor.lang = "fr_FR"
        chosen = self.items(self.first, self.second)
        with phone(self) as mobile:
            mobile.open(self.path)
            mobile.run(
                "document.querySelectorAll('input[name=item]').forEach((e) => {"
                f" e.checked = {chosen.ids}.includes(Number(e.value)) }})"
            )
            mobile.tap("Payer les factures cochées", "550,00")
            mobile.wait("document.querySelector('[name=o_payment_radio]')")
            mobile.wait("document.querySelector('#customer_input')?.offsetParent")
            mobile.fill("customer_input", "4242")
            mobile.wait(
                "!document.querySelector('[name=o_payment_submit_button]').disabled"
            )
            mobile.run(
                "document.querySelector('[name=o_payment_submit_button]').click()"
            )
            mobile.wait("document.body?.innerText.includes('votre paiement est bien')")
            mobile.tap("Retour à votre compte", self.invoice.name)
            self.assertNotIn(self.first.name, mobile.text)
        self.env.invalidate_all()
        self.assertTrue(all(item.reconciled for item in chosen))
        self.assertFalse(self.items(self.invoice).reconciled)
        transaction = self.env["payment.transaction"].search([])
        self.assertRecordValues(
            transaction,
            [{"amount": 550, "state": "done", "partner_id": self.debtor.id}],
        )
        self.run_as_of(self.today)
        self.assertFalse(self.decisions(self.first, self.second))

    # --------------------------------------------------- what the browser may not say

    def ask_to_pay(self, items, **said):
        """Ask for a transaction as the payment form does; its answer or its error."""
        names = "-".join(str(item_id) for item_id in items.ids)
        answer = self.url_open(
            f"{self.path}/transaction/{names}",
            json={
                "params": {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.provider.payment_method_ids[:1].id,
                    "token_id": None,
                    "amount": sum(items.mapped("amount_residual_currency")),
                    "flow": "direct",
                    "tokenization_requested": False,
                    "landing_route": "https://evil.example",
                    "is_validation": False,
                    "access_token": "",
                    **said,
                }
            },
        ).json()
        return answer.get("result") or answer["error"]["data"]["message"]

    def test_amount_payer_and_way_back_are_decided_here(self):
        items = self.items(self.first)
        self.assertIn("amount due has changed", self.ask_to_pay(items, amount=1.0))
        self.assertTrue(self.ask_to_pay(items)["reference"])
        transaction = self.env["payment.transaction"].search([])
        self.assertRecordValues(
            transaction,
            [
                {
                    "amount": 480, "partner_id": self.debtor.id,
                    "landing_route": f"{self.path}/payment",
                    "invoice_ids": self.first.ids,
                    "recouvrement_item_ids": items.ids,
                }
            ],
        )  # fmt: skip

    def test_items_of_another_debtor_cannot_be_paid_nor_seen(self):
        foreign = self.items(self.foreign_invoice)
        for items in (foreign, self.items(self.first) + foreign):
            self.assertIn("cannot be paid here", self.ask_to_pay(items))
        self.assertFalse(self.env["payment.transaction"].search([]))

    def test_provider_method_and_saved_card_are_checked(self):
        items = self.items(self.first)
        other = self.provider.copy({"state": "disabled"})
        token = (
            self.env["payment.token"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.provider.payment_method_ids[:1].id,
                    "partner_id": self.debtor.id,
                    "provider_ref": "x",
                }
            )
        )
        for said in (
            {"provider_id": other.id},
            {"payment_method_id": 10**6},
            {"flow": "token", "token_id": token.id},
            {"is_validation": True},
        ):
            with self.subTest(said):
                self.assertIn("not available", self.ask_to_pay(items, **said))
        self.assertNotIn("o_payment_token_", self.get("pay").text)

    def test_paid_meanwhile(self):
        """A payment that arrives between the page and the button."""
        items = self.items(self.first)
        self.pay(self.first, 100, day=self.today)
        self.assertIn("amount due has changed", self.ask_to_pay(items, amount=480.0))
        self.pay(self.first, day=self.today)
        self.assertIn("cannot be paid here", self.ask_to_pay(items, amount=380.0))

    def test_one_instalment_of_an_invoice_is_the_one_that_is_settled(self):
        """C. civ., art. 1342-10: the debtor says which debt it pays."""
        term = self.instalments((50, 0), (50, 30))
        move = self.make_invoice(
            200, self.today - timedelta(days=60), invoice_payment_term_id=term.id
        )
        first, second = self.items(move)
        self.assertTrue(self.ask_to_pay(second)["reference"])
        transaction = self.env["payment.transaction"].sudo().search([])
        transaction._set_done()
        transaction._post_process()
        self.assertFalse(first.reconciled)
        self.assertTrue(second.reconciled)


# Every text whose colour is too close to what is behind it.
LOW_CONTRAST = """
(() => {
    const light = (c) => {
        const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map((v) => {
            const s = v / 255;
            return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (e) => {
        for (; e; e = e.parentElement) {
            const c = getComputedStyle(e).backgroundColor;
            if (c !== "rgba(0, 0, 0, 0)") { return c; }
        }
        return "rgb(255, 255, 255)";
    };
    return [...document.querySelectorAll("body *")].filter((e) =>
        [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    ).filter((e) => {
        const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
    }).map((e) => e.textContent.trim());
})()
"""
