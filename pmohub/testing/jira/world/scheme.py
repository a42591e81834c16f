"""What is the same in all projects of the site: issue types, statuses, workflows, resolutions, priorities, links."""

from typing import NamedTuple


class IssueType(NamedTuple):
    """An issue type; `level` is Jira's hierarchy level (-1 sub-task, 0 standard, 1 epic, more above)."""

    id: str
    name: str
    level: int
    description: str


class Status(NamedTuple):
    """A status and its category: `new`, `indeterminate` or `done`."""

    id: str
    name: str
    category: str


class Named(NamedTuple):
    """Anything that is only an id and a name."""

    id: str
    name: str


class LinkType(NamedTuple):
    """How two issues are linked, in the words of either end."""

    id: str
    name: str
    inward: str
    outward: str


class Transition(NamedTuple):
    """A step of a workflow: from which statuses (none: from any), to which, and the fields that its screen requires."""

    id: str
    name: str
    origins: tuple[str, ...]
    target: str
    required: tuple[str, ...] = ()


class Workflow(NamedTuple):
    """The statuses of a project in their order, the first for a new issue, and the steps between them."""

    statuses: tuple[str, ...]
    transitions: tuple[Transition, ...]


CHARTER, EPIC, STORY, TASK, SUBTASK, BUG, INITIATIVE, MILESTONE = (str(10_000 + number) for number in range(8))
TYPES = {
    one.id: one
    for one in (
        IssueType(CHARTER, "Charter", 0, "What a project is for, who wants it, and the PMO's fields."),
        IssueType(EPIC, "Epic", 1, "A large piece of work."),
        IssueType(STORY, "Story", 0, "Something that a user wants."),
        IssueType(TASK, "Task", 0, "A piece of work."),
        IssueType(SUBTASK, "Sub-task", -1, "A part of a piece of work."),
        IssueType(BUG, "Bug", 0, "Something that does not work."),
        IssueType(INITIATIVE, "Initiative", 2, "What several epics are for."),
        IssueType(MILESTONE, "Milestone", 0, "A day on which something is reached."),
    )
}

TO_DO, IN_PROGRESS, IN_REVIEW, BLOCKED, DONE = "10000", "3", "10001", "10002", "10003"
RECEIVED, WITH_COUNSEL, AWAITING_SIGNATURE, CLOSED = "10010", "10011", "10012", "10013"
STATUSES = {
    one.id: one
    for one in (
        Status(TO_DO, "To Do", "new"),
        Status(IN_PROGRESS, "In Progress", "indeterminate"),
        Status(IN_REVIEW, "In Review", "indeterminate"),
        Status(BLOCKED, "Blocked", "indeterminate"),
        Status(DONE, "Done", "done"),
        Status(RECEIVED, "Received", "new"),
        Status(WITH_COUNSEL, "With counsel", "indeterminate"),
        Status(AWAITING_SIGNATURE, "Awaiting signature", "indeterminate"),
        Status(CLOSED, "Closed", "done"),
    )
}
CATEGORIES = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}

BLOCKED_REASON, OUTCOME = "customfield_10118", "customfield_10117"
SOFTWARE = Workflow(
    (TO_DO, IN_PROGRESS, IN_REVIEW, BLOCKED, DONE),
    (
        Transition("11", "Start", (TO_DO, BLOCKED), IN_PROGRESS),
        Transition("21", "Hand over for review", (IN_PROGRESS,), IN_REVIEW),
        Transition("31", "Done", (IN_PROGRESS, IN_REVIEW), DONE, ("resolution",)),
        Transition("41", "Reopen", (DONE,), TO_DO),
        Transition("51", "Block", (TO_DO, IN_PROGRESS, IN_REVIEW), BLOCKED, (BLOCKED_REASON,)),
        Transition("61", "Back to work", (IN_REVIEW,), IN_PROGRESS),
    ),
)
LEGAL = Workflow(
    (RECEIVED, WITH_COUNSEL, AWAITING_SIGNATURE, CLOSED),
    (
        Transition("111", "Assign counsel", (RECEIVED,), WITH_COUNSEL),
        Transition("121", "Send for signature", (WITH_COUNSEL,), AWAITING_SIGNATURE),
        Transition("131", "Close", (WITH_COUNSEL, AWAITING_SIGNATURE), CLOSED, ("resolution", OUTCOME)),
        Transition("141", "Reopen", (CLOSED,), RECEIVED),
    ),
)

RESOLUTIONS = {one.id: one for one in (Named("10000", "Done"), Named("10001", "Won't Do"), Named("10002", "Duplicate"))}
PRIORITIES = {
    one.id: one
    for one in (
        Named("1", "Highest"),
        Named("2", "High"),
        Named("3", "Medium"),
        Named("4", "Low"),
        Named("5", "Lowest"),
    )
}
LINKS = {
    one.id: one
    for one in (
        LinkType("10000", "Blocks", "is blocked by", "blocks"),
        LinkType("10001", "Cloners", "is cloned by", "clones"),
        LinkType("10002", "Relates", "relates to", "relates to"),
    )
}
BLOCKS, _, RELATES = LINKS
