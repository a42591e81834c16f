"""`pmohub sandbox`: a made-up tool on this machine, to try pmohub on before it meets a real one."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pmohub.cli import exits
from pmohub.cli.output import Output

if TYPE_CHECKING:
    import socket

    import uvicorn

    from pmohub.testing.asana.state import State as Asana
    from pmohub.testing.jira.state import State as Jira
    from pmohub.testing.sandbox.keeping import KeptSite

app = typer.Typer(no_args_is_help=True, help="Run a made-up tool on this machine, to try pmohub on.")
JIRA_TOKEN, ASANA_TOKEN = "SANDBOX_JIRA_TOKEN", "SANDBOX_ASANA_TOKEN"
JIRA_PORT, ASANA_PORT = 8180, 8181
PortOption = Annotated[int | None, typer.Option(help="Where to listen on this machine; 0 takes a free port.")]
SeedOption = Annotated[int, typer.Option(help="The same seed, size and day make the same site.")]
TodayOption = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that it is there. Without: today.")
]
LagOption = Annotated[float, typer.Option(min=0, help="For how many seconds its search does not know an edit.")]
KeepOption = Annotated[
    Path | None, typer.Option(help="A file that keeps what is written into it. Where there is one, that site goes on.")
]


class Site(StrEnum):
    """Which Jira to be."""

    CLOUD = "cloud"
    DATA_CENTER = "data_center"


class Paid(StrEnum):
    """What the organisation pays Asana for."""

    FREE = "free"
    STARTER = "starter"
    ADVANCED = "advanced"
    ENTERPRISE = "enterprise"


@app.callback()
def _tools() -> None:
    """Run a made-up tool on this machine, to try pmohub on."""


@app.command()
def jira(
    port: PortOption = None,
    flavour: Annotated[Site, typer.Option(help="Jira Cloud or Jira Data Center.")] = Site.CLOUD,
    issues: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many issues it has.")] = 480,
    seed: SeedOption = 1,
    today: TodayOption = None,
    lag: LagOption = 0,
    keep: KeepOption = None,
) -> int:
    """Run a Jira of a sample company with two departments, until it is stopped. Nothing leaves this machine.

    It prints where it is, how to log in, and the connector to put into the configuration. It can be read and written;
    nothing of it is kept without --keep. A site that was kept is as large, as old and where it was. Without --port it
    is at 8180.
    """
    from pmohub.clock import now
    from pmohub.testing.jira import Flavour, Sandbox
    from pmohub.testing.jira.keeping import Kept
    from pmohub.testing.jira.server import configured

    at = now()
    sandbox = Sandbox(Flavour(flavour.value), issues, seed, today.date() if today else at.date(), lag=lag)
    new = Kept(keep or Path(), sandbox, at.date(), port or JIRA_PORT)
    begin, at_port = _begun(keep, new, lag, at, port)
    return _serve("jira", begin, at_port, configured, lambda out, state: _explain(out, *_of_jira(state), keep))


@app.command()
def asana(
    port: PortOption = None,
    tasks: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many tasks it has.")] = 400,
    plan: Annotated[Paid, typer.Option(help="What the organisation pays for.")] = Paid.ENTERPRISE,
    seed: SeedOption = 1,
    today: TodayOption = None,
    lag: LagOption = 0,
    keep: KeepOption = None,
) -> int:
    """Run an Asana of a sample company with three teams, until it is stopped. Nothing leaves this machine.

    It prints where it is, how to log in, and the connector to put into the configuration. It can be read and written;
    nothing of it is kept without --keep. A site that was kept is as large, as old and where it was. Without --port it
    is at 8181.
    """
    from pmohub.clock import now
    from pmohub.testing.asana import Plan, Sandbox
    from pmohub.testing.asana.keeping import Kept
    from pmohub.testing.asana.server import configured

    at = now()
    sandbox = Sandbox(tasks, seed, today.date() if today else at.date(), plan=Plan(plan.value), lag=lag)
    new = Kept(keep or Path(), sandbox, at.date(), port or ASANA_PORT)
    begin, at_port = _begun(keep, new, lag, at, port)
    return _serve("asana", begin, at_port, configured, lambda out, state: _explain(out, *_of_asana(state), keep))


def _begun(
    keep: Path | None, new: "KeptSite[Any, Any]", lag: float, at: datetime, port: int | None
) -> tuple[Callable[[], Any], int]:
    """Give what begins the site, that of the file where there is one, and the port where it is."""
    kept = new
    if keep is not None and keep.exists():
        kept = new.read(keep)
        kept = replace(kept, sandbox=replace(kept.sandbox, lag=lag))
    elif keep is not None:
        new.write()
    begin = new.made if keep is None else lambda: kept.begin(at)
    return begin, kept.port if port is None else port


def _serve(
    name: str,
    begin: Callable[[], Any],
    port: int,
    configured: "Callable[[Any, socket.socket], uvicorn.Server]",
    explain: Callable[[Output, Any], None],
) -> int:
    from contextlib import suppress

    from canonical.problems import ConfigurationError, Problem
    from pmohub.testing.sandbox.loopback import alone, listening

    try:
        listener = listening(port)
    except OSError as error:
        step = f"Name another port, or 0 for a free one: pmohub sandbox {name} --port 0"
        reason = (error.strerror or "no reason given").lower()
        raise ConfigurationError(
            Problem(f"Port {port} cannot be used: {reason}", f"127.0.0.1:{port}", "Nothing was started.", step)
        ) from None
    with listener:
        state = begin()
        server = alone(configured(state, listener))
        with suppress(KeyboardInterrupt):
            explain(Output.standard(), state)
            server.run(sockets=[listener])
    return exits.DONE


def _of_jira(state: "Jira") -> tuple[str, dict[str, str], Sequence[str]]:
    """Say what it is, how to log in, and give the connector as it is written into a configuration."""
    sandbox, cloud = state.sandbox, state.cloud
    what = (
        f"A made-up Jira {'Cloud' if cloud else 'Data Center'} of {state.world.count():,} issues runs at {state.site}"
    )
    login = {"email": sandbox.email if cloud else "", "token": sandbox.token}
    lines = ["[connectors.sandbox-jira]", 'kind = "jira"', 'department = "engineering"']
    lines += ['departments_by = { category = { "Legal" = "legal" } }', f'url = "{state.site}"']
    lines += [f'email = "{sandbox.email}"'] if cloud else []
    return what, _facts(state, login), [*lines, f'token = {{ env = "{JIRA_TOKEN}" }}']


def _of_asana(state: "Asana") -> tuple[str, dict[str, str], Sequence[str]]:
    """Say what it is, how to log in, and give the connector as it is written into a configuration."""
    from pmohub.testing.asana.routes.table import BASE
    from pmohub.testing.asana.world.company import ORGANISATION

    url = f"{state.site}{BASE}"
    what = f"A made-up Asana ({state.sandbox.plan}) runs at {url}"
    lines = ["[connectors.sandbox-asana]", 'kind = "asana"', 'department = "marketing"', f'url = "{url}"']
    lines += [f'workspaces = ["{ORGANISATION}"]', f'token = {{ env = "{ASANA_TOKEN}" }}']
    return what, _facts(state, {"token": state.sandbox.token}), lines


def _facts(state: "Jira | Asana", login: dict[str, str]) -> dict[str, str]:
    from pmohub.testing.sandbox.timeline import instant

    return {"today": _told(instant(state.world.now()).date()), **login}


def _explain(output: Output, what: str, facts: dict[str, str], connector: Sequence[str], keep: Path | None) -> None:
    out = output.out
    variable = connector[-1].split('"')[1]
    out.say("ok", what)
    out.facts(**facts)
    out.line()
    out.line("In a shell:")
    out.verbatim(f"export {variable}={facts['token']}")
    out.line()
    out.line("In the configuration:")
    for line in connector:
        out.verbatim(line)
    out.line()
    end = "is gone then" if keep is None else f"stays in {keep}"
    out.line(f"Ctrl-C stops it; what was written into it {end}.")


def _told(day: date) -> str:
    return f"{day:%A, %d %B %Y}"
