"""Counts after a change, told by what changed: old verdicts are taken away and new ones added.

So a change in every project costs as much as the change, not as much as all projects. Some counts do not follow from
the difference: those with a reason for what is unknown, those that are held while an item is frozen, and those of a
project that moved to another department. Such projects are counted anew.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, exists, func, insert, literal, select, update

from canonical.schema.entities import project
from canonical.schema.governance import item_verdict, verdict_count
from canonical.store.sets import add_rows
from rules.evaluation.bundles import Bundle
from rules.evaluation.codes import FROZEN_CODE
from rules.evaluation.scope import ANEW, OTHERWISE, add, counted_again, follow, scoped
from rules.evaluation.staging import judged, shifted, take_stock
from rules.evaluation.tallies import WORDS, is_plain, rows_of, tallied

SAME = and_(*(judged.c[name] == item_verdict.c[name] for name in ("bundle", "project_id", "item_id", "verdicts")))


KEY = ("rule_id", "department_id", "project_id")
SHIFTED = ("rule_id", "project_id", *WORDS)


def find_shifts(connection: Connection, bundles: Sequence[Bundle]) -> None:
    """Fill `shifted`, before the verdicts are kept, and note in the scope the projects to be counted anew."""
    in_scope = [bundle for bundle in bundles if not bundle.everywhere]
    if not in_scope:
        return
    follow(connection, ANEW, scoped(OTHERWISE))
    own = item_verdict.c
    held = func.replace(own.verdicts, FROZEN_CODE, "") != own.verdicts
    follow(connection, ANEW, select(own.project_id).where(own.project_id.in_(counted_again()), held))
    rows = [tuple(row) for bundle in in_scope for query in differences(bundle) for row in connection.execute(query)]
    anew, shifts = [], []
    for project_id, some in groupby(sorted(rows), key=lambda row: row[0]):
        tallies = tallied(some, in_scope)
        if is_plain(tallies):
            shifts += [row[: len(SHIFTED)] for row in rows_of(project_id, tallies)]
        else:
            anew.append({"entity": ANEW, "id": project_id})
    add(connection, anew)
    add_rows(connection, shifted, SHIFTED, shifts)
    take_stock(connection, shifted, len(shifts))


def differences(bundle: Bundle) -> Iterator[Select[Any]]:
    """The numbers of items by project and verdicts: those that have them now, and less those that had them before."""
    now, before = judged.c, item_verdict.c
    yield (
        select(now.project_id, now.bundle, now.verdicts, func.count())
        .where(now.bundle == bundle.name, ~exists().where(SAME).correlate(judged))
        .group_by(now.project_id, now.bundle, now.verdicts)
    )
    yield (
        select(before.project_id, before.bundle, before.verdicts, -func.count())
        .where(before.bundle == bundle.name, before.item_id.in_(scoped(bundle.entity)))
        .where(~exists().where(SAME).correlate(item_verdict))
        .group_by(before.project_id, before.bundle, before.verdicts)
    )


def shift_counts(connection: Connection, rules: Collection[str]) -> None:
    """Add `shifted` to the counts of some rules; a project without any item left has none."""
    own, shift = verdict_count.c, shifted.c
    owner = select(project.c.department_id).where(project.c.id == shift.project_id).scalar_subquery()
    connection.execute(update(shifted).values(department_id=func.coalesce(owner, "")))
    wanted = and_(shift.rule_id.in_([*rules]), shift.project_id.not_in(scoped(ANEW)))
    same = and_(*(own[name] == shift[name] for name in KEY))
    # What is counted for the first time goes in at zero, so that it is shifted like all others.
    zeros = [literal(0) for _ in WORDS]
    new = select(*(shift[name] for name in KEY), *zeros).where(wanted, ~exists().where(same).correlate(shifted))
    connection.execute(insert(verdict_count).from_select([*KEY, *WORDS], new))
    sums = {word: own[word] + shift[word] for word in WORDS}
    connection.execute(update(verdict_count).where(same, wanted).values(sums))
    nothing = and_(*(own[word] == 0 for word in WORDS))
    connection.execute(delete(verdict_count).where(own.rule_id.in_([*rules]), nothing))
