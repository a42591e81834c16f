"""What is gone in Asana: by its own word, or by the census, which asks once more before anything is believed."""

from pathlib import Path

from canonical.vocabulary import EntityKind
from tests.asana_reading.sites import Refusing, pulled, site, tasks


def test_the_census_lists_what_a_pull_gives_subtasks_too(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest, project = asana.family(), asana.projects()[0].gid
        read = tasks(pulled(asana.reader()))
        census = asana.reader().census(EntityKind.TASK, project)
        assert census.complete
        assert lowest in census.external_ids
        assert census.external_ids == {name for name, task in read.items() if task.scope == project}


def test_nothing_is_gone_from_a_project_that_cannot_be_seen(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        project = asana.projects()[0].gid
        asana.hands.hide(project)
        census = asana.reader(projects=["*"]).census(EntityKind.TASK, project)
        assert (census.complete, census.meant) == (False, True)


def test_what_the_configuration_no_longer_names_is_no_longer_meant(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        kept, left = (one.gid for one in asana.projects()[:2])
        census = asana.reader(projects=[kept]).census(EntityKind.TASK, left)
        assert (census.complete, census.meant) == (True, False)
        workspace = asana.projects()[0]["workspace"]
        assert left in asana.reader(projects=[kept]).census(EntityKind.PROJECT, workspace).left_out


def test_what_is_there_after_all_is_not_gone(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest, (project, other) = asana.family(), (one.gid for one in asana.projects()[:2])
        assert not asana.reader().confirm_gone(EntityKind.TASK, project, frozenset({lowest}))
        assert asana.reader().confirm_gone(EntityKind.TASK, other, frozenset({lowest})) == {lowest}
        asana.hands.delete(lowest)
        assert asana.reader().confirm_gone(EntityKind.TASK, project, frozenset({lowest})) == {lowest}


def test_a_task_that_left_all_projects_is_gone_from_the_scope_and_not_deleted(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        project = asana.projects()[0].gid
        task = asana.hands.create(project, "Leaves")
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(60)
        asana.hands.remove_project(task, project)
        batches = pulled(asana.reader(), cursor)
        assert not [key for batch in batches for key in batch.deleted]
        assert task not in asana.reader().census(EntityKind.TASK, project).external_ids
        assert asana.reader().confirm_gone(EntityKind.TASK, project, frozenset({task})) == {task}


def test_hours_and_days_away_are_not_listed_since_pulls_tell_what_is_gone(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        project = asana.projects()[0].gid
        kinds = (EntityKind.TIME_ENTRY, EntityKind.STATUS_UPDATE, EntityKind.ALLOCATION)
        assert all(asana.reader().census(kind, project).unlisted for kind in kinds)
        assert asana.reader().census(EntityKind.LEAVE, "people").unlisted


def test_nothing_is_gone_from_a_project_whose_tasks_are_refused(tmp_path: Path) -> None:
    refusing = Refusing()
    with site(tmp_path, refusing) as asana:
        refused, other = (one.gid for one in asana.projects()[:2])
        refusing.ends = (f"/projects/{refused}/tasks",)
        reader = asana.reader()
        assert not reader.census(EntityKind.TASK, refused).complete
        assert reader.census(EntityKind.TASK, other).complete


def test_who_may_not_list_users_takes_nobody_for_gone(tmp_path: Path) -> None:
    with site(tmp_path, Refusing("/users")) as asana:
        assert not asana.reader().census(EntityKind.PERSON, "people").complete


def test_a_project_that_a_list_left_out_is_there_if_it_can_be_asked_for(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        project, workspace = asana.projects()[0].gid, asana.projects()[0]["workspace"]
        missing = frozenset({project})
        assert not asana.reader().confirm_gone(EntityKind.PROJECT, workspace, missing)
        asana.hands.hide(project)
        assert asana.reader(projects=["*"]).confirm_gone(EntityKind.PROJECT, workspace, missing) == missing
