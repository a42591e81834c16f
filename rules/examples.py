"""The examples of rules, run as they stand: each is planted in an empty store and evaluated."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, select

from canonical.calendars import fill
from canonical.database import open_engine, writing
from canonical.problems import Problem
from canonical.schema import metadata
from canonical.schema.entities import working_day
from canonical.schema.governance import deviation, verdict_count
from canonical.vocabulary import Verdict
from rules.evaluation import EvaluationSettings, evaluate
from rules.expressions import Catalogue, ValueType
from rules.expressions.kinds import TEXT
from rules.planting import Garden, PlantingError
from rules.standards import Rule, RuleExample, Standard, Standards


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How an example ended. `told` is the deviation's message where there is one."""

    rule: str
    number: int
    name: str
    expected: str
    found: str
    limb: str = ""
    severity: str = ""
    told: str = ""
    problem: Problem | None = None

    @property
    def passed(self) -> bool:
        """Whether the example came out as written."""
        return self.problem is None


def run_examples(
    standards: Standards, rule_ids: Sequence[str] = (), catalogue: Catalogue | None = None
) -> list[ExampleResult]:
    """Run the examples of all rules, or of those named, in an embedded store of their own.

    Custom fields that `catalogue` does not declare are text.
    """
    with empty_store() as engine:
        return [
            run_example(engine, standards, standards.rules[rule_id], number, catalogue or Catalogue())
            for rule_id in rule_ids or standards.rules
            for number in range(len(standards.rules[rule_id].examples))
        ]


def run_example(engine: Engine, standards: Standards, rule: Rule, number: int, catalogue: Catalogue) -> ExampleResult:
    """Plant one example, evaluate its rule by itself, and compare the verdict, the limb and the severity."""
    example = rule.examples[number]
    name = example.name or f"example {number + 1}"
    alone = Standards.of([one_rule(standards, rule, example)])
    settings = EvaluationSettings(template=example.template, catalogue=custom_fields(example, catalogue))
    now = datetime.combine(example.today, time(12), tzinfo=UTC)
    try:
        with writing(engine) as connection:
            clear(connection)
            fill(connection, {}, *calendar_around(example.today))
            for entity, given in example.given.items():
                Garden(connection).plant(entity, given)
        evaluation = evaluate(engine, None, alone, settings, "example", now)
    except (PlantingError, KeyError) as error:
        problem = Problem(what=f"The example {name!r} of {rule.id} cannot be set up: {error}.", where=rule.id)
        return ExampleResult(rule.id, number, name, example.expect, "", problem=problem)
    with writing(engine) as connection:
        verdict, row = verdict_of(connection, rule.id)
        result = ExampleResult(rule.id, number, name, example.expect, verdict, *row)
    return judged(result, example, evaluation.problems)


def judged(result: ExampleResult, example: RuleExample, problems: Sequence[Problem]) -> ExampleResult:
    """Say what an example expected and did not find."""
    checks = {"verdict": (example.expect, result.found), "limb": (example.limb, result.limb)}
    checks["severity"] = (example.severity, result.severity)
    wrong = [
        f"{what} {found or 'none'} instead of {wanted}"
        for what, (wanted, found) in checks.items()
        if wanted is not None and wanted != found
    ]
    if problems:
        return replace(result, problem=problems[0])
    if not wrong:
        return result
    problem = Problem(
        what=f"The example {result.name!r} of {result.rule} gave {', '.join(wrong)}.",
        where=f"rules.{result.rule}.examples.{result.number + 1}",
        next_step="Mend the rule, or the example where it is the one that is wrong.",
    )
    return replace(result, problem=problem)


def verdict_of(connection: Connection, rule_id: str) -> tuple[str, tuple[str, str, str]]:
    """The verdict that the evaluation left behind: the gravest of those counted."""
    deviates = select(deviation.c.limb, deviation.c.severity, deviation.c.message).where(deviation.c.rule_id == rule_id)
    row = connection.execute(deviates.order_by(deviation.c.number)).first()
    if row is not None:
        return Verdict.DEVIATES, (row.limb, row.severity, row.message)
    counts = connection.execute(select(verdict_count).where(verdict_count.c.rule_id == rule_id)).mappings().all()
    for verdict in (Verdict.UNKNOWN, Verdict.PASSES):
        if any(row[verdict] for row in counts):
            return verdict, ("", "", "")
    return Verdict.NOT_APPLICABLE, ("", "", "")


def one_rule(standards: Standards, rule: Rule, example: RuleExample) -> Standard:
    """A standard of this rule only, with the company's parameters and those that the example sets; never suppressed."""
    params = {**standards.settings(rule.id).params, **example.params}
    declared = {name: parameter.model_copy(update={"value": params[name]}) for name, parameter in rule.params.items()}
    alone = rule.model_copy(update={"params": declared, "suppressed_by": (), "on": True})
    return Standard(id="example", title="Example", rules={rule.id: alone})


def custom_fields(example: RuleExample, declared: Catalogue) -> Catalogue:
    """Declare as text the custom fields that an example gives, beside those already declared."""
    custom: dict[str, dict[str, ValueType]] = {entity: dict(fields) for entity, fields in declared.custom.items()}
    for entity, name in find_custom(example.given):
        custom.setdefault(entity, {}).setdefault(name, TEXT)
    return Catalogue(custom)


def find_custom(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Find every `fields` of a nested example, with its entity."""
    for entity, data in given.items():
        if isinstance(data, Mapping):
            if isinstance(data.get("fields"), Mapping):
                yield from ((entity, name) for name in data["fields"])
            yield from find_custom(data)


@contextmanager
def empty_store() -> Iterator[Engine]:
    """Give an embedded store in a folder that vanishes afterwards."""
    with tempfile.TemporaryDirectory(prefix="pmohub-examples-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'examples.db'}")
        with writing(engine) as connection:
            metadata.create_all(connection)
        yield engine
        engine.dispose()


def clear(connection: Connection) -> None:
    """Empty the store of the example before."""
    for table in metadata.sorted_tables:
        if table is not working_day:
            connection.execute(delete(table))


def calendar_around(today: date) -> tuple[date, date]:
    """Two years either way, without public holidays."""
    return date(today.year - 2, 1, 1), date(today.year + 2, 12, 31)
