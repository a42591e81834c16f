"""What the plan or the account does not have is a capability that is off, not a failed run.

Source: https://developers.asana.com/docs/errors: 402 says that the plan lacks it, 403 and 404 that this account does
not see it, 400 that it is not to be had by these parameters.
"""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from threading import Lock
from typing import TypeVar

from connectors.asana.client.api import LACKING
from connectors.http import CallError

Answer = TypeVar("Answer")
ENOUGH = 3
"""Refusals for one item after the other that say that the feature is off, where none was answered."""


class Feature(StrEnum):
    """Something that not every plan has, as people know it."""

    SEARCH = "task search"
    EVENTS = "events of projects"
    TIME = "time tracking"
    ALL_TIME = "time entries of a whole workspace"
    TIMESHEETS = "timesheet approvals"
    PORTFOLIOS = "portfolios"
    STATUS_UPDATES = "status updates"
    BUDGETS = "budgets"
    RATES = "rates"
    ALLOCATIONS = "allocations"
    ABSENCES = "out-of-office entries"
    GOALS = "goals"
    USERS = "the list of users"


class Features:
    """What was found to be off, by workspace; for one run, from several threads."""

    def __init__(self) -> None:
        self._off: set[tuple[Feature, str]] = set()
        self._given: set[tuple[Feature, str]] = set()
        self._refused: Counter[tuple[Feature, str]] = Counter()
        self._lock = Lock()

    def ask(self, feature: Feature, workspace: str, call: Callable[[], Answer]) -> Answer | None:
        """Make a call of a feature; None where it is off, or refused for this one item.

        Raises:
            CallError: Asana did not answer.
        """
        if (feature, workspace) in self._off:
            return None
        try:
            answer = call()
        except CallError as error:
            if error.status not in LACKING:
                raise
            self._refuse(feature, workspace, error)
            return None
        self._given.add((feature, workspace))
        return answer

    def is_whole(self, feature: Feature, workspace: str) -> bool:
        """Say whether nothing that was asked of the feature was refused."""
        return not self._refused[feature, workspace]

    def _refuse(self, feature: Feature, workspace: str, error: CallError) -> None:
        key = (feature, workspace)
        with self._lock:
            self._refused[key] += 1
            if error.status == 402 or (key not in self._given and self._refused[key] >= ENOUGH):
                self._off.add(key)
