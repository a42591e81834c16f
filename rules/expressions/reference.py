"""The reference of expressions as Markdown, from the same data that checks them: it cannot go stale."""

from collections.abc import Iterable, Iterator

from rules.expressions.catalogue import Catalogue, Entity
from rules.expressions.functions import FUNCTIONS
from rules.expressions.patterns import MAX_PATTERN, MAX_REPEATS

_OPERATORS = (
    (
        "a && b, a || b, !a",
        "And, or, not. An unknown side leaves the result unknown only if the other does not decide it.",
    ),
    ("==, !=, <, <=, >, >=", "Comparisons; case counts, and text is ordered by code point. A date is not an instant."),
    ("x in ['a', 'b']", "One of a list; `'risk' in task.labels` asks for a label."),
    ("has(x)", "The value is there. Blank text is not. `x != null` means the same."),
    ("c ? a : b", "a if c holds, b if it does not, unknown if c is unknown."),
    ("a + b, a - b, a * b", "Numbers, exactly as written; `+` also joins texts."),
    ("a / b, a % b", "Whole numbers; the rest is dropped. Unknown when b is 0."),
    ("today + days(5)", "Dates move by whole days, now by days() and duration()."),
    ("items.exists(x, ...)", "The condition holds for at least one. Without any: false."),
    ("items.all(x, ...)", "The condition holds for each. Without any: true."),
    ("items.filter(x, ...).size()", "How many. A field that may be absent must be asked for by has()."),
    ("items.map(x, x.number).sum()", "The sum; 0 without any."),
)
_NAMES = (
    ("today", "The date in the department's time zone, one for a whole evaluation."),
    ("now", "The moment of the evaluation."),
    ("params.name", "A parameter of the rule."),
    (
        "task.fields.name, project.fields.name",
        "A custom field or a template field, with the type that was declared for it.",
    ),
)


def reference(catalogue: Catalogue) -> str:
    """Give the whole reference: names, operators, functions, patterns, and each entity with its fields."""
    return "\n".join(_lines(catalogue)) + "\n"


def _lines(catalogue: Catalogue) -> Iterator[str]:
    yield from ("# Expressions", "")
    yield from (
        "Conditions and values are written in a subset of the [Common Expression Language](https://cel.dev). An absent",
        "value is neither true nor false: a comparison with it is unknown, and so is the verdict unless another part",
        "decides it. Ask `has(task.due)` where absence is what the rule is about.",
        "",
    )
    yield from _table("Names", ("written", "meaning"), _NAMES)
    yield from _table("Operators", ("written", "meaning"), _OPERATORS)
    functions = [(function.written, function.meaning) for function in FUNCTIONS.values()]
    yield from _table("Functions", ("written", "meaning"), functions)
    yield from _patterns()
    for entity in catalogue.entities.values():
        yield from _entity(entity)


def _patterns() -> Iterator[str]:
    yield from (
        "## Patterns",
        "",
        "`matches()` takes what Python, PostgreSQL and CEL's own engine read alike: characters, `.`, `[abc]`,",
        r"`[^a-z]`, `\d \w \s \D \W \S` (ASCII), `\b`, `^`, `$`, `|`, groups `( )` and `(?: )`, and the repeats",
        f"`* + ? {{2}} {{2,5}}`. At most {MAX_PATTERN} characters and {MAX_REPEATS} open repeats; a group that itself",
        "has a choice or a repeat is not repeated, which could take for ever.",
        "",
    )


def _entity(entity: Entity) -> Iterator[str]:
    fields = [
        (field.name, field.type.shown, "yes" if field.nullable else "no", field.meaning)
        for field in entity.fields.values()
    ]
    yield from _table(entity.name, ("field", "type", "may be absent", "meaning"), fields)
    if entity.parents:
        leads = [(f"{entity.name}.{parent.name}", parent.entity) for parent in entity.parents.values()]
        yield from _table("", ("leads to", "entity"), leads)
    if entity.collections:
        many = [(f"{entity.name}.{name}", collection.entity) for name, collection in entity.collections.items()]
        yield from _table("", ("collection", "of"), many)


def _table(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    if title:
        yield from (f"## {title}", "")
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for first, *others in rows:
        cells = (f"`{first}`", *others)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""
