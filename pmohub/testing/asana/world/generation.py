"""Task n of the site, worked out from the seed and n alone: however many there are, they take no start-up."""

from datetime import date, timedelta
from typing import Any

from pmohub.testing.asana.world import catalogue
from pmohub.testing.asana.world.plots import BLOCK, DAYS_ALIVE, DAYS_WORKED, Plot, Plots, above
from pmohub.testing.asana.world.things import ENTRIES, ENTRIES_OF_ONE, TASKS, Thing
from pmohub.testing.asana.world.wording import NOTES, name_of
from pmohub.testing.sandbox.chance import draws, pick
from pmohub.testing.sandbox.timeline import DAY_MS, day_of, start_of

SUBTYPES = {"m": "milestone", "a": "approval"}
MINUTES = (60, 120, 120, 240, 480, 480, 960, 1440)
TO_DO, DOING, WAITING, DONE = range(4)
"""The sections of a project, by place."""


class Generator:
    """Makes tasks and their time entries as they were before anybody touched the sandbox."""

    def __init__(self, seed: int, plots: Plots, today: date) -> None:
        self.seed, self.plots = seed, plots
        self._today = today
        self._now = start_of(today)

    def modified(self, number: int) -> int:
        """Give when a task was last changed, in milliseconds since 1970."""
        plot, place = self.plots.at(number)
        return self._modified(plot.created(place), draws(self.seed, b"task", number))

    def _modified(self, created: int, chance: bytes) -> int:
        alive = max(0, min(DAYS_ALIVE * DAY_MS, self._now - created))
        return created + (chance[0] * 256 + chance[1]) * alive // 65_536

    def task(self, number: int) -> Thing:
        """Make task `number`."""
        plot, place = self.plots.at(number)
        chance, created, inside = draws(self.seed, b"task", number), plot.created(place), place % len(BLOCK)
        letter, modified = BLOCK[inside], self._modified(created, chance)
        stage = self._stage(plot, place, chance)
        done, parent = stage == DONE, above(inside)
        assignee = None if chance[3] < 24 else pick(plot.team, chance[4])
        values: dict[str, Any] = {
            "name": name_of(letter, pick(plot.topics, chance[2]), chance[5], place + 1),
            "notes": pick(NOTES, chance[6]) if chance[6] > 130 else "",
            "resource_subtype": SUBTYPES.get(letter, "default_task"),
            "assignee": assignee,
            "completed": done,
            "completed_at": modified if done else None,
            "completed_by": (assignee or plot.team[0]) if done else None,
            "created_at": created,
            "created_by": pick(plot.team, chance[7]),
            "modified_at": modified,
            "parent": None if parent is None else str(TASKS + number - inside + parent),
            "memberships": self._places(plot, place, stage) if parent is None else (),
            "followers": tuple(dict.fromkeys(pick(plot.team, chance[8 + turn]) for turn in range(2))),
            "tags": (),
            "dependencies": self._linked(plot, place, -3),
            "dependents": self._linked(plot, place, 3),
            "approval_status": ("approved" if done else "pending") if letter == "a" else None,
            "workspace": plot.project["workspace"],
            "external": None,
            **self._dates(letter, created, chance),
        }
        values["custom"] = self._custom(plot, chance, values) if parent is None else {}
        return Thing(str(TASKS + number), "task", values)

    def _places(self, plot: Plot, place: int, stage: int) -> tuple[tuple[str, str], ...]:
        home, second = (plot.project.gid, plot.sections[stage]), self.plots.second(plot, place)
        return (home,) if second is None else (home, (second.project.gid, second.sections[TO_DO]))

    def _stage(self, plot: Plot, place: int, chance: bytes) -> int:
        age = 1 - place / plot.count
        if plot.over or chance[12] / 256 < min(0.97, age * 1.4 - 0.15):
            return DONE
        return (TO_DO, TO_DO, DOING, DOING, WAITING)[chance[13] % 5]

    @staticmethod
    def _dates(letter: str, created: int, chance: bytes) -> dict[str, Any]:
        due = day_of(created) + timedelta(days=14 + chance[14] % 75)
        due -= timedelta(days=max(0, due.weekday() - 4))
        dates: dict[str, Any] = {"due_on": due.isoformat(), "due_at": None, "start_on": None, "start_at": None}
        if chance[15] < 36 and letter not in "ma":
            dates["due_on"] = None
        elif chance[15] > 235:
            dates["due_at"] = start_of(due) + (8 + chance[14] % 8) * 3_600_000
        elif chance[15] > 110 and letter != "m":
            dates["start_on"] = (due - timedelta(days=1 + chance[14] % 12)).isoformat()
        return dates

    def _custom(self, plot: Plot, chance: bytes, values: dict[str, Any]) -> dict[str, Any]:
        fields, told = plot.fields, dict[str, Any]()
        if catalogue.PRIORITY in fields and chance[16] > 50:
            told[fields[catalogue.PRIORITY].gid] = pick(fields[catalogue.PRIORITY]["enum_options"], chance[17] % 3)
        if catalogue.PHASE in fields and chance[18] > 120:
            told[fields[catalogue.PHASE].gid] = fields[catalogue.PHASE]["enum_options"][1 + chance[18] % 3]
        if catalogue.ESTIMATE in fields and chance[19] > 60 and values["resource_subtype"] == "default_task":
            told[fields[catalogue.ESTIMATE].gid] = pick(MINUTES, chance[20])
        if catalogue.POINTS in fields and chance[21] > 128:
            told[fields[catalogue.POINTS].gid] = (1, 2, 3, 5, 8, 0.5)[chance[21] % 6]
        if catalogue.CHANNELS in fields and chance[22] > 140:
            told[fields[catalogue.CHANNELS].gid] = fields[catalogue.CHANNELS]["enum_options"][: 1 + chance[22] % 3]
        if catalogue.GO_LIVE in fields and chance[23] > 190 and values["due_on"]:
            at = start_of(date.fromisoformat(values["due_on"])) + 9 * 3_600_000
            told[fields[catalogue.GO_LIVE].gid] = (values["due_on"], at if chance[23] % 2 else None)
        if catalogue.APPROVERS in fields and chance[24] > 200:
            told[fields[catalogue.APPROVERS].gid] = (pick(plot.team, chance[24]),)
        if catalogue.BRIEF in fields and chance[25] > 210:
            told[fields[catalogue.BRIEF].gid] = "See the briefing of the agency"
        if catalogue.WORK in fields and chance[26] > 100:
            told[fields[catalogue.WORK].gid] = pick(fields[catalogue.WORK]["enum_options"], chance[26] % 9 // 6)
        return told

    def _linked(self, plot: Plot, place: int, step: int) -> tuple[str, ...]:
        """Give the task before or after that is finished before the next one starts, within the block."""
        later = max(place, place + step)
        inside, other = later % len(BLOCK), place + step
        if inside < 3 or other >= plot.count or (plot.first + later) * 7919 % 5:
            return ()
        return (str(TASKS + plot.first + other),)

    def entries(self, task: Thing, number: int) -> list[Thing]:
        """Make the time entries of a task."""
        plot, _ = self.plots.at(number)
        chance = draws(self.seed, b"time", number)
        count = 0 if task["resource_subtype"] == "milestone" else chance[0] % (ENTRIES_OF_ONE + 1)
        if not task["completed"] and chance[1] < 128:
            count = 0
        first, last = day_of(task["created_at"]), day_of(task["modified_at"])
        days = min((last - first).days, DAYS_WORKED)
        return [
            self._entry(plot, task, number * ENTRIES_OF_ONE + turn, first, days * turn // count, chance)
            for turn in range(count)
        ]

    def _entry(self, plot: Plot, task: Thing, number: int, first: date, after: int, chance: bytes) -> Thing:
        draw = chance[2 + number % ENTRIES_OF_ONE]
        day = first + timedelta(days=after)
        values = {
            "task": task.gid,
            "duration_minutes": 15 * (1 + draw % 24),
            "entered_on": day.isoformat(),
            "created_by": task["assignee"] or pick(plot.team, draw),
            "created_at": start_of(day) + 17 * 3_600_000,
            "attributable_to": plot.project.gid,
            "approval_status": ("APPROVED", "SUBMITTED", "DRAFT")[min(2, (self._today - day).days < 14) + draw % 2],
            "billable_status": ("billable", "nonBillable", "notApplicable")[min(2, draw // 100)],
            "description": "",
            "categories": (),
            "workspace": plot.project["workspace"],
        }
        return Thing(str(ENTRIES + number), "time_tracking_entry", values)
