"""What teams do to a sandbox Jira, at random: each deed takes whatever numbers it is given."""

from collections.abc import Callable
from typing import TypeAlias

from pmohub.testing.jira.server import Server
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.company import Project, renamed
from pmohub.testing.jira.world.issue import Issue
from pmohub.testing.jira.world.people import User


class Team:
    """Somebody who works at a site; `pick` and `number` choose on what."""

    def __init__(self, server: Server) -> None:
        self.state, self.world, self.editor = server.state, server.state.world, server.state.editor

    @property
    def somebody(self) -> User:
        return self.world.people[1]

    def issues(self) -> list[Issue]:
        numbers = sorted({*range(self.world.size), *self.world.edited})
        found = (self.world.issue(number) for number in numbers)
        return [one for one in found if one is not None and not self.world.projects[one.project].archived]

    def issue(self, pick: int) -> Issue:
        every = self.issues()
        return every[pick % len(every)]

    def project(self, pick: int) -> Project:
        open_ones = [one for one in self.world.projects if not one.archived]
        return open_ones[pick % len(open_ones)]


Deed: TypeAlias = Callable[[Team, int, int], None]


def retitle(team: Team, pick: int, number: int) -> None:
    team.editor.edit(team.issue(pick), {"summary": f"Title {number}"}, team.somebody)


def relabel(team: Team, pick: int, number: int) -> None:
    team.editor.edit(team.issue(pick), {"labels": ("a", "b", "c")[: number % 4]}, team.somebody)


def create(team: Team, pick: int, number: int) -> None:
    values = {"summary": f"New {number}", "issuetype": scheme.TASK}
    team.editor.create(team.project(pick), values, team.somebody)


def create_below(team: Team, pick: int, number: int) -> None:
    above = team.issue(pick)
    if above.values["issuetype"] not in {scheme.SUBTASK, scheme.EPIC, scheme.CHARTER}:
        values = {"summary": f"Part {number}", "issuetype": scheme.SUBTASK, "parent": above.number}
        team.editor.create(team.world.projects[above.project], values, team.somebody)


def delete(team: Team, pick: int, number: int) -> None:
    if len(team.issues()) > 10:
        team.editor.delete(team.issue(pick))


def move(team: Team, pick: int, number: int) -> None:
    issue, to = team.issue(pick), team.project(number)
    if issue.project != to.place and issue.values["issuetype"] != scheme.SUBTASK:
        team.editor.move(issue, to, team.somebody)


def put_under_another(team: Team, pick: int, number: int) -> None:
    issue = team.issue(pick)
    epics = [one for one in team.issues() if one.values["issuetype"] == scheme.EPIC]
    if issue.values["issuetype"] in {scheme.STORY, scheme.TASK, scheme.BUG} and epics:
        parent = None if number % 3 == 0 else epics[number % len(epics)].number
        team.editor.edit(issue, {"parent": parent}, team.somebody)


def transition(team: Team, pick: int, number: int) -> None:
    issue = team.issue(pick)
    steps = team.world.projects[issue.project].workflow.transitions
    step = steps[number % len(steps)]
    values = {"resolution": "10000"} if scheme.STATUSES[step.target].category == "done" else {}
    team.editor.transition(issue, step, values, team.somebody)


def link(team: Team, pick: int, number: int) -> None:
    one, other = team.issue(pick), team.issue(number)
    if one.number != other.number:
        team.editor.link("10000", one, other, team.somebody)


def unlink(team: Team, pick: int, number: int) -> None:
    linked = [one for one in team.issues() if one.links]
    if linked:
        issue = linked[pick % len(linked)]
        team.editor.unlink(issue, issue.links[number % len(issue.links)], team.somebody)


def log_work(team: Team, pick: int, number: int) -> None:
    told = {"started": team.world.now(), "seconds": 600 * number + 60}
    team.state.timekeeper.add(team.issue(pick), team.somebody, told)


def _worked(team: Team, pick: int) -> Issue | None:
    worked = [one for one in team.issues() if one.worklogs]
    return worked[pick % len(worked)] if worked else None


def change_work(team: Team, pick: int, number: int) -> None:
    if (issue := _worked(team, pick)) is not None:
        log = issue.worklogs[number % len(issue.worklogs)]
        team.state.timekeeper.change(issue, log, team.somebody, {"seconds": 60 * (number + 1)})


def delete_work(team: Team, pick: int, number: int) -> None:
    if (issue := _worked(team, pick)) is not None:
        log = issue.worklogs[number % len(issue.worklogs)]
        team.state.timekeeper.delete(issue, log, team.somebody, quiet=number % 2 == 0)


def hide_or_show(team: Team, pick: int, number: int) -> None:
    """Give an issue a security level that the account is not in, or take it away."""
    issue = team.issue(pick)
    team.editor.edit(issue, {"security": None if issue.values.get("security") else "10000"}, team.somebody)


def hide_or_show_project(team: Team, pick: int, number: int) -> None:
    hidden, project = team.world.hidden_projects, team.project(pick)
    if project.place in hidden:
        hidden.discard(project.place)
    elif not hidden:
        hidden.add(project.place)
    team.world.edits += 1


def archive_or_restore(team: Team, pick: int, number: int) -> None:
    projects = team.world.projects
    project = projects[pick % len(projects)]
    if project.archived or sum(not one.archived for one in projects) > len(projects) // 2:
        team.world.change_project(project.changed(archived=not project.archived))


def rename_project(team: Team, pick: int, number: int) -> None:
    project = team.project(pick)
    named = project.changed(name=f"Undertaking {number}")
    key = f"K{number}"
    if number % 2 and team.world.project(key) is None:
        named = renamed(named, key)
    team.world.change_project(named)


OF_TEAMS: tuple[Deed, ...] = (
    retitle,
    relabel,
    create,
    create_below,
    delete,
    move,
    put_under_another,
    transition,
    link,
    unlink,
    log_work,
    change_work,
    delete_work,
    hide_or_show,
    hide_or_show_project,
    archive_or_restore,
    rename_project,
)


def stop_the_clock(team: Team, pick: int, number: int) -> None:
    """Let everything from now on happen at one instant, until time passes."""
    team.state.clock.stop()


def let_time_pass(team: Team, pick: int, number: int) -> None:
    team.state.clock.stop(stopped=False)
    team.state.clock.advance(40 * number**2)


def lag(team: Team, pick: int, number: int) -> None:
    """Let the search learn of edits late, as Cloud's does."""
    if team.state.cloud:
        team.world.lag = 20_000 * number


def keep_whole_seconds(team: Team, pick: int, number: int) -> None:
    """Let the site's database keep whole seconds from now on, as some do."""
    team.state.clock.step = 1000


OF_TIME: tuple[Deed, ...] = (stop_the_clock, let_time_pass, lag, keep_whole_seconds)
