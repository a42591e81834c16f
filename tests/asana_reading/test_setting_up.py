"""Setting a connector up: what is wrong with address, login, names and fields is said with what to write instead."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from canonical.problems import Weight
from canonical.vocabulary import EntityKind
from connectors.asana.config import AsanaOptions
from pmohub.testing.asana import Plan
from pmohub.testing.asana.faults import Fault, Kind
from tests.asana_reading.sites import ORGANISATION, Refusing, pulled, records, site


def test_check_finds_nothing_amiss_where_nothing_is(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        assert [found.what for found in asana.reader().check() if found.weight is not Weight.INFO] == []


def test_an_address_without_its_version_is_told_with_what_to_write(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        (problem,) = asana.reader(url=asana.server.url.removesuffix("/api/1.0")).check()
        assert "404" in problem.what
        assert "https://app.asana.com/api/1.0" in problem.next_step


def test_what_is_misspelt_or_not_there_is_named_with_what_is(tmp_path: Path) -> None:
    wrong = {
        "workspaces": [ORGANISATION, "Nowhere"],
        "projects": ["*", "No such launch"],
        "teams": ["*", "No such team"],
        "fields": {"what": "Not a field"},
        "statuses": {"Lost in space": "cancelled"},
    }
    with site(tmp_path, tasks=0) as asana:
        told = {found.where: found for found in asana.reader(**wrong).check() if found.weight is Weight.WARNING}
        assert ORGANISATION in told["mkt-asana: workspaces"].next_step
        assert asana.projects()[0]["name"] in told["mkt-asana: projects"].next_step
        assert "No such team" in told["mkt-asana: teams"].what
        assert "Not a field" in told["mkt-asana, fields.what"].what
        assert "Done" in told["mkt-asana: statuses"].next_step


def test_where_nothing_is_meant_the_names_that_are_there_stand_beside_the_wrong_ones(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        project = asana.projects()[0]["name"]
        (of_team,) = asana.reader(projects=["*"], teams=["No such team"]).check()
        (of_both,) = asana.reader(projects=["No such launch"], teams=["No such team"]).check()
        assert of_team.what.endswith("is in a team called No such team.")
        assert ("teams: " in of_team.next_step, project in of_team.next_step) == (True, False)
        assert of_both.what.endswith("is called No such launch and is in a team called No such team.")
        assert project in of_both.next_step


def test_sections_that_are_topics_are_told_with_what_their_tasks_count_as(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        asana.hands.edit(asana.projects()[0]["sections"][0], name="Posters")
        (found,) = [each for each in asana.reader().check() if "Posters" in each.what]
        assert "to do" in found.not_done
        assert '{ "Posters" = "in_progress" }' in found.next_step
        assert not [each for each in asana.reader(statuses={"Posters": "todo"}).check() if "Posters" in each.what]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"when": {"name": "Approvers", "type": "date"}}, "people"),
        ({"baseline_finish": "Story points"}, "wanted as date"),
        ({"how_much": {"name": "PMO phase", "type": "number"}}, "Initiation"),
    ],
)
def test_a_field_of_another_type_than_wanted_is_told(tmp_path: Path, fields: dict[str, Any], told: str) -> None:
    with site(tmp_path, tasks=0) as asana:
        (found,) = [each for each in asana.reader(fields=fields).check() if each.weight is Weight.WARNING]
        assert told in found.what
        assert found.where == f"mkt-asana, fields.{next(iter(fields))}"


def test_two_fields_of_one_name_are_told_with_both_gids(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        doubled = [one for one in asana.server.state.world.of("custom_field") if one["name"] == "Priority"]
        problems = asana.reader(fields={"urgency": "Priority"}, projects=["*"]).check()
        (found,) = [each for each in problems if each.where == "mkt-asana, fields.urgency"]
        assert len(doubled) == 2
        assert all(one.gid in found.what for one in doubled)
        by_gid = asana.reader(fields={"urgency": doubled[0].gid}, projects=["*"])
        assert not [each for each in by_gid.check() if each.where == "mkt-asana, fields.urgency"]


def test_a_carrier_that_asana_fills_itself_cannot_be_written_and_is_told(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        found = [each.what for each in asana.reader({EntityKind.TASK: {"risk": "Risk score"}}, projects=["*"]).check()]
        assert [what for what in found if "filled by Asana itself" in what]


def test_what_a_plan_lacks_is_told_once_for_each_feature_and_by_no_run(tmp_path: Path) -> None:
    with site(tmp_path, plan=Plan.FREE) as asana:
        found = [each for each in asana.reader().check() if "does not offer" in each.what]
        assert {each.weight for each in found} == {Weight.INFO}
        assert len({each.what for each in found}) == len(found) > 3
        batches = pulled(asana.reader())
        assert records(batches)
        assert [each for batch in batches for each in batch.problems] == []


def test_a_list_that_asana_does_not_give_by_these_filters_stops_nothing_and_is_told(tmp_path: Path) -> None:
    with site(tmp_path, Refusing("1.0/portfolios", "1.0/time_tracking_entries", status=400)) as asana:
        told = [each.what for each in asana.reader().check() if "does not offer" in each.what]
        assert [("portfolios" in what, "time entries" in what) for what in told] == [(False, True), (True, False)]
        found = records(pulled(asana.reader()))
        assert [one for (kind, _), one in found.items() if kind is EntityKind.TIME_ENTRY]
        assert not [one for (kind, _), one in found.items() if "portfolio" in one.model_fields_set]


def test_what_stopped_a_check_is_not_tried_again_to_describe_it(tmp_path: Path) -> None:
    with site(tmp_path, tasks=0) as asana:
        asana.server.state.faults.arm(Fault(kind=Kind.UNAUTHORISED, times=None))
        reader = asana.reader()
        (problem,) = reader.check()
        assert (reader.describe(), len(asana.server.state.faults.hits)) == (problem.what, 1)


def test_a_mapping_is_discovered_with_sections_people_and_fields(tmp_path: Path) -> None:
    with site(tmp_path) as asana:
        found = asana.reader().discover()
        assert {asana.projects()[0]["name"]} < set(found.projects)
        assert "Done" in found.statuses
        assert found.people
        assert 'story_points = "Story points"' in found.mapping
        allowed = next(field.allowed for field in found.fields if field.name == "PMO phase")
        assert list(allowed)[:2] == ["Initiation", "Planning"]


@pytest.mark.parametrize("status", ["field:", "Section", "column:Stage"])
def test_a_status_is_a_section_or_a_named_field(status: str) -> None:
    values = {"token": {"env": "X"}, "workspaces": ["A"], "status": status}
    with pytest.raises(ValidationError, match="section, or field:NAME"):
        AsanaOptions.model_validate(values)


def test_two_connectors_in_one_process_ask_each_its_own_asana(tmp_path: Path) -> None:
    """The library's configuration is copied from one default that all clients share."""
    with site(tmp_path, tasks=0) as one, site(tmp_path, tasks=0, seed=2) as other:
        first, second = one.reader(), other.reader()
        assert first.describe()
        assert second.describe()
        assert first._open().connection.library.configuration.host == one.server.url
        assert second._open().connection.library.configuration.host == other.server.url
        assert set(first._open().listed.projects) == {raw.gid for raw in one.projects()[:3]}


def test_a_configuration_is_read_without_the_vendors_library() -> None:
    code = "import sys, connectors.asana; assert 'asana' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
