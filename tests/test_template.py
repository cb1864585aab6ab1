"""Templates: what they can say, and what they are stopped from doing."""

from dataclasses import replace

import pytest

from odoo_recouvrement.core.sample import sample
from odoo_recouvrement.core.template import (
    MAX_SOURCE,
    Problem,
    TemplateError,
    check,
    parse,
    render,
    variables,
)

CONTEXT = sample("fr", "business")


def text(source, context=CONTEXT, lang="fr", html=False):
    return render(source, context, lang=lang, html=html)


def stopped(source, context=CONTEXT, html=False):
    with pytest.raises(TemplateError) as caught:
        text(source, context, html=html)
    return caught.value


# What a template can say


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ debtor.name }}", "Boulangerie Martin SARL"),
        ("{{ total|money }}", "1\u202f830,00\xa0€"),
        ("{{ total }}", "1\u202f830,00\xa0€"),
        ("{{ pay_before }}", "24\xa0mars 2026"),
        ("{{ pay_before|date }} {{ date|short_date }}", "24\xa0mars 2026 16/03/2026"),
        ("{{ items|length - 1 }} sur {{ items|length }}", "2 sur 3"),
        ("{{ overdue_items|sum(attribute='claim') }}", "1\u202f830,00\xa0€"),
        ("{{ -oldest_days }} {{ +oldest_days|round(1) }} {{ '12'|int }}", "-45 45 12"),
        ("{{ company.address|join(', ') }}", "12 quai des Tanneurs, 44000 NANTES"),
        ("{{ debtor.name ~ ' (' ~ 3 ~ ')' }}", "Boulangerie Martin SARL (3)"),
        ("{{ (items|sort(attribute='claim')|first).claim }}", "460,50\xa0€"),
        ("{{ (credits|first).reference[:2]|lower }}", "av"),
        ("{{ debtor.vat|default('sans TVA') }}", "sans TVA"),
        ("{% set n = 2 %}{{ 'deux' if n == 2 else 'autre' }}", "deux"),
        (
            "{% for i in overdue_items if i.claim %}{{ loop.index }}{% endfor %}",
            "12",
        ),
        ("{% if collector.phone is defined and total > 0 %}oui{% endif %}", "oui"),
        ("{{ 'rien' if total == 0 }}.", "."),
        ("A & B <{{ 'C & D' }}>", "A & B <C & D>"),
    ],
)
def test_what_a_template_can_say(source, expected):
    assert text(source) == expected


def test_values_are_escaped_in_html_only():
    hostile = replace(CONTEXT, payment_reference="<script>&")
    source = "<p>{{ payment_reference }}</p>{{ ['<i>', 'x']|join('<br>') }}"
    assert text(source, hostile) == "<p><script>&</p><i><br>x"
    assert text(source, hostile, html=True) == (
        "<p>&lt;script&gt;&amp;</p>&lt;i&gt;&lt;br&gt;x"
    )


def test_a_template_cannot_stop_escaping():
    error = stopped("{% autoescape false %}{{ total }}{% endautoescape %}", html=True)
    assert (error.code, error.line, error.detail) == ("forbidden", 0, "scope")


def test_lines_of_a_value_become_lines_of_html():
    source = "{{ company.address|join('\n')|nl2br }}"
    assert text(source, html=True) == "12 quai des Tanneurs<br>44000 NANTES"


def test_money_and_dates_follow_the_language_and_the_currency_of_the_message():
    dollars = replace(CONTEXT, currency="USD")
    assert text("{{ total }}, {{ date }}", dollars, "en_US") == (
        "$1,830.00, March\xa016, 2026"
    )
    # A template cannot make its debtor owe another currency.
    assert text("{% set currency = 'USD' %}{{ total }}").endswith("€")


def test_the_table_of_items_is_html_or_lines():
    assert text("{{ items_table }}", html=True).startswith("<table")
    assert text("{{ items_table }}").count("\n") == 2


def test_a_template_is_compiled_once():
    assert parse("{{ total }}", html=True) is parse("{{ total }}", html=True)
    assert parse("{{ total }}", html=True) is not parse("{{ total }}", html=False)


def test_variables_are_those_of_the_context():
    assert variables("{% set a = total %}{{ a }}{{ debtor.name }}") == {
        "total",
        "debtor",
    }


# What it is stopped from doing


@pytest.mark.parametrize(
    ("source", "detail"),
    [
        ("{{ ''.__class__.__mro__ }}", "__mro__"),
        ("{{ debtor.__init__ }}", "__init__"),
        ("{{ _rendering }}", "_rendering"),
        ("{% set _rendering = 1 %}", "_rendering"),
        ("{{ self }}", "self"),
        ("{{ '{0.__class__}'.format(debtor) }}", "call"),
        ("{{ '%s' % debtor }}", "mod"),
        ("{{ range(1000000000) }}", "call"),
        ("{{ lipsum() }}", "call"),
        ("{{ 9 ** 999999999 }}", "pow"),
        ("{{ 'a' * 1000 }}", "mul"),
        ("{{ [0] * 1000 }}", "mul"),
        ("{{ total / 3 }}", "div"),
        ("{{ total // 3 }}", "floordiv"),
        ("{{ {'a': 1} }}", "dict"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "macro"),
        ("{% call debtor() %}{% endcall %}", "callblock"),
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as x %}", "import"),
        ("{% from 'x' import y %}", "fromimport"),
        ("{% extends 'x' %}", "extends"),
        ("{% block b %}{% endblock %}", "block"),
        ("{% set x %}a{% endset %}", "assignblock"),
        ("{% filter upper %}a{% endfilter %}", "filterblock"),
        ("{% with a = 1 %}{% endwith %}", "with"),
        ("{% for i in items recursive %}{{ loop(items) }}{% endfor %}", "call"),
        ("{% for i in items %}{{ loop.cycle(1, 2) }}{% endfor %}", "call"),
    ],
)
def test_what_is_not_in_the_language_is_refused(source, detail):
    error = stopped(f"Bonjour,\n{source}")
    assert (error.code, error.line, error.detail) == ("forbidden", 2, detail)


@pytest.mark.parametrize(
    "source",
    [
        "{{ debtor['__class__'] }}",
        "{{ debtor.name.upper }}",
        "{{ total.as_tuple }}",
        "{{ items.count }}",
        "{% for item in items %}{{ loop['_iterable'] }}{% endfor %}",
        "{% for item in items %}{{ loop.cycle }}{% endfor %}",
        "{{ items|sum(attribute='__class__') }}",
        "{{ items|sort(attribute='invoice.__class__')|length }}",
        "{{ 'a' + 'a' }}",
        "{{ [1] + [1] }}",
    ],
)
def test_attributes_methods_and_growing_sums_are_fenced(source):
    assert stopped(source).code == "forbidden"


@pytest.mark.parametrize(
    "name", ["attr", "map", "safe", "center", "format", "replace", "batch", "tojson"]
)
def test_only_a_few_filters_exist(name):
    error = stopped("{% if 0 %}\n{{ 'a'|" + name + "(1000000000) }}{% endif %}")
    assert (error.code, error.line, error.detail) == ("unknown_filter", 2, name)


def test_loops_are_counted():
    nest = "{% for a in 'aaaaaaaaaa' %}" * 8 + "{% endfor %}" * 8
    assert stopped(nest).code == "too_many_turns"


def test_a_long_body_has_fewer_turns():
    body = "{% if 'a'|upper == 'b' %}{% endif %}" * 100
    assert stopped("{% for a in '" + "a" * 1_000 + "' %}" + body + "{% endfor %}")


def test_filters_are_counted_too():
    big = "{% set a = '" + "é" * 50_000 + "' %}{% for b in 'aaaaaaaaaa' %}"
    assert stopped(big + "{% if a|upper %}{% endif %}{% endfor %}").code == "too_long"
    assert stopped("{{ '" + "a" * 30_000 + "'|sort|length }}").code == "too_many_turns"


def test_the_longest_statement_has_room():
    item = CONTEXT.items[0]
    many = replace(
        CONTEXT, items=tuple(replace(item, invoice=str(n)) for n in range(3_000))
    )
    source = "{% for item in items %}{{ item.invoice }}\n{% endfor %}" * 3
    assert text(source, many).count("\n") == 9_000
    assert text("{{ items_table }}", many, html=True).count("<tr>") == 3_002


def test_output_is_stopped_while_it_is_made():
    long = "x" * 1_000
    source = "{% for a in '" + "a" * 300 + "' %}" + long + "{% endfor %}"
    assert stopped(source).code == "too_long"


def test_texts_cannot_double_for_ever():
    doubling = "{% set a = 'aaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 60
    assert stopped(doubling).code == "too_long"
    joins = "{% set a = 'aaaaaaaaaa' %}" + "{% set a = [a, a]|join %}" * 60
    assert stopped(joins).code == "too_long"


@pytest.mark.parametrize(
    "source",
    [
        "{{ " + "9" * 5_000 + " }}",
        "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
        "{% for a in 'a' %}" * 40 + "{% endfor %}" * 40,
        "x" * (MAX_SOURCE + 1),
    ],
)
def test_absurd_sources_are_refused(source):
    assert stopped(source).code == "too_complex"


@pytest.mark.parametrize(
    ("source", "code", "line", "detail"),
    [
        ("a\n{{ total", "syntax", 2, "unexpected end of template"),
        ("a\n{% if %}", "syntax", 2, "Expected an expression"),
        ("\n{{ total is odd_one }}", "syntax", 2, "No test named 'odd_one'"),
        ("\n{{ nothing }}", "unknown_variable", 2, "nothing"),
        ("\n\n{{ debtor.nothing }}", "unknown_variable", 3, "nothing"),
        ("\n{{ items }}", "not_printable", 2, "tuple"),
        ("{{ 'a'.format }}", "not_printable", 1, "function"),
        ("{{ debtor.is_company }}", "not_printable", 1, "bool"),
        ("{{ 1.5 }}", "not_printable", 1, "float"),
        ("{{ debtor.name|date }}", "bad_value", 1, "not a date"),
        ("{{ debtor.name|money }}", "bad_value", 1, ""),
        ("{{ total < 'a' }}", "bad_value", 1, "not supported"),
        ("{{ [[1], [1]]|sum(start=[]) }}", "bad_value", 1, "start"),
    ],
)
def test_errors_say_what_and_where(source, code, line, detail):
    error = stopped(source)
    assert (error.code, error.line) == (code, line)
    assert detail in error.detail


def test_the_same_template_always_stops_at_the_same_place():
    source = "{% for a in items %}{% for b in 'aaaa' %}" * 6 + "{% endfor %}" * 12
    first, second = stopped(source), stopped(source)
    assert (first.code, first.line) == (second.code, second.line)


# What is said when it is saved


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        ("{{ recipient.salutation }}, {{ total|money }}", []),
        ("{{ foo + bar }}", [("unknown_variable", n) for n in ("bar", "foo")]),
        ("{{ debtor.foo }}", [("unknown_variable", "foo")]),
        ("{{ total|center(9) }}", [("unknown_filter", "center")]),
    ],
)
@pytest.mark.parametrize("profile", ["business", "consumer", "public"])
@pytest.mark.parametrize("html", [True, False])
def test_check(source, problems, profile, html):
    found = check(source, html=html, profile=profile)
    assert [(problem.code, problem.detail) for problem in found] == problems
    assert all(isinstance(problem, Problem) for problem in found)


def test_check_finds_a_wrong_name_in_a_branch_the_sample_does_not_take():
    assert check("{% if total == 0 %}{{ foo }}{% endif %}", html=True)


@pytest.mark.parametrize("name", ["debtor", "items", "credits", "level", "company"])
def test_only_plain_values_are_printed(name):
    assert stopped("{{ " + name + " }}").code == "not_printable"
