"""What notices may speak of, read from the store on both databases."""

import pytest
from sqlalchemy import Engine, select, update

from canonical.database import reading, writing
from canonical.schema.governance import deviation
from canonical.store.told import note_told
from pmohub.notices.findings import findings, resolved
from pmohub.testing.memory import small_tool
from tests.sync.conftest import engine, shared_engine
from tests.sync.test_evaluating_what_changed import Portfolio

__all__ = ["engine", "shared_engine"]


@pytest.fixture
def portfolio(engine: Engine) -> Portfolio:  # the fixture
    home = Portfolio(engine, {"plan": small_tool("plan"), "hours": small_tool("hours")})
    home.sync()
    assert home.evaluate().open > 2
    return home


def test_every_open_deviation_of_a_team_may_be_spoken_of(portfolio: Portfolio) -> None:
    with reading(portfolio.engine) as connection:
        told_of = {one.number for one in findings(connection)}
        theirs = select(deviation.c.number).where(deviation.c.state == "open", deviation.c.subject != "connector")
        assert told_of == set(connection.execute(theirs).scalars()) != set()


def test_mended_is_what_somebody_was_told_and_somebody_resolved(portfolio: Portfolio) -> None:
    with writing(portfolio.engine) as connection:
        mended, dropped, untold, *_ = [one.number for one in findings(connection)]
        for number, reason in ((mended, "resolved"), (dropped, "item_gone"), (untold, "resolved")):
            closed = update(deviation).where(deviation.c.number == number)
            connection.execute(closed.values(state="closed", close_reason=reason, closed_at=portfolio.now))
        told = dict.fromkeys((f"deviation:{mended}", f"deviation:{dropped}", "connector:plan"), "open")
        note_told(connection, "ana@example.com", told, portfolio.now)
        note_told(connection, "pmo", told, portfolio.now)
        assert resolved(connection) == {f"deviation:{mended}"}
