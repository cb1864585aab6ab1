"""The debtor's own page, on its telephone or on a desk."""

from collections.abc import Callable

from stage import PARTLY_DISPUTED, Shot, Stage


def debtor(
    page: str, width: int, height: int, customer: str = PARTLY_DISPUTED
) -> Callable[[Stage], None]:
    """The debtor's own page, by a link, on a screen of that size."""

    def prepare(stage: Stage) -> None:
        case = stage.session.first(
            "recouvrement.case", [("partner_id.name", "=", customer)]
        )
        screen = stage.session.call("recouvrement.case", "action_open_access", [case])
        access = screen["res_id"]
        [values] = stage.session.call("recouvrement.access", "read", [access], ["link"])
        path = values["link"].partition("/recouvrement/")[2]
        stage.browser.leave()
        stage.browser.resize(width, height)
        stage.browser.open(f"{stage.session.url}/recouvrement/{path}{page}")
        stage.browser.wait("main")

    return prepare


def to_sign(stage: Stage) -> None:
    """The agreement that waits for the debtor's signature, on its telephone."""
    plan = stage.session.first("recouvrement.plan", [("state", "=", "proposed")])
    [values] = stage.session.call("recouvrement.plan", "read", [plan], ["partner_id"])
    name = values["partner_id"][1]
    debtor(f"/agreement/{plan}", 375, 1100, customer=name)(stage)


def online(stage: Stage) -> None:
    """Odoo's payment form, with its provider of demonstration, on its telephone."""
    session = stage.session
    stage.browser.open("about:blank")  # no page is left open on what changes
    module = session.first("ir.module.module", [("name", "=", "payment_demo")])
    session.call("ir.module.module", "button_immediate_install", [module])
    provider = session.first("payment.provider", [("code", "=", "demo")])
    session.call(
        "payment.provider",
        "write",
        [provider],
        {"state": "test", "is_published": True},
    )
    [values] = session.call(
        "payment.provider", "read", [provider], ["payment_method_ids"]
    )
    session.call(
        "payment.method", "write", values["payment_method_ids"], {"active": True}
    )
    debtor("/pay", 375, 1000)(stage)


SHOTS = (
    Shot("espace-debiteur", "claire", debtor("", 1000, 1400)),
    Shot("espace-debiteur-mobile", "claire", debtor("", 375, 812)),
    Shot("espace-debiteur-anglais", "claire", debtor("?lang=en", 375, 812)),
    Shot("espace-debiteur-promesse", "claire", debtor("/promise", 375, 812)),
    Shot("espace-debiteur-litige", "claire", debtor("/dispute", 375, 1000)),
    Shot("espace-debiteur-paye", "claire", debtor("/paid", 375, 1000)),
    Shot("espace-debiteur-echeancier", "claire", debtor("/plan", 375, 1000)),
    Shot("espace-debiteur-contact", "claire", debtor("/contact", 375, 812)),
    Shot("espace-debiteur-accord", "claire", to_sign),
)
# Last of all: it installs a provider in the copy.
PAYMENT = (Shot("espace-debiteur-paiement", "admin", online),)
