"""A store that tools fill and that is resolved after each step, with questions about what was found."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, delete, select

from canonical.database import reading, writing
from canonical.identity.settings import ResolutionSettings
from canonical.intake import Batch, Progress, ReportedChange
from canonical.records import Person, Project, Record, Task
from canonical.resolution import Resolved, resolve
from canonical.schema import metadata
from canonical.schema.entities import person, project, source_person, source_project, task
from canonical.store import Lease, acquire, release, store_batch
from canonical.store.connectors import register
from canonical.vocabulary import EntityKind

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def emptied(engine: Engine) -> Engine:
    """Take every row out of a store."""
    with writing(engine) as connection:
        for table in metadata.sorted_tables:
            connection.execute(delete(table))
    return engine


class World:
    """Each call of `give` is one batch of one connector, an hour after the one before."""

    def __init__(self, engine: Engine, settings: ResolutionSettings | None = None) -> None:
        self.engine = engine
        self.settings = settings or ResolutionSettings()
        self.now = NOW
        self.connectors: set[str] = set()

    def lease(self) -> Lease:
        lease = acquire(self.engine, "hub", "test", HOUR)
        assert lease is not None
        return lease

    def give(
        self,
        connector: str,
        *records: Record,
        deleted: Iterable[tuple[EntityKind, str]] = (),
        changes: Sequence[ReportedChange] = (),
    ) -> "World":
        if connector not in self.connectors:
            register(self.engine, connector, "memory", "pmo", {}, None)
            self.connectors.add(connector)
        self.now += HOUR
        batch = Batch(records, {}, Progress(len(records), None, "records"), deleted=tuple(deleted), changes=changes)
        lease = self.lease()
        counts = store_batch(self.engine, lease, connector, "run", batch, self.now)
        release(self.engine, lease)
        assert not counts.quarantined
        return self

    def resolve(self) -> Resolved:
        lease = self.lease()
        resolved = resolve(self.engine, lease, self.settings, "run", self.now)
        release(self.engine, lease)
        return resolved

    def rows(self, table: Table) -> list[dict[str, Any]]:
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]

    def row(self, table: Table, connector: str, external_id: str) -> dict[str, Any]:
        found = [r for r in self.rows(table) if (r["connector"], r["external_id"]) == (connector, external_id)]
        assert len(found) == 1
        return found[0]

    def task(self, connector: str, external_id: str) -> dict[str, Any]:
        return self.row(task, connector, external_id)

    def project_of(self, connector: str, external_id: str) -> dict[str, Any]:
        """The row that the PMO sees of a tool's project."""
        source = self.row(source_project, connector, external_id)
        return next(row for row in self.rows(project) if row["id"] == source["project_id"])

    def person_of(self, connector: str, external_id: str) -> dict[str, Any]:
        source = self.row(source_person, connector, external_id)
        return next(row for row in self.rows(person) if row["id"] == source["person_id"])

    def people(self) -> list[dict[str, Any]]:
        return [row for row in self.rows(person) if row["merged_into"] is None and row["deleted_at"] is None]

    def projects(self) -> list[dict[str, Any]]:
        return [row for row in self.rows(project) if row["merged_into"] is None and row["deleted_at"] is None]


def a_project(external_id: str, **values: Any) -> Project:
    return Project(external_id=external_id, **values)


def a_task(external_id: str, **values: Any) -> Task:
    return Task(external_id=external_id, **values)


def a_person(external_id: str, **values: Any) -> Person:
    return Person(external_id=external_id, **values)
