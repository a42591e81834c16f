"""Deviations to ask for, to put off, and to dismiss as a false alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, RowMapping, case, func, or_, select, update

from canonical.problems import Problem, ProblemError
from canonical.schema.entities import department, project
from canonical.schema.governance import deviation, rule_state
from canonical.vocabulary import DeviationState, Severity

WEIGHT = {Severity.CRITICAL: 0, Severity.MAJOR: 1, Severity.MINOR: 2, Severity.INFO: 3}
SEE = "See which there are:"
LIVING = (DeviationState.OPEN,)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which deviations are asked for; what is left out does not narrow. `project` is a PMO id, key, id or name.

    `at_least` is the lightest severity shown, `opened_since` the moment since which it opened or reopened, `due_by` the
    last due date, `text` a part of the message, in any case.
    """

    states: Sequence[DeviationState] = LIVING
    at_least: Severity = Severity.INFO
    rule: str | None = None
    rule_class: str | None = None
    department: str | None = None
    project: str | None = None
    connector: str | None = None
    opened_since: datetime | None = None
    due_by: date | None = None
    legacy: bool | None = None
    text: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters in SQL."""
        own = deviation.c
        exact: dict[ColumnElement[Any], Any] = {own.rule_id: self.rule, own.department_id: self.department}
        exact |= {own.connector: self.connector, rule_state.c.rule_class: self.rule_class, own.legacy: self.legacy}
        found: list[ColumnElement[bool]] = [column == value for column, value in exact.items() if value is not None]
        found.append(own.state.in_(list(self.states)))
        found.append(own.severity.in_([severity for severity in WEIGHT if WEIGHT[severity] <= WEIGHT[self.at_least]]))
        if self.project is not None:
            names = (project.c.id, project.c.pmo_id, project.c.key, project.c.name)
            found.append(or_(*(name == self.project for name in names)))
        if self.opened_since is not None:
            found.append(own.opened_at >= self.opened_since)
        if self.due_by is not None:
            found.append(own.due_on <= self.due_by)
        if self.text is not None:
            found.append(func.lower(own.message).contains(self.text.lower(), autoescape=True))
        return found


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation as people see it. `evidence` holds the values read, or the items of a group."""

    number: int
    rule: str
    title: str
    rule_class: str
    severity: Severity
    state: DeviationState
    message: str
    remedy: str
    source: str
    subject: str
    subject_id: str
    discriminator: str
    project_id: str | None
    project: str | None
    department_id: str | None
    department: str | None
    connector: str | None
    close_reason: str | None
    legacy: bool
    unverified: bool
    acknowledged_until: date | None
    dismissed_by: str | None
    dismissed_reason: str | None
    first_seen_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    due_on: date | None
    reopened: int
    mode: str | None
    evidence: dict[str, Any]


def query(connection: Connection, filters: Filters, limit: int | None = None, offset: int = 0) -> list[Deviation]:
    """Give the deviations asked for: the gravest first, then those due soonest, then by number."""
    weight = case(*((deviation.c.severity == severity, rank) for severity, rank in WEIGHT.items()))
    shown = select(
        deviation,
        rule_state.c.title,
        rule_state.c.rule_class,
        rule_state.c.remedy,
        rule_state.c.source,
        func.coalesce(project.c.name, project.c.key, project.c.pmo_id).label("project"),
        department.c.name.label("department"),
    )
    statement = (
        selected(shown, filters)
        .order_by(weight, deviation.c.due_on.is_(None), deviation.c.due_on, deviation.c.number)
        .limit(limit)
        .offset(offset)
    )
    return [read(row) for row in connection.execute(statement).mappings()]


def number_of(connection: Connection, filters: Filters) -> int:
    """Count the deviations asked for."""
    return int(connection.execute(selected(select(func.count()), filters)).scalar_one())


def selected(statement: Any, filters: Filters) -> Any:
    """Let a select read deviations with their rule, project and department."""
    joined = (
        deviation.outerjoin(rule_state, rule_state.c.rule_id == deviation.c.rule_id)
        .outerjoin(project, project.c.id == deviation.c.project_id)
        .outerjoin(department, department.c.id == deviation.c.department_id)
    )
    return statement.select_from(joined).where(*filters.conditions())


def read(row: RowMapping) -> Deviation:
    """Make a deviation of a row; a rule that was never applied here has its id for a title."""
    words = {name: row[name] or "" for name in ("rule_class", "remedy", "source")}
    plain = [name for name in Deviation.__dataclass_fields__ if name in row and name not in words]
    values = {name: row[name] for name in plain} | words
    return Deviation(
        **{
            **values,
            "rule": row["rule_id"],
            "title": row["title"] or row["rule_id"],
            "severity": Severity(row["severity"]),
            "state": DeviationState(row["state"]),
            "evidence": orjson.loads(row["evidence"]),
        }
    )


def dismiss(connection: Connection, number: int, reason: str, actor: str) -> None:
    """Take a deviation for a false alarm: it stays silent for its item until it is taken up again.

    Raises ProblemError when there is no such living deviation, or no reason.
    """
    living(connection, number, "dismissed")
    required(reason, f"Deviation {number} was not dismissed.")
    change(connection, number, state=DeviationState.DISMISSED, dismissed_by=actor, dismissed_reason=reason.strip())


def take_up(connection: Connection, number: int) -> None:
    """Open a dismissed deviation again. Raises ProblemError when it is not dismissed."""
    row = found(connection, number, "opened again")
    if row["state"] != DeviationState.DISMISSED:
        raise ProblemError(
            told(f"Deviation {number} is {row['state']}, not dismissed.", f"{number} was not opened again.")
        )
    change(connection, number, state=DeviationState.OPEN, dismissed_by=None, dismissed_reason=None)


def acknowledge(connection: Connection, number: int, until: date, today: date) -> None:
    """Put a deviation off until a day: it stays open, and is not brought up before.

    Raises ProblemError when there is no such living deviation, or the day has passed.
    """
    living(connection, number, "acknowledged")
    if until <= today:
        raise ProblemError(told(f"{until} is not after today, {today}.", f"Deviation {number} was not put off."))
    change(connection, number, acknowledged_until=until)


def change(connection: Connection, number: int, **values: Any) -> None:
    """Write values of one deviation."""
    connection.execute(update(deviation).where(deviation.c.number == number).values(**values))


def found(connection: Connection, number: int, what: str) -> RowMapping:
    """Give the row of a deviation. Raises ProblemError when there is none."""
    row = connection.execute(select(deviation).where(deviation.c.number == number)).mappings().first()
    if row is None:
        raise ProblemError(told(f"There is no deviation {number}.", f"Nothing was {what}.", SEE, "pmohub deviations"))
    return row


def living(connection: Connection, number: int, what: str) -> RowMapping:
    """Give the row of a deviation that is open or waived. Raises ProblemError for another."""
    row = found(connection, number, what)
    if row["state"] not in {DeviationState.OPEN, DeviationState.WAIVED}:
        raise ProblemError(told(f"Deviation {number} is {row['state']}.", f"It was not {what}."))
    return row


def required(reason: str, not_done: str) -> None:
    """Insist on a reason. Raises ProblemError."""
    if not reason.strip():
        raise ProblemError(
            told("A reason is missing.", not_done, "Say in a sentence why; it is shown beside the deviation.")
        )


def told(what: str, not_done: str, next_step: str = "", *commands: str) -> Problem:
    """Tell why a request cannot be carried out."""
    return Problem(what=what, not_done=not_done, next_step=next_step, commands=commands)
