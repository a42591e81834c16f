"""Long texts: Atlassian documents and the plain text in them."""


def plain(text: str) -> dict[str, object]:
    """Give a text as an Atlassian document: a paragraph for each line."""
    lines = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}] if line else []} for line in text.split("\n")
    ]
    return {"type": "doc", "version": 1, "content": lines}


def words(document: object) -> str:
    """Give the text of an Atlassian document, a line for each block; a text as it stands."""
    if isinstance(document, str):
        return document
    if not isinstance(document, dict):
        return ""
    if document.get("type") in {"text", "emoji", "mention", "status"}:
        attributes = document.get("attrs", {})
        return str(document.get("text") or attributes.get("text") or attributes.get("shortName") or "")
    if document.get("type") == "hardBreak":
        return "\n"
    between = "\n" if document.get("type") in {"doc", "bulletList", "orderedList", "listItem"} else ""
    return between.join(words(part) for part in document.get("content", ()))
