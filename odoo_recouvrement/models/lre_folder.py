"""The folder through which files are exchanged with a provider, and nothing beyond it.

A user of the database only chooses the *name* of a folder; where it is belongs to
whoever runs the server: under ``RECOUVREMENT_LRE_ROOT`` (environment), else under
Odoo's data directory. No name leads outside, by dots, by slashes or by a link.

    outbox/    what we leave for the provider: PDFs first, their manifest last
    inbox/     what it leaves for us: status files, and the proofs they name
    done/      what has been read
    rejected/  what could not be, each with a ``.txt`` that says why
"""

import os
import re
import tempfile
from pathlib import Path

from odoo.tools import config

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
FILE_NAME = re.compile(r"[^\W_][\w .()-]{0,150}")
BOXES = ("outbox", "inbox", "done", "rejected")
LARGEST_FILE = 20_000_000


class FolderError(Exception):
    """The folder cannot be used; ``reason`` is for the server's administrator."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def exchange_root(database: str) -> Path:
    """Where the folders of a database are."""
    root = os.environ.get("RECOUVREMENT_LRE_ROOT")
    return Path(root) if root else Path(config["data_dir"]) / "recouvrement" / database


class LreFolder:
    """One company's folder; made when it is first used."""

    def __init__(self, root: Path, name: str) -> None:
        if not NAME.fullmatch(name or ""):
            raise FolderError(f"“{name}” is no folder name")
        self.path = root / name
        try:
            for box in BOXES:
                (self.path / box).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FolderError(f"{self.path}: {error.strerror}") from error
        home = root.resolve()
        for box in BOXES:
            if home not in (self.path / box).resolve().parents:
                raise FolderError(f"{self.path / box} leads outside {home}")

    def leave(self, name: str, content: bytes) -> None:
        """Write a file of the outbox, whole or not at all."""
        self._write(self.path / "outbox" / _checked(name), content)

    def arrived(self) -> list[str]:
        """The status files of the inbox, oldest first; a name beginning with a dot is
        being written."""
        found = [
            path
            for path in (self.path / "inbox").iterdir()
            if path.suffix.lower() in (".json", ".csv")
            and path.is_file()
            and not path.is_symlink()
            and not path.name.startswith(".")
        ]
        return [path.name for path in sorted(found, key=lambda p: (_age(p), p.name))]

    def content_of(self, name: str) -> bytes | None:
        """A file of the inbox; None when it is not there, or is no plain file."""
        path = self.path / "inbox" / _checked(name)
        if path.is_symlink() or not path.is_file():
            return None
        if path.stat().st_size > LARGEST_FILE:
            raise FolderError(f"{name} is larger than {LARGEST_FILE} bytes")
        return path.read_bytes()

    def put_away(self, name: str, box: str, reason: str = "") -> None:
        """Move a file of the inbox; one of the same name already there is kept."""
        source = self.path / "inbox" / _checked(name)
        target = self.path / box / name
        number = 1
        while target.exists():
            number += 1
            target = self.path / box / f"{source.stem}-{number}{source.suffix}"
        if source.exists():
            os.replace(source, target)
        if reason:
            self._write(target.with_name(target.name + ".txt"), reason.encode())

    def _write(self, path: Path, content: bytes) -> None:
        try:
            handle, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o640)
            os.replace(temporary, path)
        except OSError as error:
            raise FolderError(f"{path}: {error.strerror}") from error


def _age(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:  # taken away meanwhile
        return 0


def _checked(name: str) -> str:
    """A plain file name, as it is; anything else is refused."""
    if not FILE_NAME.fullmatch(name) or ".." in name:
        raise FolderError(f"“{name}” is no file name")
    return name
