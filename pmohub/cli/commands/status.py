"""`pmohub status`: the portfolio and the freshness of what it rests on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from canonical.problems import Problem
from pmohub.cli import exits
from pmohub.cli.commands.runs import STATES, when
from pmohub.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from pmohub.cli.output import Column, Output, Screen, State, count

if TYPE_CHECKING:
    from pmohub.portfolio import ConnectorLine, ProjectLine
    from sync.scheduling.standing import Standing

PROJECTS = (
    Column("Project"),
    Column("Name"),
    Column("Department", optional=True),
    Column("Health"),
    Column("Phase", optional=True),
    Column("Finish", right=True),
    Column("Slip", right=True),
    Column("Deviations", right=True),
)
CONNECTORS = (
    Column("Connector"),
    Column("State"),
    Column("Last read in full"),
    Column("Next run"),
    Column("Quarantined", right=True),
)
HEALTH = {"green": State("ok", "green"), "amber": State("warn", "amber"), "red": State("bad", "red")}
NOT_JUDGED = "The standards have not been applied yet: no sync has run to its end."
UNKNOWN_HEALTH = State("unset", "not set")
RETIRED = State("unset", "retired")
MOST = 6
"""Problems of connectors that are told in full."""


def status(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> int:
    """Show the projects under way, worst first, and how fresh the data is."""
    from canonical.store.holds import holds
    from pmohub.cli.session import store_for
    from pmohub.lateness import late
    from pmohub.portfolio import connectors, is_judged, left_behind, open_by_severity, projects
    from pmohub.serving.standings import standings

    output = Output.standard()
    with store_for(config, output.err) as hub:
        now = hub.now()
        lines, sources = projects(hub.engine), connectors(hub.engine, now)
        severities, judged = open_by_severity(hub.engine), is_judged(hub.engine)
        zone, held = hub.timezone, [one.problem for one in holds(hub.engine)]
        declared = hub.configuration.declared
        told = [*late(hub, now), *left_behind(hub.engine, declared)]
        next_runs = {name: NextRun(found, now, zone) for name, found in standings(hub, now)}
    if as_json:
        output.out.json(_document(lines, sources, severities if judged else None, held, next_runs, told))
        return exits.DONE
    if not sources and not lines:
        output.out.line("Nothing has been read yet.")
        output.out.next("pmohub sync")
        return exits.DONE
    show(output.out, lines)
    _sources(output.out, sources, zone, declared, next_runs)
    for problem in told[:MOST]:
        output.out.line()
        output.out.problem(problem)
    if len(told) > MOST:
        output.out.line()
        output.out.line(f"And {len(told) - MOST:,} more: pmohub doctor tells all of them.")
    output.out.line()
    output.out.line(deviations_sentence(severities) if judged else NOT_JUDGED)
    for problem in held:
        output.out.line()
        output.out.problem(problem)
    output.out.next(*(("pmohub deviations", "pmohub writeback plan") if judged else ("pmohub sync",)))
    return exits.DONE


def show(out: Screen, lines: Sequence["ProjectLine"]) -> None:
    """Print the portfolio with its sentence."""
    from pmohub.portfolio import headline

    out.line((headline(lines), "head"))
    if not lines:
        return
    out.line()
    out.table(PROJECTS, [_row(line) for line in lines])


def _row(line: "ProjectLine") -> tuple[str | State, ...]:
    critical = f" ({line.critical} critical)" if line.critical else ""
    return (
        line.key or "–",
        line.name or "–",
        line.department or "–",
        RETIRED if line.retired else HEALTH.get(line.health or "", UNKNOWN_HEALTH),
        line.phase or "–",
        day(line.planned_finish),
        slipped(line.slip),
        f"{line.deviations:,}{critical}",
    )


@dataclass(frozen=True, slots=True)
class NextRun:
    """When a connector is read next; `standing` is None for one that is read by hand."""

    standing: "Standing | None"
    now: datetime
    zone: ZoneInfo

    def shown(self) -> str | State:
        """Say it in a cell."""
        if self.standing is None:
            return State("plain", "by hand")
        due = when(self.standing.due, self.zone)
        if self.standing.running:
            return State("plain", "under way")
        if self.standing.is_overdue(self.now):
            return State("warn", "overdue")
        if self.standing.failures:
            return State("bad", due)
        return due if self.standing.due > self.now else "due"

    def document(self) -> dict[str, object] | None:
        """Give it for `--json`."""
        found = self.standing
        if found is None:
            return None
        return {
            "due": found.due,
            "overdue": found.is_overdue(self.now),
            "running": found.running,
            "failures": found.failures,
        }


def _sources(
    out: Screen,
    sources: Sequence["ConnectorLine"],
    zone: ZoneInfo,
    declared: Collection[str],
    next_runs: Mapping[str, NextRun],
) -> None:
    rows: list[tuple[str | State, ...]] = []
    for one in sources:
        state = STATES.get(one.last_state or "", State("plain", "not read yet"))
        if one.id not in declared:
            state = State("warn", "not configured")
        elif state.style == "ok" and not one.fresh:
            state = State("warn", "stale")
        following = next_runs[one.id].shown() if one.id in next_runs else "–"
        rows.append((one.id, state, _moment(one.last_success_at, zone), following, f"{one.quarantined:,}"))
    new = [name for name in next_runs if name not in {one.id for one in sources}]
    rows += [(name, State("plain", "not read yet"), "never", next_runs[name].shown(), "0") for name in new]
    out.line()
    out.table(CONNECTORS, rows)


def deviations_sentence(severities: dict[str, int], state: str = "open") -> str:
    """Say how many deviations are open, or in another state, by severity."""
    if not severities:
        return f"No deviation is {state}."
    parts = [f"{severities[name]:,} {name}" for name in ("critical", "major", "minor", "info") if severities.get(name)]
    return f"{count(sum(severities.values()), 'deviation')} {state}: {', '.join(parts)}."


def slipped(days: int | None) -> str:
    """Write working days with their sign: `+31 d`, `0 d`, `−3 d`."""
    return "–" if days is None else f"{days:+,} d".replace("-", "−").replace("+0 d", "0 d")


def day(value: date | None) -> str:
    """Write a day for a table: `24 Nov 2026`."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return "never" if value is None else when(value, zone)


def _document(
    lines: Sequence["ProjectLine"],
    sources: Sequence["ConnectorLine"],
    severities: dict[str, int] | None,
    held: Sequence[Problem],
    next_runs: Mapping[str, NextRun],
    told: Sequence[Problem],
) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "projects": [asdict(line) for line in lines],
        "connectors": [
            {**asdict(one), "next_run": next_runs[one.id].document() if one.id in next_runs else None}
            for one in sources
        ],
        "open_deviations": severities,
        "held_back": [asdict(one) for one in held],
        "late": [asdict(one) for one in told],
    }
