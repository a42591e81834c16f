"""The rules in force as they were last applied, kept so that pages, exports and the next evaluation know them."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from canonical.schema.governance import rule_state
from rules.evaluation.guards import HARDLY_USED, NOT_SUPPLIED
from rules.evaluation.rendering import Told
from rules.standards import Standards

GUARD_TEXTS: Mapping[str, tuple[str, str]] = {
    NOT_SUPPLIED: ("A field that rules need is not supplied", "Map the field, or leave it: its rules stay unknown."),
    HARDLY_USED: ("A field that rules need is hardly used", "Agree whether the team keeps it, or leave it."),
}


def write_rule_states(
    connection: Connection, standards: Standards, told: Mapping[str, Told], failed: Collection[str], now: datetime
) -> None:
    """Write what differs; rules that failed keep their former version and count as new again."""
    known = {row["rule_id"]: dict(row) for row in connection.execute(select(rule_state)).mappings()}
    wanted = {row["rule_id"]: row for row in _rows(standards, told) if row["rule_id"] not in failed}
    for rule_id, row in wanted.items():
        row["switched_on_at"] = known[rule_id]["switched_on_at"] if rule_id in known else now
    other = [rule_id for rule_id, row in known.items() if row != wanted.get(rule_id) and rule_id not in failed]
    new = [row for rule_id, row in wanted.items() if row != known.get(rule_id)]
    connection.execute(delete(rule_state).where(rule_state.c.rule_id.in_(other)))
    if new:
        connection.execute(insert(rule_state), new)


def _rows(standards: Standards, told: Mapping[str, Told]) -> Iterator[dict[str, Any]]:
    for rule_id, rule in standards.rules.items():
        yield {
            "rule_id": rule_id,
            "version": told[rule_id].version,
            "severity": standards.settings(rule_id).severity.value,
            "rule_class": rule.rule_class.value,
            "title": rule.title,
            "remedy": rule.remedy,
            "source": rule.source,
        }
    for rule_id, (title, remedy) in GUARD_TEXTS.items():
        yield {
            "rule_id": rule_id,
            "version": "1",
            "severity": "info",
            "rule_class": "coverage",
            "title": title,
            "remedy": remedy,
            "source": "Guard against noise",
        }
