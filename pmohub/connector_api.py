"""What third parties import to write a connector; everything else of pmohub may change without notice."""

from canonical.intake import Batch, Cursor, Listing, Progress, Quarantined, ReportedChange
from canonical.problems import Problem, ToolError, Weight
from canonical.records import RECORDS, Dependency, Person, Project, Record, StatusUpdate, Task, TimeEntry
from canonical.values import FieldValue
from canonical.vocabulary import EntityKind, FieldType
from connectors.base import (
    Census,
    ConnectorContext,
    ConnectorKind,
    CurrentValue,
    CustomField,
    DiscoveredField,
    Discovery,
    FieldChange,
    Known,
    Outcome,
    Precondition,
    Reader,
    Target,
    Traffic,
    Writer,
    WriteResult,
)
from connectors.options import Options
from connectors.secrets import Secret

__all__ = [
    "RECORDS",
    "Batch",
    "Census",
    "ConnectorContext",
    "ConnectorKind",
    "CurrentValue",
    "Cursor",
    "CustomField",
    "Dependency",
    "DiscoveredField",
    "Discovery",
    "EntityKind",
    "FieldChange",
    "FieldType",
    "FieldValue",
    "Known",
    "Listing",
    "Options",
    "Outcome",
    "Person",
    "Precondition",
    "Problem",
    "Progress",
    "Project",
    "Quarantined",
    "Reader",
    "Record",
    "ReportedChange",
    "Secret",
    "StatusUpdate",
    "Target",
    "Task",
    "TimeEntry",
    "ToolError",
    "Traffic",
    "Weight",
    "WriteResult",
    "Writer",
]
