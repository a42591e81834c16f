"""exists, all, size and sum over collections and labels.

A row's own collection is a correlated subquery, which an index answers. A collection that many rows share (all tasks of
the task's project) is grouped once, unless the condition refers to the row itself. Gone records are not members.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, false, func, literal, not_, null, select, true
from sqlalchemy.sql.elements import Grouping

from canonical.schema.entities import task_label
from rules.expressions import sql
from rules.expressions.errors import did_you_mean
from rules.expressions.kinds import BOOL, TEXT, WHOLE, Kind, ValueType
from rules.expressions.nodes import Call, Macro, Node
from rules.expressions.terms import CollectionTerm, EntityTerm, Path, Scalar, Source, Term, Value, described

if TYPE_CHECKING:
    from rules.expressions.compiler import Compiler


@dataclass(slots=True)
class Members:
    """The members of a collection as a subquery under construction, with the filters met on the way."""

    owner: EntityTerm
    source: Source
    key: ColumnElement[Any]
    item: Term
    filters: tuple[ColumnElement[bool], ...]
    facts: frozenset[Path]
    independent: bool = True

    @property
    def shared(self) -> bool:
        """Whether many rows have the same collection, and it does not depend on the row."""
        return self.owner.key is not None and self.independent


def macro(compiler: "Compiler", node: Macro) -> Scalar:
    """Compile exists() or all(). Raises ExpressionError for a filter() or map() without a size() or sum()."""
    if node.kind not in {"exists", "all"}:
        after = ".sum()" if node.kind == "map" else ".size()"
        hint = "" if node.kind == "exists_one" else f"Put {after} after it."
        raise compiler.error(node, f"{node.kind}() gives no single value.", hint)
    members = _members(compiler, node.target)
    body = _inside(compiler, members, node, lambda inner: compiler.boolean(inner, f"{node.kind}()'s condition"))
    return _quantified(members, body, wanted=node.kind == "exists")


def count(compiler: "Compiler", node: Node) -> Scalar:
    """Compile the size of a collection, filtered or not."""
    members = _members(compiler, node)
    return _total(members, func.count(), WHOLE)


def total(compiler: "Compiler", node: Call) -> Scalar:
    """Compile `collection.map(x, x.number).sum()`."""
    mapping = node.target
    assert isinstance(mapping, Macro)  # noqa: S101  # the caller has seen it
    members = _members(compiler, mapping.target)
    body = _inside(compiler, members, mapping, compiler.scalar)
    if body.type.kind is not Kind.NUMBER:
        raise compiler.error(mapping.bodies[0], f"sum() adds numbers; this is {described(body)}.")
    _refuse_optional(compiler, mapping, mapping.bodies[0], body)
    return _total(members, sql.whole_sum(body.sql), body.type)


def label_in(labels: CollectionTerm, label: Scalar) -> Scalar:
    """Compile `'x' in task.labels`; a fixed label is looked up once for all rows."""
    owner = labels.owner.id
    if not isinstance(label, Value):
        tasks = select(task_label.c.task_id).where(task_label.c.label == label.sql)
        return Value(BOOL, owner.in_(tasks), labels.owner.optional)
    rows = task_label.alias()
    found = select(literal(1)).where(rows.c.task_id == owner, rows.c.label == label.sql).correlate_except(rows).exists()
    known = case((and_(label.sql.isnot(None), owner.isnot(None)), found))
    return Value(BOOL, Grouping(known), labels.owner.optional | label.optional, label.gaps)


def _members(compiler: "Compiler", node: Node) -> Members:
    if isinstance(node, Macro):
        if node.kind != "filter":
            raise compiler.error(node, f"{node.kind}() cannot stand here.", "Only .filter(x, ...) can.")
        members = _members(compiler, node.target)
        body = _inside(compiler, members, node, lambda inner: compiler.boolean(inner, "filter()'s condition"))
        _refuse_optional(compiler, node, node.bodies[0], body)
        members.filters = (*members.filters, body.sql)
        with _bound(compiler, members, node.variable):
            members.facts |= compiler.facts(node.bodies[0], holds=True)
        return members
    term = compiler.term(node)
    if not isinstance(term, CollectionTerm):
        collections = compiler.root.entity.collections
        hint = did_you_mean("", (), f"Collections are: {', '.join(collections)}.") if collections else ""
        raise compiler.error(node, f"This is {described(term)}, where a collection is needed.", hint)
    if term.collection is None:
        rows = task_label.alias()
        return Members(term.owner, Source(rows), rows.c.task_id, Value(TEXT, rows.c.label), (), frozenset())
    entity = compiler.catalogue.entities[term.collection.entity]
    rows = entity.table.alias()
    source = Source(rows)
    path = (*term.path, f"#{next(compiler.numbers)}")
    item = EntityTerm(entity, source, path)
    return Members(term.owner, source, rows.c[term.collection.key], item, (rows.c.deleted_at.is_(None),), frozenset())


@contextmanager
def _bound(compiler: "Compiler", members: Members, variable: str) -> Iterator[None]:
    """Give the variable its meaning for a while, and notice whether the rows around are referred to."""
    variables, used, scopes = compiler.variables, compiler.used, compiler.scopes
    compiler.variables = {**variables, variable: members.item}
    compiler.used = set()
    if isinstance(members.item, EntityTerm):
        compiler.scopes = [*scopes, members.item]
    try:
        yield
    finally:
        outer = compiler.used - {variable}
        members.independent &= not outer
        compiler.variables, compiler.used, compiler.scopes = variables, used | outer, scopes


def _inside(compiler: "Compiler", members: Members, node: Macro, compiled: Callable[[Node], Scalar]) -> Scalar:
    if node.variable in {"today", "now", "params"} or node.variable in compiler.catalogue.entities:
        raise compiler.error(node, f"'{node.variable}' already has a meaning.", "Choose another name, such as t.")
    with _bound(compiler, members, node.variable), compiler.knowing(members.facts):
        return compiled(node.bodies[0])


def _refuse_optional(compiler: "Compiler", node: Macro, body: Node, value: Scalar) -> None:
    """One blank field would make the whole project unknown, in CEL as here; so it must be asked for first."""
    inner = sorted(value.optional)
    if not inner:
        return
    hint = f"Write has({inner[0]}) && ... in {'filter()' if node.kind == 'filter' else 'a filter() before'}."
    raise compiler.error(
        body, f"{' and '.join(inner)} may be absent, which would leave the whole result unknown.", hint
    )


def _quantified(members: Members, body: Scalar, *, wanted: bool) -> Scalar:
    """One member that decides settles it; else a member whose body is undetermined leaves it so."""
    decides = body.sql if wanted else not_(body.sql)
    owner = members.owner
    if isinstance(members.item, Value) and members.independent and not body.nullable:
        decided = owner.id.in_(members.source.subquery(select(members.key)).where(*members.filters, decides))
        return Value(BOOL, decided if wanted else Grouping(not_(decided)), owner.optional)
    if members.shared:
        found = _grouped(members, func.count(case((decides, 1)))) > 0
        unsettled = _grouped(members, func.count(case((body.sql.is_(None), 1)))) > 0 if body.nullable else None
    else:
        found = _some(members, decides)
        unsettled = _some(members, body.sql.is_(None)) if body.nullable else None
    whens: list[tuple[ColumnElement[bool], Any]] = [(found, _truth(wanted))]
    if owner.optional:
        whens.insert(0, (owner.id.is_(None), null()))
    if unsettled is not None:
        whens.append((unsettled, null()))
    if len(whens) == 1:
        return Value(BOOL, found if wanted else Grouping(not_(found)))
    known = Grouping(case(*whens, else_=_truth(not wanted)))
    return Value(BOOL, known, owner.optional | body.optional, body.gaps)


def _truth(truth: bool) -> ColumnElement[bool]:  # names nothing but itself
    return true() if truth else false()


def _some(members: Members, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return _own(members, literal(1)).where(condition).exists()


def _own(members: Members, wanted: ColumnElement[Any]) -> Select[Any]:
    """A select of the members of the row at hand."""
    return members.source.subquery(select(wanted)).where(members.key == members.owner.id, *members.filters)


def _total(members: Members, aggregate: ColumnElement[Any], value_type: ValueType) -> Scalar:
    result = _grouped(members, aggregate) if members.shared else _own(members, aggregate).scalar_subquery()
    if members.owner.optional:
        result = Grouping(case((members.owner.id.isnot(None), result)))
    return Value(ValueType(Kind.NUMBER, value_type.scale, value_type.unit), result, members.owner.optional)


def _grouped(members: Members, aggregate: ColumnElement[Any]) -> ColumnElement[Any]:
    """Group once over all owners, joined to the owner's row; an owner without members has 0."""
    grouped = (
        select(members.key.label("owner"), aggregate.label("result"))
        .select_from(members.source.from_clause())
        .where(members.key.isnot(None), *members.filters)
        .group_by(members.key)
        .cte()
    )
    joins = members.owner.source.joins
    joins["grouped", str(len(joins))] = (grouped, grouped.c.owner == members.owner.id)
    return func.coalesce(grouped.c.result, literal(0, BigInteger()))
