"""Fields of issues are written to a Jira that answers as the real one does, beside a team that edits them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.base import Outcome
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.faults import Fault, Kind
from tests.jira_writing.office import BASELINE, BUDGET, EDIT, GO_LIVE, OBJECTIVE, PHASE, Office, office

APPLIED, STALE, REFUSED, UNKNOWN = Outcome.APPLIED, Outcome.STALE, Outcome.REFUSED, Outcome.UNKNOWN


@pytest.fixture(scope="module", params=[Flavour.CLOUD, Flavour.DATA_CENTER])
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Run a site of either flavour for all tests."""
    with office(tmp_path_factory.mktemp("hub"), request.param) as found:
        yield found


@pytest.fixture
def site(sites: Office) -> Office:
    """Give each test an issue of its own."""
    return sites.anew()


def test_fields_of_every_type_are_written_and_read_back(site: Office) -> None:
    cases: dict[str, Any] = {
        PHASE: "Execution",
        BUDGET: 1500,
        BASELINE: date(2027, 1, 31),
        GO_LIVE: datetime(2026, 1, 31, 10, tzinfo=UTC),
        OBJECTIVE: "# Aim\n\nMore **speed**",
        "PMO id": "=1+1",
        "Business unit": "Retail - Shops",
        "Risk areas": ["Cost", "Law"],
        "Tags": ["one", "two"],
        "Project Sponsor": "Markus Lindner",
    }
    results = site.write(*(site.change(carrier, None, value) for carrier, value in cases.items()))
    assert [(result.outcome, result.reason) for result in results] == [(APPLIED, "")] * len(cases)
    assert [result.read_back for result in results] == list(cases.values())
    emptied = site.write(*(site.change(carrier, value, None) for carrier, value in cases.items()))
    assert [(result.outcome, result.read_back) for result in emptied] == [(APPLIED, None)] * len(cases)


def test_a_date_time_is_sent_as_jira_reads_it(site: Office) -> None:
    instant = datetime.fromisoformat("2026-01-31T10:00:00+00:00")
    assert site.one(GO_LIVE, None, instant).read_back == instant


def test_a_label_is_added_to_those_that_are_there(site: Office) -> None:
    site.team(labels=("a", "b", "c"))
    result = site.one("Labels", ["a", "b", "c"], ["a", "b", "c", "d"])
    assert (result.outcome, site.fields()["labels"]) == (APPLIED, ["a", "b", "c", "d"])


def test_a_label_that_the_team_adds_meanwhile_stays_and_nothing_was_overtaken(site: Office) -> None:
    site.team(labels=("a", "b"))
    change = site.change("Labels", ["a", "b"], ["b", "d"])
    (result,) = site.amid(lambda: site.team(labels=("a", "b", "e")), lambda: site.write(change))
    assert result.outcome is APPLIED
    assert set(site.fields()["labels"]) == {"b", "d", "e"}
    (replaced,) = site.writer().overtaken([change])
    assert (replaced.problem, replaced.value) == (None, ["a", "b"])


def test_a_choice_that_jira_spells_otherwise_is_what_was_written_and_can_be_taken_back(site: Office) -> None:
    change = site.change(PHASE, None, "planning")
    (result,) = site.write(change)
    assert (result.outcome, result.read_back) == (APPLIED, "Planning")
    assert site.writer().overtaken([change])[0].problem is None
    assert site.one(PHASE, "planning", None).outcome is APPLIED


def test_a_teams_edit_before_the_write_wins(site: Office) -> None:
    site.team(**{site.field(BUDGET): 7.0})
    result = site.one(BUDGET, None, 1500)
    assert (result.outcome, result.read_back, site.fields()[site.field(BUDGET)]) == (STALE, 7, 7)


def test_a_teams_edit_in_the_moment_of_the_write_is_known_and_can_be_put_back(site: Office) -> None:
    budget = site.field(BUDGET)
    change = site.change(BUDGET, None, 1500)
    (result,) = site.amid(lambda: site.team(**{budget: 7.0}), lambda: site.write(change))
    (replaced,) = site.writer().overtaken([change])
    assert (result.outcome, replaced.value) == (APPLIED, 7)
    assert site.one(BUDGET, 1500, replaced.value).outcome is APPLIED
    assert site.fields()[budget] == 7


def test_what_a_rich_text_replaced_is_known_by_its_letters(site: Office) -> None:
    first = site.change(OBJECTIVE, None, "# Aim\n\nMore **speed**")
    second = site.change(OBJECTIVE, first.after, "Less *weight*")
    site.write(first, second)
    (replaced,) = site.writer().overtaken([second])
    assert (replaced.problem, replaced.value) == (None, first.after)


def test_what_was_never_written_replaced_nothing(site: Office) -> None:
    (replaced,) = site.writer().overtaken([site.change(BUDGET, None, 1500)])
    assert replaced.problem is not None


def test_what_a_write_replaced_is_found_behind_a_long_history(site: Office) -> None:
    for number in range(130):
        site.team(summary=f"Edited {number} times")
    change = site.change(BUDGET, None, 1500)
    assert site.write(change)[0].outcome is APPLIED
    for number in range(130):
        site.team(summary=f"Edited {number} times more")
    (replaced,) = site.writer().overtaken([change])
    assert (replaced.problem, replaced.value) == (None, None)


def test_a_moved_issue_is_the_same_issue(site: Office) -> None:
    issue, world = site.issue, site.server.state.world
    change = site.change(PHASE, None, "Planning", issue)
    found = world.find(issue)
    assert found is not None
    other = next(project for project in world.projects if project.place != found.project and not project.archived)
    site.move(found, other)
    assert site.write(change)[0].outcome is APPLIED
    assert site.fields(issue)["project"]["key"] == other.key


def test_a_value_that_is_not_allowed_is_refused_before_it_is_sent(site: Office) -> None:
    result = site.one(PHASE, None, "Sometime")
    assert result.outcome is REFUSED
    assert result.reason == (
        "PMO Phase does not allow Sometime; allowed are Initiation, Planning, Execution, Monitoring, Closing"
    )


def test_a_field_that_is_not_on_the_screen_is_refused_by_its_name(site: Office) -> None:
    result = site.one("Security Level", None, "Board only")
    assert result.outcome is REFUSED
    assert (
        result.reason
        == f"Security Level is not on the screen for editing {site.key()}, or this account may not edit it"
    )


def test_what_jira_refuses_is_told_in_its_words_with_the_fields_name(site: Office) -> None:
    summary = site.fields()["summary"]
    result = site.one("Summary", summary, "x" * 300)
    assert (result.outcome, site.fields()["summary"]) == (REFUSED, summary)
    assert result.reason == "Jira refused: Summary: Summary must be less than 255 characters."


def test_an_issue_that_is_not_to_be_seen_is_refused(site: Office) -> None:
    assert site.one(PHASE, None, "Planning", "99999999").outcome is REFUSED
    assert site.one(PHASE, None, "Planning", "no such item").outcome is REFUSED
    assert site.one("No such field", None, "Planning").outcome is REFUSED


def test_without_the_permission_to_edit_nothing_is_written(site: Office) -> None:
    site.server.state.forbidden.add("EDIT_ISSUES")
    result = site.one(PHASE, None, "Planning")
    assert (result.outcome, site.fields()[site.field(PHASE)]) == (REFUSED, None)


def test_watchers_get_no_mail_where_that_is_permitted_and_it_is_said_where_not(site: Office) -> None:
    assert site.one(PHASE, None, "Planning").reason == ""
    assert site.server.state.mails == []
    site.server.state.forbidden |= {"ADMINISTER_PROJECTS", "ADMINISTER"}
    result = site.one(PHASE, "Planning", "Execution")
    assert result.outcome is APPLIED
    assert "watchers were told" in result.reason
    assert len(site.server.state.mails) == 1


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.BAD_GATEWAY, Kind.TRUNCATED])
def test_a_lost_answer_is_settled_by_reading_and_nothing_is_sent_twice(site: Office, kind: Kind) -> None:
    site.server.state.faults.arm(Fault(kind=kind, method="PUT", path=EDIT, applied=True))
    change = site.change(BUDGET, None, 1500)
    before = site.history()
    (result,) = site.write(change)
    assert (result.outcome, site.history() - before) == (APPLIED, 1)


def test_an_edit_of_which_nothing_is_known_is_unknown_and_not_sent_again(site: Office) -> None:
    site.server.state.faults.arm(Fault(kind=Kind.RESET, method="PUT", path=EDIT))
    before = site.history()
    result = site.one(BUDGET, None, 1500)
    assert (result.outcome, site.history() - before) == (UNKNOWN, 0)


def test_a_limit_is_waited_for(site: Office) -> None:
    site.server.state.faults.arm(Fault(kind=Kind.TOO_MANY, method="PUT", path=EDIT, retry_after=1))
    assert site.one(BUDGET, None, 1500).outcome is APPLIED


def test_a_status_changes_by_a_transition_only_where_the_configuration_says_so(site: Office) -> None:
    site.team(status="10000")
    assert "transitions = true" in site.one("Status", "To Do", "In Progress").reason
    site.more = {"transitions": True}
    change = site.change("Status", "To Do", "In Progress")
    assert site.write(change)[0].outcome is APPLIED
    (replaced,) = site.writer().overtaken([change])
    assert replaced.value == "To Do"
    assert site.fields()["status"]["name"] == "In Progress"


def test_a_transition_that_asks_for_more_is_refused_with_what_it_asks_for(site: Office) -> None:
    site.more = {"transitions": True}
    site.team(status="3", resolution=None)
    result = site.one("Status", "In Progress", "Done")
    assert (result.outcome, result.reason) == (REFUSED, "the transition Done asks for Resolution as well")
    away = site.one("Status", "In Progress", "To Do")
    assert "no transition leads from In Progress to To Do" in away.reason


def test_a_transition_whose_answer_was_lost_is_taken_once(site: Office) -> None:
    site.more = {"transitions": True}
    site.team(status="10000")
    site.server.state.faults.arm(Fault(kind=Kind.RESET, method="POST", path="/transitions", applied=True))
    before = site.history()
    assert site.one("Status", "To Do", "In Progress").outcome is APPLIED
    assert site.history() - before == 1


def test_one_estimate_leaves_the_other_as_it_is(site: Office) -> None:
    site.team(timeoriginalestimate=7200, timeestimate=3600)
    result = site.one("Original estimate", 7200, 10800)
    assert (result.outcome, result.read_back) == (APPLIED, 10800)
    assert site.fields()["timeestimate"] == 3600


def test_a_reader_reads_the_same_values(site: Office) -> None:
    change = site.change(BUDGET, None, 1500)
    site.write(change)
    (current,) = site.reader().read([change.target])
    assert (current.problem, current.value) == (None, 1500)
