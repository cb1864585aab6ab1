"""The collector's day: lists, files, calls, promises, disputes, plans."""

from collections.abc import Callable

from stage import (
    DIALOG,
    FORM,
    LIST,
    MANY_ITEMS,
    PARTLY_DISPUTED,
    Shot,
    Stage,
    case,
    plain,
    show_pdf,
)


def day(stage: Stage) -> None:
    stage.go("recouvrement", LIST)


def kanban(stage: Stage) -> None:
    stage.go("recouvrement-files?view_type=kanban", ".o_kanban_record")


def messages(stage: Stage) -> None:
    stage.go("recouvrement-messages", LIST)


def message(channel: str) -> Callable[[Stage], None]:
    """A message that waits, as the debtor would see it."""

    def prepare(stage: Stage) -> None:
        stage.record(
            "recouvrement-messages",
            "recouvrement.reminder",
            [("channel", "=", channel), ("state", "=", "draft")],
            "date desc, total desc, id",
        )
        if channel != "email":
            show_pdf(stage)

    return prepare


def exclude(stage: Stage) -> None:
    case(PARTLY_DISPUTED)(stage)
    stage.browser.click("button[name=action_open_exclude]")
    stage.browser.wait(DIALOG)


def call(stage: Stage) -> None:
    """The call screen, a promise chosen, as it opens from the day's list."""
    day(stage)
    stage.browser.click(".o_data_row .o_call_case")
    stage.browser.wait(DIALOG)
    stage.browser.click(".o_recouvrement_outcomes button", "Promesse")


def write(channel: str, customer: str) -> Callable[[Stage], None]:
    """The window that a collector writes in, ready to send."""

    def prepare(stage: Stage) -> None:
        case(customer)(stage)
        stage.browser.click(f"button[name=action_write_{channel}]")
        stage.browser.wait(f"{DIALOG} .o_data_row")
        if channel == "letter":
            show_pdf(stage, DIALOG)

    return prepare


def promise(stage: Stage) -> None:
    stage.record(
        "recouvrement-promises", "recouvrement.promise", [("state", "=", "pending")]
    )


def dispute(stage: Stage) -> None:
    stage.record(
        "recouvrement-disputes",
        "recouvrement.dispute",
        [("state", "=", "open")],
        "date_due, id",
    )


def plan(*domain) -> Callable[[Stage], None]:
    """The plan of the demo that fits."""
    return lambda stage: stage.record(
        "recouvrement-plans", "recouvrement.plan", list(domain)
    )


def instalments(stage: Stage) -> None:
    stage.go("recouvrement-instalments", ".o_calendar_view .fc-event")


def left(stage: Stage) -> None:
    """A letter that left: number, proof, seals."""
    stage.record(
        "recouvrement-register",
        "recouvrement.reminder",
        [("channel", "=", "registered_letter"), ("state", "=", "proved")],
        "total desc, id",
    )
    show_pdf(stage)


def bounced(stage: Stage) -> None:
    stage.record(
        "recouvrement-register", "recouvrement.reminder", [("state", "=", "bounced")]
    )


def customer(stage: Stage) -> None:
    partner = stage.session.first(
        "recouvrement.case", [("overdue_total", ">", 0)], "overdue_total desc, id"
    )
    partner = stage.session.call("recouvrement.case", "read", [partner], ["partner_id"])
    stage.go(f"res.partner/{partner[0]['partner_id'][0]}", FORM)


def invoice(stage: Stage) -> None:
    line = stage.session.first(
        "recouvrement.reminder.line",
        [("reminder_id.state", "=", "proved"), ("move_id.move_type", "!=", "entry"),
         ("move_id.payment_state", "=", "not_paid"), ("days_overdue", "<", 45),
         ("reminder_id.partner_id.is_company", "=", True)],
        "days_overdue desc, id",
    )  # fmt: skip
    move = stage.session.call("recouvrement.reminder.line", "read", [line], ["move_id"])
    stage.go(f"account.move/{move[0]['move_id'][0]}", FORM)


def answers(stage: Stage) -> None:
    """What the debtor of a file answered by itself."""
    answer = stage.session.first(
        "recouvrement.answer", [("kind", "=", "dispute")], "id desc"
    )
    [values] = stage.session.call("recouvrement.answer", "read", [answer], ["case_id"])
    stage.go(f"recouvrement-files/{values['case_id'][0]}", FORM)


def call_history(stage: Stage) -> None:
    """The calls of a file whose debtor answers in the morning."""
    case("Transports Verney", "calls")(stage)


def score(stage: Stage) -> None:
    """A file whose score has many factors, and why."""
    case("Laboratoire Novasanté")(stage)
    stage.browser.click(".o_score_why")


def payers(stage: Stage) -> None:
    """The files by payer, one group open, the score in its column."""
    stage.go("recouvrement-files", LIST)
    stage.browser.click(".o_optional_columns_dropdown button")
    for column in ("Score de payeur", "Contact", "Suite le", "Tenue"):
        stage.browser.click(".o-dropdown-item", column)
    stage.browser.click(".o_searchview_dropdown_toggler")
    stage.browser.click(".o_group_by_menu .o_menu_item", "Payeur")
    stage.browser.click(".o_searchview_dropdown_toggler")
    stage.browser.click(".o_group_header .o_group_name", "Critique")


SHOTS = (
    Shot("ma-journee", "claire", day),
    Shot("fiches-par-niveau", "claire", kanban),
    Shot("fiche", "claire", case(MANY_ITEMS)),
    Shot("fiche-score", "claire", score),
    Shot("fiche-reglages", "claire", case(MANY_ITEMS, "settings")),
    Shot("fiches-par-payeur", "claire", payers),
    Shot("fiche-historique", "claire", case(MANY_ITEMS, "history")),
    Shot("fiche-suspensions", "claire", case(PARTLY_DISPUTED, "holds")),
    Shot("fiche-appels", "claire", call_history),
    Shot("fiche-reponse", "claire", answers),
    Shot("exclure", "claire", exclude),
    Shot("appel", "claire", call),
    Shot("ecrire", "claire", write("email", MANY_ITEMS)),
    Shot("ecrire-sms", "claire", write("sms", "Lucie Fontanel")),
    Shot("ecrire-courrier", "claire", write("letter", PARTLY_DISPUTED)),
    Shot("promesse", "claire", promise),
    Shot("litige", "claire", dispute),
    Shot("echeanciers", "claire", plain("recouvrement-plans")),
    Shot("echeancier", "claire", plan(("state", "=", "draft"))),
    Shot("echeancier-signe", "claire", plan(("state", "=", "agreed"))),
    Shot("echeancier-rompu", "claire", plan(("state", "=", "broken"))),
    Shot("echeances-attendues", "claire", instalments),
    Shot("envois-du-jour", "claire", messages),
    Shot("envoi-courriel", "claire", message("email")),
    Shot("envoi-lettre", "claire", message("letter")),
    Shot("courriers-a-poster", "claire", plain("recouvrement-letters")),
    Shot("registre", "claire", plain("recouvrement-register")),
    Shot("relance-figee", "claire", left),
    Shot("relance-revenue", "claire", bounced),
    Shot("suspensions", "claire", plain("recouvrement-holds")),
    Shot("client", "claire", customer),
    Shot("facture", "claire", invoice),
)
