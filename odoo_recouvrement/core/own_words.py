"""The words of a message that somebody edits, and its figures, which nobody does.

A text is shown to whoever writes with its conditions settled: « votre facture » or
« vos factures ». Its figures are names in square brackets (``[total]``), worked out
again when the message leaves: what was paid meanwhile is not asked. What comes back is
a text as any other, checked and rendered by the same sandbox.

>>> from .sample import sample
>>> words = settle("{% if overdue_items|length > 1 %}Vos factures{% endif %} : "
...                "{{ total|money }}, {{ company.name }}",
...                sample(), lang="fr", html=True)
>>> words
'Vos factures : [total], Atelier Rivage SAS'
>>> to_source(words, lang="fr", html=True)
'Vos factures : {{ total|money }}, Atelier Rivage SAS'
"""

import html as html_entities
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from .context import ITEMS_TABLE, MessageContext
from .template import render, variables

# What must be true when the message leaves, and whose words are nobody's to judge: a
# debtor may well be called « Tribunal ».
_KEPT = frozenset(
    "total overdue_total credit_total upcoming_total interest_total fee_total"
    " grand_total items overdue_items upcoming_items credits oldest_due_date"
    " oldest_days date pay_before payment_reference portal_url recipient debtor"
    f" {ITEMS_TABLE}".split()
)
TABLE = f"{{{{ {ITEMS_TABLE} }}}}"
# A text message must name its sender, which is checked on its source.
_SENDER = "company.name"
_NAMES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "total|money": "total",
        "overdue_total|money": "total échu",
        "credit_total|money": "avoirs déduits",
        "upcoming_total|money": "à échoir",
        "grand_total|money": "total avec pénalités",
        "interest_total|money": "intérêts",
        "fee_total|money": "indemnités",
        "overdue_items[0].invoice": "facture",
        "overdue_items[0].due_date|date": "échéance",
        "overdue_items[0].due_date|short_date": "échéance en bref",
        "overdue_items|length": "nombre de factures",
        "oldest_due_date|date": "plus ancienne échéance",
        "oldest_days": "jours de retard",
        "pay_before|date": "date limite",
        "pay_before|short_date": "date limite en bref",
        "payment_reference": "référence",
        "portal_url": "lien",
        "recipient.salutation": "civilité",
        "recipient.name": "destinataire",
        "debtor.name": "client",
        "items_table": "liste des factures",
        "company.name": "notre société",
    },
    "en": {
        "total|money": "total",
        "overdue_total|money": "total overdue",
        "credit_total|money": "credits deducted",
        "upcoming_total|money": "not due yet",
        "grand_total|money": "total with penalties",
        "interest_total|money": "interest",
        "fee_total|money": "fixed costs",
        "overdue_items[0].invoice": "invoice",
        "overdue_items[0].due_date|date": "due date",
        "overdue_items[0].due_date|short_date": "due date in short",
        "overdue_items|length": "number of invoices",
        "oldest_due_date|date": "oldest due date",
        "oldest_days": "days overdue",
        "pay_before|date": "pay before",
        "pay_before|short_date": "pay before in short",
        "payment_reference": "reference",
        "portal_url": "link",
        "recipient.salutation": "salutation",
        "recipient.name": "recipient",
        "debtor.name": "customer",
        "items_table": "list of invoices",
        "company.name": "our company",
    },
}
_OUTPUT = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_SPACED = re.compile(r"\s*([|.\[\]])\s*")
_WORD = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})|\[([^\[\]]*)\]", re.DOTALL)
_MARK = "\ue000{}\ue001"


class Body(NamedTuple):
    """A text around its table of items."""

    opening: str
    closing: str


def names(lang: str, *, html: bool) -> list[str]:
    """What may stand in brackets, in the language of the text."""
    known = _names(lang)
    hidden = {ITEMS_TABLE, _SENDER} if html else set()
    return [name for expression, name in known.items() if expression not in hidden]


def settle(source: str, context: MessageContext, *, lang: str, html: bool) -> str:
    """The text for this debtor, its figures as names; raise TemplateError."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        expression = _SPACED.sub(r"\1", found[1].strip())
        if not _is_kept(expression, html):
            return found[0]
        kept.append(expression)
        return f"{{{{ '{_MARK.format(len(kept) - 1)}' }}}}"

    text = render(_OUTPUT.sub(keep, source), context, lang=lang, html=html)
    # A value that looks like a variable is only words.
    text = re.sub(r"\{(?=[{%#])", "{ ", text)
    known = _names(lang)
    for rank, expression in enumerate(kept):
        is_table = html and expression == ITEMS_TABLE
        name = None if is_table else known.get(expression)
        shown = f"[{name}]" if name else f"{{{{ {expression} }}}}"
        text = text.replace(_MARK.format(rank), shown)
    return text.strip()


def _is_kept(expression: str, html: bool) -> bool:
    if not html and expression == _SENDER:
        return True
    return bool(variables(f"{{{{ {expression} }}}}") & _KEPT)


def _names(lang: str) -> Mapping[str, str]:
    return _NAMES.get(lang[:2], _NAMES["en"])


def around_table(text: str) -> Body:
    """What stands before and after the table; all before when there is none.

    >>> around_table("<p>Vos factures</p>{{ items_table }}<p>Merci</p>")
    Body(opening='<p>Vos factures</p>', closing='<p>Merci</p>')
    """
    opening, _table, closing = text.partition(TABLE)
    return Body(opening.strip(), closing.strip())


def with_table(opening: str, closing: str) -> str:
    """The whole text, from both parts."""
    return "\n".join(filter(None, (opening, TABLE, closing)))


def to_source(text: str, *, lang: str, html: bool) -> str:
    """What was edited, as the source of a text: names in brackets are variables."""
    expressions = {name: expression for expression, name in _names(lang).items()}

    def put_back(found: re.Match[str]) -> str:
        if found[1]:  # written as a variable already; an editor escapes its signs
            return html_entities.unescape(found[1]) if html else found[1]
        expression = expressions.get(_plain(found[2], html))
        return f"{{{{ {expression} }}}}" if expression else found[0]

    return _WORD.sub(put_back, text)


def unknown_names(text: str, *, lang: str, html: bool) -> Iterator[str]:
    """The words in brackets that mean nothing: no debtor must read « [totla] ».

    >>> list(unknown_names("Soit [total], avant le [dat limite]", lang="fr", html=True))
    ['dat limite']
    """
    known = _names(lang).values()
    for found in _WORD.finditer(text):
        if not found[1] and _plain(found[2], html) not in known:
            yield _plain(found[2], html)


def _plain(name: str, html: bool) -> str:
    """The name as it is listed, whatever an editor made of its spaces."""
    name = re.sub(r"<[^>]*>", "", html_entities.unescape(name)) if html else name
    return " ".join(name.split()).lower()
