"""What the service answers: 200 while all is well, 503 with the reason when not, and metrics without anybody's data."""

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

import pmohub.serving.http
from canonical.database import open_engine, writing
from canonical.problems import ConfigurationError
from canonical.schema.operations import run as runs_table
from pmohub.composition import Hub
from pmohub.config import load
from pmohub.serving.http import answering
from pmohub.serving.service import Service
from pmohub.serving.signals import Asked
from tests.serving.conftest import Folder, done

HubOf = Callable[[Path], Hub]
ANYWHERE = "127.0.0.1:0"


def service_of(hub: Hub) -> Service:
    serve = hub.configuration.serve.model_copy(update={"address": ANYWHERE})
    configured = Hub(replace(hub.configuration, serve=serve), hub.scratch)
    configured.__dict__["engine"] = hub.engine
    return Service(configured, Asked())


def asked(address: str, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:  # noqa: S310  # our own
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def noted(hub: Hub, kind: str, connector: str | None, begun: datetime, state: str = "done") -> None:
    row = {"id": f"{kind}-{connector}-{begun}", "kind": kind, "connector": connector, "state": state}
    with writing(hub.engine) as connection:
        connection.execute(insert(runs_table).values(**row, started_at=begun, ended_at=begun))


def test_all_is_well(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine"))
    noted(hub, "sync", "tool", hub.now())
    with answering(service_of(hub)) as address:
        code, text = asked(address, "/healthz")
    assert (code, json.loads(text)["healthy"]) == (200, True)


def test_an_overdue_connector_is_named_and_a_failing_one_is_not_overdue(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(late="fine", failing="fine", schedule="0 0 * * *"))
    noted(hub, "sync", "late", hub.now() - timedelta(days=3))
    noted(hub, "sync", "failing", hub.now(), "failed")
    with answering(service_of(hub)) as address:
        code, text = asked(address, "/healthz")
    found = json.loads(text)
    assert (code, found["overdue"], found["failing"]) == (503, ["late"], {"failing": 1})


def test_a_clock_that_stands_still_is_no_health(folder: Folder, hub_of: HubOf) -> None:
    service = service_of(hub_of(folder()))
    service.ticked_at -= 100
    with answering(service) as address:
        code, text = asked(address, "/healthz")
    assert (code, json.loads(text)["clock"]) == (503, "standing still")


def test_a_database_that_is_away_is_told_by_both(folder: Folder, hub_of: HubOf, tmp_path: Path) -> None:
    service = service_of(hub_of(folder(tool="fine")))
    service.hub.__dict__["engine"] = open_engine(f"sqlite:///{tmp_path}/nowhere/pmohub.db")
    with answering(service) as address:
        code, text = asked(address, "/healthz")
        assert (code, json.loads(text)["database"]) == (503, "not readable")
        assert "pmohub_database_up 0.0" in asked(address, "/metrics")[1]


def test_a_database_that_never_answers_keeps_nobody_waiting(
    folder: Folder, hub_of: HubOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pmohub.serving.http, "ANSWER_SECONDS", 0.2)
    service = service_of(hub_of(folder(tool="fine")))
    with socket.create_server(("127.0.0.1", 0)) as silent, answering(service) as address:
        port = silent.getsockname()[1]
        service.hub.__dict__["engine"] = open_engine(f"postgresql://pmohub@127.0.0.1:{port}/pmohub?connect_timeout=2")
        code, text = asked(address, "/healthz")
        assert (code, json.loads(text)["database"]) == (503, "gives no answer")
        assert "pmohub_database_up 0.0" in asked(address, "/metrics")[1]


def test_metrics_count_jobs_and_hold_nobodys_data(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder(tool="fine", other="fine down"))
    service = service_of(hub)
    for name in ("tool", "other"):
        service.metrics.job_ended(done(hub, name))
    with answering(service) as address:
        code, text = asked(address, "/metrics")
    assert code == 200
    assert 'pmohub_runs_total{connector="tool",state="done"} 1.0' in text
    assert 'pmohub_runs_total{connector="other",state="failed"} 1.0' in text
    assert re.search(r'pmohub_last_success_age_seconds{connector="tool"} \d', text)
    assert 'pmohub_failures_in_a_row{connector="other"} 1.0' in text
    assert [word for word in ("Ada", "Grace", "example.com", "ALPHA", "Task") if word in text] == []


def test_an_address_that_somebody_has_is_refused_in_words(folder: Folder, hub_of: HubOf) -> None:
    hub = hub_of(folder())
    with answering(service_of(hub)) as address:
        taken = hub.configuration.serve.model_copy(update={"address": address.removeprefix("http://")})
        service = Service(Hub(replace(hub.configuration, serve=taken), hub.scratch), Asked())
        with pytest.raises(ConfigurationError, match="cannot be had"), answering(service):
            pass


def test_only_this_machine_is_answered_unless_the_configuration_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("")
    assert load(tmp_path / "config.toml").serve.address == "127.0.0.1:8765"
