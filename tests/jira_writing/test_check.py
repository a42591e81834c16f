"""Before anything is written, a check says which carriers of template fields cannot be."""

from pathlib import Path

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from pmohub.testing.jira import Flavour
from tests.jira_writing.office import BOTH, office

TASK, PROJECT = EntityKind.TASK, EntityKind.PROJECT
GOOD = {TASK: {"phase": "PMO Phase", "effort": "Original estimate"}, PROJECT: {"pmo_id": "charter:PMO id"}}
BAD = {
    TASK: {"level": "Security Level", "state": "Status"},
    PROJECT: {"closed": "charter:Resolved", "gate": "property:pmo.gate", "kind": "category"},
}


def warnings(problems: list[Problem]) -> dict[str, str]:
    """Give what is said of template fields, by the place that it is said of."""
    return {
        problem.where.rpartition(".")[2]: problem.what
        for problem in problems
        if problem.weight is not Weight.INFO and ", template." in problem.where
    }


@BOTH
def test_a_check_says_what_cannot_be_written_and_nothing_of_what_can(tmp_path: Path, flavour: Flavour) -> None:
    with office(tmp_path, flavour) as site:
        site.carriers = GOOD
        assert warnings(list(site.reader().check())) == {}
        site.readers.clear()
        site.carriers = BAD
        site.server.state.forbidden |= {"ADMINISTER", "ADMINISTER_PROJECTS"}
        told = warnings(list(site.reader().check()))
    assert told.keys() == {"level", "state", "closed", "gate", "kind"}
    assert "Security Level is not on the screen for editing" in told["level"]
    assert "which the configuration does not allow" in told["state"]
    assert "for administrators of the project" in told["gate"]
