"""A rule in words for a department: what it asks, with which figures and who set them, and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass

from canonical.problems import Problem, ProblemError
from canonical.vocabulary import PmoMode
from rules.evaluation.world import due_after
from rules.standards import Standards
from rules.standards.model import ParameterValue, Stricter
from rules.standards.places import nearest
from rules.waivers import MONTHS

CONSEQUENCES: Mapping[PmoMode, str] = {
    PmoMode.SUPPORTIVE: "A deviation is advice: it is shown to the team and its manager, nothing is due.",
    PmoMode.CONTROLLING: "A deviation is a finding: it is to be mended in time, or a waiver says why not.",
    PmoMode.DIRECTIVE: "A deviation is a finding with half the time, and the PMO may act.",
}
"""What a deviation means, by the department's mode."""


@dataclass(frozen=True, slots=True)
class ParameterInForce:
    """A parameter's value and who set it."""

    name: str
    value: ParameterValue
    unit: str
    set_by: str
    stricter: Stricter | None
    range: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that a person may ask about a rule. `due_after` is in working days; None where nothing is due."""

    rule: str
    title: str
    standard: str
    looks_at: str
    rule_class: str
    on: bool
    severity: str
    severity_set_by: str
    grows: Mapping[str, str]
    applies_when: str
    unknown_when: str
    deviates_when: Mapping[str, str]
    says: str
    remedy: str
    source: str
    suppressed_by: tuple[str, ...]
    false_alarm: str
    left_out: str
    parameters: tuple[ParameterInForce, ...]
    mode: PmoMode | None
    consequence: str
    due_after: int | None
    longest_waiver_months: int | None


def explain(
    standards: Standards, rule_id: str, department: str | None = None, mode: PmoMode | None = None
) -> Explanation:
    """Explain a rule as it holds in a department, under a mode. Raises ProblemError for an unknown rule."""
    rule = standards.rules.get(rule_id)
    if rule is None:
        near = nearest(rule_id, standards.rules)
        step = f"Did you mean {near}?" if near else "See which rules there are:"
        commands = () if near else ("pmohub rules check",)
        raise ProblemError(Problem(what=f"There is no rule {rule_id!r} in force.", next_step=step, commands=commands))
    settings = standards.settings(rule_id, department)
    return Explanation(
        rule=rule_id,
        title=rule.title,
        standard=standards.homes[rule_id],
        looks_at=rule.entity,
        rule_class=rule.rule_class.value,
        on=settings.on,
        severity=settings.severity.value,
        severity_set_by=settings.origins["severity"],
        grows={severity.value: text for severity, text in rule.severity_if.items()},
        applies_when=rule.when,
        unknown_when=rule.unknown_if or "",
        deviates_when={} if rule.generated else {limb.name: limb.deviates_if for limb in rule.conditions()},
        says=rule.message,
        remedy=rule.remedy,
        source=rule.source,
        suppressed_by=rule.suppressed_by,
        false_alarm=rule.false_alarm,
        left_out=rule.left_out,
        parameters=tuple(
            ParameterInForce(
                name, settings.params[name], declared.unit, settings.origins[name], declared.stricter, declared.range
            )
            for name, declared in rule.params.items()
        ),
        mode=mode,
        consequence=CONSEQUENCES[mode] if mode else "",
        due_after=due_after(settings.severity, mode) if mode else None,
        longest_waiver_months=MONTHS[mode] if mode else None,
    )
