"""What a run does to the store and says of itself."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.intake import Batch, Cursor, Progress
from canonical.problems import ConfigurationError, Problem
from canonical.schema.entities import task
from canonical.schema.operations import quarantine
from canonical.store import Counts, RunState, acquire, ask_cancel, recent_runs
from canonical.store.connectors import state
from canonical.vocabulary import EntityKind
from connectors.base import Reader
from pmohub.testing.memory import Fault, MemoryReader, nasty_tool, reader_of, small_tool
from sync.leases import connector_lease
from sync.reports import Nobody, RunReport
from sync.runs import sync_all, sync_connector
from sync.stopping import Stop
from tests.sync.conftest import NOW, setup_of, store_of, sync, worker

TASK = EntityKind.TASK


def titles(engine: Engine) -> dict[str, str | None]:
    """Live tasks by id."""
    with reading(engine) as connection:
        rows = connection.execute(select(task.c.external_id, task.c.title).where(task.c.deleted_at.is_(None)))
        return {row.external_id: row.title for row in rows}


def test_what_was_read_is_stored_unchanged_or_quarantined(engine: Engine) -> None:
    tool = nasty_tool()
    report = sync(engine, tool)
    counts = report.counts
    assert report.state is RunState.DONE
    assert counts.seen == len(tool.items) == counts.changed + counts.unchanged + counts.quarantined
    with reading(engine) as connection:
        set_aside = connection.execute(select(quarantine.c.external_id)).scalars().all()
    assert sorted(set_aside) == ["bad-date", "bad-hours", "bad-leave", "bad-percent"]
    assert counts.quarantined == 4


def test_a_second_sync_with_nothing_changed_writes_no_row(engine: Engine) -> None:
    tool = nasty_tool()
    sync(engine, tool)
    before = store_of(engine)
    again = sync(engine, tool)
    assert store_of(engine) == before
    assert again.counts.changed == 0
    assert again.counts.seen == again.counts.unchanged + again.counts.quarantined


def test_a_second_sync_costs_as_few_requests_however_much_is_stored(engine: Engine) -> None:
    small, big = small_tool("small"), small_tool("big")
    for number in range(200):
        big.put(TASK, f"more-{number}", project="id:ALPHA", title="More")
    for tool in (small, big):
        sync(engine, tool, name=tool.name)
        before = len(tool.calls)
        assert sync(engine, tool, name=tool.name).counts.changed == 0
        assert len(tool.calls) - before == 2


def test_edits_moves_and_deletions_arrive(engine: Engine) -> None:
    tool = small_tool()
    sync(engine, tool)
    tool.put(TASK, "ALPHA-1", title="Edited")
    tool.put(TASK, "ALPHA-2", project="id:BETA", key="BETA-9")
    tool.remove(TASK, "ALPHA-3")
    report = sync(engine, tool)
    assert report.counts.deleted == 1
    assert titles(engine)["ALPHA-1"] == "Edited"
    assert sorted(titles(engine)) == ["ALPHA-1", "ALPHA-2", "BETA-1", "BETA-2", "BETA-3"]
    with reading(engine) as connection:
        moved = connection.execute(select(task).where(task.c.external_id == "ALPHA-2")).one()
    assert (moved.key, moved.project_ref, moved.scope) == ("BETA-9", "id:BETA", "BETA")


def test_an_edit_between_two_pages_is_not_lost(engine: Engine) -> None:
    tool = small_tool()

    def edit(call: str, number: int) -> None:
        if number == 3:
            tool.put(TASK, "ALPHA-1", title="Edited meanwhile")

    tool.before_call.append(edit)
    sync(engine, tool)
    assert titles(engine)["ALPHA-1"] == "Edited meanwhile"


def test_edits_in_one_instant_are_not_lost(engine: Engine) -> None:
    tool = small_tool()
    sync(engine, tool)
    tool.tick *= 0
    tool.put(TASK, "ALPHA-1", title="Seen")
    sync(engine, tool)
    tool.put(TASK, "ALPHA-1", title="Seen later in the same instant")
    sync(engine, tool)
    assert titles(engine)["ALPHA-1"] == "Seen later in the same instant"


def test_what_maps_again_leaves_quarantine(engine: Engine) -> None:
    tool = small_tool()
    sync(engine, tool)
    tool.put(TASK, "ALPHA-1", due="31 February", title="Spoilt")
    assert sync(engine, tool).counts.quarantined == 1
    assert titles(engine)["ALPHA-1"] == "Task 1"
    tool.put(TASK, "ALPHA-1", due="2026-02-28")
    sync(engine, tool)
    assert titles(engine)["ALPHA-1"] == "Spoilt"
    with reading(engine) as connection:
        assert connection.execute(select(quarantine)).all() == []


def test_what_may_no_longer_be_seen_is_not_deleted(engine: Engine) -> None:
    tool = small_tool()
    sync(engine, tool)
    tool.withhold("ALPHA", shown=1)
    report = sync(engine, tool, full=True)
    assert report.counts.deleted == 0
    assert len(titles(engine)) == 6
    assert "The account may not read all of ALPHA." in {problem.what for problem in report.problems}


def test_a_full_sync_finds_what_a_tool_without_a_feed_deleted(engine: Engine) -> None:
    tool = small_tool()
    tool.tells_deletions = False
    sync(engine, tool)
    tool.remove(TASK, "ALPHA-3")
    assert sync(engine, tool).counts.deleted == 0
    assert sync(engine, tool, full=True).counts.deleted == 1
    assert "ALPHA-3" not in titles(engine)


def test_implausibly_many_deletions_stop_the_run_and_can_be_let_through(engine: Engine) -> None:
    tool = small_tool()
    for number in range(60):
        tool.put(TASK, f"more-{number}", project="id:BETA", title="More")
    sync(engine, tool)
    tool.withhold("BETA", shown=1, silently=True)
    stopped = sync(engine, tool, full=True)
    assert (stopped.state, stopped.counts.deleted, len(titles(engine))) == (RunState.FAILED, 0, 66)
    assert stopped.problems[-1].commands == ("pmohub sync plan --allow-deletions",)
    allowed = replace(setup_of(tool, full=True), deletion_limits=None)
    assert sync_connector(engine, allowed, worker()).state is RunState.DONE
    assert len(titles(engine)) < 10


def test_another_instance_is_not_read(engine: Engine) -> None:
    sync(engine, small_tool("memory"))
    other = small_tool("another")
    report = sync(engine, other)
    assert report.state is RunState.FAILED
    assert "memory:another" in report.problems[0].what
    assert other.calls == []


def test_a_connector_that_is_being_worked_on_is_left_alone(engine: Engine) -> None:
    acquire(engine, connector_lease("plan"), "pmohub serve on server-7", worker().lease_ttl)
    tool = small_tool()
    report = sync(engine, tool)
    assert report.state is RunState.SKIPPED
    assert "pmohub serve on server-7" in report.problems[0].what
    assert tool.calls == []


def test_one_connector_that_fails_does_not_stop_the_others(engine: Engine) -> None:
    down, fine = small_tool("down"), small_tool("fine")
    down.fail(Fault.DOWN, forever=True)
    reports = sync_all(engine, [setup_of(down, "a"), setup_of(fine, "b")], worker())
    assert [report.state for report in reports] == [RunState.FAILED, RunState.DONE]
    assert reports[0].problems[0].next_step


def test_a_connector_that_cannot_be_set_up_says_everything_that_is_missing(engine: Engine) -> None:
    def open_reader() -> Reader:
        raise ConfigurationError(Problem("TOKEN is not set."), Problem("EMAIL is not set."))

    reports = sync_all(engine, [replace(setup_of(small_tool()), open_reader=open_reader)], worker())
    assert [problem.what for problem in reports[0].problems] == ["TOKEN is not set.", "EMAIL is not set."]


class Faulty(MemoryReader):
    """A connector with a fault of its own, whose words hold a secret."""

    def pull(self, cursor: Cursor | None) -> Iterator[Batch]:
        yield next(super().pull(cursor))
        message = "token=memory-token"
        raise RuntimeError(message)


def test_a_fault_of_the_program_is_placed_without_its_words(engine: Engine) -> None:
    right = reader_of(small_tool(), page_size=4)
    faulty = Faulty(right.access, right.options, {})
    report = sync_connector(engine, replace(setup_of(small_tool()), open_reader=lambda: faulty), worker())
    assert (report.state, report.counts.changed) == (RunState.FAILED, 4)
    assert "test_runs.py" in report.problems[0].where
    assert "memory-token" not in repr(report.problems)


class Stopper(Nobody):
    """Asks to stop once the first batch is stored."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop

    def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:
        self.stop.asked = True


def test_a_stopped_run_finishes_the_batch_in_hand_and_the_next_one_goes_on(engine: Engine) -> None:
    tool, stop = small_tool(), Stop()
    setups = [setup_of(tool), setup_of(small_tool("never"), "never")]
    (report,) = sync_all(engine, setups, worker(observer=Stopper(stop), stop=stop))
    assert (report.state, report.counts.changed) == (RunState.CANCELLED, 4)
    report = sync(engine, tool)
    assert report.state is RunState.DONE
    assert len(titles(engine)) == 6


def test_an_interrupt_in_the_middle_of_a_call_ends_the_run_as_cancelled(engine: Engine) -> None:
    tool = small_tool()

    def interrupt(call: str, number: int) -> None:
        if number == 3:
            raise KeyboardInterrupt

    tool.before_call.append(interrupt)
    report = sync(engine, tool)
    assert (report.state, report.counts.changed) == (RunState.CANCELLED, 4)
    assert recent_runs(engine)[0].state is RunState.CANCELLED


def test_the_run_is_stored_as_it_was_reported(engine: Engine) -> None:
    tool = small_tool()
    report = sync_connector(engine, replace(setup_of(tool), config_version="c7"), worker())
    (run,) = recent_runs(engine)
    assert (run.id, run.state, run.config_version, run.note) == (report.run_id, RunState.DONE, "c7", report.note())
    assert run.note.requests == len(tool.calls) == 6
    assert {"check", "pull", "store"} == set(run.note.stages)
    assert run.note.peak_memory > 1_000_000
    assert (run.cursor_before, run.note.cursor) == (None, state(engine, "plan").cursor)


def test_a_complete_run_makes_its_connector_fresh(engine: Engine) -> None:
    tool = small_tool()
    tool.fail(Fault.DOWN, call=4)
    sync(engine, tool)
    assert state(engine, "plan").last_success_at is None
    sync(engine, tool)
    assert state(engine, "plan").last_success_at == NOW


def test_what_many_batches_met_is_told_once(engine: Engine) -> None:
    tool = small_tool()
    for number in range(20):
        tool.put(TASK, f"odd-{number}", project="id:ALPHA", title="Odd", status="Sleeping")
    report = sync(engine, tool)
    assert [problem.what for problem in report.problems] == ["The status 'Sleeping' is not mapped."]


@pytest.mark.parametrize("fault", Fault)
def test_no_secret_is_stored_even_when_the_tool_shouts_it(engine: Engine, fault: Fault) -> None:
    tool = small_tool()
    tool.fail(fault, call=3)
    report = sync(engine, tool)
    assert report.state is RunState.FAILED
    assert tool.token not in repr(report) + repr(store_of(engine)) + repr(recent_runs(engine))


def test_progress_is_told_as_it_goes(engine: Engine) -> None:
    told: list[object] = []

    class Watcher(Nobody):
        def begun(self, connector: str) -> None:
            told.append(connector)

        def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:
            told.append((progress.done, counts.seen))

        def ended(self, report: RunReport) -> None:
            told.append(report.state)

    sync_connector(engine, setup_of(small_tool()), worker(observer=Watcher()))
    assert told == ["plan", (4, 4), (8, 8), (12, 12), (15, 15), RunState.DONE]


def test_a_tool_in_which_nothing_shows_any_more_is_a_failed_reading_that_can_be_let_through(engine: Engine) -> None:
    tool = small_tool()
    sync(engine, tool)
    for scope in {item.scope for item in tool.items.values()}:
        tool.withhold(scope, silently=True)
    report = sync(engine, tool, full=True)
    assert (report.state, report.counts.deleted, len(titles(engine))) == (RunState.FAILED, 0, 6)
    assert {problem.commands for problem in report.problems} == {("pmohub sync plan --allow-deletions",)}
    allowed = replace(setup_of(tool, full=True), deletion_limits=None)
    assert sync_connector(engine, allowed, worker()).state is RunState.DONE
    assert titles(engine) == {}


class Canceller(Nobody):
    """Another process that asks for the end of a run once its first batch is stored."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def progressed(self, connector: str, progress: Progress, counts: Counts) -> None:
        (running,) = [run for run in recent_runs(self.engine) if run.state is RunState.RUNNING]
        assert ask_cancel(self.engine, running.id, "ana", NOW)


def test_a_run_that_another_process_cancels_stops_after_the_batch_and_the_others_go_on(engine: Engine) -> None:
    tool, others = small_tool(), small_tool("others")
    setups = [setup_of(tool), replace(setup_of(others, "others"), full=True)]
    cancelled, also = sync_all(engine, setups, worker(observer=Canceller(engine)))
    assert (cancelled.state, cancelled.counts.changed) == (RunState.CANCELLED, 4)
    assert also.connector == "others"
    run = next(run for run in recent_runs(engine) if run.connector == "plan")
    assert (run.state, run.cancel_asked_by) == (RunState.CANCELLED, "ana")
    assert not ask_cancel(engine, run.id, "ana", NOW)
    assert sync(engine, tool).state is RunState.DONE
    assert len(titles(engine)) == 6
