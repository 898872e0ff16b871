"""Writing XML: whole, or not at all."""

from __future__ import annotations

import itertools
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from homeward.formats.markup.element import XmlElement, is_xml_text, split_name
from homeward.model import InvalidValue

__all__ = ["write_xml", "xml_bytes"]

_DEEPEST = 64
_LOCAL = re.compile(r"[^\W\d][\w.\-·]*")
_XML = "http://www.w3.org/XML/1998/namespace"
_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
# A parser takes line breaks and tabs in an attribute for blanks, unless they are written as numbers.
_IN_ATTRIBUTE = {**_IN_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def write_xml(root: XmlElement, path: str | Path, *, prefixes: Mapping[str, str]) -> None:
    """Write a file as ``xml_bytes`` gives it; an existing one is replaced in one step, so that none is ever half there.

    Raises InvalidValue for what XML cannot carry, before anything is written.
    """
    content = xml_bytes(root, prefixes=prefixes)
    target = Path(path)
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.writing")
    try:
        with fresh.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def xml_bytes(root: XmlElement, *, prefixes: Mapping[str, str]) -> bytes:
    """An element as a file in UTF-8, indented.

    Args: ``root``; ``prefixes``, from prefix to namespace, "" for the namespace without one; all are declared, and
    further ones made up where they are needed. Returns the file's content. Raises InvalidValue for a name or text that
    XML cannot carry.
    """
    used: dict[str, str] = {}
    _collect(root, used, depth=1)
    declared = {prefix: uri for prefix, uri in prefixes.items() if uri and uri != _XML}
    if "" in declared and "" in used:
        raise InvalidValue("XML", "name", used[""], "must have a namespace, since the file's default is one")
    named = {uri: prefix for prefix, uri in reversed(declared.items())} | {"": "", _XML: "xml"}
    free = (f"ns{n}" for n in itertools.count(1) if f"ns{n}" not in prefixes)
    for uri in used:
        if uri not in named:
            named[uri] = next(free)
            declared[named[uri]] = uri
    namespaces = "".join(f' xmlns{prefix and ":"}{prefix}="{_escaped(uri, _IN_ATTRIBUTE)}"'
                         for prefix, uri in declared.items())
    lines = _lines(root, named, 0, namespaces)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n").encode()


def _collect(element: XmlElement, used: dict[str, str], *, depth: int) -> None:
    """Note the namespaces that are used, each with one name in it, and check that all can be written."""
    record = split_name(element.name)[1]
    if depth > _DEEPEST:
        raise InvalidValue("XML", "element", record, f"must not stand more than {_DEEPEST} deep")
    for name in (element.name, *(name for name, _ in element.attributes)):
        uri, local = split_name(name)
        if not _LOCAL.fullmatch(local) or not is_xml_text(uri):
            raise InvalidValue("XML", "name", name, "must be a name of XML")
        if uri or name == element.name:
            used.setdefault(uri, local)
    for text in (element.text, *(value for _, value in element.attributes)):
        if not is_xml_text(text):
            raise InvalidValue(record, "text", text, "must hold no control characters")
    if element.text and element.children:
        raise InvalidValue(record, "text", element.text, "must not stand between elements")
    for child in element.children:
        _collect(child, used, depth=depth + 1)


def _lines(element: XmlElement, named: Mapping[str, str], depth: int, declared: str = "") -> Iterator[str]:
    name = _qualified(element.name, named)
    attributes = "".join(f' {_attribute(key, named)}="{_escaped(value, _IN_ATTRIBUTE)}"'
                         for key, value in element.attributes)
    start = f"{'  ' * depth}<{name}{declared}{attributes}"
    if element.children:
        yield f"{start}>"
        for child in element.children:
            yield from _lines(child, named, depth + 1)
        yield f"{'  ' * depth}</{name}>"
    elif element.text:
        yield f"{start}>{_escaped(element.text, _IN_TEXT)}</{name}>"
    else:
        yield f"{start}/>"


def _qualified(name: str, named: Mapping[str, str]) -> str:
    uri, local = split_name(name)
    prefix = named[uri]
    return f"{prefix}:{local}" if prefix else local


def _attribute(name: str, named: Mapping[str, str]) -> str:
    qualified = _qualified(name, named)
    if name.startswith("{") and ":" not in qualified:
        raise InvalidValue("XML", "attribute", name, "must not be of the file's default namespace")
    return qualified


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text) if any(sign in text for sign in signs) else text
