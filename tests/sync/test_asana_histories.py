"""Whatever teams do in Asana, also between two pages: what syncs stored one by one is what one full pull stores."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from canonical.database import open_engine, reading
from canonical.schema import metadata
from canonical.schema.entities import source_project as project
from canonical.store import RunState
from connectors.asana.client import paging
from pmohub.testing.asana import Plan
from sync.reports import RunReport
from sync.runs import ConnectorSetup, Worker, sync_connector
from tests.asana_reading.sites import Site, site
from tests.enumeration import EVERY
from tests.sync.asana_teams import OF_TEAMS, OF_TIME, Deed, Team
from tests.sync.conftest import NOW, emptied
from tests.sync.histories import NO_SHRINKING, OWN, RECORDS, RESET, Between, Held, differing, seen

LAST_OF_ALL = timedelta(days=90)
SKEWS = st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=-1)])
DEEDS = st.tuples(
    st.sampled_from((*OF_TEAMS, *OF_TEAMS, *OF_TIME)), st.integers(0, 60), st.integers(1, 7), st.booleans()
)
STEPS = st.lists(st.one_of(SKEWS, DEEDS, DEEDS), min_size=3, max_size=14)
PLANS = st.sampled_from([Plan.ENTERPRISE, Plan.ADVANCED, Plan.FREE])


@contextmanager
def small_pages(size: int) -> Iterator[None]:
    kept, paging.A_PAGE = paging.A_PAGE, size
    try:
        yield
    finally:
        paging.A_PAGE = kept


def sync(engine: Engine, asana: Site, skew: timedelta = timedelta(0)) -> RunReport:
    reader = partial(asana.reader, projects=["*"])
    setup = ConnectorSetup("asana", "asana", "engineering", reader, deletion_limits=None)
    report = sync_connector(engine, setup, Worker("test", lambda: NOW + skew))
    assert report.state is RunState.DONE, report.problems
    return report


def stored(engine: Engine) -> Held:
    """All that is alive and in a project that can be seen; what is in one that is hidden stays as it was last seen."""
    held: Held = {}
    with reading(engine) as connection:
        hidden = set(connection.scalars(select(project.c.external_id).where(project.c.lost_access_at.is_not(None))))
        for name in RECORDS:
            table = metadata.tables[name]
            kept = [column for column in table.c if column.name not in OWN]
            for row in connection.execute(select(*kept).where(table.c.deleted_at.is_(None), seen(table))):
                if row.scope not in hidden:
                    held[name, row.external_id] = dict(row._mapping)
    # A dependency is read with the task that waits: of one that is not to be seen, it stays as it was.
    return {key: row for key, row in held.items() if key[0] != "dependency" or waiting(row) in held}


def waiting(dependency: dict[str, Any]) -> tuple[str, str]:
    """Give the place of the task that a dependency lets wait."""
    return "task", dependency["successor_ref"].removeprefix("id:")


def check(engine: Engine, folder: Path, plan: Plan, steps: list[Any]) -> None:
    emptied(engine)
    between = Between()
    with ExitStack() as stack:
        asana = stack.enter_context(site(folder, between, tasks=24, plan=plan))
        stack.enter_context(small_pages(5))
        team = Team(asana.server)
        for step in steps:
            if isinstance(step, timedelta):
                sync(engine, asana, step)
                continue
            deed, pick, number, later = step
            act = partial(during_the_next_sync, deed, between=between) if later else deed
            act(team, pick, number)
        between.waiting.clear()
        team.state.clock.stop(stopped=False)
        team.state.clock.advance(3600)
        sync(engine, asana, LAST_OF_ALL)
        one_by_one = stored(engine)
        emptied(engine)
        sync(engine, asana)
        whole = stored(engine)
        found = differing(one_by_one, whole)
        assert not found, found
        assert sum(kind == "task" for kind, _ in whole) > 5


def during_the_next_sync(deed: Deed, team: Team, pick: int, number: int, *, between: Between) -> None:
    at = between.requests + 5 * number
    between.waiting.append((at, lambda: deed(team, pick, number)))


@pytest.fixture(scope="session")
def own_engine(fresh_store: Callable[[str], str]) -> Any:
    engine = open_engine(fresh_store("sqlite"))
    yield engine
    engine.dispose()


@settings(max_examples=3, deadline=None, suppress_health_check=RESET, phases=NO_SHRINKING, derandomize=True)
@given(plan=PLANS, steps=STEPS)
def test_what_syncs_stored_is_what_one_full_pull_stores(
    own_engine: Engine, tmp_path: Path, plan: Plan, steps: list[Any]
) -> None:
    check(own_engine, tmp_path, plan, steps)


@pytest.mark.long
@settings(
    max_examples=90 // EVERY, deadline=None, suppress_health_check=RESET, phases=NO_SHRINKING, derandomize=EVERY > 1
)
@given(plan=PLANS, steps=STEPS)
def test_what_many_syncs_stored_is_what_one_full_pull_stores(
    own_engine: Engine, tmp_path: Path, plan: Plan, steps: list[Any]
) -> None:
    check(own_engine, tmp_path, plan, steps)
