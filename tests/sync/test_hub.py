"""Runs that concern everything."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.problems import ConfigurationError, Problem
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings
from canonical.schema.entities import person, project, task
from canonical.store import RunKind, RunState, acquire, recent_runs
from pmohub.testing.memory import small_tool
from sync import hub
from sync.hub import hub_run, resolve_all
from sync.leases import HUB, LeaseHeldError, held
from tests.sync.conftest import store_of, sync, worker

SETTINGS = ResolutionSettings(
    departments=(DepartmentSettings(id="engineering", name="Engineering"),),
    connectors={"plan": ConnectorDepartments(default="engineering")},
)


def test_after_a_sync_everything_is_resolved_as_a_run_of_its_own(engine: Engine) -> None:
    sync(engine, small_tool())
    resolved = resolve_all(engine, SETTINGS, worker(), "c7")
    assert resolved.unresolved == 0
    with reading(engine) as connection:
        assert {row.department_id for row in connection.execute(select(project))} == {"engineering"}
        assert None not in {row.project_id for row in connection.execute(select(task))}
        assert {row.name for row in connection.execute(select(person))} == {"Ada Byron", "Grace Hopper"}
    run = next(run for run in recent_runs(engine) if run.kind is RunKind.RESOLVE)
    assert (run.state, run.config_version, list(run.note.stages)) == (RunState.DONE, "c7", ["resolve"])


def test_resolving_again_changes_nothing(engine: Engine) -> None:
    sync(engine, small_tool())
    resolve_all(engine, SETTINGS, worker())
    before = store_of(engine)
    assert resolve_all(engine, SETTINGS, worker()).written == 0
    assert store_of(engine) == before


def test_a_run_that_fails_is_stored_with_its_problem(engine: Engine) -> None:
    with pytest.raises(ConfigurationError), hub_run(engine, worker(), RunKind.EVALUATE):
        raise ConfigurationError(Problem("No such standard."))
    (run,) = recent_runs(engine)
    assert (run.state, run.note.problems[0].what) == (RunState.FAILED, "No such standard.")


def test_a_run_waits_until_another_is_done(engine: Engine) -> None:
    acquire(engine, HUB, "another", timedelta(seconds=0.4))
    with held(engine, HUB, "test", wait=timedelta(seconds=5)) as lease:
        assert lease.token == 2


def test_a_run_that_waited_long_enough_says_who_has_the_portfolio(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    acquire(engine, HUB, "another process", timedelta(seconds=60))
    monkeypatch.setattr(hub, "PATIENCE", timedelta(0))
    with pytest.raises(LeaseHeldError) as caught:
        resolve_all(engine, SETTINGS, worker())
    assert caught.value.problem.what == "The portfolio as a whole is being worked on by another process."
