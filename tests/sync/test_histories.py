"""Whatever teams do and whatever fails meanwhile: after the next good sync the store is what the tool is."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.schema.entities import task
from canonical.store import RunState
from canonical.vocabulary import EntityKind
from pmohub.testing.memory import Fault, MemoryTool, small_tool
from tests.sync.conftest import emptied, sync

TASK = EntityKind.TASK
IDS = ("ALPHA-1", "ALPHA-2", "BETA-1", "BETA-3", "new")


def stored(engine: Engine) -> dict[str, tuple[str, str]]:
    with reading(engine) as connection:
        rows = connection.execute(select(task).where(task.c.deleted_at.is_(None)))
        return {row.external_id: (row.title, row.project_ref) for row in rows}


def there(tool: MemoryTool) -> dict[str, tuple[str, str]]:
    return {
        item.id: (item.values["title"], item.values["project"]) for item in tool.items.values() if item.kind is TASK
    }


def edit(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.put(TASK, identifier, title=f"Title {number}", project="id:BETA" if number % 2 else "id:ALPHA")


def remove(tool: MemoryTool, identifier: str, number: int) -> None:
    if (TASK, identifier) in tool.items:
        tool.remove(TASK, identifier)


def stop_the_clock(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.tick *= 0


def fail_soon(tool: MemoryTool, identifier: str, number: int) -> None:
    tool.fail(Fault.DOWN, call=number)


def edit_during_the_next_sync(tool: MemoryTool, identifier: str, number: int) -> None:
    at = len(tool.calls) + number

    def happen(_: str, call: int) -> None:
        if call == at:
            edit(tool, identifier, call)

    tool.before_call.append(happen)


Deed = Callable[[MemoryTool, str, int], None]
DEEDS: tuple[Deed, ...] = (edit, remove, stop_the_clock, fail_soon, edit_during_the_next_sync)
steps = st.lists(
    st.one_of(st.just(None), st.tuples(st.sampled_from(DEEDS), st.sampled_from(IDS), st.integers(1, 6))), max_size=12
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, tells_deletions=st.booleans())
def test_after_the_next_good_sync_the_store_is_what_the_tool_is(
    engine: Engine, steps: list[tuple[Deed, str, int] | None], tells_deletions: bool
) -> None:
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
