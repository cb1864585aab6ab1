from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .story import StoryCase

GOOD = "<p>Votre facture reste à régler : {{ total|money }}.</p>"


@tagged("post_install_l10n", "post_install", "-at_install")
class TestTemplate(StoryCase):
    """Texts: every change is a version; what is hostile or unlawful is refused."""

    def write_text(self, body: str, subject: str = "Facture à régler", **values):
        return (
            self.env["recouvrement.template"]
            .with_user(self.manager)
            .create(
                {
                    "name": "Trial",
                    "channel": "email",
                    "lang": "fr",
                    "subject": subject,
                    "body": body,
                    **values,
                }
            )
        )

    def assertRefused(self, sentence: str, body: str, **values):
        with self.assertRaises(ValidationError) as refused:
            self.write_text(body, **values)
        self.assertIn("The text “Trial” cannot be saved", str(refused.exception))
        self.assertIn(sentence, str(refused.exception))

    # ------------------------------------------------------------------- versions

    def test_each_change_makes_a_version(self):
        text = self.write_text(GOOD)
        self.assertEqual(text.version, 1)
        text.body = GOOD + "<p>Merci.</p>"
        text.subject = "Votre facture"
        text.name = "Renamed"
        text.body = text.body
        self.assertEqual(text.version, 3)
        self.assertRecordValues(
            text.version_ids.sorted("number"),
            [
                {"number": 1, "subject": "Facture à régler", "body": GOOD},
                {"number": 2, "subject": "Facture à régler", "body": text.body},
                {"number": 3, "subject": "Votre facture", "body": text.body},
            ],
        )
        self.assertEqual(text.version_id, text.version_ids.sorted("number")[-1])

    def test_text_that_was_sent_stays_linked(self):
        reminder = self.remind(self.make_invoice())
        self.dispatch()
        text = self.text("r1_email_fr")
        sent = reminder.template_version_id
        self.assertEqual(sent, text.version_id)
        text.body = GOOD
        self.assertEqual(reminder.template_version_id, sent)
        self.assertNotEqual(text.version_id, sent)
        self.assertNotEqual(sent.body, GOOD)

    def test_versions_are_never_written_by_hand(self):
        """Not even by a manager: a version would escape the checks of a text."""
        text = self.write_text(GOOD)
        version = text.version_id.with_user(self.manager)
        with self.assertRaises(UserError):
            version.body = "<p>Other</p>"
        with self.assertRaises(UserError):
            version.sudo().body = "<p>Other</p>"
        with self.assertRaises(AccessError):
            version.unlink()
        with self.assertRaises(AccessError):
            version.create(
                {"template_id": text.id, "number": 9, "body": "x", "sha256": "x"}
            )

    def test_two_versions_never_share_a_number(self):
        text = self.write_text(GOOD)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["recouvrement.template.version"].sudo().create(
                {"template_id": text.id, "number": 1, "body": "x", "sha256": "x"}
            )

    def test_text_that_was_sent_is_archived_not_deleted(self):
        self.remind(self.make_invoice())
        self.dispatch()
        with self.assertRaisesRegex(UserError, "archive it instead"):
            self.text("r1_email_fr").unlink()

    # -------------------------------------------------------------------- hostile

    def test_hostile_texts_are_refused_with_a_clear_sentence(self):
        hostile = {
            "attributes": ("{{ ''.__class__ }}", "“__class__” is not allowed"),
            "call": ("{{ company.name.upper() }}", "“call” is not allowed"),
            "globals": ("{{ self }}", "“self” is not allowed"),
            "import": ("{% import 'os' as os %}", "“import” is not allowed"),
            "macro": (
                "{% macro a() %}{{ a() }}{% endmacro %}",
                "“macro” is not allowed",
            ),
            "huge range": (
                "{% for i in range(10000000000) %}x{% endfor %}",
                "“call” is not allowed",
            ),
            "loops of loops": (
                "{% for a in items %}" * 9 + "x" + "{% endfor %}" * 9,
                "a loop turns too many times",
            ),
            "growing text": (
                "{% set a = 'xxxxxxxxxx' %}"
                + "{% set a = a ~ a ~ a ~ a ~ a ~ a ~ a ~ a %}" * 12
                + "{{ a }}",
                "the message would be too long",
            ),
            "power": ("{{ 9 ** 9 ** 9 }}", "“pow” is not allowed"),
            "nesting": ("{{ " + "(" * 5000 + ")" * 5000 + " }}", "too nested"),
            "filter": ("{{ items|attr('x') }}", "there is no filter “attr”"),
        }
        for name, (body, sentence) in hostile.items():
            with self.subTest(name):
                self.assertRefused(sentence, GOOD + body)

    def test_mistakes_are_told_with_their_line(self):
        self.assertRefused(
            "there is no variable “totl”", "<p>Facture à payer {{ totl|money }}</p>"
        )
        self.assertRefused("Line 2: the text cannot be read", GOOD + "\n{% if %}")
        self.assertRefused("Line 2: a value of kind", GOOD + "\n{{ items }}")
        self.assertRefused("there is no variable “nope”", GOOD + "{{ debtor.nope }}")

    def test_subject_is_checked_too(self):
        self.assertRefused("is not allowed", GOOD, subject="{{ ''.__class__ }}")

    # ------------------------------------------------------------------- unlawful

    def test_commercial_offer(self):
        """Rule 15: a reminder is not an advertisement."""
        self.assertRefused(
            "“profitez” is a commercial offer: a reminder is not an advertisement.",
            GOOD + "<p>Profitez de -20 % sur votre prochaine commande.</p>",
        )

    def test_fee_of_a_consumer(self):
        body = GOOD + "<p>Une indemnité forfaitaire de 40 € est due.</p>"
        self.assertRefused(
            "no recovery fee may be asked from a consumer", body, profile="consumer"
        )
        self.assertEqual(self.write_text(body, profile="business").version, 1)

    def test_threats(self):
        body = GOOD + "<p>À défaut, nous saisirons le tribunal.</p>"
        self.assertRefused("too early in this tone", body, tone="cordial")
        self.assertEqual(self.write_text(body, tone="formal").version, 1)
        self.assertRefused(
            "may not be announced to a debtor",
            GOOD + "<p>Vous risquez la prison.</p>",
            tone="formal",
        )

    def test_nature_amount_and_sender_are_required(self):
        self.assertRefused(
            "does not say that it is about invoices",
            "<p>Bonjour.</p>",
            subject="Bonjour",
        )
        self.assertRefused(
            "does not say the amount", "<p>Votre facture est impayée.</p>"
        )
        self.assertRefused(
            "does not say who writes",
            "Facture à régler : {{ total|money }}",
            channel="sms",
            subject=False,
        )

    def test_refused_change_leaves_the_text_as_it_was(self):
        text = self.write_text(GOOD)
        with self.assertRaises(ValidationError):
            text.body = "{{ totl }}"
        text.invalidate_recordset()
        self.assertRecordValues(text, [{"body": GOOD, "version": 1}])

    # --------------------------------------------------------------------- safety

    def test_values_of_a_debtor_are_text_never_markup(self):
        self.debtor.name = "<script>alert(1)</script> {{ company.iban }}"
        reminder = self.remind(self.make_invoice())
        self.dispatch()
        self.assertEqual(reminder.state, "sent")
        self.assertNotIn("<script>", reminder.body)
        self.assertNotIn("{{", reminder.subject)
