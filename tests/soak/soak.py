"""Hours of work in minutes: teams, accidents and kills at random around `pmohub serve`; then all of it must agree."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import delete, func, select

from canonical.database import reading, writing
from canonical.schema.entities import task
from canonical.schema.operations import run as runs
from pmohub.composition import Hub
from tests.crash.workplace import hub_of, journal
from tests.soak.checks import faults_of
from tests.soak.office import FIELDS, SQLITE, set_up, sheets_in
from tests.soak.service import Service
from tests.soak.sheets import encoded
from tests.soak.team import Team

QUIET_RUNS = 4
PLANTED = ("lose-an-edit", "lose-a-write", "lose-a-record")
"""What a faulty hub would do, done by the soak itself."""


@dataclass(frozen=True)
class Soaked:
    """What happened, counted, and what was not as promised."""

    told: Counter[str]
    faults: list[str]


def soak(folder: Path, seed: int, seconds: float, *, database: str = SQLITE, planted: Iterable[str] = ()) -> Soaked:
    """Soak in an empty folder; the order of what is done follows from the seed, its moments do not."""
    set_up(folder, database)
    told: Counter[str] = Counter()
    team = Team(sheets_in(folder), Random(seed), told)  # noqa: S311
    team.begin()
    with hub_of(folder) as hub:
        service = Service(hub, told)
        service.start()
        try:
            _work(service, team, seconds)
            _be_quiet(service, team)
            for fault in planted:
                _plant(fault, hub, team)
            _count(hub, told)
            told["saved into a file in the moment of its exchange, and saved again"] = sum(
                sheet.late for sheet in team.sheets
            )
            return Soaked(told, faults_of(service, team))
        finally:
            service.end()


def _work(service: Service, team: Team, seconds: float) -> None:
    """Do one thing after the other until the time is up."""
    deeds: tuple[Callable[[Service, Team], None], ...] = (
        _edit,
        lambda _, team: team.have_an_accident(),
        lambda _, team: team.mend(),
        lambda service, _: service.let_a_minute_pass(),
        _approve,
        _kill,
        _kill_amid_a_write,
        _edit_amid_a_write,
    )
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        (deed,) = team.random.choices(deeds, weights=(50, 4, 8, 16, 4, 2, 4, 3))
        deed(service, team)
        time.sleep(team.random.choice((0, 0.05, 0.3, 1)))


def _edit(service: Service, team: Team) -> None:
    team.edit()


def _approve(service: Service, team: Team) -> None:
    """Approve what no standing approval covers, as a person who looked at it does."""
    service.type("writeback", "approve", "--over-limit")
    service.told["approvals by a person"] += 1


def _kill(service: Service, team: Team) -> None:
    service.kill()
    service.start()


def _kill_amid_a_write(service: Service, team: Team) -> None:
    team.give_work()
    if service.is_writing():
        time.sleep(team.random.choice((0, 0, 0.01, 0.03)))
        service.kill(all_at_once=True)
        service.start()


def _edit_amid_a_write(service: Service, team: Team) -> None:
    team.give_work()
    if service.is_writing():
        service.told["waves of edits amid a write"] += 1
        for _ in range(15):
            team.edit()


def _be_quiet(service: Service, team: Team) -> None:
    """Take all faults away, and let the service work undisturbed; then stop it."""
    team.end()
    for _ in range(QUIET_RUNS):
        service.read_all_again()
        _approve(service, team)
    service.read_all_again()
    service.stop()


def _plant(fault: str, hub: Hub, team: Team) -> None:
    sheet = next(one for one in team.sheets if one.connector == "plans")
    rows = sheet.now() or []
    if fault == "lose-a-record":
        with writing(hub.engine) as connection:
            connection.execute(delete(task).where(task.c.id == select(func.min(task.c.id)).scalar_subquery()))
        return
    rows[-1][sheet.title if fault == "lose-an-edit" else FIELDS["plans"]["pmo_code"]] = ""
    sheet.put(encoded(sheet.path, rows))


def _count(hub: Hub, told: Counter[str]) -> None:
    query = select(runs.c.kind, runs.c.state, func.count()).group_by(runs.c.kind, runs.c.state)
    with reading(hub.engine) as connection:
        told.update({f"runs: {kind} {state}": count for kind, state, count in connection.execute(query)})
    told.update(f"writes: {item.state.value}" for item in journal(hub))
