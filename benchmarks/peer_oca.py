"""The peer, OCA's ``account_credit_control``, on the same ledger in its own database.

Its own button, ``generate_credit_lines``, with its default policy of three levels. A
run climbs one level at most, as ours. With ``--mails N``, N of its e-mails with their
PDF are then queued and sent by its own emailer; N of its letters printed.
"""

import argparse
from time import perf_counter

from . import AS_OF
from .session import Measure, open_env, peak_mb, report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("database")
    parser.add_argument("--smtp-port", default="25")
    parser.add_argument("--mails", type=int, default=0)
    options = parser.parse_args()
    smtp = ("--smtp=127.0.0.1", f"--smtp-port={options.smtp_port}")
    with open_env(options.database, *smtp) as env:
        run, measure = _run(env)
        figures = {
            "what": "peer",
            "seconds": measure.seconds,
            "cpu": measure.cpu,
            "queries": measure.queries,
            "peak_mb": peak_mb(),
            "lines": len(run.line_ids),
        }
        if options.mails:
            figures |= _mails(env, run, options.mails)
        report(**figures)


def _run(env):
    policy = env.ref("account_credit_control.credit_control_3_time")
    policy.account_ids = env["account.account"].search(
        [
            ("account_type", "=", "asset_receivable"),
            ("company_ids", "in", env.company.id),
        ]
    )
    env.company.credit_policy_id = policy
    run = env["credit.control.run"].create(
        {"date": AS_OF, "policy_ids": [(6, 0, policy.ids)]}
    )
    env.cr.commit()
    with Measure(env.cr) as measure:
        run.generate_credit_lines()
        env.cr.commit()
    return run, measure


def _mails(env, run, count: int) -> dict[str, float]:
    """Its e-mails, one per customer, level and currency, and as many letters."""
    by_partner = run.line_ids.filtered(lambda line: line.channel == "email").grouped(
        lambda line: (line.partner_id, line.policy_level_id, line.currency_id)
    )
    lines = env["credit.control.line"].union(*list(by_partner.values())[:count])
    lines.write({"state": "to_be_sent"})
    env.cr.commit()
    started = perf_counter()
    mailer = env["credit.control.emailer"].create({"line_ids": [(6, 0, lines.ids)]})
    mailer.email_lines()
    env.cr.commit()  # which sends them
    sent = perf_counter()
    communications = lines.communication_id
    reports = env["ir.actions.report"].with_context(discard_logo_check=True)
    for communication in communications:
        reports._render_qweb_pdf(
            "account_credit_control.report_credit_control_summary", communication.ids
        )
    printed = perf_counter()
    return {
        "mails": len(communications),
        "mails_seconds": sent - started,
        "letter": (printed - sent) / max(len(communications), 1),
    }


if __name__ == "__main__":
    main()
