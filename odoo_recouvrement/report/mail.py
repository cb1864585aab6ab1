"""The e-mail: a plain page around the rendered text. No picture, no tracker."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from ..core.context import MessageContext
from .labels import Writer
from .letter import around_table, legal_line, penalty_rows

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

    ``body`` is the text rendered with ``context`` in ``lang``. Its table of items is
    drawn again in three columns, that a phone can show. The collector signs below the
    text unless it names them already. ``legal``: as for the letter.
    """
    writer = Writer(lang, context.currency)
    before, after = around_table(body, context, lang)
    collector = context.collector
    values = {
        "c": context,
        "t": writer.label,
        "lang": writer.lang,
        "money": writer.money,
        "short_date": writer.short_date,
        "penalties": penalty_rows(context, writer),
        "before": before,
        "after": after,
        "signs": collector.name and collector.name not in (before + after).unescape(),
        "legal": legal_line(context.company, writer, legal),
        "sender": [*context.company.address, context.company.phone],
    }
    return env["ir.qweb"]._render(MAIL, values, minimal_qcontext=True)
