"""A rule that did not run opens and resolves nothing, whatever else happens; the others go on."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Connection, event

from canonical.vocabulary import Verdict
from rules.evaluation import filling, judging
from rules.standards import load_standards
from tests.rules.house import OVERDUE, House
from tests.rules.test_incremental import store

NAMED = (
    '[rules.named]\nentity = "task"\nclass = "completeness"\nseverity = "minor"\n'
    "deviates_if = \"task.title.normalized() == 'wrong'\"\nneeds = []\n"
    'message = "{task.title}"\nremedy = "Name it."\nsource = "Us"\n'
)
ACTS = tuple(product(("Wrong", "Right"), (False, True)))
"""What the title is, and whether the rule on it fails."""


@contextmanager
def small_house() -> Iterator[tuple[House, set[str]]]:
    """A house with a task and two rules; while the set holds a word, the rule on titles fails in the database."""
    failing: set[str] = set()

    def normalized(text: str) -> str:
        if failing:
            message = "out of order"
            raise ValueError(message)
        return text.casefold()

    def connected(connection: sqlite3.Connection, _: Any) -> None:
        connection.create_function("pmohub_normalized", 1, normalized)

    with store() as engine, TemporaryDirectory() as folder:
        engine.dispose()
        event.listen(engine, "connect", connected)
        (Path(folder) / "ours.toml").write_text(OVERDUE + NAMED, encoding="utf-8")
        house = House(engine, load_standards(["ours.toml"], Path(folder)))
        house.plant("task", id="t1", title="Right", status_category="todo")
        yield house, failing


def first_wrong(histories: Collection[tuple[tuple[str, bool], ...]]) -> tuple[tuple[str, bool], ...] | None:
    """Give the first history in which a deviation is not where the last evaluation in which its rule ran left it."""
    for history in histories:
        with small_house() as (house, failing):
            expected = False
            for title, fails in history:
                house.change("task", "t1", title=title)
                failing.clear()
                failing.update(["now"] if fails else [])
                told = [problem.what for problem in house.evaluate().problems]
                assert any("named could not be evaluated" in what for what in told) == fails
                expected = expected if fails else title == "Wrong"
                shown = {row["state"] for row in house.deviations("named")} & {"open"}
                if bool(shown) != expected:
                    return history
    return None


def test_a_rule_that_did_not_run_opens_and_resolves_nothing() -> None:
    histories = product([("Wrong", False), ("Right", False)], ACTS, ACTS)
    assert first_wrong(list(histories)) is None


def test_resolving_by_a_rule_that_did_not_run_does_not_get_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mutant: the rules that failed count as run, and found nothing."""
    find, settle_orphans = filling.find_candidates, filling.settle_orphans

    def of_all(connection: Connection, failed: Collection[str]) -> None:
        find(connection, ())

    def of_all_orphans(connection: Connection, unasked: Collection[str]) -> None:
        settle_orphans(connection, ())

    monkeypatch.setattr(filling, "find_candidates", of_all)
    monkeypatch.setattr(filling, "settle_orphans", of_all_orphans)
    monkeypatch.setattr(judging, "FAILED", Verdict.PASSES.value)
    assert first_wrong([(("Wrong", False), ("Right", True))]) is not None
