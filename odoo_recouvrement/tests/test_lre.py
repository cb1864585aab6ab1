"""Electronic registered letters through a folder of the server: out, in, and what goes
wrong there."""

import csv
import io
import json
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..models import lre_folder
from ..report.pdf import sha256
from .common import AS_OF, NOW
from .notice import NoticeCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestLre(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"recouvrement_lre_provider": "file", "recouvrement_lre_folder": "rivage"}
        )
        cls.levels["MED"].write(
            {"by_electronic_registered": True, "by_registered_letter": False}
        )
        cls.invoice = cls.make_invoice(1000, days=50)
        cls.notice = cls.propose(cls.invoice)

    def setUp(self):
        super().setUp()
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(os.environ, {"RECOUVREMENT_LRE_ROOT": root}))
        self.root = Path(root)
        self.home = self.root / "rivage"

    def answer(self, name="status.json", /, **values):
        """A status file of the provider about the notice."""
        folder = self.home / "inbox"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps({"number": self.notice.name, **values}))

    def proof(self, name="proof.pdf", content=b"%PDF-1.4 proof"):
        (self.home / "inbox" / name).write_bytes(content)

    def collect(self, days=0):
        with freeze_time(NOW + timedelta(days=days)):
            self.env["recouvrement.mise_en_demeure"].sudo()._cron_follow()
        self.env.invalidate_all()

    def box(self, name):
        return sorted(path.name for path in (self.home / name).iterdir())

    def problems(self):
        return self.env["recouvrement.lre.file"].search([]).mapped("problem")

    # ----------------------------------------------------------------------- out

    def test_the_letter_is_left_with_its_manifest(self):
        self.assertEqual(self.notice.channel, "electronic_registered")
        self.leave(self.notice)
        self.assertEqual(self.notice.stage, "written")
        self.assertEqual(
            self.box("outbox"), ["MED-2026-00001.json", "MED-2026-00001.pdf"]
        )
        manifest = json.loads((self.home / "outbox/MED-2026-00001.json").read_text())
        self.assertEqual(manifest["uid"], self.notice.reminder_id.message_uid)
        self.assertEqual(manifest["recipient"]["email"], self.debtor.email)
        self.assertTrue(manifest["recipient"]["is_professional"])
        self.assertEqual(manifest["sender"]["siren"], "404833048")
        [file] = manifest["files"]
        content = (self.home / "outbox" / file["name"]).read_bytes()
        self.assertEqual(file["sha256"], sha256(content))
        self.assertEqual(sha256(content), self.notice.pdf_sha256)

    def test_left_twice_is_left_once(self):
        """A crash after the files, before the commit: same names, same bytes."""
        self.leave(self.notice)
        reminder = self.notice.reminder_id.sudo()
        before = {
            path.name: path.read_bytes() for path in (self.home / "outbox").iterdir()
        }
        self.env["recouvrement.lre.provider.file"]._submit(reminder)
        after = {
            path.name: path.read_bytes() for path in (self.home / "outbox").iterdir()
        }
        self.assertEqual(before, after)

    def test_a_folder_that_cannot_be_written_makes_it_wait(self):
        (self.root / "rivage").write_text("a file, not a folder")
        self.leave(self.notice)
        self.assertEqual(self.notice.stage, "ready")
        self.assertIn("exchange folder", self.notice.reminder_id.failure_reason)

    def test_without_provider_it_is_not_proposed(self):
        self.company.recouvrement_lre_provider = False
        other = self.make_debtor("Other", company_registry="404833048")
        invoice = self.make_invoice(1000, days=50, partner=other)
        found = self.propose(invoice)
        self.assertNotEqual(found.channel, "electronic_registered")

    def test_a_consumer_must_have_agreed_with_proof(self):
        case = self.case_of()
        case.profile = "consumer"
        with self.assertRaisesRegex(UserError, "L100, R53-3"):
            self.notice.with_user(self.collector).action_confirm()
        case.lre_consent_date = in_days(-90)
        self.assertFalse(case.has_lre_consent, "a date is no proof")
        case.lre_consent_proof_ids = [(0, 0, {"name": "accord.pdf", "raw": b"%PDF"})]
        self.assertTrue(case.has_lre_consent)
        self.notice.with_user(self.collector).action_confirm()
        self.assertEqual(self.notice.stage, "ready")
        case.lre_consent_end_date = AS_OF
        self.dispatch()
        self.assertIn("L100", self.notice.reminder_id.failure_reason)

    def test_a_consumer_who_has_not_agreed_is_not_reached_that_way(self):
        person = self.make_debtor("Camille Martin", is_company=False)
        invoice = self.make_invoice(1000, days=50, partner=person)
        self.case_of(person).profile = "consumer"
        found = self.propose(invoice)
        self.assertNotEqual(found.channel, "electronic_registered")

    # ------------------------------------------------------------------------ in

    def test_deposited_then_accepted_with_the_proof_copied(self):
        self.leave(self.notice)
        self.answer("1.json", status="deposited", date=str(AS_OF), reference="LRE-77")
        self.collect()
        self.assertEqual(self.notice.stage, "posted")
        self.assertEqual(self.notice.reminder_id.state, "proved")
        self.assertEqual(self.notice.reminder_id.proof_reference, "LRE-77")
        self.answer(
            "2.json",
            status="accepted",
            # 23:30 UTC is already the next day in Paris.
            date="2026-03-18T23:30:00+00:00",
            proof="proof.pdf",
        )
        self.proof()
        self.collect(5)
        self.assertRecordValues(
            self.notice, [{"stage": "received", "notice_date": in_days(3)}]
        )
        event = self.notice.event_ids.filtered(lambda one: one.step == "received")
        self.assertEqual(event.attachment_ids.raw, b"%PDF-1.4 proof")
        self.assertEqual(self.box("done"), ["1.json", "2.json", "proof.pdf"])
        self.assertEqual(self.box("inbox"), [])

    def test_unclaimed_counts_from_the_day_the_debtor_was_told(self):
        self.leave(self.notice)
        rows = [
            {"status": status, "date": str(in_days(days))}
            for status, days in (("unclaimed", 16), ("deposited", 0), ("notified", 1))
        ]
        out = io.StringIO()
        writer = csv.DictWriter(out, ("number", "status", "date"), delimiter=";")
        writer.writeheader()
        writer.writerows({"number": self.notice.name, **row} for row in rows)
        (self.home / "inbox/all.csv").write_text(out.getvalue())
        self.collect(20)
        self.assertRecordValues(
            self.notice, [{"stage": "unclaimed", "notice_date": in_days(1)}]
        )

    def test_read_twice_is_noted_once(self):
        self.leave(self.notice)
        self.answer("1.json", status="deposited", date=str(AS_OF))
        self.collect()
        self.answer("1.json", status="deposited", date=str(AS_OF))
        self.answer("2.json", status="deposited", date=str(AS_OF), detail="again")
        self.collect()
        self.assertEqual(len(self.notice.event_ids), 1)
        self.assertEqual(self.box("done"), ["1-2.json", "1.json", "2.json"])
        self.assertEqual(self.box("rejected"), [])

    def test_files_may_come_in_any_order(self):
        self.leave(self.notice)
        self.answer("a.json", status="accepted", date=str(in_days(2)))
        self.answer("b.json", status="deposited", date=str(AS_OF))
        self.collect(4)
        self.assertEqual(self.notice.stage, "received")

    def test_a_proof_that_has_not_come_is_waited_for(self):
        self.leave(self.notice)
        self.answer("1.json", status="deposited", date=str(AS_OF), proof="proof.pdf")
        self.collect()
        self.collect()
        self.assertEqual(self.notice.stage, "written")
        self.assertEqual(self.box("inbox"), ["1.json"])
        [problem] = self.problems()
        self.assertIn("has not come yet", problem)
        self.proof()
        self.collect()
        self.assertEqual(self.notice.stage, "posted")
        self.assertEqual(
            self.env["recouvrement.lre.file"].search([]).mapped("state"), ["imported"]
        )

    def test_bad_files_are_put_aside_and_said(self):
        self.leave(self.notice)
        inbox = self.home / "inbox"
        self.answer("date.json", status="deposited", date="yesterday")
        self.answer("order.json", status="accepted", date=str(in_days(-1)))
        self.answer("status.json", status="vanished", date=str(AS_OF))
        self.answer(
            "unknown.json", number="MED/2026/99999", status="deposited", date=str(AS_OF)
        )
        (inbox / "broken.json").write_text("{")
        (inbox / "empty.json").write_text("[]")
        (inbox / "binary.csv").write_bytes(b"\xff\xfe\x00")
        (inbox / ".writing.json").write_text("{")
        self.answer("good.json", status="deposited", date=str(in_days(-0)))
        self.collect()
        self.assertEqual(self.notice.stage, "posted", "the good one is read")
        self.assertEqual(self.box("inbox"), [".writing.json"])
        names = {
            "binary.csv", "broken.json", "date.json", "empty.json", "order.json",
            "status.json", "unknown.json",
        }  # fmt: skip
        rejected = self.box("rejected")
        self.assertLessEqual(names, set(rejected))
        for name in names:
            self.assertTrue((self.home / "rejected" / f"{name}.txt").read_text())
        self.assertEqual(len([text for text in self.problems() if text]), len(names))

    def test_a_file_with_one_bad_line_notes_nothing(self):
        self.leave(self.notice)
        rows = [
            {"number": self.notice.name, "status": "deposited", "date": str(AS_OF)},
            {"number": self.notice.name, "status": "accepted", "date": "2027-01-01"},
        ]
        (self.home / "inbox/two.json").write_text(json.dumps(rows))
        self.collect()
        self.assertEqual(self.notice.stage, "written")
        self.assertFalse(self.notice.event_ids)
        self.assertIn("still to come", self.problems()[0])

    # ----------------------------------------------------------------- the folder

    def test_the_folder_is_a_name_and_nothing_leads_outside(self):
        for name in ("../etc", "/etc", "a/b", "a.b", "", "-a", "é" * 3, "x" * 65):
            with self.subTest(name):
                with self.assertRaises(ValidationError):
                    self.company.recouvrement_lre_folder = name
                with self.assertRaises(lre_folder.FolderError):
                    lre_folder.LreFolder(self.root, name)

    def test_a_link_out_of_the_folder_is_refused(self):
        outside = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.home.mkdir()
        (self.home / "inbox").symlink_to(outside)
        with self.assertRaisesRegex(lre_folder.FolderError, "outside"):
            lre_folder.LreFolder(self.root, "rivage")

    def test_a_proof_cannot_be_a_file_of_the_server(self):
        self.leave(self.notice)
        secret = self.root / "secret.pdf"
        secret.write_bytes(b"secret")
        (self.home / "inbox/link.pdf").symlink_to(secret)
        for proof in ("../secret.pdf", "/etc/hostname", "link.pdf", "..", "a\\b"):
            self.answer("p.json", status="deposited", date=str(AS_OF), proof=proof)
            self.collect()
            with self.subTest(proof):
                self.assertFalse(self.notice.event_ids)
        self.assertEqual(secret.read_bytes(), b"secret")
        self.assertFalse(self.env["ir.attachment"].search([("name", "like", "secret")]))

    def test_two_companies_do_not_share_a_folder(self):
        from psycopg2 import IntegrityError

        from odoo.tools import mute_logger

        other = self.setup_other_company(name="Atelier Loire")["company"]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            other.write(
                {
                    "recouvrement_lre_provider": "file",
                    "recouvrement_lre_folder": "rivage",
                }
            )
