"""WeasyPrint, and nothing of Odoo: a sheet in, a PDF out.

Run as a program it prints the sheets that another process sends, until it is left: see
``press.py``.
"""

import atexit
import base64
import functools
import hashlib
import io
import logging
import os
import pickle
import re
import signal
import struct
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

STYLE_DIR = Path(__file__).parent.parent / "static" / "src" / "letter"
#: WeasyPrint keeps one font map; Pango's is not made for several threads at once.
_PRINTING = threading.Lock()
#: The last elements of a letter, before its annexes.
ENDS = ("closing", "answer")
_LENGTH = struct.Struct("!Q")


class Sheet(NamedTuple):
    """What is printed: one page of HTML that refers to nothing outside itself.

    ``instead``: the same letter set otherwise, for when this one takes more than a
    page; it is printed unless it takes more pages still.
    ``embedded``: a file carried inside the PDF, as PDF/A-3 allows (ISO 19005-3): its
    name, its content, what it is and its day.
    """

    html: str
    instead: str = ""
    embedded: tuple[str, bytes, str, date] | None = None


def print_pdf(sheet: Sheet) -> bytes:
    """The PDF; the same sheet gives the same bytes."""
    with _PRINTING:
        html, document = sheet.html, _lay_out(sheet.html)
        if sheet.instead and (pages := _pages(document)) > 1:
            other = _lay_out(sheet.instead)
            if _pages(other) <= pages:
                html, document = sheet.instead, other
        return document.write_pdf(
            attachments=[_attachment(*sheet.embedded)] if sheet.embedded else None,
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
            finisher=_list_files_once,
            pdf_variant="pdf/a-3b",  # made to be kept; costs 4 ms
        )


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


def data_uri(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@functools.lru_cache(maxsize=1)
def _kit(pid: int) -> tuple[Any, Any, Any]:
    """Fetcher, fonts and parsed stylesheet of this process.

    The font map keeps its files in a folder that dies with its owner, so a forked
    worker must not share its parent's: hence ``pid``.
    """
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fonts = FontConfiguration()
    # Its files are removed while the interpreter still stands.
    atexit.register(_kit.cache_clear)
    # No network and no file: a letter is what the ledger says, today and tomorrow.
    fetcher = URLFetcher(allowed_protocols={"data"})
    css = weasyprint.CSS(string=stylesheet(), font_config=fonts, url_fetcher=fetcher)
    return fetcher, fonts, css


def _lay_out(html: str) -> Any:
    import weasyprint

    fetcher, fonts, css = _kit(os.getpid())
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    return page.render(stylesheets=[css], font_config=fonts, pdf_variant="pdf/a-3b")


def _pages(document: Any) -> int:
    """The pages it takes without its annexes."""
    last = 1
    for number, page in enumerate(document.pages, start=1):
        if any(end in page.anchors for end in ENDS):
            last = number
    return last


def _attachment(name: str, content: bytes, description: str, day: date) -> Any:
    import weasyprint

    moment = datetime.combine(day, time())
    return weasyprint.Attachment(
        file_obj=io.BytesIO(content),
        name=name,
        description=description,
        created=moment,  # else that of the printing: other bytes each time
        modified=moment,
        relationship="Data",
    )


def _list_files_once(_document: Any, pdf: Any) -> None:
    """WeasyPrint (70) names each file twice in the catalogue: once will do."""
    listed = pdf.catalog.get("AF")
    if listed:
        listed[:] = dict.fromkeys(listed)


# --- between processes ------------------------------------------------------


def send(stream: BinaryIO, message: object) -> None:
    """One message, whole."""
    content = pickle.dumps(message)
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """The next message; ``EOFError`` when the other side is gone."""
    [length] = _LENGTH.unpack(_read(stream, _LENGTH.size))
    # Only from the process at the other end of our own pipe, which we started.
    return pickle.loads(_read(stream, length))


def _read(stream: BinaryIO, length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content


def _serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer each sheet by its PDF (bytes) or by why there is none (str)."""
    _kit(os.getpid())  # while the first text is being written
    while True:
        try:
            fields: Iterable[Any] = receive(requests)
        except EOFError:
            return
        try:
            answer: bytes | str = print_pdf(Sheet(*fields))
        except Exception as error:  # noqa: BLE001 — the other side says it
            answer = f"{type(error).__name__}: {error}"
        send(answers, answer)


def _unlimit_time() -> None:
    """A server gives its workers seconds of processor for a request; ours are many."""
    with suppress(ImportError):  # no such limits on Windows
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


if __name__ == "__main__":
    # Ctrl-C is for whoever started us; they leave, then we read the end of our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The neighbours of this file are no top-level modules.
    del sys.path[0]
    logging.disable(logging.CRITICAL)
    _unlimit_time()
    # Nothing that a library prints may get among the answers.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, out)
