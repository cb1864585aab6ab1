"""A mise en demeure from its proposal to the end of the delay, and what goes wrong."""

import csv
import io
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError
from pypdf import PdfReader

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..report import letter, notice
from ..report.pdf import sha256
from .common import AS_OF, NOW
from .notice import NoticeCase
from .story import in_days


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestMiseEnDemeure(NoticeCase):
    """The document: proposed, checked, numbered, frozen."""

    def test_the_run_proposes_it_with_its_readiness_list(self):
        invoice = self.make_invoice(1000, days=50, ref="BC-7781")
        found = self.propose(invoice)
        self.assertRecordValues(
            found,
            [
                {
                    "stage": "draft",
                    "name": False,
                    "is_manual": False,
                    "signatory_id": self.signatory.id,
                    "payment_days": 8,
                    "case_id": self.case_of().id,
                }
            ],
        )
        ready = {check.kind: (check.is_done, check.note) for check in found.check_ids}
        self.assertEqual(
            ready,
            {
                "order": (True, "BC-7781"),
                "delivery": (bool(invoice.delivery_date), False),
                "sent": (False, False),
                "identity": (True, "303265045"),
            },
        )

    def test_a_reminder_of_another_level_has_none(self):
        invoice = self.make_invoice(1000, days=20)
        self.run_as_of()
        self.assertTrue(self.reminders(invoice))
        self.assertFalse(self.notices(invoice))

    def test_it_has_its_own_number_and_the_reminders_keep_theirs(self):
        other = self.make_invoice(100, days=5, partner=self.make_debtor("Other"))
        first = self.written()
        self.assertEqual(first.name, "MED/2026/00001")
        self.assertEqual(self.reminders(other).name, "REL/2026/00001")
        debtor = self.make_debtor("Second", company_registry="404833048")
        second = self.written(partner=debtor)
        self.assertEqual(second.name, "MED/2026/00002")

    def test_principal_interest_and_fee_stand_apart_and_are_frozen(self):
        """50 days at 12.15 % on 1,000 €, and the 40 €."""
        found = self.written()
        line = self.items(found.line_ids.move_id)
        self.assertRecordValues(
            found,
            [
                {
                    "stage": "written",
                    "principal_total": 1000.0,
                    "interest_total": 16.64,
                    "fee_total": 40.0,
                    "total": 1056.64,
                    "item_amounts": {
                        str(line.id): {
                            "principal": "1000.00",
                            "interest": "16.64",
                            "fee": "40.00",
                        }
                    },
                    "signed_by": "Inès Leroy, Directrice financière, par délégation",
                }
            ],
        )
        self.assertEqual(found.pdf_sha256, sha256(found.pdf_id.raw))
        with self.assertRaisesRegex(UserError, "has left"):
            found.with_user(self.collector).signatory_id = False
        with self.assertRaisesRegex(UserError, "register"):
            found.sudo().unlink()
        with self.assertRaises(UserError):
            found.copy()

    def test_the_paper_says_all_that_it_must(self):
        found = self.written()
        pages = [page.extract_text() for page in self._pdf(found).pages]
        text = " ".join(" ".join(pages).split())
        for words in (
            "Mise en demeure de payer",
            "MED/2026/00001",
            "Lettre recommandée avec avis de réception",
            "404 833 048",  # the creditor's SIREN
            "303 265 045",  # the debtor's
            found.line_ids.move_id.name,
            "1 000,00 €",
            "16,64 €",
            "40,00 €",
            "1 056,64 €",
            "8 jours",
            "FR76 3000 6000 0112 3456 7890 189",
            "article 1344 du code civil",
            "L441-10, II, et D441-5",
            "juridiction compétente",
            "Inès Leroy",
            "Directrice financière, par délégation",
            "12,15 %",
            "Décompte arrêté au 16 mars 2026",
        ):
            with self.subTest(words):
                self.assertIn(words, text.replace("\u202f", " ").replace("\xa0", " "))
        self.assertEqual(len(pages), 2, "the letter, its annex")

    def test_it_is_a_pdf_a_3_that_carries_its_decompte(self):
        if not letter.has_weasyprint():
            self.skipTest("WeasyPrint is not installed")
        found = self.written()
        reader = self._pdf(found)
        metadata = reader.xmp_metadata.stream.get_data().decode()
        self.assertRegex(metadata, r"pdfaid:part(>|=\")3")
        self.assertRegex(metadata, r"pdfaid:conformance(>|=\")B")
        self.assertEqual(list(reader.attachments), ["MED-2026-00001-decompte.csv"])
        [content] = reader.attachments["MED-2026-00001-decompte.csv"]
        [file] = reader.trailer["/Root"]["/AF"]
        self.assertEqual(file.get_object()["/AFRelationship"], "/Data")
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        self.assertEqual(
            [row["line"] for row in rows], ["segment", "fee", "item", "total"]
        )
        self.assertEqual(
            (rows[0]["from"], rows[0]["to"], rows[0]["days"], rows[0]["rate_percent"]),
            ("2026-01-26", "2026-03-16", "50", "12.15"),
        )
        self.assertEqual(rows[-1]["amount"], "1056.64")

    def test_without_weasyprint_the_decompte_stands_beside(self):
        invoice = self.make_invoice(1000, days=50)
        found = self.propose(invoice)
        with (
            patch.object(notice, "print_html", return_value=b"%PDF-1.4 letter"),
            patch.object(letter, "has_weasyprint", return_value=False),
        ):
            self.leave(found)
        names = found.reminder_id._files().mapped("name")
        self.assertEqual(names, ["MED-2026-00001.pdf", "MED-2026-00001-decompte.csv"])
        self.assertEqual(
            found.reminder_id._files()[-1].mimetype, "text/csv", "not a PDF"
        )

    def test_the_same_notice_is_the_same_bytes(self):
        invoice = self.make_invoice(1000, days=50)
        found = self.propose(invoice)
        writer = self.env["recouvrement.message"].sudo().with_company(self.company)
        message = writer._compose(found.reminder_id, AS_OF)
        printed = {
            writer._print(found.reminder_id, message, number="MED/1") for _time in "12"
        }
        self.assertEqual(len(printed), 1)

    def test_the_copies_of_the_invoices_are_printed_behind(self):
        self.levels["MED"].attach_invoices = True
        with patch.object(
            type(self.env["recouvrement.message"]),
            "_invoice_file",
            lambda self, move: ("copy.pdf", _blank_pdf()),
        ):
            found = self.written()
        self.assertEqual(len(found.reminder_id._files()), 2)
        with patch.object(
            type(self.env["ir.attachment"]), "create", autospec=True
        ) as create:
            found.with_user(self.collector).action_print_letters()
        printed = create.call_args.args[1]["raw"]
        self.assertEqual(len(PdfReader(io.BytesIO(printed)).pages), 3)

    def test_what_is_not_due_is_left_out(self):
        late = self.make_invoice(1000, days=50)
        found = self.propose(late)
        coming = self.make_invoice(500, days=-3)
        found.reminder_id.sudo().line_ids = [
            (
                0,
                0,
                {
                    **self._line_values(coming),
                    "is_upcoming": True,
                    "level_id": self.levels["MED"].id,
                    "channel": "registered_letter",
                },
            )
        ]
        self.leave(found)
        self.assertEqual(found.line_ids.move_id, late)
        self.assertEqual(found.total, 1056.64)

    def test_part_payment_and_its_allocation_show(self):
        invoice = self.make_invoice(1000, days=50)
        self.pay(invoice, 400, AS_OF - timedelta(days=20))
        found = self.leave(self.propose(invoice))
        # 30 days on 1,000 €: 9.99 €, paid first out of the 400 € (C. civ. 1343-1).
        self.assertRecordValues(
            found,
            [{"principal_total": 609.99, "interest_total": 4.06, "fee_total": 40.0}],
        )
        text = " ".join(self._pdf(found).pages[1].extract_text().split())
        self.assertIn("9,99", text)
        self.assertIn("1343-1", text)

    def test_consumer_owes_neither_fee_nor_interest_before_it(self):
        person = self.make_debtor(
            "Camille Martin", is_company=False, company_registry=False
        )
        invoice = self.make_invoice(1000, days=50, partner=person)
        self.case_of(person).profile = "consumer"
        self.levels["MED"].template_ids = self.env.ref(
            "odoo_recouvrement.template_consumer_formal_letter_fr"
        )
        found = self.leave(self.propose(invoice))
        self.assertRecordValues(
            found,
            [{"total": 1000.0, "interest_total": 0.0, "fee_total": 0.0}],
        )
        text = " ".join(
            " ".join(page.extract_text() for page in self._pdf(found).pages).split()
        )
        self.assertNotIn("Indemnité", text)
        self.assertNotIn("L441-10", text)
        self.assertIn("1231-6", text)

    def test_interest_of_a_consumer_begins_the_day_after_its_reception(self):
        person = self.make_debtor("Camille Martin", is_company=False)
        invoice = self.make_invoice(1000, days=50, partner=person)
        self.case_of(person).profile = "consumer"
        found = self.leave(self.propose(invoice))
        self.post(found)
        item = self.items(invoice)
        self.assertFalse(item.recouvrement_notice_date)
        with freeze_time(in_days(10)):
            self.note(found, "received", in_days(2))
        self.assertEqual(item.recouvrement_notice_date, in_days(2))
        answer = self.env["recouvrement.statement"]._statements(item, in_days(12))
        [segment] = answer[item.id].statement.segments
        self.assertEqual(segment.first_day, in_days(3))
        self.assertEqual(segment.days, 10)

    def test_english_reader(self):
        self.debtor.lang = "en_US"
        found = self.written()
        text = self._pdf(found).pages[0].extract_text()
        self.assertIn("Formal notice to pay", text)

    def test_level_refuses_a_text_that_is_no_mise_en_demeure(self):
        with self.assertRaisesRegex(ValidationError, "does not demand"):
            self.levels["MED"].template_ids = self.text("r3_letter_fr")
        text = self.text("formal_letter_fr")
        with self.assertRaisesRegex(ValidationError, "L121-6"):
            text.body = text.body.replace(
                "Une solution", "Une saisie suivra. Une solution"
            )

    # ------------------------------------------------------------------- helpers

    def _pdf(self, found):
        return PdfReader(io.BytesIO(found.pdf_id.raw))

    def _line_values(self, invoice):
        item = self.items(invoice)
        return {
            "company_id": self.company.id,
            "move_line_id": item.id,
            "move_id": invoice.id,
            "currency_id": item.currency_id.id,
            "due_date": item.date_maturity,
            "days_overdue": -3,
            "residual": item.amount_residual,
            "claim": item.amount_residual,
        }


def _blank_pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestNoticeRefused(NoticeCase):
    """What keeps it from leaving, told to the collector with its article."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice(1000, days=50)
        cls.notice = cls.propose(cls.invoice)

    def assertRefused(self, words, notice=None):
        notice = notice or self.notice
        with self.assertRaisesRegex(UserError, words):
            notice.with_user(self.collector).action_confirm()
        self.assertEqual(notice.stage, "draft")
        self.env.invalidate_all()
        self.assertRegex(notice.refusal_text, words)

    def test_without_signatory(self):
        self.signatory.active = False
        self.notice.sudo().signatory_id = False
        self.assertRefused("Nobody signs")

    def test_signatory_without_proof_of_the_delegation(self):
        self.signatory.proof_ids = False
        self.assertRefused("not proved.*1984")

    def test_signatory_whose_power_has_ended(self):
        self.signatory.date_to = AS_OF - timedelta(days=1)
        self.assertRefused("not in force today")

    def test_without_siren(self):
        self.debtor.company_registry = False
        self.assertRefused("SIREN.*CPC 54")

    def test_without_valid_iban(self):
        self.company.recouvrement_bank_account_id = self.env["res.partner.bank"].create(
            {"acc_number": "30006 00001", "partner_id": self.company.partner_id.id}
        )
        self.assertRefused("IBAN.*not valid")

    def test_debtor_under_insolvency(self):
        """The judgment comes between the run and the confirmation."""
        self.case_of().insolvency_date = AS_OF
        with self.assertRaisesRegex(UserError, "[Ii]nsolv|judgment"):
            self.notice.with_user(self.collector).action_confirm()

    def test_over_indebted_consumer(self):
        self.case_of().over_indebtedness_date = AS_OF
        self.assertRefused("over-indebtedness.*L722-2")

    def test_dispute_opened_since(self):
        self.suspend("dispute", move_line_ids=[(6, 0, self.items(self.invoice).ids)])
        with self.assertRaisesRegex(UserError, "(?i)disput"):
            self.notice.with_user(self.collector).action_confirm()

    def test_disputed_in_part(self):
        self.suspend(
            "dispute",
            move_line_ids=[(6, 0, self.items(self.invoice).ids)],
            amount=200,
        )
        self.assertRefused("is disputed.*L121-6")

    def test_payment_that_nobody_has_matched(self):
        self.receive(300)
        self.assertRefused("300.*not matched.*1343-1")

    def test_unknown_rate(self):
        """A statement that cannot be worked out says which rate is missing."""
        with freeze_time(AS_OF):
            answer = self.env["recouvrement.statement"]._statements(
                self.items(self.invoice), AS_OF
            )
        faulty = {
            key: value._replace(statement=None, fault="Enter the ECB's rate of 2026-S1")
            for key, value in answer.items()
        }
        with patch.object(
            type(self.env["recouvrement.statement"]),
            "_statements",
            lambda self, lines, as_of: faulty,
        ):
            self.assertRefused("Enter the ECB's rate")

    def test_what_is_missing_is_only_advised_unless_the_company_wants_it(self):
        self.assertIn("invoice was sent", self.notice.advice_text)
        self.company.recouvrement_notice_strict = True
        self.assertRefused("invoice was sent.*CPC 9")
        for check in self.notice.check_ids:
            check.with_user(self.collector).write({"is_done": True, "note": "see file"})
        self.assertRecordValues(
            self.notice.check_ids[0],
            [{"user_id": self.collector.id, "is_prefilled": False}],
        )
        self.notice.with_user(self.collector).action_confirm()
        self.assertEqual(self.notice.stage, "ready")

    def test_refused_among_others_the_others_are_confirmed(self):
        good = self.make_debtor("Good", company_registry="404833048")
        invoice = self.make_invoice(1000, days=50, partner=good)
        other = self.propose(invoice)
        self.debtor.company_registry = False
        both = self.notice | other
        both.with_user(self.collector).action_confirm()
        self.assertEqual(other.stage, "ready")
        self.assertEqual(self.notice.stage, "draft")
        self.assertIn("SIREN", self.notice.reminder_id.failure_reason)

    def test_refused_when_it_leaves_it_is_put_off(self):
        """Something changed between the confirmation and the dispatch."""
        self.notice.with_user(self.collector).action_confirm()
        self.signatory.proof_ids = False
        self.dispatch()
        reminder = self.notice.reminder_id
        self.assertRecordValues(reminder, [{"state": "confirmed", "name": False}])
        self.assertIn("not proved", reminder.failure_reason)
        self.assertGreater(reminder.retry_date, NOW)

    def test_paid_before_it_leaves(self):
        self.notice.with_user(self.collector).action_confirm()
        self.pay(self.invoice)
        self.dispatch()
        self.assertEqual(self.notice.stage, "cancelled")
        self.assertFalse(self.notice.name, "a number is not wasted")


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestNoticePost(NoticeCase):
    """The letter at the post office and back."""

    def at(self, days):
        return freeze_time(NOW + timedelta(days=days))

    def test_received_the_delay_runs(self):
        found = self.post(self.written())
        self.assertRecordValues(
            found, [{"stage": "posted", "posted_date": AS_OF, "deadline": False}]
        )
        self.assertEqual(found.reminder_id.state, "proved")
        self.assertEqual(found.reminder_id.proof_reference, "1A 000 000 0001 1")
        with self.at(5):
            self.note(found, "presented", in_days(2))
            scan = self.env["ir.attachment"].create(
                {"name": "avis.pdf", "raw": b"%PDF"}
            )
            self.note(found, "received", in_days(3), files=scan)
        self.assertRecordValues(
            found,
            [
                {
                    "stage": "received",
                    "notice_date": in_days(3),
                    # 19 March + 8 days: Friday the 27th.
                    "deadline": in_days(11),
                }
            ],
        )
        self.assertEqual(found.event_ids.sorted("date")[-1].attachment_ids, scan)
        line = self.items(found.line_ids.move_id)
        self.assertEqual(line.recouvrement_notice_date, in_days(3))
        self.assertEqual(line.recouvrement_level_id, self.levels["MED"])

    def test_not_collected_is_valid_from_its_first_presentation(self):
        found = self.post(self.written())
        with self.at(20):
            self.note(found, "presented", in_days(2))
            self.note(found, "unclaimed", in_days(18))
        self.assertRecordValues(
            found, [{"stage": "unclaimed", "notice_date": in_days(2)}]
        )

    def test_refused_is_valid(self):
        found = self.post(self.written())
        with self.at(5):
            self.note(found, "refused", in_days(2))
        self.assertRecordValues(
            found, [{"stage": "refused", "notice_date": in_days(2)}]
        )

    def test_wrong_address_reached_nobody(self):
        found = self.post(self.written())
        line = self.items(found.line_ids.move_id)
        with self.at(6):
            self.note(found, "wrong_address", in_days(5))
        self.assertRecordValues(
            found,
            [{"stage": "wrong_address", "notice_date": False, "deadline": False}],
        )
        self.assertEqual(found.reminder_id.state, "bounced")
        self.assertNotEqual(line.recouvrement_level_id, self.levels["MED"])
        self.assertIn("reached nobody", found.next_text)

    def test_returned_by_the_reminder_s_own_button(self):
        found = self.post(self.written())
        with self.at(5):
            found.reminder_id.with_user(self.collector).action_returned("NPAI")
        self.assertEqual(found.stage, "wrong_address")
        self.assertEqual(len(found.event_ids), 2)

    def test_a_mistake_is_struck_out_with_its_trace(self):
        found = self.post(self.written())
        line = self.items(found.line_ids.move_id)
        with self.at(9):
            self.note(found, "received", in_days(3))
            wrong = found.event_ids.filtered(lambda event: event.step == "received")
            with self.assertRaisesRegex(UserError, "Say what was wrong"):
                wrong.with_user(self.collector).action_void(" ")
            wrong.with_user(self.collector).action_void("Misread")
            self.assertFalse(line.recouvrement_notice_date)
            self.note(found, "received", in_days(5))
        self.env.invalidate_all()
        self.assertEqual(found.notice_date, in_days(5))
        self.assertEqual(line.recouvrement_notice_date, in_days(5))
        self.assertRecordValues(
            wrong,
            [
                {
                    "is_void": True,
                    "void_reason": "Misread",
                    "void_user_id": self.collector.id,
                }
            ],
        )
        self.assertEqual(len(found.event_ids), 3)

    def test_returned_by_mistake_is_proved_again(self):
        found = self.post(self.written())
        with self.at(9):
            self.note(found, "wrong_address", in_days(3))
            wrong = found.event_ids.filtered(lambda e: e.step == "wrong_address")
            wrong.with_user(self.collector).action_void("Another letter")
            self.env.invalidate_all()
            self.assertEqual(found.reminder_id.state, "proved")
            self.note(found, "received", in_days(3))
        self.assertEqual(found.stage, "received")

    def test_posted_on_a_wrong_day_is_corrected(self):
        found = self.post(self.written(), AS_OF)
        with self.at(3):
            found.event_ids.with_user(self.collector).action_void("Posted later")
            self.note(found, "posted", in_days(2), reference="1A 2")
        self.assertEqual(found.posted_date, in_days(2))
        self.assertEqual(found.reminder_id.sent_date.date(), in_days(2))
        self.assertEqual(found.reminder_id.proof_reference, "1A 2")

    def test_steps_come_in_order_and_once(self):
        found = self.written()
        with self.assertRaisesRegex(UserError, "after posting"):
            self.note(found, "received", AS_OF)
        self.post(found)
        with self.assertRaisesRegex(UserError, "no letter that waits"):
            self.post(found)
        with self.assertRaisesRegex(UserError, "already entered"):
            self.note(found, "posted", AS_OF)
        with self.assertRaisesRegex(UserError, "still to come"):
            self.note(found, "received", in_days(1))
        with self.at(5):
            self.note(found, "received", in_days(2))
            with self.assertRaisesRegex(UserError, "already ended"):
                self.note(found, "refused", in_days(3))
            with self.assertRaisesRegex(UserError, "cannot be on"):
                self.note(found, "presented", in_days(3))

    def test_number_of_the_registered_letter_is_needed(self):
        found = self.written()
        with self.assertRaisesRegex(UserError, "number"):
            self.post(found, number=" ")
        self.assertEqual(found.stage, "written")

    def test_nothing_happens_to_what_has_not_left(self):
        found = self.propose(self.make_invoice(1000, days=50))
        with self.assertRaisesRegex(UserError, "has not left"):
            self.note(found, "posted", AS_OF)

    def test_paid_between_print_and_post(self):
        found = self.written()
        self.pay(found.line_ids.move_id)
        with self.assertRaisesRegex(UserError, "withdraw it"):
            self.post(found)
        found.reminder_id.with_user(self.collector).action_withdraw("Paid meanwhile")
        self.assertEqual(found.stage, "withdrawn")

    def test_withdrawn_it_counts_no_more(self):
        found = self.post(self.written())
        line = self.items(found.line_ids.move_id)
        with self.at(5):
            self.note(found, "received", in_days(2))
            self.assertTrue(line.recouvrement_notice_date)
            found.reminder_id.with_user(self.collector).action_withdraw("Wrong debtor")
        self.env.invalidate_all()
        self.assertRecordValues(
            found, [{"stage": "withdrawn", "notice_date": False, "deadline": False}]
        )
        self.assertFalse(line.recouvrement_notice_date)

    def test_cancelled_before_it_leaves(self):
        found = self.propose(self.make_invoice(1000, days=50))
        found.reminder_id.with_user(self.collector).action_cancel("Not now")
        self.assertEqual(found.stage, "cancelled")
        self.assertFalse(found.next_text)

    def test_events_are_facts(self):
        found = self.post(self.written())
        event = found.event_ids
        with self.assertRaises(AccessError):
            event.with_user(self.manager).date = in_days(-1)
        with self.assertRaises(UserError):
            event.unlink()
        with self.assertRaises(UserError):
            event.copy()

    def test_two_windows_at_once_enter_one_step(self):
        """Whoever is second stops at the unique index."""
        found = self.post(self.written())
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["recouvrement.mise_en_demeure.event"].sudo().create(
                {"notice_id": found.id, "step": "posted", "date": AS_OF}
            )


@tagged("post_install_l10n", "post_install", "-at_install")
@freeze_time(NOW)
class TestNoticeDay(NoticeCase):
    """What comes back to the day's list."""

    @classmethod
    def follow(cls):
        cls.env["recouvrement.mise_en_demeure"].sudo()._cron_follow()
        cls.env.invalidate_all()

    def received(self):
        found = self.post(self.written())
        with freeze_time(NOW + timedelta(days=5)):
            self.note(found, "received", in_days(2))
        return found

    def test_end_of_the_delay(self):
        found = self.received()
        case = found.case_id
        self.assertEqual(found.deadline, in_days(10))
        with freeze_time(NOW + timedelta(days=10)):
            self.follow()
            self.assertFalse(found.is_over, "the last day is still a day to pay")
            self.assertFalse(case.has_legal_deadline)
            self.assertIn("has until", found.next_text)
        with freeze_time(NOW + timedelta(days=11)):
            self.follow()
            self.assertTrue(found.is_over)
            self.assertTrue(case.has_legal_deadline)
            self.assertTrue(case.has_to_do)
            self.assertEqual(case.rank_factors["legal"], 35)
            self.assertIn("hand it over", found.next_text)
            counters = case.with_user(self.collector).get_day_counters(False)
            [legal] = [
                one
                for one in counters["counters"]
                if one["flag"] == "has_legal_deadline"
            ]
            self.assertEqual(legal["count"], 1)
            over = self.env["recouvrement.mise_en_demeure"].search(
                [("is_over", "=", True)]
            )
            self.assertEqual(over, found)
            found.with_user(self.collector).action_decide(
                "handed_over", "To the lawyer"
            )
            self.env.invalidate_all()
            self.assertFalse(case.has_legal_deadline)
            self.assertFalse(found.is_over)
        self.assertRecordValues(
            found,
            [
                {
                    "outcome": "handed_over",
                    "outcome_note": "To the lawyer",
                    "outcome_user_id": self.collector.id,
                }
            ],
        )

    def test_paid_it_calls_for_nothing(self):
        found = self.received()
        self.pay(found.line_ids.move_id, day=in_days(4))
        with freeze_time(NOW + timedelta(days=12)):
            self.follow()
            self.assertFalse(found.case_id.has_legal_deadline)
            self.assertIn("is paid", found.next_text)

    def test_receipt_that_does_not_come(self):
        found = self.post(self.written())
        with freeze_time(NOW + timedelta(days=22)):
            self.follow()
            self.assertTrue(found.case_id.has_legal_deadline)
            self.assertIn("No receipt since", found.next_text)

    def test_wizard_of_the_collector(self):
        found = self.received()
        wizard = (
            self.env["recouvrement.notice.decide"]
            .with_user(self.collector)
            .create({"notice_ids": [(6, 0, found.ids)], "outcome": "extended"})
        )
        wizard.action_apply()
        self.assertEqual(found.outcome, "extended")
        with self.assertRaises(AccessError):
            found.with_user(self.reader).action_decide("paid")

    # -------------------------------------------------------------- made by hand

    def prepare(self, user=None, **values):
        case = self.case_of().with_user(user or self.collector)
        return (
            self.env["recouvrement.notice.prepare"]
            .with_user(user or self.collector)
            .with_context(default_case_id=case.id)
            .create(values)
        )

    def test_made_by_hand_for_chosen_items(self):
        """Two of three invoices, long before the ladder would."""
        first, second, third = (self.make_invoice(100, days=days) for days in (9, 8, 7))
        self.run_as_of()
        waiting = self.reminders(first, second, third)
        self.assertTrue(waiting)
        wizard = self.prepare()
        self.assertEqual(len(wizard.line_ids), 3)
        self.assertEqual(wizard.level_id, self.levels["MED"])
        wizard.line_ids = self.items(first, second)
        self.assertEqual(wizard.total, 200)
        action = wizard.action_apply()
        found = self.env["recouvrement.mise_en_demeure"].browse(action["res_id"])
        self.assertTrue(found.is_manual)
        self.assertEqual(found.line_ids.move_id, first | second)
        self.assertEqual(waiting.mapped("state"), ["cancelled"])
        self.leave(found)
        self.assertEqual(found.stage, "written")
        self.assertEqual(found.principal_total, 200)
        self.post(found)
        self.assertEqual(self.items(first).recouvrement_level_id, self.levels["MED"])

    def test_a_second_click_makes_no_second_one(self):
        invoice = self.make_invoice(100, days=9)
        self.run_as_of()
        first = self.prepare().action_apply()
        second = self.prepare().action_apply()
        found = self.env["recouvrement.mise_en_demeure"].browse(
            [first["res_id"], second["res_id"]]
        )
        self.assertEqual(found.mapped("stage"), ["cancelled", "draft"])
        self.leave(found[1])
        with self.assertRaisesRegex(UserError, "already has a mise en demeure"):
            self.prepare().action_apply()
        self.assertEqual(self.reminders(invoice).notice_ids, found)

    def test_made_by_hand_what_forbids_is_left_out(self):
        first, second = (self.make_invoice(100, days=days) for days in (9, 8))
        self.run_as_of()
        found = self.env["recouvrement.mise_en_demeure"].browse(
            self.prepare().action_apply()["res_id"]
        )
        found.with_user(self.collector).action_confirm()
        self.suspend("promise", move_line_ids=[(6, 0, self.items(second).ids)])
        self.dispatch()
        self.assertEqual(found.line_ids.move_id, first)

    def test_made_by_hand_refuses_what_makes_no_sense(self):
        case = self.case_of().with_user(self.collector)
        late, coming = self.make_invoice(100, days=9), self.make_invoice(100, days=-9)
        level = self.levels["MED"]
        for items, other, words in (
            (self.items(), level, "at least one"),
            (self.items(coming), level, "not due yet"),
            (self.items(late), self.levels["R1"], "no mise en demeure"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                case._make_notice(items, other, "registered_letter")
        with self.assertRaises(AccessError):
            self.case_of().with_user(self.reader)._make_notice(
                self.items(late), level, "registered_letter"
            )
