"""Documents of Jira Cloud become Markdown, and nothing of them is dropped without a mark."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.mapping.adf import to_markdown


def text(words: str, *marks: str) -> dict[str, Any]:
    """Give a text node."""
    return {"type": "text", "text": words, **({"marks": [{"type": mark} for mark in marks]} if marks else {})}


def node(kind: str, *content: Any, **attributes: Any) -> dict[str, Any]:
    """Give a node."""
    return {"type": kind, "content": list(content), **({"attrs": attributes} if attributes else {})}


def paragraph(words: str) -> dict[str, Any]:
    """Give a paragraph of one text."""
    return node("paragraph", text(words))


def told(*blocks: Any) -> str:
    """Give the Markdown of a document."""
    return to_markdown(node("doc", *blocks))


def test_text_keeps_its_marks() -> None:
    linked = {"type": "text", "text": "here", "marks": [{"type": "link", "attrs": {"href": "https://example.com"}}]}
    line = node("paragraph", text("a "), text("bold ", "strong"), text("x", "code"), text(" "), linked)
    assert told(line) == "a **bold** `x` [here](https://example.com)"


def test_blocks_are_told_apart() -> None:
    assert told(node("heading", text("Head"), level=2), paragraph("one"), node("rule"), paragraph("two")) == (
        "## Head\n\none\n\n---\n\ntwo"
    )
    assert told(node("codeBlock", text("a\nb"), language="sql")) == "```sql\na\nb\n```"
    assert told(node("panel", paragraph("careful"), paragraph("now"), panelType="info")) == "> careful\n>\n> now"


def test_lists_nest() -> None:
    inner = node("orderedList", node("listItem", paragraph("deep")), node("listItem", paragraph("er")), order=3)
    assert told(node("bulletList", node("listItem", paragraph("one"), inner), node("listItem", paragraph("two")))) == (
        "- one\n  3. deep\n  4. er\n- two"
    )
    done, open_ = node("taskItem", text("did"), state="DONE"), node("taskItem", text("do"), state="TODO")
    assert told(node("taskList", done, open_)) == "- [x] did\n- [ ] do"


def test_a_table_keeps_its_cells() -> None:
    row = node("tableRow", node("tableHeader", paragraph("a|b")), node("tableHeader", paragraph("c")))
    assert told(node("table", row, node("tableRow", node("tableCell", paragraph("1"), paragraph("2"))))) == (
        "| a\\|b | c |\n| --- | --- |\n| 1  2 |  |"
    )


def test_what_is_no_text_is_told_in_words() -> None:
    line = node(
        "paragraph",
        node("mention", id="5b", text="@Ada"),
        node("hardBreak"),
        node("date", timestamp="1769817600000"),
        node("status", text="DONE"),
        node("emoji", shortName=":smile:"),
        node("inlineCard", url="https://example.com/x"),
    )
    assert told(line) == "@Ada\n2026-01-31[DONE]:smile:https://example.com/x"
    assert told(node("mediaSingle", node("media", id="abc", type="file"))) == "[attachment: abc]"


def test_an_unknown_node_keeps_its_text_and_is_marked() -> None:
    assert told(node("hologram", paragraph("inside"))) == "[unknown: hologram]\n\ninside"
    assert told(node("extension", extensionKey="toc")) == "[unknown: extension toc]"
    assert told(node("paragraph", text("a"), node("sparkle", text="glitter"))) == "a[unknown: sparkle glitter]"


NODES = st.recursive(
    st.text(min_size=1, max_size=8).filter(lambda words: words.strip() and words.isprintable()).map(paragraph),
    lambda inner: st.builds(
        lambda kind, content: node(kind, *content),
        st.sampled_from(["blockquote", "bulletList", "expand", "table", "novelty", "layoutSection"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


def words_of(tree: Any) -> list[str]:
    """Give the texts in a tree."""
    if tree.get("type") == "text":
        return [tree["text"].strip()]
    return [words for part in tree["content"] for words in words_of(part)]


@given(st.lists(NODES, max_size=4))
def test_no_text_is_lost_whatever_holds_it(blocks: list[Any]) -> None:
    found = told(*blocks).replace("\\|", "|")
    assert all(words in found for block in blocks for words in words_of(block))
