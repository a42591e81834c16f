"""Writes the pages of docs/reference that are made from the objects they describe; `make pages` runs it."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from textwrap import wrap

from canonical.views import VIEWS
from pmohub.exports.rows import WHAT
from rules.expressions import Catalogue, reference
from rules.standards.loading import load_standards
from rules.standards.model import Parameter, Rule
from tests.docs.command_pages import command_line
from tests.docs.configuration_pages import configuration

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def views() -> str:
    """Give every view with its columns, and the name under which it is exported."""
    exported = {view.name: name for name, view in WHAT.items()}
    lines = [
        "# Views and exports",
        "",
        *said(
            """What BI tools may rely on: SQL views of the store, the same on SQLite and on PostgreSQL. Columns are only
            ever added. What was deleted is left out, so that a sum needs no filter; `pmo_changes` tells of it.
            `pmohub export` writes the same rows with the same columns; see [running it](../guides/running.md#exports).
            """
        ),
        *said(
            """Shapes: a `date` is a day; an `instant` is UTC (ISO 8601 text on SQLite, `timestamptz` on PostgreSQL); a
            `number` is in the unit that its column names, percentages 0 to 100, money in the currency beside it;
            durations are whole seconds; `yes or no` is 0 or 1 on SQLite. An empty cell is unknown: neither zero nor no.
            """
        ),
    ]
    for view in VIEWS:
        lines += [f"## {view.name}", "", f"{view.meaning}. Exported by `pmohub export {exported[view.name]}`.", ""]
        rows = [(f"`{column.name}`", column.shape.value, column.meaning) for column in view.columns]
        lines += table(("column", "shape", "meaning"), rows)
    return page(lines)


def pmo_core() -> str:
    """Give every rule of the standard that is on from the first day."""
    rules = load_standards(["pmo-core"], REFERENCE).rules
    lines = [
        "# Rules of pmo-core",
        "",
        *said(
            f"""The standard that is on from the first day: {len(rules)} rules, each a plain contradiction, an absent
            accountable person, or a passed date. `pmohub rules explain RULE --for DEPARTMENT` says the same of a rule
            as it holds in a department. How to make one stricter, or add your own:
            [writing a standard](../guides/standards.md)."""
        ),
    ]
    heads = ("rule", "looks at", "class", "severity")
    rows = [
        (f"[{rule.id}](#{rule.id})", rule.entity, rule.rule_class.value, _severity(rule)) for rule in rules.values()
    ]
    lines += table(heads, rows)
    lines += said(
        """Two further ids appear in deviations and come from the guards against noise, not from a standard:
        `field-not-supplied` (a connector does not carry a field that rules need: one finding for the admin instead of
        one for each item) and `field-hardly-used` (fewer than a tenth of a project's tasks carry it)."""
    )
    for rule in rules.values():
        lines += _rule(rule)
    return page(lines)


def _severity(rule: Rule) -> str:
    parts = [rule.severity.value, *(f"up to {severity.value}" for severity in rule.severity_if)]
    return ", ".join(parts if rule.on else [*parts, "off until a standard of yours switches it on"])


def _rule(rule: Rule) -> Iterator[str]:
    yield from (
        f"## {rule.id}",
        "",
        f"**{rule.title}.** {rule.entity}, {rule.rule_class.value}, {_severity(rule)}.",
        "",
    )
    yield from _code("applies when", rule.when)
    if rule.unknown_if is not None:
        yield from _code("unknown if", rule.unknown_if)
    if rule.generated is not None:
        yield from ("Its conditions are made from the configuration's [template fields](template.md).", "")
    else:
        for limb in rule.conditions():
            yield from _code(f"deviates if ({limb.name})" if limb.name else "deviates if", limb.deviates_if)
    for severity, text in rule.severity_if.items():
        yield from _code(f"{severity.value} if", text)
    rows = [(f"`{name}`", *_parameter(parameter)) for name, parameter in rule.params.items()]
    if rows:
        yield from table(("parameter", "value", "unit", "stricter", "range"), rows)
    told: Mapping[str, str] = {
        "Remedy": rule.remedy,
        "Source": rule.source,
        "Needs": ", ".join(f"`{need}`" for need in rule.needs or ()),
        "Only with": f"tools that tell of {rule.only_with}" if rule.only_with else "",
        "Silent while": ", ".join(f"[{other}](#{other})" for other in rule.suppressed_by),
        "False alarms": rule.false_alarm,
        "Left out": rule.left_out,
    }
    for name, text in told.items():
        if text:
            yield from (f"- {name}: {text}",)
    yield ""


def _parameter(parameter: Parameter) -> tuple[str, ...]:
    value = ", ".join(parameter.value) or "none" if isinstance(parameter.value, list) else str(parameter.value)
    allowed = f"{parameter.range[0]:g} to {parameter.range[1]:g}" if parameter.range else ""
    return value, parameter.unit, parameter.stricter.value if parameter.stricter else "", allowed


def _code(name: str, text: str) -> Sequence[str]:
    return (f"{name}:", "", "```text", *(line.rstrip() for line in text.splitlines()), "```", "")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Give a Markdown table; a line break or a bar in a cell does not end it."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def said(text: str) -> Iterator[str]:
    """Give a paragraph in lines of at most 120 characters."""
    yield from (*wrap(" ".join(text.split()), 120, break_long_words=False, break_on_hyphens=False), "")


def page(lines: Sequence[str]) -> str:
    """Give a page that ends with one line end."""
    return "\n".join(lines).rstrip() + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "command-line.md": command_line,
    "configuration.md": configuration,
    "expressions.md": lambda: reference(Catalogue()),
    "pmo-core.md": pmo_core,
    "views.md": views,
}


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else REFERENCE
    for name, make in PAGES.items():
        (folder / name).write_text(make(), encoding="utf-8")
