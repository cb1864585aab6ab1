"""Takes every picture of the documentation on a served copy of the demo.

``bin/screenshots`` makes the copy and the server, then calls::

    take.py --url URL --database NAME --chromium BINARY --out DIR [SHOT...]

Each picture is one line of ``SHOTS``: who looks, where, and what is done before. The
window is 1440 × 900, the users are French, and pictures are kept below 250 kB.
"""

import argparse
import base64
import io
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from browser import Browser, chromium
from PIL import Image
from session import Session

MAX_BYTES = 250_000
LIST = ".o_list_view .o_data_row, .o_list_view .o_group_header"
FORM = ".o_form_view .o_form_sheet, .o_form_view .o_form_editable"
DIALOG = ".modal .o_form_view"
# Two debtors of the demo, made to show one thing each.
MANY_ITEMS = "Immobilière du Confluent"
PARTLY_DISPUTED = "Librairie Arcadie"


class Stage:
    """What a shot may use: the browser as the right user, and that user's session."""

    def __init__(self, browser: Browser, session: Session):
        self.browser = browser
        self.session = session

    def go(self, path: str, selector: str) -> None:
        self.browser.open(f"{self.session.url}/odoo/{path}")
        self.browser.wait(selector)

    def record(self, path: str, model: str, domain: list, order: str = "id") -> None:
        """The form of the first record that fits."""
        self.go(f"{path}/{self.session.first(model, domain, order)}", FORM)

    def unfold(self, *words: str) -> None:
        """Open the groups of a list that are there, by a word of their title."""
        for word in words:
            with suppress(LookupError):
                self.browser.click(".o_group_header .o_group_name", word)


class Shot(NamedTuple):
    """One picture: its file name, the login of who looks, how to get there."""

    name: str
    login: str
    prepare: Callable[[Stage], object]


# --- how to get there -----------------------------------------------------------


def case_of(customer: str) -> list:
    return [("partner_id.name", "=", customer)]


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


def show_pdf(stage: Stage) -> None:
    """Wait until the reader of the letter has drawn its first page."""
    stage.browser.wait_until(
        "!!document.querySelector('.o_form_view iframe')?.contentDocument"
        "?.querySelector('.page[data-loaded=true] canvas')"
    )
    stage.browser.settled()


def case(customer: str, tab: str = "") -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.record("recouvrement-files", "recouvrement.case", case_of(customer))
        if tab:
            stage.browser.click(f".o_notebook .nav-link[name={tab}]")
            stage.browser.run("document.querySelector('.o_notebook').scrollIntoView()")

    return prepare


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


def with_plans(stage: Stage) -> list[int]:
    """Plans of the files that owe the most: two signed, one proposed, one draft."""
    call = stage.session.call
    found = call("recouvrement.plan", "search", [("total", ">", 0)], order="id")
    if found:
        return found
    made: list[int] = []
    cases = call(
        "recouvrement.case",
        "search",
        [("overdue_total", ">", 800), ("insolvency_date", "=", False)],
        order="overdue_total desc, id",
        limit=20,
    )
    first = date.today() + timedelta(days=14)
    for case_id in cases:
        if len(made) == 4:
            break
        with suppress(RuntimeError):  # a disputed item: the next file
            action = call("recouvrement.case", "action_propose_plan", [case_id])
            context = action["context"]
            [plan_id] = call(
                "recouvrement.plan",
                "create",
                [{"case_id": case_id, "count": 3 + len(made), "first_date": str(first),
                  "move_line_ids": context["default_move_line_ids"]}],
            )  # fmt: skip
            call("recouvrement.plan", "action_spread", [plan_id])
            if len(made) < 3:
                call("recouvrement.plan", "action_propose", [plan_id])
            if len(made) < 2:
                sign(stage, plan_id)
            made.append(plan_id)
    return made


def sign(stage: Stage, plan_id: int) -> None:
    """The signed copy comes back."""
    scan = base64.b64encode(b"%PDF-1.7 signed copy").decode()
    [wizard] = stage.session.call(
        "recouvrement.plan.sign",
        "create",
        [{"plan_id": plan_id, "signed_name": "Mme Renard, gérante",
          "signed_date": str(date.today()), "scan": scan, "scan_name": "accord.pdf"}],
    )  # fmt: skip
    stage.session.call("recouvrement.plan.sign", "action_apply", [wizard])


def plans(stage: Stage) -> None:
    with_plans(stage)
    stage.go("recouvrement-plans", LIST)


def plan(place: int) -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.go(f"recouvrement-plans/{with_plans(stage)[place]}", FORM)

    return prepare


def instalments(stage: Stage) -> None:
    with_plans(stage)
    stage.go("recouvrement-instalments", ".o_calendar_view .fc-event")


def agreement_page(session: Session, out: Path) -> None:
    """The first page of the agreement of a signed plan, as paper."""
    signed = session.first("recouvrement.plan", [("pdf_id", "!=", False)])
    [values] = session.call("recouvrement.plan", "read", [signed], ["pdf_id"])
    save_page(session.download(f"/web/content/{values['pdf_id'][0]}"), out / "accord")


def exclude(stage: Stage) -> None:
    case(PARTLY_DISPUTED)(stage)
    stage.browser.click("button[name=action_open_exclude]")
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


def why(stage: Stage) -> None:
    stage.go("recouvrement-why", LIST)
    stage.unfold("Assez contacté", "Couverte", "En litige", "plafonné", "Hors jours")


def run(stage: Stage) -> None:
    """The last real run of the schedule."""
    stage.record(
        "recouvrement-runs",
        "recouvrement.run",
        [("is_simulation", "=", False), ("state", "=", "done")],
        "id desc",
    )


def simulation(stage: Stage) -> None:
    """What would leave on two days to come, the second against the first."""
    last = stage.session.first(
        "recouvrement.run",
        [("is_simulation", "=", False), ("state", "=", "done")],
        "id desc",
    )
    [values] = stage.session.call("recouvrement.run", "read", [last], ["as_of_date"])
    day = date.fromisoformat(values["as_of_date"])
    for later in (3, 5):
        [run_id] = stage.session.call(
            "recouvrement.run",
            "create",
            [{"is_simulation": True, "as_of_date": str(day + timedelta(days=later))}],
        )
        stage.session.call("recouvrement.run", "action_start", [run_id])
    stage.go(f"recouvrement-runs/{run_id}", FORM)


def call(stage: Stage) -> None:
    """The call screen, a promise chosen, as it opens from the day's list."""
    day(stage)
    stage.browser.click(".o_data_row .o_call_case")
    stage.browser.wait(DIALOG)
    stage.browser.click(".o_recouvrement_outcomes button", "Promesse")


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


def policy(stage: Stage) -> None:
    stage.record(
        "recouvrement-policies", "recouvrement.policy", [("profile", "=", "business")]
    )


def level(stage: Stage) -> None:
    policy(stage)
    stage.browser.click(".o_field_widget[name=level_ids] .o_data_cell", "R3")
    stage.browser.wait(DIALOG)


def texts(stage: Stage) -> None:
    stage.go("recouvrement-texts", LIST)
    stage.unfold("Entreprise", "Particulier")


def text(stage: Stage) -> None:
    stage.record(
        "recouvrement-texts",
        "recouvrement.template",
        [("channel", "=", "email"), ("lang", "=", "fr"), ("tone", "=", "firm")],
    )


def text_preview(stage: Stage) -> None:
    text(stage)
    stage.browser.click("button[name=action_preview]")
    stage.browser.wait(DIALOG)


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


def settings(stage: Stage) -> None:
    stage.go("settings", ".settings_tab .tab[data-key=account]")
    stage.browser.click(".settings_tab .tab[data-key=account]")
    stage.browser.wait("#recouvrement_live")
    stage.browser.run(
        "document.querySelector('#recouvrement_live').closest('.app_settings_block "
        ".row').scrollIntoView()"
    )


def assistant(stage: Stage) -> None:
    stage.go("recouvrement-start", FORM)


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


def decompte(stage: Stage) -> None:
    """The statement of a file's invoices."""
    stage.record("recouvrement-files", "recouvrement.case", case_of(MANY_ITEMS))
    stage.browser.click(".oe_stat_button[name=action_open_recouvrement_decompte]")
    stage.browser.wait(f"{DIALOG} .decompte .segments")


def plain(path: str) -> Callable[[Stage], None]:
    return lambda stage: stage.go(path, LIST)


def debtor(page: str, width: int, height: int) -> Callable[[Stage], None]:
    """The debtor's own page, by a link, on a screen of that size."""

    def prepare(stage: Stage) -> None:
        case = stage.session.first(
            "recouvrement.case", [("partner_id.name", "=", MANY_ITEMS)]
        )
        access = stage.session.first("recouvrement.access", [("case_id", "=", case)])
        [values] = stage.session.call("recouvrement.access", "read", [access], ["link"])
        path = values["link"].partition("/recouvrement/")[2]
        stage.browser.leave()
        stage.browser.resize(width, height)
        stage.browser.open(f"{stage.session.url}/recouvrement/{path}{page}")
        stage.browser.wait("main")

    return prepare


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


SHOTS = (
    Shot("ma-journee", "claire", day),
    Shot("fiches-par-niveau", "claire", kanban),
    Shot("fiche", "claire", case(MANY_ITEMS)),
    Shot("fiche-historique", "claire", case(MANY_ITEMS, "history")),
    Shot("fiche-suspensions", "claire", case(PARTLY_DISPUTED, "holds")),
    Shot("fiche-prescription", "claire", limitation),
    Shot("prescription-evenement", "claire", limitation_event),
    Shot("prescriptions", "claire", plain("recouvrement-prescriptions")),
    Shot("exclure", "claire", exclude),
    Shot("echeanciers", "claire", plans),
    Shot("echeancier", "claire", plan(3)),
    Shot("echeancier-signe", "claire", plan(0)),
    Shot("echeances-attendues", "claire", instalments),
    Shot("appel", "claire", call),
    Shot("promesse", "claire", promise),
    Shot("litige", "claire", dispute),
    Shot("penalites", "claire", plain("recouvrement-penalties")),
    Shot("penalites-renoncer", "claire", waiver),
    Shot("penalites-registre", "claire", plain("recouvrement-penalty-ledger")),
    Shot("penalites-tableau", "helene", penalty_pivot),
    Shot("penalites-note", "admin", penalty_note),
    Shot("fiche-penalites", "claire", penalties_of_file),
    Shot("envois-du-jour", "claire", messages),
    Shot("envoi-courriel", "claire", message("email")),
    Shot("envoi-lettre", "claire", message("letter")),
    Shot("courriers-a-poster", "claire", plain("recouvrement-letters")),
    Shot("registre", "claire", plain("recouvrement-register")),
    Shot("relance-figee", "claire", left),
    Shot("relance-revenue", "claire", bounced),
    Shot("mises-en-demeure", "claire", plain("recouvrement-mises-en-demeure")),
    Shot("mise-en-demeure-faire", "claire", make_notice),
    Shot("mise-en-demeure-a-confirmer", "claire", notice(("stage", "=", "draft"))),
    Shot("mise-en-demeure-recue", "claire", notice(("stage", "=", "received"))),
    Shot("mise-en-demeure-etape", "claire", note_step),
    Shot("signataires", "helene", plain("recouvrement-signatories")),
    Shot("pourquoi", "claire", why),
    Shot("suspensions", "claire", plain("recouvrement-holds")),
    Shot("client", "claire", customer),
    Shot("facture", "claire", invoice),
    Shot("traitements", "helene", plain("recouvrement-runs")),
    Shot("traitement", "helene", run),
    Shot("politiques", "helene", plain("recouvrement-policies")),
    Shot("politique", "helene", policy),
    Shot("niveau", "helene", level),
    Shot("textes", "helene", texts),
    Shot("texte", "helene", text),
    Shot("texte-apercu", "helene", text_preview),
    Shot("taux", "helene", plain("recouvrement-rates")),
    Shot("regimes", "helene", plain("recouvrement-regimes")),
    Shot("decompte", "claire", decompte),
    Shot("assistant", "helene", assistant),
    Shot("simulation", "helene", simulation),
    Shot("espace-debiteur", "claire", debtor("", 1000, 1150)),
    Shot("espace-debiteur-mobile", "claire", debtor("", 375, 812)),
    Shot("espace-debiteur-promesse", "claire", debtor("/promise", 375, 812)),
    Shot("espace-debiteur-litige", "claire", debtor("/dispute", 375, 1000)),
    Shot("reglages", "admin", settings),
)


def save(image: Image.Image, path: Path) -> int:
    """As a PNG, with fewer colours only if it is too big; the size in bytes."""
    reduced = image.convert("RGB")
    for colours in (None, 256, 128, 64):
        buffer = io.BytesIO()
        if colours:
            reduced = image.convert("RGB").quantize(
                colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
            )
        reduced.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MAX_BYTES:
            break
    path.write_bytes(buffer.getvalue())
    return buffer.tell()


def letter_pages(session: Session, path: Path, domain: list, count: int = 1) -> None:
    """The first pages of the last letter that left, as paper, side by side."""
    reminder = session.first(
        "recouvrement.reminder",
        [("channel", "in", ("letter", "registered_letter")), ("pdf_id", "!=", False)]
        + domain,
        "sent_date desc, total desc, id",
    )
    [values] = session.call("recouvrement.reminder", "read", [reminder], ["pdf_id"])
    pdf = session.download(f"/web/content/{values['pdf_id'][0]}")
    save_page(pdf, path, *range(1, count + 1))


def save_page(pdf: bytes, path: Path, *numbers: int) -> None:
    """Pages of a PDF side by side, the first by default, as a picture of that name."""
    pages = [_page(pdf, number) for number in numbers or (1,)]
    whole = Image.new("RGB", (sum(page.width for page in pages), pages[0].height))
    for place, page in enumerate(pages):
        whole.paste(page, (place * page.width, 0))
    save(whole, path.with_suffix(".png"))


def _page(pdf: bytes, number: int) -> Image.Image:
    only = ["-f", str(number), "-l", str(number)]
    command = ["pdftoppm", "-png", "-r", "100", *only, "-"]
    page = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(page))


LETTERS = {
    "lettre": ([("interest_total", "=", 0)], 1),
    "lettre-penalites": ([("interest_total", ">", 0)], 2),
}


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("url", "database", "chromium", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("shots", nargs="*")
    options = parser.parse_args()
    out = Path(options.out)
    wanted = [shot for shot in SHOTS if not options.shots or shot.name in options.shots]
    sessions: dict[str, Session] = {}
    failed = 0
    with chromium(options.chromium) as browser:
        for shot in wanted:
            if shot.login not in sessions:
                sessions[shot.login] = Session(
                    options.url, options.database, shot.login
                )
            session = sessions[shot.login]
            browser.resize()
            browser.cookie(options.url, session.cookie)
            browser.errors.clear()
            try:
                shot.prepare(Stage(browser, session))
                image = Image.open(io.BytesIO(browser.picture()))
            except (LookupError, TimeoutError, RuntimeError) as error:
                print(f"{shot.name}: {error}", file=sys.stderr)
                failed += 1
                continue
            size = save(image, out / f"{shot.name}.png")
            print(f"{shot.name}.png {size // 1000} kB", *browser.errors, flush=True)
    for name, (domain, count) in LETTERS.items():
        if not options.shots or name in options.shots:
            session = sessions.get("claire") or Session(
                options.url, options.database, "claire"
            )
            letter_pages(session, out / name, domain, count)
    if not options.shots or "accord" in options.shots:
        session = Session(options.url, options.database, "claire")
        agreement_page(session, out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
