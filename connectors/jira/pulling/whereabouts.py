"""Which issue belongs to which project, in little memory: worklogs name their issue only."""

from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from connectors.jira.client.api import Client
from connectors.jira.pulling.scope import Scope

PROJECT_BITS = 20


class Whereabouts:
    """Eight bytes for each known issue, in order of id once somebody asks; ten times that while they are put in order.

    Projects are listed one after the other, and their issues' ids are not: each put in its place at once would move
    what stands behind it.
    """

    def __init__(self, client: Client, scope: Scope) -> None:
        self._client, self._scope = client, scope
        self._projects: list[str] = []
        self._places: dict[str, int] = {}
        self._known = array("q")
        self._in_order = True
        self._asked: dict[int, str | None] = {}
        self._listed: set[str] = set()

    def __len__(self) -> int:
        self._put_in_order()
        return len(self._known)

    def add(self, issue: int, project: str) -> None:
        """Note an issue that is in scope."""
        place = self._places.setdefault(project, len(self._projects))
        if place == len(self._projects):
            self._projects.append(project)
        entry = issue << PROJECT_BITS | place
        if self._known and _issue(self._known[-1]) >= issue:
            self._in_order = False
        self._known.append(entry)

    def _put_in_order(self) -> None:
        if not self._in_order:
            of_each = groupby(sorted(self._known, key=_issue), key=_issue)
            # What was told last counts: an issue may be moved meanwhile.
            self._known = array("q", (deque(entries, maxlen=1).pop() for _, entries in of_each))
            self._in_order = True

    def known(self, issue: int) -> str | None:
        """Give the project of an issue that was noted."""
        self._put_in_order()
        at = bisect_left(self._known, issue << PROJECT_BITS)
        if at < len(self._known) and _issue(self._known[at]) == issue:
            return self._projects[self._known[at] & ((1 << PROJECT_BITS) - 1)]
        return None

    def list_all(self) -> None:
        """Note every issue in scope, by a listing for each project that was not listed yet."""
        for project in self._scope.searched:
            if project not in self._listed:
                for _ in self.listed(project):
                    pass

    def listed(self, project: str) -> Iterator[int]:
        """List and note every issue of a project that is in scope."""
        for page in self._client.listed(self._scope.jql(self._client.any_issue, project=project)):
            for issue in page:
                self.add(issue.id, project)
                yield issue.id
        self._listed.add(project)

    def ask(self, issues: Iterable[int]) -> Mapping[int, str | None]:
        """Give the project of each issue, None where it is out of scope or hidden; Jira is asked where needed."""
        wanted = set(issues)
        unknown = [each for each in sorted(wanted) if self.known(each) is None and each not in self._asked]
        if unknown:
            self._look_up(unknown)
        return {each: self.known(each) or self._asked.get(each) for each in wanted}

    def _look_up(self, unknown: Sequence[int]) -> None:
        self._asked |= dict.fromkeys(unknown)
        found: dict[int, str] = {}
        for raw in self._client.by_id([str(each) for each in unknown], ["project"]):
            project = str(((raw.get("fields") or {}).get("project") or {}).get("id") or "")
            if project in self._scope.projects:
                found[int(raw["id"])] = project
        if self._scope.narrowed and found:
            clause = f"id in ({', '.join(map(str, found))})"
            shown = {issue.id for page in self._client.listed(self._scope.jql(clause)) for issue in page}
            found = {issue: project for issue, project in found.items() if issue in shown}
        self._asked |= found


def _issue(entry: int) -> int:
    return entry >> PROJECT_BITS
