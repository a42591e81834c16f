"""JQL to tokens: words, numbers, quoted strings and signs, each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from pmohub.testing.jira.jql.errors import unreadable
from pmohub.testing.jira.jql.words import RESERVED_CHARACTERS

_SIGNS = re.compile(r"!=|!~|<=|>=|&&?|\|\|?|[=<>~!(),\[\]]")
_WORD = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\[^u]|[^\s\\'\"=<>~!()&|+.,;?*/%^$#@\[\]{}`])+")
_NUMBER = re.compile(r"-?\d+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"', " ": " "}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.?)", re.DOTALL)


class Kind(Enum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """A token, with the line and column (from 1 on) at which it begins. `text` is without quotes and escapes."""

    kind: Kind
    text: str
    line: int
    column: int

    def is_sign(self, *signs: str) -> bool:
        """Say whether this is one of the signs."""
        return self.kind is Kind.SIGN and self.text in signs

    def is_word(self, *words: str) -> bool:
        """Say whether this is one of the words, unquoted and in any case."""
        return self.kind is Kind.WORD and self.text.casefold() in words


def tokens(jql: str) -> Iterator[Token]:
    """Read the tokens of a query; the last is END.

    Raises:
        JqlError: a reserved character, an unknown escape, or a string without its closing quote.
    """
    at = 0
    while at < len(jql):
        if jql[at].isspace():
            at += 1
            continue
        line, column = _place(jql, at)
        if jql[at] in "'\"":
            end = _closing(jql, at, line, column)
            yield Token(Kind.STRING, _unescaped(jql[at + 1 : end], line, column), line, column)
            at = end + 1
        elif sign := _SIGNS.match(jql, at):
            yield Token(Kind.SIGN, sign[0], line, column)
            at = sign.end()
        elif word := _WORD.match(jql, at):
            kind = Kind.NUMBER if _NUMBER.fullmatch(word[0]) else Kind.WORD
            yield Token(kind, _unescaped(word[0], line, column), line, column)
            at = word.end()
        elif jql[at] in RESERVED_CHARACTERS:
            message = (
                f"The character '{jql[at]}' is a reserved JQL character. You must enclose it in a string or use the "
                f"escape '\\u{ord(jql[at]):04x}' instead."
            )
            raise unreadable(message, line, column)
        else:
            raise _bad_escape(jql[at : at + 2], line, column)
    yield Token(Kind.END, "", *_place(jql, at))


def _place(jql: str, at: int) -> tuple[int, int]:
    start = jql.rfind("\n", 0, at) + 1
    return jql.count("\n", 0, at) + 1, at - start + 1


def _closing(jql: str, at: int, line: int, column: int) -> int:
    end = at + 1
    while end < len(jql) and jql[end] != jql[at]:
        end += 2 if jql[end] == "\\" else 1
    if end >= len(jql):
        message = f"The quoted string '{jql[at + 1 :]}' has not been completed."
        raise unreadable(message, line, column)
    return end


def _unescaped(text: str, line: int, column: int) -> str:
    def character(escape: re.Match[str]) -> str:
        code = escape[1]
        if code.startswith("u") and len(code) == 5:
            return chr(int(code[1:], 16))
        if code not in _ESCAPES:
            raise _bad_escape(escape[0], line, column)
        return _ESCAPES[code]

    return _ESCAPE.sub(character, text)


def _bad_escape(escape: str, line: int, column: int) -> Exception:
    return unreadable(
        f"'{escape}' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, "
        "'\\ ' and \\uXXXX.",
        line,
        column,
    )
