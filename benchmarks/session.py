"""An Odoo environment in a plain process, and what is measured in it."""

import json
import os
import resource
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


@contextmanager
def open_env(database: str, *options: str, user: str | None = "base.user_admin"):
    """The environment of ``user`` (of the superuser if None); nothing is committed."""
    config.parse_config(
        ["-d", database, "--no-http", "--log-level=warn", *options], setup_logging=True
    )
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "fr_FR"})
        if user:
            env = env(user=env.ref(user))
        yield env


class Measure:
    """Seconds and SQL queries of a ``with`` block.

    ``cpu``: seconds of processor, of this process and of its PostgreSQL server process:
    they depend less on what else the machine does.
    """

    def __init__(self, cr):
        self.cr = cr
        cr.execute("SELECT pg_backend_pid()")
        [[pid]] = cr.fetchall()
        self.server = Path(f"/proc/{pid}/stat")

    def __enter__(self):
        self.queries = self.cr.sql_log_count
        self.cpu = self._cpu()
        self.started = time.perf_counter()
        return self

    def __exit__(self, *_error):
        self.seconds = time.perf_counter() - self.started
        self.queries = self.cr.sql_log_count - self.queries
        self.cpu = self._cpu() - self.cpu

    def _cpu(self) -> float:
        # After the name in brackets; user and system time are its 12th and 13th.
        words = self.server.read_text().rpartition(")")[2].split()
        ticks = int(words[11]) + int(words[12])
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def peak_mb() -> float:
    """The most memory this process has held, in megabytes (Odoo itself included)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def report(**figures) -> None:
    """One JSON line on the standard output, for ``table``."""
    sys.stdout.write(json.dumps(figures) + "\n")
