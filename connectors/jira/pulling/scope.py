"""Which issues are meant, in JQL; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any

EVERYTHING = ("*",)
BY_CREATION = "created ASC, key ASC"
"""An order that edits do not change."""
NOTHING = 'created < "1970-01-02"'
"""A condition that no issue meets."""
_QUOTED_OR_ORDER = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\border\s+by\b.*\Z""", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The projects that are read, key by id, and the admin's own filter.

    `whole`: every project that the account sees is meant, so that queries need not name them. `archived` are ids of
    projects that are archived: no query shows their issues, and one that names them may be refused.
    """

    projects: Mapping[str, str]
    narrowed: str = ""
    whole: bool = False
    archived: frozenset[str] = frozenset()

    @property
    def searched(self) -> Mapping[str, str]:
        """Give the projects whose issues a query can find."""
        return {project: key for project, key in self.projects.items() if project not in self.archived}

    def jql(self, *clauses: str, project: str | None = None, order: str = BY_CREATION) -> str:
        """Give a query for what is meant, of one project or of all."""
        parts = []
        if not self.whole:
            searched = ", ".join(self.searched)
            parts.append(f"project in ({searched})" if searched else NOTHING)
        if project is not None:
            parts = [f"project = {project}"]
        if self.narrowed:
            parts.append(f"({self.narrowed})")
        return f"{' AND '.join([*parts, *clauses])} ORDER BY {order}"


def scope_of(projects: Sequence[Mapping[str, Any]], wanted: Sequence[str], jql: str | None) -> Scope:
    """Choose those of the listed projects whose keys the configuration names."""
    patterns = [pattern.upper() for pattern in wanted]
    chosen = {
        str(project["id"]): str(project["key"])
        for project in projects
        if any(fnmatchcase(str(project["key"]).upper(), pattern) for pattern in patterns)
    }
    archived = frozenset(str(project["id"]) for project in projects if project.get("archived") is True)
    return Scope(chosen, without_order(jql or ""), tuple(wanted) == EVERYTHING, archived)


def without_order(jql: str) -> str:
    """Give a filter without its order, which would be no part of a condition."""
    return _QUOTED_OR_ORDER.sub(lambda found: found[1] or "", jql).strip()


def digest(*parts: object) -> str:
    """Name what is asked for, so that a pull from a cursor made for something else begins anew."""
    return sha256(repr(parts).encode()).hexdigest()[:16]
