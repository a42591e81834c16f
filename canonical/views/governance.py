"""The views of what the hub found, wrote, could not map and saw change."""

from typing import Any

from sqlalchemy import ColumnElement, Table, cast, func, literal, null, select

from canonical.schema.columns import Instant
from canonical.schema.entities import (
    allocation,
    department,
    dependency,
    leave,
    project,
    source_person,
    source_project,
    status_update,
    task,
    time_entry,
)
from canonical.schema.governance import deviation, rule_state
from canonical.schema.names import identity
from canonical.schema.operations import change, quarantine
from canonical.schema.writing import writeback
from canonical.views.columns import View
from canonical.views.columns import ViewColumn as Shown
from canonical.vocabulary import EntityKind

DEVIATIONS = View(
    "pmo_deviations",
    "Rules that were found broken, closed ones included",
    (
        Shown("number", deviation.c.number, "The deviation's number, kept when it reopens"),
        Shown("rule_id", deviation.c.rule_id, "The rule"),
        Shown("rule", rule_state.c.title, "The rule's title"),
        Shown("severity", deviation.c.severity, "info, minor, major or critical"),
        Shown("class", rule_state.c.rule_class, "integrity, completeness, timeliness or performance"),
        Shown("state", deviation.c.state, "open, waived, dismissed or closed"),
        Shown("close_reason", deviation.c.close_reason, "resolved, no_longer_required or item_gone"),
        Shown("legacy", deviation.c.legacy, "Already so when the standard was switched on"),
        Shown("unverified", deviation.c.unverified, "Still open because the data is missing or old"),
        Shown("acknowledged_until", deviation.c.acknowledged_until, "Seen and put off until this day"),
        Shown("entity", deviation.c.subject, "The kind of item"),
        Shown("entity_id", deviation.c.subject_id, "The item"),
        Shown("project_id", deviation.c.project_id, "Its row in pmo_projects"),
        Shown("project", project.c.name, "The project's name"),
        Shown("department_id", deviation.c.department_id, "The department's id"),
        Shown("department", department.c.name, "The department's name"),
        Shown("connector", deviation.c.connector, "The connector whose item it is"),
        Shown("message", deviation.c.message, "What is wrong, in words"),
        Shown("remedy", rule_state.c.remedy, "What to do about it"),
        Shown("source", rule_state.c.source, "Where the rule comes from"),
        Shown("evidence", deviation.c.evidence, "JSON of the values read"),
        Shown("first_seen_at", deviation.c.first_seen_at, "First found"),
        Shown("opened_at", deviation.c.opened_at, "Last opened"),
        Shown("due_on", deviation.c.due_on, "The day by which to mend it"),
        Shown("closed_at", deviation.c.closed_at, "Closed"),
        Shown("reopened", deviation.c.reopened, "How often it came back"),
    ),
    deviation.outerjoin(rule_state, rule_state.c.rule_id == deviation.c.rule_id)
    .outerjoin(project, project.c.id == deviation.c.project_id)
    .outerjoin(department, department.c.id == deviation.c.department_id),
)

WRITEBACKS = View(
    "pmo_writebacks",
    "Changes of fields that the hub proposed, and how each ended",
    (
        Shown("id", writeback.c.id, "The write-back's id"),
        Shown("plan_id", writeback.c.plan_id, "The plan that proposed it"),
        Shown("connector", writeback.c.connector, "The connector to write through"),
        Shown("department_id", writeback.c.department_id, "The department whose mode applies"),
        Shown("mode", writeback.c.mode, "supportive, controlling or directive"),
        Shown("entity", writeback.c.entity, "The kind of item"),
        Shown("entity_id", writeback.c.entity_id, "The item"),
        Shown("external_id", writeback.c.external_id, "The item's id in the tool"),
        Shown("key", writeback.c.key, "The item's key in the tool"),
        Shown("field", writeback.c.field, "The template field"),
        Shown("carrier", writeback.c.carrier, "Where the field lives in the tool"),
        Shown("before", writeback.c.before, "JSON of the value that the plan was made on"),
        Shown("after", writeback.c.after, "JSON of the value to write"),
        Shown("reason", writeback.c.reason, "Why it is proposed"),
        Shown("state", writeback.c.state, "proposed, approved, rejected, withdrawn, journaled, undone or the outcome"),
        Shown("hold", writeback.c.hold, "Why it waits"),
        Shown("approved_by", writeback.c.approved_by, "Who approved it"),
        Shown("approved_for", writeback.c.approved_for, "On whose word"),
        Shown("approved_at", writeback.c.approved_at, "When it was approved"),
        Shown("policy", writeback.c.policy, "The standing approval in whose name, as id@version"),
        Shown("ended_at", writeback.c.ended_at, "When its outcome was known"),
        Shown("outcome_reason", writeback.c.outcome_reason, "The outcome in words"),
        Shown("read_back", writeback.c.read_back, "JSON of the value read back after writing"),
    ),
    writeback,
)

QUARANTINE = View(
    "pmo_quarantine",
    "Records that could not be mapped",
    (
        Shown("connector", quarantine.c.connector, "The connector that read it"),
        Shown("entity", quarantine.c.entity, "The kind of record"),
        Shown("place", quarantine.c.place, "Where exactly it stands"),
        Shown("external_id", quarantine.c.external_id, "Its id in the tool, where one could be read"),
        Shown("reason", quarantine.c.reason, "Why it could not be mapped"),
        Shown("remedy", quarantine.c.remedy, "What to do about it"),
        Shown("raw", quarantine.c.raw, "JSON of the whole record"),
        Shown("since", quarantine.c.since, "When it was first set aside"),
    ),
    quarantine,
)

CHANGES = View(
    "pmo_changes",
    "Every change of every field, as far as the tools report it or the hub saw it",
    (
        Shown("id", change.c.id, "Running number"),
        Shown("entity", change.c.entity, "The kind of item"),
        Shown("entity_id", change.c.entity_id, "The item"),
        Shown("field", change.c.field, "The field; deleted_at where the item was deleted"),
        Shown("old", change.c.old, "JSON of the value before"),
        Shown("new", change.c.new, "JSON of the value after"),
        Shown("at", change.c.at, "When it changed; when the hub saw it, where the tool does not say"),
        Shown("actor", change.c.actor, "Who changed it, where the tool says so"),
        Shown("how_known", change.c.how_known, "reported by the tool, or observed between two syncs"),
        Shown(
            "by_hub", change.c.by_hub, "The hub's own doing: what it wrote, or a mapping that gives the field no more"
        ),
        Shown("run_id", change.c.run_id, "The run that stored it"),
        Shown("change_id", change.c.change_id, "The tool's own id of it, where the tool reported it"),
    ),
    change,
)

_TABLES: tuple[tuple[EntityKind, Table], ...] = (
    (EntityKind.PROJECT, source_project),
    (EntityKind.TASK, task),
    (EntityKind.TIME_ENTRY, time_entry),
    (EntityKind.PERSON, source_person),
    (EntityKind.DEPENDENCY, dependency),
    (EntityKind.STATUS_UPDATE, status_update),
    (EntityKind.ALLOCATION, allocation),
    (EntityKind.LEAVE, leave),
)


def _names_that_hold(kind: EntityKind, table: Table, scheme: str, value: ColumnElement[str]) -> View:
    former_ended = (
        select(func.max(identity.c.valid_to, type_=Instant()))
        .where(identity.c.entity_id == table.c.id, identity.c.scheme == scheme)
        .scalar_subquery()
    )
    columns: tuple[ColumnElement[Any], ...] = (
        literal(kind.value),
        table.c.id,
        table.c.connector,
        literal(scheme),
        value,
        func.coalesce(former_ended, table.c.first_seen_at, type_=Instant()),
        cast(null(), Instant()),
    )
    shown = tuple(Shown(name, stored, "") for (name, _), stored in zip(_IDENTITY, columns, strict=True))
    return View("", "", shown, table, value.is_not(None))


_IDENTITY = (
    ("entity", "The kind of item; a project or a person here is one tool's record of it"),
    ("entity_id", "The item"),
    ("connector", "The connector in whose tool the name is used"),
    ("scheme", "id, key, url, name or email"),
    ("value", "The name itself"),
    ("valid_from", "Since when it is known"),
    ("valid_to", "Until when it held; empty while it holds"),
)

IDENTITIES = View(
    "pmo_identities",
    "Every name by which a tool calls an item, former ones included",
    tuple(Shown(name, identity.c[name], meaning) for name, meaning in _IDENTITY),
    identity,
    more=tuple(
        _names_that_hold(kind, table, scheme, table.c[column])
        for kind, table in _TABLES
        for scheme, column in (("id", "external_id"), ("key", "key"), ("url", "url"))
    ),
)
