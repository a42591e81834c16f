"""What a tick of the clock enqueues; no worker is at work here, so that all of it can be seen in the queue."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import pmohub.clock
from canonical.database import open_engine
from canonical.store.attempts import last_evaluation
from canonical.store.connectors import register
from pmohub.composition import Hub
from pmohub.serving.service import PORTFOLIO, Service
from sync.changing import retire_connector
from sync.runs import Worker
from tests.serving.conftest import Folder
from tests.serving.test_health import noted, service_of

HubOf = Callable[[Path], Hub]
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
Clock = Callable[[datetime], None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    def show(moment: datetime) -> None:
        monkeypatch.setattr(pmohub.clock, "now", lambda: moment)

    show(NOON)
    return show


def ticked(service: Service, *names: str) -> list[str]:
    """Tick, and name which of these wait for a worker."""
    service.tick()
    return [name for name in names if service.is_busy(name)]


def test_what_is_due_waits_once_however_long_it_has_to(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    service = service_of(hub_of(folder(tool="fine", schedule="* * * * *")))
    for minute in range(5):
        clock(NOON + timedelta(minutes=minute))
        assert ticked(service, "tool") == ["tool"]
    assert service.queued == 1


def test_a_time_of_the_schedule_comes_when_the_clock_shows_it(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    hub = hub_of(folder(tool="fine", schedule="0 13 * * *"))
    noted(hub, "sync", "tool", NOON)
    service = service_of(hub)
    assert ticked(service, "tool") == []
    clock(NOON + timedelta(minutes=59, seconds=59))
    assert ticked(service, "tool") == []
    clock(NOON + timedelta(hours=1))
    assert ticked(service, "tool") == ["tool"]


def test_a_clock_that_is_put_back_holds_nothing_up(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    hub, day = hub_of(folder(tool="fine", schedule="0 * * * *")), timedelta(days=1)
    noted(hub, "sync", "tool", NOON)
    noted(hub, "sync", "tool", NOON + day)
    clock(NOON + day + timedelta(minutes=30))
    service = service_of(hub)
    assert ticked(service, "tool") == []
    clock(NOON + timedelta(hours=1))
    assert ticked(service, "tool") == ["tool"]


def test_what_was_judged_by_a_clock_that_was_ahead_is_not_judged_again_and_again(
    folder: Folder, hub_of: HubOf, clock: Clock
) -> None:
    hub, day = hub_of(folder(tool="fine")), timedelta(days=1)
    noted(hub, "evaluate", None, NOON)
    noted(hub, "evaluate", None, NOON + day)
    assert last_evaluation(hub.engine, NOON + timedelta(hours=1)) == NOON
    assert last_evaluation(hub.engine, NOON + 2 * day) == NOON + day


def test_a_retired_tool_is_never_due(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    hub = hub_of(folder(tool="fine", other="fine", schedule="* * * * *"))
    for name in ("tool", "other"):
        register(hub.engine, name, "awkward", "office", {}, None)
    retire_connector(hub.engine, "tool", Worker("test", lambda: NOON))
    assert ticked(service_of(hub), "tool", "other") == ["other"]


def test_what_somebody_read_by_hand_meanwhile_is_not_read_again(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    hub = hub_of(folder(tool="fine", schedule="0 13 * * *"))
    noted(hub, "sync", "tool", NOON)
    service = service_of(hub)
    assert ticked(service, "tool") == []
    noted(hub, "sync", "tool", NOON + timedelta(hours=1))
    clock(NOON + timedelta(hours=1, seconds=5))
    assert ticked(service, "tool") == []


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=1), timedelta(days=400)])
def test_a_clock_that_was_put_back_keeps_nothing_from_being_read(
    folder: Folder, hub_of: HubOf, clock: Clock, ahead: timedelta
) -> None:
    hub = hub_of(folder(tool="fine", schedule="*/15 * * * *"))
    noted(hub, "sync", "tool", NOON - timedelta(minutes=10))
    noted(hub, "sync", "tool", NOON + ahead)
    service = service_of(hub)
    assert ticked(service, "tool") == ["tool"]


def test_a_connector_without_a_schedule_is_left_to_people(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    where = folder(tool="fine")
    config = where / "config.toml"
    config.write_text(config.read_text().replace('schedule = "0 0 1 1 *"', ""))
    assert ticked(service_of(hub_of(where)), "tool") == []


def test_a_database_that_is_away_is_told_once_and_the_clock_goes_on(
    folder: Folder, hub_of: HubOf, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = service_of(hub_of(folder(tool="fine")))
    whole = service.hub.engine
    service.hub.__dict__["engine"] = open_engine(f"sqlite:///{tmp_path}/nowhere/pmohub.db")
    for _ in range(3):
        assert ticked(service, "tool") == []
    assert caplog.text.count("what is due is not known") == 1
    service.hub.__dict__["engine"] = whole
    assert ticked(service, "tool") == ["tool"]


def test_a_new_day_in_a_departments_zone_has_the_portfolio_judged_anew(
    folder: Folder, hub_of: HubOf, clock: Clock
) -> None:
    more = '[departments.east]\nname = "East"\ntimezone = "Asia/Tokyo"\n'
    hub = hub_of(folder(more=more))
    before_midnight = datetime(2026, 11, 26, 14, 59, tzinfo=UTC)
    clock(before_midnight)
    noted(hub, "evaluate", None, before_midnight - timedelta(hours=1))
    service = service_of(hub)
    service.tick()
    assert not service.is_busy(PORTFOLIO)
    clock(before_midnight + timedelta(minutes=1))
    service.tick()
    assert service.is_busy(PORTFOLIO), "it is the 27th in Tokyo"


def test_a_schedule_goes_by_the_clock_of_its_department(folder: Folder, hub_of: HubOf, clock: Clock) -> None:
    where = folder(tool="fine", schedule="0 8 * * *")
    config = where / "config.toml"
    config.write_text(config.read_text().replace('name = "Office"', 'name = "Office"\ntimezone = "Asia/Tokyo"'))
    hub = hub_of(where)
    noted(hub, "sync", "tool", NOON)
    service = service_of(hub)
    clock(datetime(2026, 11, 26, 22, 59, tzinfo=UTC))
    assert ticked(service, "tool") == []
    clock(datetime(2026, 11, 26, 23, 0, tzinfo=UTC))
    assert ticked(service, "tool") == ["tool"], "it is eight in Tokyo"


def test_a_run_that_a_person_cancelled_is_not_begun_again_before_its_time(
    folder: Folder, hub_of: HubOf, clock: Clock
) -> None:
    hub = hub_of(folder(tool="fine", schedule="0 13 * * *"))
    noted(hub, "sync", "tool", NOON, "cancelled")
    with hub.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE run SET cancel_asked_by = 'ana'")
    service = service_of(hub)
    assert ticked(service, "tool") == []
    clock(NOON + timedelta(hours=1))
    assert ticked(service, "tool") == ["tool"]
