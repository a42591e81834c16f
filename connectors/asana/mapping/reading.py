"""What Asana shows as an object: gids, names, people; each refused in words.

An object that was asked for without its parts comes as `{}`: that says nothing, which is not the same as none.
"""

from datetime import date
from typing import Any

from connectors.mapping.reading import UnmappableError, id_of, number_of, shown, text_of

ABSENT: Any = object()
"""Of a field that was not in the answer: nothing is known of it, which is not the same as empty."""


def gid_of(raw: Any) -> str:
    """Give the gid of an object, a text from end to end.

    Raises:
        UnmappableError: there is none.
    """
    gid = raw.get("gid") if isinstance(raw, dict) else None
    if gid.__class__ is str and gid.isdecimal():
        return gid
    if gid not in (None, ""):
        return id_of(gid)
    message = f"{shown(raw)} has no gid."
    raise UnmappableError(message)


def ref_of(raw: Any) -> str | None:
    """Refer to an object by its gid; None where there is none.

    Raises:
        UnmappableError: it has no gid.
    """
    return None if raw is None else f"id:{gid_of(raw)}"


def name_of(raw: Any) -> str | None:
    """Give the name of an object, or its gid where that is all that it shows; None where there is none.

    Raises:
        UnmappableError: it has neither.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        message = f"{shown(raw)} is no object with a name."
        raise UnmappableError(message)
    return text_of(raw.get("name")) or gid_of(raw)


def person_name(raw: Any) -> str:
    """Give the name of a user, or the reference where it is not shown.

    Raises:
        UnmappableError: it has neither.
    """
    name = text_of(raw.get("name")) if isinstance(raw, dict) else None
    return name or f"id:{gid_of(raw)}"


def is_told(raw: Any) -> bool:
    """Say whether an answer tells anything of an object or a list: `{}` and `[{}]` were not asked for by name."""
    if raw is None or raw.__class__ is str:
        return True
    if isinstance(raw, list):
        return all(is_told(each) for each in raw)
    return raw is not ABSENT and raw != {}


def day_of(raw: Any) -> date | None:
    """Read a day, which has no zone and never gets one.

    Raises:
        UnmappableError: it is none, or a moment.
    """
    if raw is None or raw == "":
        return None
    if isinstance(raw, str) and len(raw.strip()) == 10:
        try:
            return date.fromisoformat(raw.strip())
        except ValueError:
            pass
    message = f"{shown(raw)} is no day of the calendar."
    raise UnmappableError(message)


def seconds_in(raw: Any, unit: int) -> int | None:
    """Read a duration that is counted in a unit of so many seconds, such as minutes.

    Raises:
        UnmappableError: it is no number, or less than nothing.
    """
    number = number_of(raw)
    if number is None:
        return None
    if number < 0:
        message = f"{shown(raw)} is less time than none."
        raise UnmappableError(message)
    return round(number * unit)


def in_words(error: BaseException) -> UnmappableError:
    """Give a fault as the reader is told it."""
    if isinstance(error, UnmappableError):
        return error
    return UnmappableError(f"It is not in the form that Asana documents ({type(error).__name__}).")
