"""From a file to its text: plain text, HTML and PDF; what cannot be read for certain is refused."""

from __future__ import annotations

import codecs
import io
import logging
import warnings
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from homeward.intake.markup import Page, declared_encoding, page_of
from homeward.model import Fault, FaultyInput

__all__ = ["MAX_BYTES", "MAX_CHARACTERS", "page_of_bytes", "page_of_file"]

MAX_BYTES = 50_000_000
MAX_CHARACTERS = 2_000_000
MAX_PAGES = 3_000
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HTML_ENDINGS = frozenset({".html", ".htm", ".xhtml"})
_KINDS = ("must be plain text, HTML or PDF: .txt, .text, .md, .html, .htm, .xhtml or .pdf")
_TEXT_ENDINGS = frozenset({".txt", ".text", ".md", ""})


def page_of_file(path: Path, *, encoding: str | None = None) -> Page:
    """Read a file; see page_of_bytes. Raises FaultyInput and OSError."""
    size = path.stat().st_size
    if size >= MAX_BYTES:
        raise _refused(path.name, f"{size:,} bytes", f"must be smaller than {MAX_BYTES:,} bytes", "too-large")
    return page_of_bytes(path.read_bytes(), path.name, encoding=encoding)


def page_of_bytes(raw: bytes, name: str, *, encoding: str | None = None, most_pages: int = MAX_PAGES) -> Page:
    """The text of a document given as bytes.

    Args:
        raw: the file's content.
        name: the file's name; its ending says what it is, unless the content begins like a PDF.
        encoding: of text or HTML, where somebody knows it; it goes before what the document declares.
        most_pages: of a PDF, for whoever waits for it.

    Returns:
        The text, line ends as "\\n"; offsets of quotes count its characters.

    Raises:
        FaultyInput: where the encoding is unknown, the file too large or of another kind, a PDF without text.
    """
    if len(raw) >= MAX_BYTES:
        raise _refused(name, f"{len(raw):,} bytes", f"must be smaller than {MAX_BYTES:,} bytes", "too-large")
    ending = Path(name).suffix.lower()
    if raw.startswith(b"%PDF-") or ending == ".pdf":
        page = _pdf(raw, name, most_pages)
    elif ending in _HTML_ENDINGS or _looks_like_html(raw):
        page = page_of(_decoded(raw, name, encoding or declared_encoding(raw)))
    elif ending in _TEXT_ENDINGS:
        page = Page(_decoded(raw, name, encoding))
    else:
        raise _refused(name, ending, _KINDS, "kind")
    if len(page.text) > MAX_CHARACTERS:
        raise _refused(name, f"{len(page.text):,} characters",
                       f"must hold at most {MAX_CHARACTERS:,}: read it in parts", "too-long")
    if not page.text.strip():
        raise _refused(name, "", "must hold text", "empty")
    return page


def _looks_like_html(raw: bytes) -> bool:
    start = raw[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _decoded(raw: bytes, name: str, declared: str | None) -> str:
    """By byte order mark, else as declared, else as UTF-8; never by a guess."""
    encoding = next((known for mark, known in _BOMS if raw.startswith(mark)), None) or declared or "utf-8"
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise _refused(name, encoding, "unknown encoding: it must be one that Python knows", "encoding") from None
    except UnicodeError as error:
        why = getattr(error, "start", None)
        place = f" (byte {why:,})" if isinstance(why, int) else ""
        raise _refused(name, encoding, f"unknown encoding: the bytes are not {encoding}{place}; say which "
                       "encoding it is in", "encoding") from None
    if "\x00" in text:
        raise _refused(name, encoding, "unknown encoding: the text holds NUL characters", "encoding")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _pdf(raw: bytes, name: str, most_pages: int) -> Page:
    """The text layer of a PDF; pictures of text are not read."""
    try:
        # pypdf mends damaged files and says so; the text counts here, not the file's health.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            logging.getLogger("pypdf").setLevel(logging.CRITICAL)
            reader = PdfReader(io.BytesIO(raw))
            if reader.is_encrypted and not reader.decrypt(""):
                raise _refused(name, "", "is protected by a password", "pdf")
            if len(reader.pages) > most_pages:
                raise _refused(name, f"{len(reader.pages):,} pages", f"must have at most {most_pages:,}: read it in "
                               "parts", "too-long")
            text = _pages_text(reader, name)
            title = str(reader.metadata.title or "") if reader.metadata is not None else ""
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError,
            NotImplementedError, ImportError, AssertionError, ArithmeticError) as error:
        raise _refused(name, type(error).__name__, "is no PDF that can be read", "pdf") from error
    if not text.strip():
        raise _refused(name, f"{len(reader.pages)} pages", "is a PDF without text: it holds pictures alone; give its "
                       "text, recognised and checked by a person", "pdf-without-text")
    return Page(text, title)


def _pages_text(reader: PdfReader, name: str) -> str:
    parts: list[str] = []
    length = 0
    for page in reader.pages:
        parts.append(page.extract_text().replace("\x00", "\ufffd"))
        length += len(parts[-1])
        if length > MAX_CHARACTERS:
            raise _refused(name, f"over {length:,} characters", f"must hold at most {MAX_CHARACTERS:,}", "too-long")
    return "\n\n".join(parts)


def _refused(name: str, value: str, allowed: str, rule: str) -> FaultyInput:
    return FaultyInput([Fault(name, 0, "", value, allowed, rule)])
