"""A typed name as a picture: how who cannot draw on a screen signs a document.

A signature by a typed name and an accepted text is an electronic signature like one
drawn with a finger (Regulation (EU) 910/2014, art. 3, 10); a keyboard or a screen
reader can make it.
"""

import base64
import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from .printer import STYLE_DIR

_SIZE = 48
_MARGIN = 16


def typed_signature(name: str) -> bytes:
    """The name as a small black on white PNG, in base64.

    >>> base64.b64decode(typed_signature("Jeanne Martin"))[:4]
    b'\\x89PNG'
    """
    font = _font()
    left, top, right, bottom = font.getbbox(name)
    size = (int(right - left) + 2 * _MARGIN, int(bottom - top) + 2 * _MARGIN)
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    draw.text((_MARGIN - left, _MARGIN - top), name, fill=0, font=font)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue())


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    path = STYLE_DIR / "fonts" / "RecouvrementSans-Regular.ttf"
    return ImageFont.truetype(path, _SIZE)
