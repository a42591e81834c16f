"""An issue and what belongs to it, in Jira's terms but not in its JSON.

In `values` people are account ids; options, statuses and the like ids; issues numbers; texts as they were given;
days `2026-01-31`; instants milliseconds since 1970; durations seconds. Nothing here is changed once it is made: an edit
makes another issue, so that the search index can lag behind.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self


class Item(NamedTuple):
    """One field's change: ids and texts of the value before and after."""

    field: str
    field_id: str
    custom: bool
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None


class Change(NamedTuple):
    """What one person changed at one moment."""

    id: int
    author: str
    at: int
    items: tuple[Item, ...]


class Worklog(NamedTuple):
    """Work on an issue; `role` is who alone may see it."""

    id: int
    number: int
    author: str
    editor: str
    started: int
    seconds: int
    comment: Any
    created: int
    updated: int
    role: str | None = None


class Link(NamedTuple):
    """A link to another issue; `outward` says that this issue is the one worded outward (`blocks`)."""

    id: str
    type: str
    other: int
    outward: bool


Worklogs = tuple[Worklog, ...]
Changes = tuple[Change, ...]


@dataclass(slots=True)
class Issue:
    """An issue; its worklogs and changes are worked out when somebody asks."""

    number: int
    key: str
    project: int
    created: int
    updated: int
    values: dict[str, Any]
    links: tuple[Link, ...]
    make_worklogs: Callable[["Issue"], Worklogs]
    make_changes: Callable[["Issue"], Changes]
    _worklogs: Worklogs | None = None
    _changes: Changes | None = None

    @property
    def worklogs(self) -> Worklogs:
        """Give its worklogs by start."""
        if self._worklogs is None:
            self._worklogs = self.make_worklogs(self)
        return self._worklogs

    @property
    def changes(self) -> Changes:
        """Give its history, oldest first."""
        if self._changes is None:
            self._changes = self.make_changes(self)
        return self._changes

    def changed(self, change: Change | None = None, worklogs: Worklogs | None = None, **parts: Any) -> Self:
        """Give the issue with other parts, and with one more change in its history."""
        changes = self.changes if change is None else (*self.changes, change)
        kept = self.worklogs if worklogs is None else worklogs
        return replace(self, _worklogs=kept, _changes=changes, **parts)
