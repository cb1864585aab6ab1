"""Prints a mise en demeure for each profile, from the debtors of the demo.

``bin/notices`` calls it on the demo's database, which it leaves as it was. The same
demo gives the same files, to the byte.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from demo.day import last_run_day
from demo.session import environment, living

#: Where the debtor's link of the samples leads: no server answers there.
SITE = "https://compte.ateliers-valmont.example"

#: file → a debtor of the demo under that profile
SAMPLES = {
    "entreprise": "Restaurant L'Esquisse",
    "particulier": "Bernard Guillot",
    "public": "Centre hospitalier du Val d'Ozon",
}


def main(database: str) -> int:
    """Write the files; 1 if one of the notices may not leave."""
    refused = 0
    with environment(database, str(ROOT / ".dev" / "demo.log")) as env:
        company = env.ref("base.main_company")
        env["ir.config_parameter"].set_param("web.base.url", SITE)
        with living(last_run_day(env, company)):
            for number, (name, debtor) in enumerate(SAMPLES.items(), 1):
                refused += not sample(env, company, number, name, debtor)
        env.cr.rollback()
    return 1 if refused else 0


def sample(env, company, number: int, name: str, debtor: str) -> bool:
    """One notice, made as the collector would, printed and not kept."""
    claire = env["res.users"].search([("login", "=", "claire")])
    case = env["recouvrement.case"].search(
        [("partner_id.name", "=", debtor), ("company_id", "=", company.id)]
    )
    earlier = case.notice_ids.filtered(
        lambda one: one.stage not in ("withdrawn", "cancelled", "draft", "ready")
    )
    if earlier:
        earlier.reminder_id.action_withdraw("Made again as a sample")
    wizards = env["recouvrement.notice.prepare"].with_user(claire)
    wizard = wizards.with_context(default_case_id=case.id, lang="fr_FR").create({})
    found = env["recouvrement.mise_en_demeure"].browse(wizard.action_apply()["res_id"])
    reminder = found.reminder_id.sudo()
    day = found.date
    refusals, _advice = found._judge(day)
    writer = env["recouvrement.message"].sudo().with_company(company)
    message = writer._compose(reminder, day)
    label = f"MED/{day.year}/{number:05d}"
    file = Path(__file__).with_name(f"{name}.pdf")
    file.write_bytes(writer._print(reminder, message, number=label))
    print(f"{file.name}: {debtor}", *refusals, sep="\n  ")
    return not refusals


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
