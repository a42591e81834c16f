"""The page of the portfolio report: facts arranged for the template, and the template filled in."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import TypeVar
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from pmohub.reports import micro, words
from pmohub.reports.portfolio import charts, findings
from pmohub.reports.portfolio.facts import (
    SEVERITIES,
    WORST_FIRST,
    Deviation,
    Facts,
    HoursRow,
    LoadRow,
    Project,
    RuleCell,
)

AnyRow = TypeVar("AnyRow", HoursRow, LoadRow)
MOST_PROJECTS = 50
MOST_ROWS = 12
"""Broken rules that one project lists; the rest is counted."""
LOAD_STEPS = ((0.6, "l1"), (0.85, "l2"), (1.0, "l3"), (1.1, "l4"))
GAP_STEPS = ((0.0, "full"), (0.15, "g1"), (0.30, "g2"), (0.50, "g3"))


@dataclass(frozen=True, slots=True)
class DepartmentGroup:
    """The projects of a department, worst first."""

    name: str
    mode: str | None
    score: float | None
    open: int
    projects: Sequence[Project]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One broken rule of a project, with the places where it is broken."""

    severity: str
    says: str
    more: str
    where: Sequence[tuple[str, str | None]]
    remedy: str


@dataclass(frozen=True, slots=True)
class DeviationGroup:
    """The broken rules of a project, or of what has none."""

    name: str
    owner: str
    total: int
    rows: Sequence[BrokenRule]


def render(facts: Facts) -> str:
    """Give the whole page as HTML."""
    today = facts.now.astimezone(ZoneInfo(facts.zone))
    shown = sorted(facts.projects, key=_badness)[:MOST_PROJECTS]
    with_rules = {each for rule in facts.rules for each in rule.cells}
    broken = {one.project_id for one in facts.deviations}
    return (
        _environment(facts.now)
        .get_template("portfolio.html")
        .render(
            css=(files("pmohub.reports") / "templates" / "pmohub.css").read_text(encoding="utf-8"),
            facts=facts,
            today=today.date(),
            clock=f"{today:%H:%M}",
            headline=findings.headline(facts),
            deciding=[one.name for one in shown if findings.needs_decision(one)],
            over_booked=findings.over_booked(facts),
            figures=findings.figures(facts),
            changes=findings.changes(facts),
            moves=findings.moves(facts),
            effort_chart=charts.effort(facts),
            effort_title=findings.effort_title(facts),
            deviations_chart=charts.deviations(facts),
            trend_title=findings.trend_title(facts) if facts.weeks else "",
            groups=_departments(facts, shown),
            hidden_projects=len(facts.projects) - len(shown),
            departments=[one for one in facts.departments if one.id in with_rules]
            or [one for one in facts.departments if any(each.department_id == one.id for each in facts.projects)],
            judged=[rule for rule in facts.rules if rule.total.of],
            unjudged=[rule.title for rule in facts.rules if not rule.total.of],
            deviation_groups=_deviation_groups(facts),
            clean=[one.name for one in facts.projects if one.id not in broken],
            hour_groups=_by_department(facts, facts.hours.projects),
            people_groups=_by_department(facts, facts.hours.people),
            load_groups=_by_department(facts, facts.load.people),
            load_said=findings.load(facts),
            write_total=sum(len(group.changes) for group in facts.writes),
            notes=_notes(facts),
        )
    )


def _environment(now: datetime) -> Environment:
    environment = Environment(
        loader=PackageLoader("pmohub.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        age=lambda since: words.ago(since, now),
        capital=words.capital,
        counted=words.counted,
        day=words.day,
        listed=words.listed,
        load=_load,
        long_day=words.long_day,
        num=words.number,
        number_word=words.spelled,
        sentence=lambda text: text.rstrip(".") + ".",
        signed=words.signed,
        tone=_tone,
        web=_web,
        week=words.week,
    )
    environment.globals.update(
        bullet=micro.bullet,
        severities=SEVERITIES,
        share_bar=micro.share_bar,
        slip_bar=micro.slip_bar,
        sparkline=micro.sparkline,
    )
    return environment


def _web(url: str | None) -> str | None:
    """Keep links that a browser may follow; a path on somebody's disk is none."""
    return url if url and url.startswith(("https://", "http://")) else None


def _tone(cell: RuleCell) -> str:
    """Give the step of the heat map: fixed limits, so that a cell has the same tone next week."""
    short = 1 - cell.met / cell.of
    return next((step for limit, step in GAP_STEPS if short <= limit), "g4")


def _load(hours: float | None, available: float | None) -> str:
    """Give the step of a load: fixed limits of the share of available time; none where that is not known."""
    if hours is None:
        return "x"
    if available is None:
        return ""
    return next((step for limit, step in LOAD_STEPS if hours <= limit * available), "l4 over")


def _badness(project: Project) -> tuple[int, int, int, str]:
    return (
        WORST_FIRST.index(project.computed.health),
        WORST_FIRST.index(project.reported),
        -project.open,
        project.name,
    )


def _departments(facts: Facts, shown: Sequence[Project]) -> list[DepartmentGroup]:
    modes = {one.id: one.mode for one in facts.departments}
    groups: defaultdict[str, list[Project]] = defaultdict(list)
    for one in shown:
        groups[one.department_id].append(one)
    names = facts.department_names
    return [
        DepartmentGroup(
            name=names.get(each, each or "No department"),
            mode=modes.get(each),
            score=facts.scores.get(each),
            open=sum(one.open for one in members),
            projects=members,
        )
        for each, members in sorted(groups.items(), key=lambda group: names.get(group[0], "~"))
    ]


def _deviation_groups(facts: Facts) -> list[DeviationGroup]:
    projects = {one.id: one for one in facts.projects}
    names = facts.department_names
    groups: defaultdict[str, list[Deviation]] = defaultdict(list)
    for one in facts.deviations:
        groups[one.project_id or ""].append(one)
    found = []
    for each, members in groups.items():
        project = projects.get(each)
        owner = ""
        if project is not None:
            manager = project.manager or "no manager"
            owner = f" · {manager}, {names.get(project.department_id, 'no department')}"
        name = project.name if project else "Closed projects" if each else "Without a project"
        rows = _broken_rules(members)
        found.append(DeviationGroup(name, owner, len(members), rows[:MOST_ROWS]))
    return sorted(found, key=lambda group: (-SEVERITIES.index(group.rows[0].severity), -group.total, group.name))


def _broken_rules(members: Sequence[Deviation]) -> list[BrokenRule]:
    """Give one row per broken rule, worst first: twenty late tasks are one row with twenty keys."""
    by_rule: defaultdict[tuple[str, str], list[Deviation]] = defaultdict(list)
    for one in members:
        by_rule[one.rule, one.severity].append(one)
    ordered = sorted(by_rule.items(), key=lambda each: (-SEVERITIES.index(each[0][1]), -len(each[1])))
    return [
        BrokenRule(
            severity=severity,
            says=found[0].message if len(found) == 1 else f"{rule}: {len(found)} times",
            more="" if len(found) == 1 else f"For example: {found[0].message}",
            where=list(dict.fromkeys((one.where, one.url) for one in found if one.where)),
            remedy=found[0].remedy,
        )
        for (rule, severity), found in ordered
    ]


def _by_department(facts: Facts, rows: Sequence[AnyRow]) -> list[tuple[str, list[AnyRow]]]:
    groups: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: not row.department_id):
        groups[row.department_id].append(row)
    names = facts.department_names
    named = sorted((not each, names.get(each, each or "No department"), members) for each, members in groups.items())
    return [(name, members) for _, name, members in named]


def _notes(facts: Facts) -> list[str]:
    """Give the notes a, b, c (which the tables name) and what else is not in the figures."""
    unmeasured = [one.name for one in facts.projects if one.slip is None]
    uncompared = [one.name for one in facts.projects if not one.effort.compared]
    said = words.listed(unmeasured, 5) or "every project has both"
    plan = words.listed(uncompared, 5)
    notes = [
        f"No slip without a baseline and a planned finish: {said}. What lacks one is left out of “late”.",
        "Effort is compared where hours are recorded and 70% of the tasks carry an estimate and a finish"
        + (f"; left out: {plan}." if plan else ": every project."),
        "Where a rule could not be judged, an input is missing or old; it is neither met nor broken there.",
    ]
    held = {one.id: one.quarantined for one in facts.connectors if one.quarantined}
    if held:
        where = words.listed([f"{each} {count}" for each, count in held.items()])
        notes.append(f"{words.counted(sum(held.values()), 'record')} in quarantine ({where}) and in no figure.")
    return notes
