"""The debtors as ``res.partner`` records, with their contacts."""

from .debtors import Debtor
from .identifiers import MOBILE_PREFIX

NO_REMINDER_TAG = "Groupe Valmont (sans relance)"


def create_partners(env, company, debtors: tuple[Debtor, ...], terms, users):
    """Create customers and contacts in two batches. Returns {key: partner}."""
    countries = {
        country.code: country
        for country in env["res.country"].search([("code", "in", ["FR", "DE", "US"])])
    }
    salesperson = users["thomas"]
    values = [
        _values(debtor, number, countries, terms, salesperson)
        for number, debtor in enumerate(debtors, start=1)
    ]
    created = env["res.partner"].with_company(company).create(values)
    partners = {
        debtor.key: partner for debtor, partner in zip(debtors, created, strict=True)
    }
    _create_contacts(env, debtors, partners)
    _accept_mobiles(created)
    _tag_group_company(env, debtors, partners)
    for debtor in debtors:
        if debtor.parent:
            partners[debtor.key].parent_id = partners[debtor.parent]
    return partners


def _values(debtor: Debtor, number: int, countries, terms, salesperson):
    return {
        "name": debtor.name,
        "ref": f"C{number:04d}",
        "is_company": debtor.is_company,
        "street": debtor.street or False,
        "zip": debtor.zip or False,
        "city": debtor.city or False,
        "country_id": countries[debtor.country].id,
        "lang": debtor.lang,
        "email": debtor.email or False,
        "phone": debtor.phone or False,
        "company_registry": debtor.registry or False,
        "vat": debtor.vat or False,
        "customer_rank": 1,
        "user_id": salesperson.id,
        "property_payment_term_id": terms[debtor.term].id,
    }


def _create_contacts(env, debtors, partners):
    env["res.partner"].create(
        [
            {
                "parent_id": partners[debtor.key].id,
                "name": contact.name,
                "type": contact.type,
                "email": contact.email or False,
                "function": contact.function or False,
                "lang": debtor.lang,
            }
            for debtor in debtors
            for contact in debtor.contacts
        ]
    )


def _accept_mobiles(partners):
    """The mobile numbers kept for fiction, which Odoo takes for invalid ones."""
    for partner in partners:
        digits = (partner.phone or "").replace(" ", "")
        if digits.startswith(f"+33{MOBILE_PREFIX[1:].replace(' ', '')}"):
            partner.phone_sanitized = digits


def _tag_group_company(env, debtors, partners):
    """The sister company carries a tag: a rule on it gives no policy."""
    tag = env["res.partner.category"].create({"name": NO_REMINDER_TAG, "color": 3})
    for debtor in debtors:
        if debtor.shows == "no_policy":
            partners[debtor.key].category_id = tag


def invoice_partner(partner):
    """Whom the invoice names: the invoice contact when there is one."""
    return (
        partner.child_ids.filtered(
            lambda child: child.type == "invoice" and not child.is_company
        )[:1]
        or partner
    )
