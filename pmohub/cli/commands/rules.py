"""`pmohub rules`: are the standards right, do their examples hold, what does one ask, what would others change."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem
from pmohub.cli import exits
from pmohub.cli.commands.impact import diff
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Output, Screen, count

if TYPE_CHECKING:
    from rules.explain import Explanation
    from rules.expressions import Catalogue
    from rules.standards import Standards

app = typer.Typer(no_args_is_help=True, help="Check standards, run their examples, compare and explain them.")
app.command("diff")(diff)

FileArgument = Annotated[
    Path | None, typer.Argument(help="A standard's file; those of the configuration when left out.")
]


@app.command()
def check(file: FileArgument = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Read the standards and tell everything that is wrong with them, with file, line and column."""
    output = Output.standard()
    standards, _ = _standards(file, config)
    named = ", ".join(standard.id for standard in standards.standards)
    output.out.say("ok", f"{count(len(standards.rules), 'rule')} in {named}: nothing is wrong.")
    output.out.next("pmohub rules test" if file is None else f"pmohub rules test {file}")
    return exits.DONE


@app.command("test")
def run_tests(
    file: FileArgument = None,
    rule: Annotated[list[str] | None, typer.Option("--rule", help="Only this rule; may be given again.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Run the examples that stand with the rules. Reads and writes no store of yours."""
    from pmohub.cli.known import refuse_unknown
    from rules.examples import run_examples

    output = Output.standard()
    standards, declared = _standards(file, config)
    for name in rule or ():
        refuse_unknown("rule", name, standards.rules, "--rule", "No example was run.")
    results = run_examples(standards, rule or (), declared)
    failed = [one for one in results if one.problem is not None]
    for one in failed:
        if one.problem is not None:
            output.out.problem(one.problem)
            output.out.line()
    output.out.say(
        "bad" if failed else "ok",
        f"{len(results) - len(failed):,} of {count(len(results), 'example')} came out as written.",
    )
    output.out.next("pmohub rules explain " + (results[0].rule if results else "RULE"))
    return exits.FINDINGS if failed else exits.DONE


@app.command()
def explain(
    rule: Annotated[str, typer.Argument(help="The rule, as pmohub deviations names it.")],
    department: Annotated[str | None, typer.Option("--for", help="As it holds in this department.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Say what a rule asks, with which figures and who set them, and what follows from a deviation."""
    from pmohub.config import load
    from rules.explain import explain as explained

    output = Output.standard()
    configuration = load(config)
    mode = None
    if department is not None:
        if department not in configuration.departments:
            known = ", ".join(configuration.departments) or "none yet"
            what = f"There is no department “{department}”"
            raise ConfigurationError(Problem(what, "--for", "Nothing was explained.", f"Departments: {known}."))
        mode = configuration.departments[department].mode
    standards, _ = _standards(None, config)
    found = explained(standards, rule, department, mode)
    if as_json:
        from dataclasses import asdict

        output.out.json(asdict(found))
    else:
        _show(output.out, found)
        output.out.next(f"pmohub deviations --rule {rule}")
    return exits.DONE


def _standards(file: Path | None, config: Path) -> tuple["Standards", "Catalogue"]:
    """Load a standard, or those of the configuration, which declares the custom fields in either case."""
    from pmohub.composition import catalogue
    from pmohub.config import load
    from rules.expressions import Catalogue
    from rules.standards import load_standards

    if file is not None and not config.exists():
        return load_standards([file.name], file.parent), Catalogue()
    configuration = load(config)
    names, folder = ([file.name], file.parent) if file else (configuration.hub.standards, configuration.folder)
    declared = catalogue(configuration)
    return load_standards(names, folder, declared), declared


def _show(out: Screen, found: "Explanation") -> None:
    out.line((found.title, "head"), f"  {found.rule}, of {found.standard}")
    when = " ".join(found.applies_when.split())
    deviates = "; or: ".join(found.deviates_when.values())
    grows = "; ".join(f"{severity} if {condition}" for severity, condition in found.grows.items())
    out.facts(
        looks_at=f"each {found.looks_at}{f' where {when}' if when else ''}",
        deviates=deviates,
        unknown=found.unknown_when,
        severity=f"{found.severity}{f'; {grows}' if grows else ''} ({found.severity_set_by})",
        class_=found.rule_class,
        says=found.says,
        do=found.remedy,
        source=found.source,
        silent=f"while one of {', '.join(found.suppressed_by)} is open" if found.suppressed_by else "",
        beware=found.false_alarm,
        left_out=found.left_out,
        follows=found.consequence,
    )
    for one in found.parameters:
        span = f", {one.range[0]:g} to {one.range[1]:g}" if one.range else ""
        out.line(
            (f"{one.name} = ", "dim"),
            f"{one.value} {one.unit}".rstrip(),
            (f"  set by {one.set_by}{span}", "dim"),
            indent=4,
        )
