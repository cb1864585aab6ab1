"""Each attack on the debtor's space that was thought of, tried."""

from unittest.mock import patch

from lxml import html

from ..models import recouvrement_visit
from ..models.recouvrement_visit import Limit
from .portal import PortalCase

XSS = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{31337*7919}}"
FORMS = ("paid", "dispute", "promise", "plan", "contact")


class PortalAttackCase(PortalCase):
    def assertRefused(self, page):
        """The one page of all refusals."""
        self.assertEqual(page.status_code, 404)
        self.assertEqual(_words(page), _words(self.get("/recouvrement/nonsense")))

    def unlimited(self):
        """For tests that knock many times."""
        return patch.object(
            recouvrement_visit,
            "LIMITS",
            dict.fromkeys(recouvrement_visit.LIMITS, Limit(10**6, 60)),
        )


def _words(page) -> str:
    return " ".join(html.fromstring(page.content).text_content().split())
