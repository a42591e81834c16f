"""Whatever happens to an item and in whatever order, its deviation is where the rules of its life say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canonical.database import writing
from rules import deviations, waivers
from rules.standards import load_standards
from rules.waivers import Request
from tests.rules.house import OVERDUE, House
from tests.rules.test_incremental import store

VERDICTS = {
    "deviates": {"status_category": "todo", "due": date(2026, 3, 9)},
    "passes": {"status_category": "todo", "due": date(2026, 5, 1)},
    "unknown": {"status_category": "todo", "due": None},
    "not_applicable": {"status_category": "done", "due": None},
}
CLOSED_AS = {"passes": "resolved", "not_applicable": "no_longer_required"}


@dataclass
class Life:
    """The life of one deviation, written down a second time: None before it was ever opened."""

    state: str | None = None
    reason: str | None = None
    unverified: bool = False
    reopened: int = 0
    excused: bool = False

    def evaluated(self, verdict: str) -> None:
        if self.state == "dismissed":
            return
        living = self.state in {"open", "waived"}
        if verdict == "deviates":
            self.reopened += self.state == "closed"
            self.state, self.reason, self.unverified = "open", None, False
        elif living and verdict == "unknown":
            self.unverified = True
        elif living:
            self.state, self.reason, self.unverified = "closed", CLOSED_AS[verdict], False
        self.settle()

    def settle(self) -> None:
        if self.state in {"open", "waived"}:
            self.state = "waived" if self.excused else "open"


def waive(house: House, life: Life) -> None:
    if life.state is None or life.excused:
        return
    with writing(house.engine) as connection:
        asked = Request("overdue", "deviation", "t1", "ok", "ann", date(2026, 5, 1))
        waivers.grant(connection, asked, house.now)
    life.excused = True
    life.settle()


def revoke(house: House, life: Life) -> None:
    if not life.excused:
        return
    with writing(house.engine) as connection:
        (held,) = waivers.in_force(connection, house.now.date())
        waivers.revoke(connection, held.id, house.now)
    life.excused = False
    life.settle()


def dismiss(house: House, life: Life) -> None:
    if life.state not in {"open", "waived"}:
        return
    with writing(house.engine) as connection:
        deviations.dismiss(connection, house.deviations()[0]["number"], "false alarm", "ann")
    life.state = "dismissed"


def take_up(house: House, life: Life) -> None:
    if life.state != "dismissed":
        return
    with writing(house.engine) as connection:
        deviations.take_up(connection, house.deviations()[0]["number"])
    life.state = "open"


ACTS: dict[str, Callable[[House, Life], None]] = {
    "waive": waive,
    "revoke": revoke,
    "dismiss": dismiss,
    "take_up": take_up,
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*VERDICTS, *ACTS]), max_size=8))
def test_a_deviation_is_where_its_life_says(acts: list[str]) -> None:
    with store() as engine, TemporaryDirectory() as folder:
        (Path(folder) / "ours.toml").write_text(OVERDUE, encoding="utf-8")
        house, life = House(engine, load_standards(["ours.toml"], Path(folder))), Life()
        house.plant("task", id="t1", **VERDICTS["passes"])
        for act in acts:
            if act in ACTS:
                ACTS[act](house, life)
                continue
            house.change("task", "t1", **VERDICTS[act])
            house.evaluate()
            life.evaluated(act)
            seen = house.deviations()
            shown = [(row["state"], row["close_reason"], row["unverified"], row["reopened"]) for row in seen]
            assert shown == ([] if life.state is None else [(life.state, life.reason, life.unverified, life.reopened)])
