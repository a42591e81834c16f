"""Reading standards from TOML: every problem of a file is told at once, each with file, line and column."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from canonical.problems import ConfigurationError, Problem
from canonical.toml_places import KeyPath, find_places
from rules.expressions import Catalogue
from rules.standards.checking import check_expressions
from rules.standards.layers import check_layers
from rules.standards.model import Rule, RuleChange, Standard
from rules.standards.places import Source, broken_toml
from rules.standards.standards import Standards, digest

PACKAGE = "rules.standards"
HEAD = ("id", "title", "extends")
TOP = ("standard", "rules", "departments", "projects")


def packaged_standards() -> list[str]:
    """Give the names of the standards that come with pmohub."""
    return sorted(
        entry.name.removesuffix(".toml") for entry in files(PACKAGE).iterdir() if entry.name.endswith(".toml")
    )


def load_standards(names: Sequence[str], folder: Path, catalogue: Catalogue | None = None) -> Standards:
    """Read the named standards and those that they extend.

    A name without a suffix (`pmo-core`) is packaged with pmohub, another is a path relative to `folder`. `catalogue`
    declares the custom fields that rules may read. Raises ConfigurationError with every problem found, in all files.
    """
    reader = _Reader(folder)
    for name in names:
        reader.read(name)
    standards = Standards.of(reader.standards, digest(*(source.text for source in reader.sources)))
    if not reader.problems:
        for source, standard in zip(reader.sources, reader.standards, strict=True):
            reader.problems += check_layers(standards, standard, source)
            reader.problems += check_expressions(standard, source, catalogue or Catalogue())
    if reader.problems:
        raise ConfigurationError(*reader.problems)
    return standards


class _Reader:
    """Reads each file once, those that it extends first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: list[Source] = []
        self.standards: list[Standard] = []
        self.problems: list[Problem] = []
        self.under_way: list[str] = []
        self.done: set[str] = set()

    def read(self, name: str) -> None:
        if name in self.done:
            return
        if name in self.under_way:
            chain = " -> ".join([*self.under_way, name])
            self.problems.append(Problem(what=f"Standards extend each other in a circle: {chain}.", where=name))
            return
        source = self._open(name)
        if source is None:
            return
        self.under_way.append(name)
        for parent in _listed(source.table("standard").get("extends", [])):
            self.read(str(parent))
        self.under_way.pop()
        self.done.add(name)
        standard = self._build(source)
        if standard is not None:
            self.sources.append(source)
            self.standards.append(standard)

    def _open(self, name: str) -> Source | None:
        packaged = files(PACKAGE) / f"{name}.toml"
        path = self.folder / name
        own = name.endswith(".toml") or not packaged.is_file()
        shown = str(path) if own else f"{name}.toml"
        try:
            text = (path if own else packaged).read_text(encoding="utf-8")
            return Source(name, shown, text, tomllib.loads(text), find_places(text))
        except tomllib.TOMLDecodeError as error:
            self.problems.append(broken_toml(shown, text, error))
        except (OSError, UnicodeDecodeError) as error:
            reason = "there is no such file" if isinstance(error, FileNotFoundError) else str(error)
            self.problems.append(
                Problem(
                    what=f"The standard {name!r} could not be read: {reason}.",
                    where=str(path),
                    not_done="No rule was evaluated.",
                    next_step=f"Mend the path, or name a packaged standard: {', '.join(packaged_standards())}.",
                )
            )
        return None

    def _build(self, source: Source) -> Standard | None:
        before = len(self.problems)
        head = source.table("standard")
        self.problems += source.refuse_unknown((), source.data, TOP)
        self.problems += source.refuse_unknown(("standard",), head, HEAD)
        known = {rule_id for standard in self.standards for rule_id in standard.rules}
        rules: dict[str, Any] = {}
        changes: dict[str, Any] = {}
        for rule_id, data in source.table("rules").items():
            path: KeyPath = ("rules", rule_id)
            if rule_id in known:
                self._refuse_another_condition(source, path, data)
                changes[rule_id] = source.validated(RuleChange, _only(data, RuleChange), path, self.problems)
            else:
                self._refuse_unknown_rule(source, path, data, known)
                rules[rule_id] = source.validated(Rule, {**_table(data), "id": rule_id}, path, self.problems)
        built = {
            "id": head.get("id"),
            "title": head.get("title"),
            "extends": _listed(head.get("extends", [])),
            "rules": rules,
            "changes": changes,
            "departments": self._layer(source, "departments"),
            "projects": self._layer(source, "projects"),
        }
        if len(self.problems) > before:
            return None
        return source.validated(Standard, built, ("standard",), self.problems)

    def _layer(self, source: Source, kind: str) -> dict[str, dict[str, Any]]:
        layer: dict[str, dict[str, Any]] = {}
        for name, table in source.table(kind).items():
            self.problems += source.refuse_unknown((kind, name), _table(table), ("rules",))
            layer[name] = {
                rule_id: source.validated(RuleChange, data, (kind, name, "rules", rule_id), self.problems)
                for rule_id, data in _table(_table(table).get("rules", {})).items()
            }
        return layer

    def _refuse_another_condition(self, source: Source, path: KeyPath, data: Any) -> None:
        for key in _table(data):
            if key in Rule.model_fields or key in {"class", "required", "allowed"}:
                if key not in RuleChange.model_fields:
                    what = f"{path[-1]} stands in another standard; its {key!r} cannot be changed here."
                    step = "Change severity, on or params, or write a rule with another name."
                    self.problems.append(source.problem((*path, key), what, step))
            else:
                self.problems.append(source.unknown_key((*path, key), RuleChange.model_fields))

    def _refuse_unknown_rule(self, source: Source, path: KeyPath, data: Any, known: set[str]) -> None:
        if set(_table(data)) <= set(RuleChange.model_fields):
            self.problems.append(source.unknown_key(path, known))


def _table(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _only(data: Any, model: type[RuleChange]) -> dict[str, Any]:
    return {key: value for key, value in _table(data).items() if key in model.model_fields}
