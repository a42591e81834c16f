"""Before anything is written, a check says which carriers of template fields cannot be, and where they are missing."""

from pathlib import Path

from canonical.problems import Problem, Weight
from tests.asana_writing.office import BRIEF, PHASE, PROJECT, TASK, office

GOOD = {TASK: {"phase": PHASE, "lead": "assignee"}, PROJECT: {"pmo_id": "PMO id", "until": "due_on"}}
BAD = {TASK: {"score": "Risk score", "step": "section"}, PROJECT: {"state": "status update"}}


def said(problems: list[Problem], *weights: Weight) -> dict[str, str]:
    """Give what is said of template fields, by the field that it is said of."""
    told = [one for one in problems if ", template." in one.where and one.weight in weights]
    return {one.where.rpartition(".")[2]: one.what for one in told}


def test_a_check_says_what_cannot_be_written_and_nothing_of_what_can(tmp_path: Path) -> None:
    with office(tmp_path) as sites:
        sites.carriers = GOOD
        good = list(sites.reader().check())
        assert said(good, Weight.ERROR, Weight.WARNING) == {}
        sites.carriers = BAD
        told = said(list(sites.reader().check()), Weight.WARNING)
        assert told.keys() == {"score", "step", "state"}
        assert told["step"] == "A section is written only with sections = true."
        assert told["state"] == "A status update is written only with post_status_updates = true."
        sites.more = {"sections": True, "post_status_updates": True}
        assert said(list(sites.reader().check()), Weight.WARNING).keys() == {"score"}


def test_a_check_names_the_projects_that_lack_a_carrier(tmp_path: Path) -> None:
    with office(tmp_path) as sites:
        sites.carriers = {TASK: {"sponsor": "Sponsor", "brief": BRIEF}, PROJECT: {"pmo_id": "PMO id"}}
        told = said(list(sites.reader().check()), Weight.INFO)
        assert "Spring campaign 2027" in told["sponsor"]
        assert "Onboarding handbook" in told["pmo_id"]
        assert "brief" not in told
