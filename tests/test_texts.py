"""The texts installed with the addon, as a debtor would read them."""

import itertools
import re
from dataclasses import replace

import pytest
from installed_texts import (
    GAP,
    HTML,
    NARROW,
    NO_BREAK,
    TABLE,
    TEXTS,
    each_line,
    scenarios,
    written,
)

from odoo_recouvrement.core import mentions, template
from odoo_recouvrement.core.sample import sample
from odoo_recouvrement.core.sms import measure, to_gsm7

_PLURAL = re.compile(r"\b(?:factures|invoices)\b", re.IGNORECASE)
_NATURE = re.compile(r"<small>.*?</small>", re.DOTALL)
each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


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
    for line in each_line(text):
        assert "  " not in line
        assert not GAP.search(line), line
        # Nothing is announced that does not follow, but by a table.
        assert not line.endswith(":"), line


@each_text
def test_typography(text):
    if text.channel == "sms":
        return  # spelled for the GSM alphabet
    for line in each_line(text):
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
    context = scenarios(text)["one"]
    lines = "\n".join(text.lines(context))
    item = context.items[0]
    assert item.invoice in lines
    total = "upcoming_total" if text.tone == "courtesy" else "total"
    assert written(f"{{{{ {total}|money }}}}", text, context) in lines
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
        assert written(by_when, text, context) in lines
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
    assert not _PLURAL.search("\n".join(text.lines(scenarios(text)["one"])))
    assert _PLURAL.search("\n".join(text.lines(scenarios(text)["many"])))


@pytest.mark.parametrize(
    "text", [text for text in TEXTS.values() if text.channel == "sms"], ids=str
)
def test_sms_is_one_message(text):
    for name, context in scenarios(text).items():
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


def test_a_message_says_despite_our_reminders_only_when_it_is_so():
    """Every item asked was the subject of a message that arrived."""
    words = {"fr": "Malgré nos rappels", "en": "Despite our reminders"}
    concerned = 0
    for text in TEXTS.values():
        if words[text.lang] not in text.body:
            continue
        concerned += 1
        contexts = scenarios(text)
        assert words[text.lang] in "\n".join(text.lines(contexts["many"]))
        known, young = contexts["many"].items
        young = replace(young, is_reminded=False)
        mixed = replace(contexts["many"], items=(known, young))
        assert words[text.lang] not in "\n".join(text.lines(mixed)), text.xmlid
    assert concerned == 8


def test_the_sum_to_pay_is_the_one_that_is_asked():
    """With penalties, an accountant is asked for one sum, that of the transfer."""
    for profile, lang in itertools.product(("business", "public"), ("fr", "en")):
        context = sample(lang, profile, with_penalties=True)
        for channel in ("email", "letter"):
            text = TEXTS[f"template_{profile}_r3_{channel}_{lang}"]
            day = written("{{ pay_before|date }}", text, context)
            [asked] = [line for line in text.lines(context)[1:] if day in line]
            assert written("{{ grand_total|money }}", text, context) in asked
            assert written("{{ total|money }}", text, context) not in asked


def test_a_first_message_says_nothing_of_earlier_ones():
    """They are written to late: nothing had reached them before."""
    claims = "toujours un retard|revenons vers|avons écrit|still in|again|have written"
    for text in TEXTS.values():
        context = scenarios(text).get("many")
        if not context or text.channel == "call":
            continue
        young = [replace(item, is_reminded=False) for item in context.items]
        first = replace(context, items=tuple(young))
        assert not re.search(claims, "\n".join(text.lines(first))), text.xmlid
