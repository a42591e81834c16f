"""Check an expression against the catalogue and turn it into SQL, in one walk over its tree.

SQL's NULL stands for CEL's error (undetermined): `&&`, `||` and `!` absorb errors by Kleene's rules, as AND, OR and NOT
do with NULL. Every atom gives NULL exactly when CEL gives an error, so the plain translation is exact.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, literal, not_, null, or_, true
from sqlalchemy import Date as DateType
from sqlalchemy.sql.elements import Grouping

from rules.expressions import aggregates, functions, operators
from rules.expressions.catalogue import CUSTOM_ENTITIES, Catalogue, Field, custom_column
from rules.expressions.environment import NO_DEPARTMENT, Environment, Parameter
from rules.expressions.errors import ExpressionError, did_you_mean
from rules.expressions.kinds import BOOL, DATE, INSTANT, TEXT, Kind, ValueType
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
    Unary,
)
from rules.expressions.numbers import number_constant
from rules.expressions.terms import (
    CollectionTerm,
    Constant,
    CustomFields,
    EntityTerm,
    ListTerm,
    Parameters,
    Path,
    Scalar,
    Term,
    Value,
    described,
)

MAX_WEIGHT = 75
"""How much may nest: SQLite before 3.46 parses with a stack of 100; a part takes about as much of it as its weight."""
_WEIGHTS = {Binary: 9, Conditional: 6, Logic: 3, Unary: 2, Call: 5, Macro: 9}


@dataclass(slots=True)
class Compiler:
    """Compiles one text; `reads`, `uses_today`, `uses_now` and `inputs` tell afterwards what it read."""

    text: str
    root: EntityTerm
    catalogue: Catalogue
    environment: Environment
    variables: dict[str, Term] = field(default_factory=dict)
    scopes: list[EntityTerm] = field(default_factory=list)
    present: frozenset[Path] = frozenset()
    used: set[str] = field(default_factory=set)
    reads: set[tuple[str, str]] = field(default_factory=set)
    uses_today: bool = False
    uses_now: bool = False
    inputs: dict[str, Value] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)
    weight: int = 0

    def __post_init__(self) -> None:
        self.variables[self.root.entity.name] = self.root
        self.scopes.append(self.root)

    # -- the walk

    def term(self, node: Node) -> Term:
        """Compile a node. Raises ExpressionError where it cannot be used."""
        compilers: Mapping[type, Callable[[Any], Term]] = {
            Literal: self._literal,
            Name: self._name,
            Select: self._select,
            Has: self.has,
            Unary: self.unary,
            Logic: self._logic,
            Binary: partial(operators.binary, self),
            Conditional: self._conditional,
            ListOf: self._list,
            Call: partial(functions.call, self),
            Macro: partial(aggregates.macro, self),
            Index: self._unused,
            MapOf: self._unused,
        }
        self.weight += (weight := _WEIGHTS.get(type(node), 0))
        if self.weight > MAX_WEIGHT:
            raise self.error(node, "This nests too deeply for a database.", "Split it into several rules or limbs.")
        term = compilers[type(node)](node)
        self.weight -= weight
        return term

    def _list(self, node: ListOf) -> ListTerm:
        return ListTerm(tuple(self.scalar(item) for item in node.items))

    def _unused(self, node: Index | MapOf) -> Term:
        raise self.error(node, "[ ] after a value, and { }, are not used in pmohub's expressions.")

    def scalar(self, node: Node) -> Scalar:
        """Compile a node that must be a single value."""
        term = self.term(node)
        if isinstance(term, Value | Constant):
            return term
        hint = ""
        if isinstance(term, EntityTerm):
            field_name = term.entity.title
            hint = f"Name one of its fields, such as .{field_name}, or ask has(...)."
        elif isinstance(term, CollectionTerm):
            hint = "Use .size(), .exists(x, ...) or .all(x, ...)."
        raise self.error(node, f"This is {described(term)}, where a single value is needed.", hint)

    def boolean(self, node: Node, purpose: str) -> Scalar:
        """Compile a node that must be true or false."""
        value = self.scalar(node)
        if value.type.kind is not Kind.BOOL:
            raise self.error(node, f"{purpose} must be true or false; this is {described(value)}.")
        return value

    def error(self, node: Node, what: str, hint: str = "") -> ExpressionError:
        """Make the error of a node."""
        return ExpressionError(self.text, what, node.span, hint)

    # -- names and fields

    def _literal(self, node: Literal) -> Constant:
        match node.kind:
            case "string":
                return Constant(TEXT, str(node.value))
            case "bool":
                return Constant(BOOL, bool(node.value))
            case "int" | "double":
                return number_constant(
                    self, node, Decimal(int(str(node.value)) if node.kind == "int" else node.written)
                )
            case "null":
                raise self.error(node, "null can only be compared with a field.", "Write has(...) or !has(...).")
        raise self.error(node, "This kind of value is not used in pmohub's expressions.", "Drop the letter.")

    def _name(self, node: Name) -> Term:
        if node.name in self.variables:
            self.used.add(node.name)
            return self.variables[node.name]
        match node.name:
            case "today":
                return self.today()
            case "now":
                self.uses_today = self.uses_now = True
                return Constant(INSTANT, self.environment.now)
            case "params":
                return Parameters()
        known = [*self.variables, "params", "today", "now"]
        subject = self.root.entity
        if node.name in subject.names:
            hint = f"Did you mean '{subject.name}.{node.name}'?"
        elif node.name in self.catalogue.entities:
            hint = f"This expression is about a {subject.name}; start with {subject.name}."
        elif node.name.lower() in {"true", "false"}:
            hint = f"Write {node.name.lower()} in small letters."
        elif node.name.lower() in {"none", "null", "nil", "empty"}:
            hint = "Write !has(field) for an absent value."
        else:
            hint = did_you_mean(node.name, known)
        raise self.error(node, f"'{node.name}' is not known here.", hint)

    def _select(self, node: Select) -> Term:
        target = self.term(node.target)
        match target:
            case Parameters():
                return self._parameter(node)
            case CustomFields(owner=owner):
                return self._custom_field(node, owner)
            case EntityTerm():
                return self._member(node, target)
        hint = "Use .exists(x, ...) or .filter(x, ...)." if isinstance(target, CollectionTerm) else ""
        raise self.error(node, f"{described(target).capitalize()} has no field '{node.field}'.", hint)

    def _member(self, node: Select, owner: EntityTerm) -> Term:
        entity, path = owner.entity, (*owner.path, node.field)
        if node.field in entity.fields:
            return self._stored_field(node, owner, entity.fields[node.field])
        if node.field in entity.parents:
            parent = entity.parents[node.field]
            self.reads.add((entity.name, node.field))
            optional = frozenset() if path in self.present else owner.optional | {self.source_text(node)}
            rows = owner.rows
            written = rows.c[parent.written] if parent.written else None
            target = self.catalogue.entities[parent.entity]
            return EntityTerm(target, owner.source, path, rows.c[parent.key], written, optional)
        if node.field in entity.collections:
            collection = entity.collections[node.field]
            self.reads.add((collection.entity, collection.key.removesuffix("_id")))
            return CollectionTerm(owner, collection, path)
        if node.field == "fields" and entity.name in CUSTOM_ENTITIES:
            return CustomFields(owner)
        custom = self.catalogue.custom.get(entity.name, {})
        hint = f"Did you mean '{self.source_text(node.target)}.fields.{node.field}'?" if node.field in custom else ""
        hint = hint or did_you_mean(node.field, entity.names)
        raise self.error(node, f"A {entity.name} has no field '{node.field}'.", hint)

    def _stored_field(self, node: Select, owner: EntityTerm, stored: Field) -> Term:
        path = (*owner.path, stored.name)
        self.reads.add((owner.entity.name, stored.name))
        if stored.type.kind is Kind.TEXTS:
            return CollectionTerm(owner, None, path)
        optional = owner.optional
        if path in self.present:
            optional = frozenset()
        elif stored.nullable:
            optional = owner.optional | {self.source_text(node)}
        sql = owner.id if stored.name == "id" else stored.column(owner.rows)
        return self._as_input(node, owner, Value(stored.type, sql, optional))

    def _custom_field(self, node: Select, owner: EntityTerm) -> Value:
        declared = self.catalogue.custom.get(owner.entity.name, {})
        if node.field not in declared:
            what = f"No custom field '{node.field}' of a {owner.entity.name} is declared."
            otherwise = "Map it under `fields` of a connector, or declare it in the template."
            raise self.error(node, what, did_you_mean(node.field, declared, otherwise))
        path = (*owner.path, "fields", node.field)
        self.reads.add((owner.entity.name, f"fields.{node.field}"))
        rows = owner.source.joined_field(path, owner.id, node.field)
        optional = frozenset() if path in self.present else owner.optional | {self.source_text(node)}
        value_type = declared[node.field]
        return self._as_input(node, owner, Value(value_type, custom_column(rows, value_type), optional))

    def _as_input(self, node: Select, owner: EntityTerm, value: Value) -> Value:
        if owner.source is self.root.source:
            self.inputs[self.source_text(node)] = value
        return value

    def _parameter(self, node: Select) -> Term:
        params = self.environment.params
        if node.field not in params:
            hint = did_you_mean(node.field, params) if params else "Declare it as params.NAME of the rule."
            raise self.error(node, f"The rule has no parameter '{node.field}'.", hint)
        given = params[node.field]
        if isinstance(given, list | tuple):
            return ListTerm(tuple(self._constant(node, item) for item in given))
        return self._constant(node, given)

    def _constant(self, node: Node, given: Parameter) -> Constant:
        match given:
            case bool():
                return Constant(BOOL, given)
            case int() | float() | Decimal():
                return number_constant(self, node, Decimal(str(given)))
            case datetime():
                return Constant(INSTANT, given)
            case date():
                return Constant(DATE, given)
            case _:
                return Constant(TEXT, str(given))

    def source_text(self, node: Node) -> str:
        """The text that a node was written as."""
        return self.text[node.span.start : node.span.end]

    # -- presence

    def has(self, node: Has) -> Scalar:
        """Compile has(): false for an absent value, undetermined for a reference that is not resolved yet."""
        before, self.present = self.present, frozenset()  # has() itself may not rest on what other parts ask
        term = self.term(node.select)
        self.present = before
        match term:
            case Constant() | ListTerm():
                return Constant(BOOL, value=True)
            case Value():
                return Value(BOOL, term.sql.isnot(None)) if term.nullable else Constant(BOOL, value=True)
            case EntityTerm(key=key, written=written) if key is not None:
                if written is None:
                    return Value(BOOL, key.isnot(None))
                # written and not resolved is neither: TRUE AND NULL is NULL, FALSE AND NULL is FALSE
                there = or_(key.isnot(None), and_(written.isnot(None), null()))
                missing = and_(key.is_(None), or_(written.is_(None), null()))
                return Value(BOOL, Grouping(there), gaps=True, opposite=Grouping(missing))
        raise self.error(node, "has() asks for a single field.", "For a collection write .size() > 0.")

    def facts(self, node: Node, *, holds: bool) -> frozenset[Path]:
        """Paths that are present whenever the node is true (`holds`) or false."""
        match node:
            case Has(select=select) if holds:
                path = self.path(select)
                return frozenset(path[:length] for length in range(2, len(path) + 1))
            case Binary(operator="!=", left=Select() as select, right=Literal(kind="null")) if holds:
                return self.facts(Has(node.span, select), holds=True)
            case Unary(operator="!", operand=operand):
                return self.facts(operand, holds=not holds)
            case Logic(operator=operator, operands=operands) if operator == ("&&" if holds else "||"):
                return frozenset().union(*(self.facts(operand, holds=holds) for operand in operands))
        return frozenset()

    def path(self, node: Node) -> Path:
        """Name a field by the row it belongs to, the same for every way of writing it."""
        match node:
            case Name(name=name):
                term = self.variables.get(name)
                return term.path if isinstance(term, EntityTerm) else (name,)
            case Select(target=target, field=name):
                return (*self.path(target), name)
        return ("?",)

    @contextmanager
    def knowing(self, facts: frozenset[Path]) -> Iterator[None]:
        """Compile with paths known to be present."""
        before = self.present
        self.present = before | facts
        try:
            yield
        finally:
            self.present = before

    # -- logic

    def unary(self, node: Unary) -> Scalar:
        """Compile ! or a minus sign."""
        if node.operator == "-":
            return operators.negative(self, node)
        value = self.boolean(node.operand, "What ! turns round")
        return Constant(BOOL, not value.value) if isinstance(value, Constant) else negated(value)

    def _logic(self, node: Logic) -> Scalar:
        join: Callable[..., ColumnElement[bool]] = and_ if node.operator == "&&" else or_
        holds = node.operator == "&&"
        facts = [self.facts(operand, holds=holds) for operand in node.operands]
        values = []
        for position, operand in enumerate(node.operands):
            others = frozenset().union(*(fact for other, fact in enumerate(facts) if other != position))
            with self.knowing(others):
                values.append(self.boolean(operand, f"Each side of {node.operator}"))
        optional = frozenset().union(*(value.optional for value in values))
        sql = Grouping(join(*(value.sql for value in values)))
        return Value(BOOL, sql, optional, gaps=any(value.gaps for value in values))

    def _conditional(self, node: Conditional) -> Scalar:
        condition = self.boolean(node.condition, "What stands before ?")
        with self.knowing(self.facts(node.condition, holds=True)):
            then = self.scalar(node.then)
        with self.knowing(self.facts(node.condition, holds=False)):
            otherwise = self.scalar(node.otherwise)
        then, otherwise = operators.same_type(self, node, then, otherwise)
        # never ELSE: an undetermined condition takes neither side
        sql = Grouping(case((true(), then.sql), (false(), otherwise.sql), value=Grouping(condition.sql)))
        optional = condition.optional | then.optional | otherwise.optional
        gaps = condition.gaps or then.gaps or otherwise.gaps
        return Value(then.type, sql, optional, gaps)

    # -- the department of the row

    def department(self) -> ColumnElement[Any] | None:
        """The department's id of the row in hand (the innermost entity), None when it can have none."""
        row = self.scopes[-1]
        if row.entity.department_path is None:
            return None
        for name in row.entity.department_path:
            parent = row.entity.parents[name]
            entity = self.catalogue.entities[parent.entity]
            row = EntityTerm(entity, row.source, (*row.path, name), row.rows.c[parent.key])
        department: ColumnElement[Any] = row.rows.c.department_id
        return department

    def calendar(self) -> ColumnElement[Any]:
        """The name of the working calendar of the row in hand."""
        department = self.department()
        return literal(NO_DEPARTMENT) if department is None else functions.coalesced(department, NO_DEPARTMENT)

    def by_zone(self, result: Callable[[str], Any]) -> Any | ColumnElement[Any]:
        """Give `result(zone)`, or a CASE over departments where their zones give different results."""
        usual = result(self.environment.zone)
        others = {zone: result(zone) for zone in self.environment.departments_by_zone()}
        department = self.department() if any(other != usual for other in others.values()) else None
        if department is None:
            return usual
        grouped = self.environment.departments_by_zone()
        kind = DateType() if isinstance(usual, date) else None
        whens = [
            (department.in_(grouped[zone]), literal(other, kind)) for zone, other in others.items() if other != usual
        ]
        return Grouping(case(*whens, else_=literal(usual, kind)))

    def today(self) -> Scalar:
        """The date, by the department's time zone."""
        self.uses_today = True
        day = self.by_zone(self.environment.today)
        return Constant(DATE, day) if isinstance(day, date) else Value(DATE, day)


def negated(value: Value) -> Value:
    """NOT; grouped, because `NOT x IS true` would be read as NOT (x IS true)."""
    opposite = Grouping(not_(value.sql)) if value.opposite is None else value.opposite
    return Value(ValueType(Kind.BOOL), opposite, value.optional, value.gaps)
