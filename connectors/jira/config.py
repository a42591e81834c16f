"""What an admin writes for a Jira connector: where it is, as whom to log in, and which of its fields means what."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, HttpUrl, model_validator

from canonical.vocabulary import DependencyType, StatusCategory, TaskKind
from connectors.options import Options, OwnField, ServiceOptions, short_for
from connectors.secrets import Secret


class Flavour(StrEnum):
    """Which Jira it is: `serverInfo` says so (`deploymentType`)."""

    CLOUD = "cloud"
    DATA_CENTER = "data_center"


class LinkType(Options):
    """What an issue link type means: the issue that is worded outward (`blocks`) comes first, unless `reversed`."""

    type: DependencyType = Field(default=DependencyType.FINISH_TO_START, description="FS, SS, FF or SF.")
    reversed: bool = Field(default=False, description="The issue that is worded inward comes first.")


class Charter(Options):
    """An issue of each project that carries its template fields: Jira projects have no fields of their own."""

    jql: str = Field(
        min_length=1,
        description="Finds the charter issues, one for each project: issuetype = Charter. More than one is an error.",
    )


class JiraOptions(ServiceOptions):
    """A Jira site. The token is named, never written here."""

    url: HttpUrl = Field(description="The site's address, with its path if it has one: https://example.atlassian.net.")
    email: str | None = Field(
        default=None, description="Whose API token it is (Cloud). Left out, the token is sent as a bearer's."
    )
    token: Secret = Field(
        description="Where the API token (Cloud, with `email`), personal access token (Data Center) or OAuth 2.0 "
        "access token is kept: { env = ... }, { file = ... } or { command = [...] }."
    )
    projects: tuple[str, ...] = Field(
        default=("*",), min_length=1, description="Keys of the projects to read, or patterns of them: ENG, LEG*."
    )
    jql: str | None = Field(
        default=None,
        description="Only issues that this finds as well, such as issuetype != Chore. What falls out of it is no "
        "part of the hub any more.",
    )
    fields: dict[str, Annotated[OwnField, short_for("name")]] = Field(
        default_factory=dict,
        description="Field of a task, or custom field by your name = the Jira field's name or id.",
    )
    statuses: dict[str, StatusCategory] = Field(
        default_factory=dict,
        description="A status's or a resolution's name = todo, in_progress, done or cancelled, where Jira's own "
        "category says something else.",
    )
    kinds: dict[str, TaskKind] = Field(
        default_factory=dict,
        description="An issue type's name = epic, story, task, subtask, bug, milestone or other.",
    )
    links: dict[str, Annotated[LinkType, short_for("type")]] = Field(
        default_factory=lambda: {"Blocks": LinkType()},
        description="An issue link type's name = the dependency that it means: FS, SS, FF or SF. Others are left out.",
    )
    charter: Charter | None = Field(default=None, description="The issue of each project that carries its own fields.")
    project_fields: dict[str, str] = Field(
        default_factory=dict,
        description="Field of a project = where it is: a carrier such as charter:Sponsor, property:pmo.sponsor.",
    )
    worklogs: bool = Field(default=True, description="Whether worklogs are read, as time entries.")
    history: bool = Field(default=True, description="Whether changelogs are read, as the history of fields.")
    requests_at_once: Annotated[int, Field(ge=1, le=16)] = Field(
        default=12,
        description="The most requests under way at a time; fewer where Jira asks to slow down. Without: 12 of Jira "
        "Cloud, 6 of a Data Center.",
    )
    requests_per_second: Annotated[int, Field(ge=1, le=200)] = Field(
        default=50, description="The most requests begun in a second."
    )
    flavour: Flavour | None = Field(
        default=None, description="Which Jira it is. Without: what the site says of itself."
    )
    transitions: bool = Field(
        default=False, description="Whether a status may be written, by the workflow's own transitions."
    )

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.flavour == Flavour.DATA_CENTER and self.email is not None:
            message = "a personal access token of Data Center needs no e-mail: leave `email` out"
            raise ValueError(message)
        return self
