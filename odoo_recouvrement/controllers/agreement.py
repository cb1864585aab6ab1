"""A payment plan on the debtor's page: read, printed, signed."""

from odoo import http
from odoo.http import content_disposition, request

from .debtor_space import _texts, door
from .visitor import HEADERS, Refused, go, identify, note, page


class DebtorAgreement(http.Controller):
    @door("/agreement/<int:plan_id>", methods=["GET"])
    def agreement(self, plan_id, token="", case_id=0, **_ignored):
        visitor = identify(token, case_id)
        plan = self._plan(visitor, plan_id)
        note(visitor, "agreement")
        return self._page(visitor, plan)

    @door("/agreement/<int:plan_id>", methods=["POST"], max_content_length=2**16)
    def sign(self, plan_id, token="", case_id=0, **typed):
        """The debtor signs; signed twice, it is signed once."""
        visitor = identify(token, case_id, answers=True)
        if visitor.is_preview:
            raise Refused(404)
        plan = self._plan(visitor, plan_id)
        note(visitor, "answer")
        if plan.state == "proposed":
            address = request.httprequest.remote_addr or ""
            problems = visitor.portal._sign_plan(plan, _texts(typed), address)
            if problems:
                return self._page(visitor, plan, _texts(typed), problems)
        return go(f"{visitor.base}/agreement/{plan.id}")

    @door("/agreement/<int:plan_id>/pdf", methods=["GET"])
    def agreement_pdf(self, plan_id, token="", case_id=0, **_ignored):
        visitor = identify(token, case_id)
        plan = self._plan(visitor, plan_id)
        file = plan.pdf_id or plan.proposal_id
        if not file:
            raise Refused(404)
        note(visitor, "agreement")
        content = file.raw
        headers = {
            **HEADERS,
            "Content-Type": "application/pdf",
            "Content-Length": len(content),
            "Content-Disposition": content_disposition(file.name),
        }
        return request.make_response(content, list(headers.items()))

    def _plan(self, visitor, plan_id):
        plan = visitor.portal._plan_of(visitor.case, plan_id)
        if not plan:
            raise Refused(404)
        return plan

    def _page(self, visitor, plan, typed=None, problems=None):
        return page(
            visitor,
            "portal_agreement",
            422 if problems else 200,
            plan=visitor.portal._plan_page(plan),
            typed=typed or {},
            problems=problems or {},
        )
