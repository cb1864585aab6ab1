"""The words that somebody edits, and the figures that nobody does."""

import pytest

from odoo_recouvrement.core.own_words import (
    around_table,
    names,
    settle,
    to_source,
    unknown_names,
    with_table,
)
from odoo_recouvrement.core.sample import sample
from odoo_recouvrement.core.template import TemplateError, render


def settled(source: str, *, html: bool = True, lang: str = "fr") -> str:
    return settle(source, sample(lang), lang=lang, html=html)


def test_conditions_are_settled_and_figures_stay_names():
    assert (
        settled("{% if total %}Soit {{total | money}} avant le {{ pay_before|date }}"
                "{% else %}Rien{% endif %}")
        == "Soit [total] avant le [date limite]"
    )  # fmt: skip


def test_what_is_edited_is_a_text_as_any_other():
    source = to_source("Soit <b>[total]</b>, [Date  limite]", lang="fr", html=True)
    assert source == "Soit <b>{{ total|money }}</b>, {{ pay_before|date }}"
    assert "830,00" in render(source, sample("fr"), lang="fr", html=True)


@pytest.mark.parametrize("lang", ["fr", "en", "de"])
def test_every_name_is_a_variable_that_renders(lang):
    """German has no names of its own: it is offered the English ones."""
    for html in (True, False):
        for name in names(lang, html=html):
            source = to_source(f"[{name}]", lang=lang, html=html)
            assert source.startswith("{{"), name
            render(source, sample("en"), lang="en", html=html)


def test_a_figure_without_a_name_stays_a_variable():
    shown = settled("{{ overdue_items[0].due_date if total > 0 }}")
    assert shown == "{{ overdue_items[0].due_date if total > 0 }}"
    escaped = shown.replace(">", "&gt;")
    assert to_source(escaped, lang="fr", html=True) == shown
    assert to_source(shown, lang="fr", html=False) == shown


def test_in_a_loop_the_figures_are_written_out():
    assert settled("{% for item in overdue_items %}{{ item.invoice }} {% endfor %}")


def test_the_table_parts_an_html_text_and_is_a_name_in_a_plain_one():
    whole = settled("<p>Avant</p>{{ items_table }}<p>Après</p>")
    assert tuple(around_table(whole)) == ("<p>Avant</p>", "<p>Après</p>")
    assert with_table(*around_table(whole)).count("items_table") == 1
    assert around_table("Sans tableau").closing == ""
    assert settled("{{ items_table }}", html=False) == "[liste des factures]"


def test_a_text_message_keeps_the_name_of_its_sender():
    assert settled("{{ company.name }}", html=False) == "[notre société]"
    assert settled("{{ company.name }}") == "Atelier Rivage SAS"


def test_a_value_is_never_read_as_a_variable():
    assert settled("{{ '{' ~ '{ total }' ~ '}' }} {{ '{' ~ '% if %' ~ '}' }}") == (
        "{ { total }} { % if %}"
    )


def test_a_name_that_means_nothing_is_told():
    text = "[total] {{ items[0].claim }} [t<b>ota</b>l] [totla] [date&nbsp;limite]"
    assert list(unknown_names(text, lang="fr", html=True)) == ["totla"]
    assert list(unknown_names("[a<b]", lang="fr", html=False)) == ["a<b"]
    assert to_source("[totla]", lang="fr", html=True) == "[totla]"


def test_a_wrong_text_says_so():
    with pytest.raises(TemplateError):
        settled("{{ total|unknown }}")
