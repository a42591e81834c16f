"""Tools with something in them."""

from canonical.vocabulary import EntityKind
from pmohub.testing.memory.tool import MemoryTool
from pmohub.testing.nasty import PEOPLE, STATUSES, TEXTS, UNSTORABLE_TEXTS

PROJECT, TASK, TIME_ENTRY = EntityKind.PROJECT, EntityKind.TASK, EntityKind.TIME_ENTRY
PERSON, DEPENDENCY, STATUS_UPDATE = EntityKind.PERSON, EntityKind.DEPENDENCY, EntityKind.STATUS_UPDATE
ALLOCATION, LEAVE = EntityKind.ALLOCATION, EntityKind.LEAVE


def small_tool(name: str = "memory") -> MemoryTool:
    """Give a tool with two projects, six tasks, and one or two of everything else; nothing in it is wrong."""
    tool = MemoryTool(name)
    tool.put(PERSON, "u1", name="Ada Byron", email="ada@example.com", active="yes")
    tool.put(PERSON, "u2", name="Grace Hopper")
    for project in ("ALPHA", "BETA"):
        tool.put(PROJECT, project, key=project, name=f"Project {project}", status="active", manager="id:u1")
        for number in (1, 2, 3):
            tool.put(
                TASK,
                f"{project}-{number}",
                key=f"{project}-{number}",
                project=f"id:{project}",
                title=f"Task {number}",
                status="Doing",
                assignee="id:u2",
                due="2026-03-01",
                original_estimate=7200,
            )
        tool.put(TASK, f"{project}-3", parent=f"id:{project}-2")
    tool.put(
        TIME_ENTRY,
        "w1",
        project="id:ALPHA",
        task="id:ALPHA-1",
        person="id:u2",
        work_date="2026-01-05",
        duration=3600,
    )
    tool.put(DEPENDENCY, "d1", project="id:ALPHA", predecessor="id:ALPHA-1", successor="id:ALPHA-2", lag=2)
    tool.put(STATUS_UPDATE, "s1", project="id:ALPHA", at="2026-01-05T16:00:00Z", author="id:u1", health="green")
    tool.put(
        ALLOCATION,
        "b1",
        project="id:ALPHA",
        person="id:u2",
        first_day="2026-01-05",
        last_day="2026-01-30",
        weekly_effort=72_000,
    )
    tool.put(LEAVE, "l1", person="id:u2", first_day="2026-01-08", last_day="2026-01-09")
    return tool


def nasty_tool(name: str = "memory") -> MemoryTool:
    """Give a small tool with everything that went wrong for others besides.

    Awkward text, unmapped statuses, typed names, records that cannot be mapped, references to what is not there, a
    parent that comes after its child, and twenty edits in one instant.
    """
    tool = small_tool(name)
    for number, text in enumerate((*TEXTS.values(), *UNSTORABLE_TEXTS.values())):
        tool.put(TASK, f"text-{number}", project="id:ALPHA", title=text, note="not a field of a task")
    for number, status in enumerate(STATUSES):
        tool.put(TASK, f"status-{number}", project="id:ALPHA", title=status, status=status)
    for number, typed in enumerate(PEOPLE):
        tool.put(TASK, f"person-{number}", project="id:BETA", title="Typed", assignee=f"name:{typed}")
    tool.put(TASK, "bad-date", project="id:BETA", title="Impossible", due="2026-02-31")
    tool.put(TIME_ENTRY, "bad-hours", project="id:BETA", work_date="2026-01-05", duration=-60)
    tool.put(LEAVE, "bad-leave", person="id:u1", first_day="2026-03-02", last_day="2026-02-28")
    tool.put(PROJECT, "bad-percent", name="More than all", percent_complete="140")
    tool.put(TASK, "orphan", project="id:GAMMA", parent="id:nowhere", title="Orphan")
    tool.put(TASK, "child", project="id:BETA", parent="id:later", title="Child")
    tool.put(TASK, "later", project="id:BETA", title="Parent that comes later")
    tick, tool.tick = tool.tick, tool.tick * 0
    for number in range(20):
        tool.put(TASK, f"burst-{number:02}", project="id:BETA", title=f"Edited at once {number}")
    tool.tick = tick
    return tool
