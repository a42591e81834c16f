"""The history that a tool reports, through whole runs: what teams do and what fails meanwhile changes nothing of it."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from sqlalchemy import Engine, insert, select

from canonical.database import reading, writing
from canonical.history import Change, as_of, changes
from canonical.ids import entity_id
from canonical.schema.operations import change
from canonical.schema.writing import writeback
from canonical.store import RunState
from canonical.values import encode
from canonical.vocabulary import EntityKind, HowKnown
from pmohub.testing.memory import MemoryTool, reader_of, small_tool
from pmohub.testing.memory.changes import supplied
from pmohub.testing.memory.mapping import to_record
from tests.sync.conftest import NOW, emptied, sync
from tests.sync.test_histories import FIXTURE_IS_RESET, Steps, steps

TASK = EntityKind.TASK
GONE = ("deleted_at", "lost_access_at")
Told: TypeAlias = tuple[str, str, str, str, object, str | None]


def told_by(tool: MemoryTool) -> Iterator[Told]:
    """What the tool's history says of what is there now."""
    for batch in reader_of(tool, history=True).pull(None):
        for one in batch.changes:
            of = entity_id(one.entity, "plan", one.external_id)
            yield of, one.field, encode(one.old), encode(one.new), one.at, one.actor


def kept(engine: Engine, entity_ids: Iterable[str]) -> tuple[set[Told], list[tuple[str, str]]]:
    """What the store keeps of some items: what was reported, and what is only known since the hub saw it."""
    mine = (change.c.entity_id.in_(list(entity_ids)), change.c.field.not_in(GONE))
    with reading(engine) as connection:
        rows = connection.execute(select(change).where(*mine)).all()
    reported = [row for row in rows if row.how_known == HowKnown.REPORTED]
    assert len({(row.change_id, row.field) for row in reported}) == len(reported)
    return (
        {(row.entity_id, row.field, row.old, row.new, row.at, row.actor) for row in reported},
        [(row.entity_id, row.field) for row in rows if row.how_known == HowKnown.OBSERVED],
    )


def check(engine: Engine, steps: Steps) -> None:
    emptied(engine)
    tool = small_tool()
    for step in steps:
        if step is None:
            sync(engine, tool, history=True)
        else:
            deed, identifier, number = step
            deed(tool, identifier, number)
    tool.recover()
    tool.before_call.clear()
    assert sync(engine, tool, history=True).state is RunState.DONE
    told = set(told_by(tool))
    # What was removed and made anew under its id keeps what its former life told besides.
    removed = {entity_id(kind, "plan", external_id) for kind, external_id in tool.deletions}
    reported, seen = kept(engine, {of for of, *_ in told} - removed)
    assert reported == {one for one in told if one[0] not in removed}
    assert not seen


@settings(max_examples=8, deadline=None, suppress_health_check=FIXTURE_IS_RESET)
@given(steps=steps)
def test_after_the_next_good_sync_history_is_what_the_tool_tells(engine: Engine, steps: Steps) -> None:
    check(engine, steps)


@pytest.mark.long
@settings(max_examples=100, deadline=None, suppress_health_check=FIXTURE_IS_RESET)
@given(steps=steps)
def test_after_long_histories_history_is_what_the_tool_tells(engine: Engine, steps: Steps) -> None:
    check(engine, steps)


def test_as_of_any_moment_an_item_is_what_it_was_in_the_tool(engine: Engine) -> None:
    """Also before the hub first saw it."""
    tool = small_tool()
    of, versions = entity_id(TASK, "plan", "ALPHA-1"), []

    def note() -> None:
        item = tool.items[TASK, "ALPHA-1"]
        versions.append((tool.now, supplied(to_record(item, {}))))

    note()
    for number in range(3):
        tool.put(TASK, "ALPHA-1", title=f"Title {number}", due=f"2026-04-0{number + 1}", labels=["x"] * number)
        note()
    sync(engine, tool, history=True)
    for number in range(3):
        tool.put(TASK, "ALPHA-1", status="Done" if number else "Doing", project=f"id:{'BETA' if number else 'ALPHA'}")
        note()
    sync(engine, tool, history=True)
    assert max(moment for moment, _ in versions) < NOW
    for moment, version in versions:
        known = as_of(engine, [of], moment)[of]
        labels = {"labels": sorted(set(version.get("labels", [])))}
        assert {name: known[name] for name in version} == version | (labels if "labels" in version else {})


def hub_wrote(engine: Engine, value: str) -> None:
    columns = dict.fromkeys(("department_id", "mode", "carrier", "reason"), "x") | {"id": "P1-1", "plan_id": "P1"}
    columns |= {"connector": "plan", "entity": "task", "external_id": "ALPHA-1", "field": "title", "state": "applied"}
    columns |= {"entity_id": entity_id(TASK, "plan", "ALPHA-1"), "before": encode(None), "after": encode(value)}
    with writing(engine) as connection:
        connection.execute(insert(writeback).values(**columns, journaled_at=NOW, ended_at=NOW))


@pytest.mark.parametrize(("author", "by_hub"), [("hub", True), ("team", False)])
def test_the_hubs_write_is_told_from_anothers_by_its_author(engine: Engine, author: str, *, by_hub: bool) -> None:
    tool = small_tool()
    sync(engine, tool, history=True)
    hub_wrote(engine, "As the PMO has it")
    tool.put(TASK, "ALPHA-1", actor=author, title="As the PMO has it")
    sync(engine, tool, history=True)
    assert [(one.actor, one.by_hub) for one in title_changes(engine)][-1] == (f"id:{author}", by_hub)


def title_changes(engine: Engine) -> list[Change]:
    return changes(engine, entity_id(TASK, "plan", "ALPHA-1"), "title")
