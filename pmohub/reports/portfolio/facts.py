"""What the portfolio report is made of, as plain facts; every sentence and figure of it is computed from these."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rules.evaluation.comparing import Impact

SEVERITIES = ("info", "minor", "major", "critical")
"""From least to worst."""
BEYOND = 1.1
"""How far a plan may go beyond what is there before somebody counts as over-booked."""
JUDGED_WEEKS, OVER_WEEKS = 4, 2
"""Somebody is over-booked whose plan goes too far in two of the next four weeks."""


class Rag(StrEnum):
    """Health as shown; `unset` is grey, never green."""

    RED = "red"
    AMBER = "amber"
    UNSET = "unset"
    GREEN = "green"


WORST_FIRST = tuple(Rag)


class FreshnessState(StrEnum):
    """How far what a connector said still counts."""

    FRESH = "fresh"
    IN_PART = "in_part"
    STALE = "stale"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Department:
    """A department as the report shows it."""

    id: str
    name: str
    mode: str


@dataclass(frozen=True, slots=True)
class ConnectorFreshness:
    """How old a connector's data is, and why."""

    id: str
    kind: str
    department: str
    state: FreshnessState
    read_at: datetime | None
    note: str
    quarantined: int


@dataclass(frozen=True, slots=True)
class Computed:
    """Health by the figures, with what drives it; `unset` when fewer than two limbs can be judged."""

    health: Rag
    driver: str


@dataclass(frozen=True, slots=True)
class Effort:
    """Hours recorded and planned to date; None where nothing was recorded, or too few tasks carry what a plan needs."""

    actual: float | None
    planned: float | None

    @property
    def compared(self) -> tuple[float, float] | None:
        """Recorded and planned hours where both are known, else None."""
        return (self.actual, self.planned) if self.actual is not None and self.planned else None


@dataclass(frozen=True, slots=True)
class Project:
    """One line of the portfolio. `trend` are open deviations by week.

    `slip`: working days against the baseline; `late`: it is beyond what health by figures leaves amber.
    """

    id: str
    key: str
    name: str
    url: str | None
    department_id: str
    manager: str | None
    reported: Rag
    computed: Computed
    phase: str | None
    status: str | None
    planned_finish: date | None
    baseline_finish: date | None
    slip: int | None
    late: bool
    effort: Effort
    met: int
    applicable: int
    open: int
    critical: int
    trend: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Deviation:
    """One broken rule of one item, as it is listed."""

    number: int
    rule: str
    severity: str
    message: str
    remedy: str
    where: str
    url: str | None
    project_id: str | None
    department_id: str | None
    legacy: bool
    unverified: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RuleCell:
    """How many projects of a department meet a rule, of those that could be judged; `of` 0 with the reason why."""

    met: int
    of: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule across departments."""

    id: str
    title: str
    severity: str
    cells: Mapping[str, RuleCell]

    @property
    def total(self) -> RuleCell:
        """All departments together."""
        return RuleCell(sum(cell.met for cell in self.cells.values()), sum(cell.of for cell in self.cells.values()))


@dataclass(frozen=True, slots=True)
class WriteGroup:
    """Changes of one field through one connector, as one decision."""

    connector: str
    carrier: str
    """The field's name in the tool, as the PMO wrote it."""
    mode: str
    state: str
    reason: str
    hold: str | None
    changes: Sequence[tuple[str, str, str]]
    """Key in the tool, value now, value proposed; as people read them."""


@dataclass(frozen=True, slots=True)
class HoursRow:
    """Recorded hours of a project (and, where asked for, a person) by week; None where nothing was recorded."""

    department_id: str
    project: str
    person: str | None
    by_week: Sequence[float | None]
    available: Sequence[float | None] = ()
    """Hours less public holidays and leave, by week; None where the capacity is not known."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Recorded hours of the last weeks, oldest week first; weeks by their Monday."""

    weeks: Sequence[date]
    projects: Sequence[HoursRow]
    people: Sequence[HoursRow]


@dataclass(frozen=True, slots=True)
class LoadWeek:
    """Planned hours of a person in a week, and those available; `away`: working days of leave.

    `planned` is None where nothing is planned, `available` where the capacity is not known.
    """

    planned: float | None
    available: float | None
    away: int

    @property
    def is_over(self) -> bool:
        """Whether more is planned than a plan may go beyond what is there."""
        return self.planned is not None and self.available is not None and self.planned > self.available * BEYOND

    @property
    def share(self) -> float:
        """Planned of available time; 0 where one of the two is not known or nothing."""
        return (self.planned or 0) / self.available if self.available else 0


@dataclass(frozen=True, slots=True)
class Source:
    """A project on which a person is planned, in hours over all weeks shown, and the tool that says so.

    `booked` says whether the tool books the person; else the hours are those that are left of tasks.
    """

    project: str
    connector: str
    booked: bool
    hours: float | None


@dataclass(frozen=True, slots=True)
class LoadRow:
    """What a person is planned for, in all departments. `undated`: open tasks that lack an estimate or a due date."""

    department_id: str
    person: str
    by_week: Sequence[LoadWeek]
    sources: Sequence[Source]
    undated: int

    @property
    def is_over_booked(self) -> bool:
        """Whether the plan goes too far in as many weeks as it takes; unknown capacity is not judged."""
        judged = self.by_week[:JUDGED_WEEKS]
        known = all(week.available is not None for week in judged)
        return known and sum(week.is_over for week in judged) >= OVER_WEEKS

    @property
    def worst(self) -> int:
        """The place of the week, of those by which a plan is judged, that goes furthest beyond what is there."""
        return max(range(min(JUDGED_WEEKS, len(self.by_week))), key=lambda place: self.by_week[place].share)

    @property
    def connectors(self) -> Mapping[str, float]:
        """Hours by the tool that plans them, the most first."""
        hours: defaultdict[str, float] = defaultdict(float)
        for one in self.sources:
            hours[one.connector] += one.hours or 0
        return dict(sorted(hours.items(), key=lambda each: (-round(each[1]), each[0])))


@dataclass(frozen=True, slots=True)
class Load:
    """Planned hours of the coming weeks, this one included, over people.

    Of `planned` people who have any planned time, `judged` have a known capacity and `over` of these are over-booked in
    two of the next four weeks or more. `leave_told`: some tool tells who is away.
    """

    weeks: Sequence[date]
    people: Sequence[LoadRow] = ()
    planned: int = 0
    judged: int = 0
    over: int = 0
    leave_told: bool = False

    @property
    def over_booked(self) -> Sequence[LoadRow]:
        """Those who are over-booked and named, worst first, each once."""
        return list({row.person: row for row in self.people if row.is_over_booked}.values())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was true on an earlier day: open deviations by severity and department, and each project's state."""

    day: date
    open_by_severity: Mapping[str, int]
    projects: Mapping[str, tuple[str | None, date | None]]
    """Health and planned finish by project id."""


@dataclass(frozen=True, slots=True)
class Week:
    """The last snapshot of a week."""

    monday: date
    open_by_severity: Mapping[str, int]
    met_by_department: Mapping[str, float]
    """Share of rules met, 0 to 1, by department id."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything, as of `now` in `zone`."""

    now: datetime
    zone: str
    departments: Sequence[Department]
    connectors: Sequence[ConnectorFreshness]
    projects: Sequence[Project]
    deviations: Sequence[Deviation]
    rules: Sequence[RuleRow]
    hours: Hours
    load: Load
    writes: Sequence[WriteGroup]
    waived: int
    unknown_verdicts: int
    opened_since: int
    closed_since: int
    write_outcomes: Mapping[str, int]
    standards: Sequence[str]
    scores: Mapping[str, float | None] = field(default_factory=dict)
    """Compliance score by department id, 0 to 100; None where too little could be judged."""
    earlier: Snapshot | None = None
    weeks: Sequence[Week] = ()
    coming: Sequence[Impact] = ()
    """What announced standards would change, by rule and department."""

    @property
    def department_names(self) -> Mapping[str, str]:
        """Names by id."""
        return {one.id: one.name for one in self.departments}
