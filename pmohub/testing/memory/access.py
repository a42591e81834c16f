"""How the connector reaches the tool: counted calls that may fail. Reading and writing are two objects."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canonical.vocabulary import EntityKind
from pmohub.testing.memory.tool import Fault, HistoryEntry, Item, MemoryTool, MemoryToolError

HUB = "hub"


@dataclass(frozen=True, slots=True)
class Page:
    """Items in the order of their last edit; `withheld` are scopes of which the tool admits to show only a part."""

    items: list[Item]
    more: bool
    withheld: frozenset[str]


class RefusedError(Exception):
    """The tool does not take the value; its text is the tool's reason."""


class ReadAccess:
    """What an account that may only read can ask of the tool."""

    def __init__(self, tool: MemoryTool) -> None:
        self._tool = tool
        self.name = tool.name

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        tool = self._tool
        tool.calls.append(name)
        number = len(tool.calls)
        for happens in tuple(tool.before_call):
            happens(name, number)
        fault = tool.fault_of(number)
        if fault is not None and fault is not Fault.LOST_ANSWER:
            raise MemoryToolError(fault, tool.token)
        yield
        if fault is Fault.LOST_ANSWER:
            raise MemoryToolError(fault, tool.token)

    @property
    def credential_expires_at(self) -> datetime | None:
        """When the account's token ends; the answer to the log-in says it, so that no call is needed."""
        return self._tool.credential_expires_at

    @property
    def calls(self) -> int:
        """How many calls the tool has answered or failed."""
        return len(self._tool.calls)

    def page(self, since: datetime | None, after: Item | None, size: int) -> Page:
        """List items edited at `since` or later, from behind `after` on."""
        with self._call("page"):
            behind = None if after is None else (after.updated_at, after.kind, after.id)
            found = [
                item
                for item in self._tool.shown()
                if (since is None or item.updated_at >= since)
                and (behind is None or (item.updated_at, item.kind, item.id) > behind)
            ]
            tool = self._tool
            admitted = {scope for scope, (_, silently) in tool.withheld.items() if not silently}
            admitted |= {tool.items[key].scope for key in tool.hidden if key in tool.items}
            return Page([copy_of(item) for item in found[:size]], len(found) > size, frozenset(admitted))

    def deletions(self, after: int) -> list[tuple[EntityKind, str]]:
        """List what was deleted, from this place of the feed on."""
        with self._call("deletions"):
            return self._tool.deletions[after:]

    def scopes(self) -> tuple[list[tuple[EntityKind, str]], int]:
        """List what can be listed, and where the feed of deletions stands."""
        with self._call("scopes"):
            pairs = {(item.kind, item.scope) for item in self._tool.items.values()}
            return sorted(pairs), len(self._tool.deletions)

    def ids(self, kind: EntityKind, scope: str) -> tuple[frozenset[str], bool, bool]:
        """List the ids visible in a scope, whether the listing was not cut short, and whether nothing is hidden."""
        with self._call("ids"):
            ids = frozenset(item.id for item in self._tool.shown() if (item.kind, item.scope) == (kind, scope))
            return ids, self._tool.withheld.get(scope, (0, True))[1], not self._tool.hides_in(scope)

    def history(self, items: Collection[Item]) -> list[tuple[int, HistoryEntry]]:
        """List the edits of some items since they were made, oldest first, each with its number in the tool."""
        with self._call("history"):
            made = {(item.kind, item.id): item.created_at for item in items}
            return [
                (number, entry)
                for number, entry in enumerate(self._tool.history)
                if (entry.kind, entry.id) in made and entry.at >= made[entry.kind, entry.id]
            ]

    def get(self, kind: EntityKind, identifier: str) -> Item | None:
        """Read one item."""
        with self._call("get"):
            item = self._tool.items.get((kind, identifier))
            return None if item is None else copy_of(item)

    def replaced(self, kind: EntityKind, identifier: str, name: str, value: Any) -> tuple[bool, Any]:
        """Say what the hub's last edit to this value replaced, by the tool's history, and whether there is one."""
        with self._call("replaced"):
            for entry in reversed(self._tool.history):
                ours = (entry.actor, entry.kind, entry.id, entry.name, entry.new) == (
                    HUB,
                    kind,
                    identifier,
                    name,
                    value,
                )
                if ours:
                    return True, entry.old
            return False, None


class WriteAccess(ReadAccess):
    """What an account that may write can ask besides."""

    def set(self, kind: EntityKind, identifier: str, name: str, value: Any) -> None:
        """Change one value of one item.

        Raises:
            RefusedError: there is no such item, or the value may not be written.
        """
        with self._call("set"):
            if (kind, identifier) not in self._tool.items:
                message = f"{kind} {identifier} does not exist"
                raise RefusedError(message)
            if name in self._tool.read_only:
                message = f"{name} is read-only"
                raise RefusedError(message)
            self._tool.put(kind, identifier, actor=HUB, **{name: value})


def copy_of(item: Item) -> Item:
    """Give an answer that later edits do not reach."""
    return Item(item.kind, item.id, item.scope, dict(item.values), item.created_at, item.updated_at)
