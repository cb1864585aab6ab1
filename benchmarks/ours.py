"""Our run beside the floor, on a fresh copy of the ledger: ``… benchmarks.ours DB``.

A first run, which writes a decision for every open item and proposes the reminders
of all that is overdue, then a second one on which nothing has changed.
"""

import argparse

from . import AS_OF, floor
from .session import Measure, open_env, peak_mb, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--profile", metavar="FILE", help="keep a cProfile of the run")
    options = parser.parse_args()
    with open_env(options.database) as env:
        base = floor.measure(env.cr)
        _warm_up(env)
        first = _run(env, options.profile)
        run_peak = peak_mb()
        again = _run(env)
        report(
            what="ours",
            **base,
            seconds=first.seconds,
            cpu=first.cpu,
            queries=first.queries,
            peak_mb=run_peak,
            again_seconds=again.seconds,
            again_queries=again.queries,
            **_written(env),
        )


def _warm_up(env) -> None:
    """A server that is up has loaded its code: the run of an empty company.

    What Odoo remembers of it is then forgotten: rules, rights and settings are read
    again, and these queries are counted.
    """
    company = env["res.company"].sudo().create({"name": "Empty"})
    env.user.sudo().company_ids += company
    own = env(context={**env.context, "allowed_company_ids": company.ids})
    _run(own)
    assert not own["recouvrement.decision"].sudo().search_count([])
    env.invalidate_all()
    env.registry.clear_all_caches()


def _run(env, profile: str | None = None) -> Measure:
    run = env["recouvrement.run"].create({"as_of_date": AS_OF})
    env.cr.commit()
    if profile:
        return _profiled(env, run, profile)
    with Measure(env.cr) as measure:
        run.action_start()
        env.cr.commit()
    assert run.state == "done", run.state
    return measure


def _profiled(env, run, path: str) -> Measure:
    from cProfile import Profile

    with Profile() as profile, Measure(env.cr) as measure:
        run.action_start()
        env.cr.commit()
    profile.dump_stats(path)
    return measure


def _written(env) -> dict[str, int]:
    counts = {}
    for name in ("decision", "reminder", "reminder_line", "case"):
        env.cr.execute(f"SELECT count(*) FROM recouvrement_{name}")
        [[counts[f"{name}s"]]] = env.cr.fetchall()
    return counts


if __name__ == "__main__":
    main()
