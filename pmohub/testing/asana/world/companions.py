"""What stands beside the work: budgets, rates, allocations, absences, timesheets, goals, time periods, roles."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from pmohub.testing.asana.world.things import Thing
from pmohub.testing.asana.world.world import World
from pmohub.testing.sandbox.chance import draws
from pmohub.testing.sandbox.timeline import start_of

WEEKS = 8
"""For so many weeks back there are timesheets."""
ROLES = (("Super admin", "super_admin", True), ("Member", "member", True), ("Project office", "member", False))


class Companions:
    """Makes them for the organisation; whoever runs its projects has a rate, an allocation and timesheets."""

    def __init__(self, world: World, seed: int, today: date, organisation: str, reader: str) -> None:
        self._world, self._seed, self._today = world, seed, today
        self._organisation, self._reader = organisation, reader

    def add(self, projects: Sequence[Thing]) -> None:
        """Make everything."""
        for name, colour in (("Creative", "blue"), ("Meetings", "green")):
            self._make("time_tracking_category", {"name": name, "color": colour, "is_archived": False})
        open_projects = [one for one in projects if not one["archived"]]
        for project in open_projects:
            self._for_project(project)
        working = dict.fromkeys(gid for one in open_projects for gid in one["members"] if gid != self._reader)
        for person in working:
            self._for_person(person)
        self._goals(open_projects)
        for name, base, standard in ROLES:
            told = {"description": "", "base_role_type": base, "is_standard_role": standard}
            self._make("role", {"name": name, **told, "creation_time": self._begun(), "modified_at": self._begun()})

    def _make(self, kind: str, values: dict[str, Any]) -> Thing:
        return self._world.add(kind, {"workspace": self._organisation, **values})

    def _begun(self) -> int:
        return start_of(self._today - timedelta(days=400))

    def _for_project(self, project: Thing) -> None:
        chance = draws(self._seed, b"beside", int(project.gid))
        kind = "time" if chance[0] % 2 else "cost"
        self._make("budget", {"parent": project.gid, "budget_type": kind, "total": 20_000 + chance[1] * 100})
        for turn, person in enumerate(project["members"][:3]):
            rate = {
                "parent": project.gid,
                "resource": person,
                "rate": 60 + chance[2 + turn] % 60,
                "currency_code": "EUR",
            }
            self._make("rate", {**rate, "created_by": self._reader})
            effort = {"type": "percent", "value": 10 * (1 + chance[5 + turn] % 5)}
            if chance[8 + turn] % 3 == 0:
                effort = {"type": "hours", "value": 2 + chance[8 + turn] % 5}
            end = None if chance[11] % 4 == 0 else project["due_on"]
            told = {"parent": project.gid, "assignee": person, "start_date": project["start_on"], "end_date": end}
            self._make("allocation", {**told, "effort": effort, "created_by": self._reader})

    def _for_person(self, person: str) -> None:
        chance = draws(self._seed, b"absent", int(person))
        begins = self._today + timedelta(days=chance[0] % 90 - 45)
        absence = {"user": person, "created_by": person, "start_date": begins.isoformat()}
        self._make("ooo_entry", {**absence, "end_date": (begins + timedelta(days=chance[1] % 12)).isoformat()})
        monday = self._today - timedelta(days=self._today.weekday())
        for back in range(WEEKS):
            start = monday - timedelta(weeks=back)
            status = "APPROVED" if back > 2 else ("DRAFT", "SUBMITTED", "REJECTED")[(chance[2] + back) % 3]
            week = {"start_date": start.isoformat(), "end_date": (start + timedelta(days=6)).isoformat()}
            told = {"user": person, "created_at": start_of(start), "approval_status": status, **week}
            self._make("timesheet_approval_status", told)

    def _goals(self, projects: Sequence[Thing]) -> None:
        year = self._today.year + 1
        whole = self._period(f"FY{year % 100}", "FY", (date(year, 1, 1), date(year, 12, 31)), None)
        first = self._period(f"Q1 FY{year % 100}", "Q1", (date(year, 1, 1), date(year, 3, 31)), whole)
        for name, period, target, supporting in (
            ("Brand known by half of all gardeners", whole, 50, projects[:2]),
            ("120 leads from the fair", first, 120, projects[2:3]),
        ):
            owner = supporting[0]["owner"] if supporting else self._reader
            goal = self._make("goal", {
                "name": name, "owner": owner, "time_period": period, "team": None, "is_workspace_level": True,
                "start_on": None, "due_on": None, "status": "on_track", "notes": "", "followers": (owner,),
                "target": target, "current": target * 2 // 5, "privacy_setting": "public_to_workspace",
            })  # fmt: skip
            for project in supporting:
                told = {"supported_goal": goal.gid, "supporting_resource": project.gid, "contribution_weight": 1}
                self._make("goal_relationship", told)

    def _period(self, name: str, word: str, days: tuple[date, date], parent: str | None) -> str:
        start, end = (day.isoformat() for day in days)
        told = {"display_name": name, "period": word, "start_on": start, "end_on": end, "parent": parent}
        return self._make("time_period", told).gid
