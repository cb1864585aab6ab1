from markupsafe import Markup

from odoo.tests import tagged

from ..core.context import (
    Collector,
    Company,
)
from ..core.items_table import items_table
from ..report.mail import render_mail
from .letter import AFTER, BEFORE, LetterCase, make_context


@tagged("post_install", "-at_install")
class TestMailLayout(LetterCase):
    def mail(self, context, body=None, lang="fr"):
        table = items_table(context, lang=lang, html=True)
        body = BEFORE + table + AFTER if body is None else body
        return render_mail(self.env, context, body, lang=lang)

    def test_a_mail_holds_no_picture_and_no_link_that_counts_its_readers(self):
        body = Markup('<p>a<img src="https://t.example/p.gif" width="1"></p>')
        self.assertNotRegex(self.mail(make_context(), body), r"<img|<style|t\.example")

    def test_a_mail_names_the_sender_its_legal_notice_and_who_answers(self):
        shown = self.mail(make_context()).striptags()
        for text in ("Atelier du Rhône SAS", "R.C.S. Lyon", "Émilie Fauré", "04 78"):
            self.assertIn(text, shown)

    def test_a_collector_named_by_the_text_does_not_sign_twice(self):
        body = Markup("<p>Bien à vous,</p><p>Émilie Fauré</p>")
        self.assertEqual(self.mail(make_context(), body).count("Émilie Fauré"), 1)

    def test_the_table_of_a_mail_has_three_columns(self):
        text = self.mail(make_context(upcoming=1))
        self.assertEqual(text.count('scope="col"'), 3)
        self.assertEqual(text.count("<table"), 1)
        self.assertIn("31 j de retard", text)

    def test_a_mail_shows_no_label_without_value(self):
        context = make_context(company=Company("Atelier"), collector=Collector())
        shown = self.mail(context).striptags()
        for label in ("Tél.", "SIRET", "SIREN", "TVA"):
            self.assertNotIn(label, shown)
