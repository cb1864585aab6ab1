import ast
import doctest
import importlib
import pkgutil
from collections import defaultdict
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

from odoo.addons.odoo_recouvrement import core

ADDON = Path(core.__file__).parents[1]
MODULES = sorted(module.name for module in pkgutil.iter_modules(core.__path__))


@tagged("post_install", "-at_install")
class TestCoreBridge(TransactionCase):
    """The law is pure Python that runs the same in Odoo; every word is in French."""

    def test_examples_of_core_run_inside_odoo(self):
        tried = 0
        for name in MODULES:
            module = importlib.import_module(f"{core.__name__}.{name}")
            with self.subTest(name):
                # The full name of an exception says where the package is mounted.
                flags = doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
                result = doctest.testmod(module, optionflags=flags)
                self.assertEqual(result.failed, 0)
            tried += result.attempted
        self.assertGreater(tried, 30)

    def test_core_asks_nobody_what_day_it_is(self):
        """Rule 14: time is an argument."""
        clocks = {"today", "now", "utcnow", "time", "monotonic"}
        for path in sorted((ADDON / "core").rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    owner = ast.unparse(node.func.value)
                    is_clock = node.func.attr in clocks and owner in (
                        "date", "datetime", "time", "datetime.date",
                        "datetime.datetime",
                    )  # fmt: skip
                    self.assertFalse(is_clock, f"{path.name}:{node.lineno}")

    # -------------------------------------------------------------------- French

    def terms(self) -> dict[str, str]:
        """Every word that can be translated, with where it comes from."""
        reader = TranslationModuleReader(self.env.cr, modules=["odoo_recouvrement"])
        return {
            source.strip(): f"{kind} {name}"
            for _module, kind, name, _res_id, source, _value, _comments in reader
            if source.strip()
        }

    def test_every_word_is_translated_into_french(self):
        path = ADDON / "i18n" / "fr.po"
        self.assertTrue(path.exists(), "i18n/fr.po is missing.")
        translated = {
            entry.msgid.strip(): entry.msgstr
            for entry in polib.pofile(str(path))
            if not entry.obsolete and not entry.fuzzy
        }
        terms = self.terms()
        self.assertGreater(len(terms), 300)
        missing = {
            source: place
            for source, place in terms.items()
            if not translated.get(source)
        }
        self.assertFalse(missing, f"{len(missing)} without French.")

    def test_french_keeps_the_figures_of_the_english(self):
        """A placeholder lost in translation would hide a date or an amount."""
        path = ADDON / "i18n" / "fr.po"
        self.assertTrue(path.exists(), "i18n/fr.po is missing.")
        lost = defaultdict(set)
        for entry in polib.pofile(str(path)):
            if entry.msgstr and not entry.obsolete:
                for name in _placeholders(entry.msgid) ^ _placeholders(entry.msgstr):
                    lost[entry.msgid].add(name)
        self.assertFalse(dict(lost))


def _placeholders(text: str) -> set[str]:
    return {part.partition(")")[0] for part in text.split("%(")[1:]}
