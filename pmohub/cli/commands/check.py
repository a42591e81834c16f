"""`pmohub check`: everything that is wrong, in words, without changing anything."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from canonical.problems import ConfigurationError, Problem, ProblemError, Weight
from pmohub.cli import exits
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen, State, count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from pmohub.composition import Hub
    from pmohub.config import Connector, Reading
    from pmohub.standing_approvals import Overview


TIMES = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """One connector: how it stands, and its findings. `refused` says that it could not be read at all."""

    name: str
    state: State
    found: str
    problems: Sequence[Problem]
    refused: bool = False


def check(
    connectors: Annotated[list[str] | None, typer.Argument(help="Connectors to check; all when none is named.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> int:
    """Say what is wrong with the configuration, the standards and the tools. Changes nothing."""
    from pmohub.cli.session import named
    from pmohub.composition import composed, foreign_packages
    from pmohub.config import inspect
    from pmohub.standing_approvals import failing, overview

    output = Output.standard()
    reading = inspect(config)
    general = [*reading.problems, *foreign_packages(), *_standards(reading), *_addresses(reading)]
    checked: list[Checked] = []
    times: dict[str, list[datetime]] = {}
    approvals: list[Overview] = []
    if reading.configuration is not None:
        wanted = named(reading, connectors or [], config)
        with composed(reading.configuration) as hub:
            stored = [*_database(hub)]
            is_stored = not stored and _is_stored(hub)
            general += _left_behind(hub) if is_stored and not connectors else []
            approvals = overview(hub, is_stored=is_stored)
            general += failing(approvals, hub.configuration)
            hub.engine.dispose()
            checked = [*stored, *(_checked(hub, one) for one in wanted)]
            times = {one.id: due for one in wanted if (due := _next_times(hub, one))}
    problems = [*general, *(problem for one in checked for problem in one.problems)]
    if as_json:
        output.out.json(_document(checked, problems, times, approvals))
    else:
        _show(output.out, str(config), checked, problems, times, approvals)
        wrong = any(problem.weight is Weight.ERROR for problem in problems)
        output.out.next("pmohub check" if wrong else "pmohub sync")
    return _code(general, checked, problems)


def _next_times(hub: "Hub", connector: "Connector") -> "list[datetime]":
    """Give when a connector is due next, by the clock of its department."""
    from pmohub.composition import timetable

    table = timetable(hub.configuration, connector)
    return [one.astimezone(table.zone) for one in table.next_times(hub.now(), TIMES)] if table is not None else []


def _checked(hub: "Hub", connector: "Connector") -> Checked:
    name = connector.id
    try:
        reader = hub.reader(connector)
        problems = list(reader.check())
        found = reader.describe()
    except ConfigurationError as error:
        return Checked(name, State("bad", "not set up"), error.problem.what, error.problems, refused=True)
    except ProblemError as error:
        return Checked(name, State("bad", "no answer"), error.problem.what, (error.problem,), refused=True)
    if any(problem.weight is Weight.ERROR for problem in problems):
        return Checked(name, State("bad", "not usable"), found, problems, refused=True)
    usable = any(problem.weight is Weight.WARNING for problem in problems)
    return Checked(name, State("warn", "usable") if usable else State("ok", "ready"), found, problems)


def _standards(reading: "Reading") -> Sequence[Problem]:
    from pmohub.composition import coming, standards

    # What a connector that is left out declares is not known: rules on it would be called wrong for nothing.
    if reading.configuration is None or reading.left_out:
        return ()
    try:
        standards(reading.configuration)
        coming(reading.configuration)
    except ConfigurationError as error:
        return error.problems
    return ()


def _addresses(reading: "Reading") -> Iterator[Problem]:
    """Say which addresses of notices are not there, before the first message is due."""
    if reading.configuration is None:
        return
    table = reading.configuration.notifications
    channels = {("notifications", "channels", name, "address"): one.address for name, one in table.channels.items()}
    managers = {("notifications", "managers"): table.managers} if table.managers is not None else {}
    for option, address in (*channels.items(), *managers.items()):
        try:
            address.read(reading.configuration.folder, where=reading.configuration.source.where(option))
        except ConfigurationError as error:
            for problem in error.problems:
                yield replace(problem, not_done="Nobody is told anything through it.", weight=Weight.WARNING)


def _database(hub: "Hub") -> Iterator[Checked]:
    """Say what stands in the way of the database; a file that is still to be made is no problem, and is not made."""
    from canonical.database import place
    from canonical.migrations import is_current

    try:
        url = hub.engine.url
        file = Path(url.database or "")
        if url.get_backend_name() != "sqlite" or file.exists() or not file.parent.is_dir():
            is_current(hub.engine)
        hub.engine.dispose()
    except ConfigurationError as error:
        yield Checked("database", State("bad", "not set up"), error.problem.what, error.problems, refused=True)
    except ProblemError as error:
        yield Checked("database", State("bad", "not usable"), place(hub.engine), (error.problem,), refused=True)


def _is_stored(hub: "Hub") -> bool:
    """Say whether there is a store to ask; a database that is still to be set up is not made by asking."""
    from canonical.migrations import is_current

    url = hub.engine.url
    return (url.get_backend_name() != "sqlite" or Path(url.database or "").exists()) and is_current(hub.engine)


def _left_behind(hub: "Hub") -> Sequence[Problem]:
    """Tell of connectors that are stored and no longer configured."""
    from pmohub.portfolio import left_behind

    return left_behind(hub.engine, hub.configuration.declared)


def _show(
    out: Screen,
    title: str,
    checked: Sequence[Checked],
    problems: Sequence[Problem],
    times: "Mapping[str, Sequence[datetime]]",
    approvals: "Sequence[Overview]",
) -> None:
    out.line((title, "head"))
    for problem in problems:
        out.line()
        out.problem(problem)
    if checked:
        out.line()
        columns = (Column("Connector"), Column("State"), Column("What was found"))
        out.table(columns, [(one.name, one.state, one.found) for one in checked])
    if times:
        out.line()
        out.table((Column("Connector"), Column("Due next")), [(name, _listed(due)) for name, due in times.items()])
    if approvals:
        out.line()
        heads = ("Standing approval", "State", "From", "Until", "Approved by")
        out.table([Column(head) for head in heads], [_row(one) for one in approvals])
    out.line()
    errors = sum(problem.weight is Weight.ERROR for problem in problems)
    warnings = sum(problem.weight is Weight.WARNING for problem in problems)
    out.line(f"{count(errors, 'error')}, {count(warnings, 'warning')}. Nothing was changed.")


def _row(one: "Overview") -> "tuple[str | State, ...]":
    style = {"holds": "ok", "not yet": "unset"}.get(one.state.value, "warn")
    return one.id, State(style, one.state.value), f"{one.since}", f"{one.expires}", one.approved_by


def _listed(due: "Sequence[datetime]") -> str:
    """Write times with each day once: `Thu 26 Nov 2026, 09:30, 09:45; Fri 27 Nov 2026, 06:00`."""
    days = groupby(due, key=lambda one: f"{one:%a} {one.day} {one:%b %Y}")
    return "; ".join(", ".join((day, *(f"{one:%H:%M}" for one in times))) for day, times in days)


def _code(general: Iterable[Problem], checked: Iterable[Checked], problems: Sequence[Problem]) -> int:
    if any(problem.weight is Weight.ERROR for problem in general):
        return exits.CONFIGURATION
    if any(one.refused for one in checked):
        return exits.TOOL_FAILED
    return exits.FINDINGS if any(problem.weight is not Weight.INFO for problem in problems) else exits.DONE


def _document(
    checked: Sequence[Checked],
    problems: Sequence[Problem],
    times: "Mapping[str, Sequence[datetime]]",
    approvals: "Sequence[Overview]",
) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "connectors": [
            {"connector": one.name, "state": one.state.word, "found": one.found, "due_next": times.get(one.name, [])}
            for one in checked
        ],
        "standing_approvals": [
            {"id": one.id, "state": one.state, "since": one.since, "expires": one.expires, "by": one.approved_by}
            for one in approvals
        ],
        "problems": [asdict(problem) for problem in problems],
    }
