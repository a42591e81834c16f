"""Where a pull stands, as JSON; pure. Every moment is the server's, in milliseconds since 1970."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from canonical.intake import Cursor
from connectors import moments

FORM = 2
MOST_SEEN = 3000
"""How many issues and worklogs of the overlap are remembered; those beyond are read again, which changes nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A full reading under way since `began`: issues created before `after` are stored, and `done` of them.

    With `worklogs` all issues are, and worklogs changed before that moment.
    """

    began: int
    after: int = 0
    done: int = 0
    worklogs: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What is known so far.

    `site` is who answered, `asked` what was asked for. `since`: what changed before is stored; `seen` are those that
    changed in the overlap before it, with their `updated`, `logged` the same for worklogs. `again` are issues that
    could not be read. `people_at` is when users were last listed. `projects` are those whose issues are stored or
    being read, each id with the key that their keys begin with.
    """

    site: str
    asked: str
    since: int | None = None
    seen: Mapping[str, str] = field(default_factory=dict)
    logged: Mapping[str, int] = field(default_factory=dict)
    again: tuple[int, ...] = ()
    people_at: int | None = None
    projects: Mapping[str, str] = field(default_factory=dict)
    reading: Reading | None = None

    def cursor(self) -> Cursor:
        """Write it down."""
        return {
            "form": FORM,
            "site": self.site,
            "asked": self.asked,
            "since": self.since,
            "seen": dict(self.seen),
            "logged": dict(self.logged),
            "again": list(self.again),
            "people_at": self.people_at,
            "projects": dict(self.projects),
            "reading": None
            if self.reading is None
            else [self.reading.began, self.reading.after, self.reading.done, self.reading.worklogs],
        }

    @classmethod
    def read(cls, cursor: Cursor | None) -> Self | None:
        """Read what was written down; None where it is nothing, or of another form: then everything is read anew."""
        if cursor is None or cursor.get("form") != FORM:
            return None
        reading = cursor["reading"]
        return cls(
            cursor["site"],
            cursor["asked"],
            cursor["since"],
            cursor["seen"],
            cursor["logged"],
            tuple(cursor["again"]),
            cursor["people_at"],
            cursor["projects"],
            None if reading is None else Reading(*reading),
        )


def printed(moment: object) -> int | None:
    """Read a moment as Jira prints it, a text or milliseconds, as milliseconds; None where it is none."""
    text = str(moment)
    if text.isascii() and text.isdigit():
        return int(text)
    return moments.printed(text)
