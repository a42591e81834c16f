"""Whole issues in Jira's JSON: the fields asked for, their worklogs, changelogs and what may be edited."""

from collections.abc import Callable, Iterable
from typing import Any

from pmohub.testing.jira.answers.things import Things
from pmohub.testing.jira.answers.times import duration
from pmohub.testing.jira.answers.values import WRITERS, document, issue_id, tracking, value_of
from pmohub.testing.jira.world import catalogue
from pmohub.testing.jira.world.issue import Change, Issue, Link, Worklog
from pmohub.testing.jira.world.scheme import SUBTASK

Json = dict[str, Any]
EMBEDDED = 20
"""How many worklogs an issue shows in its own answer."""
EMBEDDED_CHANGES = 40
"""How many changes, newest first, Cloud's expansion shows of each issue."""
EXPANDABLE = "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations"
ALL_FIELDS = tuple(catalogue.FIELDS)
PEOPLE = frozenset(one.id for one in catalogue.FIELDS.values() if one.kind in {catalogue.USER, catalogue.PERSON})
NOT_NAVIGABLE = frozenset({"worklog", "comment", "timetracking"})


def wanted(names: Iterable[str], otherwise: str) -> tuple[str, ...] | None:
    """Read a list of fields: `*all`, `*navigable`, `-name`; None where only ids are asked for.

    Source: Atlassian, "The Jira Cloud platform REST API", search/jql, `fields`.
    """
    asked = [part.strip() for name in names for part in name.split(",") if part.strip()] or [otherwise]
    plain = [name for name in asked if not name.startswith("-")]
    everything = not plain or "*all" in plain or "*navigable" in plain
    chosen = ALL_FIELDS if everything else tuple(name for name in dict.fromkeys(plain) if name in catalogue.FIELDS)
    without = {name[1:] for name in asked if name.startswith("-")} | (NOT_NAVIGABLE if "*navigable" in plain else set())
    found = tuple(name for name in chosen if name not in without)
    return None if not found and set(plain) <= {"id", "key"} else found


class Issues:
    """Writes issues for one account."""

    def __init__(self, things: Things, sees_role: Callable[[], bool]) -> None:
        self.things, self._sees_role = things, sees_role
        self._special: dict[str, Callable[[Issue], Any]] = {
            "project": lambda issue: things.project(issue.project),
            "created": lambda issue: things.times.text(issue.created),
            "updated": lambda issue: things.times.text(issue.updated),
            "parent": self._parent,
            "subtasks": lambda issue: [self.reference(one) for one in things.world.children(issue)],
            "issuelinks": lambda issue: [one for link in issue.links if (one := self._link(link)) is not None],
            "timetracking": tracking,
            "progress": self._progress,
            "worklog": lambda issue: self.worklog_page(issue, 0, EMBEDDED),
            # Nobody comments here: readers that ask for comments find none.
            "comment": lambda _: {"comments": [], "maxResults": 0, "total": 0, "startAt": 0},
            "aggregatetimeoriginalestimate": lambda issue: self._sum(issue, "timeoriginalestimate"),
            "aggregatetimeestimate": lambda issue: self._sum(issue, "timeestimate"),
            "aggregatetimespent": lambda issue: self._sum(issue, "timespent"),
        }

    def bare(self, identity: str, key: str | None) -> Json:
        """Give an issue's id, with its key where that is asked for, as searches do where nothing else is."""
        if key is None:
            return {"id": identity}
        return {"expand": EXPANDABLE, "id": identity, "self": f"{self.things.base}/issue/{identity}", "key": key}

    def whole(self, issue: Issue, fields: tuple[str, ...]) -> Json:
        """Give an issue with the fields asked for."""
        identity = issue_id(issue.number)
        return {
            "expand": EXPANDABLE,
            "id": identity,
            "self": f"{self.things.base}/issue/{identity}",
            "key": issue.key,
            "fields": self._fields(issue, fields),
        }

    def _fields(self, issue: Issue, fields: tuple[str, ...]) -> Json:
        values, special, things = issue.values, self._special, self.things
        told: Json = {}
        for field in fields:
            maker = special.get(field)
            if maker is not None:
                value = maker(issue)
                if value is None and field == "parent":
                    continue
                told[field] = value
            else:
                value = values.get(field)
                told[field] = None if value is None else WRITERS[field](things, issue, field, value)
        if "versions" in told and told["versions"] is None:
            told["versions"] = []
        return told

    def _parent(self, issue: Issue) -> Json | None:
        """Give the issue above: Data Center has one for sub-tasks only, and the Epic Link for the rest."""
        number = issue.values["parent"]
        if number is None or (not self.things.cloud and issue.values["issuetype"] != SUBTASK):
            return None
        above = self.things.world.issue(number)
        return self.reference(above) if above else None

    def reference(self, issue: Issue) -> Json:
        """Give an issue as others refer to it."""
        identity = issue_id(issue.number)
        few = ("summary", "status", "priority", "issuetype")
        told = {"id": identity, "key": issue.key, "self": f"{self.things.base}/issue/{identity}"}
        return {**told, "fields": {field: value_of(self.things, issue, field) for field in few}}

    def _link(self, link: Link) -> Json | None:
        other = self.things.world.issue(link.other)
        if other is None:
            return None
        told = {"id": link.id, "self": f"{self.things.base}/issueLink/{link.id}"}
        end = "outwardIssue" if link.outward else "inwardIssue"
        return {**told, "type": self.things.kept(self.things.link_type, link.type), end: self.reference(other)}

    def _progress(self, issue: Issue) -> Json:
        spent, left = issue.values["timespent"] or 0, issue.values["timeestimate"] or 0
        total = spent + left
        told = {"progress": spent, "total": total}
        return {**told, "percent": spent * 100 // total} if total else told

    def _sum(self, issue: Issue, field: str) -> int | None:
        known = [issue.values[field], *(one.values[field] for one in self.things.world.children(issue))]
        sums = [value for value in known if value is not None]
        return sum(sums) if sums else None

    def visible_worklogs(self, issue: Issue) -> tuple[Worklog, ...]:
        """Give the worklogs that the account may see."""
        return issue.worklogs if self._sees_role() else tuple(one for one in issue.worklogs if one.role is None)

    def worklog_page(self, issue: Issue, start: int, most: int) -> Json:
        """Give a page of an issue's worklogs."""
        every = self.visible_worklogs(issue)
        shown = [self.worklog(one) for one in every[start : start + most]]
        return {"startAt": start, "maxResults": most, "total": len(every), "worklogs": shown}

    def worklog(self, one: Worklog) -> Json:
        """Give a worklog."""
        things, identity = self.things, issue_id(one.number)
        told: Json = {
            "self": f"{things.base}/issue/{identity}/worklog/{one.id}",
            "author": things.person(one.author),
            "updateAuthor": things.person(one.editor),
            "created": things.times.text(one.created),
            "updated": things.times.text(one.updated),
            "started": things.times.text(one.started),
            "timeSpent": duration(one.seconds),
            "timeSpentSeconds": one.seconds,
            "id": str(one.id),
            "issueId": identity,
        }
        if one.comment is not None:
            told["comment"] = document(things, one.comment)
        elif not things.cloud:
            told["comment"] = ""
        if one.role is not None:
            told["visibility"] = {"type": "role", "value": one.role, "identifier": one.role}
        return told

    def change(self, one: Change) -> Json:
        """Give one change of a changelog."""
        told: Json = {"id": str(one.id), "author": self.things.person(one.author)}
        return {**told, "created": self.things.times.text(one.at), "items": self.items(one)}

    def items(self, one: Change) -> list[Json]:
        """Give what a change changed; Data Center does not tell the field's id, and calls people by their keys."""
        told = []
        for item in one.items:
            entry: Json = {"field": item.field, "fieldtype": "custom" if item.custom else "jira"}
            old, new = item.old, item.new
            if self.things.cloud:
                entry["fieldId"] = item.field_id
            elif item.field_id in PEOPLE:
                old, new = self._user_key(old), self._user_key(new)
            entry |= {"from": old, "fromString": item.old_text, "to": new, "toString": item.new_text}
            told.append(entry)
        return told

    def _user_key(self, identity: str | None) -> str | None:
        user = self.things.world.user(identity) if identity else None
        return user.key if user else None

    def expanded_changelog(self, issue: Issue) -> Json:
        """Give what `expand=changelog` adds: all in Data Center, oldest first; in Cloud the newest 40."""
        every = issue.changes
        shown = every[-EMBEDDED_CHANGES:][::-1] if self.things.cloud else every
        histories = [self.change(one) for one in shown]
        return {"startAt": 0, "maxResults": len(shown), "total": len(every), "histories": histories}
