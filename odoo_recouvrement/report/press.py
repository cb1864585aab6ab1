"""Sheets printed by several processes at once, while this one writes the next texts.

Laying out a letter keeps a processor busy for a fifth of a second, and Python runs one
thread at a time: so the letters of a dispatch are printed by programs of their own, as
wkhtmltopdf's are. They know nothing of Odoo; they end when they have been idle for a
while, or when this process does.
"""

import atexit
import functools
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from odoo.exceptions import UserError

from .printer import Sheet, receive, send
from .printing import letter_engine, print_sheet

_logger = logging.getLogger(__name__)

#: A program takes half a second to start: fewer sheets are printed here.
WORTH_STARTING = 8
#: Of a machine's processors, what a dispatch takes at most.
PROGRAMS = 4
#: Seconds for which programs wait for another dispatch.
REST = 120.0
#: Seconds after which a sheet is given up; the longest of our tests takes four.
PATIENCE = 120.0


class PrintingError(Exception):
    """A sheet that could not be printed, and why."""


class Press:
    """Used as a context: ``start`` when there is much to print, then ``submit``.

    A process has one (``shared``), so that dispatches at once take no more programs.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._closing: threading.Timer | None = None
        self._threads: ThreadPoolExecutor | None = None
        # A place for each program: the program, or None when it is to be started.
        self._idle: SimpleQueue[subprocess.Popen | None] = SimpleQueue()

    def __enter__(self):
        with self._lock:
            self._users += 1
            if self._closing:
                self._closing.cancel()
        return self

    def __exit__(self, *_error: object) -> None:
        with self._lock:
            self._users -= 1
            if self._threads and not self._users:
                self._closing = threading.Timer(REST, self.close)
                self._closing.daemon = True
                self._closing.start()

    def close(self) -> None:
        """End the programs, unless somebody prints; they start again when needed."""
        with self._lock:
            if self._users or not self._threads:
                return
            self._threads.shutdown()
            self._threads = None
            programs = [self._idle.get() for _place in range(self._idle.qsize())]
        for program in filter(None, programs):
            _leave(program)
        for program in filter(None, programs):
            _end(program)

    def start(self, sheets: int) -> None:
        """Get ready for so many sheets; once started it stays so."""
        if sheets < WORTH_STARTING or letter_engine() != "weasyprint":
            return
        count = min(_processors(), PROGRAMS)
        with self._lock:
            if not self._threads and count > 1:
                self._threads = ThreadPoolExecutor(count)
                for _place in range(count):
                    self._idle.put(_begin())

    def submit(self, env: Any, sheet: Sheet) -> Future:
        """The PDF to come; its ``result`` is bytes or raises ``PrintingError``."""
        if self._threads:
            return self._threads.submit(self._pass_on, sheet)
        printed: Future = Future()
        try:
            printed.set_result(print_sheet(env, sheet))
        except UserError as problem:  # wkhtmltopdf's, which says what to do
            printed.set_exception(problem)
        except Exception as error:
            _logger.exception("A sheet cannot be printed")
            printed.set_exception(PrintingError(str(error)))
        return printed

    def _pass_on(self, sheet: Sheet) -> bytes:
        """In a thread that waits for a program to print it."""
        program = self._idle.get() or _begin()
        if not program:
            self._idle.put(None)
            raise PrintingError("no program can be started to print it")
        watch = threading.Timer(PATIENCE, program.kill)
        watch.start()
        try:
            send(program.stdin, tuple(sheet))
            answer: Any = receive(program.stdout)
        except (EOFError, OSError) as error:
            _end(program)
            program = None
            raise PrintingError("the printing program stopped") from error
        finally:
            watch.cancel()
            self._idle.put(program)
        if isinstance(answer, str):
            raise PrintingError(answer)
        return answer


@functools.lru_cache(maxsize=1)
def _press_of(_pid: int) -> Press:
    press = Press()
    atexit.register(press.close)
    return press


def shared() -> Press:
    """The press of this process; a worker that was forked has its own."""
    return _press_of(os.getpid())


def _begin() -> subprocess.Popen | None:
    """A program, getting ready; None when the machine has no room for it."""
    try:
        return subprocess.Popen(
            [sys.executable, Path(__file__).with_name("printer.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        _logger.exception("A printing program cannot be started")
        return None


def _processors() -> int:
    """Those that this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _leave(program: subprocess.Popen) -> None:
    """Nothing more to print: it ends when it reads so."""
    with suppress(OSError):  # it died with something of ours unread
        program.stdin.close()


def _end(program: subprocess.Popen) -> None:
    _leave(program)
    try:
        program.wait(timeout=5)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()
    program.stdout.close()
