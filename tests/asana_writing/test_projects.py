"""What projects hold is written to their own custom fields, their dates and owner, and by status updates."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from canonical.values import FieldValue
from connectors.base import Outcome, Precondition
from pmohub.testing.asana.faults import Fault, Kind
from tests.asana_writing.office import CAMPAIGN, FLEET, REFRESH, TASK, Office, office

APPLIED, REFUSED = Outcome.APPLIED, Outcome.REFUSED
HEALTH = "status update"


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Run a site for all tests."""
    with office(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture
def site(sites: Office) -> Office:
    """Give the site without faults."""
    return sites.anew()


def held(site: Office, carrier: str, name: str = CAMPAIGN) -> FieldValue:
    """Read what a carrier of a project holds."""
    return site.read(site.of_project(name, carrier, None, None))


def test_fields_of_a_project_are_written_read_back_and_can_be_undone(site: Office) -> None:
    cases: dict[str, FieldValue] = {
        "PMO id": "PMO-77",
        "Budget": Decimal("1234.56"),
        "Phase": "Closing",
        "Sponsor": ["Karl Jensen"],
        "Baseline finish": date(2027, 3, 1),
        "name": "Spring campaign 2027 (PMO)",
        "notes": "Held by the PMO.",
        "owner": "Clara Jung",
        "due_on": date(2027, 8, 1),
        "start_on": date(2026, 10, 1),
    }
    gid = site.hands.project(CAMPAIGN).gid
    before = {carrier: held(site, carrier, gid) for carrier in cases}
    for carrier, value in cases.items():
        (result,) = site.write(site.of_project(gid, carrier, before[carrier], value))
        assert (result.outcome, result.read_back, result.reason) == (APPLIED, value, ""), carrier
    for carrier, value in reversed(cases.items()):
        (result,) = site.write(site.of_project(gid, carrier, value, before[carrier]))
        assert (result.outcome, held(site, carrier, gid)) == (APPLIED, before[carrier]), carrier


def test_a_teams_value_wins(site: Office) -> None:
    gid = site.hands.project(REFRESH).gid
    site.hands.fill(gid, "PMO id", "theirs")
    (result,) = site.write(site.of_project(REFRESH, "PMO id", None, "ours"))
    assert (result.outcome, held(site, "PMO id", REFRESH)) == (Outcome.STALE, "theirs")


def test_of_a_project_asana_keeps_no_history_and_that_is_said(site: Office) -> None:
    change = site.of_project(CAMPAIGN, "PMO id", None, "PMO-1")
    replaced = site.replaced(change)
    assert replaced.problem is not None
    assert "keeps no history" in replaced.problem.what
    precondition = site.writer().precondition_for
    assert precondition(change.target) is Precondition.NONE
    assert precondition(site.of_project(CAMPAIGN, HEALTH, None, None).target) is Precondition.NOTICED
    assert precondition(site.change("notes", None, None).target) is Precondition.NONE
    assert precondition(site.change("PMO phase", None, None).target) is Precondition.NOTICED
    assert site.reader().is_unwatched(change.target)
    assert not site.reader().is_unwatched(site.change("PMO phase", None, None).target)


def test_a_field_that_a_project_lacks_is_refused_with_where_it_comes_from(site: Office) -> None:
    site.more = {"add_fields": True}
    (result,) = site.write(site.of_project("Onboarding handbook", "PMO id", None, "x"))
    assert result.reason == "the project has no custom field PMO id; it gets one from a portfolio that it is in"


def test_a_status_update_is_posted_only_where_the_configuration_says_so_by_name(site: Office) -> None:
    change = site.of_project(REFRESH, HEALTH, "amber", "red")
    mails = len(site.hands.mails())
    assert "post_status_updates = true" in site.write(change)[0].reason
    assert len(site.hands.mails()) == mails
    site.more = {"post_status_updates": True}
    (result,) = site.write(change)
    assert (result.outcome, result.reason) == (
        APPLIED,
        "all followers of the project were told, as of every status update",
    )
    assert (held(site, HEALTH, REFRESH), site.replaced(change).value) == ("red", "amber")
    assert site.write(change)[0].outcome is Outcome.ALREADY_TRUE


def test_what_a_team_reports_in_the_same_moment_is_known(site: Office) -> None:
    site.more = {"post_status_updates": True}
    change = site.of_project("Website relaunch", HEALTH, "red", "green")
    (result,) = site.amid(
        lambda: site.hands.report("Website relaunch", "at_risk", "A week late."), lambda: site.write(change)
    )
    assert (result.outcome, site.replaced(change).value) == (APPLIED, "amber")


def test_a_project_that_is_on_hold_is_not_reported_over(site: Office) -> None:
    site.more = {"post_status_updates": True}
    (result,) = site.write(site.of_project(FLEET, HEALTH, None, "green"))
    assert (result.outcome, result.reason) == (Outcome.STALE, "it holds “on_hold”, not “” as planned")


@pytest.mark.parametrize("after", [None, "purple"])
def test_a_status_update_tells_a_health_or_is_refused(site: Office, after: FieldValue) -> None:
    site.more = {"post_status_updates": True}
    before = held(site, HEALTH, CAMPAIGN)
    (result,) = site.write(site.of_project(CAMPAIGN, HEALTH, before, after))
    assert (result.outcome, "green, amber or red" in result.reason) == (REFUSED, True)


def test_a_status_update_whose_answer_was_lost_is_posted_once(site: Office) -> None:
    site.more = {"post_status_updates": True}
    project = site.hands.project("Trade fair Hannover 2027").gid
    before = len(site.asana.server.state.world.updates(project))
    site.asana.server.state.faults.arm(Fault(kind=Kind.RESET, method="POST", path="/status_updates", applied=True))
    (result,) = site.write(site.of_project(project, HEALTH, "amber", "green"))
    assert (result.outcome, len(site.asana.server.state.world.updates(project)) - before) == (APPLIED, 1)


def test_without_the_permission_a_project_is_refused_in_asanas_words(site: Office) -> None:
    site.hands.lock(site.hands.project(REFRESH).gid)
    (result,) = site.write(site.of_project(REFRESH, "Tier", held(site, "Tier", REFRESH), "C"))
    assert result.outcome in (REFUSED, Outcome.ALREADY_TRUE)
    assert result.reason == "Asana refused: You do not have permission to edit this project."


def test_nothing_else_is_written(site: Office) -> None:
    (result,) = site.write(site.of_project("Trade fair Hannover 2027", "name", "x", "y"))
    assert result.outcome is Outcome.STALE
    assert site.writer().precondition_for(site.change("section", None, None).target) is Precondition.NOTICED
    assert site.change("section", None, None).target.entity is TASK
