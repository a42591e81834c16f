"""What a connector emits: one validated record for each project, task, time entry, person and so on of a tool.

A record says by which fields were set (`model_fields_set`) what it supplies; the store keeps the others as they are.
A field set to None is known to be empty. References name the other record as the tool writes it (`Ref`) and are
resolved in the store, whenever either side arrives.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Self, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from canonical.values import FieldValue
from canonical.vocabulary import (
    Activity,
    ApprovalState,
    Delivery,
    DependencyType,
    EntityKind,
    Health,
    Phase,
    ProjectStatus,
    StatusCategory,
    TaskKind,
)

Text = Annotated[str, StringConstraints(min_length=1)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\x00]+$")]
"""A text by which rows are found. The databases' indexes keep no more than about 2,700 bytes, and none keeps a NUL."""
Url = Annotated[str, StringConstraints(min_length=1, max_length=800, pattern=r"^[^\x00]+$")]
Ref: TypeAlias = Annotated[
    str, StringConstraints(max_length=800, pattern=r"^(id|key|url|name|email|pmo_id):[^\x00\n]+$")
]
"""`scheme:value`, the value as the tool writes it: `id:10042`, `key:ENG-12`, `name:Jane Doe`, `email:j@example.com`,
also `email:Jane Doe <j@example.com>`."""
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Seconds = Annotated[int, Field(ge=0, le=10**12)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Money = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]


class Record(BaseModel):
    """What every record of a tool carries, whatever it describes.

    `external_id` is the tool's own immutable id; `key` and `url` may change and are kept as dated aliases. `scope` is
    where the record was listed (a project of a tool, a sheet of a workbook), so that a complete listing of that scope
    shows what is gone. `fields` holds mapped custom fields and template fields by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    entity: ClassVar[EntityKind]

    external_id: Name
    key: Name | None = None
    url: Url | None = None
    scope: Name | None = None
    source_created_at: AwareDatetime | None = None
    source_updated_at: AwareDatetime | None = None
    fields: Mapping[str, FieldValue] = Field(default_factory=dict)


class Project(Record):
    """One tool's record of a project (a source project). `same_as` names the same undertaking in another tool."""

    entity = EntityKind.PROJECT

    name: Text | None = None
    description: Text | None = None
    department: Text | None = None
    status: ProjectStatus | None = None
    health: Health | None = None
    phase: Phase | None = None
    manager: Ref | None = None
    sponsor: Ref | None = None
    objective: Text | None = None
    portfolio: Text | None = None
    planned_start: date | None = None
    planned_finish: date | None = None
    baseline_start: date | None = None
    baseline_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    percent_complete: Percent | None = None
    budget: Money | None = None
    currency: Currency | None = None
    archived: bool | None = None
    delivery: Delivery | None = None
    tier: Annotated[int, Field(ge=1, le=3)] | None = None
    same_as: Ref | None = None


class Task(Record):
    """A piece of work. Start, finish and due are dates; completed at is an instant; durations are seconds.

    `status` is the tool's own word; `status_category` is what it means, None when the word is not mapped.
    """

    entity = EntityKind.TASK

    project: Ref | None = None
    further_projects: tuple[Ref, ...] = ()
    parent: Ref | None = None
    kind: TaskKind = TaskKind.TASK
    title: Text | None = None
    status: Text | None = None
    status_category: StatusCategory | None = None
    priority: Text | None = None
    assignee: Ref | None = None
    reporter: Ref | None = None
    planned_start: date | None = None
    due: date | None = None
    due_at: AwareDatetime | None = None
    baseline_start: date | None = None
    baseline_finish: date | None = None
    actual_start: date | None = None
    completed_at: AwareDatetime | None = None
    original_estimate: Seconds | None = None
    remaining_estimate: Seconds | None = None
    time_spent: Seconds | None = None
    percent_complete: Percent | None = None
    story_points: Annotated[Decimal, Field(max_digits=18, decimal_places=4)] | None = None
    labels: tuple[Name, ...] = ()
    iteration_id: Text | None = None
    iteration_name: Text | None = None
    iteration_start: date | None = None
    iteration_end: date | None = None
    iteration_state: Text | None = None


class TimeEntry(Record):
    """Hours of one person on one day; `duration` in seconds."""

    entity = EntityKind.TIME_ENTRY

    task: Ref | None = None
    project: Ref | None = None
    person: Ref | None = None
    work_date: date
    started_at: AwareDatetime | None = None
    duration: Seconds
    billable: bool | None = None
    approval: ApprovalState | None = None
    note: Text | None = None


class Person(Record):
    """An account or a typed name in one tool. `weekly_capacity` in seconds; rate and capacity hold from their dates."""

    entity = EntityKind.PERSON

    name: Text | None = None
    email: Name | None = None
    active: Activity = Activity.UNKNOWN
    weekly_capacity: Seconds | None = None
    capacity_from: date | None = None
    cost_rate: Money | None = None
    cost_rate_currency: Currency | None = None
    cost_rate_from: date | None = None


class Dependency(Record):
    """A typed link between two tasks; `lag` in working days, negative for a lead."""

    entity = EntityKind.DEPENDENCY

    predecessor: Ref
    successor: Ref
    type: DependencyType = DependencyType.FINISH_TO_START
    lag: Annotated[int, Field(ge=-100_000, le=100_000)] = 0


class StatusUpdate(Record):
    """A status report of a project: when, by whom, with which health, in which words."""

    entity = EntityKind.STATUS_UPDATE

    project: Ref
    at: AwareDatetime
    author: Ref | None = None
    health: Health | None = None
    text: Text | None = None


class Span(Record):
    """What holds from a day to a day, both included; `last_day` None: until further notice.

    Raises ValueError where the last day is before the first.
    """

    person: Ref | None = None
    first_day: date
    last_day: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> Self:
        if self.last_day is not None and self.last_day < self.first_day:
            message = f"the last day ({self.last_day}) is before the first ({self.first_day})"
            raise ValueError(message)
        return self


class Allocation(Span):
    """Planned capacity of a person on a project, from a day to a day, both included.

    How much is said in one way, as the tool says it: `weekly_effort`, seconds in each week of five working days, or
    `percent`, of the person's available capacity, over 100 where somebody planned so. Neither: booked, nobody said how
    much, which is unknown and not nothing. A record that says one way says None in the other. `person` None: the tool
    holds a place open for nobody yet.
    """

    entity = EntityKind.ALLOCATION

    project: Ref | None = None
    weekly_effort: Seconds | None = None
    percent: Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2)] | None = None

    @model_validator(mode="after")
    def _says_how_much_once(self) -> Self:
        if self.weekly_effort is not None and self.percent is not None:
            message = "an allocation is either so much time a week or a percentage, not both"
            raise ValueError(message)
        return self


class Leave(Span):
    """Whole days on which a person is away, from a day to a day, both included.

    Which kind of leave it is has no place here, nor in `fields`, nor in what a connector sets aside in quarantine. A
    part of a day away is no leave: such a day counts as working.
    """

    entity = EntityKind.LEAVE


RECORDS: Mapping[EntityKind, type[Record]] = {
    kind.entity: kind for kind in (Project, Task, TimeEntry, Person, Dependency, StatusUpdate, Allocation, Leave)
}
