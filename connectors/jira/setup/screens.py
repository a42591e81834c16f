"""Whether what carries template fields can be written: tried on issues that are there, without changing them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.http import CallError
from connectors.jira.client.api import JSON
from connectors.jira.config import JiraOptions
from connectors.jira.mapping.carriers import Carrier, CarrierKind, parse_carrier
from connectors.jira.mapping.catalogue import TIME_TRACKING, JiraField
from connectors.jira.opening import Opened
from connectors.jira.pulling.scope import Scope

LOOKED_AT = 100
KINDS = 5
"""Of the first issues one of each type is tried, and no more types than this."""


def unwritable(
    opened: Opened,
    options: JiraOptions,
    context: ConnectorContext,
    scope: Scope,
    charters: Mapping[str, Sequence[JSON]],
) -> Iterator[Problem]:
    """Give each carrier of a template field that no issue tried lets be edited, or that the account may not set.

    `charters` are the charter issues by project.
    """
    yield from _of_tasks(opened, options, context, scope)
    parsed = {
        name: parse_carrier(written, context.id)
        for name, written in context.carriers.get(EntityKind.PROJECT, {}).items()
    }
    of_projects = {name: carrier for name, carrier in parsed.items() if isinstance(carrier, Carrier)}
    yield from _of_charters(opened, context, of_projects, [each for found in charters.values() for each in found[:1]])
    may = opened.permissions or {}
    if may.get("ADMINISTER_PROJECTS", True) or may.get("ADMINISTER", True):
        return
    for name, carrier in of_projects.items():
        if carrier.kind is not CarrierKind.CHARTER:
            yield _warning(
                f"{carrier} is for administrators of the project, and the account is none.",
                f"{context.id}, template.project.{name}",
                "Make the account an administrator of the projects, or carry the field by a charter issue.",
            )


def _of_tasks(opened: Opened, options: JiraOptions, context: ConnectorContext, scope: Scope) -> Iterator[Problem]:
    wanted = _fields(opened, context, context.carriers.get(EntityKind.TASK, {}))
    if not wanted:
        return
    jql = scope.jql(opened.client.any_issue)
    try:
        ids = [str(issue.id) for page in islice(opened.client.listed(jql), 1) for issue in page[:LOOKED_AT]]
    except CallError as error:
        # The filter is wrong, which is told already.
        if error.status != 400:
            raise
        return
    samples: dict[str, JSON] = {}
    for issue in opened.client.by_id(ids, ["issuetype"]):
        samples.setdefault(str((issue["fields"].get("issuetype") or {}).get("name")), issue)
    tried = list(islice(samples.values(), KINDS))
    editable = [fields for issue in tried if (fields := _editable(opened, issue)) is not None]
    for name, field in wanted.items():
        place = f"{context.id}, template.task.{name}"
        if field.id == "status":
            if not options.transitions:
                yield _warning(
                    "A status is written by transitions only, which the configuration does not allow.",
                    place,
                    "Write transitions = true, or take the carrier out.",
                )
        elif editable and not any(_carrier(field) in fields for fields in editable):
            keys = ", ".join(str(issue.get("key")) for issue in tried)
            yield _not_on_screen(field, keys, place)


def _of_charters(
    opened: Opened, context: ConnectorContext, carriers: Mapping[str, Carrier], charters: Sequence[JSON]
) -> Iterator[Problem]:
    of_issues = {name: carrier.name for name, carrier in carriers.items() if carrier.kind is CarrierKind.CHARTER}
    wanted = _fields(opened, context, of_issues)
    fields = _editable(opened, charters[0]) if wanted and charters else None
    for name, field in wanted.items() if fields is not None else ():
        if _carrier(field) not in (fields or {}):
            place = f"{context.id}, template.project.{name}"
            yield _not_on_screen(field, str(charters[0].get("key")), place)


def _fields(opened: Opened, context: ConnectorContext, written: Mapping[str, str]) -> dict[str, JiraField]:
    found = {name: opened.catalogue.find(carrier, context.id) for name, carrier in written.items()}
    return {name: field for name, field in found.items() if isinstance(field, JiraField)}


def _carrier(field: JiraField) -> str:
    return "timetracking" if field.id in TIME_TRACKING else field.id


def _editable(opened: Opened, issue: JSON) -> Mapping[str, Any] | None:
    """Give the fields on an issue's screen for editing; None where that is not to be seen."""
    try:
        answer = opened.connection.get(opened.client.api(f"issue/{issue['id']}/editmeta"))
    except CallError as error:
        if error.status not in (400, 403, 404):
            raise
        return None
    fields = answer.get("fields")
    return fields if isinstance(fields, dict) else None


def _not_on_screen(field: JiraField, keys: str, place: str) -> Problem:
    return _warning(
        f"{field.label} is not on the screen for editing {keys}, or the account may not edit it.",
        place,
        "Put the field on the edit screen of these issues, or name another carrier.",
    )


def _warning(what: str, place: str, next_step: str) -> Problem:
    return Problem(what, place, "It is read; it cannot be written.", next_step, Weight.WARNING)
