"""How others got Asana wrong: each case, the smallest input, and what comes out here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import orjson
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from canonical.problems import ToolError
from canonical.vocabulary import EntityKind
from connectors.asana.reader import AsanaReader
from pmohub.testing.asana import Plan
from pmohub.testing.asana.faults import Fault, Kind
from pmohub.testing.asana.state import A_DAY
from tests.asana_reading.sites import Site, pulled, records, site, tasks

if TYPE_CHECKING:
    from canonical.intake import Batch


class Watched:
    """Notes what is asked, and changes answers on their way."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.change: Any = lambda path, answer: None

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            self.asked.append((scope["path"], parse_qs(scope["query_string"].decode())))
            parts: list[Message] = []

            async def keep(message: Message) -> None:
                parts.append(message)

            await app(scope, receive, keep)
            body = b"".join(part.get("body", b"") for part in parts)
            if parts[0]["status"] == 200:
                answer = orjson.loads(body)
                self.change(scope["path"], answer)
                body = orjson.dumps(answer)
            headers = [(name, value) for name, value in parts[0]["headers"] if name.lower() != b"content-length"]
            await send({**parts[0], "headers": [*headers, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        return watched

    def paths(self, end: str) -> list[dict[str, list[str]]]:
        return [query for path, query in self.asked if path.endswith(end)]


@contextmanager
def watched(folder: Path, **sandbox: Any) -> Iterator[tuple[Site, Watched]]:
    watcher = Watched()
    with site(folder, watcher, **sandbox) as asana:
        yield asana, watcher


def test_the_first_call_to_events_answers_412_and_gives_the_token(tmp_path: Path) -> None:
    """airbytehq/airbyte issue 33842, estuary/connectors issue 1320: taken for a failure, the whole sync died."""
    with watched(tmp_path) as (asana, watcher):
        cursor = pulled(asana.reader())[-1].cursor
        assert not [query for query in watcher.paths("/events") if "sync" in query]
        pulled(asana.reader(), cursor)
        assert {query["sync"][0] for query in watcher.paths("/events") if "sync" in query} == set(
            cursor["tokens"].values()
        )


def test_sections_and_projects_are_asked_for_by_name(tmp_path: Path) -> None:
    """Asana/python-asana issue 114: `memberships` came as a list of empty objects."""
    with watched(tmp_path) as (asana, watcher):
        read = tasks(pulled(asana.reader()))
        (fields,) = {query["opt_fields"][0] for query in watcher.paths("/tasks")}
        assert {"memberships.project.gid", "memberships.section.gid"} <= set(fields.split(","))
        assert all(task.status for task in read.values() if task.parent is None)


def test_memberships_that_say_nothing_are_not_taken_for_none(tmp_path: Path) -> None:
    def emptied(path: str, answer: Any) -> None:
        for row in answer["data"] if path.endswith("/tasks") else ():
            row["memberships"] = [{}]

    with watched(tmp_path) as (asana, watcher):
        watcher.change = emptied
        read = tasks(pulled(asana.reader()))
        assert read
        assert not [task for task in read.values() if task.parent is None and "status" in task.model_fields_set]


def test_a_change_of_a_task_whose_memberships_say_nothing_is_that_of_the_project_that_lists_it(tmp_path: Path) -> None:
    def emptied(path: str, answer: Any) -> None:
        for row in answer["data"] if path.endswith("/tasks") else ():
            row["memberships"] = [{}]

    with watched(tmp_path) as (asana, watcher):
        watcher.change = emptied
        project = asana.projects()[0].gid
        task = asana.hands.create(project, "Old")
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(60)
        asana.hands.edit(task, name="New")
        changed = tasks(pulled(asana.reader(), cursor))[task]
        assert (changed.title, changed.scope, "further_projects" in changed.model_fields_set) == ("New", project, False)


def test_a_date_stays_a_date(tmp_path: Path) -> None:
    """raycast/extensions pull request 6326, apache/devlake pull request 8758: midnight UTC was a day early."""
    with site(tmp_path) as asana:
        task = asana.hands.create(asana.projects()[0].gid, "Due", due_on="2026-02-13")
        for zone in ("America/New_York", "Pacific/Auckland"):
            options, context = asana.setup()
            read = tasks(pulled(AsanaReader(options, replace(context, timezone=ZoneInfo(zone)))))[task]
            assert (read.due, read.due_at) == (date(2026, 2, 13), None)


def test_a_workspace_without_search_is_read_by_listing_and_told_once(tmp_path: Path) -> None:
    """roychri/mcp-server-asana issue 23: 402 failed the whole request, with no hint of which plan or workspace."""
    with site(tmp_path, plan=Plan.FREE) as asana:
        told = [found.what for found in asana.reader().check()]
        assert [what for what in told if "Nordhaus" in what and "search" in what]
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.edit(lowest, name="Renamed")
        batches = pulled(asana.reader(), cursor)
        assert tasks(batches)[lowest].title == "Renamed"
        assert not [found for batch in batches for found in batch.problems]


def test_the_wait_that_is_asked_for_is_kept(tmp_path: Path) -> None:
    """Asana/node-asana issue 217: the wait was taken from a field that is never there."""
    with site(tmp_path) as asana:
        asana.server.state.faults.arm(Fault(kind=Kind.TOO_MANY, retry_after=2, path="tasks"))
        reader = asana.reader(patience=30)
        assert tasks(pulled(reader))
        assert max(reader.traffic().waited.values()) >= 2


def test_every_list_is_asked_for_with_a_limit_and_each_page_once(tmp_path: Path) -> None:
    """Asana/ruby-asana issue 149: lists without a limit were refused. n8n-io/n8n issue 11415: pages came twice."""
    with watched(tmp_path, tasks=0) as (asana, watcher):
        project = asana.projects()[0].gid
        gids = {asana.hands.create(project, f"Task {number}") for number in range(250)}
        assert set(tasks(pulled(asana.reader(projects=[project])))) >= gids
        assert len(watcher.paths(f"/projects/{project}/tasks")) == 3
        lists = [query for path, query in watcher.asked if not path.endswith(("/me", "/events"))]
        assert all(1 <= int(query["limit"][0]) <= 100 for query in lists)


def test_a_full_pull_asks_for_nothing_twice_and_for_no_subtasks_where_there_are_none(tmp_path: Path) -> None:
    with watched(tmp_path, tasks=200) as (asana, watcher):
        read = tasks(pulled(asana.reader()))
        asked = [(path, str(sorted(query.items()))) for path, query in watcher.asked]
        assert len(asked) == len(set(asked))
        parents = {task.parent for task in read.values() if task.parent}
        assert len(watcher.paths("/subtasks")) == len(parents)


def test_a_daily_reading_asks_for_nothing_twice_though_all_events_ran_out_meanwhile(tmp_path: Path) -> None:
    with watched(tmp_path) as (asana, watcher):
        asana.hands.log_time(asana.family(), 30, A_DAY.isoformat())
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(25 * 3600)
        asana.hands.log_time(asana.family(), 30, A_DAY.isoformat())
        watcher.asked.clear()
        pulled(asana.reader(), cursor)
        lists = [
            path for path, query in watcher.asked if "offset" not in query and path.endswith(("/tasks", "/subtasks"))
        ]
        assert len(lists) == len(set(lists))
        assert not [path for path, _ in watcher.asked if "/tasks/" in path and not path.endswith("/subtasks")]


@pytest.mark.parametrize("path", ["/projects/1/tasks?offset=x", "/api/1.0/projects/1/tasks?offset=x"])
def test_only_the_token_of_the_next_page_is_used(tmp_path: Path, path: str) -> None:
    """Asana/ruby-asana issue 49: joined to the base, the path gave /api/1.0/api/1.0."""

    def other(_path: str, answer: Any) -> None:
        if answer.get("next_page"):
            answer["next_page"] |= {"path": path, "uri": path}

    with watched(tmp_path, tasks=300) as (asana, watcher):
        expected = set(tasks(pulled(asana.reader())))
        watcher.change = other
        assert set(tasks(pulled(asana.reader()))) == expected


def test_an_unset_value_is_empty_and_no_error(tmp_path: Path) -> None:
    """PipedreamHQ/pipedream issue 12830: reading the gid of an unset field crashed."""
    with site(tmp_path) as asana:
        read = tasks(pulled(asana.reader(fields={"phase": "PMO phase"})))
        phases = {task.fields.get("phase") for task in read.values()}
        assert None in phases
        assert len(phases) > 1


def test_what_the_documents_do_not_know_stops_nothing(tmp_path: Path) -> None:
    """sbywater/django-asana issue 1: an unknown property stopped the sync."""

    def strange(_path: str, answer: Any) -> None:
        rows = answer["data"] if isinstance(answer.get("data"), list) else [answer.get("data")]
        for row in rows:
            row["a_new_key"] = {"of": ["an", {"unknown": "kind"}]}
            if "resource_subtype" in row:
                row["resource_subtype"] = "hologram"

    with watched(tmp_path) as (asana, watcher):
        expected = set(records(pulled(asana.reader())))
        watcher.change = strange
        assert set(records(pulled(asana.reader()))) == expected


def test_a_token_that_ends_in_mid_run_ends_the_run_and_what_was_read_is_kept(tmp_path: Path) -> None:
    """NangoHQ/nango issue 455: a personal token is not renewed by itself; the admin is told what to do."""
    with site(tmp_path, tasks=120) as asana:
        batches: list[Batch] = []

        def drain() -> None:
            for batch in asana.reader(projects=["*"]).pull(None):
                batches.append(batch)
                asana.hands.refuse_logins(refused=len(tasks(batches)) > 0)

        with pytest.raises(ToolError) as raised:
            drain()
        assert "token" in raised.value.problem.next_step
        asana.hands.refuse_logins(refused=False)
        rest = pulled(asana.reader(projects=["*"]), batches[-1].cursor)
        assert set(tasks([*batches, *rest])) == set(tasks(pulled(asana.reader(projects=["*"]))))


def test_a_token_that_was_replaced_in_mid_run_is_taken_up_and_the_run_goes_on(tmp_path: Path) -> None:
    """NangoHQ/nango issue 455: whoever renews the token puts it where the configuration says."""
    with site(tmp_path) as asana:
        expected = set(records(pulled(asana.reader())))
        reader, batches = asana.reader(), []
        for batch in reader.pull(None):
            batches.append(batch)
            if len(batches) == 5:
                state = asana.server.state
                state.tokens["fresh"] = state.tokens.pop(asana.server.token)
                (tmp_path / "token").write_text("fresh")
        assert set(records(batches)) == expected


def test_a_task_of_a_project_that_is_in_no_list_is_not_of_the_hub(tmp_path: Path) -> None:
    """apache/devlake pull request 8758: the task belongs to a project that is not in the data."""
    with site(tmp_path) as asana:
        home, other = asana.projects()[:2]
        task = asana.hands.create(home.gid, "Elsewhere too")
        asana.hands.add_project(task, other.gid)
        read = tasks(pulled(asana.reader(projects=[other.gid])))
        assert read[task].scope == other.gid
        assert set(read[task].further_projects) == {f"id:{home.gid}"}


def test_projects_come_with_what_was_asked_for_and_nothing_is_emptied(tmp_path: Path) -> None:
    """PipedreamHQ/pipedream issue 21032: compact records only; numbers and dates were absent."""
    with site(tmp_path) as asana:
        found = records(pulled(asana.reader(project_fields={"sponsor": "Sponsor"})))
        projects = [one for (kind, _), one in found.items() if kind is EntityKind.PROJECT]
        assert [one for one in projects if one.planned_finish]
        assert [one for one in projects if one.sponsor]
