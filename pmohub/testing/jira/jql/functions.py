"""The functions that may stand for a value.

Source: Atlassian, "JQL functions". Each gives one value or a list; a list stands after IN and NOT IN alone.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from pmohub.testing.jira.jql import dates
from pmohub.testing.jira.jql.errors import JqlError
from pmohub.testing.jira.jql.site import Asker, Site
from pmohub.testing.jira.jql.syntax import Call

_LISTS = frozenset(
    {"membersof", "opensprints", "closedsprints", "futuresprints", "releasedversions", "unreleasedversions"}
)
_STEPPED = tuple(f"{edge}of{unit}" for edge in ("start", "end") for unit in ("day", "week", "month", "year"))


@dataclass(frozen=True, slots=True)
class Called:
    """What a function gave: ids of a choice or of persons, or one moment."""

    ids: Collection[str] = ()
    moment: datetime | None = None


def call(function: Call, site: Site, asker: Asker) -> Called:
    """Evaluate a function.

    Raises:
        JqlError: there is no such function, or its arguments are not what it expects.
    """
    name = function.name.casefold()
    if name in _STEPPED:
        return _stepped(function, asker)
    if name == "membersof":
        return _members(function, site)
    if name not in _PLAIN:
        raise JqlError([f"Unable to find JQL function '{function}'."], readable=True)
    _counted(function, 0)
    return _PLAIN[name](site, asker)


_PLAIN: dict[str, Callable[[Site, Asker], Called]] = {
    "currentuser": lambda _site, asker: Called(ids=(asker.account,)),
    "now": lambda _site, asker: Called(moment=asker.now),
    "opensprints": lambda site, _asker: Called(ids=site.sprints("active")),
    "closedsprints": lambda site, _asker: Called(ids=site.sprints("closed")),
    "futuresprints": lambda site, _asker: Called(ids=site.sprints("future")),
    "releasedversions": lambda site, _asker: Called(ids=site.versions(released=True)),
    "unreleasedversions": lambda site, _asker: Called(ids=site.versions(released=False)),
}


def gives_list(function: Call) -> bool:
    """Say whether a function gives a list."""
    return function.name.casefold() in _LISTS


def _stepped(function: Call, asker: Asker) -> Called:
    if len(function.arguments) > 1:
        _counted(function, 1)
    step = function.arguments[0] if function.arguments else ""
    moment = dates.stepped(function.name.casefold(), step, asker)
    if moment is None:
        shape = "(+/-)n(yMwdm), e.g -1M for 1 month earlier"
        message = f"Duration for function '{function.name}' should have the format {shape}."
        raise JqlError([message], readable=True)
    return Called(moment=moment)


def _members(function: Call, site: Site) -> Called:
    _counted(function, 1)
    members = site.members(function.arguments[0])
    if members is None:
        message = (
            f"Function '{function.name}' can not generate a list of usernames for group '{function.arguments[0]}'; the "
            "group does not exist."
        )
        raise JqlError([message], readable=True)
    return Called(ids=members)


def _counted(function: Call, expected: int) -> None:
    if len(function.arguments) != expected:
        message = (
            f"Function '{function.name}' expected '{expected}' arguments but received '{len(function.arguments)}'."
        )
        raise JqlError([message], readable=True)
