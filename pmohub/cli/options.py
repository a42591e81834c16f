"""Options that many commands share, and commands to type that carry the same configuration on."""

import shlex
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DEFAULT_CONFIG = Path("config.toml")
_given: ContextVar[str] = ContextVar("config", default="")


def _remember(context: typer.Context, config: Path) -> Path:
    """Keep what was typed for the commands that are suggested; a group's --config holds for its commands too."""
    above = context.parent
    typed = _is_typed(context.get_parameter_source("config"))
    if not typed and above is not None and _is_typed(above.get_parameter_source("config")):
        config, typed = Path(above.params["config"]), True
    _given.set(f" --config {shlex.quote(str(config))}" if typed else "")
    return config


def _is_typed(source: object) -> bool:
    return getattr(source, "name", "") == "COMMANDLINE"


def to_type(command: str) -> str:
    """Give a suggested command with the --config of this one, so that it means the same store when it is typed."""
    own = "--config" in command or "--help" in command or command.startswith("pmohub demo")
    return command if own or not command.startswith("pmohub ") else f"{command}{_given.get()}"


ConfigOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        envvar="PMOHUB_CONFIG",
        help="The configuration file.",
        show_default=True,
        callback=_remember,
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
