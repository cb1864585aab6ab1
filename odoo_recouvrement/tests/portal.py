"""The debtor at the door: what the tests of its space share."""

from unittest import SkipTest

from lxml import html

from odoo.tests import HttpCase

from .common import AS_OF
from .story import StoryCase

NOW = "2026-03-16 09:30:00"  # 10:30 in Paris
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


class PortalCase(StoryCase, HttpCase):
    """Two debtors with a link each; pages are read as a browser without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        (cls.debtor + cls.collector.partner_id).lang = "en_US"
        cls.invoice = cls.make_invoice(1200, days=20)
        cls.upcoming = cls.make_invoice(300, days=-10)
        cls.case = cls.case_of()
        cls.case.user_id = cls.collector
        cls.reason = cls.env.ref("odoo_recouvrement.dispute_reason_goods").id
        cls.stranger = cls.make_debtor("Garage Petit", lang="en_US")
        cls.foreign_invoice = cls.make_invoice(777, partner=cls.stranger)
        cls.foreign_case = cls.case_of(cls.stranger)

    @classmethod
    def demo_provider(cls):
        """Odoo's demo provider, open to the company's debtors."""
        providers = cls.env["payment.provider"].sudo()
        provider = providers.search([("code", "=", "demo")], limit=1)
        if not provider:
            raise SkipTest("Odoo's demo provider (payment_demo) is not installed.")
        own = provider.copy(
            {
                "company_id": cls.company.id,
                "state": "test",
                "is_published": True,
                "payment_method_ids": [(6, 0, provider.payment_method_ids.ids)],
            }
        )
        own.payment_method_ids.active = True
        own.journal_id = cls._bank_journal()
        return own

    def setUp(self):
        super().setUp()
        self.item = self.items(self.invoice)
        self.path = self.link(self.case)

    def link(self, case, day=AS_OF) -> str:
        """The path of the link a message of that day carries."""
        url = self.env["recouvrement.access"]._link(case, day)
        return url.removeprefix(case.get_base_url())

    @property
    def access(self):
        return self.env["recouvrement.access"]._open_for(self.case)

    @property
    def answers(self):
        self.env.invalidate_all()
        return self.env["recouvrement.answer"].search([("case_id", "=", self.case.id)])

    def get(self, path: str = "", **options):
        """A page below the debtor's link, or below another path that begins with /."""
        url = path if path.startswith("/") else f"{self.path}/{path}".rstrip("/")
        return self.url_open(url, **options)

    def form(self, kind: str, path: str = ""):
        """The form of an answer, as lxml reads it."""
        page = self.url_open(f"{path or self.path}/{kind}")
        self.assertEqual(page.status_code, 200, page.text)
        return html.fromstring(page.content)

    def post(self, kind: str, *, path: str = "", items=None, files=None, **typed):
        """Fill the form in and send it; the redirection is not followed.

        ``files``: list of (name, content). A typed ``item`` or ``csrf_token`` replaces
        what the form holds.
        """
        [token] = self.form(kind, path).xpath("//input[@name='csrf_token']/@value")
        data = {
            "csrf_token": token,
            "item": (self.item if items is None else items).ids,
            **typed,
        }
        return self.url_open(
            f"{path or self.path}/{kind}",
            data=data,
            files=[("files", file) for file in files or []] or None,
            allow_redirects=False,
        )
