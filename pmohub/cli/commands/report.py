"""`pmohub report`: the portfolio as one file for people who never open the hub."""

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption
from pmohub.cli.output import Output

if TYPE_CHECKING:
    from pmohub.composition import Hub

DEFAULT_FILE = Path("portfolio-report.html")


def report(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = DEFAULT_FILE,
    show: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    people: Annotated[
        list[str] | None,
        typer.Option(help="A department whose hours are shown by person, by its id; may be given again."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Write the portfolio report: one file that loads nothing, for the screen, for mail and for paper."""
    from pmohub.cli.session import store_for

    screens = Output.standard()
    with store_for(config, screens.err) as hub:
        written = write(hub, output, people or [])
    screens.out.say("ok", f"The portfolio report is in {written}")
    if show:
        webbrowser.open(written.resolve().as_uri())
    screens.out.next(*(() if show else ("pmohub report --open",)), "pmohub deviations")
    return exits.DONE


def write(hub: "Hub", path: Path, people_of: list[str]) -> Path:
    """Write the report of a hub's store.

    Raises:
        ConfigurationError: a department is not in the configuration, or the file cannot be written.
    """
    from pmohub.composition import coming, evaluation_settings, standards
    from pmohub.reports.portfolio import Scope, write_report
    from rules.evaluation.comparing import compare

    unknown = [name for name in people_of if name not in hub.configuration.departments]
    if unknown:
        raise ConfigurationError(_unknown_department(unknown[0], list(hub.configuration.departments)))
    in_force = standards(hub.configuration)
    named = [f"{each.title} ({each.id})" for each in in_force.standards]
    named[-1] += f", together version {in_force.version[:8]}" if len(named) > 1 else f", version {in_force.version[:8]}"
    announced = coming(hub.configuration)
    settings = evaluation_settings(hub.configuration)
    impacts = compare(hub.engine, in_force, announced, settings, hub.now(), examples=0).impacts if announced else ()
    scope = Scope(hub.timezone.key, named, people_of, hub.configuration.declared, impacts)
    try:
        return write_report(hub.engine, path, scope, now=hub.now())
    except OSError as error:
        raise ConfigurationError(_not_written(path, error)) from error


def _unknown_department(name: str, known: list[str]) -> Problem:
    return Problem(
        what=f"There is no department “{name}”",
        where="--people",
        not_done="No report was written.",
        next_step=f"Departments: {', '.join(known)}.",
    )


def _not_written(path: Path, error: OSError) -> Problem:
    return Problem(
        what=f"The report could not be written: {error.strerror}",
        where=str(path),
        not_done="No report was written.",
        next_step="Name another file with --output.",
    )
