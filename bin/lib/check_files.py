"""Checks of the addon's XML and translations: ``check_files.py xml|po FOLDER``.

Prints one line a fault and exits with 1 if there is any.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
from lxml import etree

PLACEHOLDER = re.compile(
    r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|%[sdifr%]"  # %(name)s, %s
    r"|\{[\w.\[\]]*\}|</?\w+"  # {name}, <tag
)


def xml_faults(addon: Path) -> Iterator[str]:
    for path in sorted(addon.rglob("*.xml")):
        try:
            etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f"{path}:{error.lineno}: {error.msg}"


def po_faults(addon: Path) -> Iterator[str]:
    """fr.po says everything the .pot asks, nothing else, and keeps the placeholders."""
    template, french = addon / "i18n" / f"{addon.name}.pot", addon / "i18n" / "fr.po"
    missing = [path for path in (template, french) if not path.is_file()]
    if missing:
        yield from (f"{path}: missing" for path in missing)
        return
    entries = polib.pofile(str(french))
    for entry in entries:
        fault = entry_fault(entry)
        if fault:
            yield f"{french}:{entry.linenum}: {fault}: {entry.msgid!r}"
    asked = {entry.msgid_with_context for entry in polib.pofile(str(template))}
    said = {entry.msgid_with_context for entry in entries if not entry.obsolete}
    for text in sorted(asked - said):
        yield f"{french}: no entry for {text!r}"
    for text in sorted(said - asked):
        yield f"{french}: not in {template.name}: {text!r}"


def entry_fault(entry: polib.POEntry) -> str | None:
    if entry.obsolete:
        return "obsolete"
    if entry.fuzzy:
        return "fuzzy"
    if not entry.msgstr.strip():
        return "untranslated"
    if placeholders(entry.msgid) != placeholders(entry.msgstr):
        return "placeholders or tags differ"
    return None


def placeholders(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


if __name__ == "__main__":
    faults = list({"xml": xml_faults, "po": po_faults}[sys.argv[1]](Path(sys.argv[2])))
    print(*faults, sep="\n", end="\n" if faults else "")
    sys.exit(bool(faults))
