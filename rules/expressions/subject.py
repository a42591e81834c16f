"""The face of expressions: conditions, values and messages about one entity, compiled into one statement's FROM."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select

from rules.expressions.catalogue import Catalogue
from rules.expressions.compiler import Compiler
from rules.expressions.environment import Environment
from rules.expressions.errors import ExpressionError, did_you_mean
from rules.expressions.kinds import Kind, ValueType
from rules.expressions.nodes import Node, Span
from rules.expressions.parser import parse
from rules.expressions.terms import EntityTerm, Source, Value


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression in SQL.

    `sql` is NULL where the result is undetermined; a number is its stored whole number (see `type.scale`). `reads` are
    entities and fields: changes of others cannot change the result. `optional` are the fields, as written, whose
    absence leaves the result undetermined. `inputs` are the values that it reads of the row and its parents, by how
    they are written: for evidence.
    """

    text: str
    node: Node
    subject: "Subject"
    type: ValueType
    sql: ColumnElement[Any]
    reads: frozenset[tuple[str, str]]
    uses_today: bool
    uses_now: bool
    optional: tuple[str, ...]
    gaps: bool
    inputs: Mapping[str, Value]

    @property
    def expression(self) -> ColumnElement[Any]:
        """The same as `sql`."""
        return self.sql

    @property
    def nullable(self) -> bool:
        """Whether the result can be undetermined."""
        return bool(self.optional) or self.gaps

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """Let the statement read from the subject's table and its joins."""
        return self.subject.apply(statement)


Condition = Compiled
"""A compiled expression that is true or false."""


@dataclass(slots=True)
class Subject:
    """The rows that expressions are about. All that is compiled here shares its joins, each added once.

    Compile everything first, then `apply` the select. Subjects of one entity share one FROM when they are `given` the
    same source.
    """

    entity: str
    catalogue: Catalogue
    environment: Environment
    given: InitVar[Source | None] = None
    source: Source = field(init=False)

    def __post_init__(self, given: Source | None) -> None:
        self.source = given or Source(self.catalogue.entities[self.entity].table)

    @property
    def table(self) -> FromClause:
        """The entity's own table, not aliased."""
        return self.source.table

    @property
    def from_clause(self) -> FromClause:
        """The table with the joins of all that was compiled so far."""
        return self.source.from_clause()

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """Let the statement read from the table and its joins; call it once, after everything is compiled."""
        return statement.select_from(self.from_clause)

    def condition(self, text: str) -> Condition:
        """Compile an expression that is true or false. Raises ExpressionError."""
        compiled = self.value(text)
        if compiled.type.kind is not Kind.BOOL:
            what = f"A condition must be true or false; this is {compiled.type.kind.value}."
            raise ExpressionError(text, what, compiled.node.span, "Compare it with something.")
        return compiled

    def value(self, text: str) -> Compiled:
        """Compile an expression of any single value. Raises ExpressionError."""
        node = parse(text)
        compiler = Compiler(text, self._root(), self.catalogue, self.environment)
        result = compiler.scalar(node)
        if result.type.kind is Kind.DURATION:
            raise ExpressionError(
                text, "A length of time is no value of its own.", node.span, "Compare it with a date."
            )
        return Compiled(
            text=text,
            node=node,
            subject=self,
            type=result.type,
            sql=result.sql,
            reads=frozenset(compiler.reads),
            uses_today=compiler.uses_today,
            uses_now=compiler.uses_now,
            optional=tuple(sorted(result.optional)),
            gaps=result.gaps,
            inputs=compiler.inputs,
        )

    def message(self, text: str, slots: Container[str] = ()) -> "Message":
        """Compile a text with expressions in braces: `{task.key} was due {task.due}`; `{{` is a brace.

        An entity stands for its name: `{project}`, `{task.assignee}`. Names in `slots`, such as `count`, are left for
        the caller to fill in. Raises ExpressionError.
        """
        parts: list[str | Slot | Compiled] = []
        for piece, start in _pieces(text):
            if start is None:
                parts.append(piece)
            elif piece.strip() in slots:
                parts.append(Slot(piece.strip()))
            else:
                parts.append(self._part(text, piece, start))
        return Message(text, tuple(parts))

    def _part(self, text: str, piece: str, start: int) -> Compiled:
        try:
            return self.value(self._named(piece))
        except ExpressionError as error:
            span = Span(start + error.span.start, max(start + error.span.end, start + 1))
            raise ExpressionError(text, error.problem.what, span, error.problem.next_step) from error

    def _named(self, text: str) -> str:
        """Turn an entity into the field that names it."""
        node = parse(text)
        compiler = Compiler(text, self._root(), self.catalogue, self.environment)
        term = compiler.term(node)
        return f"{text}.{term.entity.title}" if isinstance(term, EntityTerm) else text

    def _root(self) -> EntityTerm:
        return EntityTerm(self.catalogue.entities[self.entity], self.source, (self.entity,))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a message that the caller fills."""

    name: str


@dataclass(frozen=True, slots=True)
class Message:
    """A text whose parts in braces are compiled values, in order; see `rules.expressions.rendering`."""

    text: str
    parts: tuple[str | Slot | Compiled, ...]

    @property
    def values(self) -> tuple[Compiled, ...]:
        """The compiled parts: the columns to select."""
        return tuple(part for part in self.parts if isinstance(part, Compiled))


def _pieces(text: str) -> Iterator[tuple[str, int | None]]:
    """Cut a message into plain texts, with None, and expressions, with their place."""
    plain, position = "", 0
    while position < len(text):
        if text[position : position + 2] in {"{{", "}}"}:
            plain, position = plain + text[position], position + 2
        elif text[position] == "{":
            end = text.find("}", position)
            if end < 0:
                raise ExpressionError(
                    text, "This { is not closed.", Span(position, position + 1), "Write {{ for a brace."
                )
            yield plain, None
            yield text[position + 1 : end], position + 1
            plain, position = "", end + 1
        elif text[position] == "}":
            raise ExpressionError(text, "This } closes nothing.", Span(position, position + 1), "Write }} for a brace.")
        else:
            plain, position = plain + text[position], position + 1
    yield plain, None


def compile_condition(text: str, root: str, catalogue: Catalogue, environment: Environment) -> Condition:
    """Compile one condition about an entity by itself. Raises ExpressionError."""
    return subject_of(text, root, catalogue, environment).condition(text)


def compile_value(text: str, root: str, catalogue: Catalogue, environment: Environment) -> Compiled:
    """Compile one value of an entity by itself. Raises ExpressionError."""
    return subject_of(text, root, catalogue, environment).value(text)


def subject_of(text: str, root: str, catalogue: Catalogue, environment: Environment) -> Subject:
    """Make the subject of an entity by its name. Raises ExpressionError for an unknown one."""
    if root not in catalogue.entities:
        what = f"'{root}' is no entity that rules can be about."
        raise ExpressionError(text, what, Span(0, 1), did_you_mean(root, catalogue.entities))
    return Subject(root, catalogue, environment)
