"""Everything: what is listed beside tasks, each project's tasks with all below them, then the logged time.

Each batch is a place to go on from. Once a day everything is read anew: events may go missing, and some things tell
nothing of their changes (a budget, the name of a section or a tag, an old time entry).
"""

from collections.abc import Generator, Sequence
from dataclasses import replace

from canonical.intake import Batch
from connectors.asana.pulling.cursor import MOST_SEEN, Reading
from connectors.asana.pulling.entries import all_entries
from connectors.asana.pulling.facts import add_absences, read_facts
from connectors.asana.pulling.records import Made
from connectors.asana.pulling.run import Run
from connectors.asana.pulling.units import Start, Unit
from connectors.asana.pulling.whereabouts import JustListed
from connectors.moments import newest

PLACES = ("num_subtasks", "memberships.project.gid", "parent.gid", "actual_time_minutes")


def read_everything(run: Run, reading: Reading) -> Generator[Batch, None, JustListed | None]:
    """Read all tasks in scope and all that belongs to them, from where an earlier run was cut off.

    Give where all tasks are; None where the earlier run has read some of them.
    """
    if not reading.facts:
        yield from read_facts(run)
        reading = replace(reading, facts=True)
    earlier = [*reading.done, *reading.under_way]
    listed = set(run.projects)
    if not reading.tasks:
        for unit in run.whole(_starts(run, reading)):
            reading = _further(reading, unit)
            if unit.token is None:
                listed.discard(unit.project)
            made = run.made_of(unit.tasks)
            away = add_absences(run, made)
            place = replace(run.place_at(unit.project, unit.token), reading=reading)
            yield run.batch(made, place, count=len(unit.tasks), begins=away, complete=away)
        reading = replace(reading, tasks=True)
        yield run.batch(Made(), replace(run.place, reading=reading))
    if run.options.time_entries:
        _locate(run, earlier)
        yield from all_entries(run)
    made = Made(problems=list(run.history.problems()))
    away = add_absences(run, made)
    place = replace(
        run.place, since=reading.began, whole_at=reading.began, reading=None, seen=newest(run.seen, MOST_SEEN)
    )
    yield run.batch(made, place, begins=away, complete=away)
    return None if earlier else JustListed(run.where, frozenset(listed))


def _starts(run: Run, reading: Reading) -> list[Start]:
    return [
        Start(project, reading.under_way.get(project), run.place.tokens.get(project) or None)
        for project in run.projects
        if project not in reading.done
    ]


def _further(reading: Reading, unit: Unit) -> Reading:
    """Say how far a reading is after a page."""
    under_way = {project: offset for project, offset in reading.under_way.items() if project != unit.project}
    done = reading.done
    if unit.offset is not None:
        under_way[unit.project] = unit.offset
    else:
        done = (*done, unit.project)
    return replace(reading, done=done, under_way=under_way, count=reading.count + len(unit.tasks))


def _locate(run: Run, projects: Sequence[str]) -> None:
    """Find where the tasks are that an earlier run read, and this one has not seen."""
    starts = [Start(project, token="") for project in projects if project in run.projects]
    for unit in run.whole(starts, PLACES):
        for task in unit.tasks:
            run.note(task)
