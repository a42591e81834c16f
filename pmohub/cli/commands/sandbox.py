"""`pmohub sandbox`: a made-up tool on this machine, to try pmohub on before it meets a real one."""

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pmohub.cli import exits
from pmohub.cli.output import Output

if TYPE_CHECKING:
    from pmohub.testing.jira import Sandbox
    from pmohub.testing.jira.state import State

app = typer.Typer(no_args_is_help=True, help="Run a made-up tool on this machine, to try pmohub on.")
TOKEN_VARIABLE = "SANDBOX_JIRA_TOKEN"  # noqa: S105  # a variable's name
DEFAULT_PORT = 8180


class Site(StrEnum):
    """Which Jira to be."""

    CLOUD = "cloud"
    DATA_CENTER = "data_center"


@app.callback()
def _tools() -> None:
    """Run a made-up tool on this machine, to try pmohub on."""


@app.command()
def jira(
    port: Annotated[
        int | None, typer.Option(help="Where to listen on this machine; 0 takes a free port. Without: 8180.")
    ] = None,
    flavour: Annotated[Site, typer.Option(help="Jira Cloud or Jira Data Center.")] = Site.CLOUD,
    issues: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many issues it has.")] = 480,
    seed: Annotated[int, typer.Option(help="The same seed, size and day make the same site.")] = 1,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that it is there. Without: today.")
    ] = None,
    lag: Annotated[float, typer.Option(min=0, help="For how many seconds its search does not know an edit.")] = 0,
    keep: Annotated[
        Path | None,
        typer.Option(help="A file that keeps what is written into it. Where there is one, that site goes on."),
    ] = None,
) -> int:
    """Run a Jira of a sample company with two departments, until it is stopped. Nothing leaves this machine.

    It prints where it is, how to log in, and the connector to put into the configuration. It can be read and written;
    nothing of it is kept without --keep. A site that was kept is as large, as old and where it was.
    """
    from dataclasses import replace

    from pmohub.clock import now
    from pmohub.testing.jira import Flavour, Sandbox
    from pmohub.testing.jira.keeping import Kept
    from pmohub.testing.jira.state import begin

    at = now()
    sandbox = Sandbox(Flavour(flavour.value), issues, seed, today.date() if today else at.date(), lag=lag)
    if keep is None:
        return _serve(Output.standard(), lambda: begin(sandbox), DEFAULT_PORT if port is None else port, keep)
    if keep.exists():
        kept = Kept.read(keep)
        kept = replace(kept, sandbox=replace(kept.sandbox, lag=lag))
    else:
        kept = Kept(keep, sandbox, at.date(), port or DEFAULT_PORT)
        kept.write()
    return _serve(Output.standard(), lambda: kept.begin(at), kept.port if port is None else port, keep)


def _serve(output: Output, begin: Callable[[], "State"], port: int, keep: Path | None) -> int:
    from contextlib import suppress

    from canonical.problems import ConfigurationError, Problem
    from pmohub.testing.jira.server import serving
    from pmohub.testing.sandbox.loopback import listening

    try:
        listener = listening(port)
    except OSError as error:
        step = "Name another port, or 0 for a free one: pmohub sandbox jira --port 0"
        reason = (error.strerror or "no reason given").lower()
        raise ConfigurationError(
            Problem(f"Port {port} cannot be used: {reason}", f"127.0.0.1:{port}", "Nothing was started.", step)
        ) from None
    with listener:
        state = begin()
        server = serving(state, listener)
        with suppress(KeyboardInterrupt):
            _explain(output, state, keep)
            server.run(sockets=[listener])
    return exits.DONE


def _explain(output: Output, state: "State", keep: Path | None) -> None:
    from pmohub.testing.sandbox.timeline import instant

    sandbox, url, cloud = state.sandbox, state.site, state.cloud
    issues, today = state.world.count(), instant(state.world.now()).date()
    out = output.out
    out.say("ok", f"A made-up Jira {'Cloud' if cloud else 'Data Center'} of {issues:,} issues runs at {url}")
    out.facts(today=f"{_told(today)}", email=sandbox.email if cloud else "", token=sandbox.token)
    out.line()
    out.line("In a shell:")
    out.verbatim(f"export {TOKEN_VARIABLE}={sandbox.token}")
    out.line()
    out.line("In the configuration:")
    for line in _connector(sandbox, url, cloud=cloud):
        out.verbatim(line)
    out.line()
    end = "is gone then" if keep is None else f"stays in {keep}"
    out.line(f"Ctrl-C stops it; what was written into it {end}.")


def _told(day: date) -> str:
    return f"{day:%A, %d %B %Y}"


def _connector(sandbox: "Sandbox", url: str, *, cloud: bool) -> list[str]:
    """Give the connector as it is written into a configuration."""
    lines = ["[connectors.sandbox-jira]", 'kind = "jira"', 'department = "engineering"']
    lines += ['departments_by = { category = { "Legal" = "legal" } }', f'url = "{url}"']
    lines += [f'email = "{sandbox.email}"'] if cloud else []
    return [*lines, f'token = {{ env = "{TOKEN_VARIABLE}" }}']
