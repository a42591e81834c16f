"""What an admin writes for an Asana connector: which workspaces and projects, and which of their fields means what."""

from typing import Annotated

from pydantic import Field, HttpUrl, field_validator

from canonical.vocabulary import StatusCategory, TaskKind
from connectors.options import OwnField, ServiceOptions, short_for
from connectors.secrets import Secret

SECTION = "section"
FIELD = "field:"


class AsanaOptions(ServiceOptions):
    """Workspaces of Asana that one account sees. The token is named, never written here."""

    url: HttpUrl = Field(
        default=HttpUrl("https://app.asana.com/api/1.0"), description="The address of Asana's API, with its version."
    )
    token: Secret = Field(
        description="Where the personal access token, service account's token or OAuth 2.0 access token is kept: "
        "{ env = ... }, { file = ... } or { command = [...] }."
    )
    requests_at_once: Annotated[int, Field(ge=1, le=50)] = Field(
        default=6, description="The most requests under way at a time; fewer where Asana asks to slow down."
    )
    requests_per_minute: Annotated[int, Field(ge=10, le=12_000)] = Field(
        default=1500, description="The most requests begun in a minute: 150 on a free plan, 1,500 on a paid one."
    )
    workspaces: tuple[str, ...] = Field(
        min_length=1, description="The workspaces to read, by name or gid: one account may see several."
    )
    teams: tuple[str, ...] = Field(
        default=("*",), min_length=1, description="Only projects of these teams, by name, pattern or gid; default all."
    )
    projects: tuple[str, ...] = Field(
        default=("*",),
        min_length=1,
        description="Names of the projects to read, patterns of them (Launch*), or gids. Archived ones are read, too.",
    )
    fields: dict[str, Annotated[OwnField, short_for("name")]] = Field(
        default_factory=dict,
        description="Field of a task, or custom field by your name = the Asana custom field's name or gid.",
    )
    project_fields: dict[str, Annotated[OwnField, short_for("name")]] = Field(
        default_factory=dict,
        description="Field of a project, or custom field by your name = the name or gid of the project's custom field.",
    )
    status: str = Field(
        default=SECTION,
        description="Where the status of a task is: section (that of its project), or field:NAME for a single-select "
        "custom field. What is completed is done, unless its word means cancelled.",
    )
    statuses: dict[str, StatusCategory] = Field(
        default_factory=dict,
        description="A section's or an option's name = todo, in_progress, done or cancelled.",
    )
    kinds: dict[str, TaskKind] = Field(
        default_factory=dict,
        description="A task type's name, a resource subtype (default_task, milestone, approval), or an option of the "
        "field that is mapped as kind = epic, story, task, subtask, bug, milestone or other.",
    )
    portfolios: tuple[str, ...] = Field(
        default=("*",),
        description="The portfolios whose name a project of theirs gets as its portfolio, by name or pattern; [] "
        "reads none.",
    )
    time_entries: bool = Field(default=True, description="Whether logged time is read, where the plan has it.")
    history: bool = Field(
        default=False, description="Whether stories are read, as the history of fields: one request for each task read."
    )
    status_updates: bool = Field(default=True, description="Whether status updates of projects are read.")
    budgets: bool = Field(default=True, description="Whether budgets of projects are read, where the plan has them.")
    rates: bool = Field(default=True, description="Whether cost rates are read, where the plan has them.")
    allocations: bool = Field(default=True, description="Whether allocations are read, where the plan has them.")
    absences: bool = Field(default=True, description="Whether out-of-office entries are read, where the plan has them.")
    goals: bool = Field(
        default=True, description="Whether the goal that a project supports is read as its objective, where possible."
    )
    post_status_updates: bool = Field(
        default=False, description="Whether a status update may be posted; Asana mails it to all followers."
    )
    create_options: bool = Field(
        default=False, description="Whether an option that a custom field has not yet may be added to it."
    )
    add_fields: bool = Field(
        default=False, description="Whether the custom field of a template field may be added to a project without it."
    )
    sections: bool = Field(
        default=False, description="Whether a task may be moved to another section, where that is its status."
    )

    @field_validator("status")
    @classmethod
    def _section_or_field(cls, status: str) -> str:
        if status != SECTION and not (status.startswith(FIELD) and status.removeprefix(FIELD).strip()):
            message = "it is section, or field:NAME with the name or gid of a custom field"
            raise ValueError(message)
        return status
