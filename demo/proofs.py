"""Papers that debtors send: the signed copy of an agreement, a delivery note.

Drawn here, the same bytes every time.
"""

import io

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

INK = (0.11, 0.19, 0.5)


def signed_copy(agreement: bytes, name: str) -> bytes:
    """The agreement with a name and a signature by hand on its last page."""
    stamp = PdfReader(io.BytesIO(_page(lambda canvas: _sign(canvas, name))))
    writer = PdfWriter(clone_from=io.BytesIO(agreement))
    writer.pages[-1].merge_page(stamp.pages[0])
    signed = io.BytesIO()
    writer.write(signed)
    return signed.getvalue()


def delivery_note(partner) -> bytes:
    """A delivery note with the reserves that the customer wrote on it."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(20 * mm, 265 * mm, "Bon de livraison")
        canvas.setFont("Helvetica", 11)
        canvas.drawString(20 * mm, 256 * mm, partner.name)
        canvas.drawString(20 * mm, 238 * mm, "Panneaux acoustiques, 12 pièces")
        canvas.setFillColorRGB(*INK)
        canvas.setFont("Helvetica-Oblique", 13)
        canvas.drawString(20 * mm, 215 * mm, "Réserves : deux panneaux rayés.")
        _flourish(canvas, 120 * mm, 200 * mm)

    return _page(draw)


def _sign(canvas: Canvas, name: str) -> None:
    canvas.setFillColorRGB(*INK)
    canvas.setFont("Helvetica-Oblique", 12)
    canvas.drawString(118 * mm, 52 * mm, name)
    _flourish(canvas, 122 * mm, 38 * mm)


def _flourish(canvas: Canvas, x: float, y: float) -> None:
    """A signature: two strokes of the pen."""
    canvas.setStrokeColorRGB(*INK)
    canvas.setLineWidth(1.3)
    canvas.bezier(x, y, x + 40, y + 46, x + 18, y - 30, x + 70, y + 24)
    canvas.bezier(x + 12, y + 4, x + 60, y - 6, x + 84, y + 18, x + 108, y + 2)


def _page(draw) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()
