"""Whatever teams do in Jira, also between two pages: what syncs stored one after another is what one full pull stores.

Records, links, worklogs, and the history that Jira tells.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, or_, select

from canonical.database import open_engine, reading
from canonical.schema import metadata
from canonical.schema.entities import source_project as project
from canonical.schema.operations import change
from canonical.store import RunState
from canonical.vocabulary import HowKnown
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.world.world import World
from sync.reports import RunReport
from sync.runs import ConnectorSetup, Worker, sync_connector
from tests.crash.jira import small_pages
from tests.enumeration import EVERY
from tests.jira_reading.sites import BOTH, Site, site
from tests.sync.conftest import NOW, emptied
from tests.sync.histories import NO_SHRINKING, OWN, RECORDS, RESET, Between, Held, differing, seen
from tests.sync.jira_teams import OF_TEAMS, OF_TIME, Deed, Team

LAST_OF_ALL = timedelta(days=90)
ZONES = ("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "Europe/Berlin")
SKEWS = st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=-1)])


def during_the_next_sync(deed: Deed, team: Team, pick: int, number: int, *, between: Between) -> None:
    at = between.requests + 3 * number
    between.waiting.append((at, lambda: deed(team, pick, number)))


Step: TypeAlias = "tuple[Deed, int, int, bool] | timedelta"
DEEDS = st.tuples(
    st.sampled_from((*OF_TEAMS, *OF_TEAMS, *OF_TIME)), st.integers(0, 40), st.integers(1, 7), st.booleans()
)
STEPS = st.lists(st.one_of(SKEWS, DEEDS, DEEDS), min_size=3, max_size=14)


def sync(engine: Engine, jira: Site, skew: timedelta = timedelta(0), *, full: bool = False) -> RunReport:
    setup = ConnectorSetup("jira", "jira", "engineering", jira.reader, full=full, deletion_limits=None)
    report = sync_connector(engine, setup, Worker("test", lambda: NOW + skew))
    assert report.state is RunState.DONE, report.problems
    return report


def stored(engine: Engine, world: World) -> Held:
    """All that is alive and in a project that can be seen, and the history that Jira told of it.

    What is in a project that is hidden stays as it was last seen, in words that say so; in an archived one, too.
    """
    held: Held = {}
    with reading(engine) as connection:
        away = or_(project.c.lost_access_at.is_not(None), project.c.archived.is_(True))
        hidden = set(connection.scalars(select(project.c.external_id).where(away)))
        for name in RECORDS:
            table = metadata.tables[name]
            kept = [column for column in table.c if column.name not in OWN]
            for row in connection.execute(select(*kept).where(table.c.deleted_at.is_(None), seen(table))):
                if row.scope not in hidden:
                    held[name, row.external_id] = dict(row._mapping)
        task = metadata.tables["task"]
        told = select(task.c.external_id, change.c.field, change.c.old, change.c.new, change.c.at, change.c.actor)
        mine = told.join_from(task, change, change.c.entity_id == task.c.id)
        alive = (change.c.how_known == HowKnown.REPORTED, task.c.deleted_at.is_(None), seen(task))
        for row in connection.execute(mine.where(*alive)):
            if ("task", row.external_id) in held:
                held["history", row.external_id] = {**held.get(("history", row.external_id), {}), str(tuple(row)): 1}
    for (name, _), row in held.items():
        if name == "task" and row["parent_ref"] is not None:
            # A parent that is gone is none, and one may be named by a key that it had.
            parent = world.find(row["parent_ref"].partition(":")[2])
            row["parent_ref"] = parent and parent.number
    return held


def check(engine: Engine, folder: Path, flavour: Flavour, zone: str, steps: list[Any]) -> None:
    emptied(engine)
    between = Between()
    with ExitStack() as stack:
        jira = stack.enter_context(site(flavour, folder, between, issues=20))
        stack.enter_context(small_pages(6))
        team = Team(jira.server)
        account = next(each for each in team.world.people if each.email == jira.server.email)
        object.__setattr__(account, "zone", zone)
        for step in steps:
            if isinstance(step, timedelta):
                sync(engine, jira, step)
                continue
            deed, pick, number, later = step
            act = partial(during_the_next_sync, deed, between=between) if later else deed
            act(team, pick, number)
        between.waiting.clear()
        team.state.clock.stop(stopped=False)
        team.state.clock.advance(3600)
        sync(engine, jira, LAST_OF_ALL)
        one_by_one = stored(engine, team.world)
        emptied(engine)
        sync(engine, jira)
        whole = stored(engine, team.world)
        found = differing(one_by_one, whole)
        assert not found, found
        assert sum(kind == "task" for kind, _ in whole) > 5


@pytest.fixture(scope="session")
def own_engine(fresh_store: Callable[[str], str]) -> Any:
    engine = open_engine(fresh_store("sqlite"))
    yield engine
    engine.dispose()


@BOTH
@settings(max_examples=3, deadline=None, suppress_health_check=RESET, phases=NO_SHRINKING, derandomize=True)
@given(zone=st.sampled_from(ZONES), steps=STEPS)
def test_what_syncs_stored_is_what_one_full_pull_stores(
    own_engine: Engine, tmp_path: Path, flavour: Flavour, zone: str, steps: list[Any]
) -> None:
    check(own_engine, tmp_path, flavour, zone, steps)


@pytest.mark.long
@BOTH
@settings(
    max_examples=60 // EVERY,
    deadline=None,
    suppress_health_check=RESET,
    phases=NO_SHRINKING,
    derandomize=EVERY > 1,
)
@given(zone=st.sampled_from(ZONES), steps=STEPS)
def test_what_many_syncs_stored_is_what_one_full_pull_stores(
    own_engine: Engine, tmp_path: Path, flavour: Flavour, zone: str, steps: list[Any]
) -> None:
    check(own_engine, tmp_path, flavour, zone, steps)
