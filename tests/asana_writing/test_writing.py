"""Fields of tasks are written to an Asana that answers as the real one does, beside a team that edits them."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from canonical.values import FieldValue
from connectors.base import Outcome
from pmohub.testing.asana.faults import Fault, Kind
from tests.asana_writing.office import BRIEF, EDIT, PHASE, RELAUNCH, Office, office

APPLIED, STALE, REFUSED, UNKNOWN = Outcome.APPLIED, Outcome.STALE, Outcome.REFUSED, Outcome.UNKNOWN
POINTS, CHANNELS, GO_LIVE, APPROVERS, ESTIMATE = "Story points", "Channels", "Go-live", "Approvers", "Estimated time"
MOMENT = datetime(2026, 1, 31, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Run a site for all tests."""
    with office(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture
def site(sites: Office) -> Office:
    """Give each test a task of its own."""
    return sites.anew()


def test_fields_of_every_type_are_written_read_back_and_emptied(site: Office) -> None:
    cases: dict[str, FieldValue] = {
        PHASE: "Execution",
        POINTS: Decimal("3.5"),
        ESTIMATE: 90,
        CHANNELS: ["Print", "Web"],
        GO_LIVE: MOMENT,
        APPROVERS: ["Clara Jung", "Sophie Brandt"],
        BRIEF: "=1+1",
        "due_on": date(2027, 1, 31),
        "assignee": "Milan Novak",
        "notes": "إطلاق\nline two",
    }
    results = site.write(*(site.change(carrier, None, value) for carrier, value in cases.items()))
    assert [(result.outcome, result.reason) for result in results] == [(APPLIED, "")] * len(cases)
    assert [result.read_back for result in results] == list(cases.values())
    assert [site.held(carrier) for carrier in cases] == list(cases.values())
    emptied = site.write(*(site.change(carrier, value, None) for carrier, value in cases.items()))
    assert [(result.outcome, result.read_back) for result in emptied] == [(APPLIED, None)] * len(cases)


def test_only_the_property_that_changes_is_sent(site: Office) -> None:
    site.hands.fill(site.task, BRIEF, "theirs")
    site.amid(lambda: site.hands.edit(site.task, name="Renamed"), lambda: site.one(PHASE, None, "Planning"))
    assert (site.held("name"), site.held(BRIEF), site.held(PHASE)) == ("Renamed", "theirs", "Planning")
    assert site.ours() == 1


def test_a_name_and_completion_are_written_and_a_name_is_never_emptied(site: Office) -> None:
    assert site.one("name", "To be written", "Written").outcome is APPLIED
    assert site.one("completed", False, True).outcome is APPLIED
    assert site.one("name", "Written", None).reason == "the name may not be emptied"


def test_a_start_is_sent_with_the_due_date_that_asana_wants_beside_it(site: Office) -> None:
    alone = site.one("start_on", None, date(2026, 12, 1))
    assert (alone.outcome, "has no due date" in alone.reason) == (REFUSED, True)
    site.hands.edit(site.task, due_on="2026-12-24")
    assert site.one("start_on", None, date(2026, 12, 1)).outcome is APPLIED
    assert site.held("due_on") == date(2026, 12, 24)
    assert "keeps a start beside a due date only" in site.one("due_on", date(2026, 12, 24), None).reason
    assert site.one("start_on", date(2026, 12, 1), None).outcome is APPLIED


def test_a_due_date_that_is_moved_in_the_moment_of_a_start_is_put_back(site: Office) -> None:
    site.hands.edit(site.task, due_on="2026-12-24")
    change = site.change("start_on", None, date(2026, 12, 1))
    (result,) = site.amid(lambda: site.hands.edit(site.task, due_on="2027-02-02"), lambda: site.write(change))
    assert (result.outcome, site.held("due_on"), site.held("start_on")) == (
        APPLIED,
        date(2027, 2, 2),
        date(2026, 12, 1),
    )
    assert "somebody moved its due date meanwhile" in result.reason
    assert site.replaced(change).value is None


def test_a_time_of_day_is_not_dropped_by_writing_a_day(site: Office) -> None:
    site.hands.edit(site.task, due_on="2026-12-24", due_at=int(MOMENT.timestamp() * 1000))
    result = site.one("due_on", date(2026, 12, 24), date(2026, 12, 25))
    assert (result.outcome, "at a time of day" in result.reason) == (REFUSED, True)


TEAMS: dict[str, tuple[Callable[[Office], None], FieldValue, FieldValue]] = {
    PHASE: (lambda site: site.hands.fill(site.task, PHASE, "Closing"), "Closing", "Planning"),
    POINTS: (lambda site: site.hands.fill(site.task, POINTS, 8), 8, Decimal("3.5")),
    CHANNELS: (lambda site: site.hands.fill(site.task, CHANNELS, ("Fair", "Web")), ["Fair", "Web"], ["Web"]),
    GO_LIVE: (lambda site: site.hands.fill(site.task, GO_LIVE, "2026-05-01"), date(2026, 5, 1), date(2026, 6, 1)),
    APPROVERS: (lambda site: site.hands.fill(site.task, APPROVERS, "Clara Jung"), ["Clara Jung"], ["Milan Novak"]),
    BRIEF: (lambda site: site.hands.fill(site.task, BRIEF, "theirs"), "theirs", "ours"),
    "due_on": (lambda site: site.hands.edit(site.task, due_on="2026-05-01"), date(2026, 5, 1), date(2026, 6, 1)),
    "assignee": (
        lambda site: site.hands.edit(site.task, assignee=site.asana.server.state.person("Clara Jung").gid),
        "Clara Jung",
        "Milan Novak",
    ),
}
CARRIERS = pytest.mark.parametrize("carrier", TEAMS)


@CARRIERS
def test_a_teams_edit_before_the_write_wins(site: Office, carrier: str) -> None:
    edit, theirs, ours = TEAMS[carrier]
    edit(site)
    result = site.one(carrier, None, ours)
    assert (result.outcome, result.read_back, site.held(carrier)) == (STALE, theirs, theirs)
    assert site.ours() == 0


@CARRIERS
def test_a_teams_edit_in_the_moment_of_the_write_is_known_and_can_be_put_back(site: Office, carrier: str) -> None:
    edit, theirs, ours = TEAMS[carrier]
    change = site.change(carrier, None, ours)
    (result,) = site.amid(lambda: edit(site), lambda: site.write(change))
    replaced = site.replaced(change)
    assert (result.outcome, replaced.problem, replaced.value) == (APPLIED, None, theirs)
    assert site.one(carrier, ours, replaced.value).outcome is APPLIED
    assert site.held(carrier) == theirs


@CARRIERS
def test_what_a_write_replaced_is_what_was_read_where_nobody_was_faster(site: Office, carrier: str) -> None:
    edit, theirs, ours = TEAMS[carrier]
    edit(site)
    change = site.change(carrier, theirs, ours)
    assert site.write(change)[0].outcome is APPLIED
    replaced = site.replaced(change)
    assert (replaced.problem, replaced.value) == (None, theirs)


def test_after_a_crash_another_writer_knows_what_was_replaced(site: Office) -> None:
    change = site.change(BRIEF, None, "ours")
    site.amid(lambda: site.hands.fill(site.task, BRIEF, "theirs"), lambda: site.write(change))
    site.writers.clear()
    assert site.replaced(change).value == "theirs"


def test_what_was_never_written_replaced_nothing(site: Office) -> None:
    assert site.replaced(site.change(BRIEF, None, "ours")).problem is not None
    assert site.replaced(site.change("notes", None, "ours")).problem is not None


def test_what_a_write_replaced_is_found_behind_a_long_history(site: Office) -> None:
    for number in range(110):
        site.hands.edit(site.task, name=f"Edited {number} times")
    change = site.change(BRIEF, None, "ours")
    assert site.write(change)[0].outcome is APPLIED
    for number in range(110):
        site.hands.edit(site.task, name=f"Edited {number} times more")
    assert (site.replaced(change).problem, site.replaced(change).value) == (None, None)


def test_an_option_that_asana_spells_otherwise_is_what_was_written_and_can_be_taken_back(site: Office) -> None:
    change = site.change(PHASE, None, "planning")
    assert (site.write(change)[0].read_back, site.replaced(change).problem) == ("Planning", None)
    assert site.one(PHASE, "planning", None).outcome is APPLIED


def test_people_are_written_by_name_reference_or_address(site: Office) -> None:
    gid = site.asana.server.state.person("Clara Jung").gid
    assert site.one("assignee", None, f"id:{gid}").read_back == "Clara Jung"
    assert site.one("assignee", "Clara Jung", "milan.novak@nordhaus.example").read_back == "Milan Novak"
    assert site.one("assignee", "milan.novak@nordhaus.example", "Milan Novak").outcome is Outcome.ALREADY_TRUE
    nobody = site.one("assignee", "Milan Novak", "Nobody At All")
    stranger = site.one("assignee", "Milan Novak", "who@elsewhere.example")
    assert nobody.reason == "no user in Asana is called Nobody At All"
    assert stranger.reason == "nobody with the address who@elsewhere.example is to be seen in Asana"


def test_a_missing_option_is_refused_with_the_allowed_ones_or_made_where_that_is_allowed(site: Office) -> None:
    refused = site.one(CHANNELS, None, ["Web", "Podcast"])
    assert refused.reason == "Channels does not allow Podcast; allowed are Web, Print, Social, Fair"
    site.more = {"create_options": True}
    assert site.one(CHANNELS, None, ["Web", "Podcast"]).outcome is APPLIED
    assert site.held(CHANNELS) == ["Podcast", "Web"] or site.held(CHANNELS) == ["Web", "Podcast"]
    assert "disabled" in site.one(CHANNELS, ["Podcast", "Web"], ["Radio"]).reason


@pytest.mark.parametrize(
    ("carrier", "after", "words"),
    [
        ("Risk score", 3, "Risk score is calculated by Asana from other fields"),
        ("Ref", "MKT-1", "Ref is an id that Asana gives itself"),
        ("Related work", "x", "Related work refers to other items of Asana"),
        (POINTS, Decimal("1.25"), "Story points keeps 1 decimal places, and 1.25 has more"),
        (BRIEF, "x" * 1025, "Briefing holds 1,024 letters at most"),
        ("section", "Done", "sections = true"),
        ("No such field", "x", "its project Spring campaign 2027 has no custom field No such field"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words_before_it_is_sent(
    site: Office, carrier: str, after: FieldValue, words: str
) -> None:
    result = site.one(carrier, site.held(carrier), after)
    assert (result.outcome, words in result.reason) == (REFUSED, True), result.reason
    assert site.ours() == 0


def test_what_asana_refuses_is_told_in_its_words(site: Office) -> None:
    site.hands.lock(site.task)
    result = site.one(BRIEF, None, "x")
    assert (result.outcome, site.held(BRIEF)) == (REFUSED, None)
    assert result.reason == "Asana refused: You do not have permission to edit this task."


def test_a_task_that_is_gone_or_not_to_be_seen_is_refused_and_the_next_one_is_written(site: Office) -> None:
    gone = site.change(BRIEF, None, "x")
    site.hands.delete(site.task)
    other = site.anew()
    results = other.write(gone, other.change(BRIEF, None, "x"))
    assert [result.outcome for result in results] == [REFUSED, APPLIED]
    assert results[0].reason == "the task is not there, or not to be seen by this account"


def test_a_field_that_its_project_lacks_is_added_only_where_that_is_allowed(site: Office) -> None:
    inside = site.anew(RELAUNCH)
    site.asana.server.state.faults.clear()
    name = "Sponsor"
    assert "add_fields = true adds it" in inside.one(name, None, "Clara Jung").reason
    inside.more = {"add_fields": True}
    assert inside.one(name, None, "Clara Jung").outcome is APPLIED
    assert inside.held(name) == ["Clara Jung"]
    assert inside.one("No such field", None, "x").outcome is REFUSED


def test_a_task_is_moved_to_a_section_of_its_project_only_where_that_is_allowed(site: Office) -> None:
    site.more = {"sections": True}
    change = site.change("section", "To do", "in progress")
    assert (site.write(change)[0].outcome, site.held("section")) == (APPLIED, "In progress")
    assert site.replaced(change).value == "To do"
    assert "allowed are To do, In progress, Waiting, Done" in site.one("section", "In progress", "Limbo").reason
    assert site.one("section", "In progress", None).reason == "a task is always in a section of its project"


def test_a_team_that_moves_the_task_in_the_same_moment_is_known(site: Office) -> None:
    site.more = {"sections": True}
    change = site.change("section", "To do", "Done")
    site.amid(lambda: site.hands.move(site.task, "Waiting"), lambda: site.write(change))
    assert site.replaced(change).value == "Waiting"


@pytest.mark.parametrize("kind", [Kind.RESET, Kind.BAD_GATEWAY, Kind.TRUNCATED])
def test_a_lost_answer_is_settled_by_reading_and_nothing_is_sent_twice(site: Office, kind: Kind) -> None:
    site.asana.server.state.faults.arm(Fault(kind=kind, method="PUT", path=EDIT, applied=True))
    assert (site.one(BRIEF, None, "x").outcome, site.ours()) == (APPLIED, 1)


def test_an_edit_of_which_nothing_is_known_is_unknown_and_not_sent_again(site: Office) -> None:
    site.asana.server.state.faults.arm(Fault(kind=Kind.RESET, method="PUT", path=EDIT))
    assert (site.one(BRIEF, None, "x").outcome, site.ours()) == (UNKNOWN, 0)


def test_adding_a_field_whose_answer_was_lost_sends_no_value_and_goes_on_next_time(site: Office) -> None:
    inside = site.anew(RELAUNCH, add_fields=True)
    fault = Fault(kind=Kind.RESET, method="POST", path="addCustomFieldSetting", applied=True)
    inside.asana.server.state.faults.arm(fault)
    lost = inside.one("PMO id", None, "PMO-1")
    assert (lost.outcome, lost.later) == (REFUSED, True)
    assert inside.one("PMO id", None, "PMO-1").outcome is APPLIED


def test_a_limit_is_waited_for(site: Office) -> None:
    site.asana.server.state.faults.arm(Fault(kind=Kind.TOO_MANY, method="PUT", path=EDIT, retry_after=1))
    assert site.one(BRIEF, None, "x").outcome is APPLIED


def test_many_targets_are_read_by_one_request_for_each_item(site: Office) -> None:
    other = site.anew()
    carriers = ("name", "due_on", PHASE, BRIEF)
    targets = [site.change(carrier, None, None).target for carrier in carriers]
    targets += [other.change(carrier, None, None).target for carrier in carriers]
    reader = site.reader()
    reader.read(targets[:1])
    before = reader.traffic().requests
    assert [current.problem for current in reader.read(targets)] == [None] * 8
    assert reader.traffic().requests - before == 2
