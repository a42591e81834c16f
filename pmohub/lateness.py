"""Which connectors are not read as they should be, why, and what to do about each: for `status` and `doctor`."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from canonical.problems import Problem, Weight
from canonical.store import Run, RunState
from canonical.store.connectors import states
from canonical.store.runs import last_ended
from pmohub.composition import Hub
from pmohub.serving.standings import standings
from sync.scheduling.standing import FAILED, Standing

NAMED = 5
"""Connectors that a sentence names; the rest is counted."""


def late(hub: Hub, now: datetime) -> list[Problem]:
    """Tell of what fails, of what is overdue by its schedule, and of what was never read.

    Raises:
        StoreError: the database cannot be read.
    """
    known = {one.id: one for one in states(hub.engine)}
    standing = dict(standings(hub, now))
    used = [name for name in standing if name not in known or known[name].retired_at is None]
    last = {name: last_ended(hub.engine, name) for name in used}
    problems = [*_failing(hub, last, standing)]
    overdue = {name: one.due for name in used if (one := standing[name]) is not None and one.is_overdue(now)}
    if overdue:
        problems.append(_overdue(overdue, hub))
    unread = [name for name in used if last[name] is None and not _is_running(standing[name])]
    if unread:
        problems.append(_unread(unread))
    return problems


def _failing(hub: Hub, last: dict[str, Run | None], standing: dict[str, Standing | None]) -> Iterator[Problem]:
    for name, run in last.items():
        if run is None or run.state not in FAILED:
            continue
        found = standing[name]
        number = found.failures if found is not None else 0
        times = "" if number <= 1 else f" {number} times in a row"
        again = f" The next try is due: {_moment(found.due, hub)}." if found is not None and number else ""
        told = next((one for one in run.note.problems if one.weight is Weight.ERROR), _without_a_word(run.state))
        yield replace(
            told,
            what=f"{name} failed{times}: {told.what}",
            not_done=f"{told.not_done}{again}".strip(),
            commands=told.commands or (f"pmohub check {name}",),
        )


def _without_a_word(state: RunState) -> Problem:
    what = "its process died, or stood still for too long." if state is RunState.LOST else "it did not say why."
    return Problem(what, not_done="What was stored before is kept.", next_step="See whether the tool answers:")


def _overdue(since: dict[str, datetime], hub: Hub) -> Problem:
    names = sorted(since, key=lambda name: (since[name], name))
    several = len(names) > 1
    longest = ", the longest" if several else ""
    return Problem(
        what=f"{_named(names)} {'are' if several else 'is'} overdue{longest} since {_moment(since[names[0]], hub)}.",
        not_done="No run has begun at that time, or since.",
        next_step="Is the service running? If it is, its log says what keeps it. Without one, or to read now:",
        commands=("pmohub serve", f"pmohub sync {' '.join(names[:NAMED])}"),
    )


def _unread(names: Sequence[str]) -> Problem:
    return Problem(
        what=f"{_named(names)} {'were' if len(names) > 1 else 'was'} never read.",
        next_step="The service reads what has a schedule. To read it now:",
        commands=(f"pmohub sync {' '.join(names[:NAMED])}",),
        weight=Weight.INFO,
    )


def _is_running(found: Standing | None) -> bool:
    return found is not None and found.running


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _moment(moment: datetime, hub: Hub) -> str:
    local = moment.astimezone(hub.timezone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"
