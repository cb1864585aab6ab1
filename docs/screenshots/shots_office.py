"""The office: runs, policies, texts, settings."""

from collections.abc import Callable
from datetime import date, timedelta

from stage import DIALOG, FORM, LIST, Shot, Stage, plain


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


def settings(anchor: str = "recouvrement_live") -> Callable[[Stage], None]:
    """The settings of accounting, from one of our blocks on."""

    def prepare(stage: Stage) -> None:
        stage.go("settings", ".settings_tab .tab[data-key=account]")
        stage.browser.click(".settings_tab .tab[data-key=account]")
        stage.browser.wait(f"#{anchor}")
        stage.browser.run(
            f"document.querySelector('#{anchor}').closest('.app_settings_block "
            ".row').scrollIntoView()"
        )

    return prepare


def assistant(stage: Stage) -> None:
    stage.go("recouvrement-start", FORM)


SHOTS = (
    Shot("pourquoi", "claire", why),
    Shot("traitements", "helene", plain("recouvrement-runs")),
    Shot("traitement", "helene", run),
    Shot("politiques", "helene", plain("recouvrement-policies")),
    Shot("politique", "helene", policy),
    Shot("niveau", "helene", level),
    Shot("textes", "helene", texts),
    Shot("texte", "helene", text),
    Shot("texte-apercu", "helene", text_preview),
    Shot("assistant", "helene", assistant),
    Shot("simulation", "helene", simulation),
    Shot("reglages", "admin", settings()),
)
