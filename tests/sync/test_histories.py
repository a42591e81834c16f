"""Whatever teams do and whatever fails meanwhile: after the next good sync the store is what the tool is."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.schema.entities import allocation, leave, source_project, task
from canonical.store import RunState
from canonical.vocabulary import EntityKind
from pmohub.testing.memory import Fault, MemoryTool, small_tool
from tests.sync.conftest import emptied, sync

PROJECT, TASK, ALLOCATION, LEAVE = EntityKind.PROJECT, EntityKind.TASK, EntityKind.ALLOCATION, EntityKind.LEAVE
Deed: TypeAlias = Callable[[MemoryTool, str, int], None]
IDS = ("ALPHA-1", "ALPHA-2", "BETA-1", "BETA-3", "new")


Held: TypeAlias = dict[str, tuple[str | None, ...]]
COLUMNS = {
    task: ("title", "project_ref", "parent_ref"),
    source_project: ("key", "name"),
    allocation: ("project_ref", "person_ref", "first_day", "last_day", "weekly_effort"),
    leave: ("person_ref", "first_day", "last_day"),
}


def stored(engine: Engine) -> list[Held]:
    with reading(engine) as connection:
        return [
            {
                row.external_id: tuple(None if row[name] is None else str(row[name]) for name in names)
                for row in connection.execute(select(table).where(table.c.deleted_at.is_(None))).mappings()
            }
            for table, names in COLUMNS.items()
        ]


def there(tool: MemoryTool) -> list[Held]:
    def text(value: object) -> str | None:
        return None if value is None else str(value)

    return [
        {
            item.id: tuple(text(item.values.get(name.removesuffix("_ref"))) for name in names)
            for item in tool.items.values()
            if item.kind is kind
        }
        for kind, names in zip((TASK, PROJECT, ALLOCATION, LEAVE), COLUMNS.values(), strict=True)
    ]


def edit(tool: MemoryTool, identifier: str, number: int) -> None:
    # A tool answers for every field of what is made anew, under an id that was there before as well.
    anew = {} if (TASK, identifier) in tool.items else {"parent": None}
    project = "id:BETA" if number % 2 else "id:ALPHA"
    tool.put(TASK, identifier, title=f"Title {number}", project=project, **anew)


def remove(tool: MemoryTool, identifier: str, number: int) -> None:
    if (TASK, identifier) in tool.items:
        tool.remove(TASK, identifier)


def put_under_another(tool: MemoryTool, identifier: str, number: int) -> None:
    parent = IDS[number % len(IDS)]
    if (TASK, identifier) in tool.items:
        tool.put(TASK, identifier, parent=None if parent == identifier else f"id:{parent}")


def rename_project(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.put(PROJECT, "ALPHA" if number % 2 else "BETA", key=f"KEY{number}", name=f"Name {number}")


def plan_and_be_away(tool: MemoryTool, identifier: str, number: int) -> None:
    project, person = f"id:{'BETA' if number % 2 else 'ALPHA'}", f"id:u{number % 3}"
    last_day = None if number == 1 else f"2026-03-{10 + number}"
    effort = 3_600 * number
    tool.put(ALLOCATION, identifier, project=project, person=person, first_day="2026-03-02", weekly_effort=effort)
    tool.put(LEAVE, identifier, person=person, first_day=f"2026-03-{9 + number:02}", last_day=last_day)


def plan_no_more(tool: MemoryTool, identifier: str, number: int) -> None:
    for kind in (ALLOCATION, LEAVE):
        if (kind, identifier) in tool.items:
            tool.remove(kind, identifier)


def put_the_clock_on(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.now += timedelta(hours=7 * number)


def count_minutes_only(tool: MemoryTool, identifier: str, number: int) -> None:
    """Let some edits fall into one instant, and the next ones into the next minute."""
    tool.tick = timedelta(minutes=number % 2)


def stop_the_clock(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.tick *= 0


def fail_soon(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.fail(Fault.DOWN, call=number)


def during_the_next_sync(deed: Deed, tool: MemoryTool, identifier: str, number: int) -> None:
    at = len(tool.calls) + number

    def happen(_: str, call: int) -> None:
        if call == at:
            deed(tool, identifier, call)

    tool.before_call.append(happen)


OF_TEAMS: tuple[Deed, ...] = (edit, remove, put_under_another, rename_project, plan_and_be_away, plan_no_more)
DEEDS: tuple[Deed, ...] = (
    *OF_TEAMS,
    *(partial(during_the_next_sync, deed) for deed in OF_TEAMS),
    stop_the_clock,
    count_minutes_only,
    put_the_clock_on,
    fail_soon,
)
steps = st.lists(
    st.one_of(st.just(None), st.tuples(st.sampled_from(DEEDS), st.sampled_from(IDS), st.integers(1, 6))), max_size=12
)
Steps: TypeAlias = list[tuple[Deed, str, int] | None]


def check(engine: Engine, steps: Steps, tells_deletions: bool) -> None:
    emptied(engine)
    tool = small_tool()
    # That none is left where one was would be a question, which is another test's.
    tool.put(ALLOCATION, "kept", project="id:BETA", person="id:u1", first_day="2026-03-02")
    tool.tells_deletions = tells_deletions
    for step in steps:
        if step is None:
            sync(engine, tool)
        else:
            deed, identifier, number = step
            deed(tool, identifier, number)
    tool.recover()
    tool.before_call.clear()
    assert sync(engine, tool, full=not tells_deletions).state is RunState.DONE
    assert stored(engine) == there(tool)


FIXTURE_IS_RESET = [HealthCheck.function_scoped_fixture]


@settings(max_examples=15, deadline=None, suppress_health_check=FIXTURE_IS_RESET)
@given(steps=steps, tells_deletions=st.booleans())
def test_after_the_next_good_sync_the_store_is_what_the_tool_is(
    engine: Engine, steps: Steps, tells_deletions: bool
) -> None:
    check(engine, steps, tells_deletions)


@pytest.mark.long
@settings(max_examples=100, deadline=None, suppress_health_check=FIXTURE_IS_RESET)
@given(steps=steps, tells_deletions=st.booleans())
def test_after_long_histories_the_store_is_what_the_tool_is(
    engine: Engine, steps: Steps, tells_deletions: bool
) -> None:
    check(engine, steps, tells_deletions)
