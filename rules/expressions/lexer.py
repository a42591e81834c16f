"""Cut an expression's text into tokens, after the lexical grammar of the Common Expression Language.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

import re
from dataclasses import dataclass

from rules.expressions.errors import ExpressionError
from rules.expressions.nodes import Span

_TOKEN = re.compile(
    r"""
      (?P<blank>[\t\n\f\r ]+|//[^\n]*)
    | (?P<raw>(?:[rR][bB]?|[bB][rR])(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"\n\r]*"|'[^'\n\r]*'))
    | (?P<string>[bB]?(?:\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}(?:[^\\]|\\.)*?'{3}|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'))
    | (?P<double>\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<uint>(?:0[xX][0-9a-fA-F]+|\d+)[uU])
    | (?P<int>0[xX][0-9a-fA-F]+|\d+)
    | (?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    | (?P<quoted>`[a-zA-Z0-9_.\-/ ]+`)
    | (?P<operator>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()\[\]{}])
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_ESCAPE = re.compile(
    r"\\(?:(?P<simple>[abfnrtv\\\"'`?])|[xX](?P<hex>[0-9a-fA-F]{2})|u(?P<short>[0-9a-fA-F]{4})"
    r"|U(?P<long>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})|(?P<other>.))",
    re.DOTALL,
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_HIGHEST, _SURROGATES = 0x10FFFF, range(0xD800, 0xE000)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `kind` is a group of the grammar above, or `end`."""

    kind: str
    text: str
    span: Span


def tokenize(text: str) -> list[Token]:
    """Cut the text; the last token is `end`. Raises ExpressionError at the first character that fits nowhere."""
    tokens = []
    position = 0
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise _stray(text, position)
        if found.lastgroup and found.lastgroup != "blank":
            tokens.append(Token(found.lastgroup, found.group(), Span(position, found.end())))
        position = found.end()
    tokens.append(Token("end", "", Span(len(text), len(text))))
    return tokens


def _stray(text: str, position: int) -> ExpressionError:
    character = text[position]
    what, hint = f"'{character}' has no meaning here.", ""
    match character:
        case "'" | '"':
            what, hint = "This text is not closed.", f"Add the closing {character}."
        case "=":
            what, hint = "A single = sets nothing in a rule.", "Use == to compare."
        case "&":
            hint = "Use && for 'and'."
        case "|":
            hint = "Use || for 'or'."
        case "\u2018" | "\u2019" | "\u201c" | "\u201d" | "\u201e":
            hint = "Use straight quotes: '...'."
        case "\u2264" | "\u2265" | "\u2260":
            hint = {"\u2264": "Use <=.", "\u2265": "Use >=.", "\u2260": "Use !=."}[character]
        case "\u2013" | "\u2014":
            hint = "Use a plain hyphen for minus."
    return ExpressionError(text, what, Span(position, position + 1), hint)


def unquote(text: str, token: Token) -> str:
    """Give the text inside the quotes of a `string` or `raw` token. Raises ExpressionError for an unknown escape."""
    written = token.text
    prefix = len(written) - len(written.lstrip("rRbB"))
    quotes = 3 if written[prefix : prefix + 3] in ('"""', "'''") else 1
    inner = written[prefix + quotes : len(written) - quotes]
    if token.kind == "raw":
        return inner
    first = token.span.start + prefix + quotes
    is_bytes = written[0] in "bB"

    def replaced(found: re.Match[str]) -> str:
        span = Span(first + found.start(), first + found.end())
        if found["simple"]:
            return _SIMPLE.get(found["simple"], found["simple"])
        if found["other"] is not None:
            raise ExpressionError(
                text,
                f"\\{found['other']} is no escape that is known.",
                span,
                "Write \\\\ for a backslash, or a raw text: r'...'.",
            )
        code = int(found["octal"], 8) if found["octal"] else int(found["hex"] or found["short"] or found["long"], 16)
        of_unicode = found["short"] or found["long"]
        if of_unicode and (is_bytes or code > _HIGHEST or code in _SURROGATES):
            raise ExpressionError(text, "This escape names no character.", span)
        return chr(code)

    return _ESCAPE.sub(replaced, inner)
