"""Which workspaces and projects are meant; pure."""

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256
from typing import Any

from connectors.mapping.reading import fold

JSON = Mapping[str, Any]


def fits(raw: JSON, pattern: str) -> bool:
    """Say whether a name or pattern of the configuration means this item; a gid means one alone.

    A name means itself, also one with brackets, which as a pattern would mean others.
    """
    name, wanted = fold(str(raw.get("name") or "")), fold(pattern)
    return str(raw.get("gid")) == pattern.strip() or name == wanted or fnmatchcase(name, wanted)


def meant(raw: JSON, patterns: Iterable[str]) -> bool:
    """Say whether any of the patterns means this item."""
    return any(fits(raw, pattern) for pattern in patterns)


def in_scope(project: JSON, teams: Sequence[str], projects: Sequence[str]) -> bool:
    """Say whether a project is meant, by its team and by itself."""
    team = project.get("team")
    of_team = tuple(teams) == ("*",) or (isinstance(team, Mapping) and meant(team, teams))
    return of_team and meant(project, projects)


def unmatched(items: Sequence[JSON], patterns: Iterable[str]) -> list[str]:
    """Give the names and patterns that mean none of the items."""
    return [pattern for pattern in patterns if not any(fits(each, pattern) for each in items)]


def digest(*parts: object) -> str:
    """Name what is asked for, so that a pull from a cursor made for something else begins anew."""
    return sha256(repr(parts).encode()).hexdigest()[:16]
