"""How a name of the mapping finds one of a tool's custom fields."""

import difflib
from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from canonical.problems import Problem, Weight
from connectors.mapping.reading import fold


class Named(Protocol):
    """A field of a tool: its id there, and the name that people see."""

    @property
    def id(self) -> str:
        """The tool's own id."""

    @property
    def name(self) -> str:
        """What people call it; several may have one name."""

    @property
    def label(self) -> str:
        """How a message names it."""

    @property
    def type_label(self) -> str:
        """What the tool says that it holds, in words."""


F = TypeVar("F", bound=Named)


class Catalogue(Generic[F]):
    """All fields that an account sees in a tool (`tool`, as a message names it), found by id or by name."""

    def __init__(self, tool: str, fields: Iterable[F]) -> None:
        self._tool = tool
        self.by_id: dict[str, F] = {field.id: field for field in fields}
        self._by_name: dict[str, list[F]] = defaultdict(list)
        for field in self.by_id.values():
            self._by_name[fold(field.name)].append(field)

    def find(self, written: str, place: str) -> F | Problem:
        """Find a field by id or name; a problem where there is none, or where several have the name."""
        if written in self.by_id:
            return self.by_id[written]
        named = self._by_name.get(fold(written), [])
        if len(named) == 1:
            return named[0]
        if named:
            ids = " and ".join(sorted(field.id for field in named))
            return Problem(
                f"{len(named)} fields of this {self._tool} are called {named[0].name}: {ids}.",
                place,
                "None of them is read, for either may be meant.",
                "Write the id instead of the name.",
            )
        near = difflib.get_close_matches(fold(written), self._by_name, 1)
        hint = f"The nearest is {self._by_name[near[0]][0].name}." if near else "See the names with `pmohub discover`."
        return Problem(
            f"This {self._tool} shows no field {written}.",
            place,
            "It is unknown for all items; what was known before stays.",
            f"{hint} A field may be hidden from the account.",
            Weight.WARNING,
        )


class Finder(Generic[F]):
    """Finds the fields that a mapping names, and keeps what is wrong with them as `problems`."""

    def __init__(self, connector: str, catalogue: Catalogue[F]) -> None:
        self._connector = connector
        self._catalogue = catalogue
        self.problems: list[Problem] = []

    def place(self, line: str) -> str:
        """Name a line of the configuration."""
        return f"{self._connector}, {line}"

    def find(self, line: str, written: str) -> F | None:
        """Find a field by id or name; None, and a problem, where none is meant or more than one."""
        found = self._catalogue.find(written, self.place(line))
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        return found

    def read_as_text(self, line: str, field: F) -> None:
        """Note that a field is of a type that is not known."""
        self.problems.append(
            Problem(
                f"{field.label} is of the type {field.type_label}, which is read as the text of what it holds.",
                self.place(line),
                next_step="See in the next export whether that text says what you need; else map another field.",
                weight=Weight.INFO,
            )
        )
