"""What is gone in Jira: worklogs by its own word, links when their issue is read, issues by the census."""

from pathlib import Path

import pytest

from canonical.vocabulary import EntityKind
from pmohub.testing.jira import Flavour
from tests.jira_reading.sites import BOTH, Site, identity, pulled, records, site


def logs(site: Site) -> set[str]:
    """The worklogs of all issues that can be seen."""
    issues = site.some(10**6)
    return {str(log.id) for issue in issues for log in issue.worklogs if log.role is None}


def entries(jira: Site) -> set[str]:
    found = records(pulled(jira.reader()))
    return {name for kind, name in found if kind is EntityKind.TIME_ENTRY}


@BOTH
def test_every_worklog_comes_once_however_many_an_issue_has(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        busy = jira.some(1)[0]
        for number in range(21):
            jira.log(busy, 60 * (number + 1))
        jira.pass_time(120)
        assert entries(jira) == logs(jira)


@BOTH
def test_a_deleted_worklog_is_reported_though_its_issue_was_not_touched(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        issue = next(one for one in jira.some(100) if one.worklogs)
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(600)
        gone = jira.unlog(issue)
        jira.pass_time(120)
        batches = pulled(jira.reader(), cursor)
        assert (EntityKind.TIME_ENTRY, gone) in {each for batch in batches for each in batch.deleted}


@BOTH
def test_a_new_worklog_comes_alone_and_once(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        issue = jira.some(1)[0]
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(3600)
        jira.log(issue, 1800)
        jira.pass_time(180)
        batches = pulled(jira.reader(), cursor)
        assert len([one for batch in batches for one in batch.records if one.entity is EntityKind.TIME_ENTRY]) == 1
        again = pulled(jira.reader(), batches[-1].cursor)
        assert not [one for batch in again for one in batch.records if one.entity is EntityKind.TIME_ENTRY]


@BOTH
def test_worklogs_and_what_is_archived_are_not_listed(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        issue = jira.some(1)[0]
        world = jira.server.state.world
        project = world.projects[issue.project]
        assert jira.reader().census(EntityKind.TIME_ENTRY, project.id).unlisted
        assert identity(issue) in jira.reader().census(EntityKind.TASK, project.id).external_ids
        world.change_project(project.changed(archived=True))
        assert jira.reader(projects=[project.key, "PORT"]).census(EntityKind.TASK, project.id).unlisted


@BOTH
@pytest.mark.parametrize("jql", [None, "created >= 1970-01-02"])
def test_what_a_listing_lacks_and_is_there_after_all_is_not_gone(
    flavour: Flavour, jql: str | None, tmp_path: Path
) -> None:
    with site(flavour, tmp_path) as jira:
        kept, deleted = jira.some(2)
        scope = jira.server.state.world.projects[kept.project].id
        jira.server.state.world.remove(deleted.number)
        ids = frozenset((identity(kept), identity(deleted)))
        assert jira.reader(jql=jql).confirm_gone(EntityKind.TASK, scope, ids) == {identity(deleted)}


@BOTH
def test_an_issue_that_is_read_tells_all_its_links(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        batches = pulled(jira.reader())
        linked = {ref for batch in batches for ref in batch.linked}
        assert linked == {f"id:{name}" for kind, name in records(batches) if kind is EntityKind.TASK}
