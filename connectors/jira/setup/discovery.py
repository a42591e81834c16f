"""`pmohub discover`: projects, fields, statuses and people of a Jira, and a mapping to paste."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tomlkit

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext, DiscoveredField, Discovery
from connectors.http import CallError
from connectors.jira.client.api import JSON, Seen
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.catalogue import JiraField
from connectors.jira.mapping.values import sprint_name
from connectors.jira.opening import Opened
from connectors.jira.pulling.projects import carriers_of, listed_projects
from connectors.mapping.reading import UnmappableError, fold

SAMPLE = 500
"""Issues looked at for examples: those that changed last."""
EXAMPLES = 3
SUGGESTIONS: Mapping[str, str] = {
    "story points": "story_points",
    "story point estimate": "story_points",
    "start date": "planned_start",
    "planned start": "planned_start",
    "target start": "planned_start",
    "baseline start": "baseline_start",
    "baseline finish": "baseline_finish",
    "baseline end": "baseline_finish",
    "baseline due": "baseline_finish",
    "actual start": "actual_start",
    "progress": "percent_complete",
    "% complete": "percent_complete",
    "percent complete": "percent_complete",
}
"""Fields of a task by what their fields are often called."""


def discover(opened: Opened, options: JiraOptions, context: ConnectorContext) -> Discovery:
    """Look at projects, at all fields, and at the issues that changed last.

    Raises:
        ToolError: Jira does not answer, or shows no project that is meant.
    """
    projects, scope = listed_projects(opened, options, carriers_of(opened, options, context))
    issues = _sample(opened, scope.jql(opened.client.any_issue, order="updated DESC"))
    allowed = _allowed(opened, issues)
    custom = [field for field in opened.catalogue.by_id.values() if field.id.startswith("customfield_")]
    found, doubled = _suggested(custom)
    fields = [_field(field, issues, allowed, found.get(field.id)) for field in custom]
    keys = [str(project["key"]) for project in projects]
    return Discovery(
        projects=[f"{project['key']} {project.get('name') or ''}".strip() for project in projects],
        fields=sorted(fields, key=lambda field: (field.suggestion is None, field.name.casefold(), field.id)),
        statuses=_counted(issues, "status", "name"),
        people=_counted(issues, "assignee", "displayName"),
        mapping=_mapping(keys, custom, found),
        problems=[_ambiguous(context.id, name, same) for name, same in doubled.items()],
    )


def _sample(opened: Opened, jql: str) -> list[JSON]:
    """Read the first issues that a query finds, with all their fields."""
    chosen: list[Seen] = next(opened.client.listed(jql), [])[:SAMPLE]
    return [raw for part in opened.client.parts(chosen, ["*all"], history=False) for raw in part().issues]


def _allowed(opened: Opened, issues: Sequence[JSON]) -> Mapping[str, list[str]]:
    """Ask what one issue's fields take; an account that may not edit is not told."""
    if not issues:
        return {}
    try:
        answer = opened.connection.get(opened.client.api(f"issue/{issues[0]['id']}/editmeta"))
    except CallError:
        return {}
    fields = answer.get("fields") if isinstance(answer, dict) else None
    return {
        name: [str(one.get("value") or one.get("name")) for one in values if isinstance(one, dict)]
        for name, each in (fields or {}).items()
        if isinstance(each, dict) and (values := each.get("allowedValues"))
    }


def _field(
    field: JiraField, issues: Sequence[JSON], allowed: Mapping[str, list[str]], suggestion: str | None
) -> DiscoveredField:
    return DiscoveredField(
        EntityKind.TASK,
        field.name,
        field.id,
        field.type_label,
        place=field.id,
        allowed=allowed.get(field.id, ()),
        examples=_examples(issues, field.id),
        suggestion=suggestion,
    )


def _examples(issues: Sequence[JSON], name: str) -> list[str]:
    found: dict[str, None] = {}
    for raw in issues:
        value = raw["fields"].get(name) if isinstance(raw.get("fields"), dict) else None
        if value is None or value == []:
            continue
        shown = _shown(value)
        if shown:
            found[shown] = None
        if len(found) == EXAMPLES:
            break
    return list(found)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value[:EXAMPLES])))
    if isinstance(value, dict):
        # A document of rich text is no example that fits in a table.
        named = value.get("value") or value.get("displayName") or value.get("name")
        return _shown(named) if named else ""
    text = " ".join(_sprint(str(value)).split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _sprint(text: str) -> str:
    """Give the name in a sprint's text form, as Data Center prints it; any other text as it is."""
    try:
        return sprint_name(text) or text
    except UnmappableError:
        return text


def _suggested(custom: Sequence[JiraField]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Suggest a field of a task for each custom field with a telling name; names that several bear are told."""
    named: dict[str, list[JiraField]] = defaultdict(list)
    for field in custom:
        named[fold(field.name)].append(field)
    found: dict[str, str] = {}
    for name, target in SUGGESTIONS.items():
        if len(named.get(name, ())) == 1 and target not in found.values():
            found[named[name][0].id] = target
    return found, {same[0].name: [field.id for field in same] for same in named.values() if len(same) > 1}


def _counted(issues: Iterable[JSON], name: str, inside: str) -> dict[str, int]:
    values = (raw["fields"].get(name) for raw in issues if isinstance(raw.get("fields"), dict))
    return dict(Counter(str(value[inside]) for value in values if isinstance(value, dict) and value.get(inside)))


def _mapping(keys: Sequence[str], custom: Sequence[JiraField], found: Mapping[str, str]) -> str:
    document = tomlkit.document()
    document["projects"] = list(keys)
    names = {field.id: field.name for field in custom}
    fields = tomlkit.inline_table()
    for identifier, target in found.items():
        fields[target] = names[identifier]
    if fields:
        document["fields"] = fields
    return tomlkit.dumps(document)


def _ambiguous(connector: str, name: str, ids: Sequence[str]) -> Problem:
    return Problem(
        f"{len(ids)} fields of this Jira are called {name}: {' and '.join(ids)}.",
        connector,
        "None of them can be mapped by its name.",
        "Map the one that is meant by its id.",
        Weight.INFO,
    )
