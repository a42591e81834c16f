"""XML parts read by expat: small parts as a list of elements, and no document type declaration in any of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

_SEPARATOR = " "


class MarkupError(Exception):
    """Raised with words when a part is no well-formed XML or declares a document type (which could hide a bomb)."""


@dataclass(slots=True)
class Element:
    """An element: local name, depth (the root is 1), attributes by local name, and its text if it holds only text."""

    name: str
    depth: int
    attributes: Mapping[str, str]
    text: str = ""

    def get(self, name: str, default: str = "") -> str:
        """Give an attribute's value."""
        return self.attributes.get(name, default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Give a boolean attribute (xsd:boolean: 1, true, 0, false)."""
        value = self.attributes.get(name)
        return default if value is None else value in {"1", "true"}


def refuse_doctype(*_: object) -> NoReturn:
    """Stop at a document type declaration: no spreadsheet program writes one, and entities could expand without end."""
    message = "it holds a document type declaration"
    raise MarkupError(message)


def local_name(name: str) -> str:
    """Give the last part of a name that expat joined as `namespace name` or `namespace name prefix`."""
    parts = name.split(_SEPARATOR)
    return parts[0] if len(parts) == 1 else parts[1]


def elements(data: bytes) -> list[Element]:
    """Give the start tags of a part in document order.

    An element's own text is in its `text` when it holds nothing but text.

    Raises:
        MarkupError: the part is not well-formed or declares a document type.
    """
    found: list[Element] = []
    pieces: list[str] = []
    depth = 0

    def start(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal depth
        depth += 1
        pieces.clear()
        found.append(Element(local_name(name), depth, {local_name(key): value for key, value in attributes.items()}))

    def end(_: str) -> None:
        nonlocal depth
        if found[-1].depth == depth:
            found[-1].text = "".join(pieces)
        pieces.clear()
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MarkupError(str(error)) from error
    return found
