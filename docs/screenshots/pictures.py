"""Pictures as files: small enough for a repository, pages of a PDF side by side."""

import io
import subprocess
from pathlib import Path

from PIL import Image
from session import Session

MAX_BYTES = 250_000


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


def agreement_page(session: Session, out: Path) -> None:
    """The first page of the agreement of a signed plan, as paper."""
    signed = session.first("recouvrement.plan", [("pdf_id", "!=", False)])
    [values] = session.call("recouvrement.plan", "read", [signed], ["pdf_id"])
    save_page(session.download(f"/web/content/{values['pdf_id'][0]}"), out / "accord")
