"""Tokens to a query: AND binds closer than OR, NOT closer than both.

Source: Atlassian, "JQL keywords" (precedence), "JQL operators" (WAS, CHANGED and their predicates).
"""

from pmohub.testing.jira.jql.errors import OPERATOR_NAMES, JqlError, unreadable
from pmohub.testing.jira.jql.lexer import Kind, Token, tokens
from pmohub.testing.jira.jql.syntax import (
    Both,
    Call,
    Clause,
    Either,
    Listing,
    Literal,
    Not,
    Nothing,
    Operand,
    Operator,
    Predicate,
    Query,
    SortBy,
    Term,
)
from pmohub.testing.jira.jql.words import GRAMMAR, RESERVED_WORDS

_SIGNS = {each.value: each for each in Operator if not each.value[0].isalpha()}
_VALUE = "either a value, list or function"
_PREDICATES = ("after", "before", "on", "during", "by", "from", "to")


def parse(jql: str) -> Query:
    """Read a query; an empty one finds everything.

    Raises:
        JqlError: it cannot be read; the message says what was expected and where.
    """
    return _Parser(jql).query()


class _Parser:
    def __init__(self, jql: str) -> None:
        self._tokens = list(tokens(jql))
        self._at = 0

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _took_word(self, *words: str) -> bool:
        if self._next.is_word(*words):
            self._at += 1
            return True
        return False

    def _took_sign(self, *signs: str) -> bool:
        if self._next.is_sign(*signs):
            self._at += 1
            return True
        return False

    def query(self) -> Query:
        where = None if self._next.kind is Kind.END or self._next.is_word("order") else self._either()
        order = self._order() if self._took_word("order") else ()
        if self._next.kind is not Kind.END:
            expected = "','" if order else "either 'OR' or 'AND'"
            raise self._expecting(expected)
        return Query(where, order)

    def _either(self) -> Clause:
        clauses = [self._both()]
        while self._took_word("or") or self._took_sign("|", "||"):
            clauses.append(self._both())
        return clauses[0] if len(clauses) == 1 else Either(tuple(clauses))

    def _both(self) -> Clause:
        clauses = [self._not()]
        while self._took_word("and") or self._took_sign("&", "&&"):
            clauses.append(self._not())
        return clauses[0] if len(clauses) == 1 else Both(tuple(clauses))

    def _not(self) -> Clause:
        if self._took_word("not") or self._took_sign("!"):
            return Not(self._not())
        if self._took_sign("("):
            inner = self._either()
            self._close()
            return inner
        return self._term()

    def _close(self) -> None:
        if not self._took_sign(")"):
            raise self._expecting("')'")

    def _term(self) -> Clause:
        field = self._field()
        operator = self._operator()
        if operator is Operator.CHANGED:
            return Term(field, operator, Nothing(), self._predicates())
        operand = self._operand()
        return Term(field, operator, operand, self._predicates() if operator.startswith("was") else ())

    def _field(self) -> str:
        token = self._next
        if token.is_word("cf"):
            return self._custom_field()
        if token.kind in {Kind.STRING, Kind.NUMBER}:
            return self._take().text
        if token.kind is not Kind.WORD:
            raise self._expecting("a field name")
        self._refuse_reserved(token)
        return self._take().text

    def _custom_field(self) -> str:
        self._take()
        if not self._took_sign("["):
            raise self._expecting("'['")
        if self._next.kind is not Kind.NUMBER:
            raise self._expecting("a custom field id")
        number = self._take().text
        if not self._took_sign("]"):
            raise self._expecting("']'")
        return f"cf[{number}]"

    def _operator(self) -> Operator:
        token = self._next
        if token.kind is Kind.SIGN and token.text in _SIGNS:
            return _SIGNS[self._take().text]
        if self._took_word("in"):
            return Operator.IN
        if self._took_word("not"):
            if self._took_word("in"):
                return Operator.NOT_IN
            raise self._expecting("operator")
        for word in ("is", "changed", "was"):
            if self._took_word(word):
                return self._worded(word)
        raise self._expecting("operator")

    def _worded(self, word: str) -> Operator:
        if word != "changed" and self._took_word("not"):
            word += " not"
        if word.startswith("was") and self._took_word("in"):
            word += " in"
        return Operator(word)

    def _operand(self) -> Operand:
        if not self._took_sign("("):
            return self._scalar()
        items = [self._scalar()]
        while self._took_sign(","):
            items.append(self._scalar())
        self._close()
        return Listing(tuple(items))

    def _scalar(self) -> Literal | Nothing | Call:
        token = self._next
        if token.is_word("empty", "null"):
            self._take()
            return Nothing()
        if token.kind is Kind.WORD:
            if token.text.casefold() in GRAMMAR:
                raise self._expecting(_VALUE)
            self._refuse_reserved(token)
        elif token.kind not in {Kind.STRING, Kind.NUMBER}:
            raise self._expecting(_VALUE)
        self._take()
        if self._next.is_sign("("):
            return Call(token.text, self._arguments())
        return Literal(token.text, token.kind is Kind.NUMBER)

    def _arguments(self) -> tuple[str, ...]:
        self._take()
        arguments: list[str] = []
        while not self._took_sign(")"):
            if arguments and not self._took_sign(","):
                raise self._expecting("')' or ','")
            if self._next.kind in {Kind.SIGN, Kind.END}:
                raise self._expecting("a function argument")
            self._refuse_reserved(self._next)
            arguments.append(self._take().text)
        return tuple(arguments)

    def _predicates(self) -> tuple[Predicate, ...]:
        found = []
        while self._next.is_word(*_PREDICATES):
            found.append(Predicate(self._take().text.casefold(), self._operand()))
        return tuple(found)

    def _order(self) -> tuple[SortBy, ...]:
        if not self._took_word("by"):
            raise self._expecting("'BY'")
        fields = [self._sort()]
        while self._took_sign(","):
            fields.append(self._sort())
        return tuple(fields)

    def _sort(self) -> SortBy:
        field = self._field()
        if self._took_word("desc"):
            return SortBy(field, descending=True)
        return SortBy(field, descending=False if self._took_word("asc") else None)

    def _refuse_reserved(self, token: Token) -> None:
        if token.kind is Kind.WORD and token.text.casefold() in RESERVED_WORDS:
            message = (
                f"'{token.text}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
            )
            raise unreadable(message, token.line, token.column)

    def _expecting(self, what: str) -> JqlError:
        token = self._next
        more = f" The valid operators are {OPERATOR_NAMES}." if what == "operator" else ""
        if token.kind is Kind.END:
            return unreadable(f"Expecting {what} before the end of the query.{more}")
        if what == _VALUE and token.kind is Kind.WORD:
            more = f" You must surround '{token.text}' in quotation marks to use it as a value."
        text = f"Expecting {what} but got '{token.text}'.{more}"
        return unreadable(text, token.line, token.column, article=what != _VALUE)
