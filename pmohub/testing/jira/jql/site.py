"""What a query needs to know: of the site it is asked of, of the account that asks, and of each issue."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol, TypeAlias
from zoneinfo import ZoneInfo

Value: TypeAlias = str | int | Decimal | date | datetime


class FieldType(Enum):
    """What a field's values are, and so which operators it takes.

    `choice`: ids of things that have names (a status, a version, an issue); `ranked`: the same with an order of their
    own, so that `<` has a meaning; `person`: account ids or user keys; `label`: words of anybody's choice; `text`:
    words to search in, plain; `instant`: aware datetimes; `date`: dates; `number`: int or Decimal; `duration`: whole
    seconds.
    """

    CHOICE = "choice"
    RANKED = "ranked"
    ISSUE = "issue"
    PERSON = "person"
    LABEL = "label"
    TEXT = "text"
    INSTANT = "instant"
    DATE = "date"
    NUMBER = "number"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Field:
    """A searchable field. `id` is what `Issue.values` and `Site` are asked with, such as `customfield_10200`."""

    id: str
    type: FieldType
    names: tuple[str, ...]
    history: bool = False
    sortable: bool = True


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one field: when, by whom, and the ids before and after (none: empty)."""

    at: datetime
    by: str
    before: Collection[str]
    after: Collection[str]


class Issue(Protocol):
    """What a query asks of an issue. Nothing else of it is looked at."""

    id: str

    def values(self, field: str) -> Collection[Value]:
        """Give the field's values, of its type, by `Field.id`; none where it is empty."""

    def edits(self, field: str) -> Sequence[Edit]:
        """Give the changes of a field that has a history, oldest first."""


class Site(Protocol):
    """What names mean at a site, as far as the account that asks may know."""

    def custom_fields(self) -> Iterable[Field]:
        """List the custom fields. Several may have the same name: a query by that name looks into all."""

    def ids(self, field: str, name: str) -> Collection[str]:
        """Give the ids of all that is called so (id, key or name, in any case) among a choice's or person's values.

        For `issue` the id of the issue with that key or id, also under a key that it had before. None: no such thing.
        """

    def rank(self, field: str, id_: str) -> tuple[object, ...]:
        """Say where a choice stands among the others, for `<` and for ORDER BY; an issue: its project's key, number."""

    def members(self, group: str) -> Collection[str] | None:
        """Give the account ids in a group; None where there is no such group."""

    def sprints(self, state: str) -> Collection[str]:
        """Give the ids of the sprints in a state: `active`, `closed` or `future`."""

    def versions(self, *, released: bool) -> Collection[str]:
        """Give the ids of the versions that have been released, or have not."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose query it is: `currentUser()`, the time zone of dates without one, now, the first day of a week (Monday 0).

    Source: Atlassian, "JQL fields": a date's time is that of your own profile's time zone.
    """

    account: str
    timezone: ZoneInfo
    now: datetime
    first_weekday: int = 6
