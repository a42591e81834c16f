"""The compliance score: one number for a project or department, to show direction, never to rank people.

Score = 100 x (1 - sum(w x d) / sum(w)) over the rules that could be judged there, of the classes integrity,
completeness and timeliness: being late is not being disobedient. w is 8, 4, 2 and 0 for critical, major, minor and
info; d is the share of the judged items that deviate, waived ones left out. Source: pmohub's own definition.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, case, func, select

from canonical.schema.entities import project
from canonical.schema.governance import deviation, rule_state, verdict_count
from canonical.vocabulary import DeviationState, RuleClass, Severity

WEIGHTS: Mapping[str, int] = {Severity.CRITICAL: 8, Severity.MAJOR: 4, Severity.MINOR: 2, Severity.INFO: 0}
CLASSES = (RuleClass.INTEGRITY, RuleClass.COMPLETENESS, RuleClass.TIMELINESS)
LEAST_COVERAGE = Decimal("0.6")
CRITICAL_CAP, OVERDUE_CAP = Decimal(69), Decimal(49)
SHOWN_WAIVED = Decimal("0.1")
GREEN, AMBER = 90, 70


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100, or None with the reason why there is none; shares are from 0 to 1, of rule weights.

    `coverage` is how much of what applies could be judged, `waived` how much of it is excused: to be shown beside the
    score from a tenth on. `capped_by` is `critical` or `overdue critical` where an open one holds the score down.
    """

    value: Decimal | None
    coverage: Decimal
    waived: Decimal
    capped_by: str = ""
    reason: str = ""

    @property
    def band(self) -> str:
        """`green` from 90, `amber` from 70, else `red`; `grey` without a score."""
        if self.value is None:
            return "grey"
        return "green" if self.value >= GREEN else "amber" if self.value >= AMBER else "red"


@dataclass(frozen=True, slots=True)
class Distribution:
    """A department's or the portfolio's score: the mean of its projects, all weighing the same, and their spread."""

    value: Decimal | None
    projects: int
    green: int
    amber: int
    red: int
    without: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one rule says of one project."""

    weight: int
    judged: int
    deviating: int
    waived: int
    unknown: int


def project_scores(connection: Connection, today: date, department: str | None = None) -> dict[str, Score]:
    """Give the score of each project, by its id, as of the last evaluation."""
    parts = read_parts(connection, department)
    caps = read_caps(connection, today)
    return {name: score(of_project, caps.get(name, "")) for name, of_project in parts.items()}


def score(parts: Iterable[Part], capped_by: str = "") -> Score:
    """Compute a score of a project's parts; without 60 percent of the weight judged there is none."""
    weighing = [part for part in parts if part.weight and part.judged + part.unknown]
    whole = Decimal(sum(part.weight for part in weighing))
    judged = [part for part in weighing if part.judged]
    known = Decimal(sum(part.weight for part in judged))
    if not whole:
        return Score(None, Decimal(0), Decimal(0), reason="no_population")
    coverage = known / whole
    waived = sum((share(part.waived, part) for part in judged), Decimal(0)) / known if known else Decimal(0)
    if coverage < LEAST_COVERAGE:
        return Score(None, coverage, waived, reason="coverage_below")
    lost = sum((share(max(part.deviating - part.waived, 0), part) for part in judged), Decimal(0))
    value = 100 * (1 - lost / known)
    cap = {"critical": CRITICAL_CAP, "overdue critical": OVERDUE_CAP}.get(capped_by)
    held = cap is not None and value > cap
    return Score(cap if held else value, coverage, waived, capped_by if held else "")


def share(number: int, part: Part) -> Decimal:
    """The weight of a rule, by the share of its judged items."""
    return part.weight * min(Decimal(number) / part.judged, Decimal(1))


def distribution(scores: Sequence[Score]) -> Distribution:
    """Gather the scores of projects: the mean of those that have one, never weighted by tasks."""
    values = [score.value for score in scores if score.value is not None]
    bands = [score.band for score in scores]
    mean = sum(values, Decimal(0)) / len(values) if values else None
    return Distribution(
        mean, len(scores), bands.count("green"), bands.count("amber"), bands.count("red"), bands.count("grey")
    )


def read_parts(connection: Connection, department: str | None) -> dict[str, list[Part]]:
    """Read what each compliance rule says of each project."""
    waived = (
        select(deviation.c.rule_id, deviation.c.project_id, func.sum(deviation.c.item_count).label("number"))
        .where(deviation.c.state.in_([DeviationState.WAIVED, DeviationState.DISMISSED]))
        .group_by(deviation.c.rule_id, deviation.c.project_id)
        .subquery()
    )
    counts = verdict_count.c
    query = (
        select(verdict_count, rule_state.c.severity, func.coalesce(waived.c.number, 0).label("waived"))
        .select_from(
            verdict_count.join(rule_state, rule_state.c.rule_id == counts.rule_id)
            .join(project, project.c.id == counts.project_id)
            .outerjoin(waived, (waived.c.rule_id == counts.rule_id) & (waived.c.project_id == counts.project_id))
        )
        .where(rule_state.c.rule_class.in_(CLASSES), project.c.deleted_at.is_(None), project.c.merged_into.is_(None))
    )
    if department is not None:
        query = query.where(counts.department_id == department)
    parts: dict[str, list[Part]] = {}
    for row in connection.execute(query):
        judged = row.passes + row.deviates
        part = Part(WEIGHTS.get(row.severity, 0), judged, row.deviates, int(row.waived), row.unknown)
        parts.setdefault(row.project_id, []).append(part)
    return parts


def read_caps(connection: Connection, today: date) -> dict[str, str]:
    """Read which projects an open critical deviation holds down, and whether it is overdue."""
    late = func.max(case((deviation.c.due_on < today, 1), else_=0))
    query = (
        select(deviation.c.project_id, late.label("late"))
        .join(rule_state, rule_state.c.rule_id == deviation.c.rule_id)
        .where(
            deviation.c.state == DeviationState.OPEN,
            deviation.c.severity == Severity.CRITICAL,
            rule_state.c.rule_class.in_(CLASSES),
            deviation.c.project_id.is_not(None),
        )
        .group_by(deviation.c.project_id)
    )
    return {row.project_id: "overdue critical" if row.late else "critical" for row in connection.execute(query)}
