"""Merge what the code says into the translations: ``merge_po.py EXPORT I18N``.

EXPORT is a new ``odoo i18n export -l pot``. It becomes the ``.pot`` of the folder I18N
(less the dates, which change at every export); each ``.po`` beside it gets its new
entries, untranslated, and loses the dead ones. With ``--check`` nothing is written,
and the exit code is 1 when something would be.
"""

import sys
from pathlib import Path

import polib

DATES = ("POT-Creation-Date", "PO-Revision-Date")


def main(export: Path, folder: Path, check: bool) -> int:
    template = folder / f"{folder.parent.name}.pot"
    asked = read(export)
    files = {template: str(asked)}
    for path in sorted(folder.glob("*.po")):
        merged = merge(asked, read(path))
        files[path] = str(merged)
        missing = len(merged) - len(merged.translated_entries())
        print(f"{path.name}: {len(merged)} entries, {missing} to translate")
    stale = [
        path
        for path, text in files.items()
        if path.read_text("utf-8").strip() != text.strip()
    ]
    for path in stale:
        if check:
            print(f"{path}: not what the code gives; run bin/i18n")
        else:
            path.write_text(files[path].strip() + "\n", "utf-8")
    return int(check and bool(stale))


def read(path: Path) -> polib.POFile:
    """The file without its dates."""
    entries = polib.pofile(str(path))
    for name in DATES:
        entries.metadata.pop(name, None)
    entries.metadata["Content-Transfer-Encoding"] = "8bit"
    return entries


def merge(asked: polib.POFile, said: polib.POFile) -> polib.POFile:
    """The entries of ``asked``, in its order, with the translations of ``said``.

    >>> asked, said = polib.POFile(), polib.POFile()
    >>> asked.extend(polib.POEntry(msgid=text) for text in ("Item", "Level"))
    >>> said.extend(
    ...     polib.POEntry(msgid=text, msgstr=french)
    ...     for text, french in (("Level", "Niveau"), ("Gone", "Disparu"))
    ... )
    >>> [(entry.msgid, entry.msgstr) for entry in merge(asked, said)]
    [('Item', ''), ('Level', 'Niveau')]
    """
    known = {entry.msgid: entry.msgstr for entry in said if not entry.obsolete}
    merged = polib.POFile()
    merged.header, merged.metadata = asked.header, said.metadata
    for entry in asked:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgstr=known.get(entry.msgid, ""),
                comment=entry.comment,
                occurrences=entry.occurrences,
            )
        )
    return merged


if __name__ == "__main__":
    options = [argument for argument in sys.argv[1:] if argument != "--check"]
    sys.exit(main(*map(Path, options), check=len(options) < len(sys.argv) - 1))
