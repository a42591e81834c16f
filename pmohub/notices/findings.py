"""The deviations that a digest may speak of, with who manages their project and where their item is in its tool."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Integer, case, cast, func, select

from canonical.schema.entities import department, person, project, task
from canonical.schema.governance import deviation, rule_state
from canonical.schema.operations import told
from canonical.vocabulary import Activity, CloseReason, DeviationState, PmoMode, RuleClass, Severity
from rules.deviations import WEIGHT

DEVIATION = "deviation:"
CONNECTOR = "connector"
"""The subject of findings about the hub's own connectors: no team can act on them."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The person who can act on a project: its manager. `email` is None where it is not known or the person left."""

    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation. `since` is when it opened last, `url` its item in the team's own tool."""

    number: int
    message: str
    remedy: str
    severity: Severity
    is_integrity: bool
    first_seen_at: datetime
    since: datetime
    legacy: bool
    put_off_until: date | None
    project: str | None
    department_id: str | None
    department: str | None
    mode: PmoMode
    owner: Owner | None
    url: str | None

    @property
    def matter(self) -> str:
        """Name it among what a recipient was told."""
        return f"{DEVIATION}{self.number}"

    @property
    def token(self) -> str:
        """The state that a recipient is told: another opening or severity is news."""
        return f"{self.since.isoformat()} {self.severity}"

    @property
    def weight(self) -> int:
        """How grave it is; 0 is the gravest."""
        return WEIGHT[self.severity]


def findings(connection: Connection) -> Iterator[Finding]:
    """Give the open deviations of projects and their items, the oldest first."""
    own = deviation.c
    query = (
        select(
            deviation,
            rule_state.c.remedy,
            rule_state.c.rule_class,
            _project_name().label("project"),
            department.c.name.label("department"),
            department.c.mode.label("department_mode"),
            person.c.name.label("owner"),
            person.c.email.label("owner_email"),
            person.c.active.label("owner_active"),
            func.coalesce(task.c.url, project.c.url).label("url"),
        )
        .select_from(
            deviation.outerjoin(rule_state, rule_state.c.rule_id == own.rule_id)
            .outerjoin(project, project.c.id == own.project_id)
            .outerjoin(department, department.c.id == own.department_id)
            .outerjoin(person, person.c.id == project.c.manager_id)
            .outerjoin(task, task.c.id == own.subject_id)
        )
        .where(own.state == DeviationState.OPEN, own.subject != CONNECTOR)
        .order_by(own.first_seen_at, own.number)
    )
    for row in connection.execute(query):
        yield Finding(
            number=row.number,
            message=row.message,
            remedy=row.remedy or "",
            severity=Severity(row.severity),
            is_integrity=row.rule_class == RuleClass.INTEGRITY,
            first_seen_at=row.first_seen_at,
            since=row.opened_at,
            legacy=row.legacy,
            put_off_until=row.acknowledged_until,
            project=row.project,
            department_id=row.department_id,
            department=row.department,
            mode=PmoMode(row.department_mode or PmoMode.SUPPORTIVE),
            owner=_owner(row.owner, row.owner_email, row.owner_active),
            url=row.url,
        )


def resolved(connection: Connection) -> frozenset[str]:
    """Name the matters of deviations that anybody was told and that somebody mended."""
    matter = told.c.matter
    # Only where it is a number: PostgreSQL may read it before it has looked which matters are deviations.
    number = case((matter.startswith(DEVIATION), cast(func.substr(matter, len(DEVIATION) + 1), Integer)))
    mended = select(matter).join(deviation, deviation.c.number == number)
    mended = mended.where(deviation.c.state == DeviationState.CLOSED, deviation.c.close_reason == CloseReason.RESOLVED)
    return frozenset(connection.execute(mended.distinct()).scalars())


def _project_name() -> ColumnElement[str | None]:
    key = func.coalesce(project.c.key, project.c.pmo_id)
    return func.coalesce(project.c.name + " (" + key + ")", project.c.name, key)


def _owner(name: str | None, email: str | None, active: str | None) -> Owner | None:
    if name is None and email is None:
        return None
    return Owner(name or email or "", None if active == Activity.NO else email)
