"""`pmohub rules diff`: who would deviate, or no longer, if other standards held. Nothing is stored."""

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem, Weight
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen, count

if TYPE_CHECKING:
    from pmohub.config import Configuration
    from rules.evaluation.comparing import Comparison, Example, Impact
    from rules.standards import Standards

WORDS = {
    "newly_deviates": "newly deviates",
    "no_longer_deviates": "no longer deviates",
    "becomes_unknown": "becomes unknown",
    "other_severity": "other severity",
}


def diff(
    which: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[OLD] [NEW]",
            help="Standards by packaged name or file, several with commas between. NEW alone is held against the "
            "standards in force, and without either those of [hub] coming are.",
        ),
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="Examples shown of each kind.")] = 3,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Tell who would newly deviate, no longer deviate or become unknown if NEW held instead of OLD.

    Both are evaluated against what is stored now, and nothing is stored. Ends with 1 if a verdict would change, with 0
    if none would.
    """
    from pmohub.cli.session import store_for
    from pmohub.composition import evaluation_settings
    from rules.evaluation.comparing import compare

    output = Output.standard()
    with store_for(config, output.err) as hub:
        old, new = _both(hub.configuration, which or [])
        settings = evaluation_settings(hub.configuration)
        found = compare(hub.engine, old, new, settings, hub.now(), examples=examples)
        names = {name: one.name for name, one in hub.configuration.departments.items()}
    for problem in (*found.problems, *_stale(found)):
        output.err.problem(problem)
    if as_json:
        from dataclasses import asdict

        output.out.json(asdict(found) | {"problems": [one.what for one in found.problems]})
    else:
        _show(output.out, found, names)
    return exits.FINDINGS if found.impacts or found.problems else exits.DONE


def _both(configuration: "Configuration", which: list[str]) -> tuple["Standards", "Standards"]:
    from pmohub.composition import coming, standards

    if len(which) > 2:
        what = f"{len(which)} standards were named"
        step = "Name two, or one. Where several hold together, put commas between: pmo-core,standards/our-pmo.toml"
        raise ConfigurationError(Problem(what, "OLD NEW", "Nothing was compared.", step))
    named = [_loaded(configuration, one) for one in which]
    if len(named) == 2:
        return named[0], named[1]
    new = named[0] if named else coming(configuration)
    if new is None:
        what = "No standards were named, and none are announced"
        step = "Name those that are to hold, or announce them under [hub]: coming = [...]"
        raise ConfigurationError(Problem(what, "OLD NEW", "Nothing was compared.", step))
    return standards(configuration), new


def _loaded(configuration: "Configuration", text: str) -> "Standards":
    """Load what was typed: files from the folder one is in, packaged standards by their name."""
    from pmohub.composition import catalogue
    from rules.standards import load_standards

    names = [one.strip() for one in text.split(",")]
    here = [str(Path(one).absolute()) if Path(one).is_file() else one for one in names]
    return load_standards(here, configuration.folder, catalogue(configuration))


def _stale(found: "Comparison") -> list[Problem]:
    if not found.stale:
        return []
    return [
        Problem(
            what=f"{', '.join(found.stale)}: what was read is out of date",
            not_done="What rests on it was not judged, by neither standard.",
            next_step="Read it anew, then compare again:",
            commands=("pmohub sync", "pmohub rules diff"),
            weight=Weight.WARNING,
        )
    ]


def _show(out: Screen, found: "Comparison", names: dict[str, str]) -> None:
    if not found.rules:
        out.say("ok", "No rule differs.")
        return
    differ = f"{count(len(found.rules), 'rule')} differ{'s' if len(found.rules) == 1 else ''}:"
    out.line((differ, "head"), f" {', '.join(found.rules)}.")
    if not found.impacts:
        out.say("ok", "No verdict on what is stored now would change.")
        return
    out.line()
    cells = [Column("rule"), Column("department"), *(Column(word, right=True) for word in WORDS.values())]
    by_place = [
        (place, list(some)) for place, some in groupby(found.impacts, key=lambda one: (one.rule, one.department))
    ]
    rows: list[list[str]] = []
    for (rule, department), some in by_place:
        numbers = {one.kind.value: one.number for one in some}
        told = (f"{numbers[kind]:,}" if kind in numbers else "" for kind in WORDS)
        rows.append([rule, names.get(department, department or "none"), *told])
    out.table(cells, rows)
    for (rule, department), some in by_place:
        out.line()
        out.line((rule, "head"), "  ", (names.get(department, department or "no department"), "dim"))
        for one in some:
            _show_examples(out, one)
    out.line()
    out.line("Nothing was stored. To put them in force, name them under [hub] standards.")
    out.next("pmohub sync")


def _show_examples(out: Screen, impact: "Impact") -> None:
    if not impact.examples:
        return
    out.line((f"{WORDS[impact.kind.value]}: {impact.number:,}", "dim"), indent=2)
    for one in impact.examples:
        out.line(_said(one), indent=4)
    if impact.number > len(impact.examples):
        out.line((f"and {impact.number - len(impact.examples):,} more", "dim"), indent=4)


def _said(one: "Example") -> str:
    if one.message is not None:
        return f"{one.message} ({one.severity})"
    return f"{one.item}: {one.reason} is not known" if one.reason else one.item
