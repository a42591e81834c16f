"""Issue n of the site, worked out from the seed and n alone: a million of them take no memory and no start-up.

Projects fill up in blocks of 25 issues: an epic, its stories, tasks, bugs and milestones, and sub-tasks of stories. The
first issue of a project is its charter; the third has more worklogs and changes than fit on a page that Jira embeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pmohub.testing.jira.world import catalogue as fields
from pmohub.testing.jira.world import scheme
from pmohub.testing.jira.world.company import Project, cycle
from pmohub.testing.jira.world.history import History
from pmohub.testing.jira.world.issue import Issue, Link
from pmohub.testing.jira.world.numbering import Numbering
from pmohub.testing.jira.world.people import ENGINEERS, LAWYERS, User
from pmohub.testing.jira.world.sprints import FORTNIGHT, sprint_id
from pmohub.testing.jira.world.wording import DESCRIPTIONS, LABELS, OBJECTIVES, summary
from pmohub.testing.sandbox.chance import draws, pick
from pmohub.testing.sandbox.timeline import Timeline, day_of

BLOCK = "CEssubtsumsbtsuutsbmstsub"
TYPE_OF = {
    "C": scheme.CHARTER, "I": scheme.INITIATIVE, "E": scheme.EPIC, "s": scheme.STORY, "t": scheme.TASK,
    "u": scheme.SUBTASK, "b": scheme.BUG, "m": scheme.MILESTONE,
}  # fmt: skip
BUSY = 2
"""The place of the issue of each project with many worklogs and changes."""
HOURS = (2, 4, 4, 8, 8, 12, 16, 24, 32, 40)
POINTS = (1.0, 2.0, 3.0, 5.0, 8.0, 0.5)
HOUR = 3600
AS_LEGAL = {
    scheme.TO_DO: scheme.RECEIVED, scheme.IN_PROGRESS: scheme.WITH_COUNSEL, scheme.BLOCKED: scheme.WITH_COUNSEL,
    scheme.IN_REVIEW: scheme.AWAITING_SIGNATURE, scheme.DONE: scheme.CLOSED,
}  # fmt: skip
PAST_DAYS = 540
FIRST_LINK = 100_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an issue stands in its project: its place, its letter in the block, the draws that shape it."""

    number: int
    place: int
    letter: str
    draws: bytes


class Generator:
    """Makes the issues as they were before anybody touched the sandbox."""

    def __init__(self, seed: int, size: int, today: date, projects: Sequence[Project], people: tuple[User, ...]):
        self.seed, self.size, self.today, self.projects = seed, size, today, projects
        self.first_day = today - timedelta(days=PAST_DAYS)
        self.numbering = Numbering(size, cycle(projects))
        self._timeline = Timeline(self.first_day, today)
        self._teams = tuple(_team(project, people) for project in projects)
        # A charter keeps its title when its project is renamed.
        self._charters = tuple(project.name for project in projects)
        self._people = people
        self._history = History(seed, people, self._timeline)

    def created(self, number: int) -> int:
        """Give when issue `number` was created, in milliseconds since 1970."""
        return self._timeline.at(number / (self.size + self.numbering.window))

    def updated_at_rank(self, rank: int) -> int:
        """Give when the issue at a place in the order of last changes was changed; some share their moment."""
        shared = rank & ~7 if rank >> 5 & 3 == 0 and rank & 31 < 8 else rank
        window = self.numbering.window
        return self._timeline.at((max(shared, rank // window * window) + window) / (self.size + window))

    def spot(self, number: int) -> Spot:
        """Give an issue's place and kind."""
        place = self.numbering.place(number)
        letter = BLOCK[place % len(BLOCK)]
        if letter == "C" and place:
            letter = "I" if place // len(BLOCK) % 4 == 1 else "t"
        return Spot(number, place, letter, draws(self.seed, b"issue", number))

    def issue(self, number: int) -> Issue:
        """Make issue `number`."""
        project = self.projects[self.numbering.project(number)]
        spot = self.spot(number)
        created = self.created(number)
        updated = max(created, self.updated_at_rank(self.numbering.rank(number)))
        values = self._values(project, spot, created)
        self._add_work(values, project, spot)
        self._history.add_dates(values, created, updated)
        links = self._links(project, spot)
        key = f"{project.key}-{spot.place + 1}"
        made = self._history
        return Issue(number, key, project.place, created, updated, values, links, made.worklogs, made.changes)

    def subtasks(self, number: int) -> list[int]:
        """Give the sub-tasks that an issue was generated with."""
        place = self.numbering.place(number)
        inside = place % len(BLOCK)
        if BLOCK[inside] != "s":
            return []
        last = BLOCK.find("s", inside + 1)
        below = range(inside + 1, last if last >= 0 else len(BLOCK))
        places = (place - inside + one for one in below if BLOCK[one] == "u")
        found = (self.numbering.number(self.numbering.project(number), one) for one in places)
        return [one for one in found if one is not None]

    def _values(self, project: Project, spot: Spot, created: int) -> dict[str, Any]:
        chance, team = spot.draws, self._teams[project.place]
        topic = pick(project.topics, spot.place // len(BLOCK) if spot.letter == "E" else chance[1])
        status = self._status(project, spot)
        waiting = status in {scheme.TO_DO, scheme.RECEIVED}
        title = self._charters[project.place] if spot.letter == "C" else None
        values: dict[str, Any] = {
            "summary": title or summary(spot.letter, topic, chance[2], spot.place, legal=project.legal),
            "issuetype": TYPE_OF[spot.letter],
            "status": status,
            "resolution": self._resolution(status, chance[3]),
            "priority": str(1 + min(4, chance[4] % 7)) if chance[4] < 200 else "3",
            "assignee": None if (waiting and chance[5] < 70) or chance[5] < 8 else pick(team, chance[6]),
            "reporter": pick(team, chance[7]),
            "creator": pick(team, chance[7]),
            "description": None if chance[8] < 50 else pick(DESCRIPTIONS, chance[8]),
            "labels": tuple(dict.fromkeys(pick(LABELS, chance[9 + turn]) for turn in range(chance[9] % 3))),
            "components": () if chance[12] < 90 else (pick(project.components, chance[12]).id,),
            "fixVersions": () if chance[13] < 110 else (pick(project.releases, chance[13]).id,),
            "parent": self._parent(project, spot),
        }
        self._add_plan(values, project, spot, created)
        if spot.letter == "C":
            self._add_charter(values, project, spot, created)
        return values

    def _status(self, project: Project, spot: Spot) -> str:
        age, chance = 1 - spot.number / self.size, spot.draws[0] / 256
        if spot.place == BUSY and not project.archived:
            status = scheme.IN_PROGRESS
        elif project.archived or (
            spot.letter != "C" and chance < min(0.975, age * 3 - (0.3 if spot.letter == "E" else 0))
        ):
            status = scheme.DONE
        elif spot.letter in "CEI":
            status = scheme.IN_PROGRESS
        else:
            status = pick(
                (scheme.TO_DO, scheme.IN_PROGRESS, scheme.TO_DO, scheme.IN_REVIEW, scheme.BLOCKED), spot.draws[14]
            )
        return AS_LEGAL[status] if project.legal else status

    @staticmethod
    def _resolution(status: str, draw: int) -> str | None:
        if status not in {scheme.DONE, scheme.CLOSED}:
            return None
        return "10000" if draw < 235 else "10001" if draw < 248 else "10002"

    def _parent(self, project: Project, spot: Spot) -> int | None:
        start = spot.place - spot.place % len(BLOCK)
        if spot.letter == "u":
            inside = spot.place - start
            above = start + BLOCK.rindex("s", 0, inside)
        elif spot.letter == "E":
            block = start // len(BLOCK)
            above = (block - (block - 1) % 4) * len(BLOCK) if block else -1
        elif spot.letter in "CI" or spot.place == start:
            return None
        else:
            above = start + 1
        return self.numbering.number(project.place, above)

    def _add_plan(self, values: dict[str, Any], project: Project, spot: Spot, created: int) -> None:
        chance, day = spot.draws, day_of(created)
        due = day + timedelta(days=30 + chance[15] % 90 + (120 if spot.letter in "CEI" else 0))
        due -= timedelta(days=max(0, due.weekday() - 4))
        values["duedate"] = None if chance[16] < 45 and spot.letter != "m" else due.isoformat()
        if chance[17] > 60:
            values[fields.TARGET_START] = (day + timedelta(days=chance[17] % 10)).isoformat()
            values[fields.TARGET_END] = due.isoformat()
        if spot.letter in "Em":
            values[fields.BASELINE_FINISH] = (due - timedelta(days=chance[18] % 21)).isoformat()
        if spot.letter == "E":
            values[fields.EPIC_NAME] = values["summary"].split(" (")[0]
        elif spot.letter in "stbm" and values["parent"] is not None:
            values[fields.EPIC_LINK] = values["parent"]
        if spot.letter in "stb" and not project.legal:
            self._add_sprint(values, project, spot, day)
        if chance[19] < 30:
            values[fields.CUSTOMER_TEXT] = "Shop 14, Kiel"
        elif chance[19] < 70:
            values[fields.CUSTOMER_CHOICE] = pick(fields.FIELDS[fields.CUSTOMER_CHOICE].options, chance[19]).id
        if values["status"] == scheme.CLOSED:
            values[scheme.OUTCOME] = pick(fields.FIELDS[scheme.OUTCOME].options, chance[20]).id
        elif values["status"] == scheme.BLOCKED:
            values[scheme.BLOCKED_REASON] = "Waits for the supplier"

    def _add_sprint(self, values: dict[str, Any], project: Project, spot: Spot, day: date) -> None:
        chance = spot.draws
        if spot.letter != "b":
            values[fields.POINTS] = pick(POINTS, chance[21]) if chance[22] > 40 else None
        if values["status"] == scheme.TO_DO and chance[23] < 120:
            return
        turn = (day - self.first_day).days // FORTNIGHT + 1
        last = (self.today - self.first_day).days // FORTNIGHT
        turns = [turn, turn + 1] if chance[23] % 5 == 0 else [turn]
        if values["status"] not in {scheme.DONE, scheme.TO_DO}:
            turns.append(last)
        values[fields.SPRINT] = tuple(dict.fromkeys(sprint_id(project.place, min(one, last + 1)) for one in turns))

    def _add_charter(self, values: dict[str, Any], project: Project, spot: Spot, created: int) -> None:
        chance, team, day = spot.draws, self._teams[project.place], day_of(created)
        offered = {one: fields.FIELDS[one].options for one in (fields.PHASE, fields.RISKS, fields.HEALTH, fields.UNIT)}
        unit = pick(offered[fields.UNIT], chance[24])
        values |= {
            fields.SPONSOR: self._people[7].id if chance[25] > 60 else None,
            fields.STAKEHOLDERS: tuple(dict.fromkeys((pick(team, chance[26]), pick(team, chance[27])))),
            fields.PHASE: pick(offered[fields.PHASE], chance[28] % 3 + 1).id,
            fields.RISKS: tuple(one.id for one in offered[fields.RISKS][: chance[29] % 3]),
            fields.HEALTH: offered[fields.HEALTH][min(2, chance[30] // 110)].id,
            fields.UNIT: (unit.id, pick(unit.children, chance[31]).id if chance[31] > 60 else None),
            fields.BUDGET: 20_000.0 + chance[32] * 2500,
            fields.BASELINE_FINISH: (self.today + timedelta(days=chance[33] - 60)).isoformat(),
            fields.GO_LIVE: created + 86_400_000 * (300 + chance[34]),
            fields.OBJECTIVE: project.description or pick(OBJECTIVES, chance[35]),
            fields.CASE: f"https://intranet.nordhaus.example/cases/{project.key.lower()}",
            fields.LABELLED: ("steering", "2027")[: chance[36] % 3],
            fields.TARGET_START: day.isoformat(),
            fields.TARGET_END: (self.today + timedelta(days=chance[37])).isoformat(),
            "assignee": self._people[project.lead].id,
        }

    def _add_work(self, values: dict[str, Any], project: Project, spot: Spot) -> None:
        """Say what was estimated, what is spent and what remains, in seconds: rarely far apart."""
        chance, done = spot.draws, values["resolution"] is not None
        estimate: int | None = pick(HOURS, chance[40]) * HOUR
        share = 0.6 + chance[41] / 320 if done else chance[41] / 290
        if spot.letter in "CEIm":
            estimate, spent = None, 0
        elif spot.place == BUSY and not project.archived:
            estimate, spent = 80 * HOUR, 24 * 3 * HOUR
        elif values["status"] in {scheme.TO_DO, scheme.RECEIVED} or chance[42] < 16:
            spent = 0
        else:
            spent = max(900, int((estimate or 0) * share) // 900 * 900)
        if chance[43] < 30 and spot.place != BUSY:
            estimate = None
        remaining = None if estimate is None else 0 if done else max(0, estimate - spent)
        values |= {"timeoriginalestimate": estimate, "timeestimate": remaining, "timespent": spent or None}

    def _links(self, project: Project, spot: Spot) -> tuple[Link, ...]:
        found = []
        for kind, back, one_in in ((scheme.BLOCKS, 2, 7), (scheme.RELATES, 5, 19)):
            for later, step in ((spot.place, -back), (spot.place + back, back)):
                number = self.numbering.number(project.place, later)
                other = self.numbering.number(project.place, spot.place + step)
                inside = later % len(BLOCK) > back + 2
                if inside and number is not None and other is not None and (number * 7919 + self.seed) % one_in == 0:
                    identity = FIRST_LINK + number * 2 + (kind == scheme.RELATES)
                    found.append(Link(str(identity), kind, other, step > 0))
        return tuple(found)


def _team(project: Project, people: tuple[User, ...]) -> tuple[str, ...]:
    places = list(LAWYERS if project.legal else ENGINEERS)
    colleagues = len(people) - 16
    places += [14 + (project.place * 5 + turn) % colleagues for turn in range(3)] if colleagues else []
    return tuple(people[place].id for place in places)
