"""Letters printed by several programs at once are the same letters."""

import io
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from pypdf import PdfReader

from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tests.common import MockEmail

from ..report import press as press_module
from ..report import printer, printing
from ..report.press import Press, PrintingError
from ..report.printer import Sheet
from .common import RecouvrementCommon

PAGE = "<html><body class='paged'><p>Lettre n° %s – 1 250,00 €</p></body></html>"
SHEETS = [Sheet(PAGE % number) for number in range(8)]
UNPRINTABLE = Sheet(PAGE, embedded=("decompte.csv", b"", "Without a day", None))


class TwoProcessors:
    """As on a machine of two processors, whatever this one has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not printing.has_weasyprint():
            cls.skipTest(cls, "WeasyPrint is not installed")

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(press_module, "_processors", lambda: 2))


@tagged("post_install", "-at_install")
class TestPress(TwoProcessors, TransactionCase):
    def press(self):
        press = Press()
        self.addCleanup(press.close)
        return press

    def programs(self, press):
        """Once their sheets are printed, they wait."""
        found = [press._idle.get() for _place in range(press._idle.qsize())]
        for program in found:
            press._idle.put(program)
        return [program.pid for program in found]

    def test_programs_print_the_very_same_bytes(self):
        with self.press() as press:
            press.start(len(SHEETS))
            printed = [press.submit(self.env, sheet) for sheet in SHEETS]
            contents = [letter.result() for letter in printed]
            programs = self.programs(press)
            press.close()
            self.assertEqual(programs, self.programs(press), "somebody prints")
        press.close()
        self.assertEqual(contents, [printer.print_pdf(sheet) for sheet in SHEETS])
        self.assertEqual(len(programs), 2)
        for program in programs:
            with self.assertRaises(ProcessLookupError):
                os.kill(program, 0)

    def test_programs_wait_for_another_dispatch_then_end(self):
        press = self.press()
        with patch.object(press_module, "REST", 0.2):
            with press:
                press.start(len(SHEETS))
                press.submit(self.env, SHEETS[0]).result()
                first = self.programs(press)
            with press:
                press.start(1)
                time.sleep(0.4)
                press.submit(self.env, SHEETS[0]).result()
                self.assertEqual(set(self.programs(press)), set(first))
            deadline = time.monotonic() + 30
            while any(map(_is_running, first)):
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.05)
        with press:  # and start again
            press.start(len(SHEETS))
            self.assertEqual(press.submit(self.env, SHEETS[0]).result()[:5], b"%PDF-")

    def test_few_sheets_are_printed_here(self):
        with self.press() as press:
            press.start(len(SHEETS) - 1)
            self.assertEqual(press.submit(self.env, SHEETS[0]).result()[:5], b"%PDF-")
            self.assertFalse(self.programs(press))

    def test_one_processor_prints_here(self):
        with (
            patch.object(press_module, "_processors", lambda: 1),
            self.press() as press,
        ):
            press.start(100)
            self.assertEqual(press.submit(self.env, SHEETS[0]).result()[:5], b"%PDF-")
            self.assertFalse(self.programs(press))

    def test_what_cannot_be_printed_is_told_and_the_next_one_is_printed(self):
        for start in (0, len(SHEETS)):
            with self.subTest(programs=start), self.press() as press:
                press.start(start)
                with self.in_the_log(start), self.assertRaisesRegex(PrintingError, "."):
                    press.submit(self.env, UNPRINTABLE).result()
                self.assertEqual(
                    press.submit(self.env, SHEETS[0]).result()[:5], b"%PDF-"
                )

    def in_the_log(self, programs):
        """What is printed here and fails is in the log, with its traceback."""
        if programs:
            return nullcontext()
        return self.assertLogs(press_module.__name__, "ERROR")

    def test_a_program_that_dies_costs_one_letter(self):
        with self.press() as press:
            press.start(len(SHEETS))
            press.submit(self.env, SHEETS[0]).result()
            os.kill(self.programs(press)[0], signal.SIGKILL)
            results = [press.submit(self.env, sheet) for sheet in SHEETS]
            failed = [letter for letter in results if letter.exception()]
            self.assertLessEqual(len(failed), 1)
            for letter in failed:
                self.assertIsInstance(letter.exception(), PrintingError)

    def test_a_machine_without_room_for_a_program_says_so(self):
        refused = patch.object(
            subprocess, "Popen", side_effect=OSError("Cannot allocate memory")
        )
        with self.press() as press:
            with refused, self.assertLogs(press_module.__name__, "ERROR"):
                press.start(len(SHEETS))
                with self.assertRaisesRegex(PrintingError, "no program"):
                    press.submit(self.env, SHEETS[0]).result()
            self.assertEqual(
                press.submit(self.env, SHEETS[0]).result()[:5], b"%PDF-", "later"
            )

    def test_a_sheet_that_takes_for_ever_is_given_up(self):
        with patch.object(press_module, "PATIENCE", 0.01), self.press() as press:
            press.start(len(SHEETS))
            with self.assertRaises(PrintingError):
                press.submit(self.env, SHEETS[0]).result()

    def test_a_program_leaves_when_the_server_is_killed(self):
        """Its input ends: it has nobody to print for any more."""
        code = (
            "import subprocess, sys, time\n"
            "child = subprocess.Popen([sys.executable, sys.argv[1]],"
            " stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(60)"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code, printer.__file__], stdout=subprocess.PIPE
        ) as server:
            program = int(server.stdout.readline())
            server.kill()
        for _time in range(100):
            if not _is_running(program):
                break
            time.sleep(0.1)
        self.assertFalse(_is_running(program))

    def test_a_program_outlives_the_seconds_of_processor_of_a_request(self):
        """Odoo lowers RLIMIT_CPU for its workers, and programs inherit it."""
        long = Sheet(PAGE % ("<p>Ligne</p>" * 600))
        with subprocess.Popen(
            ["sh", "-c", 'ulimit -S -t 1; exec "$0" "$1"', sys.executable]
            + [printer.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as program:
            deadline = time.monotonic() + 60
            while _seconds_of_processor(program.pid) < 1.5:
                printer.send(program.stdin, tuple(long))
                self.assertEqual(printer.receive(program.stdout)[:5], b"%PDF-")
                self.assertLess(time.monotonic(), deadline)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestPressDispatch(TwoProcessors, RecouvrementCommon, MockEmail):
    def test_a_letter_that_cannot_be_printed_waits_and_the_others_leave(self):
        self.addCleanup(press_module.shared().close)
        debtors = [self.make_debtor(f"Client {number}") for number in range(8)]
        invoices = [self.make_invoice(120, partner=one, days=5) for one in debtors]
        reminders = self.remind(*invoices)
        unlucky = reminders[0]
        message = type(self.env["recouvrement.message"])
        write = message._sheet

        def sheet(writer, reminder, *details):
            if reminder == unlucky:
                return UNPRINTABLE
            return write(writer, reminder, *details)

        with (
            patch.object(message, "_sheet", sheet),
            patch.object(press_module, "send", side_effect=printer.send) as sends,
            self.mock_mail_gateway(),
        ):
            self.assertEqual(self.dispatch(), 7)
        self.assertEqual(sends.call_count, 8, "printed by other programs")
        self.assertEqual(unlucky.state, "confirmed")
        self.assertIn("cannot be printed", unlucky.failure_reason)
        self.assertTrue(unlucky.retry_date)
        others = reminders - unlucky
        self.assertEqual(set(others.mapped("state")), {"sent"})
        self.assertEqual(len(self._mails), 7)
        for reminder in others:
            with self.subTest(reminder=reminder.name):
                text = PdfReader(io.BytesIO(reminder.pdf_id.raw)).pages[0]
                self.assertIn(reminder.partner_id.name, text.extract_text())


def _seconds_of_processor(pid: int) -> float:
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
