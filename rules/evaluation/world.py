"""What an evaluation must know beforehand: departments and their calendars, connectors, and the rules last applied."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, RowMapping, select

from canonical.schema.entities import department, working_day
from canonical.schema.governance import evaluation, rule_state
from canonical.schema.operations import connector
from canonical.store.connectors import counts_still
from canonical.vocabulary import PmoMode, Severity
from rules.expressions.catalogue import Catalogue
from rules.jumps import JumpLimits
from rules.template_fields import Template

DUE_AFTER = {Severity.CRITICAL: 5, Severity.MAJOR: 10, Severity.MINOR: 20}
"""Working days until a deviation is due, under controlling; directive halves them, supportive has none."""
LEGACY_DAYS = 30
"""Days over which the due dates of what was already so are spread."""
WEEKDAYS = 5


@dataclass(frozen=True, slots=True)
class EvaluationSettings:
    """What the configuration says to an evaluation: the hub's time zone, the template, declared custom fields, the
    connectors that there are (None takes all that were ever read for configured), and how many new deviations are held
    back until a person looks (None: any number goes through)."""

    zone: str = "UTC"
    template: Template = field(default_factory=Template)
    catalogue: Catalogue = field(default_factory=Catalogue)
    connectors: Collection[str] | None = None
    jumps: JumpLimits | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A department as its deviations need it. `working_days` are the coming ones of its calendar, in order."""

    id: str
    mode: PmoMode
    today: date
    working_days: Sequence[date] = ()

    def due(self, severity: str) -> date | None:
        """The day by which a deviation opened today is to be mended; None where nothing is due."""
        days = due_after(Severity(severity), self.mode)
        if days is None:
            return None
        return self.working_days[days - 1] if len(self.working_days) >= days else weekdays_later(self.today, days)

    def legacy_due(self, severity: str, place: int, number: int) -> date | None:
        """The day for what was already so: the `place`-th of `number`, spread evenly."""
        return self.today + timedelta(days=1 + place * LEGACY_DAYS // number) if self.due(severity) else None


def due_after(severity: Severity, mode: PmoMode) -> int | None:
    """Working days in which a deviation is to be mended; None where nothing is due."""
    days = DUE_AFTER.get(severity)
    if days is None or mode is PmoMode.SUPPORTIVE:
        return None
    return -(-days // 2) if mode is PmoMode.DIRECTIVE else days


def weekdays_later(day: date, count: int) -> date:
    """The `count`-th weekday after a day, for a department whose calendar is not filled so far."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < WEEKDAYS
    return day


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """A connector as the guards need it. `provides` holds the fields that it can supply, by entity."""

    id: str
    department_id: str
    provides: Mapping[str, frozenset[str]]
    stale: bool


@dataclass(frozen=True, slots=True)
class World:
    """The facts of one evaluation."""

    now: datetime
    zone: str
    departments: Mapping[str, Department]
    zones: Mapping[str, str]
    connectors: Sequence[ConnectorState]
    versions: Mapping[str, str]
    """The version of each rule when it was last evaluated."""
    last_at: datetime | None

    @property
    def stale(self) -> list[str]:
        """Connectors on whose data no verdict changes."""
        return [state.id for state in self.connectors if state.stale]

    def department(self, department_id: str | None) -> Department:
        """The department; one that nobody declared is supportive."""
        known = self.departments.get(department_id or "")
        return known or Department(department_id or "", PmoMode.SUPPORTIVE, self.today(self.zone))

    def today(self, zone: str) -> date:
        """The date of the evaluation in a zone."""
        return self.now.astimezone(ZoneInfo(zone)).date()

    def day_turned(self) -> bool:
        """Whether any department's date is another one than at the last evaluation."""
        zones = {self.zone, *self.zones.values()}
        last = self.last_at
        return last is None or any(last.astimezone(ZoneInfo(zone)).date() != self.today(zone) for zone in zones)


def read_world(connection: Connection, settings: EvaluationSettings, now: datetime) -> World:
    """Read the facts as they stand."""
    rows = connection.execute(select(department.c.id, department.c.mode, department.c.timezone)).all()
    zones = {row.id: row.timezone for row in rows}
    departments = {}
    for row in rows:
        today = now.astimezone(ZoneInfo(row.timezone)).date()
        departments[row.id] = Department(row.id, PmoMode(row.mode), today, coming_days(connection, row.id, today))
    last = connection.execute(select(evaluation.c.at).order_by(evaluation.c.at.desc()).limit(1)).scalar()
    versions = connection.execute(select(rule_state.c.rule_id, rule_state.c.version)).all()
    return World(
        now=now,
        zone=settings.zone,
        departments=departments,
        zones=zones,
        connectors=[
            connector_state(row, now, settings.connectors)
            for row in connection.execute(select(connector).order_by(connector.c.id)).mappings()
        ],
        versions={row.rule_id: row.version for row in versions},
        last_at=last,
    )


def coming_days(connection: Connection, calendar: str, today: date) -> list[date]:
    """The next working days after today, as many as a due time can need."""
    query = (
        select(working_day.c.day)
        .where(working_day.c.calendar == calendar, working_day.c.day > today, working_day.c.is_working)
        .order_by(working_day.c.day)
        .limit(max(DUE_AFTER.values()))
    )
    return list(connection.execute(query).scalars())


def connector_state(row: RowMapping, now: datetime, configured: Collection[str] | None) -> ConnectorState:
    """Judge a connector's freshness: retired, no longer configured, never read, or read too long ago is stale."""
    read_on = row["retired_at"] is None and (configured is None or row["id"] in configured)
    fresh = read_on and counts_still(row["last_success_at"], row["fresh_for"], now)
    provides = orjson.loads(str(row["provides"]))
    return ConnectorState(
        id=str(row["id"]),
        department_id=str(row["department_id"]),
        provides={entity: frozenset(fields) for entity, fields in provides.items()},
        stale=not fresh,
    )
