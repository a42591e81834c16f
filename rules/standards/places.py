"""A standard's text with the place of everything in it, and problems told with that place."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from canonical.problems import Problem
from canonical.toml_places import KeyPath, Place, Spot
from rules.standards.model import Limb, Parameter, ParameterChange, Rule, RuleChange, RuleExample, Standard

M = TypeVar("M", bound=BaseModel)
MODELS = (Standard, Rule, RuleChange, ParameterChange, Parameter, Limb, RuleExample)
WORDS = {
    "missing": "it is missing",
    "enum": "the value is not one of {expected}",
    "literal_error": "the value is not one of {expected}",
    "string_type": "the value has to be text",
    "date_type": "the value has to be a date, written without quotes: 2026-03-16",
}


@dataclass(frozen=True)
class Source:
    """The text of one file, what it says and where each key stands. `shown` is the path as the admin knows it."""

    name: str
    shown: str
    text: str
    data: Mapping[str, Any]
    spots: Mapping[KeyPath, Spot]

    def table(self, key: str) -> Mapping[str, Any]:
        """Give a table of the file's top level; anything else than a table counts as empty and is told elsewhere."""
        found = self.data.get(key, {})
        return found if isinstance(found, dict) else {}

    def spot(self, path: KeyPath) -> Spot | None:
        """Give the place of a key, or of the nearest one above it that was written."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.spots:
                return self.spots[path[:length]]
        return None

    def problem(self, path: KeyPath, what: str, next_step: str = "", *, at_value: bool = False) -> Problem:
        """Tell what is wrong with the key at a path."""
        spot = self.spot(path)
        place = (spot.value if at_value and spot.value else spot.key) if spot else None
        return Problem(
            what=what,
            where=f"{self.shown}{f':{place.line}:{place.column}' if place else ''} ({dotted(path)})",
            not_done="No rule was evaluated.",
            next_step=next_step,
            excerpt=self.excerpt(place) if place else "",
        )

    def excerpt(self, place: Place) -> str:
        """Give the line with a caret below the place."""
        line = self.text.splitlines()[place.line - 1]
        return f"{line}\n{' ' * (place.column - 1)}{'^' * place.length}"

    def validated(self, model: type[M], data: Any, path: KeyPath, problems: list[Problem]) -> M | None:
        """Build a model, or add a problem for each thing that is wrong with the data."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            problems += [self._told(found, path) for found in error.errors(include_url=False)]
            return None

    def _told(self, found: Any, path: KeyPath) -> Problem:
        place = (*path, *(part for part in found["loc"] if part != "[key]"))
        if found["type"] == "extra_forbidden":
            return self.unknown_key(place, known_keys_beside(place))
        key = dotted(place[-1:])
        if found["type"] == "value_error":
            return self.problem(place, f"{found['ctx']['error']}.".capitalize())
        words = WORDS.get(found["type"], found["msg"][:1].lower() + found["msg"][1:])
        return self.problem(place, f"{key}: {words.format(**found.get('ctx', {}))}.", at_value=True)

    def unknown_key(self, path: KeyPath, known: Iterable[str]) -> Problem:
        """Refuse a key, naming the nearest known one."""
        key, known = str(path[-1]), sorted(known)
        near = nearest(key, known)
        step = f"Write {near!r} instead of {key!r}." if near else f"Known here: {', '.join(known)}."
        return self.problem(path, f"Unknown key {key!r}.", step)

    def refuse_unknown(self, path: KeyPath, table: Mapping[str, Any], known: Iterable[str]) -> list[Problem]:
        """Refuse every key of a table that is not known there."""
        known = set(known)
        return [self.unknown_key((*path, key), known) for key in table if key not in known]


def broken_toml(shown: str, text: str, error: tomllib.TOMLDecodeError) -> Problem:
    """Tell where a file stops being TOML."""
    found = re.search(r"^(.*) \(at line (\d+), column (\d+)\)$", str(error))
    if not found:
        return Problem(what=f"This is not valid TOML: {error}.", where=shown, not_done="No rule was evaluated.")
    reason, line, column = found[1], int(found[2]), int(found[3])
    lines = text.splitlines() or [""]
    return Problem(
        what=f"This is not valid TOML: {reason}.",
        where=f"{shown}:{line}:{column}",
        not_done="No rule was evaluated.",
        excerpt=f"{lines[min(line, len(lines)) - 1]}\n{' ' * (column - 1)}^",
    )


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word that is spelled most like this one, if any is close."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), None)


def dotted(path: KeyPath) -> str:
    """Write a path as the admin would: `rules.task-overdue.params.grace`, items of a list counted from 1."""
    return ".".join(f"{part + 1}" if isinstance(part, int) else part for part in path)


def known_keys_beside(path: KeyPath) -> set[str]:
    """Give the keys that are known in the table of a refused key."""
    match path:
        case ("rules", _, _):
            model: type[BaseModel] = Rule
        case (*_, "limbs", _, _):
            model = Limb
        case (*_, "examples", _, _):
            model = RuleExample
        case ("rules", _, "params", _, _):
            model = Parameter
        case (*_, "params", _, _):
            model = ParameterChange
        case (_, _, "rules", _, _):
            model = RuleChange
        case _:
            model = Standard
    keys = {info.alias or name for name, info in model.model_fields.items()}
    return keys | {"required", "allowed"} - {"id"} if model is Rule else keys
