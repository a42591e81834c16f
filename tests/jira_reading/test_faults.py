"""What others met, and what a network and a busy Jira do: each ends in a whole reading or in a named error."""

from pathlib import Path

import pytest

from canonical.problems import ToolError, Weight
from canonical.vocabulary import EntityKind
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.faults import Fault, Kind
from pmohub.testing.jira.limiting import CloudLimits, Lie
from pmohub.testing.jira.world.issue import Change, Item
from tests.jira_reading.sites import BOTH, identity, pulled, records, site, tasks

LONG = pytest.mark.long
PASSING = (
    Kind.RESET,
    Kind.TOO_MANY,
    *(pytest.param(kind, marks=LONG) for kind in (Kind.TRUNCATED, Kind.BAD_GATEWAY, Kind.UNAVAILABLE)),
)
LASTING = (
    Kind.LOGIN_PAGE,
    Kind.EMPTY,
    *(pytest.param(kind, marks=LONG) for kind in (Kind.INTERNAL, Kind.UNAUTHORISED)),
)


@BOTH
@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_by_itself_costs_a_wait_and_nothing_else(flavour: Flavour, kind: Kind, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=60) as jira:
        jira.server.state.faults.arm(Fault(kind=kind, path="bulkfetch|search", nth=2))
        reader = jira.reader(patience=30)
        assert len(tasks(pulled(reader))) == jira.shown()
        assert jira.server.state.faults.hits
        assert sum(reader.traffic().waited.values()) > 0


@BOTH
@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize("nth", [1, 4, pytest.param(9, marks=pytest.mark.long)])
def test_what_does_not_pass_ends_in_a_named_error_and_what_was_given_stays(
    flavour: Flavour, kind: Kind, nth: int, tmp_path: Path
) -> None:
    with site(flavour, tmp_path, issues=60) as jira:
        jira.server.state.faults.arm(Fault(kind=kind, nth=nth))
        with pytest.raises(ToolError) as raised:
            list(jira.reader().pull(None))
        problem = raised.value.problem
        assert problem.what
        assert problem.next_step
        assert "sandbox-token" not in str(problem)
        assert len(tasks(pulled(jira.reader()))) == jira.shown()


def test_a_token_that_comes_again_is_an_error_and_no_circle(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, page_cap=20) as jira:
        jira.server.state.faults.arm(Fault(kind=Kind.SAME_PAGE_TOKEN, path="search/jql", nth=2, times=None))
        with pytest.raises(ToolError, match="token"):
            list(jira.reader().pull(None))


@BOTH
def test_all_of_a_long_history_comes_the_oldest_included(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=60) as jira:
        issue, world = jira.some(1)[0], jira.server.state.world
        now = issue
        for number in range(41):
            jira.pass_time(60)
            item = Item("summary", "summary", False, None, f"title {number}", None, f"title {number + 1}")
            change = Change(world.new_change(), issue.values["reporter"], world.now(), (item,))
            now = now.changed(change, updated=world.now(), values={**now.values, "summary": f"title {number + 1}"})
        world.put(now)
        told = [change for batch in pulled(jira.reader()) for change in batch.changes]
        titles = [one.new for one in told if (one.external_id, one.field) == (identity(issue), "title")]
        assert sorted(map(str, titles[-41:])) == sorted(f"title {number + 1}" for number in range(41))
        assert len({(one.change_id, one.field) for one in told}) == len(told)


@BOTH
def test_lists_of_people_and_projects_are_read_to_their_end(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path, page_cap=5) as jira:
        people = {name for kind, name in records(pulled(jira.reader())) if kind is EntityKind.PERSON}
        assert len(people) == len(jira.server.state.world.people)


@BOTH
def test_epics_are_tasks_and_the_parents_of_their_stories(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        read = tasks(pulled(jira.reader()))
        epics = {name for name, task in read.items() if task.kind == "epic"}  # type: ignore[attr-defined]
        parents = {str(task.parent) for task in read.values()}  # type: ignore[attr-defined]
        keys = {f"key:{read[name].key}" for name in epics} | {f"id:{name}" for name in epics}
        assert epics
        assert keys & parents


@BOTH
def test_what_the_configuration_no_longer_names_is_no_longer_meant(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        gone = jira.server.state.world.project("GDPR")
        assert gone is not None
        census = jira.reader(projects=["PAY"]).census(EntityKind.TASK, gone.id)
        assert not census.meant
        narrowed = jira.reader(jql="type = Epic").census(EntityKind.TASK, gone.id)
        assert narrowed.left_out
        assert not narrowed.left_out & narrowed.external_ids


@BOTH
def test_check_finds_nothing_amiss_where_nothing_is(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path) as jira:
        assert [found.what for found in jira.reader().check() if found.weight is not Weight.INFO] == []


@BOTH
def test_check_names_what_is_misspelt_ambiguous_or_not_there(flavour: Flavour, tmp_path: Path) -> None:
    wrong = {
        "projects": ["PAY", "NOPE*"],
        "jql": "no such field = 1",
        "fields": {"who": "Customer", "what": "Not a field"},
        "statuses": {"Lost in space": "cancelled"},
        "kinds": {"Saga": "epic"},
        "links": {"Haunts": "FS"},
        "charter": {"jql": "type = Story"},
    }
    with site(flavour, tmp_path) as jira:
        told = "\n".join(found.what for found in jira.reader(**wrong).check())
        for words in ("NOPE*", "does not understand the filter", "2 fields", "Not a field", "Lost in space", "Saga"):
            assert words in told
        assert "Haunts" in told
        assert "charter issues" in told


@BOTH
def test_a_limit_that_is_near_is_kept_before_it_is_met(flavour: Flavour, tmp_path: Path) -> None:
    with site(flavour, tmp_path, issues=60) as jira:
        jira.server.state.faults.arm(Fault(kind=Kind.TOO_MANY, retry_after=2, path="bulkfetch|search"))
        reader = jira.reader(patience=30)
        pulled(reader)
        waited = reader.traffic().waited
        assert max(waited.values()) >= 1.9
        assert all(reason and not reason.startswith("http") for reason in waited)


def test_a_jira_by_others_is_read_too(jira820: str, tmp_path: Path) -> None:
    with site(Flavour.DATA_CENTER, tmp_path, issues=10) as jira:
        reader = jira.reader(url=jira820, requests_per_second=200, history=False)
        found = records(pulled(reader))
        kinds = [kind for kind, _ in found]
        assert kinds.count(EntityKind.TASK) == 364
        assert kinds.count(EntityKind.TIME_ENTRY) > 400


def test_a_site_that_limits_bursts_is_read_whole_and_the_waits_are_told(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=600) as jira:
        jira.server.state.limits.set(CloudLimits(spare=1.0))
        reader = jira.reader(patience=120)
        assert len(tasks(pulled(reader))) == jira.shown()


@pytest.mark.parametrize("lie", list(Lie))
def test_a_quota_that_ran_out_ends_a_run_soon_whatever_its_headers_say(lie: Lie, tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=60) as jira:
        jira.server.state.limits.set(CloudLimits(points=40, lies=frozenset({lie})))
        reader = jira.reader(email=None, patience=2)
        with pytest.raises(ToolError) as raised:
            list(reader.pull(None))
        assert raised.value.problem.next_step
        assert reader.traffic().requests < 40
