"""From a Data Center to Cloud: issues and worklogs have other ids there, and all that is known of them stays."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from starlette.types import ASGIApp, Receive, Scope, Send

from canonical.database import reading
from canonical.schema.entities import dependency, source_project, task, time_entry
from canonical.schema.operations import change
from canonical.vocabulary import EntityKind, HowKnown
from pmohub.testing.jira import Flavour
from pmohub.testing.sandbox.exchange import answered, received
from sync.changing import move
from sync.runs import ConnectorSetup, Worker
from tests.jira_reading.sites import site
from tests.sync.conftest import NOW
from tests.sync.test_jira_histories import sync

THEIRS = re.compile(rb'"20(\d{3})"'), re.compile(rb'"5(\d{4})"'), re.compile(rb'"worklogId":\s*5(\d{4})')
OURS = re.compile(rb"\b70(\d{3})\b"), re.compile(rb"\b8(\d{4})\b")


class Renumbered:
    """A site whose issues and worklogs have other ids than another site of the same company."""

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            body, _ = await received(receive)
            seen = scope | {name: asked(scope[name]) for name in ("raw_path", "query_string")}
            seen |= {"path": asked(scope["path"].encode()).decode()}
            body = asked(body)

            async def again() -> dict[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            answer = await answered(app, seen, again)
            given = answer.body
            for pattern, new in zip(THEIRS, (rb'"70\1"', rb'"8\1"', rb'"worklogId":8\1'), strict=True):
                given = pattern.sub(new, given)
            await replace(answer, body=given).with_headers({"content-length": str(len(given))}).send(send)

        return layer


def asked(text: bytes) -> bytes:
    for pattern, new in zip(OURS, (rb"20\1", rb"5\1"), strict=True):
        text = pattern.sub(new, text)
    return text


def held(engine: Engine, table: Any, *names: str) -> dict[str, tuple[Any, ...]]:
    """What is alive, by the hub's own id."""
    with reading(engine) as connection:
        alive = select(table).where(table.c.deleted_at.is_(None), table.c.lost_access_at.is_(None))
        return {row.id: tuple(getattr(row, name) for name in names) for row in connection.execute(alive)}


def told(engine: Engine) -> set[tuple[Any, ...]]:
    """Which fields of tasks changed when, as Jira tells it."""
    mine = (change.c.entity == EntityKind.TASK.value, change.c.how_known == HowKnown.REPORTED)
    with reading(engine) as connection:
        return {
            tuple(row)
            for row in connection.execute(select(change.c.entity_id, change.c.field, change.c.at).where(*mine))
        }


def test_issues_and_worklogs_are_the_same_under_other_ids(engine: Engine, tmp_path: Path) -> None:
    with (
        site(Flavour.DATA_CENTER, tmp_path, issues=40) as old,
        site(Flavour.CLOUD, tmp_path, Renumbered(), issues=40) as new,
    ):
        sync(engine, old)
        tasks, entries = (
            held(engine, task, "key", "title", "time_spent"),
            held(engine, time_entry, "work_date", "duration"),
        )
        projects, links = held(engine, source_project, "key"), held(engine, dependency, "type")
        before = held(engine, task, "external_id")
        history = told(engine)
        setup = ConnectorSetup("jira", "jira", "engineering", new.reader)
        moved = move(engine, setup, Worker("test", lambda: NOW), really=True)
        assert (moved.complete, moved.quarantined) == (True, 0)
        assert (moved.movement.by_key[EntityKind.TASK], sum(moved.movement.left.values())) == (len(tasks), 0)
        sync(engine, new)
        assert held(engine, task, "key", "title", "time_spent") == tasks
        assert held(engine, time_entry, "work_date", "duration") == entries
        assert (held(engine, source_project, "key"), held(engine, dependency, "type")) == (projects, links)
        after = held(engine, task, "external_id")
        assert {name for (name,) in after.values()}.isdisjoint({name for (name,) in before.values()})
        assert told(engine) == history
