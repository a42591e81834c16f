"""Sprints: a fortnight each, one after another in every software project."""

from datetime import date, timedelta
from typing import NamedTuple

FORTNIGHT = 14
PER_PROJECT = 1000


class Sprint(NamedTuple):
    """A sprint of a project's board, with its days and where it stands: closed, active or future."""

    id: int
    board: int
    name: str
    state: str
    first: date
    last: date
    goal: str


def sprint_id(project: int, turn: int) -> int:
    """Give the id of a project's sprint."""
    return (project + 1) * PER_PROJECT + turn


def sprint_of(identity: int, first_day: date, today: date) -> Sprint:
    """Give a sprint by its id."""
    project, turn = identity // PER_PROJECT - 1, identity % PER_PROJECT
    first = first_day + timedelta(days=turn * FORTNIGHT)
    last = first + timedelta(days=FORTNIGHT - 1)
    state = "closed" if last < today else "active" if first <= today else "future"
    goal = "* fewer calls, faster answers\n* startDate agreed with Kiel=yes" if turn % 3 == 0 else ""
    return Sprint(identity, project + 1, f"Sprint {turn + 1}", state, first, last, goal)
