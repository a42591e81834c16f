"""The configuration that `pmohub init` writes: the shortest that works, each line with its reason."""

import json
import os
import re
import tempfile
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain, count
from pathlib import Path
from zoneinfo import ZoneInfo

from canonical.problems import ConfigurationError, Problem
from connectors.base import ConnectorContext, Discovery
from pmohub.config.kinds import InstalledKinds

NEW_DEPARTMENT = "my-department"
LISTED = 8
"""Columns that are named because nothing was recognised in them."""


@dataclass(frozen=True, slots=True)
class Started:
    """What was found in the workbooks, in one line each, what could not be read, and whose mapping is missing."""

    found: Sequence[str]
    problems: Sequence[Problem]
    unmapped: Sequence[str] = ()


def write_starter(path: Path, workbooks: Sequence[Path]) -> Started:
    """Write a configuration with a connector for each workbook.

    Raises:
        ConfigurationError: the file exists, cannot be written, or a workbook is not there.
    """
    _must_be_free(path)
    for workbook in workbooks:
        _must_be_there(workbook)
    text = files("pmohub").joinpath("config/starter.toml").read_text(encoding="utf-8")
    text = text.replace("@TIMEZONE@", _local_timezone())
    head, _, example = text.partition("# @CONNECTORS@\n")
    tables: list[str] = []
    found: list[str] = []
    problems: list[Problem] = []
    unmapped: list[str] = []
    names: set[str] = set()
    for workbook in workbooks:
        name = _free_name(workbook, names)
        discovery = _discover(workbook, name)
        tables.append(_connector(path, workbook, name, discovery))
        found.append(f"{name}: {_sentence(discovery)}")
        problems += discovery.problems
        if not tomllib.loads(discovery.mapping):
            unmapped.append(name)
    _write(path, head + ("\n".join(tables) or example))
    return Started(found, problems, unmapped)


def _must_be_free(path: Path) -> None:
    if path.exists():
        raise ConfigurationError(
            Problem(
                what=f"{path} exists already",
                not_done="It was left as it is.",
                next_step="Name another, or move it away. To see what is wrong with it:",
                commands=(f"pmohub init --config {path.with_stem(path.stem + '-new')}", "pmohub check"),
            )
        )


def _must_be_there(workbook: Path) -> None:
    if not workbook.exists():
        step = "Mend the name; a pattern such as plans/*.xlsx is written into the file by hand."
        raise ConfigurationError(Problem("There is no such file", str(workbook), "Nothing was written.", step))


def _free_name(workbook: Path, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", workbook.stem).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "workbook"
    candidates = chain([stem], (f"{stem}-{number}" for number in count(2)))
    name = next(name for name in candidates if name not in taken)
    taken.add(name)
    return name


def _discover(workbook: Path, name: str) -> Discovery:
    kind = InstalledKinds()["spreadsheet"]
    options = kind.options.model_validate({"path": str(workbook.resolve())})
    with tempfile.TemporaryDirectory(prefix="pmohub-") as scratch:
        zone = ZoneInfo(_local_timezone())
        context = ConnectorContext(id=name, folder=workbook.resolve().parent, timezone=zone, scratch=Path(scratch))
        return kind.reader(options, context).discover()


def _connector(config: Path, workbook: Path, name: str, discovery: Discovery) -> str:
    place = os.path.relpath(workbook.resolve(), config.resolve().parent)
    lines = [
        f"[connectors.{name}]",
        'kind = "spreadsheet"',
        f'department = "{NEW_DEPARTMENT}"',
        f"path = {json.dumps(Path(place).as_posix(), ensure_ascii=False)}",
        "# What was found in it. A wrong column is put right by its heading; what stays unmapped is not read.",
        '# A plan that is not being worked on is no "active" one: write planned, on_hold, completed or cancelled.',
        discovery.mapping.strip(),
    ]
    return "\n".join(lines) + "\n"


def _sentence(discovery: Discovery) -> str:
    if not tomllib.loads(discovery.mapping):
        headings = [field.name for field in discovery.fields]
        named = f"its headings are {_listed(headings)}" if headings else "no headings were found"
        return f"no sheet was understood, and nothing is mapped; {named}"
    understood = {field.place for field in discovery.fields if field.suggestion}
    columns = {field.name for field in discovery.fields if field.place in understood}
    other = sorted(columns - {field.name for field in discovery.fields if field.suggestion})
    left = f"; not read: {_listed(other)}" if other else ""
    return f"{len(columns) - len(other)} of {len(columns)} columns are recognised{left}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:LISTED]) + (f" and {len(names) - LISTED} more" if len(names) > LISTED else "")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        step = "Name a place that may be written, with --config."
        reason = (error.strerror or "no reason given").lower()
        raise ConfigurationError(Problem(f"It cannot be written: {reason}", str(path), "Nothing.", step)) from None


def _local_timezone() -> str:
    for name in (os.environ.get("TZ", ""), str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]):
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, KeyError):
            continue
    return "UTC"
