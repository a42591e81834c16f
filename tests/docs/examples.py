"""The fenced examples of README.md and docs/: console sessions, TOML, and files to save."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>[a-z]*)\n(?P<text>.*?)^ *```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"`([\w.-]+\.(?:csv|toml))`[^`]*:\s*\Z")
EXCERPT = "# an excerpt"


@dataclass(frozen=True)
class Example:
    """One fenced block; `saved_as` is the file's name where the sentence before it ends in ``as `name`:``."""

    page: Path
    line: int
    kind: str
    text: str
    saved_as: str | None

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Typed:
    """A command after `$`, and what the page shows of its output."""

    words: tuple[str, ...]
    shown: str


def examples(*kinds: str, pages: list[Path] = PAGES) -> Iterator[Example]:
    """Give the fenced blocks of these kinds."""
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for found in FENCE.finditer(text):
            if found["kind"] in kinds:
                name = FILE_NAME.search(text[: found.start()])
                line = text.count("\n", 0, found.start()) + 1
                yield Example(page, line, found["kind"], dedent(found["text"]), name[1] if name else None)


def typed(example: Example) -> Iterator[Typed]:
    """Give the `pmohub` commands of a console session in their order."""
    for part in re.split(r"^\s*\$ ", example.text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        words = shlex.split(command, comments=True)
        if words[:1] == ["pmohub"]:
            yield Typed(tuple(words[1:]), shown)


def normal(text: str) -> list[str]:
    """Give the words of an output without what differs from day to day and from screen to screen."""
    return re.sub(r"\d+", "#", text).split()
