"""What a layer may change of a rule, checked when standards are loaded."""

from collections.abc import Iterator

from canonical.problems import Problem
from canonical.toml_places import KeyPath
from rules.standards.model import Rule, RuleChange, Standard
from rules.standards.places import Source
from rules.standards.standards import SEVERITIES, Settings, Standards


def check_layers(standards: Standards, standard: Standard, source: Source) -> list[Problem]:
    """Give a problem for each change that is unknown, out of range, or loosens a rule below the company's layer."""
    problems: list[Problem] = []
    for rule_id, change in standard.changes.items():
        problems += check_params(standards.rules[rule_id], change, source, ("rules", rule_id))
    for department, changes in standard.departments.items():
        for rule_id, change in changes.items():
            path: KeyPath = ("departments", department, "rules", rule_id)
            problems += check_change(standards, rule_id, change, source, path)
    for project, changes in standard.projects.items():
        for rule_id, change in changes.items():
            path = ("projects", project, "rules", rule_id)
            problems += check_change(standards, rule_id, change, source, path)
    problems += check_suppression(standards, standard, source)
    return problems


def check_change(
    standards: Standards, rule_id: str, change: RuleChange, source: Source, path: KeyPath
) -> Iterator[Problem]:
    """Hold one change of a department or project against the company's settings."""
    rule = standards.rules.get(rule_id)
    if rule is None:
        yield source.unknown_key(path, standards.rules)
        return
    yield from check_params(rule, change, source, path)
    for key, reason in loosening(rule, standards.settings(rule_id), change):
        step = "Only the company's layer, [rules.*], may loosen a rule; an exception for a time is a waiver."
        yield source.problem((*path, *key), f"This loosens {rule_id}: {reason}.", step, at_value=True)


def check_params(rule: Rule, change: RuleChange, source: Source, path: KeyPath) -> Iterator[Problem]:
    """Hold the parameters of a change against their declaration."""
    for name, written in change.params.items():
        place = (*path, "params", name)
        if name not in rule.params:
            yield source.unknown_key(place, rule.params)
        elif reason := rule.params[name].problem_with(written.value):
            yield source.problem(place, f"{name}: {reason}.", at_value=True)


def check_suppression(standards: Standards, standard: Standard, source: Source) -> Iterator[Problem]:
    """A rule can be silenced only by a rule that exists and looks at the same items, each by itself."""
    for rule in standard.rules.values():
        for number, name in enumerate(rule.suppressed_by):
            path: KeyPath = ("rules", rule.id, "suppressed_by", number)
            other = standards.rules.get(name)
            if other is None:
                yield source.unknown_key((*path, name), standards.rules)
            elif other.entity != rule.entity or other.group_by or rule.group_by:
                what = f"{rule.id} cannot be suppressed by {name}: they do not look at the same items, each by itself."
                yield source.problem(path, what)


def loosening(rule: Rule, before: Settings, change: RuleChange) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give the key and the reason for everything in which a change asks less than what held before."""
    if change.on is False and before.on:
        yield ("on",), "a department or project may not switch a rule off"
    if change.severity and SEVERITIES.index(change.severity) < SEVERITIES.index(before.severity):
        yield ("severity",), f"{change.severity} is lighter than {before.severity}"
    for name, written in change.params.items():
        declared = rule.params.get(name)
        if declared and declared.loosens(before.params[name], written.value):
            way = f"stricter is {declared.stricter}" if declared.stricter else "no direction is declared as stricter"
            yield ("params", name), f"{written.value} is not stricter than {before.params[name]} ({way})"
