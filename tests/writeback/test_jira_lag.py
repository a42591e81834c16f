"""Jira's search learns of what the hub wrote late; the next reading knows of it all the same."""

from pathlib import Path
from random import Random

import orjson
import pytest
from sqlalchemy import Engine, select

from canonical.database import reading
from canonical.schema.entities import task
from canonical.store.vetoes import vetoes
from pmohub.testing.jira import Flavour
from sync.approval import Selection, approve
from tests.jira_reading.sites import site
from tests.writeback.interleaving import OURS, Hurried
from tests.writeback.test_jira_interleavings import JiraRound


@pytest.mark.parametrize("stories", [3, 60])
def test_a_write_that_the_search_does_not_show_yet_is_not_taken_for_put_back(
    own_engine: Engine, tmp_path: Path, stories: int
) -> None:
    hurried = Hurried("nothing")
    with site(Flavour.CLOUD, tmp_path, hurried, issues=14) as jira:
        one = JiraRound(own_engine, jira, hurried, Random(1), stories)  # noqa: S311
        jira.pass_time(7200)
        one.sync()
        plan = one.plan()
        approve(one.engine, plan.id, Selection(), actor="ana", now=one.clock())
        jira.server.state.world.lag = 3_600_000
        one.send(plan)
        one.sync()
        with reading(one.engine) as connection:
            held = [orjson.loads(row.fields).get("budget") for row in connection.execute(select(task.c.fields))]
        assert held == [OURS] * stories
        one.plan()
        with reading(one.engine) as connection:
            assert not vetoes(connection)
