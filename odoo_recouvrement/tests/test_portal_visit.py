"""A debtor's visit by telephone, every answer and a payment, in a real browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .phone import phone
from .portal import PDF, PortalCase

THANKS = "Merci\xa0: votre réponse est bien arrivée"
BACK = "Retour à votre compte"
SEND = "Envoyer ma réponse"
#: An invoice for each answer, and one to pay.
SUMS = {"promise": 310, "dispute": 320, "paid": 330, "plan": 340, "pay": 350}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalVisit(PortalCase):
    """From the link of a message to the payment. Real days: a browser has a clock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.debtor.lang = "fr_FR"
        cls.collector.partner_id.lang = "fr_FR"
        cls.sums = {
            "promise": 310,
            "dispute": 320,
            "paid": 330,
            "plan": 340,
            "pay": 350,
        }
        cls.moves = {
            what: cls.make_invoice(amount, cls.today - timedelta(days=30 - place))
            for place, (what, amount) in enumerate(cls.sums.items())
        }
        cls.provider = cls.demo_provider()

    def setUp(self):
        super().setUp()
        self.path = self.link(self.case, self.today)

    def test_every_answer_and_a_payment(self):
        with phone(self) as self.mobile:
            self.mobile.open(self.path)
            self.read_the_statement()
            self.read_it_in_english()
            self.promise()
            self.contest_with_a_file()
            self.say_that_it_is_paid()
            self.propose_instalments()
            self.say_that_it_is_for_somebody_else()
            self.pay_online()
        self.check_what_came_of_it()

    # ------------------------------------------------------------------- the visit

    def read_the_statement(self):
        text = self.mobile.text
        for move in self.moves.values():
            self.assertIn(move.name, text)
        self.assertIn("À régler maintenant", text)
        self.assertIn("Par virement", text)
        self.assertIn("Échue", text)
        self.assertIn("Il ne s’agit pas d’une offre commerciale", text)
        self.assertEqual(self.mobile.overflow(), 0)
        self.mobile.picture("compte")

    def read_it_in_english(self):
        """The choice holds for the visit, until the other one is made."""
        self.mobile.tap("English", "Your account")
        self.mobile.tap("This is not for me", "Name of the right contact")
        self.mobile.tap("← Your account", "To pay now")
        self.mobile.tap("Français", "Votre compte")

    def promise(self):
        self.start("promise", "Je paierai le…")
        self.mobile.fill("day", self.in_days(6))
        self.send("promise")
        self.assertIn("Promesse", self.mobile.text)

    def contest_with_a_file(self):
        self.start("dispute", "Je conteste")
        reason = self.env.ref("odoo_recouvrement.dispute_reason_goods")
        self.mobile.fill("reason", str(reason.id))
        self.mobile.fill("text", "Deux portes rayées à la livraison.")
        self.mobile.join("files", "bon de livraison.pdf", PDF)
        self.send("dispute", "bon de livraison.pdf")
        self.assertIn("En litige", self.mobile.text)

    def say_that_it_is_paid(self):
        self.start("paid", "J’ai payé")
        self.mobile.fill("day", self.in_days(-1))
        self.mobile.fill("reference", "VIR 4471")
        self.send("paid")

    def propose_instalments(self):
        self.start("plan", "Je propose un échéancier")
        self.mobile.fill("count", "3")
        self.mobile.fill("day", self.in_days(15))
        self.send("plan")

    def say_that_it_is_for_somebody_else(self):
        self.mobile.tap("Ce n’est pas pour moi", "Nom du bon contact")
        self.mobile.fill("name", "Mme Aubert")
        self.mobile.fill("address", "aubert@client.example")
        self.send("contact")

    def pay_online(self):
        self.tick("pay")
        self.mobile.tap("Payer les factures cochées", "350,00")
        self.mobile.wait("document.querySelector('#customer_input')?.offsetParent")
        self.mobile.fill("customer_input", "4242")
        pay = "document.querySelector('[name=o_payment_submit_button]')"
        self.mobile.wait(f"!{pay}.disabled")
        self.assertEqual(self.mobile.overflow(), 0)
        self.mobile.picture("paiement")
        self.mobile.run(f"{pay}.click()")
        self.mobile.wait(
            "document.body?.innerText.includes('votre paiement est bien arrivé')"
        )
        self.mobile.tap(BACK, self.moves["promise"].name)
        self.assertNotIn(self.moves["pay"].name, self.mobile.text)
        self.mobile.picture("fin-de-visite")

    # ------------------------------------------------------------------ its gestures

    def in_days(self, days: int) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    def tick(self, what: str) -> None:
        """Only the invoice of that name; its box is tapped as the others are."""
        [item] = self.items(self.moves[what]).ids
        self.mobile.run(
            "document.querySelectorAll('input[name=item]').forEach((box) => {"
            f" if (box.checked !== (Number(box.value) === {item})) {{ box.click() }}"
            " })"
        )

    def start(self, what: str, button: str) -> None:
        self.tick(what)
        self.mobile.tap(button, SEND)
        ticked = self.mobile.run(
            "[...document.querySelectorAll('[name=item]:checked')].map((e) => e.value)"
        )
        self.assertEqual(ticked, [str(self.items(self.moves[what]).id)])
        self.assertEqual(self.mobile.overflow(), 0)

    def send(self, what: str, said: str = "") -> None:
        self.mobile.picture(what)
        self.mobile.tap(SEND, THANKS)
        self.assertIn(said, self.mobile.text)
        self.mobile.tap(BACK, "Vos réponses")

    # ----------------------------------------------------------------- what it became

    def check_what_came_of_it(self):
        by_kind = self.answers.grouped("kind")
        self.assertEqual(
            by_kind.keys(), {"promise", "dispute", "paid", "plan", "contact"}
        )
        self.assertEqual(
            {kind: answer.move_line_ids.move_id for kind, answer in by_kind.items()},
            {kind: self.moves.get(kind, self.invoice.browse()) for kind in by_kind},
        )
        promise = by_kind["promise"].promise_id
        self.assertEqual((promise.amount, str(promise.date)), (310, self.in_days(6)))
        dispute = by_kind["dispute"]
        self.assertEqual(dispute.dispute_id.amount, 320)
        self.assertEqual(dispute.attachment_ids.name, "bon de livraison.pdf")
        self.assertEqual(by_kind["paid"].reference, "VIR 4471")
        [plan] = self.env["recouvrement.plan"].search([("case_id", "=", self.case.id)])
        self.assertEqual((plan.state, len(plan.instalment_ids)), ("draft", 3))
        self.assertTrue(self.items(self.moves["pay"]).reconciled)
        tasks = self.case.activity_ids + dispute.dispute_id.activity_ids
        self.assertEqual(len(tasks), 5, "a task for each answer")
        self.assertEqual(tasks.user_id, self.collector)
        visits = self.access.visit_ids.grouped("page")
        self.assertEqual(len(visits["answer"]), 5)
        self.assertGreaterEqual(len(visits["account"]), 7)
        self.run_as_of(self.today)
        reasons = self.decisions(*self.moves.values()).mapped("reason")
        self.assertNotIn("to_remind", reasons, "nothing is chased meanwhile")
