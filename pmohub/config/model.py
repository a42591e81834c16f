"""What may stand in config.toml. Each field's description is its reason, as config.example.toml gives it."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from pathlib import PurePath
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from canonical.vocabulary import PmoMode, Severity
from connectors.secrets import Secret
from pmohub.config.refusal import refuse
from pmohub.config.schedule import read_hours, read_schedule
from pmohub.config.tables import Table
from pmohub.config.writing import WritebackTable
from rules.template_fields import Template
from sync.scheduling.crontab import Crontab
from sync.scheduling.quiet import Days, Hours

BY_HAND = timedelta(days=7)
LEAST_FRESHNESS = timedelta(hours=24)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        refuse(f"No time zone is named “{name}”.", 'Write one such as "Europe/Berlin" or "UTC".')
    return name


def _database(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if re.match(r"[a-z0-9+]+://[^@]*:.*@|postgresql.*[?&]\w*password=", value):
        message = "A password may not stand in the configuration itself."
        refuse(message, 'Keep the whole address elsewhere: database = { env = "PMOHUB_DATABASE" }')
    if not re.match(r"(sqlite|postgresql)(\+\w+)?://", value):
        refuse("This is no address of a database.", 'Write "sqlite:///pmohub.db" or "postgresql://host/name".')
    return value


def _span(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value
    written = re.fullmatch(r"([1-9]\d{0,3})\s?(h|d)", value) if isinstance(value, str) else None
    if written is None:
        refuse("This is no length of time.", 'Write hours or days, such as "12h" or "7d".')
    number, unit = int(written[1]), written[2]
    return timedelta(hours=number) if unit == "h" else timedelta(days=number)


Span = Annotated[timedelta, BeforeValidator(_span)]


def _holidays(name: str) -> str:
    import holidays  # noqa: PLC0415  # half a second that only a department with holidays should cost

    country, _, region = name.partition("-")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        refuse(f"No holidays are known for “{country}”.", 'Write a country or region, such as "DE" or "DE-BE".')
    if region and region not in known[country]:
        some = ", ".join(known[country][:20]) or "none"
        refuse(f"{country} has no region “{region}”.", f"Regions of {country}: {some}.")
    return name


TimeZoneName = Annotated[str, AfterValidator(_zone)]


class HubTable(Table):
    """The hub itself."""

    database: Annotated[str | Secret, BeforeValidator(_database)] = Field(
        default="sqlite:///pmohub.db",
        description="Where the hub keeps its store: a SQLite file beside this one, or PostgreSQL for many workers.",
    )
    timezone: TimeZoneName = Field(
        default="UTC", description="In whose day “today” is, and how times are shown. A department may have its own."
    )
    calendar_shift_days: int = Field(
        default=0,
        description="Live so many days later or, with a minus, earlier, as the demo does: its files are of one day.",
    )
    standards: tuple[str, ...] = Field(
        default=("pmo-core",),
        description="The standards in force, by the name of a packaged one or the path of your own file.",
    )
    coming: tuple[str, ...] = Field(
        default=(),
        description="The standards that are to hold instead, from a day on which you write them above: what they would "
        "change is counted in the report and told by `pmohub rules diff`; nobody gets a message of it.",
    )


class BlackoutTable(Table):
    """Days on which a department is left in peace, both included."""

    first: date = Field(alias="from", description="The first day, in the department's time zone.")
    last: date = Field(alias="to", description="The last day, included.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            refuse(f"This blackout ends on {self.last}, before it begins.", "Change the two days round.")
        return self

    @property
    def days(self) -> Days:
        """What it means to those who ask whether they may write."""
        return Days(self.first, self.last)


class DepartmentTable(Table):
    """An organisational unit with a PMO mode."""

    name: str = Field(min_length=1, description="The name that people know.")
    mode: PmoMode = Field(
        default=PmoMode.SUPPORTIVE,
        description="How far the PMO's hand reaches: supportive (it proposes), controlling (it approves), directive.",
    )
    timezone: TimeZoneName | None = Field(default=None, description="Its own time zone, when it is not the hub's.")
    holidays: Annotated[str, AfterValidator(_holidays)] | None = Field(
        default=None,
        description="Country or region whose holidays are no working days, such as DE-BE; without, weekends only.",
    )
    quiet_hours: Annotated[Hours, BeforeValidator(read_hours)] | None = Field(
        default=None,
        description='Hours of each day in which nothing is written to its tools and nobody is told: "18:00-08:00".',
    )
    blackout: tuple[BlackoutTable, ...] = Field(
        default=(),
        description="Days, such as the end of the year, on which nothing is written either; reading and rules go on.",
    )


class OwnServeTable(Table):
    """What `pmohub serve` does otherwise for one connector."""

    memory_mb: int | None = Field(default=None, ge=256, description="Instead of serve.memory_mb.")
    read_seconds: int | None = Field(default=None, ge=1, description="Instead of serve.seconds.read.")
    apply_seconds: int | None = Field(default=None, ge=1, description="Instead of serve.seconds.apply.")
    whole_seconds: int | None = Field(default=None, ge=1, description="Instead of serve.seconds.whole.")


class OwnPlausibilityTable(Table):
    """What counts as plausible otherwise for one connector; what is left out is as `[plausibility]` has it."""

    max_deletions: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Instead of plausibility.max_deletions."
    )
    max_deletion_share: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None, description="Instead of plausibility.max_deletion_share."
    )


class ConnectorTable(Table):
    """What every connector has; all further keys belong to its kind."""

    model_config = ConfigDict(extra="allow", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)

    kind: str = Field(description="The kind of tool.")
    department: str = Field(description="The department that its projects belong to, unless departments_by says other.")
    departments_by: Mapping[str, Mapping[str, str]] = Field(
        default_factory=dict,
        description="Departments by a value of the project: its key, its department column, or a mapped field.",
    )
    schedule: Annotated[Crontab, BeforeValidator(read_schedule)] | None = Field(
        default=None,
        description="When it is read, as cron writes it, by its department's clock. Without: by hand, fresh 7 days.",
    )

    serve: OwnServeTable = Field(
        default_factory=OwnServeTable, description="What `pmohub serve` does otherwise for this connector."
    )
    plausibility: OwnPlausibilityTable = Field(
        default_factory=OwnPlausibilityTable,
        description="How many rows one run may take for deleted, otherwise for this connector: more for a list that is "
        "emptied each month, fewer for a register in which nothing should vanish.",
    )
    census_every: Span = Field(
        default=timedelta(hours=24),
        description="How often all that is visible in the tool is listed, to find what vanished: 12h, 7d. "
        "A spreadsheet's every reading does so.",
    )

    @property
    def fresh_for(self) -> timedelta:
        """How long after a complete run its data still count: twice the schedule's longest gap, 24 hours at least."""
        return BY_HAND if self.schedule is None else max(LEAST_FRESHNESS, 2 * self.schedule.longest_gap())


class PlausibilityTable(Table):
    """More at once than anybody does by hand is a question: it waits until a person has looked."""

    max_deletions: Annotated[int, Field(ge=0)] = Field(
        default=1000, description="The most rows of a connector that one run may take for deleted or hidden."
    )
    max_deletion_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.3, description="The largest share of a connector's rows, beyond twenty, that one run may."
    )
    max_new_deviations: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="The most deviations that one evaluation may open before messages and writes wait."
    )
    max_times_usual: Annotated[float, Field(ge=1)] = Field(
        default=3.0,
        description="The same as a multiple of what a day usually brings (the median of 30 days, from five on).",
    )


class LogFormat(StrEnum):
    """How a line of the log is written."""

    PLAIN = "plain"
    JSON = "json"


class LogTable(Table):
    """Lines about what is done, with run, connector and stage; a command writes none unless this asks for it."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="From which weight on lines are written; debug has one for each stored batch."
    )
    format: LogFormat = Field(
        default=LogFormat.PLAIN, description="For people and grep (plain), or for programs (json)."
    )
    file: str | None = Field(
        default=None,
        description="Where they go; without a file to standard error, and there only when `level` is given.",
    )


class SecondsTable(Table):
    """How many seconds a stage may go on without a sign of progress before its run is ended; what it stored is kept."""

    read: int = Field(default=600, ge=1, description="Reading: between two batches of a tool.")
    resolve: int = Field(default=1800, ge=1, description="Working out who is who, waiting for another run included.")
    evaluate: int = Field(default=1800, ge=1, description="Applying the standards, waiting for another run included.")
    plan: int = Field(default=900, ge=1, description="Planning what should be written.")
    apply: int = Field(default=1800, ge=1, description="Sending what is approved, to one tool.")
    notify: int = Field(default=300, ge=1, description="Telling people.")
    whole: int = Field(
        default=14400, ge=1, description="All of a run; it is asked to stop then, and goes on next time."
    )
    stop: int = Field(default=20, ge=1, description="From being asked to stop to being ended.")


class ServeTable(Table):
    """How `pmohub serve` works."""

    workers: int = Field(default=4, ge=1, le=64, description="How many connectors are read at the same time.")
    memory_mb: int = Field(
        default=2048,
        ge=256,
        description="The address space that one run may take, in MB; on Linux, where it is enforced.",
    )
    spread_seconds: int = Field(
        default=60,
        ge=0,
        description="Connectors of the same schedule begin so far apart at most, each with a delay of its own.",
    )
    retry_seconds: int = Field(
        default=60, ge=1, description="After a failed run: the time to the next try, doubled with each further failure."
    )
    longest_retry_seconds: int = Field(
        default=3600, ge=1, description="The longest time between two tries of a connector that keeps failing."
    )
    address: str = Field(
        default="127.0.0.1:8765",
        description='Where it answers on HTTP, "host:port": this machine alone. Empty: nowhere.',
    )
    seconds: SecondsTable = Field(
        default_factory=SecondsTable, description="How long each stage may show no progress; see below."
    )

    @field_validator("address")
    @classmethod
    def _host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if address and not (host and port.isascii() and port.isdecimal() and int(port) < 65536):
            refuse(f"“{address}” is no address with a port.", 'Write "127.0.0.1:8765".')
        return address


class About(StrEnum):
    """What a channel is told of."""

    DEVIATIONS = "deviations"
    OPERATIONS = "operations"


class ChannelTable(Table):
    """Where notices go: a mailbox, a room of a chat."""

    address: Secret = Field(
        description="An Apprise address, by reference, since it holds a password: mailtos://…, slack://…, json://…."
    )
    about: About = Field(
        default=About.DEVIATIONS,
        description="deviations: what opened, reopened or became graver, one digest a day at most. operations: a tool "
        "that cannot be read, a credential about to end, a result that waits for a person; for admins.",
    )
    departments: tuple[str, ...] = Field(
        default=(),
        description="Deviations of these alone. Supportive ones are listed only where named here, else counted.",
    )
    severity: Severity = Field(default=Severity.MINOR, description="The lightest deviations that are told.")


class NotificationsTable(Table):
    """Who is told, and how; nobody, unless it says so. Never in quiet hours, nor while a result is held back."""

    managers: Secret | None = Field(
        default=None,
        description="An Apprise mail address, by reference, through which project managers get a digest of theirs.",
    )
    channels: Mapping[str, ChannelTable] = Field(default_factory=dict, description="Rooms and mailboxes, by a name.")


class RetentionTable(Table):
    """How long what is over is kept; `pmohub db prune` removes it, and nothing goes without that."""

    runs: Span = Field(
        default=timedelta(days=365),
        description="Records of runs, from their end; holds let through and what people were told of what is closed.",
    )
    quarantine: Span = Field(
        default=timedelta(days=365), description="Records that nobody could map, from when they came."
    )
    tombstones: Span = Field(
        default=timedelta(days=730),
        description="Tasks, time entries, dependencies and status reports that were deleted in their tool, from then.",
    )
    history: Span = Field(default=timedelta(days=1095), description="Changes of fields, from the end of their project.")


class PeopleTable(Table):
    """People whose names and addresses differ between tools."""

    aliases: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="By a person's e-mail: the other addresses and typed names that are the same person.",
    )

    @field_validator("aliases")
    @classmethod
    def _one_person_each(cls, aliases: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        owners: dict[str, str] = {}
        for email, others in aliases.items():
            if "@" not in email:
                refuse(f"“{email}” is no e-mail address.", 'Write "jane@example.com" = ["Jane D."].')
            for other in others:
                owner = owners.setdefault(other.casefold(), email)
                if owner != email:
                    refuse(f"“{other}” belongs to {owner} already.", "Give it to one person.")
        return aliases


class LinksTable(Table):
    """Projects of several tools that are the same undertaking and do not say so themselves."""

    projects: tuple[tuple[str, ...], ...] = Field(
        default=(),
        description='Groups of the same project, each named "connector:key", as in [["register:P-7", "eng-plan:WEB"]].',
    )

    @field_validator("projects")
    @classmethod
    def _named_fully(cls, groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        for group in groups:
            if len(group) < 2:
                refuse("A link names at least two projects.", 'Write ["register:P-7", "eng-plan:WEB"].')
            for name in group:
                if not all(name.partition(":")):
                    refuse(f"“{name}” names no connector and key.", 'Write "connector:key".')
        return groups


class Document(Table):
    """config.toml as a whole."""

    hub: HubTable = Field(default_factory=HubTable)
    departments: Mapping[str, DepartmentTable] = Field(default_factory=dict)
    connectors: Mapping[str, ConnectorTable] = Field(default_factory=dict)
    precedence: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="For a field of a project: the connectors whose value counts, first one first.",
    )
    template: Template = Field(default_factory=Template)
    writeback: WritebackTable = Field(default_factory=WritebackTable)
    people: PeopleTable = Field(default_factory=PeopleTable)
    plausibility: PlausibilityTable = Field(default_factory=PlausibilityTable)
    log: LogTable = Field(default_factory=LogTable)
    serve: ServeTable = Field(default_factory=ServeTable)
    notifications: NotificationsTable = Field(default_factory=NotificationsTable)
    retention: RetentionTable = Field(default_factory=RetentionTable)
    links: LinksTable = Field(default_factory=LinksTable)


def is_path(standard: str) -> bool:
    """Say whether a standard is named by its file and not by its id."""
    return standard.endswith(".toml") or len(PurePath(standard).parts) > 1
