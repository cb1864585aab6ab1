"""Where messages of the demo go: servers of this machine that send nothing on."""

import os

MAIL_SERVER = "Mail kept in out/mail"


def prepare(env) -> None:
    """One outgoing mail server, that of the command line; SMS to ``SMS_PORT``."""
    servers = env["ir.mail_server"].with_context(active_test=False)
    if not servers.search([("name", "=", MAIL_SERVER)]):
        servers.create(
            {
                "name": MAIL_SERVER,
                "smtp_authentication": "cli",
                "smtp_encryption": "none",
                "sequence": 1,
            }
        )
    if port := os.environ.get("SMS_PORT"):
        endpoint = f"http://127.0.0.1:{port}"
        env["ir.config_parameter"].set_param("sms.endpoint", endpoint)
    # Nobody asked for these: a weekly digest, calls to other servers.
    for xmlid in (
        "digest.ir_cron_digest_scheduler_action",
        "mail.ir_cron_module_update_notification",
    ):
        cron = env.ref(xmlid, raise_if_not_found=False)
        if cron:
            cron.active = False
