"""Proposals of a legal profile, and the names that try to mislead them."""

import pytest

from odoo_recouvrement.core.profile import (
    Profile,
    ProfileProposal,
    is_public_name,
    propose,
)

PRIVATE_SIREN = "404833048"
PARIS_SIREN = "217500016"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ((True, PRIVATE_SIREN, "Martin"), ("business", "siren", PRIVATE_SIREN)),
        ((True, "404 833 048", "Martin"), ("business", "siren", PRIVATE_SIREN)),
        ((True, "40483304800022", "Martin"), ("business", "siren", PRIVATE_SIREN)),
        # A sole trader is a natural person, and a business.
        ((False, PRIVATE_SIREN, "Martin"), ("business", "siren", PRIVATE_SIREN)),
        # The number is surer than the name.
        ((True, PRIVATE_SIREN, "Mairie de X"), ("business", "siren", PRIVATE_SIREN)),
        ((True, PARIS_SIREN, "Paris Musées"), ("public", "public_siren", PARIS_SIREN)),
        ((True, "", "X", "FR83404833048"), ("business", "siren", PRIVATE_SIREN)),
        # Monaco: a French VAT number without a SIREN.
        ((True, "", "X", "FR53000004605"), ("business", "vat", "")),
        ((True, "", "X", "BE0403170701"), ("business", "vat", "")),
        ((True, "404833047", "X", "FR00404833048"), ("business", "company", "")),
        ((True, "000000000", "X"), ("business", "company", "")),
        ((True, "", "Commune de Saint-Aubin"), ("public", "public_name", "")),
        ((False, "", "Commune de Saint-Aubin"), ("consumer", "person", "")),
        ((False, "", "Camille Martin"), ("consumer", "person", "")),
    ],
)
def test_propose(facts, expected):
    profile, reason, siren = expected
    assert propose(*facts) == ProfileProposal(Profile(profile), reason, siren)


@pytest.mark.parametrize(
    "name",
    [
        "Mairie",
        "MAIRIE DE LYON",
        "La Mairie d’Auray",
        "Ville de Saint-Étienne",
        "Commune du Bar-sur-Loup",
        "Commune de Le Sel-de-Bretagne",
        "Communauté de communes du Val d'Or",
        "Communauté d’agglomération du Pays Basque",
        "Métropole de Lyon",
        "Département de l'Ain",
        "Conseil départemental du Rhône",
        "Région Bretagne",
        "Région Île-de-France",
        "Région Sud",
        "Préfecture du Nord",
        "Sous-préfecture de Dole",
        "Centre Hospitalier Universitaire de Nantes",
        "CHU de Nantes",
        "CCAS de Tours",
        "SDIS 69",
        "Université Lyon 2",
        "Lycée Victor Hugo",
        "École élémentaire Jules Ferry",
        "Ministère des Armées",
        "Syndicat mixte du Trégor",
        "Direction générale des finances publiques",
    ],
)
def test_names_of_public_bodies(name):
    assert is_public_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Mairie-Martin SARL",
        "Mairie Immobilier",
        "Hôtel de Région",
        "Café de la Mairie",
        "Ville de Rêves S.A.R.L.",
        "Commune Image",
        "Région Sud Immo",
        "Département Textile",
        "Chu & Fils",
        "Chu Wei",
        "Lycée privé Saint-Joseph",
        "Centre hospitalier privé de l'Europe",
        "Université du Vin SAS",
        "Association du lycée Victor Hugo",
        "Ministère de la Bière SASU",
        "Communauté Emmaüs",
        "Jean Département",
        "",
    ],
)
def test_names_that_mislead(name):
    assert not is_public_name(name)
