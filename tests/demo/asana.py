"""What happened in the sample company's Asana up to Wednesday 25 November 2026: all that Marketing plans.

`make_samples.py` does it to an empty site, act by act, and keeps them in the file that the demo's sandbox goes on from.
Days are `2026-11-13`; hours are whole. In an act `@name` stands for the gid of what is called so.
"""

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx

from pmohub.testing.asana.app import application
from pmohub.testing.asana.state import State
from pmohub.testing.asana.world import catalogue
from pmohub.testing.asana.world.company import PORTFOLIO

ELSEWHERE = ("Website relaunch", "Onboarding handbook", "Fleet electrification", "Customer survey 2026")
"""Projects of the sandbox that this company keeps elsewhere."""
SPRING, BRAND, FAIR, SURVEY = "Spring campaign 2027", "Brand refresh", "Trade fair Hannover 2027", "Customer survey"
REFERENCE = "Register no."
TO_DO, DOING, DONE = "To do", "In progress", "Done"
NO_PHASE_SINCE = "2026-10-19"
"""Tasks that are newer lack the PMO's phase: since then nobody filled it in by hand any more."""


class Venture(NamedTuple):
    """A project as Marketing keeps it; `phase` is the PMO's, `number` its number in the PMO's register."""

    name: str
    number: str
    owner: str
    start: str
    due: str
    phase: str
    sections: Mapping[str, str]


class Task(NamedTuple):
    """A task: `above` is the name of the task that it is a subtask of; `weeks` are hours by calendar week of 2026."""

    project: str
    name: str
    who: str
    made: str
    start: str
    due: str
    section: str
    hours: int = 0
    done: str = ""
    above: str = ""
    subtype: str = "default_task"
    weeks: dict[int, int] = {}  # noqa: RUF012  # never changed


LIST = {TO_DO: "To do", DOING: "In progress", DONE: "Done"}
BOARD = {TO_DO: "Backlog", DOING: "Doing", DONE: "Done"}
VENTURES = [
    Venture(SPRING, "P-007", "Sophie Brandt", "2026-11-02", "2027-04-30", "Planning", LIST),
    Venture(BRAND, "P-008", "Sophie Brandt", "2026-05-04", "2027-03-15", "Execution", BOARD),
    Venture(FAIR, "P-009", "Milan Novak", "2026-09-07", "2027-04-30", "Planning", LIST),
    Venture(SURVEY, "P-010", "Milan Novak", "2026-03-16", "2026-12-18", "Execution", LIST),
]
TASKS = [
    Task(SPRING, "Brief three agencies", "Sophie Brandt", "2026-11-02", "2026-11-02", "2026-11-20", DONE, 32,
         "2026-11-19", weeks={45: 8, 46: 10, 47: 12}),
    Task(SPRING, "Choose the agency", "Sophie Brandt", "2026-11-02", "2026-11-23", "2026-12-11", DOING, 24),
    Task(SPRING, "Media plan", "Clara Jung", "2026-11-02", "2026-12-07", "2027-01-29", TO_DO, 40),
    Task(SPRING, "Motifs are released", "Jonas Richter", "2026-11-02", "2027-01-11", "2027-02-19", TO_DO, 12,
         subtype="approval"),
    Task(SPRING, "Landing page", "Sophie Brandt", "2026-11-09", "2026-11-30", "2026-12-18", TO_DO),
    # Borrowed from Engineering, which plans her for itself.
    Task(SPRING, "Build the page with the offers", "Julia Sommer", "2026-11-09", "2026-11-30", "2026-12-11", TO_DO, 24,
         above="Landing page"),
    Task(SPRING, "Form to sign up, with consent", "Julia Sommer", "2026-11-09", "2026-12-07", "2026-12-18", TO_DO, 12,
         above="Landing page"),
    Task(SPRING, "Texts of the landing page", "Clara Jung", "2026-11-09", "2026-11-30", "2026-12-11", TO_DO, 4,
         above="Landing page"),
    Task(BRAND, "Packaging", "Clara Jung", "2026-08-31", "2026-09-01", "2026-10-30", DONE, 140, "2026-10-29",
         weeks={36: 16, 37: 16, 38: 18, 39: 16, 40: 18, 41: 16, 42: 14, 43: 16}),
    Task(BRAND, "Vehicle lettering", "Milan Novak", "2026-10-26", "2026-11-02", "2026-12-18", DOING, 140,
         weeks={44: 16, 45: 18, 46: 16, 47: 18}),
    # Nobody has it, and its day is near.
    Task(BRAND, "Signs for both sites", "", "2026-11-09", "2026-11-16", "2026-12-18", DOING, 62),
    Task(BRAND, "Letter templates", "Clara Jung", "2026-09-28", "2026-10-05", "2026-11-06", DOING, 60,
         weeks={44: 12, 45: 8, 46: 8, 47: 6}),
    Task(BRAND, "Style guide", "Sophie Brandt", "2026-08-31", "2026-09-01", "2026-11-27", DOING, 230,
         weeks={36: 24, 37: 22, 38: 24, 39: 20, 40: 24, 41: 22, 42: 24, 43: 20, 44: 18, 45: 16, 46: 14, 47: 12}),
    Task(FAIR, "Book the stand", "Milan Novak", "2026-09-07", "2026-09-07", "2026-10-09", DONE, 40, "2026-10-08",
         weeks={37: 8, 38: 8, 39: 10, 40: 8, 41: 6}),
    # Late, and no offer is in.
    Task(FAIR, "Tender for building the stand", "Milan Novak", "2026-10-19", "2026-10-26", "2026-11-13", DOING, 60,
         weeks={44: 8, 45: 8, 46: 10, 47: 8}),
    Task(FAIR, "Invite customers", "Clara Jung", "2026-10-19", "2027-01-11", "2027-02-26", TO_DO, 30),
    Task(SURVEY, "Questionnaire", "Milan Novak", "2026-03-16", "2026-03-16", "2026-08-14", DONE, 45, "2026-08-14"),
    Task(SURVEY, "Interviews", "Milan Novak", "2026-08-17", "2026-09-07", "2026-10-30", TO_DO, 80),
    Task(SURVEY, "Evaluation", "Clara Jung", "2026-08-17", "2026-11-02", "2026-12-11", TO_DO, 24),
]  # fmt: skip
REPORTS = [
    ("2026-11-16", "Sophie Brandt", SPRING, "on_track", "Briefing sent to three agencies."),
    ("2026-11-23", "Sophie Brandt", BRAND, "on_track", "Packaging is done, vehicles follow."),
    ("2026-11-23", "Milan Novak", FAIR, "at_risk", "The stand is booked; who builds it is open."),
]


class Act(NamedTuple):
    """What somebody did; `makes` is what the thing that was made is called by from then on."""

    at: datetime
    who: str
    method: str
    path: str
    data: Mapping[str, Any]
    makes: str = ""


def happened(state: State) -> None:
    """Let all of it happen at an empty site, in order."""
    state.clock.stop()
    asyncio.run(_happen(state, sorted(_acts(), key=lambda act: act.at)))


async def _happen(state: State, acts: list[Act]) -> None:
    named = {one["name"]: one.gid for kind in ("workspace", "team", "portfolio", "project", "custom_field", "user")
             for one in state.world.of(kind)}  # fmt: skip
    named |= {f"{field['name']}={option['name']}": option.gid
              for field in state.world.of("custom_field") if field["is_global_to_workspace"]
              for option in state.world.all(field.get("enum_options", ()))}  # fmt: skip
    named |= {f"{state.world.all([one['project']])[0]['name']}/{one['name']}": one.gid
              for one in state.world.of("section")}  # fmt: skip
    transport = httpx.ASGITransport(application(state))
    async with httpx.AsyncClient(transport=transport, base_url="http://site") as client:
        for act in acts:
            state.clock.set(act.at)
            where = f"/as/{quote(act.who)}" if act.who else ""
            path = re.sub(r"@([^@]+)@", lambda found: named[found[1]], act.path)
            data = _resolved(act.data, named)
            answer = await client.request(act.method, f"/_sandbox{where}{path}", json={"data": data})
            if answer.is_error:
                message = f"{act}: {answer.text}"
                raise RuntimeError(message)
            if act.makes:
                named[act.makes] = answer.json()["data"]["gid"]


def _resolved(value: Any, named: Mapping[str, str]) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        return named[value[1:]]
    if isinstance(value, Mapping):
        return {_resolved(name, named): _resolved(each, named) for name, each in value.items()}
    return [_resolved(each, named) for each in value] if isinstance(value, list) else value


def _at(day: str, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour, minute), UTC)


def _acts() -> Iterator[Act]:
    first = "2026-01-05"
    for place, project in enumerate(ELSEWHERE):
        yield Act(_at(first, 7, place), "", "POST", "/hide", {"gid": f"@{project}"})
    told = {"workspace": "@Nordhaus", "name": REFERENCE, "resource_subtype": "text"}
    yield Act(_at(first, 8), "PMO Hub", "POST", "/custom_fields", told, REFERENCE)
    told = {"custom_field": f"@{REFERENCE}"}
    yield Act(_at(first, 9), "PMO Hub", "POST", f"/portfolios/@{PORTFOLIO}@/addCustomFieldSetting", told)
    yield from _survey()
    for place, venture in enumerate(VENTURES):
        yield from _begun(venture, place)
    for place, task in enumerate(TASKS):
        yield from _life(task, place)
    # A day on which Jira and the plan of Operations would have her work, too.
    away = {"user": "@Julia Sommer", "workspace": "@Nordhaus", "start_date": "2026-12-11", "end_date": "2026-12-11"}
    yield Act(_at("2026-10-12"), "Julia Sommer", "POST", "/ooo_entries", away)
    for place, (day, who, project, status, text) in enumerate(REPORTS):
        told = {"parent": f"@{project}", "status_type": status, "title": text, "text": text}
        yield Act(_at(day, 16, place), who, "POST", "/status_updates", told)


def _survey() -> Iterator[Act]:
    """The one project that the sandbox has not: Milan makes it on the day on which it begins."""
    day, who = "2026-03-16", "Milan Novak"
    told = {"name": SURVEY, "team": "@Marketing", "notes": "Know why customers leave: 800 answers, one page."}
    yield Act(_at(day, 6), who, "POST", "/projects", told, SURVEY)
    for place, name in enumerate(LIST.values()):
        path, makes = f"/projects/@{SURVEY}@/sections", f"{SURVEY}/{name}"
        yield Act(_at(day, 6, 1 + place), who, "POST", path, {"name": name}, makes)
    for place, field in enumerate((catalogue.PHASE, catalogue.ESTIMATE)):
        path = f"/projects/@{SURVEY}@/addCustomFieldSetting"
        yield Act(_at(day, 6, 5 + place), who, "POST", path, {"custom_field": f"@{field}"})
    told = {"item": f"@{SURVEY}"}
    yield Act(_at(day, 6, 9), "PMO Hub", "POST", f"/portfolios/@{PORTFOLIO}@/addItem", told)


def _begun(venture: Venture, place: int) -> Iterator[Act]:
    """The PMO numbers the project, and its owner says what the PMO wants to know."""
    day = max(venture.start, "2026-03-16")
    path = f"/projects/@{venture.name}@"
    fields = {f"@{REFERENCE}": venture.number, f"@{catalogue.STAGE}": f"@{catalogue.STAGE}={venture.phase}"}
    told = {"owner": f"@{venture.owner}", "start_on": venture.start, "due_on": venture.due, "custom_fields": fields}
    yield Act(_at(day, 7, place), venture.owner, "PUT", path, told)


def _life(task: Task, place: int) -> Iterator[Act]:
    venture = next(one for one in VENTURES if one.name == task.project)
    sections = {word: f"@{venture.name}/{name}" for word, name in venture.sections.items()}
    fields: dict[str, Any] = {f"@{catalogue.ESTIMATE}": task.hours * 60} if task.hours else {}
    if task.made < NO_PHASE_SINCE:
        fields[f"@{catalogue.PHASE}"] = f"@{catalogue.PHASE}={venture.phase}"
    told: dict[str, Any] = {"name": task.name, "start_on": task.start, "due_on": task.due}
    told |= {"resource_subtype": task.subtype, "assignee": f"@{task.who}" if task.who else None}
    # A subtask is in no project, and has the fields of its own project nevertheless once it is put there.
    told |= {"parent": f"@{task.above}"} if task.above else {}
    told |= {"memberships": [{"project": f"@{venture.name}", "section": sections[TO_DO]}], "custom_fields": fields}
    made = _at(task.made, 9, place)
    yield Act(made, venture.owner, "POST", "/tasks", told, task.name)
    for week, hours in task.weeks.items():
        yield from _worked(task, week, hours, place)
    if task.section != TO_DO:
        begun = max(made + timedelta(minutes=1), _at(task.start, 10, place))
        path = f"/sections/{sections[DOING]}@/addTask"
        yield Act(begun, task.who or venture.owner, "POST", path, {"task": f"@{task.name}"})
    if task.done:
        path = f"/sections/{sections[DONE]}@/addTask"
        yield Act(_at(task.done, 17, place), task.who, "POST", path, {"task": f"@{task.name}"})
        yield Act(_at(task.done, 18, place), task.who, "PUT", f"/tasks/@{task.name}@", {"completed": True})


def _worked(task: Task, week: int, hours: int, place: int) -> Iterator[Act]:
    """Log a week's hours: a day's at most each, from Monday on."""
    day = date.fromisocalendar(2026, week, 1)
    while hours:
        some = min(hours, 8)
        told = {"duration_minutes": some * 60, "entered_on": day.isoformat()}
        path = f"/tasks/@{task.name}@/time_tracking_entries"
        yield Act(_at(day.isoformat(), 15, place), task.who, "POST", path, told)
        hours -= some
        day += timedelta(days=1)
