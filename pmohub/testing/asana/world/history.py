"""What the stories of a generated task tell: of its assignee, its section, its dates, its fields, its end."""

from typing import Any

from pmohub.testing.asana.world.plots import Plots
from pmohub.testing.asana.world.things import STORIES, STORIES_OF_ONE, Thing
from pmohub.testing.asana.world.wording import COMMENTS
from pmohub.testing.sandbox.chance import draws, pick


def stories(seed: int, plots: Plots, task: Thing, number: int) -> list[Thing]:
    """Make the stories of a task, oldest first."""
    plot, _ = plots.at(number)
    chance, people = draws(seed, b"story", number), plot.team
    told: list[tuple[str, str, dict[str, Any]]] = []
    for project, section in task["memberships"]:
        told.append(("added_to_project", "added to a project", {"project": project}))
        if project == plot.project.gid and section != plot.sections[0]:
            moved = {"old_section": plot.sections[0], "new_section": section, "project": project}
            told.append(("section_changed", "moved this task", moved))
    if task["assignee"]:
        told.append(("assigned", "assigned this task", {"assignee": task["assignee"]}))
    if task["due_on"]:
        told.append(
            ("due_date_changed", "changed the due date", {"old_dates": None, "new_dates": dates_of(task.values)})
        )
    if chance[0] > 150:
        told.append(("comment_added", pick(COMMENTS, chance[1]), {}))
    if task["completed"]:
        told.append(("marked_complete", "completed this task", {}))
    first, last = task["created_at"], task["modified_at"]
    made = []
    for turn, (subtype, text, extra) in enumerate(told):
        at = first + (last - first) * (turn + 1) // len(told)
        values = {
            "task": task.gid, "created_at": at, "created_by": pick(people, chance[2 + turn]),
            "resource_subtype": subtype, "text": text, "source": "web", **extra,
        }  # fmt: skip
        made.append(Thing(str(STORIES + number * STORIES_OF_ONE + turn), "story", values))
    return made


def dates_of(values: dict[str, Any]) -> dict[str, Any]:
    """Give the dates of a task as its stories tell them; the moment still in milliseconds."""
    return {name: values[name] for name in ("start_on", "due_at", "due_on")}
