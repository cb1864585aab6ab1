"""Who is at the door of the debtor's space, and how every page of it leaves.

A visitor holds a link, or is logged in as a portal user of the customer; somebody of
the company may look, and only look. Everything else is answered by one and the same
page, whatever the reason.
"""

from typing import Any, NamedTuple

from markupsafe import Markup

from odoo import fields
from odoo.http import request

from ..models.recouvrement_access import PATH

MY_PATH = "/my/recouvrement"
# A link must not leak to another site, stay in a cache, be indexed or be framed.
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}
# These pages run no script at all.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


# The visitor's own choice, for as long as its browser stays open.
LANGUAGE_COOKIE = "recouvrement_lang"
LANGUAGES = {"fr": "Français", "en": "English"}


class Visitor(NamedTuple):
    """Who visits which file. ``portal``: the page's service, in the reader's words."""

    access: Any
    portal: Any
    base: str
    user: Any
    is_preview: bool = False

    @property
    def case(self):
        return self.access.case_id

    @property
    def is_settled(self) -> bool:
        """Nothing is left to ask."""
        return not self.case.active or not self.portal._items(self.case)


class Refused(Exception):
    """The page shown instead; ``status`` is HTTP's."""

    def __init__(self, status: int):
        super().__init__(status)
        self.status = status


def identify(token: str = "", case_id: int = 0, *, answers: bool = False) -> Visitor:
    """The visitor, or Refused: not known (404), too many visits (429)."""
    env = request.env
    address = request.httprequest.remote_addr or ""
    visitor = _holder_of(token) if token else _logged_in(case_id)
    visits = env["recouvrement.visit"]
    if visitor and visitor.is_preview:
        return visitor
    access = visitor.access if visitor else env["recouvrement.access"]
    if visits._is_too_many(access, address, answers=answers):
        raise Refused(429)
    if not visitor:
        visits._note("refused", access, address)
        raise Refused(404)
    return visitor


def note(visitor: Visitor, page: str) -> None:
    """A line of the audit; who looks from inside the company is no visitor."""
    if not visitor.is_preview:
        request.env["recouvrement.visit"]._note(
            page, visitor.access, request.httprequest.remote_addr or "", visitor.user
        )


def _holder_of(token: str) -> Visitor | None:
    """Whoever holds a living link; somebody of the company only looks through it."""
    access = request.env["recouvrement.access"]._enter(token, fields.Date.today())
    if not access:
        return None
    user = request.env.user
    return Visitor(
        access,
        _service(access.case_id),
        f"{PATH}/{token}",
        user.browse(),
        is_preview=user._is_internal(),
    )


def _logged_in(case_id: int) -> Visitor | None:
    """A portal user of the customer, in a company of its own; or a reader who looks."""
    user = request.env.user
    cases = request.env["recouvrement.case"]
    # A portal user has no right on files: what makes it the customer's is checked here.
    case = cases.sudo().with_context(active_test=False).browse(case_id).exists()
    if not case or not case.company_id.recouvrement_portal:
        return None
    if user._is_internal():
        # Its own rights, company included.
        can_enter = case.with_env(request.env).has_access("read")
    else:
        can_enter = (
            user._is_portal()
            and case.partner_id == user.partner_id.commercial_partner_id
            and case.company_id in user.company_ids
        )
    if not can_enter:
        return None
    access = request.env["recouvrement.access"]._open_for(case)
    if access.revoked_date and not user._is_internal():
        return None
    return Visitor(
        access,
        _service(case, user.partner_id if user._is_portal() else None),
        f"{MY_PATH}/{case.id}",
        user,
        is_preview=user._is_internal(),
    )


def _service(case, reader=None):
    # Who holds the link, or is the customer, sees this file: nobody has rights on it.
    portal = request.env["recouvrement.portal"].sudo()
    return portal._in_context_of(case, reader, _asked_language())


def _asked_language() -> str:
    """« fr » or « en » by a link of the page, else by an earlier one of the visit."""
    asked = request.httprequest.args.get("lang", "")
    kept = request.httprequest.cookies.get(LANGUAGE_COOKIE, "")
    return next((code for code in (asked, kept) if code in LANGUAGES), "")


def _other_languages(current: str) -> list[tuple[str, str]]:
    """The installed languages of these pages that this one is not in."""
    installed = {code[:2] for code, _name in request.env["res.lang"].get_installed()}
    return [
        (code, name)
        for code, name in LANGUAGES.items()
        if code in installed and code != current[:2]
    ]


def page(visitor: Visitor, template: str, status: int = 200, **values):
    """One page of the space, with the headers that keep it private."""
    portal = visitor.portal
    html = portal.env["ir.qweb"]._render(
        f"odoo_recouvrement.{template}",
        {
            **portal._frame(visitor.case.with_env(portal.env)),
            "base": visitor.base,
            "is_logged": bool(visitor.user),
            "is_preview": visitor.is_preview,
            "languages": _other_languages(portal.env.lang or ""),
            "csrf_token": request.csrf_token(),
            **values,
        },
        minimal_qcontext=True,
    )
    return respond(html, status)


def refusal(refused: Refused):
    """The same page for whoever has no living link, whatever the reason."""
    languages = [code for code, _name in request.env["res.lang"].get_installed()]
    accepted = request.httprequest.accept_languages
    wanted = _asked_language() or accepted.best_match(
        [code[:2] for code in languages], "fr"
    )
    lang = next((code for code in languages if code[:2] == wanted), languages[0])
    html = (
        request.env["ir.qweb"]
        .with_context(lang=lang)
        ._render(
            "odoo_recouvrement.portal_refused",
            {"lang": lang[:2], "is_too_many": refused.status == 429},
            minimal_qcontext=True,
        )
    )
    response = respond(html, refused.status)
    if refused.status == 429:
        response.headers["Retry-After"] = "3600"
    return response


def respond(html, status: int = 200):
    headers = {
        **HEADERS,
        "Content-Security-Policy": POLICY,
        "Content-Type": "text/html; charset=utf-8",
    }
    response = request.make_response(
        Markup("<!DOCTYPE html>\n") + html, list(headers.items()), status=status
    )
    asked = request.httprequest.args.get("lang", "")
    if asked in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, asked, httponly=True, samesite="Lax",
            secure=request.httprequest.is_secure,
        )  # fmt: skip
    return response


def go(url: str):
    """To another page of the space, never elsewhere: ``url`` is one we made."""
    response = request.redirect(url, code=303)
    response.headers.update(HEADERS)
    return response
