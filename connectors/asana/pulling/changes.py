"""What changed since the last run: by the events of each project, and by its tasks that were modified since.

Events tell of subtasks, too, but each at most once, so that one may be missing: the tasks modified since are listed
besides, which costs a request for a project in which nothing changed, and subtasks are searched for where the plan has
it, which costs one for a workspace. What is below a changed task is listed anew: it may have moved with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from canonical.intake import Batch
from canonical.problems import Problem, Weight
from canonical.vocabulary import EntityKind
from connectors.asana.client.api import HIDDEN, Events
from connectors.asana.client.connection import JSON
from connectors.asana.client.paging import A_PAGE
from connectors.asana.pulling.cursor import MOST_SEEN, Reading, written
from connectors.asana.pulling.entries import entries_of, recent_entries
from connectors.asana.pulling.features import Feature
from connectors.asana.pulling.records import Made
from connectors.asana.pulling.run import OVERLAP, Run
from connectors.asana.pulling.units import Start
from connectors.http import CallError
from connectors.moments import newest

SEARCH_LAGS = 10 * 60_000
"""Milliseconds by which the search steps back: what changed is found 10 to 60 seconds later, in bad times more."""

UNSEARCHED = "A changed subtask of which Asana's events did not tell is read with the next daily reading."


@dataclass(frozen=True, slots=True)
class _Look:
    """What is told of a project: its events, and the tasks that were modified."""

    events: Events
    modified: Sequence[JSON]


@dataclass(slots=True)
class _Told:
    """What events tell: tasks that changed and that were deleted. `whole`: more than single tasks changed."""

    changed: dict[str, None] = field(default_factory=dict)
    deleted: dict[str, None] = field(default_factory=dict)
    whole: bool = False


def read_changes(run: Run, since: int, following: Reading | None) -> Iterator[Batch]:
    """Read what changed since a moment of the server's; what `following` reads anyway right after is left to it."""
    window = _Window(run)
    if following is None:
        yield from _whole(run, {project: None for project in run.projects if project not in run.place.tokens})
    looked = [project for project in run.projects if project in run.place.tokens]
    found, hindrances = dict[str, JSON](), list[Problem]()
    for raw in _subtasks_found(run, since, hindrances) if following is None else ():
        found[str(raw.get("gid"))] = raw
    modified_since = since - OVERLAP if following is None else None
    anew: dict[str, str | None] = {}
    for project, look in run.side_by_side(looked, lambda project: _look(run, project, modified_since)):
        if look is None:
            run.place = run.place_at(project, None)
            continue
        told = told_by(look.events.rows)
        if following is not None:
            told.changed.clear()
        modified = [raw for raw in look.modified if window.is_new(raw)]
        yield from _changed(run, window, modified, told, found, project)
        if following is None and (look.events.missed or told.whole):
            anew[project] = look.events.token
        else:
            # Events are told once: the token is safe when what they told is stored, and not before.
            run.place = run.place_at(project, look.events.token)
    yield from _changed(run, window, [], _Told(), found)
    yield from _whole(run, anew)
    if run.options.time_entries and following is None:
        yield from recent_entries(run)
    tokens = {project: token for project, token in run.place.tokens.items() if project in run.projects}
    place = replace(run.place, since=run.now, seen=newest(run.seen, MOST_SEEN), tokens=tokens, reading=following)
    yield run.batch(Made(problems=[*run.history.problems(), *hindrances[:1]]), place)


def told_by(events: Iterable[JSON]) -> _Told:
    """Read events: which tasks changed, also by a story of theirs, and which were deleted."""
    told = _Told()
    for event in events:
        resource, action = event.get("resource"), event.get("action")
        if not isinstance(resource, dict) or not resource.get("gid"):
            continue
        gid, kind = str(resource["gid"]), resource.get("resource_type")
        if kind == "task" and action == "deleted":
            told.changed.pop(gid, None)
            told.deleted[gid] = None
        elif kind == "task":
            told.deleted.pop(gid, None)
            told.changed[gid] = None
        elif kind == "story":
            parent = event.get("parent")
            if isinstance(parent, dict) and parent.get("gid") and parent.get("resource_type", "task") == "task":
                told.changed[str(parent["gid"])] = None
        elif kind == "section" and action != "added":
            # The status of every task in it may be another one, and none of them was modified.
            told.whole = True
    return told


class _Window:
    """Leaves out what had been seen as it is, and what was given in this run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.given: set[str] = set()

    def is_new(self, raw: JSON) -> bool:
        """Say whether a task was not seen as it is now."""
        self._run.see(raw)
        gid = str(raw.get("gid"))
        return gid not in self.given and self._run.place.seen.get(gid) != str(raw.get("modified_at"))


def _look(run: Run, project: str, since: int | None) -> _Look | None:
    """Look at a project, without a moment only at its events; None where it has gone since the projects were listed."""
    token = run.place.tokens[project]
    drawn = None
    if token:
        drawn = run.features.ask(Feature.EVENTS, run.projects[project], lambda: run.client.events(project, token))
    events = Events((), token) if drawn is None else drawn
    if events.missed or since is None:
        return _Look(events, [])
    try:
        pages = run.client.tasks(project, run.plan.ask.task, written(since))
        return _Look(events, [raw for page in pages for raw in page])
    except CallError as error:
        if error.status not in HIDDEN:
            raise
        return None


def _changed(
    run: Run, window: _Window, modified: Sequence[JSON], told: _Told, found: dict[str, JSON], project: str = ""
) -> Iterator[Batch]:
    """Read the tasks that changed, with what is below them, and ask for those that are told to be deleted."""
    bodies = {str(raw.get("gid")): raw for raw in modified}
    listed = dict.fromkeys(bodies, project)
    if not bodies and not told.changed and not told.deleted:
        # What the search found and no event told.
        bodies = {gid: raw for gid, raw in found.items() if window.is_new(raw)}
    wanted = [gid for gid in told.changed if gid not in bodies and gid not in window.given]
    bodies |= {gid: found[gid] for gid in wanted if gid in found}
    asked = [*(gid for gid in wanted if gid not in bodies), *told.deleted]
    gone = set(told.deleted)
    for start in range(0, max(len(bodies), len(asked)), A_PAGE):
        part = list(bodies.values())[start : start + A_PAGE]
        read = run.locator.raws(asked[start : start + A_PAGE])
        gone -= {str(raw["gid"]) for raw in read}
        tasks = run.locator.place([*part, *read], listed)
        tasks += run.families.below(run.families.begin(tasks))
        tasks = [task for task in tasks if str(task.raw.get("gid")) not in window.given]
        window.given |= {str(task.raw.get("gid")) for task in tasks}
        made = run.made_of(tasks)
        if run.options.time_entries:
            made.join(entries_of(run, tasks))
        yield run.batch(made, count=len(tasks))
    if gone:
        yield run.batch(Made(deleted=[(EntityKind.TASK, gid) for gid in sorted(gone)]))


def _subtasks_found(run: Run, since: int, hindrances: list[Problem]) -> Iterator[JSON]:
    """Search for the subtasks that were modified: the events may have left one out.

    A search that is down stops nothing: what it would find, events tell as a rule, and the daily reading always.
    """
    for workspace in dict.fromkeys(run.projects.values()):
        after = written(since - SEARCH_LAGS)
        while True:
            query = {"is_subtask": True, "modified_at.after": after, "sort_by": "modified_at", "sort_ascending": True}
            call = run.client.found
            try:
                rows = run.features.ask(Feature.SEARCH, workspace, lambda: call(workspace, query, run.plan.ask.task))  # noqa: B023  # called at once
            except CallError as error:
                if error.status is None or error.status < 500:
                    raise
                hindrances.append(replace(error.problem, not_done=UNSEARCHED, weight=Weight.WARNING))
                break
            yield from rows or ()
            following = str(rows[-1].get("modified_at")) if rows else after
            if not rows or len(rows) < A_PAGE or following == after:
                break
            after = following


def _whole(run: Run, projects: Mapping[str, str | None]) -> Iterator[Batch]:
    """Read projects whole, each with the token of events from before: they came into scope, or events were missed."""
    starts = [Start(project, token=token) for project, token in projects.items()]
    for unit in run.whole(starts):
        made = run.made_of(unit.tasks)
        if run.options.time_entries:
            made.join(entries_of(run, unit.tasks))
        if unit.offset is None:
            run.place = run.place_at(unit.project, unit.token)
        yield run.batch(made, count=len(unit.tasks))
