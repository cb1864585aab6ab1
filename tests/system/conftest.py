"""Real processes: a database copied from the addon's template, a mail server.

``bin/test system`` says where the template is; without it these tests are not
collected (see the conftest at the root).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg2
import pytest

ROOT = Path(__file__).parents[2]
PYTHON = os.environ.get("RECOUVREMENT_PYTHON", sys.executable)
DATA_DIR = Path(os.environ.get("RECOUVREMENT_DATA_DIR", ROOT / ".dev" / "data"))
PROGRAM = Path(__file__).with_name("odoo_process.py")
KILLED = -signal.SIGKILL


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


class Database:
    """A database of our own, with its files."""

    def __init__(self, name: str, template: str):
        self.name = name
        self.drop()
        run("createdb", f"--template={template}", name)
        files = DATA_DIR / "filestore"
        source = files / template
        if source.is_dir():
            # Odoo never changes a file of its store in place: links are enough.
            shutil.copytree(source, files / name, copy_function=os.link)

    def drop(self) -> None:
        run("dropdb", "--if-exists", "--force", self.name)
        shutil.rmtree(DATA_DIR / "filestore" / self.name, ignore_errors=True)

    def query(self, sql: str) -> list[tuple]:
        connection = psycopg2.connect(
            dbname=self.name,
            host=os.environ["PGHOST"],
            port=os.environ["PGPORT"],
            user=os.environ["PGUSER"],
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
        connection.close()
        return rows

    def states(self) -> dict[str, int]:
        return dict(
            self.query(
                "SELECT state, count(*)::int FROM recouvrement_reminder GROUP BY state"
            )
        )

    def numbers(self) -> list[int]:
        """The numbers drawn, without their prefix, in order."""
        rows = self.query(
            "SELECT name FROM recouvrement_reminder WHERE name IS NOT NULL"
        )
        return sorted(int(name.rsplit("/", 1)[1]) for (name,) in rows)


class Sink:
    """The mail server: what it received, and stopping it."""

    def __init__(self, folder: Path, port: int = 0):
        self.folder = folder
        program = ROOT / "bin" / "lib" / "smtp_sink.py"
        self.process = subprocess.Popen(
            [PYTHON, program, "--dir", folder, "--port", str(port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        ready = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)$", ready.strip())[1])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def recipients(self) -> list[str]:
        """To whom mail arrived, sorted: one entry per message."""
        names = (path.stem.partition("-")[2] for path in self.folder.glob("*.eml"))
        return sorted(names)


class Odoo:
    """Starts Odoo processes on one database, talking to one mail server."""

    def __init__(self, database: Database, port: int):
        self.database = database
        self.port = port
        self._signals: list[Path] = []

    def start(self, *command: str) -> subprocess.Popen:
        return subprocess.Popen(
            ["nice", PYTHON, PROGRAM, self.database.name, *map(str, command)],
            env={**os.environ, "SMTP_PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_together(self, count: int, *command: str) -> list[subprocess.Popen]:
        """Processes that begin at the same moment, once all of them are up."""
        go = Path(tempfile.gettempdir()) / f"go-{self.database.name}"
        go.unlink(missing_ok=True)
        processes = [self.start(*command, f"wait={go}") for _ in range(count)]
        for process in processes:
            assert process.stdout.readline().strip() == "waiting"
        go.touch()
        self._signals.append(go)
        return processes

    @contextmanager
    def served(self) -> Iterator[str]:
        """Its address, once it answers; every request has a transaction of its own."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        url, server = f"http://127.0.0.1:{port}", self.start("serve", str(port))
        try:
            for _ in range(300):
                with suppress(OSError):
                    urllib.request.urlopen(f"{url}/web/login")
                    break
                assert server.poll() is None, server.communicate()[0]
                time.sleep(0.2)
            yield url
        finally:
            server.terminate()
            server.communicate(timeout=30)

    def close(self) -> None:
        for go in self._signals:
            go.unlink(missing_ok=True)
        self.database.drop()

    def run(self, *command: str, code: int = 0) -> str:
        process = self.start(*command)
        output, _ = process.communicate(timeout=170)
        assert process.returncode == code, output
        return output


@pytest.fixture(scope="session")
def seeded():
    """A database with debtors to remind: name → template, made once per number."""
    made: dict[int, Database] = {}

    def make(count: int) -> str:
        if count not in made:
            name = f"system_{os.getpid()}_{count}"
            made[count] = Database(name, os.environ["RECOUVREMENT_DB_TEMPLATE"])
            Odoo(made[count], 25).run("seed", str(count))
        return made[count].name

    yield make
    for database in made.values():
        database.drop()


@pytest.fixture
def sink(tmp_path):
    server = Sink(tmp_path / "mail")
    yield server
    server.stop()


@pytest.fixture
def start(seeded):
    """``start(count, port)``: Odoo on a fresh database with that many debtors."""
    opened = []

    def begin(count: int, port: int) -> Odoo:
        name = f"system_{os.getpid()}_copy{len(opened)}"
        opened.append(Odoo(Database(name, seeded(count)), port))
        return opened[-1]

    yield begin
    for one in opened:
        one.close()
