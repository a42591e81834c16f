"""The deviations that a digest may speak of, with who manages their project and where their item is in its tool.

What a recipient was told already is left out by the database: a hub may have tens of thousands of deviations open, and
most of its jobs bring nothing new.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from canonical.schema.entities import department, person, project, task
from canonical.schema.governance import deviation, rule_state
from canonical.schema.operations import told
from canonical.store.sets import AS_DRIVER
from canonical.vocabulary import Activity, CloseReason, DeviationState, PmoMode, RuleClass, Severity
from rules.deviations import WEIGHT

DEVIATION = "deviation:"
CONNECTOR = "connector"
"""The subject of findings about the hub's own connectors: no team can act on them."""
TO_THE_SECOND = len("2026-03-16T08:00:00")


@dataclass(frozen=True, slots=True)
class Owner:
    """The person who can act on a project: its manager. `email` is None where it is not known or the person left."""

    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One deviation. `since` is when it opened last, `url` its item in the team's own tool.

    `told` is the token that its recipient was told last; None when never.
    """

    number: int
    message: str
    remedy: str
    severity: Severity
    first_seen_at: datetime
    since: datetime
    project: str | None
    department_id: str | None
    department: str | None
    mode: PmoMode
    owner: Owner | None
    url: str | None
    told: str | None = None

    @property
    def matter(self) -> str:
        """Name it among what a recipient was told."""
        return f"{DEVIATION}{self.number}"

    @property
    def token(self) -> str:
        """The state that a recipient is told: another opening or a graver severity is news."""
        return f"{self.since.isoformat()} {self.severity}"

    @property
    def weight(self) -> int:
        """How grave it is; 0 is the gravest."""
        return WEIGHT[self.severity]

    @property
    def opened_anew(self) -> bool:
        """Say whether its recipient was never told of this opening; of what else is news, the severity is."""
        return self.told is None or self.told[:TO_THE_SECOND] != self.since.isoformat()[:TO_THE_SECOND]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whose news is asked for: a channel's, or, where `channel` is None, each manager's by the e-mail address.

    `today` is the day by the hub's clock. Departments `asleep` are told nothing now, those `hushed` critical findings
    of integrity alone. `lightest` and `departments` (all, if none is named) narrow it; `but`: managers left out.
    """

    today: date
    asleep: frozenset[str] = frozenset()
    hushed: frozenset[str] = frozenset()
    channel: str | None = None
    lightest: Severity = Severity.INFO
    departments: tuple[str, ...] = ()
    but: frozenset[str] = frozenset()


def is_anything_new(connection: Connection, to: Audience) -> bool:
    """Say whether there is news for anybody of an audience. Reads no deviation in full."""
    query = select(deviation.c.number).select_from(_joined(to)).where(*_conditions(connection, to)).limit(1)
    return connection.execute(query).first() is not None


def news_for(connection: Connection, to: Audience) -> Iterator[Finding]:
    """Give the open deviations of projects and their items whose present state their recipient was not told.

    Left out is what was already so when its standard was switched on, what somebody put off, and what a department in
    its time of peace is not told now.
    """
    query = (
        select(
            deviation,
            rule_state.c.remedy,
            _project_name().label("project"),
            department.c.name.label("department"),
            department.c.mode.label("department_mode"),
            person.c.name.label("owner"),
            person.c.email.label("owner_email"),
            person.c.active.label("owner_active"),
            func.coalesce(task.c.url, project.c.url).label("url"),
            told.c.token,
        )
        .select_from(
            deviation.outerjoin(rule_state, rule_state.c.rule_id == deviation.c.rule_id)
            .outerjoin(project, project.c.id == deviation.c.project_id)
            .outerjoin(person, person.c.id == project.c.manager_id)
            .outerjoin(told, _told_to(to))
            .outerjoin(department, department.c.id == deviation.c.department_id)
            .outerjoin(task, task.c.id == deviation.c.subject_id)
        )
        .where(*_conditions(connection, to))
        .order_by(deviation.c.number)
    )
    for row in connection.execute(query):
        yield Finding(
            number=row.number,
            message=row.message,
            remedy=row.remedy or "",
            severity=Severity(row.severity),
            first_seen_at=row.first_seen_at,
            since=row.opened_at,
            project=row.project,
            department_id=row.department_id,
            department=row.department,
            mode=PmoMode(row.department_mode or PmoMode.SUPPORTIVE),
            owner=_owner(row.owner, row.owner_email, row.owner_active),
            url=row.url,
            told=row.token,
        )


def mended(connection: Connection, recipient: str) -> frozenset[str]:
    """Name the matters of deviations that a recipient was told and that somebody mended."""
    matter = told.c.matter
    # Only where it is a number: PostgreSQL may read it before it has looked which matters are deviations.
    number = case((matter.startswith(DEVIATION), cast(func.substr(matter, len(DEVIATION) + 1), Integer)))
    closed = deviation.c.state == DeviationState.CLOSED, deviation.c.close_reason == CloseReason.RESOLVED
    query = select(matter).join(deviation, deviation.c.number == number)
    return frozenset(connection.execute(query.where(told.c.recipient == recipient, *closed)).scalars())


def _joined(to: Audience) -> FromClause:
    """Join what the conditions look at; each further table would cost as much as half of the rest."""
    joined: FromClause = deviation
    if to.hushed:
        joined = joined.outerjoin(rule_state, rule_state.c.rule_id == deviation.c.rule_id)
    if to.channel is None:
        joined = joined.join(project, project.c.id == deviation.c.project_id)
        joined = joined.join(person, person.c.id == project.c.manager_id)
    return joined.outerjoin(told, _told_to(to))


def _told_to(to: Audience) -> ColumnElement[bool]:
    recipient = person.c.email if to.channel is None else literal(to.channel, Text)
    return and_(
        told.c.recipient == recipient, told.c.matter == literal(DEVIATION, Text) + cast(deviation.c.number, Text)
    )


def _conditions(connection: Connection, to: Audience) -> Iterator[ColumnElement[bool]]:
    own = deviation.c
    yield own.state == DeviationState.OPEN
    yield own.subject != CONNECTOR
    yield own.legacy.is_(False)
    yield or_(own.acknowledged_until.is_(None), own.acknowledged_until <= to.today)
    yield own.severity.in_(_between(to.lightest))
    place = func.coalesce(own.department_id, "")
    if to.departments:
        yield place.in_(to.departments)
    if to.asleep:
        yield place.not_in(to.asleep)
    if to.hushed:
        critical = rule_state.c.rule_class == RuleClass.INTEGRITY, own.severity == Severity.CRITICAL
        yield or_(place.not_in(to.hushed), and_(*critical))
    if to.channel is None:
        yield person.c.email.is_not(None)
        yield func.coalesce(person.c.active, "") != Activity.NO
    if to.but:
        yield person.c.email.not_in(to.but)
    yield or_(told.c.token.is_(None), ~_is_told(connection))


def _is_told(connection: Connection) -> ColumnElement[bool]:
    """Say whether the token is of this opening, to the second, and of a severity as grave as this."""
    told_of, opened = func.substr(told.c.token, 1, TO_THE_SECOND), type_coerce(deviation.c.opened_at, AS_DRIVER)
    if connection.dialect.name == "postgresql":
        same = told_of == func.to_char(func.timezone("UTC", opened), 'YYYY-MM-DD"T"HH24:MI:SS')
    else:
        same = cast(func.strftime("%s", told_of), Integer) * 1000 == opened - opened % 1000
    own, token = deviation.c.severity, told.c.token
    graver = [and_(own == one, or_(*(token.endswith(f" {other}") for other in _between(one)))) for one in WEIGHT]
    return and_(same, or_(func.replace(token, own, "") != token, *graver))  # the first is the quick way to the usual


def _between(lightest: Severity) -> list[Severity]:
    """Name the severities from the gravest to this one."""
    return [one for one in WEIGHT if WEIGHT[one] <= WEIGHT[lightest]]


def _project_name() -> ColumnElement[str | None]:
    key = func.coalesce(project.c.key, project.c.pmo_id)
    return func.coalesce(project.c.name + " (" + key + ")", project.c.name, key)


def _owner(name: str | None, email: str | None, active: str | None) -> Owner | None:
    if name is None and email is None:
        return None
    return Owner(name or email or "", None if active == Activity.NO else email)
