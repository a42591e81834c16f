"""One field of an issue in Jira's JSON, by what kind of field it is."""

from collections.abc import Callable
from typing import Any

from pmohub.testing.jira.answers.things import Things
from pmohub.testing.jira.answers.times import duration
from pmohub.testing.jira.world import catalogue
from pmohub.testing.jira.world.documents import plain, words
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.numbering import FIRST_ID
from pmohub.testing.jira.world.sprints import sprint_of
from pmohub.testing.sandbox.timeline import DAY_MS

Writer = Callable[[Things, Issue, str, Any], Any]


def value_of(things: Things, issue: Issue, field: str) -> Any:
    """Give one field of an issue that its `values` hold."""
    value = issue.values.get(field)
    if value is None:
        return None
    return WRITERS[field](things, issue, field, value)


def document(things: Things, text: Any) -> Any:
    """Give a long text: an Atlassian document in REST v3, plain or wiki text in v2."""
    if things.base.endswith("/3"):
        return plain(text) if isinstance(text, str) else text
    return words(text)


def _as_it_is(_things: Things, _issue: Issue, _field: str, value: Any) -> Any:
    return value


def _list(_things: Things, _issue: Issue, _field: str, value: Any) -> Any:
    return list(value)


def _people(things: Things, _issue: Issue, _field: str, value: Any) -> Any:
    return [things.person(one) for one in value]


def _sprints(things: Things, _issue: Issue, _field: str, value: Any) -> Any:
    world = things.world
    today = world.generator.first_day.fromordinal(719_163 + world.now() // DAY_MS)
    return [things.kept(things.sprint, sprint_of(one, world.generator.first_day, today)) for one in value]


def _releases(things: Things, issue: Issue, _field: str, value: Any) -> Any:
    return [things.kept(things.release, issue.project, one) for one in value]


def _key(things: Things, _issue: Issue, _field: str, value: Any) -> Any:
    epic = things.world.issue(value)
    return epic.key if epic else None


WRITERS: dict[str, Writer] = {
    "summary": _as_it_is,
    "description": lambda things, _issue, _field, value: document(things, value),
    "environment": lambda things, _issue, _field, value: document(things, value),
    "issuetype": lambda things, _issue, _field, value: things.type(value),
    "status": lambda things, _issue, _field, value: things.status(value),
    "resolution": lambda things, _issue, _field, value: things.resolution(value),
    "priority": lambda things, _issue, _field, value: things.priority(value),
    "assignee": lambda things, _issue, _field, value: things.person(value),
    "reporter": lambda things, _issue, _field, value: things.person(value),
    "creator": lambda things, _issue, _field, value: things.person(value),
    "labels": _list,
    "components": lambda things, issue, _field, value: [
        things.kept(things.component, issue.project, one) for one in value
    ],
    "fixVersions": _releases,
    "versions": _releases,
    "duedate": _as_it_is,
    "resolutiondate": lambda things, _issue, _field, value: things.times.text(value),
    "statuscategorychangedate": lambda things, _issue, _field, value: things.times.text(value),
    "timeoriginalestimate": _as_it_is,
    "timeestimate": _as_it_is,
    "timespent": _as_it_is,
    "security": lambda things, _issue, _field, value: {
        "self": f"{things.base}/securitylevel/{value}", "id": value, "name": "Board only", "description": "",
    },
    catalogue.SPRINT: _sprints,
    catalogue.EPIC_LINK: _key,
}  # fmt: skip
BY_KIND: dict[catalogue.Kind, Writer] = {
    catalogue.LABELS: _list,
    catalogue.TAGS: _list,
    catalogue.AREA: lambda things, _issue, _field, value: document(things, value),
    catalogue.PERSON: lambda things, _issue, _field, value: things.person(value),
    catalogue.PEOPLE: _people,
    catalogue.ONE: lambda things, _issue, field, value: things.kept(things.option, field, value),
    catalogue.BUTTONS: lambda things, _issue, field, value: things.kept(things.option, field, value),
    catalogue.SEVERAL: lambda things, _issue, field, value: [things.kept(things.option, field, one) for one in value],
    catalogue.CASCADE: lambda things, _issue, field, value: things.kept(things.cascade, field, *value),
    catalogue.MOMENT: lambda things, _issue, _field, value: things.times.text(value),
}
WRITERS |= {one.id: BY_KIND.get(one.kind, _as_it_is) for one in catalogue.CUSTOM if one.id not in WRITERS}


def tracking(issue: Issue) -> dict[str, Any]:
    """Give what the field `timetracking` holds: only what is known is there."""
    named = (
        ("originalEstimate", "timeoriginalestimate"),
        ("remainingEstimate", "timeestimate"),
        ("timeSpent", "timespent"),
    )
    told: dict[str, Any] = {}
    for name, field in named:
        seconds = issue.values.get(field)
        if seconds is not None:
            told[name] = duration(seconds)
            told[f"{name}Seconds"] = seconds
    return told


def issue_id(number: int) -> str:
    """Give Jira's id of an issue."""
    return str(FIRST_ID + number)
