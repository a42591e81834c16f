"""Logged time: new, changed, deleted, old and recent, with and without the listing of a whole workspace."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from canonical.vocabulary import EntityKind
from pmohub.testing.asana import Plan
from pmohub.testing.asana.state import A_DAY
from tests.asana_reading.sites import Site, pulled, records, site, tasks
from tests.asana_reading.test_cases import watched

LONG_AGO = A_DAY - timedelta(days=400)


def entries(batches: Any) -> dict[str, Any]:
    return {name: record for (kind, name), record in records(batches).items() if kind is EntityKind.TIME_ENTRY}


def logged(asana: Site, day: date, minutes: int = 90) -> tuple[str, str]:
    """Log time on the lowest of a family."""
    task = asana.family()
    return task, asana.hands.log_time(task, minutes, day.isoformat())


@pytest.mark.parametrize("day", [A_DAY, LONG_AGO, A_DAY + timedelta(days=30)])
def test_time_on_a_subtask_counts_towards_its_project_whenever_it_was(tmp_path: Path, day: date) -> None:
    with site(tmp_path) as asana:
        task, entry = logged(asana, day)
        found = entries(pulled(asana.reader()))[entry]
        assert (found.duration, found.work_date, found.task) == (5400, day, f"id:{task}")
        assert found.project == f"id:{asana.projects()[0].gid}"


def test_new_time_comes_with_the_next_run_though_its_task_is_not_touched(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        task, _ = logged(asana, A_DAY)
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(600)
        new = asana.hands.log_time(task, 30, A_DAY.isoformat())
        batches = pulled(asana.reader(), cursor)
        assert entries(batches)[new].duration == 1800
        assert tasks(batches)[task].time_spent == 7200
        assert not entries(pulled(asana.reader(), batches[-1].cursor))


def test_recent_time_that_is_changed_or_deleted_is_seen_with_the_next_run(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        task, changed = logged(asana, A_DAY)
        deleted = asana.hands.log_time(task, 30, A_DAY.isoformat())
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(600)
        asana.hands.edit(changed, duration_minutes=10)
        asana.hands.delete_time(deleted)
        batches = pulled(asana.reader(), cursor)
        assert entries(batches)[changed].duration == 600
        assert (EntityKind.TIME_ENTRY, deleted) in [key for batch in batches for key in batch.deleted]


def test_old_time_that_is_changed_or_deleted_is_seen_within_a_day(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        task, changed = logged(asana, LONG_AGO)
        deleted = asana.hands.log_time(task, 30, LONG_AGO.isoformat())
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.edit(changed, duration_minutes=10)
        asana.hands.delete_time(deleted)
        asana.hands.pass_time(25 * 3600)
        batches = pulled(asana.reader(), cursor)
        assert entries(batches)[changed].duration == 600
        assert deleted not in entries(batches)
        assert tasks(batches)[task].scope in {listing.scope for batch in batches for listing in batch.complete}


def test_old_time_of_a_task_that_changed_is_seen_with_it(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        task, entry = logged(asana, LONG_AGO)
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(600)
        asana.hands.edit(entry, duration_minutes=10)
        asana.hands.edit(task, name="Touched")
        assert entries(pulled(asana.reader(), cursor))[entry].duration == 600


def test_without_the_listing_of_a_workspace_time_is_read_task_by_task(tmp_path: Path) -> None:
    with site(tmp_path, plan=Plan.FREE) as asana:
        assert not entries(pulled(asana.reader()))
        asana.hands.plan(Plan.ADVANCED)
        assert entries(pulled(asana.reader()))


def test_time_that_the_listing_leaves_out_is_asked_for_with_its_task(tmp_path: Path) -> None:
    """A task's own sum of minutes is the cross-check."""
    with site(tmp_path) as asana:
        _, entry = logged(asana, A_DAY + timedelta(days=6 * 365))
        assert entry in entries(pulled(asana.reader()))


def test_time_is_not_read_where_the_configuration_says_so(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        logged(asana, A_DAY)
        assert not entries(pulled(asana.reader(time_entries=False)))


def test_time_of_a_project_that_is_hidden_is_not_taken_for_deleted(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        _, entry = logged(asana, A_DAY)
        reader = asana.reader(projects=["*"])
        cursor = pulled(reader)[-1].cursor
        asana.hands.pass_time(1200)
        asana.hands.hide(asana.projects()[0].gid)
        batches = pulled(reader, cursor)
        assert (EntityKind.TIME_ENTRY, entry) not in [key for batch in batches for key in batch.deleted]


def test_more_time_than_is_remembered_is_not_read_anew_by_each_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.asana.pulling.entries.MOST_SEEN", 5)
    with site(tmp_path, tasks=0) as asana:
        task, other = (asana.hands.create(asana.projects()[0].gid, name) for name in ("Timed", "Other"))
        for day in (3, 3, 2, 2, 1, 1):
            asana.hands.log_time(task, 30, (A_DAY - timedelta(days=day)).isoformat())
        asana.hands.pass_time(600)
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(1200)
        new = asana.hands.log_time(other, 30, (A_DAY - timedelta(days=1)).isoformat())
        batches = pulled(asana.reader(), cursor)
        assert set(entries(batches)) == {new}
        asana.hands.pass_time(1200)
        assert not entries(pulled(asana.reader(), batches[-1].cursor))


def test_timesheets_are_listed_once_in_a_run_however_many_tasks_changed(tmp_path: Path) -> None:
    with watched(tmp_path) as (asana, watcher):
        timed = [asana.hands.create(one.gid, "Timed") for one in asana.projects()[:3]]
        for task in timed:
            asana.hands.log_time(task, 30, A_DAY.isoformat())
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(1200)
        for task in timed:
            asana.hands.edit(task, name="Renamed")
        watcher.asked.clear()
        watcher.change = _without_approval
        pulled(asana.reader(), cursor)
        begun = [query for query in watcher.paths("/timesheet_approval_statuses") if "offset" not in query]
        assert len(begun) == 1


def _without_approval(path: str, answer: Any) -> None:
    for row in answer["data"] if path.endswith("/time_tracking_entries") else ():
        row.pop("approval_status", None)
