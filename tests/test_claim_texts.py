"""The claim of penalties: the text for invoices that are paid, but were late."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from installed_texts import (
    GAP,
    NARROW,
    NO_BREAK,
    PROFILES,
    TABLE,
    Text,
    records,
    written,
)

from odoo_recouvrement.core import mentions, template
from odoo_recouvrement.core.context import MessageContext
from odoo_recouvrement.core.money import ZERO
from odoo_recouvrement.core.sample import sample

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
    for xmlid, values in records(CLAIM_FILE, "recouvrement.template").items()
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
            assert not GAP.search(line), line
            if text.lang == "fr":
                assert not re.search(rf"(?<!{NARROW})[;!?]", line), line
                assert not re.search(rf"(?<!{NO_BREAK}):", line), line


@each_claim
def test_a_claim_of_penalties_rests_on_the_law_of_its_reader(text):
    basis = {"business": "L441-10", "public": "L2192-13", "consumer": "1231-6"}
    for profile, article in basis.items():
        context = _claims(text)[profile]
        lines = "\n".join(text.lines(context))
        assert written("{{ grand_total|money }}", text, context) in lines
        assert {one for one in basis.values() if one in lines} == {article}
        assert ("D441-5" in lines) is (profile == "business")
        assert text.body.count(TABLE) == 1
        # They are paid: the table does not call them open.
        assert not re.search("ouvertes|Open invoices", lines)
