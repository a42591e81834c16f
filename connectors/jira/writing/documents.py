"""Markdown to Atlassian Document Format, so that what is read back is the text that was sent.

What a document can say (headings, lists, emphasis, code, links, quotes) becomes that; where it would not read back as
the same text, the text goes as it stands, in paragraphs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.jira.mapping.adf import to_markdown
from connectors.mapping.reading import UnmappableError, clean

Node = dict[str, Any]
BLOCKS: Mapping[str, str] = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "bulletList",
    "ordered_list_open": "orderedList",
    "list_item_open": "listItem",
    "blockquote_open": "blockquote",
}
MARKS: Mapping[str, str] = {"strong": "strong", "em": "em", "s": "strike", "link": "link"}


def to_document(text: str) -> Node:
    """Give the document of a text."""
    wanted = clean(text)
    try:
        document = _doc(_blocks(_parser().parse(wanted)))
        if to_markdown(document) == wanted:
            return document
    except (UnmappableError, KeyError, RecursionError):
        pass
    return _doc([_paragraph(part) for part in wanted.split("\n\n")])


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("strikethrough")


def _doc(content: Sequence[Node]) -> Node:
    return {"type": "doc", "version": 1, "content": list(content)}


def _paragraph(text: str) -> Node:
    content: list[Node] = []
    for number, line in enumerate(text.split("\n")):
        content += [{"type": "hardBreak"}] if number else []
        content += [{"type": "text", "text": line}] if line else []
    return {"type": "paragraph", "content": content}


def _blocks(tokens: Sequence[Token]) -> list[Node]:
    """Build the tree of a flat list of opening and closing tokens; raises KeyError for what has no node here."""
    root: Node = {"content": []}
    under_way = [root]
    for token in tokens:
        if token.nesting == 1:
            node: Node = {"type": BLOCKS[token.type], "content": []}
            if token.type == "heading_open":
                node["attrs"] = {"level": int(token.tag[1:])}
            elif token.type == "ordered_list_open":
                node["attrs"] = {"order": int(token.attrs.get("start", 1))}
            under_way[-1]["content"].append(node)
            under_way.append(node)
        elif token.nesting == -1:
            under_way.pop()
        elif token.type == "inline":
            under_way[-1]["content"] += _spans(token.children or ())
        else:
            under_way[-1]["content"].append(_leaf(token))
    content: list[Node] = root["content"]
    return content


def _leaf(token: Token) -> Node:
    if token.type == "hr":
        return {"type": "rule"}
    if token.type != "fence":
        raise KeyError(token.type)
    language = token.info.strip()
    text = token.content.removesuffix("\n")
    node: Node = {"type": "codeBlock", "content": [{"type": "text", "text": text}] if text else []}
    return {**node, "attrs": {"language": language}} if language else node


def _spans(tokens: Sequence[Token]) -> list[Node]:
    spans: list[Node] = []
    marks: list[Node] = []
    for token in tokens:
        if token.nesting == 1:
            kind = MARKS[token.type.removesuffix("_open")]
            marks.append({"type": kind, **({"attrs": {"href": token.attrs["href"]}} if kind == "link" else {})})
        elif token.nesting == -1:
            marks.pop()
        elif token.type in {"softbreak", "hardbreak"}:
            spans.append({"type": "hardBreak"})
        elif token.type in {"text", "code_inline"}:
            own = [*marks, {"type": "code"}] if token.type == "code_inline" else list(marks)
            if token.content:
                spans.append({"type": "text", "text": token.content, **({"marks": own} if own else {})})
        else:
            raise KeyError(token.type)
    return spans
