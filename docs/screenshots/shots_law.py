"""What the law gives and asks: limitation, penalties, mises en demeure."""

from collections.abc import Callable
from datetime import date, timedelta

from stage import (
    DIALOG,
    FORM,
    LIST,
    MANY_ITEMS,
    Shot,
    Stage,
    case,
    case_of,
    plain,
    show_pdf,
)


def with_events(stage: Stage, customer: str) -> int:
    """The file of a customer, with a proved event and one that waits for its proof."""
    case_id = stage.session.first("recouvrement.case", case_of(customer))
    events = "recouvrement.limitation.event"
    if not stage.session.call(events, "search_count", [("case_id", "=", case_id)]):
        proof = stage.session.call(
            "ir.attachment",
            "create",
            [{"name": "courriel.pdf", "raw": "", "res_model": events, "res_id": 0}],
        )
        today = date.today()
        stage.session.call(
            events,
            "create",
            [
                {"case_id": case_id, "kind": "acknowledgement",
                 "day": str(today - timedelta(days=40)), "proof_ids": [(6, 0, proof)],
                 "note": "Courriel du client"},
                {"case_id": case_id, "kind": "mediation", "is_proof_due": True,
                 "day": str(today - timedelta(days=20)),
                 "until": str(today - timedelta(days=2)),
                 "note": "Médiateur des entreprises"},
            ],
        )  # fmt: skip
    return case_id


def limitation(stage: Stage) -> None:
    with_events(stage, MANY_ITEMS)
    case(MANY_ITEMS, "limitation")(stage)


def limitation_event(stage: Stage) -> None:
    case(MANY_ITEMS, "limitation")(stage)
    stage.browser.click("button[name=action_add_limitation_event]")
    stage.browser.wait(DIALOG)


def waiver(stage: Stage) -> None:
    """The dialog that waives the penalties of the first invoice of the list."""
    stage.go("recouvrement-penalties", LIST)
    stage.browser.click(".o_data_row button[name=action_waive]")
    stage.browser.wait(DIALOG)


def penalty_pivot(stage: Stage) -> None:
    stage.go("recouvrement-penalty-ledger?view_type=pivot", ".o_pivot table")


def penalty_note(stage: Stage) -> None:
    """The debit note that was paid in part."""
    note = stage.session.first(
        "account.move", [("recouvrement_is_penalty", "=", True)], "amount_total desc"
    )
    stage.go(f"account.move/{note}", FORM)


def penalties_of_file(stage: Stage) -> None:
    """The file that owes most penalties."""
    row = stage.session.first(
        "recouvrement.penalty.item", [("state", "=", "open")], "open_total desc"
    )
    [values] = stage.session.call(
        "recouvrement.penalty.item", "read", [row], ["partner_id"]
    )
    case(values["partner_id"][1], "penalties")(stage)


def decompte(stage: Stage) -> None:
    """The statement of a file's invoices."""
    stage.record("recouvrement-files", "recouvrement.case", case_of(MANY_ITEMS))
    stage.browser.click(".oe_stat_button[name=action_open_recouvrement_decompte]")
    stage.browser.wait(f"{DIALOG} .decompte .segments")


def notice(*domain) -> Callable[[Stage], None]:
    """A mise en demeure at some stage of its life."""

    def prepare(stage: Stage) -> None:
        stage.record(
            "recouvrement-mises-en-demeure",
            "recouvrement.mise_en_demeure",
            list(domain),
            "total desc, id",
        )
        show_pdf(stage)

    return prepare


def make_notice(stage: Stage) -> None:
    case(MANY_ITEMS)(stage)
    stage.browser.click("button[name=action_open_prepare_notice]")
    stage.browser.wait(DIALOG)


def note_step(stage: Stage) -> None:
    notice(("stage", "=", "posted"))(stage)
    stage.browser.click("button[name=action_open_step]")
    stage.browser.wait(DIALOG)


def litigation(stage: Stage) -> None:
    """What a collector sees before it proposes litigation."""
    case("Laboratoire Novasanté")(stage)
    stage.browser.click("button[name=action_open_handover]")
    stage.browser.wait(DIALOG)


def in_litigation(stage: Stage) -> None:
    """A file that the manager has handed over to a lawyer."""
    call = stage.session.call
    handovers = "recouvrement.handover"
    customer = "La Source Magasin Bio"
    case_id = stage.session.first("recouvrement.case", case_of(customer))
    if not call(handovers, "search_count", [("case_id", "=", case_id)]):
        screen = call("recouvrement.case", "action_open_handover", [case_id])
        lawyer = stage.session.first("res.partner", [("name", "like", "Lemaire, avo")])
        items = screen["context"]["default_move_line_ids"]
        values = {
            "case_id": case_id,
            "contact_id": lawyer,
            "move_line_ids": [(6, 0, items)],
            "note": "Deux promesses non tenues, plus de réponse.",
        }
        call(handovers, "create", [values])
    case(customer)(stage)


SHOTS = (
    Shot("fiche-prescription", "claire", limitation),
    Shot("prescription-evenement", "claire", limitation_event),
    Shot("prescriptions", "claire", plain("recouvrement-prescriptions")),
    Shot("penalites", "claire", plain("recouvrement-penalties")),
    Shot("penalites-renoncer", "claire", waiver),
    Shot("penalites-registre", "claire", plain("recouvrement-penalty-ledger")),
    Shot("penalites-tableau", "helene", penalty_pivot),
    Shot("penalites-note", "admin", penalty_note),
    Shot("fiche-penalites", "claire", penalties_of_file),
    Shot("mises-en-demeure", "claire", plain("recouvrement-mises-en-demeure")),
    Shot("mise-en-demeure-faire", "claire", make_notice),
    Shot("mise-en-demeure-a-confirmer", "claire", notice(("stage", "=", "draft"))),
    Shot("mise-en-demeure-recue", "claire", notice(("stage", "=", "received"))),
    Shot("mise-en-demeure-etape", "claire", note_step),
    Shot("signataires", "helene", plain("recouvrement-signatories")),
    Shot("taux", "helene", plain("recouvrement-rates")),
    Shot("regimes", "helene", plain("recouvrement-regimes")),
    Shot("decompte", "claire", decompte),
    Shot("contentieux", "claire", litigation),
    Shot("fiche-contentieux", "helene", in_litigation),
    Shot("contentieux-en-cours", "helene", plain("recouvrement-litigation")),
)
