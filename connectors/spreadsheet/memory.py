"""The cursor: what is remembered of each file, so that an unchanged one costs a stat and a hash."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

import orjson

from canonical.intake import Cursor, Listing
from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.base import ConnectorContext
from connectors.spreadsheet.config import SpreadsheetOptions

READER_VERSION = 3
"""Raised when the same cells are read in another way; every file is then read anew."""


def mapping_version(options: SpreadsheetOptions, context: ConnectorContext) -> str:
    """Name the way in which files are read: another mapping reads them all again, quarantined rows too."""
    carriers = {kind.value: fields for kind, fields in context.carriers.items()}
    types = {kind.value: fields for kind, fields in context.carrier_types.items()}
    limits = {"memory_mb", "seconds"}
    parts = [READER_VERSION, options.model_dump(mode="json", exclude=limits), carriers, types, str(context.timezone)]
    return hashlib.blake2b(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS), digest_size=12).hexdigest()


@dataclass(slots=True)
class KnownFile:
    """What the last reading of a file gave. `projects` are ids of those that were made of its name, sheets or cells."""

    stamp: Mapping[str, Any]
    counts: dict[str, int] = field(default_factory=dict)
    projects: list[str] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, known: Mapping[str, Any]) -> Self:
        """Take up what a cursor remembers; what earlier versions remembered besides is left out."""
        return cls(**{each.name: known[each.name] for each in fields(cls) if each.name in known})

    def said(self) -> list[Problem]:
        """Give the problems of the file, which hold as long as it does not change."""
        return [
            Problem(**{**problem, "weight": Weight(problem["weight"]), "commands": tuple(problem["commands"])})
            for problem in self.problems
        ]

    def remember(self, problems: Iterable[Problem]) -> None:
        """Keep problems to say them again."""
        self.problems += [{**asdict(p), "weight": p.weight.value, "commands": list(p.commands)} for p in problems]

    def listings(self) -> list[Listing]:
        """Give the listings that the file stands for."""
        named = (name.partition(":") for name in self.counts)
        return [Listing(EntityKind(entity), scope) for entity, _, scope in named]


@dataclass(slots=True)
class Memory:
    """All that is remembered, by the files' places; `leaving` are projects that a file made and makes no more."""

    version: str
    files: dict[str, KnownFile] = field(default_factory=dict)
    leaving: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, cursor: Cursor | None, version: str) -> Self:
        """Take up a cursor; with another mapping its files are known but have to be read anew."""
        if not cursor:
            return cls(version)
        files = {place: KnownFile.of(known) for place, known in cursor.get("files", {}).items()}
        if cursor.get("mapping") != version:
            for known in files.values():
                known.stamp = {}
        return cls(version, files, list(cursor.get("leaving", ())))

    def cursor(self) -> Cursor:
        """Give the memory as JSON."""
        files = {place: asdict(known) for place, known in self.files.items()}
        return {"mapping": self.version, "files": files, "leaving": self.leaving}

    def left(self) -> list[str]:
        """Give the projects that no file makes any more, and forget them."""
        made = {each for known in self.files.values() for each in known.projects}
        gone = sorted({*self.leaving} - made)
        self.leaving = []
        return gone
