"""What is evaluated: a rule's conditions as text, or one template field of the rule that the template generates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from canonical.vocabulary import Phase, Severity
from rules.expressions.catalogue import Catalogue, Entity
from rules.expressions.kinds import TEXT
from rules.standards.model import Limb, Rule, quoted
from rules.template_fields import Owner, Template, TemplateField

OPEN = "task.status_category in ['todo', 'in_progress'] && "
LIVE = "{0}.status in ['planned', 'active'] && !(has({0}.archived) && {0}.archived)"


@dataclass(frozen=True, slots=True)
class Check:
    """One statement's worth of a rule. A fixed `discriminator` tells the checks of one rule apart."""

    rule: Rule
    entity: str
    limbs: tuple[Limb, ...]
    when: str
    unknown_if: str | None = None
    severity_if: Mapping[Severity, str] | None = None
    discriminator: str = ""
    needs: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        """The rule's id with what tells this check apart."""
        return f"{self.rule.id} {self.discriminator}".strip()


def checks_of(rule: Rule, template: Template, catalogue: Catalogue) -> Iterator[Check]:
    """Give the checks of a rule: one, or one for each restricted or required team field of the template."""
    if rule.generated is None:
        yield Check(
            rule, rule.entity, rule.conditions(), rule.when, rule.unknown_if, rule.severity_if, needs=rule.needs
        )
        return
    for entity, declared in (("project", template.project), ("task", template.task)):
        for name, field in declared.items():
            if field.owner is Owner.TEAM and (field.from_phase or field.values or field.pattern):
                yield template_check(rule, catalogue.entities[entity], name, field)


def template_check(rule: Rule, entity: Entity, name: str, field: TemplateField) -> Check:
    """Hold one team field against its gate, values and pattern. A value equal after trimming and folding passes."""
    place = entity.path_of(name)
    words, item = field.called(name), f"{{{entity.name}.{entity.title}}}"
    limbs = []
    if field.from_phase:
        limbs.append(Limb(name="missing", deviates_if=f"!has({place})", message=f"{item}: {words} is empty."))
    if field.values:
        listed = ", ".join(quoted(" ".join(value.split()).lower()) for value in field.values)
        limbs.append(
            Limb(
                name="not allowed",
                deviates_if=f"has({place}) && !({place}.normalized() in [{listed}])",
                message=f"{item}: {words} is '{{{place}}}'; allowed: {', '.join(field.values)}.",
            )
        )
    if field.pattern:
        limbs.append(
            Limb(
                name="malformed",
                deviates_if=f"has({place}) && !{place}.matches({quoted(field.pattern)})",
                message=f"{item}: {words} is '{{{place}}}', which does not have the form asked for.",
            )
        )
    return Check(
        rule,
        entity.name,
        tuple(limbs),
        template_scope(entity.name, field.from_phase),
        severity_if={Severity.MAJOR: f"!has({place})"} if field.from_phase else None,
        discriminator=name,
        needs=(place,),
    )


def template_scope(entity: str, gate: Phase | None) -> str:
    """A live item, from the gate on; a project without a phase that is active counts as in execution."""
    project = "project" if entity == "project" else "task.project"
    scope = ("" if entity == "project" else OPEN) + LIVE.format(project)
    if gate is None:
        return scope
    phases = list(Phase)
    listed = ", ".join(quoted(phase) for phase in phases[phases.index(gate) :])
    unsaid = f"{project}.status == 'active'" if gate in phases[:3] else "false"
    return f"{scope} && (has({project}.phase) ? {project}.phase in [{listed}] : {unsaid})"


def catalogue_for(template: Template, base: Catalogue | None = None) -> Catalogue:
    """Declare the template's fields that are not fields of the canonical model, as text, beside those already there."""
    base = base or Catalogue()
    custom = {entity: dict(declared) for entity, declared in base.custom.items()}
    for entity, fields in (("project", template.project), ("task", template.task)):
        for name in fields:
            if name not in base.entities[entity].names:
                custom.setdefault(entity, {}).setdefault(name, TEXT)
    return Catalogue(custom)
