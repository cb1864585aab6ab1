from decimal import Decimal

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..core import regime as core_regime
from ..core.regime import Level
from .statement import StatementCase


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time("2026-07-10")
class TestRegime(StatementCase):
    """Which regime a debt is under, who chose it, and how that is said."""

    def resolution(self, invoice):
        [found] = self.ask_all(invoice)
        return found.resolution

    def rate(self, invoice) -> Decimal:
        return self.ask(invoice).segments[0].rate

    def shipped(self, name):
        return self.env.ref(f"odoo_recouvrement.regime_{name}")

    # ------------------------------------------------------------------- the record

    def test_the_shipped_regimes_are_the_laws(self):
        expected = {
            "business": core_regime.BUSINESS,
            "business_frozen": core_regime.FROZEN_BUSINESS,
            "public": core_regime.PUBLIC,
            "consumer": core_regime.CONSUMER,
            "none": core_regime.NONE,
        }
        for name, core in expected.items():
            with self.subTest(name):
                self.assertEqual(self.shipped(name)._to_core(), core)
        self.assertEqual(self.shipped("business").formula_text, "ECB + 10 points")
        self.assertEqual(
            self.shipped("public").formula_text, "ECB + 8 points, frozen at the start"
        )
        self.assertEqual(self.shipped("none").formula_text, "no interest")

    def test_an_agreed_formula(self):
        thrice = self.agree(0, reference="legal", factor=3)
        self.assertEqual(thrice.formula_text, "3 × legal rate")
        self.assertFalse(thrice.floor_warning)
        invoice = self.owe()
        invoice.recouvrement_regime_id = thrice
        self.assertEqual(self.rate(invoice), Decimal("7.86"))

    def test_a_rate_that_cannot_be(self):
        for points in (1240, -1):
            with (
                self.subTest(points),
                self.assertRaisesRegex(ValidationError, "Write 12.40 for 12.40"),
            ):
                self.agree(points)
        with self.assertRaisesRegex(ValidationError, "enter the agreed rate"):
            self.agree(0)

    def test_the_laws_figures_are_not_changed(self):
        with self.assertRaisesRegex(ValidationError, "the law sets its rate"):
            self.shipped("business").points = 12

    def test_two_regimes_of_one_name(self):
        self.agree(12, company_id=self.company.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.agree(12, company_id=self.company.id)

    def test_below_the_floor(self):
        """Three times 2.75 %: 8.25 % in the second half of 2026."""
        self.assertIn("8.25", self.agree(8).floor_warning)
        self.assertFalse(self.agree(8.25).floor_warning)
        self.assertFalse(self.shipped("business").floor_warning)

    # ------------------------------------------------------------------- who chooses

    def test_from_the_company_to_the_invoice(self):
        """Each level in turn, the most particular last."""
        term = self.instalments((100, 20))
        invoice = self.owe(
            due="2026-06-20",
            invoice_date="2026-05-31",
            invoice_payment_term_id=term.id,
        )
        case = self.case_of()
        self.assertEqual(self.resolution(invoice).level, Level.COMPANY)
        self.assertEqual(self.rate(invoice), Decimal("12.15"))
        for rate, record, field, level in (
            (11, self.company, "recouvrement_regime_id", Level.COMPANY),
            (12, self.policy, "regime_id", Level.PROFILE),
            (13, case, "regime_id", Level.CASE),
            (14, term, "recouvrement_regime_id", Level.PAYMENT_TERM),
            (15, invoice, "recouvrement_regime_id", Level.INVOICE),
        ):
            if record == self.policy:
                case.policy_manual_id = self.policy
            record[field] = self.agree(rate)
            with self.subTest(level):
                self.assertEqual(self.rate(invoice), rate)
                self.assertEqual(self.resolution(invoice).level, level)

    def test_a_consumer_is_protected_from_the_terms_of_businesses(self):
        person = self.make_debtor("Camille Martin", is_company=False)
        invoice = self.owe(partner=person)
        invoice.recouvrement_regime_id = self.agree(12)
        found = self.resolution(invoice)
        self.assertEqual(found.regime, core_regime.CONSUMER)
        self.assertEqual(found.passed_over, (Level.INVOICE,))
        invoice = invoice.with_context(lang="fr_FR")
        self.assertIn("Écarté", invoice.recouvrement_regime_text)
        self.assertIn("de la facture", invoice.recouvrement_regime_text)

    def test_a_regime_archived_since_was_chosen_all_the_same(self):
        invoice = self.owe()
        invoice.recouvrement_regime_id = terms = self.agree(12)
        terms.active = False
        self.assertEqual(self.rate(invoice), 12)

    def test_a_foreign_business_is_a_business(self):
        """French law applies to the sale; a contract may say otherwise."""
        firm = self.make_debtor(
            "Bäckerei Müller GmbH",
            country_id=self.env.ref("base.de").id,
            vat="DE136695976",
        )
        self.assertEqual(self.rate(self.owe(partner=firm)), Decimal("12.15"))

    def test_no_interest_by_choice(self):
        invoice = self.owe()
        self.case_of().regime_id = self.shipped("none")
        found = self.ask(invoice)
        self.assertEqual(found.total_due, 10000)

    # ---------------------------------------------------------------------- the words

    def test_the_file_says_which_regime_and_why(self):
        case = self.case_of().with_user(self.reader).with_context(lang="fr_FR")
        self.assertEqual(
            case.regime_text,
            "Entre professionnels. Taux\N{NO-BREAK SPACE}: BCE + 10 points, par "
            "semestre, d’après les réglages de la société.",
        )
        self.assertFalse(case.regime_warning)
        self.case_of().regime_id = self.agree(5)
        case.invalidate_recordset()
        self.assertIn("choisi sur la fiche", case.regime_text)
        self.assertTrue(case.regime_warning)

    def test_somebody_confirms_the_profile(self):
        case = self.case_of(self.make_debtor("Commune de Saint-Aubin"))
        self.assertFalse(case.profile_confirmed)
        self.assertEqual(
            case.profile_reason,
            "Proposed: Public body, since its name is that of a public body.",
        )
        with self.assertRaises(AccessError):
            case.with_user(self.reader).action_confirm_profile()
        case.with_user(self.collector).action_confirm_profile()
        self.assertTrue(case.profile_confirmed)

    def test_salespersons_choose_nothing(self):
        with self.assertRaises(AccessError):
            self.case_of().with_user(self.reader).regime_id = self.shipped("none")
        with self.assertRaises(AccessError):
            self.env["recouvrement.regime"].with_user(self.collector).create(
                {"name": "x", "points": 1}
            )
