"""Pulls from the sandbox Jira: everything once, then what changed, whatever is edited and wherever a run is cut off."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from canonical.problems import ToolError
from canonical.vocabulary import EntityKind
from connectors.jira.client import cloud, data_center
from pmohub.testing.jira import Flavour
from tests.jira_reading.sites import BOTH, identity, pulled, records, site, tasks


@BOTH
def test_every_issue_comes_once_with_people_projects_and_history(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        batches = pulled(jira.reader())
        given = [one.external_id for batch in batches for one in batch.records if one.entity is EntityKind.TASK]
        assert len(given) == len(set(given)) == jira.shown()
        assert {record.entity for record in records(batches).values()} >= {EntityKind.PROJECT, EntityKind.PERSON}
        assert [change for batch in batches for change in batch.changes if change.field == "status"]
        assert batches[-1].progress.done >= len(given)


@BOTH
def test_a_run_without_changes_costs_a_handful_of_requests_whatever_there_is(flavour: Flavour, tmp_path: Path) -> None:
    costs = []
    for issues in (60, 600):
        with site(flavour, tmp_path, issues=issues) as jira:
            cursor = pulled(jira.reader())[-1].cursor
            cursor = pulled(jira.reader(), cursor)[-1].cursor
            reader = jira.reader()
            batches = pulled(reader, cursor)
            assert not tasks(batches)
            costs.append(reader.traffic().requests)
    assert costs[0] == costs[1] <= 12


@BOTH
def test_what_changed_comes_and_nothing_else(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(3600)
        edited = jira.some(3)[1]
        jira.edit(edited, summary="Another title")
        jira.pass_time(10)
        batches = pulled(jira.reader(), cursor)
        assert {name: record.title for name, record in tasks(batches).items()} == {identity(edited): "Another title"}  # type: ignore[attr-defined]
        assert not tasks(pulled(jira.reader(), batches[-1].cursor))


@BOTH
def test_edits_at_one_instant_and_in_the_instant_of_the_cursor_all_come(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        jira.server.state.clock.stop()
        first, second, third = jira.some(3)
        cursor = pulled(jira.reader())[-1].cursor
        jira.edit(first, summary="at the instant of the pull")
        jira.edit(second, summary="at the instant of the pull")
        batches = pulled(jira.reader(), cursor)
        assert set(tasks(batches)) == {identity(first), identity(second)}
        jira.edit(third, summary="and once more")
        again = pulled(jira.reader(), batches[-1].cursor)
        assert set(tasks(again)) == {identity(one) for one in (first, second, third)}, "the instant is not over"
        jira.pass_time(10)
        batches = pulled(jira.reader(), again[-1].cursor)
        assert not tasks(pulled(jira.reader(), batches[-1].cursor))


def test_an_edit_that_the_search_learns_of_late_is_not_lost(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, lag=120) as jira:
        jira.pass_time(3600)
        cursor = pulled(jira.reader())[-1].cursor
        edited = jira.some(1)[0]
        jira.edit(edited, summary="Seen late")
        batches = pulled(jira.reader(), cursor)
        assert identity(edited) not in tasks(batches)
        jira.pass_time(180)
        assert identity(edited) in tasks(pulled(jira.reader(), batches[-1].cursor))


@BOTH
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland"])
def test_the_zone_of_the_account_hides_no_change(flavour: Flavour, zone: str, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        account = next(each for each in jira.server.state.world.people if each.email == jira.server.email)
        object.__setattr__(account, "zone", zone)
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(600)
        edited = jira.some(1)[0]
        jira.edit(edited, summary="Elsewhere")
        assert set(tasks(pulled(jira.reader(), cursor))) == {identity(edited)}


@BOTH
def test_a_full_pull_that_was_cut_off_goes_on_from_any_batch(
    flavour: Flavour, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud.CloudClient, "at_a_time", 20)
    monkeypatch.setattr(data_center.DataCenterClient, "at_a_time", 20)
    with site(flavour, tmp_path) as jira:
        whole = pulled(jira.reader())
        assert len(whole) > 6
        for cut, batch in enumerate(whole[:-1]):
            rest = pulled(jira.reader(), batch.cursor)
            assert set(records(whole)) == set(records([*whole[: cut + 1], *rest])), cut


@BOTH
def test_a_page_smaller_than_asked_for_is_no_end(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path, page_cap=7) as jira:
        assert len(tasks(pulled(jira.reader()))) == jira.shown()


@BOTH
def test_a_moved_issue_is_the_same_task_under_its_new_key(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        moved = jira.some(1)[0]
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(600)
        other = next(p.key for p in jira.server.state.world.projects if p.place != moved.project and not p.archived)
        jira.move(moved, other)
        batches = pulled(jira.reader(), cursor)
        (task,) = tasks(batches).values()
        assert task.external_id == identity(moved)
        assert task.key == jira.issue(identity(moved)).key != moved.key
        assert {change.field for batch in batches for change in batch.changes} >= {"project", "key"}


@BOTH
def test_issues_of_a_project_under_another_key_come_under_theirs(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        before = pulled(jira.reader())
        jira.server.hands.project("PAY", key="MONEY")
        jira.pass_time(600)
        batches = pulled(jira.reader(), before[-1].cursor)
        old, new = tasks(before), tasks(batches)
        assert {name: f"MONEY-{(old[name].key or '').partition('-')[2]}" for name in new} == {
            name: task.key for name, task in new.items()
        }
        assert set(new) == {name for name, task in old.items() if (task.key or "").startswith("PAY-")}
        assert not tasks(pulled(jira.reader(), batches[-1].cursor))


@BOTH
def test_an_edit_in_the_instant_of_one_that_was_read_comes_too(flavour: Flavour, tmp_path: Path) -> None:
    """Some servers keep whole seconds: of two edits within one, the second changes no `updated`."""
    with site(flavour, tmp_path) as jira:
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(600)
        jira.server.state.clock.stop()
        edited = jira.some(1)[0]
        jira.edit(edited, summary="First")
        cursor = pulled(jira.reader(), cursor)[-1].cursor
        jira.edit(edited, summary="Second")
        jira.pass_time(60)
        (task,) = tasks(pulled(jira.reader(), cursor)).values()
        assert task.title == "Second"  # type: ignore[attr-defined]


@BOTH
def test_what_changes_after_a_server_set_its_clock_back_is_read(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        cursor = pulled(jira.reader())[-1].cursor
        jira.pass_time(-3600)
        edited = jira.some(1)[0]
        jira.edit(edited, summary="An hour earlier")
        batches = pulled(jira.reader(), cursor)
        assert tasks(batches)[identity(edited)].title == "An hour earlier"  # type: ignore[attr-defined]


@BOTH
def test_another_mapping_reads_everything_anew(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        cursor = pulled(jira.reader())[-1].cursor
        again = tasks(pulled(jira.reader(fields={"story_points": "Story Points"}), cursor))
        assert len(again) == jira.shown()


@BOTH
def test_only_the_projects_and_issues_that_are_meant_come(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        read = tasks(pulled(jira.reader(projects=["PAY", "GD*"], jql="type = Epic ORDER BY key DESC")))
        assert {task.key.partition("-")[0] for task in read.values() if task.key} == {"PAY", "GDPR"}
        assert {task.kind for task in read.values()} == {"epic"}  # type: ignore[attr-defined]


@BOTH
def test_a_project_that_comes_into_view_is_read_whole(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        hidden = jira.server.state.world.project("PAY")
        assert hidden is not None
        jira.server.state.world.hidden_projects.add(hidden.place)
        before = pulled(jira.reader())
        assert not [task for task in tasks(before).values() if (task.key or "").startswith("PAY-")]
        jira.server.state.world.hidden_projects.clear()
        jira.pass_time(3600)
        after = pulled(jira.reader(), before[-1].cursor)
        assert len([task for task in tasks(after).values() if (task.key or "").startswith("PAY-")]) > 5
        assert not tasks(pulled(jira.reader(), after[-1].cursor))


@BOTH
def test_progress_goes_forward_to_its_end(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        steps = [batch.progress for batch in pulled(jira.reader())]
        assert all(one.done <= two.done for one, two in pairwise(steps))
        assert all(step.total is None or step.done <= step.total for step in steps)


@BOTH
def test_a_wrong_token_is_told_and_nothing_is_given(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        jira.server.state.tokens_refused = True
        with pytest.raises(ToolError, match=r"credential|not logged in") as raised:
            list(jira.reader().pull(None))
        assert jira.server.token not in str(raised.value.problem)


@BOTH
def test_a_site_that_shows_nothing_is_a_question(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        cursor = pulled(jira.reader())[-1].cursor
        jira.server.state.world.hidden_projects.update(p.place for p in jira.server.state.world.projects)
        with pytest.raises(ToolError, match="no project"):
            list(jira.reader().pull(cursor))


@BOTH
def test_another_jira_at_the_same_address_is_not_read(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        cursor: dict[str, Any] = {**pulled(jira.reader())[-1].cursor, "site": "https://other.example.com"}
        with pytest.raises(ToolError, match="Another Jira"):
            list(jira.reader().pull(cursor))


@BOTH
def test_the_census_lists_what_can_be_seen(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        read = tasks(pulled(jira.reader()))
        for scope in {task.scope for task in read.values()}:
            census = jira.reader().census(EntityKind.TASK, scope or "")
            assert census.external_ids == {name for name, task in read.items() if task.scope == scope}
            assert (census.complete, census.nothing_hidden) == (True, False)
