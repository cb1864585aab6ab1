import secrets
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..models import recouvrement_visit
from ..models.recouvrement_visit import Limit
from .portal import NOW, PDF
from .portal_attack import PortalAttackCase


@freeze_time(NOW)
@tagged("post_install_l10n", "post_install", "-at_install")
class TestPortalLimits(PortalAttackCase):
    """Uploads, rate limits, double submits, audit and headers of the page."""

    # ---------------------------------------------------------------------- uploads

    def test_uploads_are_judged_by_their_content(self):
        refused = {
            "page.pdf": b"<html><script>alert(1)</script>",
            "vector.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "program.pdf": b"MZ\x90\x00",
            "active.pdf": PDF + b"/S /JavaScript",
            "empty.pdf": b"",
            "large.pdf": PDF + bytes(5 * 1024 * 1024),
        }
        with self.unlimited():
            for name, content in refused.items():
                with self.subTest(name):
                    page = self.post("paid", day="2026-03-16", files=[(name, content)])
                    self.assertEqual(page.status_code, 422)
            four = [(f"{index}.pdf", PDF) for index in range(4)]
            page = self.post("paid", day="2026-03-16", files=four)
            self.assertIn("At most 3 files", page.text)
        self.assertFalse(self.answers)

    def test_kept_files_are_private_and_harmless(self):
        self.post("paid", day="2026-03-16", files=[("../../x.html", PDF)])
        [file] = self.answers.attachment_ids
        self.assertRecordValues(
            file,
            [{"name": "x.pdf", "mimetype": "application/pdf", "public": False}],
        )
        self.assertFalse(file.access_token)
        with mute_logger("odoo.http"):
            self.assertEqual(self.url_open(f"/web/content/{file.id}").status_code, 404)
        self.authenticate("recouvrement_reader", "recouvrement_reader")
        self.assertEqual(self.url_open(f"/web/content/{file.id}").content, PDF)

    # ------------------------------------------------------------------ rate limits

    def limited(self, **limits):
        wide = dict.fromkeys(recouvrement_visit.LIMITS, Limit(10**6, 60))
        narrow = {name: Limit(count, 60) for name, count in limits.items()}
        return patch.object(recouvrement_visit, "LIMITS", {**wide, **narrow})

    def test_too_many_pages_of_one_link(self):
        with self.limited(access=3):
            statuses = [self.get().status_code for _ in range(5)]
            self.assertEqual(statuses, [200, 200, 200, 429, 429])
            foreign = self.get(self.link(self.foreign_case))
            self.assertEqual(foreign.status_code, 200, "another debtor is served")
        with freeze_time("2026-03-16 11:00:00"), self.limited(access=3):
            self.assertEqual(self.get().status_code, 200, "an hour later")

    def test_too_many_pages_of_one_address(self):
        with self.limited(address=2):
            self.get()
            self.get(self.link(self.foreign_case))
            self.assertEqual(self.get().status_code, 429)

    def test_guessing_is_stopped_and_leaves_a_bounded_trace(self):
        with self.limited(refused=3):
            for _attempt in range(6):
                page = self.get("/recouvrement/" + secrets.token_urlsafe(24))
            self.assertEqual(page.status_code, 429)
            self.assertTrue(page.headers["Retry-After"])
            self.assertEqual(self.get().status_code, 429, "even with a good link")
        visits = self.env["recouvrement.visit"].sudo()
        self.assertEqual(visits.search_count([("page", "=", "refused")]), 3)

    def test_too_many_answers(self):
        with self.limited(answers=2):
            for day in (14, 15, 16):
                page = self.post("paid", day=f"2026-03-{day}")
        self.assertEqual(page.status_code, 429)
        self.assertEqual(len(self.answers), 2)

    # ------------------------------------------------------------------ double submit

    def test_the_same_answer_twice_is_one(self):
        first = self.post("paid", day="2026-03-16", files=[("a.pdf", PDF)])
        second = self.post("paid", day="2026-03-16", files=[("a.pdf", PDF)])
        self.assertEqual(first.headers["Location"], second.headers["Location"])
        [answer] = self.answers
        self.assertEqual(len(self.case.hold_ids), 1)
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertEqual(len(answer.attachment_ids), 1)
        self.assertEqual(len(self.env["mail.mail"].search([])), 1)

    # ---------------------------------------------------------------- audit, headers

    def test_each_visit_and_answer_leaves_a_line_without_the_address(self):
        self.get()
        self.post("paid", day="2026-03-16")
        visits = self.env["recouvrement.visit"].search([], order="id")
        self.assertEqual(visits.mapped("page"), ["account", "form", "answer"])
        for visit in visits:
            self.assertEqual(visit.access_id, self.access)
            self.assertNotIn("127.0.0.1", str(visit.read()))
            self.assertRegex(visit.address_mark, r"^[0-9a-f]{24}$")
        self.assertEqual(self.answers.address, "127.0.0.1")

    def test_addresses_of_one_network_share_a_mark(self):
        mark = self.env["recouvrement.visit"]._mark
        self.assertEqual(mark("2001:db8::1"), mark("2001:db8::ffff"))
        self.assertNotEqual(mark("2001:db8::1"), mark("2001:db8:1::1"))
        self.assertNotEqual(mark("10.0.0.1"), mark("10.0.0.2"))
        self.assertTrue(mark("unknown"))

    def test_headers_keep_the_link_private(self):
        page = self.post("paid", day="2026-03-16")
        pages = [
            self.get(),
            self.get("paid"),
            page,
            self.get("/recouvrement/nonsense"),
            self.get(f"invoice/{self.invoice.id}"),
            self.get("pay"),
        ]
        for page in pages:
            with self.subTest(page.url):
                self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
                self.assertIn("no-store", page.headers["Cache-Control"])
                self.assertIn("noindex", page.headers["X-Robots-Tag"])
                self.assertEqual(page.headers["X-Content-Type-Options"], "nosniff")
        policy = pages[0].headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("script-src", policy)

    def test_nothing_but_the_known_methods(self):
        with mute_logger("odoo.http"):
            for method in ("PUT", "DELETE", "PATCH"):
                page = self.url_open(f"{self.path}/paid", method=method)
                self.assertIn(page.status_code, (400, 404, 405))
            self.assertEqual(self.url_open(self.path, data={"x": "y"}).status_code, 405)
