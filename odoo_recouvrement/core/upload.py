"""What a stranger's file must be to be kept: judged by its content, not its name.

A scan or a photograph answers every question a debtor is asked: three kinds are
enough, each told by its first bytes.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

MOST_FILES = 3
LARGEST_FILE = 5 * 1024 * 1024
_NAME_LENGTH = 60

_EXTENSIONS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
}
_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
# Actions that a document which only shows something has no use for (ISO 32000-1, 12.6).
_ACTIVE_PDF = re.compile(rb"/(JavaScript|Launch)\b")


class FileProblem(str, Enum):
    """Why a file is refused."""

    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    ACTIVE = "active"


class RefusedFile(ValueError):
    """A file that is not kept; worded by the caller. ``name``: as it came."""

    def __init__(self, problem: FileProblem, name: str) -> None:
        super().__init__(problem.value, name)
        self.problem = problem
        self.name = name


class CleanFile(NamedTuple):
    """A file that may be kept, under a harmless name."""

    name: str
    mimetype: str
    content: bytes


def check_files(files: Sequence[tuple[str, bytes]]) -> tuple[CleanFile, ...]:
    """The files, checked and renamed; RefusedFile names the first that is not kept.

    >>> [kept] = check_files([("../../devis <b>.exe", b"%PDF-1.7 ...")])
    >>> kept.name, kept.mimetype
    ('devis b.pdf', 'application/pdf')
    """
    if len(files) > MOST_FILES:
        raise RefusedFile(FileProblem.TOO_MANY, files[MOST_FILES][0])
    return tuple(_checked(name, content) for name, content in files)


def _checked(name: str, content: bytes) -> CleanFile:
    if not content:
        raise RefusedFile(FileProblem.EMPTY, name)
    if len(content) > LARGEST_FILE:
        raise RefusedFile(FileProblem.TOO_LARGE, name)
    mimetype = next(
        (kind for sign, kind in _SIGNATURES.items() if content.startswith(sign)), None
    )
    if mimetype is None:
        raise RefusedFile(FileProblem.UNKNOWN_KIND, name)
    if mimetype == "application/pdf" and _ACTIVE_PDF.search(content):
        raise RefusedFile(FileProblem.ACTIVE, name)
    return CleanFile(clean_name(name, _EXTENSIONS[mimetype]), mimetype, content)


def clean_name(name: str, extension: str) -> str:
    """The name without folder, nor anything a shell or a page could take for code.

    >>> clean_name("C:\\\\Users\\\\moi\\\\reçu n°3.PDF", ".pdf")
    'reçu n 3.pdf'
    >>> clean_name("../.htaccess", ".png"), clean_name("...", ".jpg")
    ('htaccess.png', 'document.jpg')
    """
    last = re.split(r"[\\/]", name)[-1]
    stem, _dot, _extension = last.rpartition(".")
    words = re.sub(r"[^\w.-]+", " ", stem or last).strip(" .-_")
    return (words[:_NAME_LENGTH].strip() or "document") + extension
