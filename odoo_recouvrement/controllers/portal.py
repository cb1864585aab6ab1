"""The debtor's space on the portal's home, for who is logged in."""

from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .visitor import MY_PATH


class RecouvrementHome(CustomerPortal):
    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "recouvrement_count" in counters:
            values["recouvrement_count"] = len(self._recouvrement_cases())
        return values

    def _recouvrement_cases(self):
        """The files of the customer that the user belongs to, in its companies."""
        user = request.env.user
        domain = (
            Domain("partner_id", "=", user.partner_id.commercial_partner_id.id)
            & Domain("company_id", "in", user.company_ids.ids)
            & Domain("company_id.recouvrement_portal", "=", True)
            & Domain("open_total", ">", 0)
        )
        # A portal user has no right on files: only its own customer's are looked for.
        return request.env["recouvrement.case"].sudo().search(domain)

    @route(
        MY_PATH,
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def recouvrement_home(self, **_ignored):
        """To the account; to the invoices when there is none."""
        cases = self._recouvrement_cases()
        if len(cases) == 1:
            return request.redirect(f"{MY_PATH}/{cases.id}")
        if not cases:
            return request.redirect("/my/invoices")
        return request.render(
            "odoo_recouvrement.portal_choose",
            {
                "page_name": "recouvrement",
                "choices": [
                    {"url": f"{MY_PATH}/{case.id}", "name": case.company_id.name}
                    for case in cases
                ],
            },
        )
