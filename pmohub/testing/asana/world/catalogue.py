"""The custom fields of the sample company."""

from typing import Any, NamedTuple

PRIORITY, PHASE, ESTIMATE, POINTS, CHANNELS, GO_LIVE, APPROVERS, BRIEF, RELATED, RISK, REFERENCE, WORK = (
    "Priority", "PMO phase", "Estimated time", "Story points", "Channels", "Go-live", "Approvers", "Briefing",
    "Related work", "Risk score", "Ref", "Kind of work",
)  # fmt: skip
SPONSOR, BUDGET, PMO_ID, BASELINE, STAGE, TIER = "Sponsor", "Budget", "PMO id", "Baseline finish", "Phase", "Tier"


class Definition(NamedTuple):
    """A custom field: `type` is Asana's, `kept` what more its definition says."""

    name: str
    type: str
    options: tuple[str, ...] = ()
    kept: dict[str, Any] = {}  # noqa: RUF012  # never changed
    representation: str | None = None
    local: bool = False


PHASES = ("Initiation", "Planning", "Execution", "Monitoring", "Closing")
ON_TASKS = (
    Definition(PRIORITY, "enum", ("High", "Medium", "Low")),
    Definition(PHASE, "enum", PHASES),
    Definition(
        ESTIMATE, "number", kept={"precision": 0, "format": "duration", "asana_created_field": "estimated_time"}
    ),
    Definition(POINTS, "number", kept={"precision": 1, "format": "none"}),
    Definition(CHANNELS, "multi_enum", ("Web", "Print", "Social", "Fair", "!Radio")),
    Definition(GO_LIVE, "date"),
    Definition(APPROVERS, "people"),
    Definition(BRIEF, "text"),
    Definition(RELATED, "reference", kept={"input_restrictions": ["task", "project"]}),
    Definition(
        RISK, "number", kept={"precision": 1, "format": "none", "is_formula_field": True}, representation="formula"
    ),
    Definition(REFERENCE, "text", kept={"id_prefix": "MKT"}, representation="custom_id"),
    Definition(WORK, "enum", ("Task", "Bug", "Decision", "Epic")),
)
ON_PROJECTS = (
    Definition(SPONSOR, "people"),
    Definition(BUDGET, "number", kept={"precision": 2, "format": "currency", "currency_code": "EUR"}),
    Definition(PMO_ID, "text"),
    Definition(BASELINE, "date"),
    Definition(STAGE, "enum", PHASES),
    Definition(TIER, "enum", ("A", "B", "C")),
)
LOCAL = Definition(PRIORITY, "enum", ("P1", "P2", "P3"), local=True)
"""A field of one project's own that is called like one of everybody's."""
COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "cool-gray")
