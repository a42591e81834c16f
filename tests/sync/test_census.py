"""What vanished from a tool without a word: listed on its own schedule, looked at twice, and never taken for more."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, select

from canonical.database import reading
from canonical.history import changes
from canonical.schema.entities import dependency, source_project, status_update, task, time_entry
from canonical.store import RunState, recent_runs
from canonical.store.connectors import state
from canonical.vocabulary import EntityKind
from connectors.base import Reader
from pmohub.testing.memory import Fault, MemoryTool, reader_of, small_tool
from sync.reports import RunReport
from sync.runs import sync_connector
from tests.sync.conftest import NOW, setup_of, store_of, sync, worker

TASK = EntityKind.TASK
DAY = timedelta(hours=24)


def quiet_tool() -> MemoryTool:
    """A tool that never tells what was deleted in it."""
    tool = small_tool()
    tool.tells_deletions = False
    return tool


def sync_after(engine: Engine, tool: MemoryTool, passed: timedelta = DAY, **setup: Any) -> RunReport:
    later = replace(worker(), clock=lambda: NOW + passed)
    return sync_connector(engine, replace(setup_of(tool), **setup), later)


def row(engine: Engine, external_id: str) -> Any:
    with reading(engine) as connection:
        return connection.execute(select(task).where(task.c.external_id == external_id)).one()


def after_call(name: str, happens: Callable[[], None]) -> Callable[[str, int], None]:
    """Do something once, before the first call of that name."""
    done: list[str] = []

    def once(call: str, _: int) -> None:
        if call == name and not done:
            done.append(call)
            happens()

    return once


def test_what_vanished_from_a_complete_listing_is_deleted_once_a_day_has_passed(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.remove(TASK, "ALPHA-3")
    assert sync_after(engine, tool, DAY - timedelta(seconds=1)).counts.deleted == 0
    report = sync_after(engine, tool)
    assert (report.state, report.counts.deleted, report.counts.lost_access) == (RunState.DONE, 1, 0)
    assert row(engine, "ALPHA-3").deleted_at == NOW + DAY
    assert recent_runs(engine)[0].note.counts.deleted == 1


def test_what_is_hidden_from_this_account_is_lost_access_and_not_deleted(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.hide(TASK, "ALPHA-3")
    report = sync_after(engine, tool)
    assert (report.counts.deleted, report.counts.lost_access) == (0, 1)
    found = row(engine, "ALPHA-3")
    assert (found.deleted_at, found.lost_access_at) == (None, NOW + DAY)
    assert recent_runs(engine)[0].note.counts.lost_access == 1
    assert sync_after(engine, tool, 2 * DAY).counts.lost_access == 0


def test_what_can_be_seen_again_comes_back_unharmed_with_what_was_edited_meanwhile(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.hide(TASK, "ALPHA-3")
    sync_after(engine, tool)
    tool.put(TASK, "ALPHA-3", title="Edited in hiding")
    tool.put(TASK, "BETA-1", title="Edited later")
    sync_after(engine, tool, DAY + timedelta(hours=1))
    tool.show(TASK, "ALPHA-3")
    sync_after(engine, tool, 2 * DAY)
    found = row(engine, "ALPHA-3")
    assert (found.lost_access_at, found.deleted_at, found.title) == (None, None, "Edited in hiding")
    told = changes(engine, found.id, "lost_access_at")
    assert [(one.old, one.new) for one in told] == [(None, NOW + DAY), (NOW + DAY, None)]


def test_a_listing_that_is_cut_short_or_forbidden_changes_nothing(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    before = store_of(engine)
    tool.withhold("ALPHA", shown=1)
    report = sync_after(engine, tool)
    assert (report.state, report.counts.deleted, report.counts.lost_access) == (RunState.DONE, 0, 0)
    assert any("Not every task of ALPHA could be listed." in problem.what for problem in report.problems)
    same(engine, before)


def test_a_tool_that_fails_during_the_census_changes_nothing_and_is_asked_again(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.remove(TASK, "ALPHA-3")
    before = store_of(engine)
    for fault in Fault:
        tool.before_call = [after_call("ids", lambda fault=fault: tool.fail(fault, call=0))]  # type: ignore[misc]
        report = sync_after(engine, tool)
        assert (report.state, report.counts.deleted) == (RunState.DONE, 0)
        assert any("does not answer" in problem.what for problem in report.problems)
        tool.recover()
        same(engine, before)
    tool.before_call = []
    assert sync_after(engine, tool).counts.deleted == 1


def same(engine: Engine, before: dict[str, list[Any]]) -> None:
    after = store_of(engine)
    assert {name: rows for name, rows in after.items() if name != "connector"} == {
        name: rows for name, rows in before.items() if name != "connector"
    }


def test_nothing_visible_where_there_was_something_is_a_question_that_can_be_answered(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.withhold("ALPHA", silently=True)
    report = sync_after(engine, tool)
    assert (report.state, report.counts.deleted) == (RunState.IN_PART, 0)
    question = next(problem for problem in report.problems if "No task was found" in problem.what)
    assert question.commands == ("pmohub sync plan --allow-deletions",)
    assert row(engine, "ALPHA-1").deleted_at is None
    let_through = sync_after(engine, tool, 2 * DAY, deletion_limits=None)
    assert let_through.counts.deleted > 0
    assert row(engine, "ALPHA-1").deleted_at == NOW + 2 * DAY


def test_implausibly_many_that_vanished_stop_the_run(engine: Engine) -> None:
    tool = quiet_tool()
    for number in range(60):
        tool.put(TASK, f"more-{number}", project="id:BETA", title="More")
    sync(engine, tool)
    tool.withhold("BETA", shown=2, silently=True)
    report = sync_after(engine, tool)
    assert (report.state, report.counts.deleted) == (RunState.FAILED, 0)
    assert row(engine, "more-59").deleted_at is None


def test_what_was_moved_while_the_census_was_taken_is_not_gone(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.before_call = [after_call("ids", lambda: tool.put(TASK, "ALPHA-2", project="id:BETA"))]
    report = sync_after(engine, tool)
    assert (report.counts.deleted, report.counts.lost_access) == (0, 0)
    assert (row(engine, "ALPHA-2").deleted_at, row(engine, "ALPHA-2").scope) == (None, "BETA")


def test_what_shows_the_second_time_is_not_gone(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.hide(TASK, "ALPHA-3")
    tool.before_call = [show_before_the_second_look(tool)]
    report = sync_after(engine, tool)
    assert (report.counts.deleted, report.counts.lost_access) == (0, 0)
    assert row(engine, "ALPHA-3").lost_access_at is None


def show_before_the_second_look(tool: MemoryTool) -> Callable[[str, int], None]:
    """Show what was hidden when the pull between the two listings begins."""
    listed: list[str] = []

    def happens(call: str, _: int) -> None:
        listed.append(call)
        if call == "page" and "ids" in listed:
            tool.show(TASK, "ALPHA-3")

    return happens


def test_what_was_never_seen_before_is_read_once_it_shows(engine: Engine) -> None:
    tool = quiet_tool()
    tool.hide(TASK, "ALPHA-3")
    sync(engine, tool)
    tool.put(TASK, "BETA-1", title="Edited later")
    sync(engine, tool)
    tool.show(TASK, "ALPHA-3")
    assert sync(engine, tool).counts.changed == 0
    sync_after(engine, tool)
    assert row(engine, "ALPHA-3").title == "Task 3"


def test_a_record_in_quarantine_is_neither_gone_nor_new(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    tool.put(TASK, "ALPHA-1", due="31 February")
    tool.put(TASK, "odd", project="id:ALPHA", title="Odd", due="31 February")
    sync(engine, tool)
    calls = len(tool.calls)
    report = sync_after(engine, tool)
    assert (report.counts.deleted, report.counts.lost_access) == (0, 0)
    assert row(engine, "ALPHA-1").deleted_at is None
    assert tool.calls[calls:].count("page") == 1


def test_a_census_that_finds_nothing_writes_no_row_and_is_taken_once_a_day(engine: Engine) -> None:
    tool = small_tool()
    sync(engine, tool)
    assert "ids" not in tool.calls
    before = store_of(engine)
    assert sync_after(engine, tool).counts.changed == 0
    same(engine, before)
    listed = tool.calls.count("ids")
    assert listed > 0
    sync_after(engine, tool, 2 * DAY - timedelta(seconds=1))
    assert tool.calls.count("ids") == listed
    sync_after(engine, tool, DAY + timedelta(hours=2), census_every=timedelta(hours=2))
    assert tool.calls.count("ids") == 2 * listed
    assert state(engine, "plan").census_at == NOW + DAY + timedelta(hours=2)


def test_a_reader_whose_pulls_list_everything_is_never_asked(engine: Engine) -> None:
    tool = small_tool()
    setup = setup_of(tool)

    def whole() -> Any:
        reader = setup.open_reader()
        reader.lists_everything = True  # type: ignore[misc]
        return reader

    sync(engine, tool)
    sync_after(engine, tool, open_reader=whole)
    assert "ids" not in tool.calls


def test_what_moved_without_a_word_is_not_gone_and_is_read_again(engine: Engine) -> None:
    """The census of its new scope shows it, though no pull since has given it."""
    tool = quiet_tool()
    sync(engine, tool)
    tool.put(TASK, "BETA-1", title="Edited later")
    sync(engine, tool)
    moved = tool.items[TASK, "ALPHA-2"]
    moved.scope, moved.values["project"] = "BETA", "id:BETA"
    report = sync_after(engine, tool)
    assert (report.state, report.counts.deleted, report.counts.lost_access) == (RunState.DONE, 0, 0)
    found = row(engine, "ALPHA-2")
    assert (found.deleted_at, found.lost_access_at, found.scope) == (None, None, "BETA")


def left_out(tool: MemoryTool, *projects: str) -> Callable[[], Reader]:
    return lambda: reader_of(tool, page_size=4, without=projects)


def live(engine: Engine, table: Table) -> set[str]:
    with reading(engine) as connection:
        query = select(table.c.external_id).where(table.c.deleted_at.is_(None), table.c.lost_access_at.is_(None))
        return set(connection.execute(query).scalars())


@pytest.mark.parametrize("full", [True, False])
def test_what_the_configuration_leaves_out_is_out_everywhere(engine: Engine, *, full: bool) -> None:
    tool = quiet_tool()
    sync(engine, tool)
    report = sync_after(engine, tool, open_reader=left_out(tool, "ALPHA"), full=full)
    assert (report.state, report.problems, report.counts.lost_access) == (RunState.DONE, [], 0)
    assert live(engine, task) == {"BETA-1", "BETA-2", "BETA-3"}
    assert live(engine, source_project) == {"BETA"}
    assert (live(engine, time_entry), live(engine, dependency), live(engine, status_update)) == (set(), set(), set())
    back = sync_after(engine, tool, 2 * DAY, full=True)
    assert back.state is RunState.DONE
    assert len(live(engine, task)) == 6


def test_another_configuration_leaves_out_at_once_what_it_does_not_name(engine: Engine) -> None:
    tool = quiet_tool()
    sync_after(engine, tool, timedelta(0), config_version="one")
    soon = timedelta(minutes=15)
    sync_after(engine, tool, soon, open_reader=left_out(tool, "ALPHA"), config_version="two")
    assert live(engine, task) == {"BETA-1", "BETA-2", "BETA-3"}
    listed = tool.calls.count("ids")
    sync_after(engine, tool, 2 * soon, open_reader=left_out(tool, "ALPHA"), config_version="two")
    assert tool.calls.count("ids") == listed


def test_what_moved_to_where_the_configuration_does_not_look_is_out(engine: Engine) -> None:
    tool = quiet_tool()
    sync(engine, tool, full=False)
    sync_after(engine, tool, open_reader=left_out(tool, "BETA"))
    tool.hide(TASK, "ALPHA-3")
    tool.put(TASK, "ALPHA-2", project="id:BETA")
    report = sync_after(engine, tool, 2 * DAY, open_reader=left_out(tool, "BETA"))
    assert (report.counts.deleted, report.counts.lost_access) == (1, 1)
    assert row(engine, "ALPHA-2").deleted_at == NOW + 2 * DAY


def test_reading_everything_looks_also_at_what_no_longer_shows_at_all(engine: Engine) -> None:
    tool = quiet_tool()
    tool.put(EntityKind.DEPENDENCY, "d2", project="id:BETA", predecessor="id:BETA-1", successor="id:BETA-2")
    sync(engine, tool)
    tool.remove(EntityKind.DEPENDENCY, "d2")
    report = sync_after(engine, tool, timedelta(hours=1), full=True)
    assert [problem.what for problem in report.problems] == ["No dependency was found where the store holds 1."]
