"""The documented views are the same on both databases and show what a person can read."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text

from canonical.database import reading
from canonical.records import TimeEntry
from canonical.views import VIEWS
from canonical.vocabulary import EntityKind
from tests.identity.world import NOW, World, a_person, a_project, a_task


def shown(engine: Engine, view: str) -> list[dict[str, Any]]:
    with reading(engine) as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {view}")).mappings()]  # noqa: S608  # our own


def test_every_view_has_its_documented_columns_each_with_a_meaning(engine: Engine) -> None:
    for view in VIEWS:
        with reading(engine) as connection:
            found = list(connection.execute(text(f"SELECT * FROM {view.name}")).keys())  # noqa: S608  # our own
        assert found == [column.name for column in view.columns]
        assert all(column.meaning for column in view.columns)


def test_names_stand_beside_ids(world: World) -> None:
    world.give("jira", a_project("10", key="ENG", name="Engine"), a_person("a", name="Jane"))
    world.give("jira", a_task("1", key="ENG-1", project="id:10", assignee="id:a"))
    world.give("sheet", TimeEntry(external_id="e", task="key:ENG-1", work_date=NOW.date(), duration=5400)).resolve()
    (task,), (entry,) = shown(world.engine, "pmo_tasks"), shown(world.engine, "pmo_time_entries")
    assert (task["project"], task["assignee"]) == ("Engine", "Jane")
    assert (entry["task_key"], entry["project_key"], entry["duration_seconds"]) == ("ENG-1", "ENG", 5400)


def test_instants_can_be_read(world: World) -> None:
    world.give("jira", a_task("1", source_created_at=NOW)).resolve()
    (task,) = shown(world.engine, "pmo_tasks")
    read = datetime.fromisoformat(str(task["created_at"]))
    # SQLite's text is in UTC; PostgreSQL shows an instant in the zone of who asks.
    assert (read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)) == datetime(2026, 3, 16, 9, tzinfo=UTC)


def test_what_was_deleted_or_merged_is_left_out(world: World) -> None:
    world.give("jira", a_project("10", key="WEB"), a_task("1", project="id:10"))
    world.give("register", a_project("r", same_as="key:WEB")).resolve()
    assert len(shown(world.engine, "pmo_projects")) == 1
    assert len(shown(world.engine, "pmo_source_projects")) == 2
    world.give("jira", deleted=[(EntityKind.TASK, "1")]).resolve()
    assert shown(world.engine, "pmo_tasks") == []


def test_identities_show_former_and_present_names_with_their_time(world: World) -> None:
    world.give("jira", a_task("1", key="AB-5"))
    world.give("jira", a_task("1", key="CD-9")).resolve()
    keys = {row["value"]: row["valid_to"] for row in shown(world.engine, "pmo_identities") if row["scheme"] == "key"}
    assert keys["CD-9"] is None
    assert keys["AB-5"] is not None
