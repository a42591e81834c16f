"""Where each key and value of a TOML file stands.

tomllib gives values without their places, and every message names one. The scanner walks a text that tomllib has
accepted before, so it need not judge, only count.
"""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]

SPACE = re.compile(r"[ \t]*")
BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
BARE = re.compile(r"[A-Za-z0-9_-]+")
SCALAR = re.compile(r"[^,\]}\n#]+")
STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line: line and column count from 1, the length is in characters."""

    line: int
    column: int
    length: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A key and the value after it; a table header has no value."""

    key: Place
    value: Place | None = None


def find_places(text: str) -> dict[KeyPath, Spot]:
    """Give the spot of every key, array item and table header of a valid TOML text, by its path."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.spots: dict[KeyPath, Spot] = {}
        self.items: dict[KeyPath, int] = {}
        self.lines = [0, *(match.end() for match in re.finditer("\n", text))]

    def scan(self) -> dict[KeyPath, Spot]:
        table: KeyPath = ()
        while self._blank() < len(self.text):
            before = self.at
            table = self._header() if self.text[self.at] == "[" else self._pair(table)
            if self.at == before:
                break
        return self.spots

    def _place(self, start: int, end: int) -> Place:
        line = bisect_right(self.lines, start)
        first_line_end = self.text.find("\n", start, end)
        stop = end if first_line_end < 0 else first_line_end
        return Place(line, start - self.lines[line - 1] + 1, max(1, stop - start))

    def _blank(self) -> int:
        return self._take(BLANK)

    def _take(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at

    def _dotted(self) -> list[str]:
        parts = []
        while True:
            self._take(SPACE)
            start = self.at
            if self.text[start : start + 1] in {'"', "'"}:
                self._take(STRING)
                parts.append(_unquoted(self.text[start : self.at]))
            else:
                self._take(BARE)
                parts.append(self.text[start : self.at])
            end = self.at
            self._take(SPACE)
            if self.text[self.at : self.at + 1] != ".":
                self.at = end
                return parts
            self.at += 1

    def _header(self) -> KeyPath:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        self._take(SPACE)
        start = self.at
        parts = self._dotted()
        place = self._place(start, self.at)
        self._take(SPACE)
        self.at += 2 if array else 1
        path = self._resolve((), parts[:-1] if array else parts)
        if array:
            whole = (*path, parts[-1])
            self.items[whole] = self.items.get(whole, -1) + 1
            self.spots.setdefault(whole, Spot(place))
            path = (*whole, self.items[whole])
        self.spots[path] = Spot(place)
        self._name_parents(path, place)
        return path

    def _resolve(self, table: KeyPath, parts: Sequence[str]) -> KeyPath:
        path = table
        for part in parts:
            path = (*path, part)
            if path in self.items:
                path = (*path, self.items[path])
        return path

    def _name_parents(self, path: KeyPath, place: Place) -> None:
        for length in range(1, len(path)):
            self.spots.setdefault(path[:length], Spot(place))

    def _pair(self, table: KeyPath) -> KeyPath:
        start = self.at
        path = (*table, *self._dotted())
        key = self._place(start, self.at)
        self._take(SPACE)
        self.at += self.text[self.at : self.at + 1] == "="
        self._take(SPACE)
        value = self._value(path)
        self.spots[path] = Spot(key, value)
        self._name_parents(path, key)
        return table

    def _value(self, path: KeyPath) -> Place:
        start = self.at
        match self.text[start : start + 1]:
            case "[":
                self._members(path, "]")
            case "{":
                self._members(path, "}")
            case '"' | "'":
                self._take(STRING)
            case _:
                self._take(SCALAR)
        return self._place(start, start + len(self.text[start : self.at].rstrip()))

    def _members(self, path: KeyPath, closing: str) -> None:
        self.at += 1
        number = 0
        while self._blank() < len(self.text) and self.text[self.at] != closing:
            before = self.at
            if closing == "}":
                self._pair(path)
            else:
                place = self._value((*path, number))
                self.spots[(*path, number)] = Spot(place, place)
                number += 1
            self._blank()
            self.at += self.text[self.at : self.at + 1] == ","
            if self.at == before:
                return
        self.at += 1


def _unquoted(token: str) -> str:
    if token.startswith("'"):
        return token[1:-1]
    value: str = tomllib.loads(f"key = {token}")["key"]
    return value
