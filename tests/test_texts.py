"""The texts and ladders installed with the addon, as a debtor would read them.

The data files are read as they are and every text is rendered by the real core.
"""

import html
import re
import xml.etree.ElementTree as tree
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from odoo_recouvrement.core import mentions, template
from odoo_recouvrement.core.context import Collector, MessageContext
from odoo_recouvrement.core.money import ZERO
from odoo_recouvrement.core.sample import sample
from odoo_recouvrement.core.sms import measure, to_gsm7

DATA = Path(__file__).parent.parent / "odoo_recouvrement" / "data"
PROFILES = ("business", "consumer", "public")
REGISTERED = ("registered_letter", "electronic_registered")
CHANNELS = ("email", "sms", "letter", *REGISTERED, "call")
HTML = ("email", "letter")
TABLE = "{{ items_table }}"
NO_BREAK, NARROW = "\u00a0", "\u202f"

_PENALTY = re.compile(
    r"pénalit|moratoire|indemnité|penalt|fixed sum|L441-10|D441-5", re.IGNORECASE
)
_BREAK = re.compile(r"<br ?/?> ?|</?(?:p|table|caption|tr|t[hd])\b[^>]*>")
_GAP = re.compile(r" [,.)]|\( |[.,:;][.,:;]|None|\bau[ \xa0][:.,?]")
_PLURAL = re.compile(r"\b(?:factures|invoices)\b", re.IGNORECASE)
_NATURE = re.compile(r"<small>.*?</small>", re.DOTALL)
_MORATORY = re.compile(r"moratoire|late-payment interest|L2192", re.IGNORECASE)


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


def _records(file: str, model: str) -> dict[str, dict[str, str]]:
    root = tree.parse(DATA / file).getroot()
    assert root.get("noupdate") == "1"
    return {
        str(record.get("id")): _fields(record)
        for record in root.iter("record")
        if record.get("model") == model
    }


def _texts() -> list[Text]:
    texts = []
    for profile in PROFILES:
        file = f"recouvrement_template_{profile}_data.xml"
        for xmlid, values in _records(file, "recouvrement.template").items():
            _, _, level, _, _ = xmlid.split("_")
            assert xmlid == "_".join(
                ("template", profile, level, values["channel"], values["lang"])
            )
            names = ("profile", "channel", "lang", "tone", "subject", "body")
            given = {name: values.get(name, "") for name in names}
            texts.append(Text(xmlid=xmlid, level=level, **given))
    return texts


TEXTS = {text.xmlid: text for text in _texts()}
POLICY_FILE = "recouvrement_policy_data.xml"
LEVELS = _records(POLICY_FILE, "recouvrement.policy.level")
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
each_level = pytest.mark.parametrize("xmlid", LEVELS)


def _scenarios(text: Text) -> dict[str, MessageContext]:
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


def _each_line(text: Text) -> list[str]:
    contexts = _scenarios(text).values()
    return [line for context in contexts for line in text.lines(context)]


def _written(source: str, text: Text, context: MessageContext) -> str:
    return template.render(source, context, lang=text.lang, html=False)


@each_text
def test_may_be_saved(text):
    for source in filter(None, (text.subject, text.body)):
        assert not template.check(
            source, html=text.channel in HTML, lang=text.lang, profile=text.profile
        )
    source = f"{text.subject}\n{text.body}"
    assert not mentions.check_message(
        source,
        channel=text.channel,
        tone=text.tone,
        lang=text.lang,
        profile=text.profile,
    )


@each_text
def test_nothing_is_empty_or_doubled(text):
    for line in _each_line(text):
        assert "  " not in line
        assert not _GAP.search(line), line
        # Nothing is announced that does not follow, but by a table.
        assert not line.endswith(":"), line


@each_text
def test_typography(text):
    if text.channel == "sms":
        return  # spelled for the GSM alphabet
    for line in _each_line(text):
        assert not re.search("['\"]", line), line
        if text.lang == "fr":
            assert not re.search(rf"(?<!{NARROW})[;!?]", line), line
            assert not re.search(rf"(?<!{NO_BREAK}):", line), line
            assert not re.search(rf"«(?!{NO_BREAK})|(?<!{NO_BREAK})»", line), line
            assert not re.search("[“”]", line), line
        else:
            assert not re.search(r"\s[;:!?]|[«»]", line), line


@each_text
def test_the_reader_knows_who_writes_how_much_and_why(text):
    context = _scenarios(text)["one"]
    lines = "\n".join(text.lines(context))
    item = context.items[0]
    assert item.invoice in lines
    total = "upcoming_total" if text.tone == "courtesy" else "total"
    assert _written(f"{{{{ {total}|money }}}}", text, context) in lines
    if text.channel in HTML:
        assert text.subject
        assert text.body.count(TABLE) == 1
        # A reminder says that it is no advertisement; a mise en demeure says no more
        # than it must.
        assert bool(re.search("commercial", lines)) != (text.level == "formal")
    if text.channel != "letter":  # a letter has its letterhead
        assert context.company.name in lines
    if text.channel == "letter":
        # A mise en demeure gives days from its reception, which nobody knows yet.
        by_when = "{{ pay_before|date }}"
        if text.level == "formal":
            by_when = "8 jours" if text.lang == "fr" else "8 days"
        assert _written(by_when, text, context) in lines
    if text.channel == "email":
        company, collector = context.company, context.collector
        for fact in (company.iban, company.bic, collector.name, collector.phone):
            assert fact in lines
        assert context.payment_reference in lines


@each_text
def test_number_agrees(text):
    """« la facture » for one, « les factures » for several, in the same text."""
    if text.channel == "call":
        return  # speaks of the debtor's suppliers
    text = text._replace(body=_NATURE.sub("", text.body).replace(TABLE, ""))
    assert not _PLURAL.search("\n".join(text.lines(_scenarios(text)["one"])))
    assert _PLURAL.search("\n".join(text.lines(_scenarios(text)["many"])))


@pytest.mark.parametrize(
    "text", [text for text in TEXTS.values() if text.channel == "sms"], ids=str
)
def test_sms_is_one_message(text):
    for name, context in _scenarios(text).items():
        for phone in ("+33 2 40 00 00 00", "02 40 00 00 00", ""):
            long_name = "Menuiserie Le Goff SARL"
            company = replace(context.company, name=long_name, phone=phone)
            collector = replace(context.collector, phone=phone)
            sms = text.render(replace(context, company=company, collector=collector))
            assert "  " not in sms and sms == sms.strip()
            size = measure(to_gsm7(sms))
            assert (size.encoding, size.segments) == ("gsm7", 1), (name, size, sms)


def test_every_text_exists_in_both_languages():
    kinds = {
        lang: {
            (text.profile, text.level, text.channel, text.tone)
            for text in TEXTS.values()
            if text.lang == lang
        }
        for lang in ("fr", "en")
    }
    assert kinds["fr"] == kinds["en"]


def _level_texts(xmlid: str) -> list[Text]:
    refs = re.findall(r"ref\('(\w+)'\)", LEVELS[xmlid].get("template_ids", ""))
    return [TEXTS[ref] for ref in refs]


@each_level
def test_every_channel_of_a_level_has_its_texts(xmlid):
    level = LEVELS[xmlid]
    profile = level["policy_id"].removeprefix("policy_")
    used = {channel for channel in CHANNELS if level.get(f"by_{channel}") == "True"}
    assert bool(used) != (level.get("is_final") == "True")
    used = {"letter" if channel in REGISTERED else channel for channel in used}
    if used and level.get("fallback_letter") != "False":
        used.add("letter")
    texts = _level_texts(xmlid)
    assert {(text.channel, text.lang) for text in texts} == {
        (channel, lang) for channel in used for lang in ("fr", "en")
    }
    assert {text.tone for text in texts} <= {level["tone"]}
    assert {text.profile for text in texts} <= {profile}
    # A text that names a date must have one to name.
    if any("pay_before" in text.subject + text.body for text in texts):
        assert int(level["payment_days"]) >= 8


# No level calls consumers; somebody may all the same, from the file.
BESIDE_THE_LADDER = ["template_consumer_call_call_fr", "template_consumer_call_call_en"]


def test_no_text_is_without_a_level():
    linked = [text.xmlid for xmlid in LEVELS for text in _level_texts(xmlid)]
    assert sorted(linked + BESIDE_THE_LADDER) == sorted(TEXTS)


def _ladder(profile: str) -> list[dict[str, str]]:
    return [v for v in LEVELS.values() if v["policy_id"] == f"policy_{profile}"]


@pytest.mark.parametrize(
    ("profile", "days"),
    [
        ("business", [-7, 3, 10, 17, 30, 45, 60]),
        ("consumer", [-5, 7, 20, 40, 60, 90]),
        ("public", [-10, 10, 20, 35, 60, 90, 120]),
    ],
)
def test_ladders(profile, days):
    ladder = _ladder(profile)
    assert [int(level["days"]) for level in ladder] == days
    tones = ["courtesy", "cordial", "firm", "formal", "final"]
    rise = [tones.index(level["tone"]) for level in ladder]
    assert rise == sorted(rise)
    assert [level.get("is_final") for level in ladder].index("True") == len(days) - 1
    counted = [level for level in ladder if level.get("counts_as_level") != "False"]
    minimums = [float(level["minimum_amount"]) for level in counted]
    assert minimums == sorted(minimums)
    for before, after in pairwise(counted):
        assert int(after["min_gap_days"]) <= int(after["days"]) - int(before["days"])
        # Nobody is reminded before the delay that was announced is over.
        assert int(after["min_gap_days"]) > int(before["payment_days"])


def test_what_is_formal_is_confirmed_by_somebody():
    for level in LEVELS.values():
        confirmed = level.get("is_automatic") == "False"
        assert confirmed == bool(level["code"] in ("TEL", "R3", "MED", "CTX")), level[
            "code"
        ]


def test_consumers_are_spared():
    for text in TEXTS.values():
        if text.profile == "consumer":
            assert not _PENALTY.search(text.body), text.xmlid
    gaps = [int(v["min_gap_days"]) for v in _ladder("consumer")]
    assert min(gaps) > 7  # never twice a week
    assert not any("by_call" in v for v in _ladder("consumer"))


def test_public_bodies_read_of_interest_from_the_second_reminder_on():
    for text in TEXTS.values():
        if text.profile == "public" and text.channel != "call":
            late = text.level in ("r2", "r3", "formal")
            assert bool(_MORATORY.search(text.body)) == late, text.xmlid


def test_formal_notices_state_their_basis_and_stay_civil():
    for text in TEXTS.values():
        code_civil = "1344" in text.body
        assert code_civil == (text.level == "formal"), text.xmlid
        court = re.search(r"juridiction\s+compétente|competent\s+court", text.body)
        assert bool(court) == (text.level == "formal"), text.xmlid


def test_rules_end_with_one_for_everybody():
    rules = _records(POLICY_FILE, "recouvrement.policy.rule")
    ordered = sorted(rules.values(), key=lambda rule: int(rule["sequence"]))
    assert [rule["policy_id"] for rule in ordered] == [
        "policy_public", "policy_consumer", "policy_business",
    ]  # fmt: skip
    assert [rule.get("profile") for rule in ordered] == ["public", "consumer", None]


# --- the claim of penalties, for paid invoices -----------------------------------

CLAIM_FILE = "recouvrement_penalty_claim_data.xml"
CLAIMS = [
    Text(
        xmlid=xmlid,
        level="claim",
        profile="",
        **{
            name: values[name]
            for name in ("channel", "lang", "tone", "subject", "body")
        },
    )
    for xmlid, values in _records(CLAIM_FILE, "recouvrement.template").items()
]
each_claim = pytest.mark.parametrize("text", CLAIMS, ids=[one.xmlid for one in CLAIMS])


def _claims(text: Text) -> dict[str, MessageContext]:
    """Paid invoices: nothing is due but interest and, from businesses, the 40 €."""
    found = {}
    for profile in PROFILES:
        full = sample(text.lang, profile, with_penalties=True)
        one, other = (
            replace(item, residual=ZERO, claim=ZERO, interest=Decimal("12.34"))
            for item in full.items[:2]
        )
        found[profile] = replace(full, items=(one,), credits=())
        found[f"{profile}, many"] = replace(full, items=(one, other), credits=())
    return found


@each_claim
def test_a_claim_of_penalties_is_a_message_like_the_others(text):
    for profile in PROFILES:
        assert not template.check(
            text.body, html=True, lang=text.lang, profile=profile
        ), profile
    source = f"{text.subject}\n{text.body}"
    assert not mentions.check_message(
        source, channel=text.channel, tone=text.tone, lang=text.lang
    )
    for context in _claims(text).values():
        for line in text.lines(context):
            assert "  " not in line
            assert not _GAP.search(line), line
            if text.lang == "fr":
                assert not re.search(rf"(?<!{NARROW})[;!?]", line), line
                assert not re.search(rf"(?<!{NO_BREAK}):", line), line


@each_claim
def test_a_claim_of_penalties_rests_on_the_law_of_its_reader(text):
    basis = {"business": "L441-10", "public": "L2192-13", "consumer": "1231-6"}
    for profile, article in basis.items():
        context = _claims(text)[profile]
        lines = "\n".join(text.lines(context))
        assert _written("{{ grand_total|money }}", text, context) in lines
        assert {one for one in basis.values() if one in lines} == {article}
        assert ("D441-5" in lines) is (profile == "business")
        assert text.body.count(TABLE) == 1
        # They are paid: the table does not call them open.
        assert not re.search("ouvertes|Open invoices", lines)


def test_a_message_says_despite_our_reminders_only_when_it_is_so():
    """Every item asked was the subject of a message that arrived."""
    words = {"fr": "Malgré nos rappels", "en": "Despite our reminders"}
    concerned = 0
    for text in TEXTS.values():
        if words[text.lang] not in text.body:
            continue
        concerned += 1
        contexts = _scenarios(text)
        assert words[text.lang] in "\n".join(text.lines(contexts["many"]))
        known, young = contexts["many"].items
        young = replace(young, is_reminded=False)
        mixed = replace(contexts["many"], items=(known, young))
        assert words[text.lang] not in "\n".join(text.lines(mixed)), text.xmlid
    assert concerned == 8
