"""Atlassian Document Format to Markdown: readable, and nothing is dropped without a mark.

The node types are those of the format's published reference (developer.atlassian.com, Atlassian Document Format,
"Structure"). A node of a type that is not known keeps its text and is marked.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from connectors.mapping.reading import EPOCH, UnmappableError, clean

DEEPEST = 60
Node = Mapping[str, Any]

TRANSPARENT = frozenset({"doc", "layoutSection", "layoutColumn", "mediaSingle", "mediaGroup", "caption"})
"""Blocks that only hold others."""
LISTS = frozenset({"bulletList", "orderedList", "taskList", "decisionList"})
ITEMS = frozenset({"listItem", "taskItem", "decisionItem"})
CELLS = frozenset({"tableCell", "tableHeader"})
MARKS = {"strong": "**", "em": "*", "strike": "~~"}


def is_document(raw: Any) -> bool:
    """Say whether a value is a document in this format."""
    return isinstance(raw, dict) and raw.get("type") == "doc"


def to_markdown(document: Node) -> str:
    """Give a document as Markdown.

    Raises:
        UnmappableError: it is nested deeper than any editor makes it.
    """
    return clean(_blocks(_content(document), 0))


def _content(node: Node) -> Sequence[Any]:
    content = node.get("content")
    return content if isinstance(content, Sequence) and not isinstance(content, str) else ()


def _attributes(node: Node) -> Node:
    attributes = node.get("attrs")
    return attributes if isinstance(attributes, dict) else {}


def _type(node: Any) -> str:
    return str(node.get("type") or "") if isinstance(node, dict) else ""


def _blocks(nodes: Sequence[Any], depth: int, *, tight: bool = False) -> str:
    """Give blocks with empty lines between them; a list follows at once where it is `tight`."""
    if depth > DEEPEST:
        message = "The text is nested too deeply to be read."
        raise UnmappableError(message)
    told = ""
    inline: list[Any] = []
    for node in [*nodes, None]:
        if _type(node) in SPANS or _type(node) == "inlineExtension":
            inline.append(node)
            continue
        near = tight and _type(node) in LISTS
        for part, between in ((_inline(inline, depth), "\n\n"), (_block(node, depth + 1), "\n" if near else "\n\n")):
            told += f"{between if told else ''}{part}" if part else ""
        inline = []
    return told


def _block(node: Any, depth: int) -> str:
    kind = _type(node)
    if kind in TRANSPARENT:
        return _blocks(_content(node), depth)
    render = BLOCKS.get(kind)
    if render is not None:
        return render(node, depth)
    return _unknown(node, kind, depth)


def _unknown(node: Any, kind: str, depth: int) -> str:
    if not isinstance(node, dict):
        return f"[unknown: {node}]" if node not in (None, "") else ""
    inside = _blocks(_content(node), depth)
    attributes = _attributes(node)
    named = attributes.get("text") or attributes.get("title") or node.get("text") or attributes.get("extensionKey")
    told = f"[unknown: {kind or 'node'}{f' {named}' if isinstance(named, str) else ''}]"
    return f"{told}\n\n{inside}" if inside else told


def _inline(nodes: Sequence[Any], depth: int) -> str:
    return "".join(_span(node, depth) for node in nodes)


def _span(node: Any, depth: int) -> str:
    kind = _type(node)
    render = SPANS.get(kind)
    return render(node) if render is not None else _unknown(node, kind, depth + 1)


def _mention(node: Node) -> str:
    attributes = _attributes(node)
    name = str(attributes.get("text") or attributes.get("id") or "somebody")
    return name if name.startswith("@") else f"@{name}"


def _emoji(node: Node) -> str:
    attributes = _attributes(node)
    return str(attributes.get("text") or attributes.get("shortName") or "[emoji]")


def _marked(node: Node) -> str:
    text = node.get("text")
    if not isinstance(text, str):
        return ""
    marks = node.get("marks")
    for mark in reversed(marks) if isinstance(marks, list) else ():
        kind = _type(mark)
        if kind == "code":
            text = f"`{text}`"
        elif kind in MARKS:
            text = _around(text, MARKS[kind])
        elif kind == "link":
            address = _attributes(mark).get("href")
            text = text if address in (None, "", text) else f"[{text}]({address})"
    return text


def _around(text: str, sign: str) -> str:
    bare = text.strip()
    if not bare:
        return text
    start = text.index(bare)
    return f"{text[:start]}{sign}{bare}{sign}{text[start + len(bare) :]}"


def _date(milliseconds: Any) -> str:
    try:
        return (EPOCH + timedelta(milliseconds=int(milliseconds))).astimezone(UTC).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return str(milliseconds or "")


def _link(attributes: Node) -> str:
    data = attributes.get("data")
    named = data.get("url") or data.get("name") if isinstance(data, dict) else None
    return str(attributes.get("url") or named or "[link]")


def _media(attributes: Node) -> str:
    named = attributes.get("alt") or attributes.get("url") or attributes.get("id")
    return f"[attachment: {named}]" if named else "[attachment]"


def _paragraph(node: Node, depth: int) -> str:
    return _inline(_content(node), depth)


def _heading(node: Node, depth: int) -> str:
    level = _attributes(node).get("level")
    signs = "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1)
    return f"{signs} {_inline(_content(node), depth)}"


def _items(node: Node, depth: int, sign: Callable[[int, Node], str]) -> str:
    lines = []
    for number, item in enumerate(_content(node)):
        start = sign(number, item if isinstance(item, dict) else {})
        inside = _blocks(_content(item) if _type(item) in ITEMS else [item], depth + 1, tight=True)
        first, *others = inside.split("\n")
        lines += [start + first, *((" " * len(start) + line).rstrip() for line in others)]
    return "\n".join(lines)


def _bullets(node: Node, depth: int) -> str:
    return _items(node, depth, lambda _number, _item: "- ")


def _numbers(node: Node, depth: int) -> str:
    first = _attributes(node).get("order")
    start = first if isinstance(first, int) else 1
    return _items(node, depth, lambda number, _item: f"{start + number}. ")


def _tasks(node: Node, depth: int) -> str:
    return _items(node, depth, lambda _n, item: "- [x] " if _attributes(item).get("state") == "DONE" else "- [ ] ")


def _quote(node: Node, depth: int) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _blocks(_content(node), depth).split("\n"))


def _code(node: Node, _depth: int) -> str:
    language = _attributes(node).get("language")
    texts = (part.get("text") for part in _content(node) if isinstance(part, dict))
    return f"```{language or ''}\n{''.join(text for text in texts if isinstance(text, str))}\n```"


def _expand(node: Node, depth: int) -> str:
    title = _attributes(node).get("title")
    inside = _blocks(_content(node), depth)
    return f"**{title}**\n\n{inside}" if title else inside


def _table(node: Node, depth: int) -> str:
    whole = _content(node)
    rows = [
        [_cell(cell, depth) for cell in _content(row)] if _type(row) == "tableRow" else [_cell(row, depth)]
        for row in whole
    ]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(node: Any, depth: int) -> str:
    inside = _blocks(_content(node) if _type(node) in CELLS else [node], depth + 1)
    return " ".join(inside.replace("|", "\\|").split("\n")).strip()


SPANS: Mapping[str, Callable[[Node], str]] = {
    "text": _marked,
    "hardBreak": lambda _node: "\n",
    "mention": _mention,
    "emoji": _emoji,
    "date": lambda node: _date(_attributes(node).get("timestamp")),
    "status": lambda node: f"[{_attributes(node).get('text') or 'status'}]",
    "inlineCard": lambda node: _link(_attributes(node)),
    "mediaInline": lambda node: _media(_attributes(node)),
    "placeholder": lambda node: str(_attributes(node).get("text") or ""),
}
BLOCKS: Mapping[str, Callable[[Node, int], str]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bulletList": _bullets,
    "orderedList": _numbers,
    "taskList": _tasks,
    "decisionList": _bullets,
    "blockquote": _quote,
    "panel": _quote,
    "codeBlock": _code,
    "expand": _expand,
    "nestedExpand": _expand,
    "rule": lambda _node, _depth: "---",
    "table": _table,
    "media": lambda node, _depth: _media(_attributes(node)),
    "blockCard": lambda node, _depth: _link(_attributes(node)),
    "embedCard": lambda node, _depth: _link(_attributes(node)),
}
