"""Setting a connector up: what is wrong with address, login and names is said with what to write instead."""

from pathlib import Path

from canonical.vocabulary import EntityKind
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.faults import Fault, Kind
from tests.jira_reading.sites import pulled, records, site


def test_an_address_with_too_much_of_a_path_is_told_with_what_to_write(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        (problem,) = jira.reader(url=f"{jira.server.url}/browse/DCX-1").check()
        assert "404" in problem.what
        assert "the address at which Jira itself answers" in problem.next_step


def test_an_email_beside_a_personal_access_token_is_named(tmp_path: Path) -> None:
    with site(Flavour.DATA_CENTER, tmp_path, issues=10) as jira:
        (problem,) = jira.reader(email="somebody@example.com").check()
        assert problem.next_step.startswith("Take `email` out")


def test_what_stopped_a_check_is_not_tried_again_to_describe_the_site(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        jira.server.state.faults.arm(Fault(kind=Kind.UNAUTHORISED, times=None))
        reader = jira.reader()
        (problem,) = reader.check()
        assert (reader.describe(), len(jira.server.state.faults.hits)) == (problem.what, 1)


def test_a_name_that_this_jira_has_not_is_told_with_those_that_it_has(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        (problem,) = (each for each in jira.reader(links={"Gantt": "SS"}).check() if "Gantt" in each.what)
        assert "Blocks" in problem.next_step


def test_where_no_project_is_meant_the_keys_that_are_there_are_named(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        (problem,) = jira.reader(projects=["NOWHERE"]).check()
        assert ("NOWHERE" in problem.what, "there are CON, DCX" in problem.next_step) == (True, True)


def test_a_note_on_how_a_field_is_read_is_told_by_a_check_and_not_by_every_run(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        reader = jira.reader(fields={"rank": "Rank"})
        assert [problem.where for problem in reader.check()] == ["eng-jira, fields.rank"]
        assert [problem for batch in pulled(reader) for problem in batch.problems] == []


def test_a_field_of_the_template_that_is_not_there_is_named_where_it_is_written(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        (problem,) = jira.reader({EntityKind.TASK: {"env": "Nowhere"}}).check()
        assert problem.where == "eng-jira, template.task.env"


def test_sprints_and_users_of_a_data_center_are_shown_by_their_names(tmp_path: Path) -> None:
    with site(Flavour.DATA_CENTER, tmp_path) as jira:
        examples = {field.name: " ".join(field.examples) for field in jira.reader().discover().fields}
    assert examples["Sprint"].startswith("Sprint ")
    assert examples["Project Sponsor"] == "Petra Vogel"


def test_what_is_known_of_a_project_from_its_charter_stays_known_when_the_project_is_archived(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path) as jira:
        reader = jira.reader(charter={"jql": "issuetype = Charter"}, project_fields={"health": "charter:Health"})
        iam = jira.server.state.world.project("IAM")
        assert iam is not None
        assert "health" in records(pulled(reader))[EntityKind.PROJECT, iam.id].model_fields_set
        jira.server.state.world.change_project(iam.changed(archived=True))
        assert "health" not in records(pulled(reader))[EntityKind.PROJECT, iam.id].model_fields_set
        assert [problem.what for problem in reader.check() if "no charter" in problem.what] == []


def test_what_a_failed_login_asked_and_waited_for_is_told(tmp_path: Path) -> None:
    with site(Flavour.CLOUD, tmp_path, issues=10) as jira:
        jira.server.state.faults.arm(Fault(kind=Kind.UNAVAILABLE, times=None))
        reader = jira.reader(patience=1)
        list(reader.check())
        traffic = reader.traffic()
        assert traffic.requests > 0
        assert sum(traffic.waited.values()) > 0
