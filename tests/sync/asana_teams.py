"""What teams do to a sandbox Asana, at random: each deed takes whatever numbers it is given."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from pmohub.testing.asana.server import Server
from pmohub.testing.asana.state import A_DAY
from pmohub.testing.asana.world.things import Thing
from tests.asana_reading.sites import ORGANISATION


class Team:
    """Somebody who works at a site; `pick` and `number` choose on what."""

    def __init__(self, server: Server) -> None:
        self.state, self.world, self.hands = server.state, server.state.world, server.hands
        self.workspace = next(one.gid for one in self.world.of("workspace") if one["name"] == ORGANISATION)

    def projects(self) -> list[Thing]:
        return [one for one in self.world.of("project") if one["workspace"] == self.workspace]

    def project(self, pick: int) -> Thing:
        every = self.projects()
        return every[pick % len(every)]

    def tasks(self) -> list[Thing]:
        """All tasks of the projects, with those below them, each once."""
        found: dict[str, Thing] = {}
        level = [task for project in self.projects() for task in self.hands.tasks(project.gid)]
        while level:
            found |= {task.gid: task for task in level}
            level = [below for task in level for below in self.hands.subtasks(task.gid) if below.gid not in found]
        return list(found.values())

    def task(self, pick: int) -> Thing:
        every = self.tasks()
        return every[pick % len(every)]

    def entries(self) -> list[Thing]:
        return [entry for task in self.tasks() for entry in self.hands.entries(task.gid)]


Deed: TypeAlias = Callable[[Team, int, int], None]


def rename(team: Team, pick: int, number: int) -> None:
    team.hands.edit(team.task(pick).gid, name=f"Title {number}")


def complete(team: Team, pick: int, number: int) -> None:
    team.hands.edit(team.task(pick).gid, completed=number % 2 == 0)


def schedule(team: Team, pick: int, number: int) -> None:
    team.hands.edit(team.task(pick).gid, due_on=(A_DAY + timedelta(days=number)).isoformat())


def create(team: Team, pick: int, number: int) -> None:
    team.hands.create(team.project(pick).gid, f"New {number}")


def create_below(team: Team, pick: int, number: int) -> None:
    team.hands.create_subtask(team.task(pick).gid, f"Part {number}")


def delete(team: Team, pick: int, number: int) -> None:
    if len(team.tasks()) > 12:
        team.hands.delete(team.task(pick).gid)


def restore(team: Team, pick: int, number: int) -> None:
    gone = [one for one in team.world.gone.values() if one.kind == "task"]
    if gone:
        team.hands.restore(gone[pick % len(gone)].gid)


def add_to_project(team: Team, pick: int, number: int) -> None:
    team.hands.add_project(team.task(pick).gid, team.project(number).gid)


def take_out_of_project(team: Team, pick: int, number: int) -> None:
    task = team.task(pick)
    if task["memberships"]:
        team.hands.remove_project(task.gid, task["memberships"][0][0])


def put_below_another(team: Team, pick: int, number: int) -> None:
    task, above = team.task(pick), team.task(number)
    if task.gid not in {one.gid for one in team.world.parents(above)}:
        team.hands.set_parent(task.gid, above.gid)


def put_below_none(team: Team, pick: int, number: int) -> None:
    below = [one for one in team.tasks() if one["parent"]]
    if below:
        team.hands.set_parent(below[pick % len(below)].gid, None)


def move_section(team: Team, pick: int, number: int) -> None:
    placed = [one for one in team.tasks() if one["memberships"]]
    task = placed[pick % len(placed)]
    project = team.world.get(task["memberships"][0][0])
    if project is not None:
        team.hands.move(task.gid, project["sections"][number % len(project["sections"])])


def rename_section(team: Team, pick: int, number: int) -> None:
    sections = team.project(pick)["sections"]
    team.hands.edit(sections[number % len(sections)], name=f"Stage {number}")


def depend(team: Team, pick: int, number: int) -> None:
    one, other = team.task(pick), team.task(number)
    if one.gid != other.gid and other.gid not in one["dependencies"]:
        team.hands.depend(one.gid, other.gid)


def comment(team: Team, pick: int, number: int) -> None:
    team.hands.comment(team.task(pick).gid)


def log_time(team: Team, pick: int, number: int) -> None:
    day = A_DAY + timedelta(days=number - 3)
    team.hands.log_time(team.task(pick).gid, 10 * number + 1, day.isoformat())


def change_time(team: Team, pick: int, number: int) -> None:
    recent = [one for one in team.entries() if one["entered_on"] >= (A_DAY - timedelta(days=4)).isoformat()]
    if recent:
        team.hands.edit(recent[pick % len(recent)].gid, duration_minutes=number)


def delete_time(team: Team, pick: int, number: int) -> None:
    recent = [one for one in team.entries() if one["entered_on"] >= (A_DAY - timedelta(days=4)).isoformat()]
    if recent:
        team.hands.delete_time(recent[pick % len(recent)].gid)


def rename_project(team: Team, pick: int, number: int) -> None:
    team.hands.edit(team.project(pick).gid, name=f"Undertaking {number}")


def archive_or_restore(team: Team, pick: int, number: int) -> None:
    project = team.project(pick)
    team.hands.edit(project.gid, archived=not project["archived"])


def hide_or_show_project(team: Team, pick: int, number: int) -> None:
    hidden, project = team.state.hidden, team.project(pick)
    if project.gid in hidden:
        team.hands.hide(project.gid, hidden=False)
    elif not hidden:
        team.hands.hide(project.gid)


OF_TEAMS: tuple[Deed, ...] = (
    rename,
    complete,
    schedule,
    create,
    create_below,
    create_below,
    delete,
    restore,
    add_to_project,
    take_out_of_project,
    put_below_another,
    put_below_none,
    move_section,
    rename_section,
    depend,
    comment,
    log_time,
    change_time,
    delete_time,
    rename_project,
    archive_or_restore,
    hide_or_show_project,
)


def stop_the_clock(team: Team, pick: int, number: int) -> None:
    """Let everything from now on happen at one instant, until time passes."""
    team.state.clock.stop()


def let_time_pass(team: Team, pick: int, number: int) -> None:
    team.state.clock.stop(stopped=False)
    team.state.clock.advance(40 * number**2)


def let_a_day_pass(team: Team, pick: int, number: int) -> None:
    """Tokens of events run out, and everything is read anew."""
    team.state.clock.stop(stopped=False)
    team.state.clock.advance(25 * 3600)


def tell_late(team: Team, pick: int, number: int) -> None:
    """Let events and the search learn of edits late."""
    team.state.event_delay_ms = 10_000 * number
    team.state.lag_ms = 20_000 * number


def lose_pages(team: Team, pick: int, number: int) -> None:
    team.hands.forget_pages()


OF_TIME: tuple[Deed, ...] = (stop_the_clock, let_time_pass, let_a_day_pass, tell_late, lose_pages)
