"""Parse an expression: the grammar of the Common Expression Language, with messages that a PMO analyst understands.

A Pratt parser of our own, because no library gives unexpanded macros, positions on every node and readable messages
at once. Message construction (`Type{field: value}`) is left out; all else of the grammar is accepted here, and what
rules have no use for is refused by the compiler, in words.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from rules.expressions.errors import ExpressionError
from rules.expressions.lexer import Token, tokenize, unquote
from rules.expressions.nodes import (
    Binary,
    Call,
    Conditional,
    Has,
    Index,
    ListOf,
    Literal,
    Logic,
    Macro,
    MapOf,
    Name,
    Node,
    Select,
    Span,
    Unary,
    children,
)

MAX_LENGTH = 5_000
MAX_DEPTH = 40

_STRENGTH = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3, "+": 4, "-": 4, "*": 5}
_STRENGTH |= {"/": 5, "%": 5}
_RESERVED = frozenset(
    [
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_MACROS = {"exists": (2,), "all": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}
_INSTEAD = {
    "and": "Use && for 'and'.",
    "or": "Use || for 'or'.",
    "not": "Use ! for 'not'.",
    "is": "Use == to compare.",
    "in": "'in' needs a value before it, as in task.priority in ['High', 'Critical'].",
    "if": "Write condition ? value : other value.",
    "else": "Write condition ? value : other value.",
    "between": "Write two comparisons joined by &&.",
    "like": "Use .startsWith('...'), .contains('...') or .matches('...').",
}


@lru_cache(maxsize=1024)
def parse(text: str) -> Node:
    """Parse an expression. Raises ExpressionError with line, column, caret and suggestion."""
    if len(text) > MAX_LENGTH:
        what = f"The expression has {len(text)} characters; {MAX_LENGTH} are the limit."
        raise ExpressionError(text, what, Span(0, 1), "Split it into several rules, or a rule with limbs.")
    return _Parser(text, tokenize(text)).whole()


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[Token]
    position: int = 0
    depth: int = 0
    heights: dict[int, int] = field(default_factory=dict)

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def at(self, text: str) -> bool:
        return self.token.text == text and self.token.kind in {"operator", "name"}

    def expect(self, text: str) -> Token:
        if not self.at(text):
            raise self.unexpected(self.token, f"'{text}'")
        return self.take()

    def error(self, what: str, span: Span, hint: str = "") -> ExpressionError:
        return ExpressionError(self.text, what, span, hint)

    def unexpected(self, token: Token, wanted: str) -> ExpressionError:
        hint = _INSTEAD.get(token.text.lower(), "") if token.kind == "name" else ""
        if token.text == ">" and self.position and self.tokens[self.position - 1].text == "<":
            hint = "Use != for 'not equal'."
        if token.kind == "end":
            return self.error(f"The expression ends where {wanted} is expected.", token.span, hint)
        return self.error(f"'{token.text}' stands where {wanted} is expected.", token.span, hint)

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise self.error("The expression is empty.", self.token.span, "Write a condition, such as has(task.due).")
        node = self.expression()
        if self.token.kind != "end":
            raise self.unexpected(self.token, "an operator or the end")
        return node

    def deeper(self, node: Node) -> Node:
        """Refuse a tree that is higher than the compiler and the databases should have to climb."""
        height = 1 + max((self.heights.get(id(child), 0) for child in children(node)), default=0)
        self.heights[id(node)] = height
        if height > MAX_DEPTH:
            raise self.too_deep(node.span)
        return node

    def too_deep(self, span: Span) -> ExpressionError:
        return self.error(f"This nests deeper than {MAX_DEPTH} levels.", span, "Split it into several rules.")

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.too_deep(self.token.span)
        node = self.binary(1)
        if self.at("?"):
            self.take()
            then = self.binary(1)
            self.expect(":")
            otherwise = self.expression()
            node = self.deeper(Conditional(Span(node.span.start, otherwise.span.end), node, then, otherwise))
        self.depth -= 1
        return node

    def binary(self, weakest: int) -> Node:
        left = self.unary()
        while True:
            token = self.token
            strength = _STRENGTH.get(token.text, 0) if token.kind in {"operator", "name"} else 0
            if strength < weakest or not strength:
                return left
            self.take()
            if token.text in {"&&", "||"}:
                left = self.chain(left, token.text, strength)
                continue
            right = self.binary(strength + 1)
            span = Span(left.span.start, right.span.end)
            left = self.deeper(Binary(span, token.text, left, right, token.span))

    def chain(self, first: Node, operator: str, strength: int) -> Node:
        operands = [first, self.binary(strength + 1)]
        while self.at(operator):
            self.take()
            operands.append(self.binary(strength + 1))
        return self.deeper(Logic(Span(first.span.start, operands[-1].span.end), operator, tuple(operands)))

    def unary(self) -> Node:
        token = self.token
        if token.kind != "operator" or token.text not in {"!", "-"}:
            return self.member(negative=False)
        signs = [self.take()]
        while self.at(token.text):
            signs.append(self.take())
        negative = token.text == "-" and self.token.kind in {"int", "double"}
        if negative:
            signs.pop()
        node = self.member(negative=negative)
        for sign in reversed(signs):
            node = self.deeper(Unary(Span(sign.span.start, node.span.end), sign.text, node))
        return node

    def member(self, *, negative: bool) -> Node:
        node = self.primary(negative=negative)
        while True:
            if self.at("."):
                self.take()
                node = self.deeper(self.selection(node))
            elif self.at("["):
                self.take()
                key = self.expression()
                node = self.deeper(Index(Span(node.span.start, self.expect("]").span.end), node, key))
            else:
                return node

    def selection(self, target: Node) -> Node:
        token = self.token
        if token.kind == "quoted":
            self.take()
            return Select(Span(target.span.start, token.span.end), target, token.text[1:-1])
        if token.kind != "name" or token.text in {"true", "false", "null", "in"}:
            raise self.unexpected(self.token, "a field's name")
        self.take()
        if not self.at("("):
            return Select(Span(target.span.start, token.span.end), target, token.text)
        arguments, end = self.arguments()
        span = Span(target.span.start, end)
        if len(arguments) in _MACROS.get(token.text, ()):
            variable = arguments[0]
            if not isinstance(variable, Name):
                what = f"The first part of {token.text}() is a name of your choice for each item."
                raise self.error(what, variable.span, f"Write {token.text}(t, ... t.due ...).")
            return Macro(span, token.text, target, variable.name, arguments[1:])
        return Call(span, token.text, target, arguments)

    def arguments(self) -> tuple[tuple[Node, ...], int]:
        self.expect("(")
        arguments = []
        if not self.at(")"):
            arguments.append(self.expression())
            while self.at(","):
                self.take()
                arguments.append(self.expression())
        return tuple(arguments), self.expect(")").span.end

    def primary(self, *, negative: bool) -> Node:
        token = self.token
        if token.kind in {"int", "uint", "double"}:
            return self.number(negative=negative)
        if token.kind in {"string", "raw"}:
            return self.quoted()
        if token.kind == "name":
            return self.name()
        if token.text in {"[", "{"}:
            return self.list_of() if token.text == "[" else self.map_of()
        if token.text == "(":
            return self.grouped()
        if token.text == "." and self.tokens[self.position + 1].kind == "name":
            self.take()
            return self.name()
        raise self.unexpected(self.token, "a value")

    def grouped(self) -> Node:
        self.take()
        node = self.expression()
        self.expect(")")
        return node

    def quoted(self) -> Literal:
        token = self.take()
        is_bytes = token.text[0] not in "'\"" and bool(set(token.text[:2]) & set("bB"))
        return Literal(token.span, "bytes" if is_bytes else "string", unquote(self.text, token), token.text)

    def number(self, *, negative: bool) -> Literal:
        token = self.take()
        start = self.tokens[self.position - 2].span.start if negative else token.span.start
        written = ("-" if negative else "") + token.text
        span = Span(start, token.span.end)
        if token.kind == "double":
            return Literal(span, "double", float(written), written)
        digits = token.text.rstrip("uU")
        value = int(digits, 16) if digits[:2] in {"0x", "0X"} else int(digits)
        value = -value if negative else value
        fits = 0 <= value < 2**64 if token.kind == "uint" else -(2**63) <= value < 2**63
        if not fits:
            raise self.error("This whole number is out of range.", span)
        return Literal(span, token.kind, value, written)

    def name(self) -> Node:
        token = self.token
        if token.text in {"true", "false", "null"}:
            self.take()
            value = {"true": True, "false": False, "null": None}[token.text]
            return Literal(token.span, "null" if value is None else "bool", value, token.text)
        if token.text == "in" or token.text in _RESERVED:
            raise self.unexpected(self.token, "a value")
        self.take()
        if not self.at("("):
            return Name(token.span, token.text)
        arguments, end = self.arguments()
        span = Span(token.span.start, end)
        if token.text == "has" and len(arguments) == 1:
            if not isinstance(arguments[0], Select):
                raise self.error("has() asks for a field.", arguments[0].span, "Write it as has(task.due).")
            return self.deeper(Has(span, arguments[0]))
        return self.deeper(Call(span, token.text, None, arguments))

    def list_of(self) -> Node:
        start = self.take().span.start
        items = []
        while not self.at("]"):
            items.append(self.expression())
            self.separator("]")
        return self.deeper(ListOf(Span(start, self.take().span.end), tuple(items)))

    def map_of(self) -> Node:
        start = self.take().span.start
        entries = []
        while not self.at("}"):
            key = self.expression()
            self.expect(":")
            entries.append((key, self.expression()))
            self.separator("}")
        return self.deeper(MapOf(Span(start, self.take().span.end), tuple(entries)))

    def separator(self, closing: str) -> None:
        if self.at(","):
            self.take()
        elif not self.at(closing):
            raise self.unexpected(self.token, f"',' or '{closing}'")
