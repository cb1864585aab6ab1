import io
import re
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

I18N = Path(__file__).parents[1] / "i18n"
MARKUP = re.compile(r"<[^>]*>|<code>.*?</code>|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# A straight apostrophe or quote, or a plain space where French wants one that does not
# break: before : ; ! ? and inside « ».
NOT_FRENCH = re.compile(r"\w'\w|\"| [:;!?»]|« ")


@tagged("post_install", "-at_install")
class TestI18n(TransactionCase):
    """The French translation says all that the code says, in French typography."""

    def test_french_is_complete(self):
        export = io.BytesIO()
        trans_export(None, ["odoo_recouvrement"], export, "po", self.env)
        asked = {entry.msgid for entry in polib.pofile(export.getvalue().decode())}
        template = {entry.msgid for entry in self._entries("odoo_recouvrement.pot")}
        said = {entry.msgid for entry in self._entries("fr.po") if entry.translated()}
        self.assertFalse(asked - said, "no French: run bin/i18n, then translate")
        self.assertEqual(asked, template, "the .pot is not up to date: run bin/i18n")

    def test_french_typography(self):
        faults = [
            entry.msgstr
            for entry in self._entries("fr.po")
            if NOT_FRENCH.search(MARKUP.sub("", entry.msgstr))
        ]
        self.assertFalse(faults)

    def test_words_on_screen_are_french(self):
        """One word of each kind: model, field, selection, view, data and code."""
        self.env["res.lang"]._activate_lang("fr_FR")
        french = self.env(context={"lang": "fr_FR"})
        case = french["recouvrement.case"]
        status = french["account.move.line"]._fields["recouvrement_status"]
        words = {
            french["ir.model"]._get("recouvrement.case").name: "Fiche de recouvrement",
            case.fields_get(["level_id"])["level_id"]["string"]: "Niveau atteint",
            dict(status._description_selection(french))["upcoming"]: "À échoir",
            french.ref("odoo_recouvrement.action_case_day").name: "Ma journée",
            french.ref(
                "odoo_recouvrement.level_business_formal"
            ).name: "Mise en demeure",
            case._day_labels()["has_to_confirm"]: "Envois à confirmer",
        }
        self.assertEqual(list(words), list(words.values()))
        self.assertIn("Promesses échues", case.get_view(view_type="search")["arch"])

    def _entries(self, name: str) -> polib.POFile:
        return polib.pofile(str(I18N / name))
