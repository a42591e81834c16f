"""The closed word lists of the canonical model; each value is stored and shown as written here."""

from enum import StrEnum


class EntityKind(StrEnum):
    """What a record describes."""

    PROJECT = "project"
    TASK = "task"
    TIME_ENTRY = "time_entry"
    PERSON = "person"
    DEPENDENCY = "dependency"
    STATUS_UPDATE = "status_update"
    ALLOCATION = "allocation"
    LEAVE = "leave"


class FieldType(StrEnum):
    """What a custom field holds, in every record alike."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"


class ProjectStatus(StrEnum):
    """Where a project stands in its life."""

    PROPOSED = "proposed"
    PLANNED = "planned"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Health(StrEnum):
    """RAG health as the team reports it."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


class Phase(StrEnum):
    """PMI process groups in their order; a later one includes the gates of those before."""

    INITIATION = "initiation"
    PLANNING = "planning"
    EXECUTION = "execution"
    MONITORING = "monitoring"
    CLOSING = "closing"


class Delivery(StrEnum):
    """A project ends; continuous work (a product, a service) does not."""

    PROJECT = "project"
    CONTINUOUS = "continuous"


class StatusCategory(StrEnum):
    """What a tool's own status means."""

    TODO = "todo"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """The level or nature of a piece of work."""

    EPIC = "epic"
    STORY = "story"
    TASK = "task"
    SUBTASK = "subtask"
    BUG = "bug"
    MILESTONE = "milestone"
    OTHER = "other"


class DependencyType(StrEnum):
    """Which end of the predecessor drives which end of the successor."""

    FINISH_TO_START = "FS"
    START_TO_START = "SS"
    FINISH_TO_FINISH = "FF"
    START_TO_FINISH = "SF"


class ApprovalState(StrEnum):
    """Approval of a time entry in the tool."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"


class Activity(StrEnum):
    """Whether a person is still with the company, as far as a tool says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class PmoMode(StrEnum):
    """How much control the PMO has over a department (PMI: low, moderate, high)."""

    SUPPORTIVE = "supportive"
    CONTROLLING = "controlling"
    DIRECTIVE = "directive"


class HowKnown(StrEnum):
    """Whether the tool's own history reported a change, or the hub saw a difference between two syncs."""

    REPORTED = "reported"
    OBSERVED = "observed"


class Severity(StrEnum):
    """How much hangs on a rule; it sets the due time: 5, 10, 20 working days and none."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"
    INFO = "info"


class RuleClass(StrEnum):
    """What kind of truth a rule guards. Performance (late, over budget) never enters the compliance score."""

    INTEGRITY = "integrity"
    COMPLETENESS = "completeness"
    TIMELINESS = "timeliness"
    PERFORMANCE = "performance"


class Verdict(StrEnum):
    """What a rule says of one item. Unknown: an input is missing or stale, never a pass and never a deviation."""

    PASSES = "passes"
    DEVIATES = "deviates"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class DeviationState(StrEnum):
    """Where a deviation stands in its life."""

    OPEN = "open"
    WAIVED = "waived"
    DISMISSED = "dismissed"
    CLOSED = "closed"


class CloseReason(StrEnum):
    """Why a deviation was closed: mended, no longer asked for, or its item is gone."""

    RESOLVED = "resolved"
    NO_LONGER_REQUIRED = "no_longer_required"
    ITEM_GONE = "item_gone"
