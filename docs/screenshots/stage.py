"""What every picture needs: where one looks, as whom, and the demo's two examples."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from browser import Browser
from session import Session

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


def case_of(customer: str) -> list:
    return [("partner_id.name", "=", customer)]


def case(customer: str, tab: str = "") -> Callable[[Stage], None]:
    def prepare(stage: Stage) -> None:
        stage.record("recouvrement-files", "recouvrement.case", case_of(customer))
        if tab:
            stage.browser.click(f".o_notebook .nav-link[name={tab}]")
            stage.browser.run("document.querySelector('.o_notebook').scrollIntoView()")

    return prepare


def plain(path: str) -> Callable[[Stage], None]:
    return lambda stage: stage.go(path, LIST)


def show_pdf(stage: Stage, form: str = ".o_form_view") -> None:
    """Wait until the reader of the letter has drawn its first page."""
    stage.browser.wait_until(
        f"!!document.querySelector('{form} .o_pdfview_iframe')?.contentDocument"
        "?.querySelector('.page[data-loaded=true] canvas')"
    )
    stage.browser.settled()
