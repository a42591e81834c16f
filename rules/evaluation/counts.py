"""Keeping the verdicts on each item, and counting them by rule and project."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select, true, tuple_

from canonical.schema.entities import project
from canonical.schema.governance import item_verdict, rule_state, verdict_count
from canonical.store.sets import add_rows
from rules.evaluation.bundles import Bundle
from rules.evaluation.carrying import carry
from rules.evaluation.scope import ANEW, scoped
from rules.evaluation.seen import SEEN
from rules.evaluation.shifts import shift_counts
from rules.evaluation.staging import counted, judged
from rules.evaluation.tallies import WORDS, rows_of, tallied

BATCH = 5000


def keep_verdicts(connection: Connection, bundles: Sequence[Bundle], *, everywhere: bool) -> None:
    """Carry `judged` over into `item_verdict`; what a bundle said that is no more is let go."""
    own = item_verdict.c
    parts = [(bundle.name, bundle.entity, bundle.everywhere) for bundle in bundles]
    parts.append((SEEN, "project", everywhere))
    for name, entity, whole in parts:
        query = select(*(judged.c[column.name] for column in own)).where(judged.c.bundle == name)
        within = true() if whole else own.item_id.in_(scoped(entity))
        carry(connection, item_verdict, query, and_(own.bundle == name, within))
    if everywhere:
        connection.execute(delete(item_verdict).where(own.bundle.not_in([name for name, _, _ in parts])))


def count(connection: Connection, bundles: Sequence[Bundle]) -> None:
    """Fill `counted` from `item_verdict`: for bundles judged everywhere in all projects, else in those noted."""
    for everywhere in (True, False):
        alike = [bundle for bundle in bundles if bundle.everywhere == everywhere]
        own = item_verdict.c
        query = select(own.project_id, own.bundle, own.verdicts, func.count().label("number"))
        query = query.where(own.bundle.in_([bundle.name for bundle in alike]))
        if not everywhere:
            query = query.where(own.project_id.in_(scoped(ANEW)))
        key = (own.project_id, own.bundle, own.verdicts)
        if alike:
            add_counts(connection, connection.execute(query.group_by(*key).order_by(own.project_id)), alike)


def add_counts(connection: Connection, rows: Any, bundles: Sequence[Bundle]) -> None:
    """Put rows of project, bundle, verdicts and number, ordered by project, into `counted`."""
    columns = counted.c.keys()
    waiting: list[tuple[Any, ...]] = []
    for project_id, own in groupby(rows, key=lambda row: row.project_id):
        waiting += rows_of(project_id, tallied(own, bundles))
        if len(waiting) > BATCH:
            add_rows(connection, counted, columns, waiting)
            waiting = []
    add_rows(connection, counted, columns, waiting)


def write_counts(connection: Connection, full: Collection[str], scoped_rules: Collection[str]) -> None:
    """Carry `counted` over into `verdict_count`; projects with frozen items keep what was counted before.

    `full` names the rules that were counted everywhere, `scoped_rules` those counted anew in some projects and shifted
    in the others. Rules that failed are in neither.
    """
    ran = [*full, *scoped_rules]
    held = select(counted.c.rule_id, counted.c.project_id).where(counted.c.held)
    query = (
        select(
            counted.c.rule_id,
            func.coalesce(project.c.department_id, "").label("department_id"),
            counted.c.project_id,
            *(counted.c[word] for word in WORDS),
            counted.c.reason,
        )
        .select_from(counted.outerjoin(project, project.c.id == counted.c.project_id))
        .where(~counted.c.held, counted.c.rule_id.in_(ran))
    )
    own = verdict_count.c
    in_scope = and_(own.rule_id.in_(scoped_rules), own.project_id.in_(scoped(ANEW)))
    within = or_(own.rule_id.in_(full), in_scope)
    kept = tuple_(own.rule_id, own.project_id).in_(held)
    carry(connection, verdict_count, query, and_(within, ~kept))
    shift_counts(connection, scoped_rules)
    gone = own.rule_id.not_in(ran)
    connection.execute(delete(verdict_count).where(gone, own.rule_id.not_in(select(rule_state.c.rule_id))))
