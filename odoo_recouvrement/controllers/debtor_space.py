"""The debtor's space: its account, its invoices, its answers.

A GET shows and changes nothing (what reads mail before us opens every link); a POST
carries Odoo's CSRF token and answers with a redirection.
"""

import functools

from odoo import http
from odoo.http import content_disposition, request

from ..core.answer import Kind, Misunderstood
from ..core.upload import LARGEST_FILE, MOST_FILES, RefusedFile, check_files
from ..models.recouvrement_access import PATH
from .visitor import (
    HEADERS,
    MY_PATH,
    Refused,
    go,
    identify,
    note,
    page,
    refusal,
)

KINDS = f"<any({','.join(kind.value for kind in Kind)}):kind>"
# The files, and some room for the words.
LARGEST_POST = MOST_FILES * LARGEST_FILE + 2**20
MOST_ITEMS = 500


def door(suffix: str, **routing):
    """A route of the space, by link and logged in; refusals have one page."""

    def decorate(endpoint):
        @http.route(
            [f"{PATH}/<string:token>{suffix}", f"{MY_PATH}/<int:case_id>{suffix}"],
            **{"type": "http", "auth": "public", "sitemap": False, **routing},
        )
        @functools.wraps(endpoint)
        def guarded(self, token="", case_id=0, **values):
            if case_id and request.env.user._is_public():
                return go(f"/web/login?redirect={MY_PATH}/{case_id}")
            try:
                return endpoint(self, token=token, case_id=case_id, **values)
            except Refused as refused:
                return refusal(refused)

        return guarded

    return decorate


class DebtorSpace(http.Controller):
    @door("", methods=["GET"])
    def account(self, token="", case_id=0, **_ignored):
        visitor = identify(token, case_id)
        note(visitor, "account")
        return self._account_page(visitor)

    def _account_page(self, visitor, status: int = 200, **values):
        case = visitor.case.with_env(visitor.portal.env)
        if visitor.is_settled:
            return page(
                visitor,
                "portal_settled",
                status,
                penalties=visitor.portal._penalties(case),
            )
        accounts = visitor.portal._account(case)
        return page(
            visitor,
            "portal_account",
            status,
            accounts=accounts,
            penalties=visitor.portal._penalties(case),
            answers=visitor.portal._answers(case),
            plans=[
                visitor.portal._plan_line(plan) for plan in visitor.portal._plans(case)
            ],
            can_pay=self._can_pay(visitor, accounts),
            **values,
        )

    def _can_pay(self, visitor, accounts) -> bool:
        """Whether an invoice can be paid online, and a provider takes it."""
        if not any(row["is_payable"] for one in accounts for row in one["rows"]):
            return False
        # Visitors read no provider; unpublished ones are left out for them.
        providers = request.env["payment.provider"].sudo()
        case = visitor.case
        return any(
            providers._get_compatible_providers(
                case.company_id.id, case.partner_id.id, 0.0, one["currency"].id
            )
            for one in accounts
        )

    # ------------------------------------------------------------------- an invoice

    @door("/invoice/<int:move_id>", methods=["GET"])
    def invoice(self, move_id, token="", case_id=0, **_ignored):
        visitor = identify(token, case_id)
        move = visitor.portal._invoice_of(visitor.case, move_id)
        if not move:
            raise Refused(404)
        note(visitor, "invoice")
        messages = visitor.portal.env["recouvrement.message"]
        name, content = messages._invoice_file(move)
        headers = {
            **HEADERS,
            "Content-Type": "application/pdf",
            "Content-Length": len(content),
            "Content-Disposition": content_disposition(name),
        }
        return request.make_response(content, list(headers.items()))

    # -------------------------------------------------------------------- an answer

    @door(f"/{KINDS}", methods=["GET"])
    def ask(self, kind, token="", case_id=0, **_ignored):
        visitor = identify(token, case_id)
        if visitor.is_settled:
            return self._account_page(visitor)
        note(visitor, "form")
        ids = _numbers(request.httprequest.args.getlist("item"))
        chosen = visitor.portal._chosen(visitor.case, ids)
        if chosen is None:
            raise Refused(404)
        return self._form(visitor, Kind(kind), chosen.ids if ids else None)

    @door(f"/{KINDS}", methods=["POST"], max_content_length=LARGEST_POST)
    def receive(self, kind, token="", case_id=0, **typed):
        visitor = identify(token, case_id, answers=True)
        if visitor.is_preview:
            raise Refused(404)
        case, portal = visitor.case.with_env(visitor.portal.env), visitor.portal
        ids = _numbers(request.httprequest.form.getlist("item"))
        chosen = portal._chosen(case, ids)
        if chosen is None:
            raise Refused(404)
        problems, kept = {}, ()
        try:
            answer = portal._understand(case, Kind(kind), chosen, _texts(typed))
        except Misunderstood as misunderstood:
            problems = {
                name: portal._word_problem(case, problem, name)
                for name, problem in misunderstood.problems.items()
            }
        try:
            kept = check_files(_files())
        except RefusedFile as refused:
            problems["files"] = portal._word_file_problem(refused.problem, refused.name)
        if problems:
            return self._form(visitor, Kind(kind), ids, _texts(typed), problems)
        note(visitor, "answer")
        record = portal.env["recouvrement.answer"]._receive(
            visitor.access,
            answer,
            kept,
            user=visitor.user,
            address=request.httprequest.remote_addr or "",
        )
        return go(f"{visitor.base}/thanks/{record.id}")

    def _form(self, visitor, kind: Kind, ids, typed=None, problems=None):
        """The form of an answer; the items that are due are ticked unless some are.

        Nobody disputes a whole account by not looking: there, one has to choose.
        """
        case, portal = visitor.case.with_env(visitor.portal.env), visitor.portal
        accounts = portal._account(case)
        rows = [row for one in accounts for row in one["rows"]]
        if ids is None:
            ids = [row["id"] for row in rows if row["is_due"]]
            if kind is Kind.DISPUTE and len(ids) > 1:
                ids = []
        return page(
            visitor,
            f"portal_answer_{kind.value}",
            422 if problems else 200,
            kind=kind.value,
            rows=rows,
            ticked=set(ids),
            typed=typed or {},
            problems=problems or {},
            limits=portal._limits(case),
            reasons=portal._reasons(),
        )

    @door("/thanks/<int:answer_id>", methods=["GET"])
    def thanks(self, answer_id, token="", case_id=0, **_ignored):
        visitor = identify(token, case_id)
        portal = visitor.portal
        answer = portal.env["recouvrement.answer"].search(
            [("id", "=", answer_id), ("access_id", "=", visitor.access.id)]
        )
        if not answer:
            raise Refused(404)
        note(visitor, "account")
        return page(visitor, "portal_thanks", said=portal._said(answer))


def _numbers(values: list[str]) -> list[int]:
    """The numbers among what was sent as items; anything else is nobody's."""
    if len(values) > MOST_ITEMS:
        raise Refused(404)
    try:
        numbers = [int(value) for value in values]
    except ValueError:
        raise Refused(404) from None
    if any(not 0 < number < 2**31 for number in numbers):
        raise Refused(404)
    return numbers


def _texts(typed: dict) -> dict[str, str]:
    """The fields that are words; a file sent under their name is none."""
    return {name: value for name, value in typed.items() if isinstance(value, str)}


def _files() -> list[tuple[str, bytes]]:
    """Name and content of what was joined, no more of it than tells that it is much."""
    files = request.httprequest.files.getlist("files")
    return [
        (file.filename or "", file.read(LARGEST_FILE + 1))
        for file in files[: MOST_FILES + 1]
        if file.filename
    ]
