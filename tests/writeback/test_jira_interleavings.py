"""Teams edit issues at any request of write-backs to Jira and of their undoing: none is lost, nothing written twice."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from connectors.base import Reader
from connectors.jira.writer import JiraWriter
from pmohub.testing.jira import Flavour
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.numbering import FIRST_ID
from tests.enumeration import EVERY
from tests.jira_reading.sites import BOTH, site
from tests.sync.conftest import emptied
from tests.writeback.interleaving import TASK, TITLE, Hurried, Round, ask_nothing, check_round

SEEDS = 24 // EVERY

BUDGET = "customfield_10106"
CARRIERS = {TASK: {"budget": "Budget (EUR)"}}
SCOPE = {"projects": ["PAY"], "jql": 'summary ~ "written"'}


class JiraRound(Round):
    """Stories of a Jira."""

    connector = "jira"
    carrier = "Budget (EUR)"

    def make(self) -> str:
        state = self.site.server.state
        project = state.world.project("PAY")
        values = {"summary": TITLE, "issuetype": scheme.STORY}
        return str(state.editor.create(project, values, state.world.people[1]).number + FIRST_ID)

    def reader(self) -> Reader:
        return self.site.reader(CARRIERS, **SCOPE)  # type: ignore[no-any-return]

    def new_writer(self) -> JiraWriter:
        return JiraWriter(*self.site.setup(CARRIERS, **SCOPE))

    def held(self, name: str) -> Any:
        return self.site.issue(name).values.get(BUDGET)

    def team_sets(self, name: str, value: int) -> None:
        state = self.site.server.state
        state.editor.edit(self.site.issue(name), {BUDGET: float(value)}, state.world.people[1])

    def by_hub(self, name: str) -> list[int | None]:
        people = self.site.server.state.world.people
        changes = [each for each in self.site.issue(name).changes if each.author != people[1].id]
        items = [item for each in changes for item in each.items if item.field_id == BUDGET]
        return [None if item.new_text is None else int(float(item.new_text)) for item in items]

    def pass_time(self) -> None:
        self.site.pass_time(600)


def rounds(engine: Engine, folder: Path, flavour: Flavour, seeds: range, stories: int) -> None:
    for seed in seeds:
        emptied(engine)
        with ExitStack() as stack:
            hurried = Hurried(r"/rest/api/./issue/(\d+)")
            jira = stack.enter_context(site(flavour, folder, hurried, issues=14))
            check_round(JiraRound(engine, jira, hurried, Random(seed), stories))  # noqa: S311  # can be tried again


@BOTH
def test_edits_around_writes_to_jira_are_neither_lost_nor_written_over(
    own_engine: Engine, tmp_path: Path, flavour: Flavour
) -> None:
    rounds(own_engine, tmp_path, flavour, range(1), stories=25)


@pytest.mark.long
@BOTH
def test_hundreds_of_edits_around_writes_to_jira_are_neither_lost_nor_written_over(
    own_engine: Engine, tmp_path: Path, flavour: Flavour, tell: Callable[[str], None]
) -> None:
    rounds(own_engine, tmp_path, flavour, range(100, 100 + SEEDS), stories=70)
    tell(f"{SEEDS * 70:,} interleavings, and as many of their undoing")


def test_not_asking_what_a_write_replaced_does_not_get_by(
    own_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_nothing(monkeypatch)
    with pytest.raises(AssertionError):
        rounds(own_engine, tmp_path, Flavour.CLOUD, range(1), stories=25)
