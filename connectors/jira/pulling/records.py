"""What was read of issues, worklogs and users, as records, for one batch; no calls here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from canonical.intake import Quarantined, ReportedChange
from canonical.problems import Problem
from canonical.vocabulary import EntityKind
from connectors.jira.client.api import JSON
from connectors.jira.mapping.history import HistoryMapper
from connectors.jira.mapping.issues import IssueMapper, issue_place, sprint_place
from connectors.jira.mapping.links import add_links
from connectors.jira.mapping.people import person_place, to_person
from connectors.jira.mapping.plan import Plan
from connectors.jira.mapping.reading import user_id
from connectors.jira.mapping.worklogs import to_time_entry, worklog_place
from connectors.jira.pulling.units import Unit
from connectors.mapping.making import Mapped
from connectors.mapping.reading import FAULTS

PEOPLE = ("assignee", "reporter")


@dataclass(slots=True)
class Made(Mapped):
    """What one batch holds so far."""

    changes: list[ReportedChange] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    linked: list[str] = field(default_factory=list)


class Maker:
    """Makes records for the batches of one pull; a user is given with the first item that names them."""

    def __init__(self, plan: Plan, categories: Mapping[str, str]) -> None:
        self._plan = plan
        self._issues = IssueMapper(plan)
        self._history = HistoryMapper(plan, categories)
        self._met: set[str] = set()

    def issues(self, unit: Unit) -> Made:
        """Make the records of a unit of issues, with what their histories tell."""
        made, links = Made(), set[str]()
        for raw in unit.fetched.issues:
            self._issues.add(raw, made)
            add_links(raw, self._plan, links, made)
            fields = raw.get("fields")
            if isinstance(fields, Mapping) and isinstance(fields.get("issuelinks"), list):
                made.linked.append(f"id:{raw.get('id')}")
            self.people(made, (fields.get(name) for name in PEOPLE) if isinstance(fields, Mapping) else ())
            made.retried += (issue_place(str(raw.get("id"))), sprint_place(str(raw.get("id"))))
        for issue, histories in unit.fetched.histories.items():
            made.changes += self._history.changes(str(issue), histories)
        made.quarantined += [_unread(issue, reason) for issue, reason in unit.fetched.unread.items()]
        return made

    def worklogs(self, rows: Sequence[JSON], projects: Mapping[int, str | None]) -> Made:
        """Make time entries of worklogs whose issue is in scope."""
        made = Made()
        for raw in rows:
            project = projects.get(issue_of(raw) or 0)
            if project is None:
                continue
            made.add(to_time_entry(raw, project))
            made.retried.append(worklog_place(str(raw.get("id"))))
            self.people(made, [raw.get("author")])
        return made

    def people(self, made: Made, users: Iterable[Any], *, listed: bool = False) -> None:
        """Make people of users that were not met yet; one that cannot be read is told where users are listed."""
        for raw in users:
            if raw is None:
                continue
            try:
                name = user_id(raw)
            except FAULTS:
                name = ""
            if name in self._met or not (name or listed):
                continue
            self._met.add(name)
            made.add(to_person(raw))
            made.retried.append(person_place(name))

    def problems(self) -> Sequence[Problem]:
        """Say what of histories could not be read."""
        return self._history.problems()


def issue_of(worklog: Any) -> int | None:
    """Give the id of a worklog's issue."""
    text = str(worklog.get("issueId") or "") if isinstance(worklog, Mapping) else ""
    return int(text) if text.isascii() and text.isdigit() else None


def _unread(issue: int, reason: str) -> Quarantined:
    return Quarantined(
        EntityKind.TASK,
        issue_place(str(issue)),
        f"Jira could not give this issue: {reason}",
        "It is asked for again with the next sync.",
        {"id": str(issue)},
        str(issue),
    )
