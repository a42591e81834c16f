"""Options that many commands share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

DEFAULT_CONFIG = Path("config.toml")

ConfigOption: TypeAlias = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="PMOHUB_CONFIG", help="The configuration file.", show_default=True),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
