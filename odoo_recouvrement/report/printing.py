"""Printing HTML as a PDF: WeasyPrint when it can be imported, else wkhtmltopdf."""

import functools
import logging
from typing import Any

from markupsafe import Markup

from .printer import Sheet, print_pdf

PAPER = "odoo_recouvrement.paperformat_letter"


@functools.lru_cache(maxsize=1)
def has_weasyprint() -> bool:
    """Whether WeasyPrint (68 or later) and the libraries it loads are there."""
    # Its progress, seven lines a letter, is of no interest in a server's log; it sets
    # its own level when imported, hence not ours.
    logging.getLogger("weasyprint.progress").disabled = True
    try:
        from weasyprint.urls import URLFetcher  # noqa: F401
    except (ImportError, OSError):  # OSError: Pango is missing
        return False
    return True


def letter_engine() -> str:
    """The engine that prints letters: ``weasyprint`` or ``wkhtmltopdf``."""
    return "weasyprint" if has_weasyprint() else "wkhtmltopdf"


def print_html(env: Any, html: Markup) -> bytes:
    """Print one self-contained page of HTML with the engine at hand."""
    return print_sheet(env, Sheet(str(html)))


def print_sheet(env: Any, sheet: Sheet) -> bytes:
    """Its PDF. wkhtmltopdf carries no file and prints what comes first."""
    if letter_engine() == "weasyprint":
        return print_pdf(sheet)
    return _print_wkhtmltopdf(env, sheet.html)


def _print_wkhtmltopdf(env: Any, html: str) -> bytes:
    """Odoo's own path, with the letter's margins whatever the company's paper is."""
    report = env["ir.actions.report"].new({"paperformat_id": env.ref(PAPER).id})
    html = html.replace("</head>", _unshrink() + "</head>", 1)
    return report._run_wkhtmltopdf([html])


def _unshrink() -> str:
    """Undo the shrinking by 1.3 that only a patched Qt lets Odoo turn off: the address
    would leave the window."""
    from odoo.addons.base.models import ir_actions_report as base

    return "" if base._wkhtml().is_patched_qt else "<style>html{zoom:1.3}</style>"
