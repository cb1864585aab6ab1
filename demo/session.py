"""An Odoo environment outside any server, and the clock of the demo.

Imports Odoo; what is pure in this package does not import this module.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from freezegun import freeze_time

PARIS = ZoneInfo("Europe/Paris")
#: The hour at which the demo's days are lived: within any sending hours.
HOUR = clock_time(10)


class DemoError(Exception):
    """Something went wrong: ``what`` in one line, ``fix`` in another."""

    def __init__(self, what: str, fix: str = ""):
        super().__init__(what)
        self.fix = fix


@contextmanager
def environment(database: str, log: str) -> Iterator:
    """The superuser's environment in ``database``; what is not committed is lost.

    Mail leaves by the server at ``SMTP_PORT`` of this machine, when it is set.
    """
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    options = [f"--database={database}", "--no-http", f"--logfile={log}"]
    options += ["--log-level=warn", "--max-cron-threads=0"]
    if port := os.environ.get("SMTP_PORT"):
        options += ["--smtp=127.0.0.1", f"--smtp-port={port}"]
    config.parse_config(options, setup_logging=True)
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, {"lang": "fr_FR"})


def moment(day: date) -> datetime:
    """That day at :data:`HOUR` in France, as Odoo writes it (UTC, naive)."""
    local = datetime.combine(day, HOUR, PARIS)
    return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)


@contextmanager
def living(day: date) -> Iterator:
    """Inside, the clock shows ``day`` and runs on; ``move_to(moment(other))``."""
    with freeze_time(moment(day), tick=True) as clock:
        yield clock


def say(text: str) -> None:
    """One line of progress, as the scripts of ``bin`` write them."""
    print(f"[{seconds():4.0f}s] {text}", file=sys.stderr, flush=True)


def seconds() -> float:
    """Real time since the script began, whatever the clock of the demo shows."""
    now = time.clock_gettime(time.CLOCK_REALTIME)
    return now - float(os.environ.get("RECOUVREMENT_T0", now))
