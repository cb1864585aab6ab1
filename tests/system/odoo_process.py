"""An Odoo process of the system tests: one command on one database.

``odoo_process.py DATABASE seed COUNT``    a French company, COUNT debtors to remind
``odoo_process.py DATABASE dispatch ...``  see ``dispatch``
``odoo_process.py DATABASE resolve SINK``  settle what is in doubt, as a person would
``odoo_process.py DATABASE serve PORT``    the web server, its clock at ``NOW``

Faults are made here, around the addon's own code, never inside it.
"""

import os
import re
import signal
import sys
import time
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

AS_OF = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 30)


@contextmanager
def environment(database: str):
    """The database, as Odoo's own commands open it."""
    config.parse_config(["-d", database, "--no-http", "--log-level=warn"])
    config["smtp_server"] = "127.0.0.1"
    config["smtp_port"] = int(os.environ.get("SMTP_PORT", "25"))
    server.load_server_wide_modules()
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})


# --- the ledger ----------------------------------------------------------------


def seed(env, count: str) -> None:
    """``count`` debtors with one invoice each, due five days ago, and the day's run."""
    from demo.company import setup_company, setup_users

    setup_company(env)
    company = env.ref("base.main_company")
    setup_users(env, company)
    company.write(
        {
            "recouvrement_is_live": True,
            "recouvrement_bank_max_age": 0,
            "recouvrement_reply_to": "recouvrement@ateliers-valmont.example",
            "recouvrement_cc_collector": False,
        }
    )
    partners = env["res.partner"].create(
        [
            {
                "name": f"Client {number:03d}",
                "is_company": True,
                "email": f"client{number:03d}@client.example",
                "street": "3 rue de la Paix",
                "zip": "42000",
                "city": "Saint-Étienne",
                "country_id": env.ref("base.fr").id,
                "lang": "fr_FR",
            }
            for number in range(int(count))
        ]
    )
    due = AS_OF - timedelta(days=5)
    product = {"name": "Pose", "quantity": 1, "price_unit": 360, "tax_ids": False}
    env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due - timedelta(days=30),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [(0, 0, product)],
            }
            for partner in partners
        ]
    ).action_post()
    run = env["recouvrement.run"].create(
        {"company_id": company.id, "as_of_date": AS_OF}
    )
    run.action_start()
    env.cr.commit()
    print("proposed", len(run.reminder_ids))


# --- the dispatch and its faults -----------------------------------------------


def dispatch(env, *options: str) -> None:
    """Let leave; options ``minutes=N`` later, ``wait=FILE`` before, ``kill=PLACE:N``.

    PLACE: prepared, numbered, claimed (before the commit of that step), sending (the
    claim is committed, the mail not sent), accepted (the server has it, the commit
    is missing), sent (just after that commit). N: at which time of passing there.
    """
    values = dict(option.split("=", 1) for option in options)
    if "kill" in values:
        place, _, times = values["kill"].partition(":")
        kill_at(place, int(times or 1))
    if "wait" in values:
        print("waiting", flush=True)
        while not Path(values["wait"]).exists():
            time.sleep(0.01)
    now = NOW + timedelta(minutes=int(values.get("minutes", 0)))
    company = env.ref("base.main_company")
    print("left", env["recouvrement.reminder"]._dispatch(company, now))


def kill_at(place: str, times: int) -> None:
    """Die of SIGKILL at the ``times``-th passage at a place of the dispatch."""
    from odoo.addons.odoo_recouvrement.models import (
        recouvrement_dispatch as code,
    )

    reminders, session = code.RecouvrementReminder, code.SmtpSession
    spots = {
        "prepared": (reminders, "_prepare", "after"),
        "numbered": (reminders, "_draw_numbers", "after"),
        "claimed": (reminders, "_claim", "after"),
        "sending": (session, "send", "before"),
        "accepted": (session, "send", "after"),
        "sent": (reminders, "_hand_over", "after"),
    }
    owner, name, when = spots[place]
    original, passed = getattr(owner, name), []

    def deadly(*args, **kwargs):
        passed.append(place)
        last = len(passed) == times
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*args, **kwargs)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    patch.object(owner, name, deadly).start()


def resolve(env, folder: str) -> None:
    """Look for each doubtful message in what the mail server received, and say so."""
    received = "".join(path.read_text() for path in Path(folder).glob("*.eml"))
    # Long headers are folded: a Message-ID may stand on a line of its own.
    present = set(re.findall(r"(?im)^Message-Id:\s*(<[^>]+>)", received))
    doubtful = env["recouvrement.reminder"].search([("is_in_doubt", "=", True)])
    for reminder in doubtful:
        if reminder.message_uid in present:
            reminder.action_resolve_sent()
        else:
            reminder.action_resolve_resend()
    env.cr.commit()
    print("resolved", len(doubtful))


def serve(database: str, port: str) -> None:
    from freezegun import freeze_time

    from odoo.cli.server import main

    options = [f"--db-filter=^{database}$", f"--http-port={port}", "--log-level=warn"]
    with freeze_time(NOW, tick=True):
        main(["-d", database, "--max-cron-threads=0", "--smtp-port=9", *options])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    _program, name, *steps = sys.argv
    if steps[0] == "serve":
        serve(name, steps[1])
        sys.exit()
    commands = {"seed": seed, "dispatch": dispatch, "resolve": resolve}
    with environment(name) as opened:
        # Several commands in one process: it takes seconds to start.
        for step in " ".join(steps).split(" then "):
            command, *arguments = step.split()
            commands[command](opened, *arguments)
