"""Postal addresses: lines, problems, order of the post."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_recouvrement.core.postal import MAX_LINES, MAX_WIDTH, PostalAddress

HOME = {"street": "1 rue Haute", "zip": "42000", "city": "Saint-Étienne"}


def test_the_country_is_written_abroad_only():
    belgian = PostalAddress(
        "Bière & Fils",
        street="Rue Neuve 1",
        zip="1000",
        city="Bruxelles",
        country_code="BE",
        country_name="Belgique",
    )
    assert belgian.lines()[-2:] == ("1000 BRUXELLES", "BELGIQUE")
    at_home = PostalAddress("A", **HOME, country_code="FR", country_name="France")
    assert at_home.lines() == ("A", "1 rue Haute", "42000 SAINT ETIENNE")


def test_overseas_departments_are_home_and_a_foreign_sender_has_its_own_home():
    overseas = {"country_code": "RE", "country_name": "La Réunion"}
    assert PostalAddress("A", **overseas).is_home
    belgian_sender = PostalAddress("A", **overseas, home_country="BE")
    assert not belgian_sender.is_home
    assert belgian_sender.lines() == ("A", "LA REUNION")
    assert PostalAddress("A", home_country="BE").is_home


def test_a_foreign_postcode_keeps_its_shape():
    address = PostalAddress(
        "A", zip="sw1a  1aa", city="London", country_code="GB", country_name="UK"
    )
    assert address.lines() == ("A", "SW1A 1AA LONDON", "UK")


def test_a_long_name_runs_over_two_lines_when_there_is_room():
    name = "Syndicat intercommunal des eaux de la haute vallée"
    assert PostalAddress(name, **HOME).lines()[:2] == (
        "Syndicat intercommunal des eaux de la",
        "haute vallée",
    )


def test_names_are_cut_before_the_street():
    long = "mot " * 15
    address = PostalAddress(
        long, contact=long, street=long, zip="42000", city="Saint-Étienne"
    )
    assert len(address.lines()) == 5
    assert address.is_usable


def test_an_address_that_cannot_fit_is_a_problem():
    long = "mot " * 25
    address = PostalAddress("A", street=long, street2=long, zip="42000", city="B")
    assert address.problems() == ("too_long",)


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        (HOME, ()),
        (HOME | {"zip": "42 000"}, ()),
        (HOME | {"street": "", "street2": "BP 12"}, ()),
        (HOME | {"street": " "}, ("no_street",)),
        (HOME | {"city": ""}, ("no_city",)),
        (HOME | {"zip": ""}, ("no_zip",)),
        (HOME | {"zip": "4200"}, ("bad_zip",)),
        (HOME | {"zip": "00123"}, ("bad_zip",)),
        (HOME | {"zip": "٤٢٠٠٠"}, ("bad_zip",)),
        (HOME | {"zip": "", "country_code": "IE"}, ()),
        (HOME | {"zip": "98714", "country_code": "PF"}, ()),
        ({}, ("no_street", "no_city", "no_zip")),
    ],
)
def test_problems(values, codes):
    address = PostalAddress("Dupont", **values)
    assert address.problems() == codes
    assert address.is_usable is not bool(codes)


def test_postal_order():
    def at(zip="", country="FR", name=""):
        return PostalAddress("A", zip=zip, country_code=country, country_name=name)

    paris, lyon, cayenne = at("75 001"), at("69001"), at("97300", "GF", "Guyane")
    austria, belgium = at("1010", "AT", "Autriche"), at("1000", "BE", "Belgique")
    shuffled = [belgium, cayenne, austria, paris, lyon]
    assert sorted(shuffled, key=lambda address: address.sorting_key) == [
        lyon,
        paris,
        cayenne,
        austria,
        belgium,
    ]


parts = st.text(max_size=120)


@given(parts, parts, parts, parts, parts, parts)
def test_no_usable_address_leaves_the_window(name, contact, street, street2, zip, city):
    address = PostalAddress(name, contact, street, street2, zip, city)
    lines = address.lines()
    assert all(len(line) <= MAX_WIDTH for line in lines)
    assert len(lines) <= MAX_LINES or not address.is_usable
