"""Files of letters put end to end."""

import io
import time

import pytest
from pypdf import PdfReader, PdfWriter

from odoo_recouvrement.report import pdf


def blank(pages=1, password=None):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if password is not None:
        writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_merge_keeps_every_page_in_order():
    small, large = PdfWriter(), PdfWriter()
    small.add_blank_page(100, 100)
    large.add_blank_page(200, 200)
    files = []
    for writer in (small, large):
        out = io.BytesIO()
        writer.write(out)
        files.append(out.getvalue())
    merged = pdf.merge([*files, files[0]])
    widths = [page.mediabox.width for page in PdfReader(io.BytesIO(merged)).pages]
    assert widths == [100, 200, 100]


def test_the_same_files_make_the_same_bytes():
    files = [blank(2), blank(1)]
    assert pdf.merge(files) == pdf.merge(files)


def test_invoices_follow_their_letter():
    assert pdf.page_count(pdf.join_invoices(blank(2), [blank(1), blank(3)])) == 6


def test_a_letter_without_invoices_is_left_untouched():
    letter = blank()
    assert pdf.join_invoices(letter, []) is letter


@pytest.mark.parametrize("bad", [b"", b"not a PDF", blank()[:40], blank(password="x")])
def test_a_bad_file_is_named_by_its_place(bad):
    with pytest.raises(pdf.UnreadablePdf) as error:
        pdf.merge([blank(), bad])
    assert error.value.position == 1


def test_an_empty_password_closes_nothing():
    assert pdf.page_count(pdf.join_invoices(blank(), [blank(password="")])) == 2


def test_counting_the_pages_of_no_pdf_is_a_named_error():
    with pytest.raises(pdf.UnreadablePdf):
        pdf.page_count(b"no")


def test_two_hundred_files_are_merged_in_two_seconds():
    files = [blank(1) for _ in range(200)]
    start = time.perf_counter()
    assert pdf.page_count(pdf.merge(files)) == 200
    assert time.perf_counter() - start < 2
