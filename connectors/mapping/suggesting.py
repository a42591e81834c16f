"""What `pmohub discover` suggests of a tool's custom fields, by what they are called."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import tomlkit

from connectors.base import DiscoveredField
from connectors.mapping.catalogue import Named
from connectors.mapping.reading import fold

LONGEST = 40
TELLING: Mapping[str, str] = {
    "story points": "story_points",
    "baseline start": "baseline_start",
    "baseline finish": "baseline_finish",
    "baseline end": "baseline_finish",
    "actual start": "actual_start",
    "progress": "percent_complete",
    "% complete": "percent_complete",
    "percent complete": "percent_complete",
}
"""Fields of a task by what custom fields are often called in every tool."""
F = TypeVar("F", bound=Named)


def suggested(fields: Iterable[F], telling: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Suggest a field of a task for each custom field with a telling name, and give names that several bear.

    Both are by the tool's: the first by id, the second by name, with the ids.
    """
    named: dict[str, list[F]] = defaultdict(list)
    for field in fields:
        named[fold(field.name)].append(field)
    found: dict[str, str] = {}
    for name, target in telling.items():
        if len(named.get(name, ())) == 1 and target not in found.values():
            found[named[name][0].id] = target
    return found, {same[0].name: sorted(field.id for field in same) for same in named.values() if len(same) > 1}


def by_use(fields: Iterable[DiscoveredField]) -> list[DiscoveredField]:
    """Put fields in order: first what is suggested, then by name."""
    return sorted(fields, key=lambda field: (field.suggestion is None, field.name.casefold(), field.id))


def to_paste(scope: Mapping[str, Sequence[str]], fields: Iterable[F], found: Mapping[str, str]) -> str:
    """Write a mapping as TOML: the options that say what is read, and `fields` with what was found of them."""
    document = tomlkit.document()
    for option, names in scope.items():
        document[option] = list(names)
    names_by_id = {field.id: field.name for field in fields}
    mapped = tomlkit.inline_table()
    for identifier, target in found.items():
        mapped[target] = names_by_id[identifier]
    if mapped:
        document["fields"] = mapped
    return tomlkit.dumps(document)


def example(text: str) -> str:
    """Give a text as an example that fits in a table."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
