"""A small portfolio in the store, and its report."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from canonical.database import reading, writing
from canonical.resolution import ConnectorDepartments, DepartmentSettings, ResolutionSettings, resolve
from canonical.schema import governance
from canonical.store import acquire, release
from canonical.vocabulary import EntityKind
from pmohub.reports.portfolio import Scope, gather
from pmohub.reports.portfolio.facts import Facts, Project
from pmohub.testing.memory import MemoryTool, reader_of
from sync.runs import ConnectorSetup, Worker, sync_connector

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
PAYMENTS = {
    "name": "Payments",
    "key": "PAY",
    "status": "active",
    "phase": "execution",
    "health": "green",
    "planned_start": date(2026, 1, 5),
    "planned_finish": date(2026, 6, 30),
    "baseline_start": date(2026, 1, 5),
    "baseline_finish": date(2026, 5, 29),
}


@dataclass
class Portfolio:
    """A department whose tool is `tool`; `sync` brings the store up to it."""

    engine: Engine
    tool: MemoryTool = field(default_factory=MemoryTool)

    def put(self, kind: EntityKind, identifier: str, /, **values: Any) -> None:
        self.tool.put(kind, identifier, **values)

    def sync(self) -> None:
        setup = ConnectorSetup("memory", "memory", "engineering", lambda: reader_of(self.tool))
        report = sync_connector(self.engine, setup, Worker("test", lambda: NOW))
        assert not report.problems
        lease = acquire(self.engine, "hub", "test", timedelta(minutes=5))
        assert lease is not None
        settings = ResolutionSettings(
            departments=(DepartmentSettings(id="engineering", name="Engineering"),),
            connectors={"memory": ConnectorDepartments(default="engineering")},
        )
        resolve(self.engine, lease, settings, "run", NOW)
        release(self.engine, lease)

    def plant(self, table: str, **row: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(insert(getattr(governance, table)).values(**row))

    def facts(self, **scope: Any) -> Facts:
        self.sync()
        with reading(self.engine) as connection:
            return gather(connection, Scope("UTC", ["pmo-core 1"], **scope), now=NOW)

    def project(self, key: str = "PAY") -> Project:
        return next(one for one in self.facts().projects if one.key == key)


@pytest.fixture
def portfolio(engine: Engine) -> Portfolio:
    made = Portfolio(engine)
    made.put(EntityKind.PROJECT, "1", **PAYMENTS)
    return made
