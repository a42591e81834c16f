"""`pmohub discover`: projects, fields, statuses and people of Asana, and a mapping to paste."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.asana.client.connection import JSON
from connectors.asana.config import AsanaOptions
from connectors.asana.mapping.asking import ask_for
from connectors.asana.mapping.catalogue import AsanaField
from connectors.asana.mapping.values import held
from connectors.asana.opening import Opened
from connectors.base import ConnectorContext, DiscoveredField, Discovery
from connectors.mapping.suggesting import TELLING, by_use, example, suggested, to_paste

SAMPLES = 5
"""Projects of which a page of tasks is looked at for examples."""
EXAMPLES = 3
TELLING_HERE: Mapping[str, str] = {
    **TELLING,
    "points": "story_points",
    "remaining time": "remaining_estimate",
    "remaining": "remaining_estimate",
}
"""Fields of a task by what custom fields are often called."""


def discover(opened: Opened, options: AsanaOptions, context: ConnectorContext) -> Discovery:
    """Look at projects, at all fields of theirs, and at some tasks.

    Raises:
        ToolError: Asana does not answer, or shows no project that is meant.
    """
    names = [str(raw.get("name")) for raws in opened.listed.meant.values() for raw in raws]
    workspaces = [str(raw.get("name") or raw["gid"]) for raw in opened.workspaces]
    tasks = list(_sample(opened, options))
    fields = list(opened.listed.catalogue.by_id.values())
    found, doubled = suggested(fields, TELLING_HERE)
    discovered = [_field(field, tasks, found.get(field.id)) for field in fields]
    return Discovery(
        projects=names,
        fields=by_use(discovered),
        statuses=_sections(tasks),
        people=_assignees(tasks),
        mapping=to_paste({"workspaces": workspaces, "projects": names}, fields, found),
        problems=[_ambiguous(context.id, name, same) for name, same in doubled.items()],
    )


def _sample(opened: Opened, options: AsanaOptions) -> Iterator[JSON]:
    """Read a page of tasks of some projects, with all their fields."""
    asked = ask_for(options, tasks=True, projects=False).task
    for project in list(opened.listed.projects)[:SAMPLES]:
        yield from opened.client.tasks_page(project, asked, None).rows


def _field(field: AsanaField, tasks: Sequence[JSON], suggestion: str | None) -> DiscoveredField:
    return DiscoveredField(
        EntityKind.TASK,
        field.name,
        field.id,
        field.type_label,
        place=field.id,
        allowed=[choice.name for choice in field.choices if choice.enabled],
        examples=_examples(field, tasks),
        suggestion=suggestion,
    )


def _examples(field: AsanaField, tasks: Sequence[JSON]) -> list[str]:
    found: dict[str, None] = {}
    for raw in tasks:
        entries = raw.get("custom_fields")
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and str(entry.get("gid")) == field.id and (shown := _shown(held(entry, field))):
                found[shown] = None
        if len(found) >= EXAMPLES:
            break
    return list(found)[:EXAMPLES]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value[:EXAMPLES])))
    if isinstance(value, dict):
        return _shown(value.get("name") or value.get("date_time") or value.get("date"))
    return example(str(value)) if isinstance(value, str | int | float) else ""


def _sections(tasks: Sequence[JSON]) -> dict[str, int]:
    places = (place for raw in tasks for place in raw.get("memberships") or () if isinstance(place, dict))
    sections = (place.get("section") for place in places)
    return dict(Counter(str(each["name"]) for each in sections if isinstance(each, dict) and each.get("name")))


def _assignees(tasks: Sequence[JSON]) -> dict[str, int]:
    people = (raw.get("assignee") for raw in tasks)
    return dict(Counter(str(each["name"]) for each in people if isinstance(each, dict) and each.get("name")))


def _ambiguous(connector: str, name: str, gids: Sequence[str]) -> Problem:
    return Problem(
        f"{len(gids)} custom fields are called {name}: {' and '.join(gids)}.",
        connector,
        "None of them can be mapped by its name.",
        "Map the one that is meant by its gid.",
        Weight.INFO,
    )
