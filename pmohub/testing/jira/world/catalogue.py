"""The site's fields: what each holds, what it may hold, and what of it people may edit."""

from typing import NamedTuple

from pmohub.testing.jira.world.scheme import BLOCKED_REASON, OUTCOME, Named

PLUGIN = "com.atlassian.jira.plugin.system.customfieldtypes:"
GREENHOPPER = "com.pyxis.greenhopper.jira:"


class Kind(NamedTuple):
    """How a field's value is declared in its schema; `custom` is empty for the system's own."""

    type: str
    items: str = ""
    custom: str = ""


TEXT, DATE, NUMBER, LABELS = Kind("string"), Kind("date"), Kind("number"), Kind("array", "string")
USER, INSTANT, SECONDS = Kind("user"), Kind("datetime"), Kind("number")
LINE = Kind("string", "", PLUGIN + "textfield")
AREA = Kind("string", "", PLUGIN + "textarea")
LINK = Kind("string", "", PLUGIN + "url")
FLOAT = Kind("number", "", PLUGIN + "float")
DAY = Kind("date", "", PLUGIN + "datepicker")
MOMENT = Kind("datetime", "", PLUGIN + "datetime")
PERSON = Kind("user", "", PLUGIN + "userpicker")
PEOPLE = Kind("array", "user", PLUGIN + "multiuserpicker")
ONE = Kind("option", "", PLUGIN + "select")
BUTTONS = Kind("option", "", PLUGIN + "radiobuttons")
SEVERAL = Kind("array", "option", PLUGIN + "multiselect")
CASCADE = Kind("option-with-child", "", PLUGIN + "cascadingselect")
TAGS = Kind("array", "string", PLUGIN + "labels")
EPIC_LINK_KIND = Kind("any", "", GREENHOPPER + "gh-epic-link")
EPIC_NAME_KIND = Kind("string", "", GREENHOPPER + "gh-epic-label")
SPRINT_KIND = Kind("array", "json", GREENHOPPER + "gh-sprint")
RANK_KIND = Kind("any", "", GREENHOPPER + "gh-lexo-rank")


class Option(NamedTuple):
    """A value that a field offers, and those below it where it is the first of two steps."""

    id: str
    value: str
    children: tuple[Named, ...] = ()


class FieldOf(NamedTuple):
    """A field: `edited` says whether an issue's edit screen has it."""

    id: str
    name: str
    kind: Kind
    edited: bool = True
    clause: str = ""
    options: tuple[Option, ...] = ()

    @property
    def custom(self) -> bool:
        """Tell whether an admin added it."""
        return bool(self.kind.custom)


def _options(first: int, *values: str) -> tuple[Option, ...]:
    return tuple(Option(str(first + place), value) for place, value in enumerate(values))


EPIC_LINK, EPIC_NAME, SPRINT, RANK = (
    "customfield_10014",
    "customfield_10011",
    "customfield_10020",
    "customfield_10019",
)
POINTS, SPONSOR, STAKEHOLDERS, PHASE = (f"customfield_{number}" for number in (10026, 10101, 10102, 10103))
RISKS, UNIT, BUDGET, BASELINE_FINISH = (f"customfield_{number}" for number in (10104, 10105, 10106, 10107))
GO_LIVE, PMO_ID, OBJECTIVE, CASE = (f"customfield_{number}" for number in (10108, 10109, 10110, 10111))
LABELLED, TARGET_START, TARGET_END, HEALTH = (f"customfield_{number}" for number in (10112, 10113, 10114, 10119))
CUSTOMER_TEXT, CUSTOMER_CHOICE = "customfield_10115", "customfield_10116"

UNITS = (
    Option("10300", "Retail", (Named("10301", "Shops"), Named("10302", "Online"))),
    Option("10310", "Logistics", (Named("10311", "Warehouse"), Named("10312", "Fleet"))),
    Option("10320", "Head office", (Named("10321", "Legal"), Named("10322", "Finance"))),
)

SYSTEM = (
    FieldOf("summary", "Summary", TEXT),
    FieldOf("issuetype", "Issue Type", Kind("issuetype"), clause="type"),
    FieldOf("status", "Status", Kind("status"), edited=False),
    FieldOf("project", "Project", Kind("project"), edited=False),
    FieldOf("resolution", "Resolution", Kind("resolution"), edited=False),
    FieldOf("priority", "Priority", Kind("priority")),
    FieldOf("assignee", "Assignee", USER),
    FieldOf("reporter", "Reporter", USER),
    FieldOf("creator", "Creator", USER, edited=False),
    FieldOf("description", "Description", TEXT),
    FieldOf("labels", "Labels", LABELS),
    FieldOf("components", "Components", Kind("array", "component"), clause="component"),
    FieldOf("fixVersions", "Fix versions", Kind("array", "version"), clause="fixVersion"),
    FieldOf("versions", "Affects versions", Kind("array", "version"), clause="affectedVersion"),
    FieldOf("duedate", "Due date", DATE, clause="due"),
    FieldOf("created", "Created", INSTANT, edited=False),
    FieldOf("updated", "Updated", INSTANT, edited=False),
    FieldOf("resolutiondate", "Resolved", INSTANT, edited=False, clause="resolved"),
    FieldOf("statuscategorychangedate", "Status Category Changed", INSTANT, edited=False),
    FieldOf("parent", "Parent", Kind("issuelink")),
    FieldOf("subtasks", "Sub-tasks", Kind("array", "issuelinks"), edited=False),
    FieldOf("issuelinks", "Linked Issues", Kind("array", "issuelinks")),
    FieldOf("timetracking", "Time tracking", Kind("timetracking")),
    FieldOf("timeoriginalestimate", "Original estimate", SECONDS, edited=False, clause="originalEstimate"),
    FieldOf("timeestimate", "Remaining Estimate", SECONDS, edited=False, clause="remainingEstimate"),
    FieldOf("timespent", "Time Spent", SECONDS, edited=False),
    FieldOf("aggregatetimeoriginalestimate", "Σ Original Estimate", SECONDS, edited=False),
    FieldOf("aggregatetimeestimate", "Σ Remaining Estimate", SECONDS, edited=False),
    FieldOf("aggregatetimespent", "Σ Time Spent", SECONDS, edited=False),
    FieldOf("progress", "Progress", Kind("progress"), edited=False),
    FieldOf("worklog", "Log Work", Kind("array", "worklog"), edited=False),
    FieldOf("comment", "Comment", Kind("comments-page"), edited=False),
    FieldOf("security", "Security Level", Kind("securitylevel"), edited=False, clause="level"),
    FieldOf("environment", "Environment", TEXT),
)

CUSTOM = (
    FieldOf(EPIC_LINK, "Epic Link", EPIC_LINK_KIND),
    FieldOf(EPIC_NAME, "Epic Name", EPIC_NAME_KIND),
    FieldOf(SPRINT, "Sprint", SPRINT_KIND),
    FieldOf(RANK, "Rank", RANK_KIND, edited=False),
    FieldOf(POINTS, "Story Points", FLOAT),
    FieldOf(SPONSOR, "Project Sponsor", PERSON),
    FieldOf(STAKEHOLDERS, "Stakeholders", PEOPLE),
    FieldOf(
        PHASE,
        "PMO Phase",
        ONE,
        options=_options(10200, "Initiation", "Planning", "Execution", "Monitoring", "Closing"),
    ),
    FieldOf(RISKS, "Risk areas", SEVERAL, options=_options(10220, "Schedule", "Cost", "Quality", "People", "Law")),
    FieldOf(UNIT, "Business unit", CASCADE, options=UNITS),
    FieldOf(BUDGET, "Budget (EUR)", FLOAT),
    FieldOf(BASELINE_FINISH, "Baseline finish", DAY),
    FieldOf(GO_LIVE, "Go-live at", MOMENT),
    FieldOf(PMO_ID, "PMO id", LINE),
    FieldOf(OBJECTIVE, "Objective", AREA),
    FieldOf(CASE, "Business case", LINK),
    FieldOf(LABELLED, "Tags", TAGS),
    FieldOf(TARGET_START, "Target start", DAY),
    FieldOf(TARGET_END, "Target end", DAY),
    FieldOf(CUSTOMER_TEXT, "Customer", LINE),
    FieldOf(CUSTOMER_CHOICE, "Customer", ONE, options=_options(10240, "Shops", "Suppliers", "Staff")),
    FieldOf(OUTCOME, "Outcome", ONE, options=_options(10250, "Signed", "Rejected", "Withdrawn")),
    FieldOf(BLOCKED_REASON, "Blocked reason", LINE),
    FieldOf(HEALTH, "Health", BUTTONS, options=_options(10260, "Green", "Amber", "Red")),
)
FIELDS = {one.id: one for one in SYSTEM + CUSTOM}
