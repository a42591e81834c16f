"""Hours of a Jira: what is logged on a task falls with a worklog that vanishes without a word on its issue."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select

from canonical.database import reading
from canonical.schema.entities import task, time_entry
from pmohub.testing.jira import Flavour
from tests.jira_reading.sites import BOTH, Site, identity, site
from tests.sync.test_jira_histories import sync

DAY = timedelta(days=1)


def logged(engine: Engine, issue: str) -> tuple[int | None, int]:
    """What the task says, and the sum of its entries."""
    mine = (time_entry.c.task_ref == f"id:{issue}", time_entry.c.deleted_at.is_(None))
    with reading(engine) as connection:
        said = connection.scalar(select(task.c.time_spent).where(task.c.external_id == issue))
        summed = connection.scalar(select(func.coalesce(func.sum(time_entry.c.duration), 0)).where(*mine))
    return said, int(summed or 0)


def seen_entries(engine: Engine, issue: str) -> int:
    mine = (time_entry.c.task_ref == f"id:{issue}", time_entry.c.deleted_at.is_(None))
    with reading(engine) as connection:
        shown = select(func.count()).where(*mine, time_entry.c.lost_access_at.is_(None))
        return connection.execute(shown.select_from(time_entry)).scalar_one()


def busy(jira: Site) -> str:
    """An issue with two worklogs."""
    issue = jira.some(1)[0]
    for seconds in (1800, 3600):
        jira.log(issue, seconds)
    jira.pass_time(3600)
    return identity(issue)


@BOTH
def test_logged_time_falls_with_a_worklog_deleted_without_touching_its_issue(
    flavour: Flavour, tmp_path: Path, engine: Engine
) -> None:
    with site(flavour, tmp_path) as jira:
        issue = busy(jira)
        sync(engine, jira)
        before, entries = logged(engine, issue)
        assert before == entries
        jira.pass_time(3600)
        jira.unlog(jira.issue(issue))
        jira.pass_time(120)
        sync(engine, jira)
        after, left = logged(engine, issue)
        assert after == left < entries


@BOTH
def test_hours_of_an_issue_that_is_hidden_go_and_come_back_with_it(
    flavour: Flavour, tmp_path: Path, engine: Engine
) -> None:
    with site(flavour, tmp_path) as jira:
        issue = busy(jira)
        sync(engine, jira)
        before = seen_entries(engine, issue)
        jira.edit(jira.issue(issue), security="10000")
        sync(engine, jira, DAY)
        assert (before, seen_entries(engine, issue)) == (2, 0)
        jira.edit(jira.issue(issue), security=None)
        jira.pass_time(600)
        sync(engine, jira, 2 * DAY)
        assert seen_entries(engine, issue) == before


@BOTH
def test_an_archived_project_takes_nothing_with_it(flavour: Flavour, tmp_path: Path, engine: Engine) -> None:
    with site(flavour, tmp_path) as jira:
        sync(engine, jira)
        world = jira.server.state.world
        project = world.projects[jira.issue(busy(jira)).project]
        sync(engine, jira)
        world.change_project(project.changed(archived=True))
        with reading(engine) as connection:
            before = connection.execute(select(task).where(task.c.scope == project.id)).all()
        report = sync(engine, jira, DAY)
        with reading(engine) as connection:
            after = connection.execute(select(task).where(task.c.scope == project.id)).all()
        assert (after, report.counts.lost_access, report.problems) == (before, 0, [])


@BOTH
def test_a_census_asks_for_ids_of_issues_alone(flavour: Flavour, tmp_path: Path, engine: Engine) -> None:
    with site(flavour, tmp_path, issues=600) as jira:
        sync(engine, jira)
        usual = sync(engine, jira).requests
        counted = sync(engine, jira, DAY).requests
        projects = [one for one in jira.server.state.world.projects if not one.archived]
        assert counted - usual <= len(projects) + len(("project", "users", "users again"))
