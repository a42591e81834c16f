"""What Jira shows as an object: names, users, time zones; each refused in words."""

from typing import Any
from zoneinfo import ZoneInfo

from connectors.mapping.reading import JSON, UnmappableError, id_of, shown, text_of


def name_of(raw: Any) -> str | None:
    """Read the name of what Jira shows as an object: status, priority, version, option, user, group.

    Raises:
        UnmappableError: the object has none.
    """
    if not isinstance(raw, dict):
        return text_of(raw)
    for key in ("name", "value", "displayName", "title", "key", "id"):
        if raw.get(key) not in (None, ""):
            return id_of(raw[key])
    message = f"{shown(raw)} has neither name nor value."
    raise UnmappableError(message)


def user_ref(raw: Any) -> str | None:
    """Name a user by what never changes: accountId on Cloud; key, and on old servers name, on Data Center.

    Raises:
        UnmappableError: the user has none of them.
    """
    if raw is None:
        return None
    if isinstance(raw, dict):
        return f"id:{user_id(raw)}"
    message = f"{shown(raw)} is no user."
    raise UnmappableError(message)


def user_id(raw: JSON) -> str:
    """Give the id of a user's record.

    Raises:
        UnmappableError: there is none.
    """
    return id_of(raw.get("accountId") or raw.get("key") or raw.get("name"))


def zone_named(name: Any) -> ZoneInfo | None:
    """Give a time zone by its name; None where there is none of that name, as for a user who hides it."""
    if not isinstance(name, str) or not name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None
