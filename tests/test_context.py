"""The message context: its totals, its table, its languages."""

import datetime
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.context import (
    VARIABLES,
    Credit,
    MessageItem,
    NothingToAsk,
)
from odoo_recouvrement.core.formats import locale_of, long_date
from odoo_recouvrement.core.items_table import items_table
from odoo_recouvrement.core.sample import TODAY, sample

CONTEXT = sample()
UPCOMING = replace(CONTEXT, items=CONTEXT.upcoming_items, credits=())


def item(days_overdue, claim):
    due_date = TODAY - datetime.timedelta(days=days_overdue)
    return MessageItem("F1", due_date, due_date, days_overdue, claim, claim, claim)


def test_the_sample_shows_one_of_everything():
    assert len(CONTEXT.overdue_items) == 2
    assert len(CONTEXT.upcoming_items) == len(CONTEXT.credits) == 1
    assert CONTEXT.overdue_total == Decimal("1980.00")
    assert CONTEXT.credit_total == Decimal("150.00")
    assert CONTEXT.total == Decimal("1830.00")
    assert CONTEXT.upcoming_total == Decimal("460.50")


def test_penalties_are_counted_apart_from_what_is_owed():
    context = sample(with_penalties=True)
    assert context.interest_total == Decimal("21.19")
    assert context.fee_total == Decimal("80.00")
    assert context.grand_total == context.total + Decimal("101.19")
    assert sum(item.total_due for item in context.overdue_items) == context.grand_total
    assert context.upcoming_items[0].total_due == Decimal("460.50")


def test_penalties_stand_between_the_principal_and_the_total():
    table = str(items_table(sample(with_penalties=True), lang="fr", html=True))
    words = ("Principal", "Intérêts de retard", "Indemnité forfaitaire", "Total à")
    places = [table.index(word) for word in words]
    assert places == sorted(places)
    assert "21,19" in table and "1\u202f931,19" in table
    assert "Principal" not in items_table(CONTEXT, lang="fr", html=True)


def test_without_penalties_the_total_is_what_is_owed():
    assert not CONTEXT.shows_penalties
    assert CONTEXT.grand_total == CONTEXT.total


def test_a_consumer_owes_nothing_more_before_a_formal_notice():
    consumer = sample("fr", "consumer", with_penalties=True)
    assert consumer.interest_total == consumer.fee_total == 0
    assert consumer.grand_total == consumer.total


def test_the_sample_speaks_to_its_reader():
    assert sample("fr", "consumer").recipient.is_person
    assert sample("en", "public").recipient.salutation == "Dear Sir or Madam"


def test_the_variables_are_the_documented_names():
    assert VARIABLES - {"items_table"} == CONTEXT.as_variables().keys()
    assert {"company", "items", "overdue_total", "oldest_days"} < VARIABLES


def test_the_oldest_item_comes_first_whatever_the_order_given():
    backwards = replace(CONTEXT, items=CONTEXT.items[::-1])
    assert backwards.items == CONTEXT.items
    assert backwards.oldest_due_date == datetime.date(2026, 1, 30)
    assert backwards.oldest_days == 45


def test_an_item_due_today_is_asked_not_announced():
    assert not item(0, Decimal(1)).is_upcoming
    assert item(-1, Decimal(1)).is_upcoming


def test_a_message_without_items_says_nothing():
    with pytest.raises(NothingToAsk):
        replace(CONTEXT, items=())


amounts = st.decimals(0, 10**6, places=2)


@given(
    st.lists(st.builds(item, st.integers(-60, 400), amounts), min_size=1),
    st.lists(st.builds(Credit, st.just("AV"), st.just(TODAY), amounts)),
)
def test_totals_never_disagree(items, credits):
    context = replace(CONTEXT, items=tuple(items), credits=tuple(credits))
    assert context.overdue_total - context.credit_total == context.total
    assert context.total + context.upcoming_total == sum(i.claim for i in items)
    assert set(context.overdue_items) | set(context.upcoming_items) == set(items)


class _Table(HTMLParser):
    """Rows of (tag, scope, style, text) cells."""

    def __init__(self, html):
        super().__init__()
        self.rows, self.caption, self._cell = [], "", None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            values = dict(attrs)
            self._cell = [tag, values.get("scope"), values["style"], ""]
            self.rows[-1].append(self._cell)

    def handle_data(self, data):
        if self._cell:
            self._cell[-1] += data

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self._cell = None


def table(context, lang="fr"):
    return _Table(items_table(context, lang=lang, html=True)).rows


def texts(row):
    return [cell[-1] for cell in row]


def test_the_table_adds_up_under_the_eyes_of_the_reader():
    header, first, second, total, upcoming, upcoming_total = table(CONTEXT)
    assert texts(header) == [
        "Facture",
        "Votre référence",
        "Date",
        "Échéance",
        "Jours de retard",
        "Montant TTC",
        "À régler",
    ]
    assert texts(second) == [
        "FAC/2026/00031",
        "BC-7781",
        "28/01/2026",
        "27/02/2026",
        "17",
        "980,00\xa0€",
        "780,00\xa0€",
    ]
    assert texts(first)[-1] == "1\u202f050,00\xa0€"
    assert texts(total) == ["Total à régler", "1\u202f830,00\xa0€"]
    assert texts(upcoming)[4] == ""
    assert texts(upcoming_total) == ["À échoir", "460,50\xa0€"]


def test_the_table_is_accessible_and_amounts_are_right_aligned():
    header, *rows = table(CONTEXT)
    assert all(cell[:2] == ["th", "col"] for cell in header)
    assert all(row[0][:2] == ["th", "row"] for row in rows)
    assert all("text-align:right" in row[-1][2] for row in [header, *rows])


def test_columns_without_information_are_left_out():
    header, _row, total = table(UPCOMING, "en")
    assert texts(header) == ["Invoice", "Date", "Due date", "Amount", "To pay"]
    assert texts(total)[0] == "Not due yet"


def test_the_residual_is_shown_when_nothing_else_tells_it():
    partly = replace(
        CONTEXT.items[1], residual=Decimal("780.00"), claim=Decimal("500.00")
    )
    header, row, _total = table(replace(CONTEXT, items=(partly,)))
    assert texts(header)[-2:] == ["Reste dû", "À régler"]
    assert texts(row)[-2:] == ["780,00\xa0€", "500,00\xa0€"]


def test_deducted_credits_are_said_under_the_table():
    html = items_table(CONTEXT, lang="fr", html=True)
    assert html.endswith(
        "<p>Déduits\u00a0: AV/2026/00003 (20/02/2026) 150,00\u00a0€</p>"
    )
    assert items_table(UPCOMING, lang="fr", html=True).endswith("</table>")


def test_the_table_escapes_what_people_typed():
    hostile = replace(CONTEXT.items[0], reference="<img src=x onerror=alert(1)>")
    html = items_table(replace(CONTEXT, items=(hostile,)), lang="fr", html=True)
    assert "<img" not in html


def test_the_text_version_has_a_line_per_item():
    assert items_table(UPCOMING, lang="fr", html=False) == (
        "FAC/2026/00058, échéance du 26/03/2026\u00a0: 460,50\u00a0€"
    )


@pytest.mark.parametrize("lang", ["en", "en_US", "de", "xx", ""])
def test_other_languages_get_english_words(lang):
    assert texts(table(CONTEXT, lang)[0])[0] == "Invoice"


@pytest.mark.parametrize(
    ("lang", "locale"),
    [("fr_FR", "fr_FR"), ("sr@latin", "sr"), ("de", "de"), ("zz_ZZ", "en_GB")],
)
def test_odoo_language_codes_are_understood(lang, locale):
    assert str(locale_of(lang)) == locale


@pytest.mark.parametrize("day", [None, "2026-03-02", ""])
def test_no_date_is_never_today(day):
    with pytest.raises(TypeError):
        long_date(day, "fr")
