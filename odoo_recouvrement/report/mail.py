"""The e-mail: a plain page around the rendered text. No picture, no tracker."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from ..core.context import MessageContext
from .inert import inert
from .labels import Writer
from .letter import legal_line

MAIL = "odoo_recouvrement.mail_layout"


def render_mail(
    env: Any,
    context: MessageContext,
    body: Markup,
    *,
    lang: str,
    legal: Sequence[str] = (),
) -> Markup:
    """The e-mail's HTML, a fragment that Odoo's mail queue takes as it is.

    ``body`` is the text rendered with ``context`` in ``lang``. The collector signs
    below it unless the text names them already. ``legal``: as for the letter.
    """
    writer = Writer(lang, context.currency)
    text = inert(body)
    collector = context.collector
    values = {
        "c": context,
        "t": writer.label,
        "lang": writer.lang,
        "body": text,
        "signs": collector.name and collector.name not in text.unescape(),
        "legal": legal_line(context.company, writer, legal),
        "sender": [*context.company.address, context.company.phone],
    }
    return env["ir.qweb"]._render(MAIL, values, minimal_qcontext=True)
