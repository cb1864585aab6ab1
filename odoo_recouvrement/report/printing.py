"""Printing HTML as a PDF: WeasyPrint when it can be imported, else wkhtmltopdf."""

import atexit
import base64
import functools
import hashlib
import io
import logging
import os
import re
import threading
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

_logger = logging.getLogger(__name__)

PAPER = "odoo_recouvrement.paperformat_letter"
STYLE_DIR = Path(__file__).parent.parent / "static" / "src" / "letter"
#: WeasyPrint keeps one font map; Pango's is not made for several threads at once.
_PRINTING = threading.Lock()


class Embedded(NamedTuple):
    """A file carried inside the PDF, as PDF/A-3 allows (ISO 19005-3)."""

    name: str
    content: bytes
    description: str
    day: date


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


def print_html(
    env: Any,
    html: Markup,
    embedded: Embedded | None = None,
    places: dict[str, int] | None = None,
) -> bytes:
    """Print one self-contained page of HTML with the engine at hand.

    ``embedded``: a file to carry inside the PDF; ``places``: filled with the page, from
    1 on, of each element that has an id. wkhtmltopdf knows no such things.
    """
    if letter_engine() == "weasyprint":
        return _print_weasyprint(str(html), embedded, places)
    return _print_wkhtmltopdf(env, str(html))


@functools.lru_cache(maxsize=2)
def stylesheet(fonts: bool = True) -> str:
    """The letter's print stylesheet, with its fonts inside or without them.

    wkhtmltopdf goes without: it draws the letters of an embedded font as shapes, which
    nobody can search or copy, in files sixty times the size.
    """

    def embed(match: re.Match[str]) -> str:
        return f"url({data_uri('font/ttf', (STYLE_DIR / match[1]).read_bytes())})"

    css = (STYLE_DIR / "letter.css").read_text(encoding="utf-8")
    if not fonts:
        return re.sub(r"@font-face \{.*?\}\s*", "", css, flags=re.DOTALL)
    return re.sub(r"url\((fonts/[\w-]+\.ttf)\)", embed, css)


@functools.lru_cache(maxsize=1)
def _weasyprint_kit(pid: int) -> tuple[Any, Any, Any]:
    """Fetcher, fonts and parsed stylesheet of this process.

    The font map keeps its files in a folder that dies with its owner, so a forked
    worker must not share its parent's: hence ``pid``.
    """
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()
    # Its files are removed while the interpreter still stands.
    atexit.register(_weasyprint_kit.cache_clear)
    # No network and no file: a letter is what the ledger says, today and tomorrow.
    fetcher = URLFetcher(allowed_protocols={"data"})
    css = weasyprint.CSS(string=stylesheet(), font_config=fonts, url_fetcher=fetcher)
    return fetcher, fonts, css


def _print_weasyprint(
    html: str, embedded: Embedded | None, places: dict[str, int] | None
) -> bytes:
    import weasyprint

    files = []
    if embedded:
        moment = datetime.combine(embedded.day, time())
        files = [
            weasyprint.Attachment(
                file_obj=io.BytesIO(embedded.content),
                name=embedded.name,
                description=embedded.description,
                created=moment,  # else that of the printing: other bytes each time
                modified=moment,
                relationship="Data",
            )
        ]

    def finish(document: Any, pdf: Any) -> None:
        _list_files_once(pdf)
        if places is not None:
            for number, page in enumerate(document.pages, start=1):
                places.update(dict.fromkeys(page.anchors, number))

    with _PRINTING:
        fetcher, fonts, css = _weasyprint_kit(os.getpid())
        document = weasyprint.HTML(string=html, url_fetcher=fetcher)
        return document.write_pdf(
            stylesheets=[css],
            font_config=fonts,
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
            attachments=files,
            finisher=finish,
            pdf_variant="pdf/a-3b",  # made to be kept; costs 4 ms
        )


def _list_files_once(pdf: Any) -> None:
    """WeasyPrint (70) names each file twice in the catalogue: once will do."""
    listed = pdf.catalog.get("AF")
    if listed:
        listed[:] = dict.fromkeys(listed)


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


def data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
