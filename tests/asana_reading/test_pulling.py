"""Pulls from the sandbox Asana: everything once, then what changed, whatever is edited, wherever a run is cut off."""

from itertools import pairwise
from pathlib import Path

import pytest

from canonical.problems import ToolError
from canonical.records import Task
from canonical.vocabulary import EntityKind
from connectors.asana.client import paging
from connectors.asana.pulling.scope import in_scope
from pmohub.testing.asana import Plan
from tests.asana_reading.sites import ORGANISATION, Refusing, pulled, records, site, tasks


def test_every_task_comes_once_with_people_projects_and_time(tmp_path: Path) -> None:
    with site(tmp_path, tasks=120) as asana:
        batches = pulled(asana.reader(projects=["*"]))
        given = [one.external_id for batch in batches for one in batch.records if one.entity is EntityKind.TASK]
        assert len(given) == len(set(given)) > 90
        kinds = {record.entity for record in records(batches).values()}
        assert kinds >= {EntityKind.PROJECT, EntityKind.PERSON, EntityKind.TIME_ENTRY, EntityKind.STATUS_UPDATE}


def test_a_run_without_changes_costs_the_same_whatever_there_is(tmp_path: Path) -> None:
    costs = []
    for size in (30, 240):
        with site(tmp_path, tasks=size) as asana:
            cursor = pulled(asana.reader())[-1].cursor
            cursor = pulled(asana.reader(), cursor)[-1].cursor
            reader = asana.reader()
            batches = pulled(reader, cursor)
            assert not tasks(batches)
            costs.append(reader.traffic().requests)
    assert costs[0] == costs[1] <= 2 * 3 + 6


def test_subtasks_at_any_depth_count_towards_the_project_of_the_topmost(tmp_path: Path) -> None:
    """airbytehq/airbyte issue 83791, archestra-ai/archestra issue 3885: a project's list holds no subtasks."""
    with site(tmp_path) as asana:
        lowest = asana.family()
        read = tasks(pulled(asana.reader()))
        assert read[lowest].scope == asana.projects()[0].gid
        assert read[lowest].project == f"id:{asana.projects()[0].gid}"
        assert read[read[lowest].parent.removeprefix("id:")].title == "Middle"


def test_a_changed_subtask_is_in_the_next_run_though_its_parent_is_not_touched(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(3600)
        asana.hands.edit(lowest, name="Renamed")
        asana.hands.pass_time(10)
        batches = pulled(asana.reader(), cursor)
        assert {name: task.title for name, task in tasks(batches).items()} == {lowest: "Renamed"}
        assert not tasks(pulled(asana.reader(), batches[-1].cursor))


def test_an_event_that_went_missing_is_made_up_for_by_the_search(tmp_path: Path) -> None:
    """Events are told at most once."""
    with site(tmp_path) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(3600)
        asana.server.state.world.feed.lost = 1
        asana.hands.edit(lowest, name="Renamed")
        asana.hands.pass_time(60)
        batches = pulled(asana.reader(), cursor)
        assert tasks(batches)[lowest].title == "Renamed"
        assert not tasks(pulled(asana.reader(), batches[-1].cursor))


def test_an_event_that_went_missing_where_there_is_no_search_is_made_up_for_within_a_day(tmp_path: Path) -> None:
    with site(tmp_path, plan=Plan.FREE) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.server.state.world.feed.lost = 1
        asana.hands.edit(lowest, name="Renamed")
        asana.hands.pass_time(3600)
        batches = pulled(asana.reader(), cursor)
        assert lowest not in tasks(batches)
        asana.hands.pass_time(24 * 3600)
        assert tasks(pulled(asana.reader(), batches[-1].cursor))[lowest].title == "Renamed"


def test_events_and_a_search_that_learn_of_an_edit_late_lose_nothing(tmp_path: Path) -> None:
    with site(tmp_path, event_delay=60, lag=120) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(3600)
        cursor = pulled(asana.reader(), cursor)[-1].cursor
        asana.hands.pass_time(3600)
        asana.hands.edit(lowest, name="Renamed")
        batches = pulled(asana.reader(), cursor)
        assert lowest not in tasks(batches)
        asana.hands.pass_time(180)
        assert tasks(pulled(asana.reader(), batches[-1].cursor))[lowest].title == "Renamed"


def test_a_task_in_several_projects_is_one_task_and_counts_towards_the_first(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        home, other = asana.projects()[:2]
        task = asana.hands.create(home.gid, "Of two projects")
        asana.hands.add_project(task, other.gid)
        batches = pulled(asana.reader())
        given = [one for batch in batches for one in batch.records if one.external_id == task]
        assert [(one.scope, one.further_projects) for one in given if isinstance(one, Task)] == [
            (home.gid, (f"id:{other.gid}",))
        ]


def test_a_moved_task_and_what_is_below_it_are_of_the_new_project(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        home, other = asana.projects()[:2]
        lowest = asana.family()
        batches = pulled(asana.reader())
        middle = tasks(batches)[lowest].parent.removeprefix("id:")
        top = tasks(batches)[middle].parent.removeprefix("id:")
        asana.hands.pass_time(600)
        asana.hands.add_project(top, other.gid)
        asana.hands.remove_project(top, home.gid)
        moved = tasks(pulled(asana.reader(), batches[-1].cursor))
        assert {gid: moved[gid].scope for gid in (top, middle, lowest)} == dict.fromkeys(
            (top, middle, lowest), other.gid
        )


def test_a_deleted_task_is_told_and_a_restored_one_comes_again(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        gone = asana.family()
        batches = pulled(asana.reader())
        asana.hands.pass_time(600)
        asana.hands.delete(gone)
        after = pulled(asana.reader(), batches[-1].cursor)
        assert (EntityKind.TASK, gone) in [key for batch in after for key in batch.deleted]
        asana.hands.pass_time(600)
        asana.hands.restore(gone)
        assert gone in tasks(pulled(asana.reader(), after[-1].cursor))


def test_a_project_whose_events_ran_out_is_read_whole(tmp_path: Path) -> None:
    """The first call to events answers 412 by design, and so does one with a token that is too old."""
    with site(tmp_path) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.edit(lowest, name="Long ago")
        asana.hands.pass_time(23 * 3600)
        later = {**cursor, "tokens": dict.fromkeys(cursor["tokens"], "deadbeef:0")}
        batches = pulled(asana.reader(), later)
        assert tasks(batches)[lowest].title == "Long ago"
        assert not tasks(pulled(asana.reader(), batches[-1].cursor))


def test_a_token_that_is_called_wrong_instead_of_old_is_replaced_as_well(tmp_path: Path) -> None:
    with site(tmp_path, Refusing("/events", status=400, query=b"sync=wrong")) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.delete(lowest)
        asana.hands.pass_time(60)
        batches = pulled(asana.reader(), {**cursor, "tokens": dict.fromkeys(cursor["tokens"], "wrong")})
        assert "wrong" not in batches[-1].cursor["tokens"].values()


def test_events_that_were_refused_are_asked_for_again_once_a_day(tmp_path: Path) -> None:
    refusing = Refusing("/events")
    with site(tmp_path, refusing) as asana:
        cursor = pulled(asana.reader())[-1].cursor
        refusing.ends = ()
        asana.hands.pass_time(25 * 3600)
        assert all(pulled(asana.reader(), cursor)[-1].cursor["tokens"].values())


def test_more_events_than_an_answer_holds_are_drawn_to_their_end(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest = asana.family()
        cursor = pulled(asana.reader())[-1].cursor
        asana.hands.pass_time(60)
        task = asana.hands.tasks(asana.projects()[0].gid)[0].gid
        for number in range(120):
            asana.hands.edit(task, name=f"Title {number}")
        asana.hands.edit(lowest, name="The last of all")
        read = tasks(pulled(asana.reader(), cursor))
        assert (read[task].title, read[lowest].title) == ("Title 119", "The last of all")


def test_a_full_pull_that_was_cut_off_goes_on_from_any_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "A_PAGE", 10)
    with site(tmp_path) as asana:
        asana.family()
        whole = pulled(asana.reader())
        assert len(whole) > 20
        for cut, batch in enumerate(whole[:-1:5]):
            rest = pulled(asana.reader(), batch.cursor)
            assert set(records(whole)) == set(records([*whole[: 5 * cut + 1], *rest])), cut


def test_an_offset_that_ran_out_begins_the_list_again_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """airbytehq/airbyte issue 13676: the parent list's token ran out while what is below was read slowly."""
    monkeypatch.setattr(paging, "A_PAGE", 10)
    with site(tmp_path) as asana:
        expected = set(tasks(pulled(asana.reader())))
        given = []
        for batch in asana.reader().pull(None):
            given += [one.external_id for one in batch.records if one.entity is EntityKind.TASK]
            if len(given) < 60:
                asana.hands.forget_pages()
        assert len(given) == len(set(given))
        assert set(given) == expected


def test_an_edit_between_two_pages_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "A_PAGE", 10)
    with site(tmp_path) as asana:
        lowest = asana.family()
        batches = []
        for batch in asana.reader().pull(None):
            batches.append(batch)
            asana.hands.edit(lowest, name=f"At batch {len(batches)}")
        last = f"At batch {len(batches)}"
        assert tasks(pulled(asana.reader(), batches[-1].cursor))[lowest].title == last


def test_another_mapping_reads_everything_anew(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        before = pulled(asana.reader())
        again = pulled(asana.reader(fields={"story_points": "Story points"}), before[-1].cursor)
        assert set(tasks(again)) == set(tasks(before))


def test_a_project_that_comes_into_view_is_read_whole(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        lowest, project = asana.family(), asana.projects()[0].gid
        asana.hands.hide(project)
        before = pulled(asana.reader())
        assert lowest not in tasks(before)
        asana.hands.hide(project, hidden=False)
        after = pulled(asana.reader(), before[-1].cursor)
        assert lowest in tasks(after)
        assert not tasks(pulled(asana.reader(), after[-1].cursor))


def test_once_a_day_everything_is_read_anew(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        before = pulled(asana.reader())
        asana.hands.pass_time(25 * 3600)
        again = pulled(asana.reader(), before[-1].cursor)
        assert set(tasks(again)) == set(tasks(before))
        asana.hands.pass_time(3600)
        assert not tasks(pulled(asana.reader(), again[-1].cursor))


def test_only_the_workspaces_teams_and_projects_that_are_meant_come(tmp_path: Path) -> None:
    """lmartel/emacs-asana issue 27: a token that sees several workspaces where one had been assumed."""
    with site(tmp_path) as asana:
        every = asana.projects()
        wanted = every[0]["name"]
        found = records(pulled(asana.reader(workspaces=[ORGANISATION], projects=[f"{wanted[:5]}*"])))
        assert {one.name for (kind, _), one in found.items() if kind is EntityKind.PROJECT} == {
            one["name"] for one in every if one["name"].startswith(wanted[:5])
        }
        projects = records(pulled(asana.reader(workspaces=["*"], projects=["*"])))
        assert len([kind for kind, _ in projects if kind is EntityKind.PROJECT]) > len(every)


@pytest.mark.parametrize("wanted", ["[Internal] Tools", "[internal]  tools", "*tools", "7"])
def test_a_project_is_meant_by_its_name_a_pattern_or_its_gid(wanted: str) -> None:
    project = {"gid": "7", "name": "[Internal] Tools", "team": {"gid": "1", "name": "IT"}}
    assert in_scope(project, ["*"], [wanted])
    assert in_scope(project, ["I?"], [wanted])
    assert not in_scope(project, ["HR"], [wanted])
    assert not in_scope({**project, "gid": "8", "name": "i Tool"}, ["*"], [wanted])


def test_progress_goes_forward(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        steps = [batch.progress for batch in pulled(asana.reader())]
        assert all(one.done <= two.done for one, two in pairwise(steps))


def test_a_wrong_token_is_told_and_nothing_is_given(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        asana.hands.refuse_logins()
        with pytest.raises(ToolError, match="does not accept the credential"):
            list(asana.reader().pull(None))


def test_a_workspace_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with site(tmp_path) as asana, pytest.raises(ToolError) as raised:
        list(asana.reader(workspaces=["Nobody's"]).pull(None))
    assert ORGANISATION in raised.value.problem.next_step
