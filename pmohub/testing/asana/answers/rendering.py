"""Which fields of a thing are answered: all, the compact record's, or those that `opt_fields` names.

Source: developers.asana.com/docs/inputoutput-options. With `opt_fields` a record has its gid and what is named; what is
inside it has to be named with a dot, or it is a bare reference; an entry of a list that is no resource is then `{}`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World

ABSENT = object()
"""What a getter gives where the record has no such key at all."""


@dataclass(frozen=True, slots=True)
class View:
    """Who looks: the world, what the account may see of it, and where the site is."""

    world: World
    sees: Callable[[Thing], bool]
    site: str
    account: str

    def thing(self, gid: str | None) -> Thing | None:
        """Give what a reference leads to; what is gone or may not be seen is none."""
        found = None if gid is None else self.world.get(gid)
        return found if found is not None and self.sees(found) else None

    def things(self, gids: Any) -> list[Thing]:
        """Give what references lead to."""
        return [found for gid in gids if (found := self.thing(gid)) is not None]


Getter = Callable[[View, Thing], Any]
PLAIN = frozenset({str, int, float, bool, type(None)})


class Tree(dict[str, "Tree"]):
    """Which fields are named, and within each which; `plans` are the getters of them, by kind, once it was needed."""

    __slots__ = ("plans",)

    def __init__(self) -> None:
        super().__init__()
        self.plans: dict[str, list[tuple[str, Getter, Tree]]] = {}


@dataclass(frozen=True, slots=True)
class Shape:
    """The record of a kind: its fields, those of its compact record, and those given only when they are named."""

    fields: Mapping[str, Getter]
    compact: tuple[str, ...] = ("name",)
    opt_in: frozenset[str] = field(default_factory=frozenset)
    whole_in_lists: bool = False


@lru_cache(512)
def tree_of(opt_fields: str) -> Tree:
    """Read `opt_fields`: names with commas between, dots for what is inside, `this.` before them, groups `(a|b)`."""
    tree = Tree()
    for path in opt_fields.split(","):
        nodes = [tree]
        for part in path.strip().removeprefix("this.").split("."):
            names = part.strip("()").split("|")
            nodes = [node.setdefault(name, Tree()) for node in nodes for name in names if name]
    return tree


class Renderer:
    """Writes things as records, by the shape of their kind."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self._shapes = shapes

    def whole(self, view: View, thing: Thing, tree: Tree | None) -> dict[str, Any]:
        """Write the record that is asked for by itself: whole, unless its fields are named."""
        shape = self._shapes[thing.kind]
        if tree is not None:
            return self._named(view, thing, tree)
        record = {"gid": thing.gid, "resource_type": thing.kind}
        for name, getter in shape.fields.items():
            if name not in shape.opt_in and (value := getter(view, thing)) is not ABSENT:
                record[name] = self._value(view, value, None)
        return record

    def listed(self, view: View, thing: Thing, tree: Tree | None) -> dict[str, Any]:
        """Write an entry of a list: compact, unless its fields are named."""
        if tree is None and self._shapes[thing.kind].whole_in_lists:
            return self.whole(view, thing, None)
        return self._compact(view, thing) if tree is None else self._named(view, thing, tree)

    def _compact(self, view: View, thing: Thing) -> dict[str, Any]:
        shape = self._shapes[thing.kind]
        record = {"gid": thing.gid, "resource_type": thing.kind}
        for name in shape.compact:
            if (value := shape.fields[name](view, thing)) is not ABSENT:
                record[name] = self._value(view, value, None)
        return record

    def _named(self, view: View, thing: Thing, tree: Tree) -> dict[str, Any]:
        record: dict[str, Any] = {"gid": thing.gid}
        for name, getter, inside in tree.plans.get(thing.kind) or self._plan(thing.kind, tree):
            value = getter(view, thing)
            if type(value) in PLAIN:
                record[name] = value
            elif value is not ABSENT:
                record[name] = self._value(view, value, inside)
        return record

    def _plan(self, kind: str, tree: Tree) -> list[tuple[str, Getter, Tree]]:
        fields = {**self._shapes[kind].fields, "resource_type": _kind}
        plan = tree.plans[kind] = [(name, fields[name], inside) for name, inside in tree.items() if name in fields]
        return plan

    def _value(self, view: View, value: Any, tree: Tree | None) -> Any:
        if isinstance(value, Thing):
            if tree is None:
                return self._compact(view, value)
            return self._named(view, value, tree) if tree else self._bare(view, value)
        if isinstance(value, list | tuple):
            return [self._value(view, one, tree) for one in value]
        if isinstance(value, dict):
            wanted = dict.fromkeys(value) if tree is None else tree
            return {name: self._value(view, value[name], wanted[name]) for name in wanted if name in value}
        return value

    def _bare(self, view: View, thing: Thing) -> dict[str, Any]:
        """Write what is named without any of its fields: a mere reference, but a custom field with what it holds."""
        return (
            self._compact(view, thing)
            if thing.kind == "custom_field"
            else {"gid": thing.gid, "resource_type": thing.kind}
        )


def _kind(_view: View, thing: Thing) -> str:
    return thing.kind
