"""Compiling every expression of a standard when it is loaded, so that a misspelt field is told with its place."""

from collections.abc import Iterator
from datetime import date

from canonical.problems import Problem
from canonical.toml_places import KeyPath
from rules.expressions import Catalogue, Environment, ExpressionError, Subject
from rules.standards.model import Rule, Standard
from rules.standards.places import Source

SOME_DAY = date(2026, 3, 16)
KNOWN_LATER = ("{count}", "{limb}", "{item}", "{field}")
"""Words of messages that are put in when a deviation is told."""


def check_expressions(standard: Standard, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    """Compile every condition and message of a standard's own rules; give a problem for each that cannot be used."""
    for rule in standard.rules.values():
        environment = Environment.on(SOME_DAY, dict(rule.settled({})))
        for path, text, is_message in expressions(rule):
            subject = Subject(rule.entity, catalogue, environment)
            try:
                if is_message:
                    subject.message(without_late_words(text))
                else:
                    subject.condition(text)
            except ExpressionError as error:
                yield at_its_place(source, ("rules", rule.id, *path), error)
        yield from check_names(rule, source, catalogue)


def expressions(rule: Rule) -> Iterator[tuple[KeyPath, str, bool]]:
    """Give every expression of a rule with its place in the rule, and whether it is a message."""
    yield ("when",), rule.when, False
    if rule.unknown_if is not None:
        yield ("unknown_if",), rule.unknown_if, False
    if rule.deviates_if is not None:
        yield ("deviates_if",), rule.deviates_if, False
    for severity, text in rule.severity_if.items():
        yield ("severity_if", severity.value), text, False
    for number, limb in enumerate(rule.limbs):
        yield ("limbs", number, "deviates_if"), limb.deviates_if, False
        yield ("limbs", number, "message"), limb.message, True
    if rule.generated is None:
        yield ("message",), rule.message, True


def check_names(rule: Rule, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    """Hold the names in `group_by` and `needs` against the catalogue."""
    entity = catalogue.entities[rule.entity]
    for number, path in enumerate(rule.group_by or ()):
        name = path.removeprefix(f"{rule.entity}.")
        if name not in entity.parents and (number == 0 or name not in entity.fields) and name != "connector":
            known = [
                f"{rule.entity}.{one}" for one in (*entity.parents, *(entity.fields if number else ("connector",)))
            ]
            yield source.unknown_key(("rules", rule.id, "group_by", path), known)
    for path in rule.needs or ():
        owner, _, name = path.partition(".")
        declared = catalogue.entities[owner].names if owner in catalogue.entities else []
        if name not in declared and not name.startswith("fields."):
            known = [f"{owner}.{one}" for one in declared] or [f"{one}." for one in catalogue.entities]
            yield source.unknown_key(("rules", rule.id, "needs", path), known)


def without_late_words(message: str) -> str:
    """Give a message without the words that are put in later."""
    for word in KNOWN_LATER:
        message = message.replace(word, "")
    return message


def at_its_place(source: Source, path: KeyPath, error: ExpressionError) -> Problem:
    """Tell an expression's problem where the file has it: the line and column within a value of one or many lines."""
    problem = source.problem(path, error.problem.what, error.problem.next_step, at_value=True)
    return Problem(
        what=problem.what,
        where=f"{problem.where}, line {error.line}, column {error.column} of it",
        not_done=problem.not_done,
        next_step=problem.next_step,
        excerpt=error.problem.excerpt,
    )
