"""Make a rendered body harmless to print or mail: nothing in it fetches or runs.

The text of a template is edited by people, and some paste from a web page. A letter
must not load a picture from the network while it is printed (it would differ from one
day to the next and tell a third party who is being chased), nor an e-mail count reads.
"""

import re

from lxml import html
from markupsafe import Markup

TAGS = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del div dl dt em h1 h2 h3"
    " h4 h5 h6 hr i ins li ol p pre q s section small span strong sub sup table tbody"
    " td tfoot th thead tr u ul".split()
)
#: Removed with what they contain; any other unknown tag loses only its tag.
DROPPED = frozenset(
    "applet audio base button canvas embed form frame frameset head iframe img input"
    " link map math meta noscript object script select source style svg template"
    " textarea title video".split()
)
ATTRIBUTES = frozenset(
    ("align", "class", "colspan", "dir", "lang", "rowspan", "style", "title")
)
_EMPHASIS = ("b", "em", "i", "small", "span", "strong")
_SPACES = " \t\r\n"  # and not the no-break ones
_LINK = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
# A backslash may hide a letter of url( and a comment may split it: no style then.
_FETCHING_STYLE = re.compile(r"url|image|@|\\|/\*|expression|position", re.IGNORECASE)


def inert(body: str) -> Markup:
    """``body`` (HTML) with only text, structure and local style left.

    >>> inert('<p style="color:red">Bonjour<img src="https://x/y.png"/></p>')
    Markup('<p style="color:red">Bonjour</p>')
    >>> inert('<p style="background:url(//x)"><font>a</font><script>b</script></p>')
    Markup('<p>a</p>')
    >>> inert('<a href="javascript:x">a</a> <a href="https://x.fr">b</a>')
    Markup('<a>a</a> <a href="https://x.fr">b</a>')
    >>> inert("<p>Soit <b>10 €</b> et <b>5 €</b>.</p>")
    Markup('<p>Soit<b> 10 €</b> et<b> 5 €</b>.</p>')
    >>> inert("")
    Markup('')
    """
    if not body.strip():
        return Markup("")
    root = html.fragment_fromstring(str(body), create_parent="div")
    for node in [n for n in root.iterdescendants() if not isinstance(n.tag, str)]:
        node.drop_tree()
    for node in list(root.iterdescendants()):
        _clean(node)
    for node in root.iterdescendants(*_EMPHASIS):
        _take_space_in(node)
    text = html.tostring(root, encoding="unicode")
    return Markup(text[len("<div>") : -len("</div>")])


def _clean(node: html.HtmlElement) -> None:
    if node.getparent() is None:
        return
    if node.tag in DROPPED:
        node.drop_tree()
        return
    for name, value in list(node.attrib.items()):
        if not _keeps(node.tag, name, value):
            del node.attrib[name]
    if node.tag not in TAGS:
        node.drop_tag()


def _take_space_in(node: html.HtmlElement) -> None:
    """Move the space before an emphasis inside it: « à <b>10 € » → « à<b> 10 € ».

    It reads the same, and WeasyPrint (70, issue 1614) no longer breaks a line after its
    first word when this space is the one that overflows.
    """
    before, parent = node.getprevious(), node.getparent()
    text = (parent.text if before is None else before.tail) or ""
    if not text.strip() or text == text.rstrip(_SPACES):
        return
    node.text = " " + (node.text or "").lstrip(_SPACES)
    if before is None:
        parent.text = text.rstrip(_SPACES)
    else:
        before.tail = text.rstrip(_SPACES)


def _keeps(tag: str, name: str, value: str) -> bool:
    """Whether the attribute neither fetches, runs nor escapes the page's flow."""
    if name == "style":
        return not _FETCHING_STYLE.search(value)
    if name == "href":
        return tag == "a" and _LINK.match(value.strip()) is not None
    return name in ATTRIBUTES
