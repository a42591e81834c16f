"""What a write replaced, by the changelog of its issue."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from canonical.values import FieldValue
from canonical.values import shown as as_text
from connectors.base import FieldChange
from connectors.jira.client.api import JSON
from connectors.jira.config import Flavour
from connectors.jira.mapping.items import custom_reader
from connectors.jira.mapping.plan import MappedField
from connectors.jira.mapping.reading import user_ref
from connectors.jira.opening import Opened
from connectors.jira.targets import IssuePlace, same_in
from connectors.jira.writing.codec import RICH
from connectors.mapping.reading import FAULTS, fold, instant_of
from connectors.writing.lists import members
from connectors.writing.refusal import RefusedError

ENTRIES_A_PAGE = 100
BY_MEMBER = {"components": "component", "fixVersions": "fix version", "versions": "version"}
"""Lists of which an item tells one member that came or went, by the name under which it does."""


def replaced(opened: Opened, address: str, place: IssuePlace, change: FieldChange) -> FieldValue:
    """Give what our newest write of the field replaced; `address` is how the issue is addressed.

    Raises:
        RefusedError: the history tells of no such write.
        CallError: the history cannot be read.
    """
    for entry in _newest_first(opened, address):
        mine = opened.actor is None or _actor(entry) == opened.actor
        items = [item for item in entry.get("items") or () if isinstance(item, dict) and _is_of(item, place)]
        if not items or not mine:
            continue
        value = _replaced_by(items, place, change)
        if value is not None:
            return value[0]
        break
    message = "its history shows no such change by this account"
    raise RefusedError(message)


def _replaced_by(items: list[dict[str, Any]], place: IssuePlace, change: FieldChange) -> tuple[FieldValue] | None:
    """Give what an entry of ours replaced; None where it is another write than this one."""
    if place.field.id in BY_MEMBER:
        return _by_member(items, change)
    read = custom_reader(MappedField(change.target.field, place.field, place.decode))
    try:
        old = read(items[0].get("from"), items[0].get("fromString"))
        new = read(items[-1].get("to"), items[-1].get("toString"))
    except FAULTS:
        return None
    if place.field.type == "array":
        return _of_list(old, new, change)
    # Histories hold rich text in other words than documents; its letters are the same.
    is_same = _same_letters if _is_rich(place) else partial(same_in, place)
    if not is_same(new, change.after):
        return None
    return (change.before,) if is_same(old, change.before) else (old,)


def _of_list(old: FieldValue, new: FieldValue, change: FieldChange) -> tuple[FieldValue] | None:
    """Judge a write that added and removed members: what others did to other members, it did not touch."""
    held, holds = set(members(old)), set(members(new))
    before, after = set(members(change.before)), set(members(change.after))
    if (holds - held) - (after - before) or (held - holds) - (before - after):
        return None
    untouched = not (after - before) & held and (before - after) <= held
    return (change.before,) if untouched else (old,)


def _by_member(items: list[dict[str, Any]], change: FieldChange) -> tuple[FieldValue] | None:
    came = {str(item.get("toString")) for item in items if item.get("toString")}
    went = {str(item.get("fromString")) for item in items if item.get("fromString")}
    before, after = set(members(change.before)), set(members(change.after))
    return (change.before,) if came == after - before and went == before - after else None


def _is_rich(place: IssuePlace) -> bool:
    return place.field.custom.endswith(":textarea") or place.field.id in RICH


def _same_letters(one: FieldValue, other: FieldValue) -> bool:
    return [letter for letter in as_text(one) if letter.isalnum()] == [
        letter for letter in as_text(other) if letter.isalnum()
    ]


def _is_of(item: JSON, place: IssuePlace) -> bool:
    by = item.get("fieldId")
    if isinstance(by, str) and by:
        return by == place.field.id
    name = fold(str(item.get("field") or ""))
    return name in {fold(place.field.id), fold(place.field.name), BY_MEMBER.get(place.field.id)}


def _actor(entry: JSON) -> str | None:
    try:
        return user_ref(entry.get("author"))
    except FAULTS:
        return None


def _newest_first(opened: Opened, issue: str) -> Iterator[JSON]:
    if opened.flavour is Flavour.CLOUD:
        yield from _pages_backwards(opened, issue)
        return
    path = opened.client.api(f"issue/{issue}")
    answer = opened.connection.get(path, {"expand": "changelog", "fields": "project"})
    histories = (answer.get("changelog") or {}).get("histories") or []
    yield from sorted(histories, key=_moment, reverse=True)


def _pages_backwards(opened: Opened, issue: str) -> Iterator[JSON]:
    """Give entries from the newest on; pages are in order of time, and their total is known."""
    path = opened.client.api(f"issue/{issue}/changelog")
    end: int | None = None
    while end is None or end > 0:
        start = 0 if end is None else max(0, end - ENTRIES_A_PAGE)
        size = ENTRIES_A_PAGE if end is None else end - start
        page = opened.connection.get(path, {"startAt": start, "maxResults": size})
        values, total = page.get("values") or [], int(page.get("total") or 0)
        if end is None and total > len(values):
            end = total
            continue
        yield from sorted(values, key=_moment, reverse=True)
        if start == 0:
            return
        end = start


def _moment(entry: JSON) -> tuple[float, int]:
    number = str(entry.get("id"))
    try:
        at = instant_of(entry.get("created"))
    except FAULTS:
        at = None
    return (at.timestamp() if at else 0.0, int(number) if number.isdecimal() else 0)
