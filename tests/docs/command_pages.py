"""The page of the command line, from the commands' own help."""

import io
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout, suppress
from typing import Any

from typer.main import get_command

from pmohub.cli import exits, main
from pmohub.cli.app import build

EXITS: Mapping[str, str] = {
    "DONE": "Done. `sync` ends so also with deviations open: finding them is its job.",
    "FINDINGS": "Done, and there is something to look at: deviations or quarantined records listed, a warning of "
    "`check` (one file of several cannot be read), a part that `sync` could not read, changes that were not approved "
    "or not applied, an example that fails, verdicts that other standards would change (`rules diff`).",
    "CONFIGURATION": "Nothing was done: the configuration, a standard, or what was typed is wrong. The message says "
    "where and what to write instead.",
    "TOOL_FAILED": "A tool, all files of a connector or the database failed, or a write was refused. What was stored "
    "before is kept, and the other connectors went on.",
    "LIMIT": "Stopped before the first change: more deletions or writes than the limits allow. The message says how to "
    "let them through.",
    "INTERRUPTED": "Stopped by Ctrl-C. What was stored is kept; the same command goes on from there.",
}
"""What each exit code tells a script."""

INTRODUCTION = """# Command line

Every command says what to type next. On a terminal there are colours, tables and progress bars; piped, plain lines,
tables with tabs between the columns, and no colours (`NO_COLOR` turns them off on a terminal too). `--json` prints one
JSON document and nothing else. Errors and warnings go to standard error in one form: what, where, what was not done,
and what to do next.

Every command that reads a configuration takes `--config FILE` (or the environment variable `PMOHUB_CONFIG`); without it
`config.toml` in the current folder. `pmohub --install-completion` makes the shell complete commands and options.

## Exit codes
"""


def command_line() -> str:
    """Give the exit codes, then each command's help as it is printed."""
    lines = [INTRODUCTION, "| code | meaning |", "| --- | --- |"]
    lines += [f"| {getattr(exits, name)} | {meaning} |" for name, meaning in EXITS.items()]
    for path in commands():
        lines += ["", f"## pmohub {' '.join(path)}", "", "```text", help_of(*path), "```"]
    return "\n".join(lines) + "\n"


def commands() -> Iterator[tuple[str, ...]]:
    """Give the words of every command, groups before what is in them."""
    yield from _below(get_command(build()), ())


def _below(group: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from _below(command, (*path, name))


def help_of(*path: str) -> str:
    """Give what `pmohub … --help` prints when it is piped."""
    printed = io.StringIO()
    with redirect_stdout(printed), suppress(SystemExit):
        main([*path, "--help"])
    return printed.getvalue().strip()
