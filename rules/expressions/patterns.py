"""Regular expressions in the subset that Python, PostgreSQL and RE2 (CEL's own engine) understand alike.

RE2's syntax: https://github.com/google/re2/wiki/Syntax. Python backtracks, so a repeat within a repeat, which can take
exponential time, is refused; PostgreSQL spells a few things differently.
"""

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from rules.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from rules.expressions.compiler import Compiler
    from rules.expressions.nodes import Node

MAX_PATTERN = 200
MAX_REPEATS = 4
_MOST_COPIES = 100
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
_OUTSIDE = {"D": "[^0-9]", "W": "[^0-9A-Za-z_]", "S": r"[^\t\n\f\r ]"}
_CONTROL = "tnrf"
_REPEAT = re.compile(r"(?:[*+?]|\{(\d{1,4})(,(\d{1,4})?)?\})\??", re.ASCII)
_LITERAL = re.compile(r"[^0-9A-Za-z\s]", re.ASCII)


class PatternError(Exception):
    """A pattern outside the subset: what is wrong, and at which character of the pattern."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(what)
        self.position = position


class Matches(FunctionElement[bool]):
    """Whether a text contains a match; its two patterns are spelt for Python (SQLite) and for PostgreSQL."""

    name = "matches"
    type = Boolean()
    inherit_cache = True


@compiles(Matches, "sqlite")
def _sqlite(element: Matches, compiler: SQLCompiler, **options: Any) -> str:
    text, python, _ = element.clauses
    return f"(({compiler.process(text, **options)}) REGEXP {compiler.process(python, **options)})"


@compiles(Matches, "postgresql")
def _postgresql(element: Matches, compiler: SQLCompiler, **options: Any) -> str:
    text, _, advanced = element.clauses
    return f"(({compiler.process(text, **options)}) ~ {compiler.process(advanced, **options)})"


def translated(compiler: "Compiler", node: "Node", pattern: str) -> tuple[str, str]:
    """Give the pattern for Python and for PostgreSQL. Raises ExpressionError outside the subset."""
    try:
        return _Translation(pattern).both()
    except PatternError as error:
        what = f"In the pattern, character {error.position + 1}: {error}"
        raise ExpressionError(compiler.text, what, node.span, "The reference lists what a pattern may hold.") from error


class _Translation:
    """Reads a pattern once and writes it twice. A group that holds a choice may not repeat: it could take for ever."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.python: list[str] = []
        self.advanced: list[str] = []
        self.repeats = 0

    def both(self) -> tuple[str, str]:
        if len(self.pattern) > MAX_PATTERN:
            raise PatternError(MAX_PATTERN, f"a pattern has at most {MAX_PATTERN} characters.")
        self.alternatives()
        if self.position < len(self.pattern):
            raise PatternError(self.position, "this ) closes nothing.")
        python = "(?a)" + "".join(self.python)
        try:
            re.compile(python)
        except re.error as error:
            raise PatternError(0, f"{error.msg}.") from error
        return python, "".join(self.advanced)

    def put(self, python: str, advanced: str | None = None) -> None:
        self.python.append(python)
        self.advanced.append(python if advanced is None else advanced)

    def alternatives(self) -> bool:
        """Read up to the end or a closing parenthesis; tell whether it can match in more ways than one."""
        choice = False
        while self.position < len(self.pattern) and self.pattern[self.position] != ")":
            if self.pattern[self.position] == "|":
                self.put("|")
                self.position += 1
                choice = True
                continue
            repeatable, inner = self.piece()
            choice |= self.repeat(repeatable=repeatable, inner=inner) or inner
        return choice

    def piece(self) -> tuple[bool, bool]:
        """Read one character, class, group or anchor; tell whether it may repeat, and whether it holds a choice."""
        start, character = self.position, self.pattern[self.position]
        self.position += 1
        match character:
            case "^":
                self.put("^")
                return False, False
            case "$":
                self.put(r"\Z", "$")
                return False, False
            case ".":
                self.put(r"[^\n]")
            case "(":
                return True, self.group(start)
            case "[":
                self.bracket(start)
            case "\\":
                return self.escape(start), False
            case "*" | "+" | "?" | "{":
                raise PatternError(start, f"{character} repeats nothing.")
            case _:
                self.put("\\" + character if _LITERAL.match(character) and character.isascii() else character)
        return True, False

    def group(self, start: int) -> bool:
        if self.pattern.startswith("?:", self.position):
            self.position += 2
        elif self.pattern.startswith("?", self.position):
            raise PatternError(start, "of groups that begin with (? only (?: is common to all engines.")
        self.put("(?:")
        choice = self.alternatives()
        if self.position >= len(self.pattern):
            raise PatternError(start, "this ( is not closed.")
        self.position += 1
        self.put(")")
        return choice

    def escape(self, start: int) -> bool:
        character = self.pattern[self.position : self.position + 1]
        self.position += 1
        if character in _CLASSES and character:
            self.put(f"[{_CLASSES[character]}]")
        elif character in _OUTSIDE and character:
            self.put(_OUTSIDE[character])
        elif character == "b":
            self.put(r"\b", r"\y")
            return False
        elif character and (character in _CONTROL or _LITERAL.match(character)):
            self.put("\\" + character)
        else:
            raise PatternError(start, f"\\{character} does not mean the same in all engines.")
        return True

    def bracket(self, start: int) -> None:
        self.put("[")
        if self.pattern.startswith("^", self.position):
            self.position += 1
            self.put("^")
        first = self.position
        while self.position < len(self.pattern):
            character = self.pattern[self.position]
            self.position += 1
            if character == "]":
                if self.position - 1 == first:
                    raise PatternError(start, "an empty [] is not common to all engines; write \\] for the sign.")
                self.put("]")
                return
            if character == "\\":
                self.bracket_escape()
            elif character == "[":
                raise PatternError(self.position - 1, "write \\[ for the sign inside [ ].")
            elif character == "-" and self.pattern.startswith("-", self.position):
                raise PatternError(self.position, "write \\- for the sign inside [ ].")
            elif character in "&~|^":
                self.put("\\" + character)
            else:
                self.put(character)
        raise PatternError(start, "this [ is not closed.")

    def bracket_escape(self) -> None:
        character = self.pattern[self.position : self.position + 1]
        self.position += 1
        if character and character in _CLASSES:
            self.put(_CLASSES[character])
        elif character and (character in _CONTROL or _LITERAL.match(character)):
            self.put("\\" + character)
        else:
            raise PatternError(self.position - 2, f"\\{character} does not mean the same in all engines.")

    def repeat(self, *, repeatable: bool, inner: bool) -> bool:
        """Read a repeat if there is one; tell whether it leaves a choice."""
        found = _REPEAT.match(self.pattern, self.position)
        if found is None:
            return False
        if not repeatable:
            raise PatternError(self.position, f"{found.group()} cannot repeat an anchor.")
        least, most = found[1], found[3] or found[1]
        if most and (int(most) > _MOST_COPIES or int(least) > int(most)):
            raise PatternError(self.position, f"at most {_MOST_COPIES} copies, the smaller number first.")
        unbounded = found.group()[0] in "*+" or (found[2] is not None and found[3] is None)
        many = unbounded or (most is not None and int(most) > 1)
        self.repeats += unbounded
        if (many and inner) or self.repeats > MAX_REPEATS:
            what = "a repeat of what repeats or has a choice can take for ever."
            what = what if inner else f"more than {MAX_REPEATS} open repeats."
            raise PatternError(self.position, what)
        self.position = found.end()
        if self.pattern.startswith(("*", "+", "?", "{"), self.position):
            raise PatternError(self.position, "a repeat of a repeat is not common to all engines.")
        # whether there is a match does not depend on greed, and PostgreSQL would let one choice rule the whole pattern
        self.put(found.group().removesuffix("?") if len(found.group()) > 1 else found.group())
        return unbounded or least is None or found[2] is not None
