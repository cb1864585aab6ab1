"""The creditor: an invented joinery near Lyon, its users, bank, terms and products."""

import base64
import random
from datetime import date, timedelta
from pathlib import Path

from . import identifiers
from .catalogue import PRODUCTS

NAME = "Ateliers Valmont"
LOGO = Path(__file__).with_name("logo.png")
DOMAIN = "ateliers-valmont.example"
CAPITAL = "SAS au capital de 150 000 €"
#: The specimen IBAN printed in French bank documentation: valid, nobody's account.
IBAN = "FR7630006000011234567890189"
BIC = "AGRIFRPP"
SIREN = identifiers.siren("ateliers-valmont")
RCS = f"RCS Lyon {SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}"

#: login: (name, function, group of the addon, groups without the addon)
USERS = {
    "claire": (
        "Claire Besson",
        "Chargée de recouvrement",
        "group_recouvrement_collector",
        ("account.group_account_invoice",),
    ),
    "julien": (
        "Julien Morel",
        "Comptable",
        "group_recouvrement_collector",
        ("account.group_account_user",),
    ),
    "helene": (
        "Hélène Castaing",
        "Directrice financière",
        "group_recouvrement_manager",
        ("account.group_account_manager",),
    ),
    "thomas": (
        "Thomas Leroy",
        "Commercial",
        "group_recouvrement_reader",
        ("base.group_user", "base.group_partner_manager"),
    ),
}

#: key: (name, [(percent, delay type, days)])
TERMS = {
    "0": ("À réception", [(100, "days_after", 0)]),
    "15": ("15 jours", [(100, "days_after", 15)]),
    "30": ("30 jours", [(100, "days_after", 30)]),
    "50": ("50 jours (établissements de santé)", [(100, "days_after", 50)]),
    "45fm": (
        "45 jours fin de mois",
        [(100, "days_after_end_of_month", 45)],
    ),
    "instalments": (
        "30 % à la commande, puis 30, 60 et 90 jours",
        [
            (30, "days_after", 0),
            (25, "days_after", 30),
            (25, "days_after", 60),
            (20, "days_after", 90),
        ],
    ),
}
TAXES = {"20": "tva_normale", "10": "tva_intermediaire", "5.5": "tva_reduite"}


def setup_company(env):
    """Turn the main company into Ateliers Valmont, with the French chart (EUR)."""
    company = env.ref("base.main_company")
    company.write({"name": NAME, "country_id": env.ref("base.fr").id})
    if company.chart_template != "fr":
        env["account.chart.template"].try_loading("fr", company, install_demo=False)
    vat = identifiers.french_vat(SIREN)
    legal = f"{NAME}, {CAPITAL} – {RCS} – TVA {vat}"
    company.write(
        {
            "street": "14 rue des Compagnons",
            "zip": "69100",
            "city": "Villeurbanne",
            "phone": "+33 4 65 71 00 14",
            "email": f"compta@{DOMAIN}",
            "website": f"https://www.{DOMAIN}",
            "vat": vat,
            "company_registry": identifiers.siret(SIREN),
            "company_details": f"<p>{NAME}<br/>{CAPITAL}<br/>{RCS}</p>",
            "report_footer": f"<p>{legal}</p>",
        }
    )
    company.logo = base64.b64encode(LOGO.read_bytes())
    company.partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
    _setup_bank(env, company)
    return company


def _setup_bank(env, company):
    """Attach the company's IBAN to its bank journal."""
    bank = env["res.bank"].search([("bic", "=", BIC)], limit=1)
    if not bank:
        bank = env["res.bank"].create({"name": "Crédit Agricole", "bic": BIC})
    account = env["res.partner.bank"].create(
        {
            "acc_number": IBAN,
            "partner_id": company.partner_id.id,
            "company_id": company.id,
            "bank_id": bank.id,
            "allow_out_payment": True,
        }
    )
    bank_journal(env, company).bank_account_id = account


def bank_journal(env, company):
    return _journal(env, company, "bank")


def misc_journal(env, company):
    return _journal(env, company, "general")


def _journal(env, company, journal_type):
    # The chart creates one bank journal and, first in order, « OD ».
    return env["account.journal"].search(
        [("company_id", "=", company.id), ("type", "=", journal_type)],
        order="sequence, id",
        limit=1,
    )


def setup_users(env, company):
    """The four people of the demo; the password is the login. Returns {login: user}."""
    users = env["res.users"].with_context(no_reset_password=True)
    values = []
    for login, (name, function, group, fallback) in USERS.items():
        groups = [env.ref("base.group_user")]
        own_group = env.ref(f"odoo_recouvrement.{group}", raise_if_not_found=False)
        groups += [env.ref(xmlid) for xmlid in fallback]
        groups += [own_group] if own_group else []
        values.append(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@{DOMAIN}",
                "phone": identifiers.phone(login),
                "function": function,
                # Tasks are read in Odoo: out/mail is for the debtors' mail.
                "notification_type": "inbox",
                "lang": "fr_FR",
                "tz": "Europe/Paris",
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, [group.id for group in groups])],
            }
        )
    env.ref("base.user_admin").partner_id.write({"lang": "fr_FR", "tz": "Europe/Paris"})
    return dict(zip(USERS, users.create(values), strict=True))


def setup_terms(env, company):
    """Payment terms by key of :data:`TERMS`."""
    terms = env["account.payment.term"].create(
        [
            {
                "name": name,
                "company_id": company.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "value": "percent",
                            "value_amount": percent,
                            "delay_type": delay,
                            "nb_days": days,
                        },
                    )
                    for percent, delay, days in lines
                ],
            }
            for name, lines in TERMS.values()
        ]
    )
    return dict(zip(TERMS, terms, strict=True))


def setup_products(env, company):
    """Products by key of the catalogue, each with its VAT rate."""
    chart = env["account.chart.template"].with_company(company)
    taxes = {rate: chart.ref(xmlid) for rate, xmlid in TAXES.items()}
    for tax in taxes.values():
        tax.active = True  # the chart leaves the reduced rates archived
    records = env["product.product"].create(
        [
            {
                "name": product.name,
                "default_code": f"AV-{index:03d}",
                "type": "service" if product.is_service else "consu",
                "list_price": float(product.price),
                "taxes_id": [(6, 0, taxes[product.vat].ids)],
                "supplier_taxes_id": [(5, 0, 0)],
            }
            for index, product in enumerate(PRODUCTS, start=1)
        ]
    )
    by_key = {}
    for product, record in zip(PRODUCTS, records, strict=True):
        record.with_context(lang="en_US").name = product.english
        by_key[product.key] = record
    return by_key


def setup_currency(env, company, as_of: date, seed: int):
    """Activate the dollar, with a rate a month: a walk around 1.12 USD for 1 EUR."""
    dollar = env.ref("base.USD")
    dollar.active = True
    rng = random.Random(f"{seed}:USD")
    rate, values = 1.12, []
    day = (as_of - timedelta(days=450)).replace(day=1)
    while day <= as_of:
        rate = round(min(max(rate * rng.uniform(0.985, 1.017), 1.04), 1.2), 4)
        values.append(
            {
                "name": day,
                "currency_id": dollar.id,
                "company_id": company.id,
                "rate": rate,
            }
        )
        day = (day + timedelta(days=32)).replace(day=1)
    env["res.currency.rate"].create(values)
    return dollar
