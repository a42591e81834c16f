"""Where a pull stands, as JSON; pure. Every moment is the server's, in milliseconds since 1970."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from typing import Any, Self

from canonical.intake import Cursor
from connectors.moments import EPOCH

FORM = 1
MOST_SEEN = 3000
"""How many tasks of the overlap, and time entries of the last days, are remembered. Tasks beyond are read again, which
changes nothing; days of entries beyond wait for the daily reading."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A full reading under way since `began`.

    `facts`: what is listed beside tasks is stored. `done` are projects whose tasks are stored, `under_way` the token of
    the next page of those that are in part; `count` how many tasks there were so far. `tasks`: all of them are stored.
    """

    began: int
    facts: bool = False
    done: tuple[str, ...] = ()
    under_way: Mapping[str, str] = field(default_factory=dict)
    count: int = 0
    tasks: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What is known so far.

    `asked` names what was asked for. `since`: what changed before is stored; `seen` are the tasks that changed in the
    overlap before it, with their `modified_at`. `tokens` are those of the events of each project whose tasks are stored
    or being read. `logged` are the time entries of the last days, each with its day, a digest of what it says, and its
    task, from the day `logged_from` on, `logged_at` when they were listed. `whole_at` is when all was last read.
    `statuses` are the newest status update of each project; `options` the names of the options that mapped fields have.
    """

    asked: str
    since: int | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    logged: Mapping[str, str] = field(default_factory=dict)
    logged_at: int | None = None
    logged_from: str = ""
    whole_at: int | None = None
    statuses: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    reading: Reading | None = None

    def cursor(self) -> Cursor:
        """Write it down."""
        # Not by asdict, which would copy every single one of them for each batch.
        written = {each.name: getattr(self, each.name) for each in fields(self)}
        if self.reading is not None:
            written["reading"] = {**asdict(self.reading), "done": list(self.reading.done)}
        return {"form": FORM, **written}

    @classmethod
    def read(cls, cursor: Cursor | None) -> Self | None:
        """Read what was written down; None where it is nothing, or of another form: then everything is read anew."""
        if cursor is None or cursor.get("form") != FORM:
            return None
        written: dict[str, Any] = {name: value for name, value in cursor.items() if name != "form"}
        reading = written.pop("reading")
        under_way = None if reading is None else Reading(**{**reading, "done": tuple(reading["done"])})
        return cls(**written, reading=under_way)


def written(moment: int) -> str:
    """Write a moment as Asana takes it, no later than it is."""
    return (EPOCH + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
