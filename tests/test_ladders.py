"""The ladders installed with the addon: their levels, their texts, whom they spare."""

import re
from itertools import pairwise

import pytest
from installed_texts import (
    CHANNELS,
    LEVELS,
    POLICY_FILE,
    REGISTERED,
    TEXTS,
    Text,
    records,
)

_PENALTY = re.compile(
    r"pénalit|moratoire|indemnité|penalt|fixed sum|L441-10|D441-5", re.IGNORECASE
)
_MORATORY = re.compile(r"moratoire|late-payment interest|L2192", re.IGNORECASE)
each_level = pytest.mark.parametrize("xmlid", LEVELS)


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
    rules = records(POLICY_FILE, "recouvrement.policy.rule")
    ordered = sorted(rules.values(), key=lambda rule: int(rule["sequence"]))
    assert [rule["policy_id"] for rule in ordered] == [
        "policy_public", "policy_consumer", "policy_business",
    ]  # fmt: skip
    assert [rule.get("profile") for rule in ordered] == ["public", "consumer", None]
