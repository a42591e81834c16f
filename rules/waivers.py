"""Approved exceptions: a rule, a scope, a reason, an author and a day on which it ends."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, insert, or_, select, update

from canonical.problems import ProblemError
from canonical.schema.entities import department, project
from canonical.schema.governance import deviation, rule_state, waiver
from canonical.vocabulary import DeviationState, PmoMode
from rules.deviations import SEE, required, told

MONTHS = {PmoMode.SUPPORTIVE: 12, PmoMode.CONTROLLING: 6, PmoMode.DIRECTIVE: 3}
"""For how long an exception may be granted, by the department's mode."""
SCOPES = ("deviation", "project", "department")


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception as it stands."""

    id: int
    rule: str
    scope: str
    scope_id: str
    reason: str
    author: str
    granted_at: datetime
    expires_on: date
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    """An exception that is asked for. `scope_id`: that of a deviation (`scope_of`), of a project or a department."""

    rule: str
    scope: str
    scope_id: str
    reason: str
    author: str
    expires_on: date


def grant(connection: Connection, asked: Request, now: datetime) -> Waiver:
    """Grant an exception and waive what it covers at once.

    Raises ProblemError: unknown rule or scope, no reason, already past, or longer than the department's mode allows.
    """
    today = now.date()
    not_done = "No waiver was granted."
    required(asked.reason, not_done)
    if connection.execute(select(rule_state.c.rule_id).where(rule_state.c.rule_id == asked.rule)).first() is None:
        raise ProblemError(told(f"No rule {asked.rule!r} is in force.", not_done, SEE, "pmohub rules check"))
    if asked.expires_on <= today:
        raise ProblemError(told(f"{asked.expires_on} is not after today, {today}.", not_done))
    mode = mode_of(connection, asked)
    latest = months_later(today, MONTHS[mode])
    if asked.expires_on > latest:
        what = f"Under {mode.value} a waiver lasts at most {MONTHS[mode]} months, until {latest}."
        raise ProblemError(told(what, not_done, "Name an earlier day; the waiver can be granted again."))
    values = {
        "rule_id": asked.rule,
        "scope": asked.scope,
        "scope_id": asked.scope_id,
        "reason": asked.reason.strip(),
        "author": asked.author,
        "granted_at": now,
        "expires_on": asked.expires_on,
    }
    (number,) = connection.execute(insert(waiver).values(**values).returning(waiver.c.id)).one()
    apply(connection, today)
    return one(connection, number)


def revoke(connection: Connection, number: int, now: datetime) -> Waiver:
    """Take an exception back; what it covered opens again with its first-seen date. Raises ProblemError."""
    found = one(connection, number)
    if found.revoked_at is not None:
        raise ProblemError(told(f"Waiver {number} was revoked on {found.revoked_at.date()}.", "Nothing was changed."))
    connection.execute(update(waiver).where(waiver.c.id == number).values(revoked_at=now))
    apply(connection, now.date())
    return one(connection, number)


def in_force(connection: Connection, today: date) -> list[Waiver]:
    """Give the exceptions that hold today, those that end soonest first."""
    query = select(waiver).where(holds(today)).order_by(waiver.c.expires_on, waiver.c.id)
    return [read(row) for row in connection.execute(query)]


def covering(connection: Connection, number: int, today: date) -> list[Waiver]:
    """Give the exceptions that hold today and cover a deviation, the one that ends last first."""
    same_rule = waiver.c.rule_id == deviation.c.rule_id
    query = select(waiver).join(deviation, and_(same_rule, within())).where(deviation.c.number == number, holds(today))
    return [read(row) for row in connection.execute(query.order_by(waiver.c.expires_on.desc(), waiver.c.id))]


def apply(connection: Connection, today: date) -> None:
    """Waive open deviations that an exception covers; open those that none covers any more."""
    covered = exists().where(waiver.c.rule_id == deviation.c.rule_id, holds(today), within())
    state = deviation.c.state
    opens = update(deviation).where(state == DeviationState.OPEN, covered).values(state=DeviationState.WAIVED)
    ends = update(deviation).where(state == DeviationState.WAIVED, ~covered).values(state=DeviationState.OPEN)
    connection.execute(opens)
    connection.execute(ends)


def holds(today: date) -> ColumnElement[bool]:
    """Neither revoked nor past its last day."""
    return and_(waiver.c.revoked_at.is_(None), waiver.c.expires_on >= today)


def scope_of(subject_id: str, discriminator: str) -> str:
    """Name one deviation of a rule: its subject, and which of several the rule finds there, such as a field."""
    return f"{subject_id}#{discriminator}" if discriminator else subject_id


def within() -> ColumnElement[bool]:
    """Whether a deviation lies in the scope of an exception."""
    columns = (deviation.c.subject_id, deviation.c.project_id, deviation.c.department_id)
    pairs = zip(SCOPES, columns, strict=True)
    whole = [and_(waiver.c.scope == scope, waiver.c.scope_id == column) for scope, column in pairs]
    return or_(*whole, and_(waiver.c.scope == "deviation", waiver.c.scope_id == _apart()))


def numbers(connection: Connection) -> dict[int, int]:
    """Give the number of the deviation that each exception for one covers, by the exception's id."""
    same_rule = waiver.c.rule_id == deviation.c.rule_id
    query = select(waiver.c.id, deviation.c.number).join(deviation, and_(same_rule, within()))
    rows = connection.execute(query.where(waiver.c.scope == "deviation").order_by(deviation.c.number.desc()))
    return {row.id: row.number for row in rows}


def _apart() -> ColumnElement[str]:
    return deviation.c.subject_id + "#" + deviation.c.discriminator


def mode_of(connection: Connection, asked: Request) -> PmoMode:
    """The mode of the department that the scope belongs to; supportive for what belongs to none.

    Raises ProblemError when the scope does not exist.
    """
    match asked.scope:
        case "department":
            owner = select(department.c.id).where(department.c.id == asked.scope_id)
        case "project":
            owner = select(project.c.department_id).where(project.c.id == asked.scope_id)
        case "deviation":
            rule = deviation.c.rule_id == asked.rule
            named = or_(deviation.c.subject_id == asked.scope_id, _apart() == asked.scope_id)
            owner = select(deviation.c.department_id).where(named, rule)
        case _:
            raise ProblemError(told(f"A waiver's scope is one of {', '.join(SCOPES)}.", "No waiver was granted."))
    found = connection.execute(owner.limit(1)).first()
    if found is None:
        raise ProblemError(
            told(f"There is no {asked.scope} {asked.scope_id!r} for this rule.", "No waiver was granted.")
        )
    mode = connection.execute(select(department.c.mode).where(department.c.id == found[0])).scalar()
    return PmoMode(mode) if mode else PmoMode.SUPPORTIVE


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def one(connection: Connection, number: int) -> Waiver:
    """Give a waiver. Raises ProblemError when there is none."""
    row = connection.execute(select(waiver).where(waiver.c.id == number)).first()
    if row is None:
        raise ProblemError(told(f"There is no waiver {number}.", "Nothing was changed."))
    return read(row)


def read(row: Row[Any]) -> Waiver:
    """Make a waiver of a row."""
    values = dict(row._mapping)  # noqa: SLF001  # the public name of a row's mapping, whatever its underscore
    return Waiver(rule=values.pop("rule_id"), **values)
