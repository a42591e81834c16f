"""The standards in force: all rules, and what each layer changed of them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import orjson

from canonical.vocabulary import Severity
from rules.standards.model import ParameterValue, Rule, RuleChange, Standard

SEVERITIES = (Severity.INFO, Severity.MINOR, Severity.MAJOR, Severity.CRITICAL)
"""From the lightest to the heaviest."""


class Layer(StrEnum):
    """Who changed a rule: only the company may loosen it."""

    COMPANY = "company"
    DEPARTMENT = "department"
    PROJECT = "project"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a rule by a layer; `origin` says in words where it was written."""

    layer: Layer
    origin: str
    change: RuleChange


@dataclass(frozen=True, slots=True)
class Settings:
    """A rule as it holds somewhere. `origins` says for `on`, `severity` and each parameter who set it."""

    on: bool
    severity: Severity
    params: Mapping[str, ParameterValue]
    origins: Mapping[str, str]

    def changed(self, origin: str, change: RuleChange) -> "Settings":
        """Give the settings with a change applied."""
        written = {name: parameter.value for name, parameter in change.params.items()}
        touched = [*written]
        if change.severity is not None:
            touched.append("severity")
        if change.on is not None:
            touched.append("on")
        return Settings(
            on=self.on if change.on is None else change.on,
            severity=change.severity or self.severity,
            params={**self.params, **written},
            origins={**self.origins, **dict.fromkeys(touched, origin)},
        )

    @property
    def key(self) -> str:
        """The same text for the same settings, whoever made them."""
        return orjson.dumps([self.on, self.severity, self.params], option=orjson.OPT_SORT_KEYS).decode()


@dataclass(frozen=True)
class Standards:
    """Every rule of the standards in force, by id, in the order of the files.

    `version` is a hash of the files' contents: the same texts give the same version anywhere.
    """

    standards: Sequence[Standard]
    version: str = ""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, standards: Sequence[Standard], version: str = "") -> "Standards":
        """Gather the rules; each id stands in one standard only, which loading has made sure of."""
        rules = {rule.id: rule for standard in standards for rule in standard.rules.values()}
        homes = {rule.id: standard.id for standard in standards for rule in standard.rules.values()}
        return cls(standards, version, rules, homes)

    def changes(self, rule_id: str, department: str | None = None, projects: Sequence[str] = ()) -> Iterator[Change]:
        """Give the changes of a rule from the company down to the project, whose PMO id, key or id may be given."""
        for standard in self.standards:
            if rule_id in standard.changes:
                yield Change(Layer.COMPANY, standard.id, standard.changes[rule_id])
        for standard in self.standards:
            change = standard.departments.get(department or "", {}).get(rule_id)
            if change:
                yield Change(Layer.DEPARTMENT, f"department {department} in {standard.id}", change)
        for standard in self.standards:
            for name in projects:
                change = standard.projects.get(name, {}).get(rule_id)
                if change:
                    yield Change(Layer.PROJECT, f"project {name} in {standard.id}", change)

    def settings(self, rule_id: str, department: str | None = None, projects: Sequence[str] = ()) -> Settings:
        """Give a rule's settings in a department and a project; without them, those of the company."""
        rule = self.rules[rule_id]
        home = self.homes[rule_id]
        origins = dict.fromkeys(("on", "severity", *rule.params), home)
        settings = Settings(rule.on, rule.severity, rule.settled({}), origins)
        for change in self.changes(rule_id, department, projects):
            settings = settings.changed(change.origin, change.change)
        return settings

    def departments_named(self, rule_id: str) -> frozenset[str]:
        """The departments that change this rule."""
        return frozenset(
            name for standard in self.standards for name, rules in standard.departments.items() if rule_id in rules
        )

    def projects_named(self, rule_id: str) -> frozenset[str]:
        """The PMO ids and keys of projects that change this rule."""
        return frozenset(
            name for standard in self.standards for name, rules in standard.projects.items() if rule_id in rules
        )

    @cached_property
    def rule_versions(self) -> Mapping[str, str]:
        """A hash of each rule as the company has it, texts and examples left out: a new one is another check."""
        told = {"title", "message", "remedy", "source", "examples", "left_out", "false_alarm"}
        return {
            rule_id: digest(rule.model_dump_json(exclude=told), self.settings(rule_id).key)
            for rule_id, rule in self.rules.items()
        }


def digest(*texts: str) -> str:
    """Give 16 hex digits for the texts."""
    return hashlib.blake2b("\x00".join(texts).encode(), digest_size=8).hexdigest()
