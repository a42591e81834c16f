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
from canonical.schema.entities import source_project, task
from canonical.store import RunState
from canonical.vocabulary import EntityKind
from pmohub.testing.memory import Fault, MemoryTool, small_tool
from tests.sync.conftest import emptied, sync

PROJECT, TASK = EntityKind.PROJECT, EntityKind.TASK
Deed: TypeAlias = Callable[[MemoryTool, str, int], None]
IDS = ("ALPHA-1", "ALPHA-2", "BETA-1", "BETA-3", "new")


Held: TypeAlias = dict[str, tuple[str | None, ...]]


def stored(engine: Engine) -> tuple[Held, Held]:
    with reading(engine) as connection:
        tasks = connection.execute(select(task).where(task.c.deleted_at.is_(None)))
        projects = connection.execute(select(source_project).where(source_project.c.deleted_at.is_(None)))
        return (
            {row.external_id: (row.title, row.project_ref, row.parent_ref) for row in tasks},
            {row.external_id: (row.key, row.name) for row in projects},
        )


def there(tool: MemoryTool) -> tuple[Held, Held]:
    def values(kind: EntityKind, *names: str) -> Held:
        return {item.id: tuple(map(item.values.get, names)) for item in tool.items.values() if item.kind is kind}

    return values(TASK, "title", "project", "parent"), values(PROJECT, "key", "name")


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


OF_TEAMS: tuple[Deed, ...] = (edit, remove, put_under_another, rename_project)
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
