"""A project tool that lives in memory: its items, its own clock and history, and the ways in which it may misbehave.

Tests hold the tool and edit it as a team would (`put`, `remove`, `withhold`, `fail`); the connector sees it through
`pmohub.testing.memory.access` only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from canonical.vocabulary import EntityKind

WORKSPACE = "workspace"
"""The scope of projects and people; everything else is listed by its project's id."""

TEAM = "team"


class Fault(StrEnum):
    """How a call to the tool may fail. With `LOST_ANSWER` it did what was asked before the connection broke."""

    DOWN = "down"
    FORBIDDEN = "forbidden"
    GARBAGE = "garbage"
    LOST_ANSWER = "lost answer"


class MemoryToolError(Exception):
    """What the tool's own library would raise; its text holds the token, as vendors' errors tend to."""

    def __init__(self, fault: Fault, token: str) -> None:
        super().__init__(f"GET https://memory.example/?token={token}: {fault}")
        self.fault = fault


@dataclass(slots=True)
class Item:
    """One thing in the tool: `values` under the tool's own names, which are those of the canonical records."""

    kind: EntityKind
    id: str
    scope: str
    values: dict[str, Any]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One edit of one value, as the tool's history keeps it."""

    at: datetime
    actor: str
    kind: EntityKind
    id: str
    name: str
    old: Any
    new: Any


@dataclass(slots=True)
class MemoryTool:
    """The tool. `now` is its clock, which each edit moves on by `tick` (zero: all edits in one instant).

    `tells_deletions`: it has a feed of what was deleted. `read_only`: names that nobody may write. `withheld`: scopes
    of which only so many items are shown, and whether the tool hides that. `hidden`: items that this account may not
    see one by one, as the tool admits when it lists their scope. `before_call`: what happens while the hub
    talks to it (called with the call's name and number, before the call is done).
    """

    name: str = "memory"
    token: str = "memory-token"  # noqa: S105  # a canary, not a secret
    now: datetime = datetime(2026, 1, 5, 8, tzinfo=UTC)
    tick: timedelta = timedelta(seconds=1)
    tells_deletions: bool = True
    credential_expires_at: datetime | None = None
    read_only: frozenset[str] = frozenset()
    items: dict[tuple[EntityKind, str], Item] = field(default_factory=dict)
    history: list[HistoryEntry] = field(default_factory=list)
    deletions: list[tuple[EntityKind, str]] = field(default_factory=list)
    withheld: dict[str, tuple[int, bool]] = field(default_factory=dict)
    hidden: set[tuple[EntityKind, str]] = field(default_factory=set)
    before_call: list[Callable[[str, int], None]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    down_since: tuple[int, Fault] | None = None

    def put(self, kind: EntityKind, identifier: str, /, *, actor: str = TEAM, **values: Any) -> None:
        """Create an item or change some of its values. A task's, entry's or report's `project` is its scope."""
        self.now += self.tick
        item = self.items.get((kind, identifier))
        if item is None:
            item = Item(kind, identifier, WORKSPACE, {}, self.now, self.now)
            self.items[kind, identifier] = item
        for name, value in values.items():
            self.history.append(HistoryEntry(self.now, actor, kind, identifier, name, item.values.get(name), value))
        item.values.update(values)
        item.updated_at = self.now
        item.scope = scope_of(item)

    def remove(self, kind: EntityKind, identifier: str) -> None:
        """Delete an item, as a team does; the feed of deletions names it if there is one."""
        self.now += self.tick
        del self.items[kind, identifier]
        if self.tells_deletions:
            self.deletions.append((kind, identifier))

    def withhold(self, scope: str, *, shown: int = 0, silently: bool = False) -> None:
        """Show only so many items of a scope from now on: a lost permission, or a listing that is cut short."""
        self.withheld[scope] = (shown, silently)

    def hide(self, kind: EntityKind, identifier: str) -> None:
        """Show one item to others only from now on."""
        self.hidden.add((kind, identifier))

    def show(self, kind: EntityKind, identifier: str) -> None:
        """Show an item again that was hidden."""
        self.hidden.discard((kind, identifier))

    def hides_in(self, scope: str) -> bool:
        """Say whether an item of a scope is hidden."""
        return any(self.items[key].scope == scope for key in self.hidden if key in self.items)

    def fail(self, fault: Fault, *, call: int = 1, forever: bool = False) -> None:
        """Let the call that is so many from now fail, once or from then on."""
        number = len(self.calls) + call
        if forever:
            self.down_since = (number, fault)
        else:
            self.faults[number] = fault

    def recover(self) -> None:
        """Answer again."""
        self.faults.clear()
        self.down_since = None

    def fault_of(self, number: int) -> Fault | None:
        """Say how the call of this number fails, if it does."""
        if self.down_since is not None and number >= self.down_since[0]:
            return self.down_since[1]
        return self.faults.get(number)

    def shown(self) -> list[Item]:
        """Give the items that the account may see, in the order of their last edit."""
        left = {scope: shown for scope, (shown, _) in self.withheld.items()}
        seen = []
        for item in sorted(self.items.values(), key=lambda item: (item.updated_at, item.kind, item.id)):
            if (item.kind, item.id) in self.hidden or left.get(item.scope, 1) <= 0:
                continue
            if item.scope in left:
                left[item.scope] -= 1
            seen.append(item)
        return seen


def scope_of(item: Item) -> str:
    """Give the scope in which an item is listed: its project's id, or the workspace."""
    project = str(item.values.get("project") or "")
    return project.removeprefix("id:") or WORKSPACE
