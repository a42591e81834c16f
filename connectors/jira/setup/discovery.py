"""`pmohub discover`: projects, fields, statuses and people of a Jira, and a mapping to paste."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
from connectors.mapping.reading import UnmappableError
from connectors.mapping.suggesting import TELLING, by_use, example, suggested, to_paste

SAMPLE = 500
"""Issues looked at for examples: those that changed last."""
EXAMPLES = 3
TELLING_HERE: Mapping[str, str] = {
    **TELLING,
    "story point estimate": "story_points",
    "start date": "planned_start",
    "planned start": "planned_start",
    "target start": "planned_start",
    "baseline due": "baseline_finish",
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
    found, doubled = suggested(custom, TELLING_HERE)
    fields = [_field(field, issues, allowed, found.get(field.id)) for field in custom]
    return Discovery(
        projects=[f"{project['key']} {project.get('name') or ''}".strip() for project in projects],
        fields=by_use(fields),
        statuses=_counted(issues, "status", "name"),
        people=_counted(issues, "assignee", "displayName"),
        mapping=to_paste({"projects": [str(project["key"]) for project in projects]}, custom, found),
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
    return example(_sprint(str(value)))


def _sprint(text: str) -> str:
    """Give the name in a sprint's text form, as Data Center prints it; any other text as it is."""
    try:
        return sprint_name(text) or text
    except UnmappableError:
        return text


def _counted(issues: Iterable[JSON], name: str, inside: str) -> dict[str, int]:
    values = (raw["fields"].get(name) for raw in issues if isinstance(raw.get("fields"), dict))
    return dict(Counter(str(value[inside]) for value in values if isinstance(value, dict) and value.get(inside)))


def _ambiguous(connector: str, name: str, ids: Sequence[str]) -> Problem:
    return Problem(
        f"{len(ids)} fields of this Jira are called {name}: {' and '.join(ids)}.",
        connector,
        "None of them can be mapped by its name.",
        "Map the one that is meant by its id.",
        Weight.INFO,
    )
