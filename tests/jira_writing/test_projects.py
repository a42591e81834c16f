"""What a project cannot hold itself is written to its charter issue, its properties and its category."""

from collections.abc import Iterator
from typing import Any

import pytest

from canonical.values import FieldValue
from canonical.vocabulary import EntityKind
from connectors.base import FieldChange, Outcome, Precondition, Target, WriteResult
from pmohub.testing.jira import Flavour
from tests.jira_writing.office import Office, office

CHARTER, PROPERTY = "charter:PMO id", "property:pmo.gate"


@pytest.fixture(scope="module", params=[Flavour.CLOUD, Flavour.DATA_CENTER])
def sites(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Run a site of either flavour for all tests."""
    with office(tmp_path_factory.mktemp("hub"), request.param) as found:
        yield found


@pytest.fixture
def site(sites: Office) -> Office:
    """Give the site with every permission."""
    return sites.anew()


def project(site: Office, key: str = "PORT") -> str:
    """Give the id of a project."""
    return str(site.http.get(f"/project/{key}").json()["id"])


def change(site: Office, carrier: str, before: FieldValue, after: FieldValue, key: str = "PORT") -> FieldChange:
    """Plan a change of a project."""
    return FieldChange(Target(EntityKind.PROJECT, project(site, key), "own", carrier), before, after)


def held(site: Office, carrier: str, key: str = "PORT") -> Any:
    """Read what a carrier holds."""
    (current,) = site.reader().read([Target(EntityKind.PROJECT, project(site, key), "own", carrier)])
    assert current.problem is None, current.problem
    return current.value


def write(site: Office, carrier: str, after: FieldValue, key: str = "PORT") -> WriteResult:
    """Write a carrier, whatever it holds."""
    (result,) = site.write(change(site, carrier, held(site, carrier, key), after, key))
    return result


def test_a_charters_field_is_written_and_its_history_tells_what_was_replaced(site: Office) -> None:
    before = held(site, CHARTER)
    result = write(site, CHARTER, "PMO-77")
    assert (result.outcome, held(site, CHARTER)) == (Outcome.APPLIED, "PMO-77")
    (replaced,) = site.writer().overtaken([result.change])
    assert (replaced.problem, replaced.value) == (None, before)
    assert write(site, CHARTER, before).outcome is Outcome.APPLIED


def test_a_property_is_written_read_back_and_emptied(site: Office) -> None:
    assert held(site, PROPERTY) is None
    for value in ("G2", 3, True, ["a", "b"], None):
        result = write(site, PROPERTY, value)
        assert (result.outcome, held(site, PROPERTY)) == (Outcome.APPLIED, value)


def test_of_what_has_no_history_nobody_knows_what_was_replaced(site: Office) -> None:
    planned = change(site, PROPERTY, None, "G3")
    (replaced,) = site.writer().overtaken([planned])
    assert replaced.problem is not None
    precondition = site.writer().precondition_for
    assert precondition(planned.target) is Precondition.NONE
    assert precondition(change(site, "category", None, None).target) is Precondition.NONE
    assert precondition(change(site, CHARTER, None, None).target) is Precondition.NOTICED
    places = (PROPERTY, "category", CHARTER)
    unwatched = [place for place in places if site.reader().is_unwatched(change(site, place, None, None).target)]
    assert unwatched == [PROPERTY, "category"]


def test_a_teams_property_wins(site: Office) -> None:
    site.http.put(f"/project/{project(site)}/properties/pmo.team", json="theirs")
    (result,) = site.write(change(site, "property:pmo.team", None, "ours"))
    assert (result.outcome, held(site, "property:pmo.team")) == (Outcome.STALE, "theirs")


def test_without_the_permission_a_property_is_refused_in_jiras_words(site: Office) -> None:
    site.server.state.forbidden |= {"ADMINISTER_PROJECTS", "ADMINISTER"}
    result = write(site, PROPERTY, "G4")
    assert result.outcome is Outcome.REFUSED
    assert result.reason.startswith("Jira refused: ")


def test_the_category_is_written_by_its_name(site: Office) -> None:
    before = held(site, "category")
    other = "Legal" if before != "Legal" else "Engineering"
    assert write(site, "category", other).outcome is Outcome.APPLIED
    assert held(site, "category") == other
    assert "does not allow Gardening; allowed are" in write(site, "category", "Gardening").reason
    assert write(site, "category", before).outcome is Outcome.APPLIED


@pytest.mark.parametrize("carrier", ["Sponsor", "charter:No such field", "charter:"])
def test_a_carrier_that_is_none_is_refused(site: Office, carrier: str) -> None:
    (result,) = site.write(change(site, carrier, None, "x"))
    assert result.outcome is Outcome.REFUSED


def test_a_project_without_a_charter_or_with_two_is_refused(site: Office) -> None:
    site.more = {"charter": {"jql": "issuetype = Charter AND summary ~ nothing-like-it"}}
    (none,) = site.write(change(site, CHARTER, None, "x"))
    site.more = {"charter": {"jql": "issuetype = Story ORDER BY created"}}
    (many,) = site.write(change(site, CHARTER, None, "x"))
    assert "has no charter issue" in none.reason
    assert "issues of the project are charters" in many.reason


def test_a_filter_for_charters_that_is_wrong_refuses_what_lives_there_and_nothing_else(site: Office) -> None:
    site.more = {"charter": {"jql": "issuetype = Ghost"}}
    results = site.write(change(site, CHARTER, None, "x"), change(site, PROPERTY, held(site, PROPERTY), "x"))
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.APPLIED]
    assert "does not understand the filter" in results[0].reason
