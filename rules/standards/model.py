"""What a standard file holds, as pydantic models. Expressions are text here; `checking` compiles them.

`Rule.shorthands` shows what `required` and `allowed` expand to.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from canonical.vocabulary import RuleClass, Severity
from rules.template_fields import Template

RuleId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Expression = Annotated[str, StringConstraints(min_length=1)]
ParameterValue: TypeAlias = bool | int | float | str | list[str]
RuleEntity: TypeAlias = Literal["project", "task", "time_entry", "person", "dependency"]


class Stricter(StrEnum):
    """Which way a parameter gets stricter: a lower or higher number, or a list with more or fewer items."""

    LOWER = "lower"
    HIGHER = "higher"
    MORE = "more"
    FEWER = "fewer"


class Strict(BaseModel):
    """Unknown keys are refused everywhere; a misspelled key that is silently dropped is a rule that does not hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Parameter(Strict):
    """A threshold. `range` is what is met in practice, both ends included; a value outside it is refused."""

    value: ParameterValue
    stricter: Stricter | None = None
    range: tuple[float, float] | None = None
    unit: str = ""

    def problem_with(self, value: ParameterValue) -> str | None:
        """Say why the value cannot stand here, or None."""
        number, new_number = (isinstance(v, int | float) and not isinstance(v, bool) for v in (self.value, value))
        if number != new_number or (not number and type(value) is not type(self.value)):
            return f"the value is {type(value).__name__}, it has to be {type(self.value).__name__}"
        if self.range and isinstance(value, int | float) and not self.range[0] <= value <= self.range[1]:
            return f"{value} is outside the range from {self.range[0]:g} to {self.range[1]:g}"
        return None

    def loosens(self, old: ParameterValue, new: ParameterValue) -> bool:
        """Whether `new` asks less than `old`, or cannot be compared with it because no direction is declared."""
        if old == new:
            return False
        if isinstance(old, int | float) and isinstance(new, int | float):
            return not (
                new < old if self.stricter is Stricter.LOWER else self.stricter is Stricter.HIGHER and new > old
            )
        if isinstance(old, list) and isinstance(new, list):
            kept = set(old) <= set(new) if self.stricter is Stricter.MORE else set(new) <= set(old)
            return self.stricter is None or not kept
        return True


class Limb(Strict):
    """One of several conditions of a rule; an undetermined one is skipped, the first true one speaks."""

    name: str
    deviates_if: Expression
    message: str


class RuleExample(Strict):
    """A small world and the verdict in it: `given` holds an entity's fields, or several as lists, by entity."""

    name: str = ""
    today: date
    given: Mapping[str, Any]
    template: Template = Field(default_factory=Template)
    params: Mapping[str, ParameterValue] = Field(default_factory=dict)
    expect: Literal["passes", "deviates", "unknown", "not_applicable"]
    limb: str | None = None
    severity: Severity | None = None


class Rule(Strict):
    """One check. `entity` is what is looked at, `when` its scope, `deviates_if` or `limbs` the condition.

    `only_with` names what some tool must tell for the rule to apply, such as `leave`: without it nothing is known of
    anybody's leave, and where one tool tells of it, nothing of people whom that tool does not know.
    `needs` names the fields (`task.due`, `status_update.at`) without which the rule cannot be judged: the coverage
    guard looks at them; when not given, they are those that `deviates_if` reads. `unknown_if` is when an input is
    missing that no field shows, such as no tasks at all, or too few for a ratio. `group_by` is the subject and the
    discriminator of a deviation that gathers many items, such as `["task.project", "task.assignee"]`. `suppressed_by`
    names rules on the same items that, while they deviate, make this one their mere consequence. `left_out` says which
    clause of the rule's source no data decides yet. `generated` takes the conditions from the template's fields.
    """

    id: RuleId
    title: str
    entity: RuleEntity
    rule_class: RuleClass = Field(alias="class")
    severity: Severity
    severity_if: Mapping[Severity, Expression] = Field(default_factory=dict)
    on: bool = True
    when: Expression = "true"
    unknown_if: Expression | None = None
    deviates_if: Expression | None = None
    limbs: tuple[Limb, ...] = ()
    generated: Literal["template"] | None = None
    params: Mapping[str, Parameter] = Field(default_factory=dict)
    message: str
    remedy: str
    source: str
    suppressed_by: tuple[RuleId, ...] = ()
    group_by: tuple[str, str] | None = None
    needs: tuple[str, ...] | None = None
    only_with: Literal["leave", "allocation"] | None = None
    left_out: str = ""
    false_alarm: str = ""
    examples: tuple[RuleExample, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def shorthands(cls, data: Any) -> Any:
        """Expand `required = ["sponsor"]` and `allowed.priority = ["High"]` to limbs, and fill title and message."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        entity = str(data.get("entity", ""))
        limbs = [*expand_required(entity, data.pop("required", [])), *expand_allowed(entity, data.pop("allowed", {}))]
        if limbs:
            data["limbs"] = [*limbs, *data.get("limbs", [])]
        data.setdefault("title", str(data.get("id", "")).replace("-", " "))
        if "message" not in data and data.get("limbs"):
            data["message"] = "{limb}"
        return data

    @model_validator(mode="after")
    def one_condition(self) -> "Rule":
        """Either `deviates_if` or limbs: with both, nobody could say which speaks."""
        if [self.deviates_if is not None, bool(self.limbs), self.generated is not None].count(True) != 1:
            raise ValueError("a rule has either deviates_if, or limbs (also by required or allowed), and not both")
        return self

    def conditions(self) -> tuple[Limb, ...]:
        """All conditions as limbs, in the order in which they speak; a single condition is a limb without a name."""
        if self.deviates_if is not None:
            return (Limb(name="", deviates_if=self.deviates_if, message=self.message),)
        return self.limbs

    def settled(self, values: Mapping[str, ParameterValue]) -> Mapping[str, ParameterValue]:
        """Every parameter's value, the given ones in place of the rule's own."""
        return {name: values.get(name, parameter.value) for name, parameter in self.params.items()}


class RuleChange(Strict):
    """What a standard or a layer may change of a rule that stands in another: severity, on or off, parameters."""

    severity: Severity | None = None
    on: bool | None = None
    params: Mapping[str, "ParameterChange"] = Field(default_factory=dict)


class ParameterChange(Strict):
    """A new value of a parameter; its direction and range stay as the rule declares them."""

    value: ParameterValue


class Standard(Strict):
    """One standard file: its rules, what it changes in the standards that it extends, and the layers below it.

    `departments` and `projects` hold changes by rule: departments by id, projects by PMO id or key.
    """

    id: RuleId
    title: str
    extends: tuple[str, ...] = ()
    rules: Mapping[str, Rule] = Field(default_factory=dict)
    changes: Mapping[str, RuleChange] = Field(default_factory=dict)
    departments: Mapping[str, Mapping[str, RuleChange]] = Field(default_factory=dict)
    projects: Mapping[str, Mapping[str, RuleChange]] = Field(default_factory=dict)


def expand_required(entity: str, names: Any) -> Iterator[dict[str, str]]:
    """One limb for each field that may not be missing."""
    for name in names if isinstance(names, list) else []:
        words = str(name).replace("_", " ")
        yield {
            "name": f"{name} missing",
            "deviates_if": f"!has({entity}.{name})",
            "message": f"{{{entity}.key}} has no {words}.",
        }


def expand_allowed(entity: str, values: Any) -> Iterator[dict[str, str]]:
    """One limb for each field that is restricted to a list; an empty field is another rule's business."""
    for name, allowed in (values if isinstance(values, dict) else {}).items():
        words = ", ".join(map(str, allowed))
        literals = ", ".join(quoted(value) if isinstance(value, str) else str(value) for value in allowed)
        yield {
            "name": f"{name} not allowed",
            "deviates_if": f"has({entity}.{name}) && !({entity}.{name} in [{literals}])",
            "message": f"{{{entity}.key}}: {str(name).replace('_', ' ')} is '{{{entity}.{name}}}'; allowed: {words}.",
        }


def quoted(text: str) -> str:
    """Give the text as a literal of the expression language."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
