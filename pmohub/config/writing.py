"""What `[writeback]` may hold: limits, and what need not be approved each time."""

from collections import Counter
from datetime import date
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from pmohub.config.refusal import refuse
from pmohub.config.tables import Table


def _a_year_after(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


class StandingTable(Table):
    """A standing approval: changes of these fields are approved in its name, never where the team accepts.

    What is over a limit of the plan, or comes before somebody has looked at the first writes, waits all the same.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")] = Field(
        description="Its name in the journal, beside a version that changes with whatever is written here."
    )
    fields: Annotated[tuple[str, ...], Field(min_length=1)] = Field(description="The template fields that it is about.")
    connectors: tuple[str, ...] = Field(default=(), description="Only changes to these; without, to any.")
    departments: tuple[str, ...] = Field(default=(), description="Only of these departments; without, of any.")
    max_changes: Annotated[int, Field(ge=1)] = Field(
        default=50, description="The most changes of one plan; of a plan with more it approves none."
    )
    since: date = Field(description="Its first day, by the hub's time zone.")
    expires: date = Field(description="Its last day, at most twelve months after the first.")
    approved_by: Annotated[str, Field(min_length=1)] = Field(description="The person who answers for it.")

    @model_validator(mode="after")
    def _at_most_a_year(self) -> Self:
        if self.expires < self.since:
            refuse(f"It expires on {self.expires}, before it begins.", "Change the two days round.")
        if self.expires > _a_year_after(self.since):
            refuse(
                f"A standing approval lasts at most twelve months; this one is from {self.since} to {self.expires}.",
                "Let it expire earlier, and have it looked at again then.",
            )
        return self


class WritebackTable(Table):
    """Limits on what one run may write; more than this stops before the first change."""

    max_changes_per_run: Annotated[int, Field(ge=1)] = Field(
        default=200, description="The most changes that one run may send to a tool."
    )
    max_overwrite_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.2, description="The largest share of a field's filled values that one run may replace."
    )
    stop_after_refusals: Annotated[int, Field(ge=1)] = Field(
        default=3, description="So many refused writes stop a run for a tool, until a person lets it start again."
    )
    stop_after_disputes: Annotated[int, Field(ge=1)] = Field(
        default=2, description="So many writes that meet a team's edit stop a run for a tool likewise."
    )
    pause_field_after_refusals: Annotated[int, Field(ge=1)] = Field(
        default=3,
        description="So many refusals in a row of a field by a tool, in whatever runs, pause that field there.",
    )
    first_writes: Annotated[int, Field(ge=0)] = Field(
        default=5,
        description="So many writes of a new field or tool are sent; the rest waits for a look. 0: all are sent.",
    )
    writes_per_item_and_day: Annotated[int, Field(ge=1)] = Field(
        default=1, description="How many plans may write to one item in a day; undoing is not counted."
    )
    automatic: bool = Field(
        default=False,
        description="In directive departments the hub's own values, and defaults of empty fields, need no approval, "
        "within the limits and where a team's edit in the moment of writing would be noticed.",
    )
    standing: tuple[StandingTable, ...] = Field(
        default=(), description="Standing approvals: what need not be approved each time; see below."
    )

    @field_validator("standing")
    @classmethod
    def _one_name_each(cls, standing: tuple[StandingTable, ...]) -> tuple[StandingTable, ...]:
        for name, number in Counter(one.id for one in standing).items():
            if number > 1:
                refuse(f"Two standing approvals are called “{name}”.", "Give each an id of its own.")
        return standing
