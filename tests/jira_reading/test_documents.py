"""Whatever the connector asks a Jira is as Atlassian documents it."""

from pathlib import Path

from canonical.vocabulary import EntityKind
from connectors.base import Target
from pmohub.testing.jira import Flavour
from tests.jira_reading.sites import BOTH, pulled, site, tasks
from tests.jira_sandbox.recording import Recorder


@BOTH
def test_all_that_a_reader_asks_is_documented(flavour: Flavour, validated: Recorder, tmp_path: Path) -> None:
    with site(flavour, tmp_path, validated, issues=60) as jira:
        reader = jira.reader()
        list(reader.check())
        reader.discover()
        batches = pulled(reader)
        jira.pass_time(600)
        jira.edit(jira.some(1)[0], summary="Edited")
        pulled(jira.reader(), batches[-1].cursor)
        reader.census(EntityKind.TASK, "PAY")
        reader.read([Target(EntityKind.TASK, next(iter(tasks(batches))), "title", "summary")])
    assert len({exchange.path for exchange in validated.exchanges}) > 8
