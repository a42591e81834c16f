"""What an admin writes for a spreadsheet connector: where the files are, and which column holds which field."""

import difflib
from typing import Annotated, ClassVar, Literal, Self

from babel import Locale, UnknownLocaleError
from pydantic import Field, field_validator, model_validator

from canonical.records import RECORDS
from canonical.vocabulary import EntityKind, FieldType, ProjectStatus, StatusCategory
from connectors.options import Options, short_for

Unit = Literal["s", "min", "h", "d", "w"]
OWN_FIELDS = frozenset({"external_id", "scope", "fields", "url"})
"""Fields of a record that the connector itself fills; a column is never mapped to them."""


class Column(Options):
    """A column by its heading. Case, blanks, accents and punctuation do not count; nor does the column's position."""

    name: str = Field(min_length=1, description="The heading.")
    aliases: tuple[str, ...] = Field(default=(), description="Other headings under which the column may appear.")

    @property
    def headings(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


class ValueColumn(Column):
    """A column whose cells are values, not names."""

    format: str | None = Field(
        default=None,
        description="For dates the only pattern to accept, such as dd.mm.yyyy, mm/dd/yy or yyyymmdd; for percentages "
        "`percent` (50 is a half) or `fraction` (0.5 is a half).",
    )
    period: Literal["first", "last"] | None = Field(
        default=None,
        description="Which day a week, month or quarter typed in a column of dates stands for. Without it such a cell "
        "is quarantined: a period is not a day.",
    )


class MappedColumn(ValueColumn):
    """A column of a field of the record."""

    unit: Unit | None = Field(
        default=None,
        description="What a bare number in a column of durations counts: s, min, h, d (working days), w (weeks). "
        "Without it the heading says so, as in `Effort (h)`.",
    )


class OwnColumn(ValueColumn):
    """A column of a field of your own. Its type is declared, for a cell's may change from row to row."""

    type: FieldType = Field(
        default=FieldType.TEXT,
        description="What it holds: text, number, date or yes_no; a row with another value is quarantined. In a text "
        "4711 stays 4711 whether typed as a number or not; 50 % in a number is 50.",
    )


ColumnOption = Annotated[Column, short_for("name")]
MappedColumnOption = Annotated[MappedColumn, short_for("name")]
OwnColumnOption = Annotated[OwnColumn, short_for("name")]


class ProjectOf(Options):
    """Which project the rows of a sheet belong to: exactly one of the ways."""

    file: bool = Field(default=False, description="Each workbook is a project, named after the file.")
    sheet: bool = Field(default=False, description="Each sheet is a project, named after the sheet.")
    column: ColumnOption | None = Field(default=None, description="A column names the project's key or name.")
    value: str | None = Field(default=None, description="The key of one project that lives in another tool or sheet.")
    elsewhere: bool = Field(
        default=False,
        description="With `column`: the projects named there are kept in another tool; none is made from the name.",
    )
    status: ProjectStatus | None = Field(
        default=None,
        description="What the projects made here are, where no column says it: `active` lets the rules for running "
        "projects judge them.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [self.file, self.sheet, self.column is not None, self.value is not None]
        if sum(given) != 1:
            message = "say exactly one of file, sheet, column and value"
            raise ValueError(message)
        return self


class SheetOptions(Options):
    """What every kind of sheet has in common."""

    entity: ClassVar[EntityKind]
    extra_columns: ClassVar[frozenset[str]] = frozenset()

    name: str | int | None = Field(
        default=None,
        description="The sheet's name, a pattern such as `Plan*`, or its number from 1. Without it the first visible "
        "sheet. A CSV file is one sheet and needs none.",
    )
    file: str | None = Field(
        default=None, description="Only in files whose name fits this pattern, such as `times*.csv`; default all."
    )
    header: int | None = Field(
        default=None, ge=1, description="The row of the headings, from 1; found under title rows when not given."
    )
    key: ColumnOption | None = Field(
        default=None, description="The column that names a row for good. Without it the sheet cannot be written to."
    )
    columns: dict[str, MappedColumnOption] = Field(
        default_factory=dict, description="Field of the record = its column."
    )
    fields: dict[str, OwnColumnOption] = Field(
        default_factory=dict, description="Custom field, by your name = its column."
    )

    @classmethod
    def mappable(cls) -> frozenset[str]:
        """Give the names that `columns` may hold."""
        return (frozenset(RECORDS[cls.entity].model_fields) - OWN_FIELDS) | cls.extra_columns

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, MappedColumn]) -> dict[str, MappedColumn]:
        known = cls.mappable()
        for name in columns:
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"; the nearest is {near[0]}" if near else f"; known are {', '.join(sorted(known))}"
                message = f"a {cls.entity} has no field {name}{hint}. Your own fields go under `fields`"
                raise ValueError(message)
        return columns


class ProjectsSheet(SheetOptions):
    """A register: one project a row."""

    entity = EntityKind.PROJECT


class TasksSheet(SheetOptions):
    """A plan: one task a row. `predecessors` and `level` are columns too, though not fields of a task.

    Without `project` each workbook is a project, unless a column `project` is mapped.
    """

    entity = EntityKind.TASK
    extra_columns = frozenset({"predecessors", "level"})

    project: ProjectOf | None = None
    parents: Literal["wbs", "indentation", "level", "none"] | None = Field(
        default=None,
        description="Where the hierarchy is: WBS numbers in the key (7.1.2 is under 7.1), blanks before the title or "
        "the indentation of its cell, an outline level. Default: the column `parent`, else `level`, else WBS numbers "
        "when the keys look like them.",
    )


class TimeSheet(SheetOptions):
    """Hours: one entry a row, or wide, with a column for each day or week."""

    entity = EntityKind.TIME_ENTRY

    project: ProjectOf | None = None
    wide: Literal["day", "week"] | None = Field(
        default=None, description="The hours stand in a column for each day, or for each week (counted on its Monday)."
    )
    person: ColumnOption | None = Field(default=None, description="Short for columns.person.")
    person_is: Literal["file", "sheet"] | None = Field(
        default=None, description="Each file, or each sheet, is one person's, and named after the person."
    )
    unit: Unit = Field(default="h", description="What a bare number counts.")
    year: int | None = Field(
        default=None, ge=1990, le=2199, description="The year of day and week headings that do not say it."
    )


class PeopleSheet(SheetOptions):
    """A list of people: name, e-mail, active, weekly capacity, cost rate."""

    entity = EntityKind.PERSON


class StatusReportsSheet(SheetOptions):
    """Status reports: one report a row."""

    entity = EntityKind.STATUS_UPDATE

    project: ProjectOf | None = None


class DependenciesSheet(SheetOptions):
    """Links between tasks, one a row: predecessor and successor by their keys, type and lag."""

    entity = EntityKind.DEPENDENCY


class AllocationsSheet(SheetOptions):
    """Planned capacity: one person on one project a row, from a day to a day; hours a week, or percent."""

    entity = EntityKind.ALLOCATION

    project: ProjectOf | None = None


class LeaveSheet(SheetOptions):
    """Who is away, one span of whole days a row. Which kind of leave it is cannot be mapped, and is kept nowhere."""

    entity = EntityKind.LEAVE

    @field_validator("fields")
    @classmethod
    def _only_who_and_when(cls, fields: dict[str, OwnColumn]) -> dict[str, OwnColumn]:
        if fields:
            message = "of leave nothing is kept but who is away and when; take the fields out"
            raise ValueError(message)
        return fields


class Sheets(Options):
    """The sheets to read, by what their rows are."""

    projects: ProjectsSheet | None = None
    tasks: TasksSheet | None = None
    time_entries: TimeSheet | None = None
    people: PeopleSheet | None = None
    status_reports: StatusReportsSheet | None = None
    dependencies: DependenciesSheet | None = None
    allocations: AllocationsSheet | None = None
    leave: LeaveSheet | None = None

    def mapped(self) -> list[SheetOptions]:
        """Give the mapped kinds, people first: whoever is listed there need not be made from a typed name."""
        work = (self.people, self.projects, self.tasks, self.dependencies, self.time_entries, self.status_reports)
        return [kind for kind in (*work, self.allocations, self.leave) if kind is not None]


class SpreadsheetOptions(Options):
    """One connector: a file, a folder or a pattern of files that are laid out alike."""

    path: str = Field(
        min_length=1,
        description="A file, a folder or a pattern such as `plans/*.xlsx`, from the configuration's folder.",
    )
    id: str | None = Field(
        default=None,
        min_length=1,
        description="A name for the workbook that stays when the file is renamed; only where `path` is one file.",
    )
    sheets: Sheets = Field(default_factory=Sheets)
    encoding: str = Field(
        default="cp1252", description="Of CSV files that are neither marked by a byte order mark nor valid UTF-8."
    )
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="Of CSV files; found by default."
    )
    locale: str | None = Field(
        default=None,
        description="Such as `de`: how typed numbers are written. Without it 1.234 is quarantined: it may be either.",
    )
    day_first: bool | None = Field(
        default=None,
        description="How 03/04/2026 is meant. Without it the whole column decides, or the rows are quarantined.",
    )
    two_digit_years: bool = Field(default=False, description="Read 4.3.26 as 2026; refused otherwise.")
    hours_a_day: float = Field(default=8, gt=0, le=24, description="A working day in hours, for durations in days.")
    days_a_week: float = Field(default=5, gt=0, le=7, description="A working week in days, for durations in weeks.")
    statuses: dict[str, StatusCategory | ProjectStatus] = Field(
        default_factory=dict, description="Your word = its category (tasks) or status (projects)."
    )
    memory_mb: int = Field(default=2048, ge=256, description="Reading one file may use no more memory than this.")
    seconds: int = Field(default=120, ge=1, description="Reading one file may take no more processor time than this.")

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str) -> str:
        try:
            "".encode(name)
        except LookupError as error:
            message = f"there is no encoding {name}; Western Europe is cp1252, Central Europe cp1250"
            raise ValueError(message) from error
        return name

    @field_validator("locale")
    @classmethod
    def _locale(cls, name: str | None) -> str | None:
        try:
            return str(Locale.parse(name.replace("-", "_"))) if name else None
        except (UnknownLocaleError, ValueError) as error:
            message = f"there is no locale {name}; examples are de, en_GB, fr_CH"
            raise ValueError(message) from error
