"""A stranger's file is judged by its content, kept under a harmless name."""

import pytest

from odoo_recouvrement.core.upload import (
    LARGEST_FILE,
    MOST_FILES,
    FileProblem,
    RefusedFile,
    check_files,
)

PDF = b"%PDF-1.4\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


def problem(*files):
    with pytest.raises(RefusedFile) as refused:
        check_files(files)
    return refused.value.problem


def test_three_kinds_are_kept_whatever_their_name_says():
    kept = check_files([("a.exe", PDF), ("b.html", PNG), ("c", JPEG)])
    assert [(file.name, file.mimetype) for file in kept] == [
        ("a.pdf", "application/pdf"),
        ("b.png", "image/png"),
        ("c.jpg", "image/jpeg"),
    ]
    assert kept[0].content == PDF


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
        b"MZ\x90\x00",
        b"PK\x03\x04",
        b" %PDF-1.4",
        b"GIF89a",
    ],
)
def test_any_other_content_is_refused_even_named_as_a_pdf(content):
    assert problem(("facture.pdf", content)) is FileProblem.UNKNOWN_KIND


@pytest.mark.parametrize("action", [b"/S /JavaScript /JS (x)", b"/S/Launch/F(cmd)"])
def test_a_document_that_acts_is_refused(action):
    assert problem(("a.pdf", PDF + action)) is FileProblem.ACTIVE
    assert check_files([("a.png", PNG + action)])


def test_empty_too_large_too_many():
    assert problem(("a.pdf", b"")) is FileProblem.EMPTY
    assert problem(("a.pdf", PDF + bytes(LARGEST_FILE))) is FileProblem.TOO_LARGE
    assert problem(*[("a.pdf", PDF)] * (MOST_FILES + 1)) is FileProblem.TOO_MANY
    assert check_files([]) == ()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\preuve.PDF", "preuve.pdf"),
        ('"><img src=x onerror=alert(1)>.pdf', "img src x onerror alert 1.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie x.pdf"),
        ("", "document.pdf"),
        ("…", "document.pdf"),
        ("é" * 200 + ".pdf", "é" * 60 + ".pdf"),
        ("facture\x00.pdf.exe", "facture .pdf.pdf"),
    ],
)
def test_names_are_harmless(name, kept):
    assert check_files([(name, PDF)])[0].name == kept
