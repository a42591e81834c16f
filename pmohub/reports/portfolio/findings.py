"""What the report says in words: the headline figures, each with its sentence, and what changed. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from pmohub.portfolio import LATE
from pmohub.reports.portfolio.facts import BEYOND, SEVERITIES, Facts, FreshnessState, Project, Rag
from pmohub.reports.words import MINUS, capital, counted, day, listed, number, signed, spelled
from rules.evaluation.compared import Kind

COMING = {
    Kind.NEWLY_DEVIATES: "newly deviate",
    Kind.NO_LONGER_DEVIATES: "no longer deviate",
    Kind.BECOMES_UNKNOWN: "become unknown",
    Kind.OTHER_SEVERITY: "of another severity",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline: what it is about, the figure, its denominator, and a sentence."""

    about: str
    figure: str
    of: str
    why: str
    worse: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: a heading and a sentence; `was` and `now` where a health did."""

    what: str
    how: str
    was: Rag | None = None
    now: Rag | None = None


def headline(facts: Facts) -> str:
    """Say how many projects need a decision: red by report or by figures, or with a critical deviation open."""
    deciding = [one for one in facts.projects if needs_decision(one)]
    if not facts.projects:
        return "No project has been read yet"
    if not deciding:
        unjudged = any(one.reported is one.computed.health is Rag.UNSET for one in facts.projects)
        return "No project is known to need a decision" if unjudged else "No project needs a decision"
    return f"{capital(spelled(len(deciding)))} {'project needs' if len(deciding) == 1 else 'projects need'} a decision"


def needs_decision(project: Project) -> bool:
    """Say whether a project is red, either way, or has a critical deviation open."""
    return Rag.RED in (project.reported, project.computed.health) or project.critical > 0


def figures(facts: Facts) -> list[Figure]:
    """Give the six headline figures."""
    return [_health(facts), _finish(facts), _effort(facts), _compliance(facts), _deviations(facts), _writes(facts)]


def _health(facts: Facts) -> Figure:
    judged = [one for one in facts.projects if one.computed.health is not Rag.UNSET]
    red = [one for one in judged if one.computed.health is Rag.RED]
    reported = sum(one.reported is Rag.RED for one in facts.projects)
    hidden = [one.name for one in red if one.reported is not Rag.RED]
    grey = sum(one.reported is Rag.UNSET for one in facts.projects)
    verb = "is" if len(hidden) == 1 else "are"
    why = [f"Teams report {spelled(reported)} red."]
    if hidden:
        why.append(f"By their figures {listed(hidden, 2)} {verb} red as well.")
    if grey:
        why.append(f"{capital(spelled(grey))} {'has' if grey == 1 else 'have'} no health at all.")
    if not judged:
        why[0] = "By figures none can be judged: that takes a baseline and milestones."
        return Figure(
            "Health", f"{reported} red", f"as reported, of {len(facts.projects)}", " ".join(why), reported > 0
        )
    of = f"of {len(judged)} judged by figures"
    return Figure("Health", f"{len(red)} red", of, " ".join(why), bool(red))


def _finish(facts: Facts) -> Figure:
    measured = [one for one in facts.projects if one.slip is not None]
    late = sorted(one.slip for one in measured if one.slip is not None and one.slip > LATE)
    without = len(facts.projects) - len(measured)
    why = []
    if late:
        half = f"; half of them by {median(late):.0f} or more" if len(late) > 2 else ""
        why.append(f"By more than {spelled(LATE)} working days{half}.")
    elif measured:
        why.append(f"None by more than {spelled(LATE)} working days.")
    if without:
        why.append(f"{capital(spelled(without))} cannot be measured: no baseline or no planned finish.")
    if not measured:
        return Figure("Finish", "–", "not known", " ".join(why))
    return Figure("Finish", f"{len(late)} late", f"of {len(measured)} with a baseline", " ".join(why))


def _effort(facts: Facts) -> Figure:
    measured = [(*one.effort.compared, one.name) for one in facts.projects if one.effort.compared]
    if not measured:
        hours = [one.effort.actual for one in facts.projects if one.effort.actual is not None]
        why = "No project has both recorded hours and a plan in hours, so nothing can be said against plan."
        return Figure("Effort", f"{number(sum(hours))} h" if hours else "–", "recorded", why)
    actual, planned = sum(one[0] for one in measured), sum(one[1] for one in measured)
    over = sorted(measured, key=lambda one: one[1] - one[0])
    top = [name for did, plan, name in over[:2] if did > plan]
    share = round(100 * actual / planned) - 100
    said = f"Most over plan: {listed(top)}." if top else "No project is over its plan to date."
    left = len(facts.projects) - len(measured)
    if left:
        verb = "is" if left == 1 else "are"
        said += f" {capital(spelled(left))} without recorded hours or a plan in hours {verb} left out."
    of = f"{number(actual)} of {number(planned)} h planned"
    return Figure("Effort against plan to date", f"{signed(share)}%", of, said)


def _compliance(facts: Facts) -> Figure:
    known = {each: score for each, score in facts.scores.items() if score is not None}
    if not known:
        return Figure("Compliance", "–", "not evaluable", "Too few rules could be judged to give a score.")
    names = facts.department_names
    lowest = min(known, key=lambda each: (known[each], each))
    why = [f"Lowest in {names.get(lowest, lowest)}, {known[lowest]:.0f} of 100."] if len(known) > 1 else []
    silent = [names.get(each, each) for each, score in facts.scores.items() if score is None]
    if silent:
        why.append(f"{listed(silent)} cannot be scored: too little could be judged.")
    if facts.waived:
        why.append(f"{capital(counted(facts.waived, 'deviation'))} waived, not counted.")
    mean = sum(known.values()) / len(known)
    return Figure("Compliance with standards", f"{mean:.0f}", "of 100, mean of departments", " ".join(why))


def _deviations(facts: Facts) -> Figure:
    counts = Counter(one.severity for one in facts.deviations)
    legacy = sum(one.legacy for one in facts.deviations)
    why = [", ".join(f"{counts[name]} {name}" for name in reversed(SEVERITIES) if counts[name]) + "."] if counts else []
    if legacy:
        why.append(f"{capital(spelled(legacy))} were so already when their rule was switched on.")
    if facts.unknown_verdicts:
        why.append(f"{capital(counted(facts.unknown_verdicts, 'verdict'))} unknown: an input is missing or old.")
    before = ""
    if facts.earlier is not None:
        before = f"{sum(facts.earlier.open_by_severity.values())} on {day(facts.earlier.day)}"
    return Figure("Open deviations", number(len(facts.deviations)), before, " ".join(why), counts["critical"] > 0)


def _writes(facts: Facts) -> Figure:
    total = sum(len(group.changes) for group in facts.writes)
    held = sum(len(group.changes) for group in facts.writes if group.hold)
    why = "Nothing is sent before a person approves it."
    if held:
        why = f"{capital(counted(held, 'change'))} held back: over the limit for a single run."
    return Figure(
        "Write-backs waiting", number(total), f"in {counted(len(facts.writes), 'group')}" if total else "", why
    )


def changes(facts: Facts) -> list[Change]:
    """Say what changed since the earlier snapshot, worst first; connectors that no longer answer always count."""
    found = [
        Change(f"{one.id} is not read", f"{one.note or 'Its last run failed.'} The last good data is shown.")
        for one in facts.connectors
        if one.state is FreshnessState.FAILING
    ]
    found += _coming(facts)
    if facts.earlier is None:
        return found
    found += _project_changes(facts, facts.earlier.projects)
    outcomes = facts.write_outcomes
    if outcomes:
        words = {"applied": "applied and verified", "stale": "stale, the team's edit was kept"}
        told = [f"{count} {words.get(name, name.replace('_', ' '))}" for name, count in sorted(outcomes.items())]
        found.append(Change("Write-backs", capital(listed(told, 6)) + "."))
    return found


def _coming(facts: Facts) -> list[Change]:
    """Say by department what announced standards would change: counted here, and told to nobody else."""
    would: dict[str, Counter[Kind]] = {}
    for one in facts.coming:
        would.setdefault(one.department, Counter())[one.kind] += one.number
    told = [
        f"{facts.department_names.get(each, each or 'no department')} "
        + listed([f"{number(many[kind])} {words}" for kind, words in COMING.items() if many[kind]], len(COMING))
        for each, many in sorted(would.items())
    ]
    return [Change("Standards to come", f"They would change: {'; '.join(told)}.")] if told else []


def _project_changes(facts: Facts, earlier: Mapping[str, tuple[str | None, object]]) -> list[Change]:
    worse: list[Change] = []
    better: list[Change] = []
    order = (Rag.GREEN, Rag.UNSET, Rag.AMBER, Rag.RED)
    for one in facts.projects:
        if one.id not in earlier:
            worse.append(Change(f"{one.name} is new", "It was not in the portfolio before."))
            continue
        health, finish = earlier[one.id]
        was = Rag(health) if health else Rag.UNSET
        if was is not one.reported:
            into = worse if order.index(one.reported) > order.index(was) else better
            into.append(Change(f"{one.name} turned {_word(one.reported)}", "", was, one.reported))
        elif finish != one.planned_finish and one.planned_finish is not None:
            into = worse if finish is None or str(one.planned_finish) > str(finish) else better
            into.append(Change(f"{one.name} has a new finish", f"Now {day(one.planned_finish)}{_slip(one)}."))
    gone = len(set(earlier) - {one.id for one in facts.projects})
    left = [Change(f"{capital(counted(gone, 'project'))} left", "Completed, archived, linked or gone.")] if gone else []
    return [*worse, *left, *better]


def _word(health: Rag) -> str:
    return "grey" if health is Rag.UNSET else health.value


def _slip(project: Project) -> str:
    if project.slip is None:
        return ""
    return ", on its baseline" if project.slip == 0 else f", {signed(project.slip)} working days against its baseline"


def moves(facts: Facts) -> str:
    """Say how many deviations opened and closed since the earlier snapshot."""
    if facts.earlier is None:
        return "This is the first report: from the next day on it says here what changed."
    was, now = sum(facts.earlier.open_by_severity.values()), len(facts.deviations)
    went = "rose" if now > was else "fell" if now < was else "stayed"
    by = f"at {now}" if now == was else f"from {was} to {now}"
    return f"Worst first. Open deviations {went} {by}: {facts.opened_since} opened, {facts.closed_since} closed."


def trend_title(facts: Facts) -> str:
    """Say whether open deviations rise or fall, and the critical ones with them or not."""
    first, last = facts.weeks[0].open_by_severity, facts.weeks[-1].open_by_severity
    whole = sum(last.values()) - sum(first.values())
    critical = last.get("critical", 0) - first.get("critical", 0)
    said = f"Deviations {_went(whole)}"
    if _went(whole) == _went(critical):
        return said
    return f"{said}, critical ones {_went(critical)}"


def _went(difference: int) -> str:
    return "are rising" if difference > 0 else "are falling" if difference < 0 else "stay as they were"


def effort_title(facts: Facts) -> str:
    """Name the departments that work above plan."""
    names = facts.department_names
    sums = effort_by_department(facts.projects)
    above = [names.get(each, "No department") for each, (actual, planned) in sums.items() if actual > planned]
    if not above:
        return "No department works above plan"
    return f"{listed(above)} {'works' if len(above) == 1 else 'work'} above plan"


def effort_by_department(projects: Sequence[Project]) -> dict[str, tuple[float, float]]:
    """Sum actual and planned hours of the projects that have both."""
    found: dict[str, tuple[float, float]] = {}
    for one in projects:
        if one.effort.compared:
            actual, planned = found.get(one.department_id, (0.0, 0.0))
            found[one.department_id] = (actual + one.effort.compared[0], planned + one.effort.compared[1])
    return found


def over_booked(facts: Facts) -> str:
    """Say who is over-booked, where people may be named, else how many are; empty where nobody is."""
    named = facts.load.over_booked
    if not named:
        over = facts.load.over
        verb = "person is" if over == 1 else "people are"
        return f"{capital(spelled(over))} {verb} over-booked, by all tools together." if over else ""
    one = named[0]
    week = one.by_week[one.worst]
    when = f"in week {facts.load.weeks[one.worst].isocalendar().week}"
    hours = f"{number(week.planned or 0)} of {number(week.available or 0)} h {when}"
    said = f"{one.person} is over-booked: {hours}, planned in {listed(list(one.connectors))}."
    left = facts.load.over - 1
    return f"{said} {capital(spelled(left))} more {'is' if left == 1 else 'are'} over-booked." if left > 0 else said


def load(facts: Facts) -> str:
    """Say how many people are over-booked, of how many that can be judged, and what the figure rests on."""
    found = facts.load
    if not found.planned:
        return "No tool books anybody, and no open task that somebody owns has both an estimate and a date."
    who = (
        f"{capital(counted(found.planned, 'person', 'people'))} {'has' if found.planned == 1 else 'have'} planned time"
    )
    if not found.judged:
        said = f"{who}; of none is the capacity known, so nobody can be judged."
    else:
        over = f"of {found.judged} whose capacity is known {found.over or 'none'} {'is' if found.over < 2 else 'are'}"
        said = f"{who}; {over} over-booked: more than {BEYOND:.0%} of what is"
        said += " available, in two of the next four weeks or more."
    said += " What a tool books counts in place of the estimates of that person's tasks in the project."
    return said if found.leave_told else f"{said} No tool tells of leave, so none is taken off."


def percent(share: float) -> str:
    """+10%, −3% or ±0%."""
    rounded = round(100 * share) - 100
    return f"{'+' if rounded > 0 else MINUS if rounded < 0 else '±'}{abs(rounded)}%"
