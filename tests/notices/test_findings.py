"""What notices may speak of, read from the store on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Update, delete, select, update

from canonical.database import reading, writing
from canonical.schema.entities import person, project
from canonical.schema.governance import deviation, rule_state
from canonical.schema.operations import told
from canonical.store.told import note_told
from canonical.vocabulary import Severity
from pmohub.notices.findings import Audience, Finding, is_anything_new, mended, news_for
from pmohub.notices.unchanged import fingerprint, is_unchanged, note_unchanged
from pmohub.testing.memory import small_tool
from tests.sync.conftest import engine, shared_engine
from tests.sync.test_evaluating_what_changed import Portfolio

__all__ = ["engine", "shared_engine"]


@pytest.fixture
def portfolio(engine: Engine) -> Portfolio:  # the fixture
    home = Portfolio(engine, {"plan": small_tool("plan"), "hours": small_tool("hours")})
    home.sync()
    assert home.evaluate().open > 4
    with writing(engine) as connection:  # what the first evaluation finds was already so, and would be no news
        connection.execute(update(deviation).values(legacy=False))
    return home


def news(home: Portfolio, **to: Any) -> list[Finding]:
    audience = Audience(home.now.date(), **({"channel": "pmo"} | to))
    with reading(home.engine) as connection:
        found = list(news_for(connection, audience))
        assert is_anything_new(connection, audience) is bool(found)
    return found


def tell(home: Portfolio, found: list[Finding], recipient: str = "pmo") -> None:
    with writing(home.engine) as connection:
        note_told(connection, recipient, {one.matter: one.token for one in found}, home.now)


def change(home: Portfolio, number: int, **values: Any) -> None:
    with writing(home.engine) as connection:
        connection.execute(update(deviation).where(deviation.c.number == number).values(**values))


def test_every_open_deviation_of_a_team_may_be_spoken_of(portfolio: Portfolio) -> None:
    with reading(portfolio.engine) as connection:
        theirs = select(deviation.c.number).where(deviation.c.state == "open", deviation.c.subject != "connector")
        assert {one.number for one in news(portfolio)} == set(connection.execute(theirs).scalars()) != set()


def test_what_was_told_is_no_news_to_that_recipient_alone(portfolio: Portfolio) -> None:
    tell(portfolio, found := news(portfolio))
    assert (news(portfolio), news(portfolio, channel="other")) == ([], found)


@pytest.mark.parametrize("moment", [datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, 0, 123_000, UTC)])
def test_another_opening_and_a_graver_severity_are_news_and_a_lighter_one_is_not(
    portfolio: Portfolio, moment: datetime
) -> None:
    reopened, graver, lighter, *_ = [one.number for one in news(portfolio)]
    for number in (reopened, graver, lighter):
        change(portfolio, number, opened_at=moment, severity="major")
    tell(portfolio, news(portfolio))
    change(portfolio, reopened, opened_at=moment - timedelta(days=1))  # by a clock that was set back meanwhile
    change(portfolio, graver, severity="critical")
    change(portfolio, lighter, severity="info")
    assert {one.number: one.opened_anew for one in news(portfolio)} == {reopened: True, graver: False}


def test_what_was_put_off_or_was_already_so_or_is_too_light_is_not_told(portfolio: Portfolio) -> None:
    put_off, already_so, light, over, *rest = [one.number for one in news(portfolio)]
    for number in (put_off, already_so, over, *rest):
        change(portfolio, number, severity="major")
    change(portfolio, put_off, acknowledged_until=portfolio.now.date() + timedelta(days=1))
    change(portfolio, over, acknowledged_until=portfolio.now.date())
    change(portfolio, already_so, legacy=True)
    change(portfolio, light, severity="minor")
    assert {one.number for one in news(portfolio, lightest=Severity.MAJOR)} == {over, *rest}


def test_a_department_at_peace_is_told_nothing_or_what_is_critical_for_integrity(portfolio: Portfolio) -> None:
    (first, *_), place = news(portfolio), frozenset(one.department_id or "" for one in news(portfolio))
    assert news(portfolio, asleep=place) == news(portfolio, hushed=place) == []
    with writing(portfolio.engine) as connection:
        connection.execute(update(rule_state).values(rule_class="integrity"))
    change(portfolio, first.number, severity="critical")
    assert [one.number for one in news(portfolio, hushed=place)] == [first.number]
    assert news(portfolio, asleep=place) == []


def test_a_manager_who_is_named_by_a_project_is_asked_for_by_e_mail(portfolio: Portfolio) -> None:
    with writing(portfolio.engine) as connection:
        who = connection.execute(select(person.c.id).limit(1)).scalar_one()
        connection.execute(update(person).where(person.c.id == who).values(email="ana@example.com", active="yes"))
        connection.execute(update(project).values(manager_id=who))
    found = news(portfolio, channel=None)
    assert {one.owner.email for one in found if one.owner} == {"ana@example.com"}
    assert news(portfolio, channel=None, but=frozenset({"ana@example.com"})) == []
    tell(portfolio, found, "ana@example.com")
    assert news(portfolio, channel=None) == []
    with writing(portfolio.engine) as connection:
        connection.execute(update(person).values(active="no"))
        connection.execute(delete(told))
    assert news(portfolio, channel=None) == []


CHANGES: dict[str, Update] = {
    "graver": update(deviation).values(severity="critical"),
    "opened anew": update(deviation).values(opened_at=datetime(2026, 3, 3, 8, tzinfo=UTC)),
    "closed": update(deviation).values(state="closed"),
    "put off": update(deviation).values(acknowledged_until=date(2026, 3, 30)),
    "another department's": update(deviation).values(department_id="legal"),
    "of another class": update(rule_state).values(rule_class="integrity"),
    "another manager's": update(person).values(email="bo@example.com"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_whatever_decides_what_is_told_makes_another_state_of_it(portfolio: Portfolio, what: str) -> None:
    with writing(portfolio.engine) as connection:
        connection.execute(update(project).values(manager_id=select(person.c.id).limit(1).scalar_subquery()))
    today = portfolio.now.date()
    with writing(portfolio.engine) as connection:
        before = fingerprint(connection, today)
        assert fingerprint(connection, today) == before != fingerprint(connection, today, "another configuration")
        connection.execute(CHANGES[what])
        assert fingerprint(connection, today) != before


def test_a_state_in_which_nothing_is_new_is_known_again(portfolio: Portfolio) -> None:
    with writing(portfolio.engine) as connection:
        state = fingerprint(connection, portfolio.now.date())
        assert not is_unchanged(connection, state)
        note_unchanged(connection, state, portfolio.now)
        assert (is_unchanged(connection, state), is_unchanged(connection, "another")) == (True, False)


def test_mended_is_what_a_recipient_was_told_and_somebody_resolved(portfolio: Portfolio) -> None:
    gone, dropped, untold, *_ = [one.number for one in news(portfolio)]
    for number, reason in ((gone, "resolved"), (dropped, "item_gone"), (untold, "resolved")):
        change(portfolio, number, state="closed", close_reason=reason, closed_at=portfolio.now)
    with writing(portfolio.engine) as connection:
        matters = (f"deviation:{gone}", f"deviation:{dropped}", "connector:plan")
        note_told(connection, "pmo", dict.fromkeys(matters, "open"), portfolio.now)
        note_told(connection, "ana@example.com", {f"deviation:{untold}": "open"}, portfolio.now)
        assert mended(connection, "pmo") == {f"deviation:{gone}"}
