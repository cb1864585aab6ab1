{
    "name": "Recouvrement",
    "summary": "Follow-up of unpaid customer invoices, the French way",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "odoo_recouvrement contributors",
    "license": "AGPL-3",
    "depends": [
        "account",
        "account_payment",
        "l10n_fr_account",
        "mail",
        "portal",
        "sms",
    ],
    "external_dependencies": {
        "python": ["holidays", "jinja2", "pypdf", "schwifty", "segno", "python-stdnum"]
    },
    "data": [
        "security/recouvrement_groups.xml",
        "security/ir.model.access.csv",
        "security/recouvrement_security.xml",
        "data/mail_activity_type_data.xml",
        "data/recouvrement_template_business_data.xml",
        "data/recouvrement_template_consumer_data.xml",
        "data/recouvrement_template_public_data.xml",
        "data/recouvrement_policy_data.xml",
        "data/ir_cron_data.xml",
        "report/letter_templates.xml",
        "report/mail_templates.xml",
    ],
    "application": True,
}
