"""Makes the sample company: workspaces, people, teams, fields, projects, portfolios and the reports on them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from pmohub.testing.asana.world import catalogue, company
from pmohub.testing.asana.world.catalogue import COLOURS, Definition
from pmohub.testing.asana.world.companions import Companions
from pmohub.testing.asana.world.company import ELSEWHERE, ELSEWHERE_TASKS, Undertaking, undertakings
from pmohub.testing.asana.world.generation import Generator
from pmohub.testing.asana.world.plots import Plot, Plots
from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.wording import REPORTS, TITLES
from pmohub.testing.asana.world.world import World
from pmohub.testing.sandbox.chance import draws
from pmohub.testing.sandbox.people import COMMERCIAL, READER, READERS_NAME, TECHNICAL, email_of, name_of
from pmohub.testing.sandbox.timeline import Timeline, start_of

TASKS_PER_PROJECT, TASKS_PER_PERSON, MOST_PROJECTS, MOST_PEOPLE = 2000, 800, 400, 400
ENOUGH = 40
"""At least so many accounts has the organisation, unless it has no tasks."""


class Founder:
    """Fills an empty world with `tasks` generated tasks and what they need."""

    def __init__(self, world: World, seed: int, tasks: int, today: date) -> None:
        self._world, self._seed, self._tasks, self._today = world, seed, tasks, today
        self._begun = start_of(today - timedelta(days=400))
        self._people: dict[str, Thing] = {}
        self._teams: dict[str, str] = {}

    def found(self, *, sharing: bool = False) -> None:
        """Make everything, and let the tasks be there; with `sharing`, some of them in two projects."""
        world = self._world
        organisation = world.add(
            "workspace",
            {"name": company.ORGANISATION, "is_organization": True, "email_domains": company.DOMAINS},
        )
        agency = world.add("workspace", {"name": company.AGENCY, "is_organization": False, "email_domains": ()})
        self._hire(organisation.gid, agency.gid)
        self._teams = {name: self._team(organisation.gid, name) for name in company.TEAMS}
        on_tasks = [self._field(organisation.gid, one) for one in catalogue.ON_TASKS]
        on_projects = [self._field(organisation.gid, one) for one in catalogue.ON_PROJECTS]
        for name in company.TAGS:
            told = {"workspace": organisation.gid, "color": None, "notes": "", "followers": ()}
            world.add("tag", {"name": name, "created_at": self._begun, **told})
        count = min(MOST_PROJECTS, max(len(company.COMPANY), self._tasks // TASKS_PER_PROJECT))
        plots: list[Plot] = []
        wanted = undertakings(count)
        for undertaking, share in zip(wanted, _shares(self._tasks, wanted), strict=True):
            plots.append(self._plot(undertaking, organisation.gid, on_tasks, (plots, share)))
        self._portfolios(organisation.gid, plots, on_projects)
        reader, projects = self._people[READERS_NAME].gid, [plot.project for plot in plots]
        if self._tasks:
            Companions(world, self._seed, self._today, organisation.gid, reader).add(projects)
        elsewhere = min(ELSEWHERE_TASKS, self._tasks)
        plots.append(self._plot(ELSEWHERE, agency.gid, [], (plots, elsewhere)))
        world.start(Generator(self._seed, Plots(plots, sharing=sharing), self._today))

    def _hire(self, organisation: str, agency: str) -> None:
        count = min(MOST_PEOPLE, max(ENOUGH, self._tasks // TASKS_PER_PERSON)) if self._tasks else 0
        known = [(one.name, email_of(one.name), one.active) for one in (*COMMERCIAL, *TECHNICAL)]
        more = [(name_of(number), email_of(name_of(number), number), True) for number in range(len(known), count)]
        both = {"Clara Jung", "Milan Novak"}
        for name, email, active in [*known, *more, (READERS_NAME, READER, True)]:
            at = (organisation, agency) if name in both or email == READER else (organisation,)
            values = {"name": name, "email": email, "workspaces": at if active else (), "photo": None, "active": active}
            self._people.setdefault(name, self._world.add("user", values))

    def _team(self, organisation: str, name: str) -> str:
        placed = {
            company.MARKETING: ["Sophie Brandt", "Milan Novak", "Clara Jung", "Jonas Richter"],
            company.PEOPLE: ["Hanna Weiss", "Petra Vogel", "Nora Falk"],
            company.OPERATIONS: ["Karl Jensen", "Hanna Weiss", "Lena Hoffmann", "Oskar Berg"],
        }[name]
        members = tuple(self._people[one].gid for one in [*placed, READERS_NAME])
        values = {
            "name": name, "organization": organisation, "members": members, "description": f"All of {name}.",
            "visibility": "secret" if name == company.PEOPLE else "public",
        }  # fmt: skip
        return self._world.add("team", values).gid

    def _field(self, workspace: str, told: Definition) -> Thing:
        world = self._world
        values: dict[str, Any] = {
            "name": told.name, "type": told.type, "representation_type": told.representation or told.type,
            "workspace": workspace, "is_global_to_workspace": not told.local, "description": "",
            "created_by": self._people[READERS_NAME].gid, "has_notifications_enabled": False,
            "is_value_read_only": told.representation is not None, **told.kept,
        }  # fmt: skip
        field = world.add("custom_field", values)
        if told.options:
            values["enum_options"] = tuple(
                self._option(field, name, COLOURS[place % len(COLOURS)]) for place, name in enumerate(told.options)
            )
        return field

    def _option(self, field: Thing, name: str, colour: str) -> str:
        enabled, named = not name.startswith("!"), name.removeprefix("!")
        values = {"name": named, "enabled": enabled, "color": colour, "custom_field": field.gid}
        return self._world.add("enum_option", values).gid

    def _plot(self, told: Undertaking, workspace: str, fields: Sequence[Thing], share: tuple[list[Plot], int]) -> Plot:
        before, count = share
        project = self._project(told, workspace, self._teams.get(told.team))
        if fields and told.name == company.WITH_A_FIELD_OF_ITS_OWN:
            fields = [*fields[1:], self._field(workspace, catalogue.LOCAL)]
        self._settings(project, fields)
        names = company.BOARD_SECTIONS if told.board else company.LIST_SECTIONS
        sections = tuple(
            self._world.add("section", {"name": name, "project": project.gid, "created_at": project["created_at"]}).gid
            for name in names
        )
        project.values["sections"] = sections
        begins, ends = (self._today + timedelta(days=days) for days in (told.begins, min(0, told.ends)))
        team = tuple(one for one in project["members"] if one != self._people[READERS_NAME].gid)
        first = before[-1].first + before[-1].count if before else 0
        named = {field["name"]: field for field in fields}
        timeline = Timeline(begins, ends)
        return Plot(project, first, count, timeline, team, told.topics, sections, named, over=told.archived)

    def _project(self, told: Undertaking, workspace: str, team: str | None) -> Thing:
        world, begins = self._world, self._today + timedelta(days=told.begins)
        owner, reader = self._people[told.owner].gid, self._people[READERS_NAME].gid
        colleagues = [one.gid for one in self._people.values() if one["active"]][8:30]
        chance = draws(self._seed, b"team", len(world.of("project")))
        picked = [colleagues[chance[turn] % len(colleagues)] for turn in range(3)]
        in_team = (*self._get(team)["members"], *picked) if team else ()
        members = tuple(dict.fromkeys([owner, *in_team, reader]))
        created = start_of(begins) + 8 * 3_600_000
        values: dict[str, Any] = {
            "name": told.name, "notes": told.notes, "team": team, "owner": owner, "archived": told.archived,
            "completed": told.archived, "completed_at": start_of(self._today) if told.archived else None,
            "completed_by": owner if told.archived else None, "created_at": created, "modified_at": created,
            "start_on": begins.isoformat(), "due_on": (self._today + timedelta(days=told.ends)).isoformat(),
            "color": "light-green", "icon": "board" if told.board else "list",
            "default_view": "board" if told.board else "list", "workspace": workspace, "members": members,
            "privacy_setting": "private" if told.private else "public_to_workspace", "followers": members[:3],
            "settings": (), "sections": (), "custom": {}, "brief": None,
        }  # fmt: skip
        project = world.add("project", values)
        if told.notes:
            brief = {"title": f"Brief: {told.name}", "text": told.notes, "project": project.gid}
            values["brief"] = world.add("project_brief", brief).gid
        self._report(project, told)
        return project

    def _report(self, project: Thing, told: Undertaking) -> None:
        reported: list[str] = ["on_track", "on_track"] if told.health else []
        for age, word in zip((70, 35, 5), [*reported, *([told.health] if told.health else [])], strict=False):
            if age > -told.begins:
                continue
            at = start_of(self._today - timedelta(days=age)) + 15 * 3_600_000
            values = {
                "title": TITLES[word], "text": REPORTS[word], "status_type": word, "parent": project.gid,
                "author": project["owner"], "created_by": project["owner"], "created_at": at, "modified_at": at,
            }  # fmt: skip
            self._world.updates(project.gid).append(self._world.add("status_update", values).gid)

    def _settings(self, parent: Thing, fields: Sequence[Thing]) -> None:
        kind = "custom_field_setting"
        made = (
            self._world.add(kind, {"parent": parent.gid, "custom_field": field.gid, "is_important": place < 3})
            for place, field in enumerate(fields)
        )
        parent.values["settings"] = tuple(one.gid for one in made)

    def _portfolios(self, workspace: str, plots: Sequence[Plot], fields: Sequence[Thing]) -> None:
        reader, named = self._people[READERS_NAME].gid, {field["name"]: field for field in fields}
        for name, owner, team in (
            (company.PORTFOLIO, reader, company.MARKETING),
            (company.FURTHER_PORTFOLIO, self._people["Jonas Richter"].gid, company.OPERATIONS),
        ):
            mine = self._teams[team]
            inside = [plot.project for plot in plots if plot.project["team"] == mine]
            values = {
                "name": name, "owner": owner, "workspace": workspace, "created_at": self._begun, "created_by": owner,
                "members": (owner, reader), "items": tuple(one.gid for one in inside), "color": "light-blue",
                "start_on": None, "due_on": None, "archived": False, "custom": {}, "settings": (),
            }  # fmt: skip
            portfolio = self._world.add("portfolio", values)
            self._settings(portfolio, fields)
            for project in inside:
                self._fill(project, named)

    def _fill(self, project: Thing, fields: dict[str, Thing]) -> None:
        chance = draws(self._seed, b"project", int(project.gid))
        custom = project["custom"]
        if chance[0] > 60:
            custom[fields[catalogue.SPONSOR].gid] = (self._people["Jonas Richter"].gid,)
        custom[fields[catalogue.BUDGET].gid] = 10_000 + chance[1] * 500
        custom[fields[catalogue.BASELINE].gid] = (project["due_on"], None)
        if chance[2] > 80:
            custom[fields[catalogue.STAGE].gid] = fields[catalogue.STAGE]["enum_options"][1 + chance[2] % 3]
        custom[fields[catalogue.TIER].gid] = fields[catalogue.TIER]["enum_options"][chance[3] % 3]

    def _get(self, gid: str) -> Thing:
        found = self._world.get(gid)
        if found is None:
            raise LookupError(gid)
        return found


def _shares(tasks: int, wanted: Sequence[Undertaking]) -> list[int]:
    """Divide tasks among projects by their turns; no task is left over."""
    turns = sum(one.turns for one in wanted)
    shares = [tasks * one.turns // turns for one in wanted]
    shares[0] += tasks - sum(shares)
    return shares
