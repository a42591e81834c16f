"""What reading needs of a Jira, whichever flavour: the two clients give the same."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from connectors.jira.client.connection import Connection

JSON = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """An issue as a listing shows it; `updated` only where it was asked for, as Jira prints it."""

    id: int
    key: str
    updated: str = ""


@dataclass(slots=True)
class Fetched:
    """Issues read whole, in the order asked for, and their histories by id.

    `unread` are those that Jira could not give for now, with its reason. One in neither is not to be seen any more.
    """

    issues: list[JSON] = field(default_factory=list)
    histories: dict[int, list[JSON]] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)


Part: TypeAlias = Callable[[], Fetched]
"""One call of a unit of work, to be made by any thread."""


class Client(ABC):
    """Asks Jira; every method raises `CallError` where it gets no answer."""

    at_a_time: int
    """How many issues are worth one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @abstractmethod
    def api(self, path: str) -> str:
        """Give the address of a call below the site's."""

    @abstractmethod
    def moment(self, milliseconds: int) -> str:
        """Write a moment as JQL has it, no later than it is."""

    @property
    def any_issue(self) -> str:
        """A condition in JQL that every issue meets: Cloud refuses a query without any bound."""
        return f"created >= {self.moment(0)}"

    @abstractmethod
    def listed(self, jql: str, *, updated: bool = False, fresh: Sequence[int] = ()) -> Iterator[list[Seen]]:
        """List the issues that a query finds, a page at a time, each once and none left out.

        Where searches lag behind, they know all of the first fifty of the `fresh` issues.
        """

    @abstractmethod
    def count(self, jql: str) -> int | None:
        """Say about how many issues a query finds; None where that cannot be known cheaply."""

    @abstractmethod
    def parts(self, issues: Sequence[Seen], fields: Sequence[str], *, history: bool) -> Sequence[Part]:
        """Give the calls that read issues whole; they may be made side by side."""

    @abstractmethod
    def projects(self, properties: Sequence[str]) -> Iterator[list[JSON]]:
        """List projects, with these properties of each under `properties`."""

    @abstractmethod
    def users(self) -> Iterator[list[JSON]]:
        """List users."""

    @abstractmethod
    def by_id(self, ids: Sequence[str], fields: Sequence[str]) -> list[JSON]:
        """Read issues by id, wherever they are; those that are not to be seen are left out."""
