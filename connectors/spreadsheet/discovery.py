"""What an admin needs for a mapping: sheets, columns with examples, statuses, people, and TOML that can be pasted."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, DiscoveredField, Discovery
from connectors.spreadsheet.config import SpreadsheetOptions
from connectors.spreadsheet.files import SourceFile, find_files, passed_over
from connectors.spreadsheet.mapping.fields import DURATIONS, PEOPLE
from connectors.spreadsheet.pulling import job_for
from connectors.spreadsheet.reading.job import Task
from connectors.spreadsheet.reading.process import ChildReader
from connectors.spreadsheet.reading.signature import UnreadableFileError
from connectors.spreadsheet.reading.surveying import ColumnSurvey, SheetSurvey
from connectors.spreadsheet.synonyms import TABLE_NAMES
from connectors.spreadsheet.values.cells import fold
from connectors.spreadsheet.values.durations import unit_in_heading
from connectors.spreadsheet.xlsx.addresses import cell_address

LOOKED_AT = 20
"""Files of a folder that are looked at; those of one connector are laid out alike."""
LISTED = 8
"""Sheets that are named because they are not in the mapping."""
KEYED = frozenset({EntityKind.PROJECT, EntityKind.TASK, EntityKind.PERSON})


def discover(options: SpreadsheetOptions, context: ConnectorContext) -> Discovery:
    """Look at the files of a connector.

    Raises:
        ToolError: there is none.
    """
    surveys: list[tuple[SourceFile, SheetSurvey]] = []
    problems: list[Problem] = []
    files = find_files(options.path, context.folder, options.id)
    with ChildReader() as child:
        for source in files[:LOOKED_AT]:
            try:
                found = child.ask(job_for(source, options, context, task=Task.SURVEY))
                surveys += [(source, sheet) for sheet in found]
            except UnreadableFileError as error:
                problems.append(error.problem)
    if len(files) > LOOKED_AT:
        what = f"Only the first {LOOKED_AT} of {len(files)} files were looked at."
        problems.append(Problem(what, options.path, weight=Weight.INFO))
    problems += [*_left_out(surveys), *filter(None, [passed_over(options.path, context.folder)])]
    return Discovery(
        projects=sorted(_projects(surveys)),
        fields=[field for source, sheet in surveys for field in _fields(source, sheet)],
        statuses=dict(_counted(surveys, frozenset({"status"})).most_common()),
        people=dict(_counted(surveys, PEOPLE | {"name"}, people_only=True).most_common()),
        mapping=suggested_mapping(surveys),
        problems=problems,
    )


def _projects(surveys: Sequence[tuple[SourceFile, SheetSurvey]]) -> set[str]:
    named = {
        value
        for _, sheet in surveys
        for column in sheet.columns
        if column.suggestion == ("name" if sheet.entity is EntityKind.PROJECT else "project")
        for value in column.values
    }
    return named or {source.path.stem for source, sheet in surveys if sheet.entity is EntityKind.TASK}


def _fields(source: SourceFile, sheet: SheetSurvey) -> list[DiscoveredField]:
    return [
        DiscoveredField(
            entity=sheet.entity or EntityKind.TASK,
            name=column.heading,
            id=cell_address(sheet.header, column.index + 1),
            type=column.type,
            place=f"{source.place}, sheet {sheet.name}" if sheet.name else source.place,
            allowed=sorted(column.values) if 0 < len(column.values) <= 12 < column.filled else (),
            examples=column.examples,
            suggestion=column.suggestion,
        )
        for column in sheet.columns
    ]


def _counted(
    surveys: Sequence[tuple[SourceFile, SheetSurvey]], names: frozenset[str], *, people_only: bool = False
) -> Counter[str]:
    counted: Counter[str] = Counter()
    for _, sheet in surveys:
        for column in sheet.columns:
            is_person_name = column.suggestion == "name" and sheet.entity is EntityKind.PERSON
            if column.suggestion in names and (column.suggestion != "name" or (people_only and is_person_name)):
                counted.update(column.values)
    return counted


def suggested_mapping(surveys: Sequence[tuple[SourceFile, SheetSurvey]]) -> str:
    """Write the mapping of the sheets whose rows are understood, one for each kind, the fullest first."""
    best = _best(surveys)
    if not best:
        headings = sorted({column.heading for _, sheet in surveys for column in sheet.columns})
        listed = ", ".join(headings[:20]) or "none was found"
        return (
            f"# No sheet was understood. Headings: {_one_line(listed)}\n"
            '# sheets.tasks = { name = "SHEET", key = "HEADING", columns = { title = "HEADING" } }\n'
        )
    kinds = [source.path.suffix for source, _ in best.values()]
    several = len({source.place for source, _ in best.values()}) > 1 and len(set(kinds)) == 1
    lines = [_line(entity, *best[entity], with_file=several) for entity in TABLE_NAMES if entity in best]
    return "\n".join(lines) + "\n"


def _best(surveys: Sequence[tuple[SourceFile, SheetSurvey]]) -> dict[EntityKind, tuple[SourceFile, SheetSurvey]]:
    best: dict[EntityKind, tuple[SourceFile, SheetSurvey]] = {}
    for source, sheet in surveys:
        if sheet.entity is None or not sheet.rows:
            continue
        other = best.get(sheet.entity)
        if other is None or _mapped(sheet) > _mapped(other[1]):
            best[sheet.entity] = (source, sheet)
    return best


def _left_out(surveys: Sequence[tuple[SourceFile, SheetSurvey]]) -> list[Problem]:
    """Tell of visible sheets laid out like a mapped one of their file: they may be projects, months, or old copies."""
    problems = []
    for entity, (source, mapped) in _best(surveys).items():
        beside = [sheet for other, sheet in surveys if other is source and sheet is not mapped and sheet.visible]
        alike = [sheet.name for sheet in beside if sheet.rows and _headings(sheet) == _headings(mapped)]
        if not alike:
            continue
        more = f" and {len(alike) - LISTED:,} more" if len(alike) > LISTED else ""
        each = " Where each is a project, add project = { sheet = true }." if entity is EntityKind.TASK else ""
        problems.append(
            Problem(
                f"Laid out like sheet {mapped.name}, and not in the mapping: {', '.join(alike[:LISTED])}{more}.",
                source.place,
                "They would not be read, for they may as well be copies.",
                f'To read them too, give sheets.{TABLE_NAMES[entity]} a pattern for the name, as in name = "*".{each}',
                Weight.WARNING,
            )
        )
    return problems


def _headings(sheet: SheetSurvey) -> list[str]:
    return [fold(column.heading) for column in sheet.columns]


def _mapped(sheet: SheetSurvey) -> int:
    return sum(column.suggestion is not None for column in sheet.columns)


def _line(entity: EntityKind, source: SourceFile, sheet: SheetSurvey, *, with_file: bool) -> str:
    parts: list[str] = []
    if sheet.name:
        parts.append(f"name = {_text(sheet.name)}")
    elif with_file:
        parts.append(f"file = {_text(source.path.name)}")
    key = _key(entity, sheet)
    if key is not None:
        parts.append(f"key = {_text(key.heading)}")
    if entity is EntityKind.TIME_ENTRY and sheet.wide:
        parts.append(f'wide = "{sheet.wide}"')
        if sheet.needs_year:
            parts.append(f"year = {_saved_in(source.path)}")
    has_project = any(column.suggestion == "project" for column in sheet.columns)
    if entity is EntityKind.TASK and not has_project:
        parts.append('project = { file = true, status = "active" }')
    told = {column.suggestion for column in sheet.columns} & {"parent", "level"}
    if sheet.indented and not told and not (key is not None and any("." in value for value in key.values)):
        parts.append('parents = "indentation"')
    mapped = [column for column in sheet.columns if column.suggestion not in {None, "key"}]
    columns = ", ".join(f"{column.suggestion} = {_column(column)}" for column in mapped)
    if columns:
        parts.append(f"columns = {{ {columns} }}")
    return f"sheets.{TABLE_NAMES[entity]} = {{ {', '.join(parts)} }}"


def _saved_in(path: Path) -> int:
    """The year in which the file was saved: weeks without a year are most often of that one."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).year


def _key(entity: EntityKind, sheet: SheetSurvey) -> ColumnSurvey | None:
    """Choose a column that names rows for good: one called so, else the title, as long as no value stands twice.

    A few doubles or gaps do not speak against a column that is called a key: they are faults, and are told.
    """
    if entity not in KEYED:
        return next((column for column in sheet.columns if column.suggestion == "key" and column.unique), None)
    by_field = {column.suggestion: column for column in sheet.columns if column.suggestion}
    if "key" in by_field and by_field["key"].names_most(sheet.rows):
        return by_field["key"]
    named = [by_field[name] for name in ("key", "email", "name", "title") if name in by_field]
    return next((column for column in named if column.unique), named[0] if named else None)


def _column(column: ColumnSurvey) -> str:
    numeric = "number" in column.type
    if column.suggestion in DURATIONS and numeric and unit_in_heading(column.heading) is None:
        return f'{{ name = {_text(column.heading)}, unit = "h" }}'
    return _text(column.heading)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
