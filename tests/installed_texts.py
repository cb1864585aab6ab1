"""The texts and ladders installed with the addon, read from the data files as they are.

Every text is rendered by the real core, for every message it may be asked to write.
"""

import html
import re
import xml.etree.ElementTree as tree
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from odoo_recouvrement.core import template
from odoo_recouvrement.core.context import Collector, MessageContext
from odoo_recouvrement.core.sample import sample

DATA = Path(__file__).parent.parent / "odoo_recouvrement" / "data"
PROFILES = ("business", "consumer", "public")
REGISTERED = ("registered_letter", "electronic_registered")
CHANNELS = ("email", "sms", "letter", *REGISTERED, "call")
HTML = ("email", "letter")
TABLE = "{{ items_table }}"
NO_BREAK, NARROW = "\u00a0", "\u202f"
# What a variable without a value leaves behind.
GAP = re.compile(r" [,.)]|\( |[.,:;][.,:;]|None|\bau[ \xa0][:.,?]")

_BREAK = re.compile(r"<br ?/?> ?|</?(?:p|table|caption|tr|t[hd])\b[^>]*>")


class Text(NamedTuple):
    """A recouvrement.template of the data files."""

    xmlid: str
    profile: str
    level: str
    channel: str
    lang: str
    tone: str
    subject: str
    body: str

    def render(self, context: MessageContext) -> str:
        return template.render(
            self.body, context, lang=self.lang, html=self.channel in HTML
        )

    def lines(self, context: MessageContext) -> list[str]:
        """What the reader sees, a line for each paragraph or line break."""
        text = self.render(context)
        if self.channel in HTML:
            text = re.sub(r"[ \n]*\n[ \n]*", " ", text)
            text = _BREAK.sub("\n", text)
            text = html.unescape(re.sub(r"<[^>]+>", "", text))
        subject = template.render(self.subject, context, lang=self.lang, html=False)
        lines = [subject, *text.split("\n")]
        return [line.strip(" ") for line in lines if line.strip(" ")]


def _fields(record: tree.Element) -> dict[str, str]:
    return {
        str(field.get("name")): (
            field.get("ref") or field.get("eval") or field.text or ""
        )
        for field in record.iter("field")
    }


def records(file: str, model: str) -> dict[str, dict[str, str]]:
    root = tree.parse(DATA / file).getroot()
    assert root.get("noupdate") == "1"
    return {
        str(record.get("id")): _fields(record)
        for record in root.iter("record")
        if record.get("model") == model
    }


def _all_texts() -> list[Text]:
    texts = []
    for profile in PROFILES:
        file = f"recouvrement_template_{profile}_data.xml"
        for xmlid, values in records(file, "recouvrement.template").items():
            _, _, level, _, _ = xmlid.split("_")
            assert xmlid == "_".join(
                ("template", profile, level, values["channel"], values["lang"])
            )
            names = ("profile", "channel", "lang", "tone", "subject", "body")
            given = {name: values.get(name, "") for name in names}
            texts.append(Text(xmlid=xmlid, level=level, **given))
    return texts


TEXTS = {text.xmlid: text for text in _all_texts()}
POLICY_FILE = "recouvrement_policy_data.xml"
LEVELS = records(POLICY_FILE, "recouvrement.policy.level")


def scenarios(text: Text) -> dict[str, MessageContext]:
    """Messages the text may really be asked to write."""
    full = sample(text.lang, text.profile)
    late, other, upcoming = full.items
    late = replace(late, claim=late.residual)
    bare = replace(
        full,
        company=replace(full.company, iban="", bic="", phone="", email=""),
        collector=Collector(),
        payment_reference="",
    )
    if text.tone == "courtesy":
        coming = replace(full, items=(upcoming,), credits=())
        later = replace(upcoming, invoice="FAC/2026/00059")
        return {
            "one": coming,
            "many": replace(coming, items=(upcoming, later)),
            "late too": full,
            "bare": replace(bare, items=(upcoming,), credits=()),
            "no phone": replace(bare, company=full.company, items=(upcoming,)),
        }
    return {
        "one": replace(full, items=(late,), credits=()),
        "one, credit": replace(full, items=(full.items[0],)),
        "many": replace(full, items=(late, other), credits=()),
        "a dozen": replace(
            full,
            items=tuple(replace(late, invoice=f"FAC/2026/{n:05}") for n in range(12)),
        ),
        "one and upcoming": replace(full, items=(late, upcoming), credits=()),
        "everything": full,
        "bare": bare,
        "no collector": replace(full, collector=Collector()),
        "no BIC": replace(full, company=replace(full.company, bic="")),
        "a person": replace(full, recipient=replace(full.recipient, is_person=True)),
    }


def each_line(text: Text) -> list[str]:
    contexts = scenarios(text).values()
    return [line for context in contexts for line in text.lines(context)]


def written(source: str, text: Text, context: MessageContext) -> str:
    return template.render(source, context, lang=text.lang, html=False)
