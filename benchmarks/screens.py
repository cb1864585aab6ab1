"""What a collector waits for, in a real browser: ``… benchmarks.screens DB``.

On a ledger in which ``ours`` has run. Sixty debtors of the day, the most urgent ones
(so the biggest), are a collector's; the others are a colleague's. Each screen is timed
from the click until its content shows: the first opening, in a browser that has only
loaded Odoo's web client, and the median of those that follow.

Odoo is served by this program (``--serve``), its clock at ``NOW``: calls have hours.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from . import AS_OF, NOW
from .session import open_env, report

sys.path.append(str(Path(__file__).parents[1] / "docs" / "screenshots"))
from browser import Browser, chromium
from session import Session

LOGIN, DEBTORS, TIMES = "bench_collector", 60, 5
#: Waits for a condition after an act of the page; milliseconds. Rows, forms and dialogs
#: that were there before the act are marked: what shows must be new.
CLOCK = """(async () => {
    const $ = (one) => document.querySelector(one);
    const $$ = (all) => [...document.querySelectorAll(all)];
    $$(".o_data_row, .o_form_view, .modal, .o_recouvrement_call h2")
        .forEach((e) => { e.dataset.old = 1; });
    const name = document.title;
    const started = performance.now();
    %(act)s;
    while (!(() => { try { return %(shown)s } catch { return false } })()) {
        if (performance.now() - started > 60000) { throw new Error("never shown") }
        await new Promise((done) => setTimeout(done, 5));
    }
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - started;
})()"""
ROWS = "$('.o_data_row:not([data-old])') && !$('.o_blockUI')"
DAY = f"{ROWS} && $('.o_recouvrement_counter')"
FILE = (
    "$('.o_recouvrement_case .o_field_widget[name=partner_id]') && $('.o-mail-Chatter')"
    " && $('.o-mail-Thread') && !$('.o-mail-Thread .fa-spin')"
    " && $('.o_form_view:not([data-old])')"
)
DIALOG = "$('.modal:not([data-old]) .o_form_view .o_field_widget')"
CALL = (
    "$('.modal .o_recouvrement_call h2:not([data-old])') && "
    "$('.modal .o_recouvrement_outcomes button')"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--serve", type=int, metavar="PORT")
    options = parser.parse_args()
    if options.serve:
        serve(options.database, options.serve)
        return
    with open_env(options.database) as env:
        link = hand_out(env)
    with served(options.database) as url, chromium(options.chromium) as browser:
        warm_up(url, options.database)
        day = Day(browser, url, Session(url, options.database, LOGIN))
        day.live()
        day.debtor_page(link)
        report(what="screens", load=os.getloadavg()[0], **day.figures())


def hand_out(env) -> str:
    """Give the collector its debtors; return the link of the one that owes most."""
    collector = env["res.users"].create(
        {
            "name": "Camille Bench",
            "login": LOGIN,
            "password": LOGIN,
            "lang": "fr_FR",
            "tz": "Europe/Paris",
            "group_ids": [
                (4, env.ref(f"base.{name}" if "." not in name else name).id)
                for name in (
                    "group_user",
                    "account.group_account_invoice",
                    "odoo_recouvrement.group_recouvrement_collector",
                )
            ],
        }
    )
    cases = env["recouvrement.case"].search([("overdue_total", ">", 0)], limit=DEBTORS)
    env["recouvrement.case"].flush_model()
    env.cr.execute("UPDATE recouvrement_case SET user_id = %s", [env.user.id])
    env.cr.execute(
        """UPDATE recouvrement_case SET user_id = %s, has_to_do = TRUE, has_late = TRUE
            WHERE id = ANY(%s)""",
        [collector.id, cases.ids],
    )
    env.company.recouvrement_is_live = True
    link = env["recouvrement.access"]._link(cases[0], AS_OF)
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return link.partition("/recouvrement/")[2]


class Day:
    """The screens of a collector's day; ``times`` in milliseconds by screen."""

    def __init__(self, browser: Browser, url: str, session: Session):
        self.browser, self.url, self.session = browser, url, session
        self.times: dict[str, list[float]] = {}

    def figures(self) -> dict[str, float]:
        found = {}
        for name, (first, *others) in self.times.items():
            found[f"{name}_first"] = first / 1000
            found[f"{name}_next"] = median(others or [first]) / 1000
        return found

    def time(self, name: str, act: str, shown: str) -> None:
        script = CLOCK % {"act": act, "shown": shown}
        self.times.setdefault(name, []).append(self.browser.run(script))

    def act(self, act: str, shown: str) -> None:
        """The same, when nobody measures."""
        self.browser.run(CLOCK % {"act": act, "shown": shown})
        self.browser.settled()

    def menu(self, action: str) -> str:
        """What a click on a menu does."""
        return (
            "odoo.__WOWL_DEBUG__.root.env.services.action.doAction("
            f"'odoo_recouvrement.{action}', {{clearBreadcrumbs: true}})"
        )

    def live(self) -> None:
        self.browser.cookie(self.url, self.session.cookie)
        self.arrive("client", f"{self.url}/odoo/recouvrement-call-outcomes")
        for place in range(TIMES):
            self.time("day", self.menu("action_case_day"), DAY)
            self.browser.settled()
            self.filters()
            self.files(place)
            self.calls(place)
            self.promise()
            self.pages()
            self.act(self.menu("action_call_outcome"), ROWS)

    def filters(self) -> None:
        """A counter is pressed, then the one of before again."""
        for name in ("late", "to_do"):
            counter = f"$('.o_recouvrement_counter[data-counter={name}]')"
            shown = f"{counter}.matches('.o_is_active') && {ROWS}"
            self.time("filter", f"{counter}.click()", shown)
            self.browser.settled()

    def files(self, place: int) -> None:
        """A debtor of the list, then the next one and the one before."""
        row = f"$$('.o_data_row')[{3 * place}].querySelector('[name=partner_id]')"
        self.time("file", f"{row}.click()", FILE)
        self.browser.settled()
        for way in ("next", "previous"):
            button = f"$('.o_form_view .o_pager_{way}, .o_pager_{way}')"
            shown = "document.title !== name && !$('.o-mail-Thread .fa-spin')"
            self.time("pager", f"{button}.click()", shown)
            self.browser.settled()

    def calls(self, place: int) -> None:
        """The call screen of that debtor; noted, and the next one comes."""
        self.time("call", "$('button[name=action_open_call]').click()", CALL)
        self.browser.settled()
        self.outcome("voicemail")
        self.time("save_call", "$('.modal button[name=action_next]').click()", CALL)
        self.browser.settled()
        self.outcome("unreachable")
        save = "$('.modal button[name=action_close]').click()"
        self.time("close_call", save, "!$('.modal') && $('.o_form_view')")
        self.browser.settled()

    def outcome(self, kind: str) -> None:
        button = f"$('.modal button[data-kind={kind}]')"
        self.act(f"{button}.click()", f"{button}.ariaChecked === 'true'")

    def promise(self) -> None:
        self.time("promise", "$('button[name=action_open_promise]').click()", DIALOG)
        self.browser.settled()
        day = "$('.modal [name=date] input')"
        self.act("$('.modal [name=date] :is(button, input)').click()", day)
        typed = f"{day}.value = '{AS_OF + timedelta(days=5):%d/%m/%Y}'"
        self.act(f"{typed}; {day}.dispatchEvent(new Event('change'))", "true")
        save = "$('.modal .o_form_button_save')"
        self.time("save_promise", f"{save}.click()", "!$('.modal')")
        self.browser.settled()

    def pages(self) -> None:
        """Every customer's file: the next page of the list."""
        self.act(self.menu("action_case_all"), DAY)
        self.time("page", "$('.o_pager_next').click()", ROWS)
        self.browser.settled()

    def debtor_page(self, link: str) -> None:
        """The debtor comes by its link, from its own browser."""
        self.browser.leave()
        for _ in range(TIMES):
            address = f"{self.url}/recouvrement/{link}"
            self.arrive("portal", address, "main table tbody tr")
            self.arrive("answer", f"{address}/promise", "main form button")

    def arrive(self, name: str, url: str, shown: str = ".o_data_row") -> None:
        """A page opened by its address."""
        self.browser.open(url)
        wanted = json.dumps(f"{shown}")
        end = time.monotonic() + 60
        script = (
            f"location.href !== 'about:blank' && document.querySelector({wanted})"
            " ? performance.now() : 0"
        )
        while not (spent := self.browser.run(script)):
            if time.monotonic() > end:
                raise TimeoutError(url)
            time.sleep(0.01)
        self.times.setdefault(name, []).append(spent)
        self.browser.settled()


@contextmanager
def served(database: str):
    """Its address, on this machine only, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.screens", database, f"--serve={port}"]
    server = subprocess.Popen(command, stdout=sys.stderr)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/web/login")
                break
            except OSError:
                if server.poll() is not None:
                    raise
                time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait()


def serve(database: str, port: int) -> None:
    from freezegun import freeze_time

    from odoo.cli.server import main as odoo_main

    with freeze_time(NOW, tick=True):
        odoo_main(
            ["-d", database, f"--db-filter=^{database}$", f"--http-port={port}"]
            + ["--max-cron-threads=0", "--smtp-port=9", "--log-level=warn"]
        )


def warm_up(url: str, database: str) -> None:
    """A server that is up has made its bundles and read its views: a colleague has
    already come, and looked at the day."""
    colleague = Session(url, database, LOGIN)
    for path in ("/odoo", "/web/webclient/load_menus"):
        colleague.download(path)
    kinds = ("list", "kanban", "pivot", "form", "activity", "search")
    views = [[False, kind] for kind in kinds]
    colleague.call("recouvrement.case", "get_views", views, {"toolbar": True})


if __name__ == "__main__":
    main()
