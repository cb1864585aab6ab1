"""The nightly job of the prescription: ``… benchmarks.limitation DB``.

The due dates are spread over seven years, so that items are at every distance of their
last day: some lapsed, some within the alerts, most far. The first night counts every
item and opens the tasks; on the second one nothing has changed.
"""

import argparse
from unittest.mock import patch

from . import AS_OF
from .interest import age, pay_in_part
from .ours import _run
from .session import Measure, open_env, peak_mb, report

OLDEST_DAYS = 7 * 365


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--profile", metavar="FILE", help="keep a cProfile of it")
    options = parser.parse_args()
    with open_env(options.database) as env:
        _run(env)  # opens the files
        item_ids = age(env.cr, OLDEST_DAYS)
        pay_in_part(env.cr, item_ids)
        env.cr.execute("ANALYZE account_move, account_move_line")
        env.cr.execute("ANALYZE account_partial_reconcile")
        env.invalidate_all()
        service = env["recouvrement.limitation"].sudo()
        with patch.object(type(service), "_today_of", lambda self, company: AS_OF):
            first = _night(env, service, options.profile)
            again = _night(env, service)
        report(
            what="limitation",
            items=_count(env.cr, "account_move_line", "recouvrement_limitation_date"),
            events=_count(env.cr, "recouvrement_limitation_event"),
            tasks=_tasks(env),
            seconds=first.seconds,
            cpu=first.cpu,
            queries=first.queries,
            again_seconds=again.seconds,
            again_queries=again.queries,
            peak_mb=peak_mb(),
        )


def _night(env, service, path: str | None = None) -> Measure:
    """The scheduled action, whose commits are its own."""
    if not path:
        with Measure(env.cr) as measure:
            service._cron_refresh()
        return measure
    from cProfile import Profile

    with Profile() as profile, Measure(env.cr) as measure:
        service._cron_refresh()
    profile.dump_stats(path)
    return measure


def _tasks(env) -> int:
    kind = env.ref("odoo_recouvrement.mail_activity_type_limitation")
    return env["mail.activity"].search_count([("activity_type_id", "=", kind.id)])


def _count(cr, table: str, column: str = "id") -> int:
    cr.execute(f"SELECT count({column}) FROM {table}")
    return cr.fetchone()[0]


if __name__ == "__main__":
    main()
