"""Files of text, HTML and PDF are read for certain or refused with a fault."""

import pytest
from pypdf import PdfWriter

from homeward.intake import Given, open_bytes, open_document
from homeward.intake.decode import MAX_BYTES, MAX_CHARACTERS
from homeward.model import FaultyInput


def _rule(error: pytest.ExceptionInfo[FaultyInput]) -> str:
    return error.value.faults[0].rule


def test_a_bom_decides_the_encoding():
    assert open_bytes("État: 5 boxes".encode("utf-16"), "a.txt").text == "État: 5 boxes"
    assert open_bytes(b"\xef\xbb\xbf5 boxes", "a.txt").text == "5 boxes"


def test_an_encoding_that_is_named_is_used():
    raw = "유해 55구".encode("cp949")
    assert open_bytes(raw, "a.txt", Given(encoding="cp949")).text == "유해 55구"


@pytest.mark.parametrize(("raw", "encoding"), [(b"caf\xe9 5 boxes", None), (b"\x00\x01boxes\x00", None),
                                               (b"boxes", "no-such"), (b"boxes", "zlib"), (b"b\xff", "ascii")])
def test_an_unknown_encoding_is_refused(raw, encoding):
    with pytest.raises(FaultyInput, match="unknown encoding") as error:
        open_bytes(raw, "a.txt", Given(encoding=encoding))
    assert _rule(error) == "encoding"


def test_a_page_is_read_by_its_declared_encoding_without_scripts():
    page = ("<html><head><meta charset='windows-1252'><title>Über</title><meta property='og:site_name' content='Orbis'>"
            "<meta property='article:published_time' content='2031-03-14T10:00'></head><body><nav>9 boxes</nav>"
            "<script>7 boxes</script><p>Sie sagte: 5&nbsp;boxes &amp; more</p><p>Next</p></body></html>")
    read = open_bytes(page.encode("cp1252"), "a.html")
    assert read.text == "Sie sagte: 5 boxes & more\n\nNext"
    assert (read.title, read.publisher, str(read.published)) == ("Über", "Orbis", "2031-03-14")


def test_a_page_with_an_unclosed_script_is_no_error():
    with pytest.raises(FaultyInput, match="must hold text"):
        open_bytes(b"<html><script>5 boxes", "a.html")


def test_fifty_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)
    with pytest.raises(FaultyInput, match="must be smaller") as error:
        open_document(path)
    assert _rule(error) == "too-large"


def test_more_characters_than_can_be_read_are_refused():
    with pytest.raises(FaultyInput, match="read it in parts"):
        open_bytes(b"x" * (MAX_CHARACTERS + 1), "a.txt")


def test_a_pdf_without_text_says_so(tmp_path):
    path = tmp_path / "scan.pdf"
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.write(path)
    with pytest.raises(FaultyInput, match="PDF without text") as error:
        open_document(path)
    assert _rule(error) == "pdf-without-text"


def _pdf(text: str) -> bytes:
    """A page of one line, written by hand after ISO 32000-1, 7.5."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode("ascii")
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 200] /Contents 4 0 R "
               b"/Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (out + b"xref\n0 6\n0000000000 65535 f \n" + table
            + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out))


def test_the_text_of_a_pdf_is_read():
    assert open_bytes(_pdf("The army received 55 boxes."), "a.pdf").text.strip() == "The army received 55 boxes."


@pytest.mark.parametrize("raw", [b"%PDF-1.7 broken", b"%PDF-", _pdf("x")[:200]])
def test_a_damaged_pdf_is_refused(raw):
    with pytest.raises(FaultyInput):
        open_bytes(raw, "a.pdf")


def test_another_kind_of_file_is_refused():
    with pytest.raises(FaultyInput, match="must be plain text, HTML or PDF"):
        open_bytes(b"PK\x03\x04", "a.docx")
