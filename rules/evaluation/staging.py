"""Temporary tables in which an evaluation gathers what it found before anything is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, MetaData, Table, Text, text

staging = MetaData()

place = Table(
    "place",
    staging,
    Column("check_name", Text, primary_key=True),
    Column("rule_id", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("discriminator", Text),
    Column("bundle", Text, nullable=False),
    Column("place", Integer, nullable=False),
    Column("everywhere", Boolean, nullable=False),
    Column("gathers", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The checks in force, and where in its bundle's texts the verdict of each stands. `everywhere`: judged on all items;
`gathers`: one deviation for many items. `discriminator` is NULL where a rule has one check only."""

Index("ix_place_rule_id", place.c.rule_id)

meaning = Table(
    "meaning",
    staging,
    Column("check_name", Text, primary_key=True),
    Column("code", Text, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("variant", Integer, nullable=False),
    Column("limb", Integer, nullable=False),
    Column("limb_name", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("reason", Text),
    prefixes=["TEMPORARY"],
)
"""What the characters of each check stand for. `reason`: the needed field that is not known."""

judged = Table(
    "judged",
    staging,
    Column("bundle", Text, primary_key=True),
    Column("item_id", Text, primary_key=True),
    Column("project_id", Text, nullable=False),
    Column("verdicts", Text, nullable=False),
    prefixes=["TEMPORARY"],
    sqlite_with_rowid=False,
)
"""The verdicts on the items that this evaluation looks at, as in `item_verdict`."""

broken = Table(
    "broken",
    staging,
    Column("check_name", Text, nullable=False),
    Column("item_id", Text, nullable=False),
    Column("project_id", Text, nullable=False),
    Column("code", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The items that deviate: those looked at, and for checks that gather all others too."""
Index("ix_broken_check_name", broken.c.check_name, broken.c.item_id)


def findings() -> list[Column[Any]]:
    """The columns of what is found: whose deviation, how grave, by which condition and settings, one of its items."""
    required = ("rule_id", "check_name", "subject", "subject_id", "discriminator")
    return [
        *(Column(name, Text, nullable=False) for name in required),
        Column("project_id", Text),
        Column("connector", Text),
        Column("severity", Text, nullable=False),
        Column("limb", Integer, nullable=False),
        Column("limb_name", Text, nullable=False),
        Column("variant", Integer, nullable=False),
        Column("item_count", Integer, nullable=False),
        Column("item_id", Text, nullable=False),
    ]


found = Table("found", staging, *findings(), prefixes=["TEMPORARY"])
"""What deviates now."""
due = Table("due", staging, *findings(), Column("department_id", Text), prefixes=["TEMPORARY"])
"""What of it is to be told: what is new, was closed, or differs."""
Index("ix_found_key", found.c.rule_id, found.c.subject_id, found.c.discriminator)

candidate = Table(
    "candidate",
    staging,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("rule_id", Text, nullable=False),
    Column("check_name", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("discriminator", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
"""Open and waived deviations that were not found again."""
Index("ix_candidate_subject_id", candidate.c.check_name, candidate.c.subject_id)

settled = Table(
    "settled",
    staging,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("verdict", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The verdict on each candidate: passes, unknown, not_applicable, frozen or gone."""

counted = Table(
    "counted",
    staging,
    Column("rule_id", Text, primary_key=True),
    Column("project_id", Text, primary_key=True),
    Column("passes", Integer, nullable=False),
    Column("deviates", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    Column("reason", Text),
    Column("held", Boolean, nullable=False),
    prefixes=["TEMPORARY"],
)
"""How many items of a project have which verdict. `held`: one is frozen, so what was counted before stands."""

shifted = Table(
    "shifted",
    staging,
    Column("rule_id", Text, primary_key=True),
    Column("project_id", Text, primary_key=True),
    Column("department_id", Text),
    Column("passes", Integer, nullable=False),
    Column("deviates", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("not_applicable", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
"""By how much the counts of a project differ from before."""

fresh = Table(
    "fresh",
    staging,
    Column("rule_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("discriminator", Text, nullable=False),
    Column("project_id", Text),
    Column("department_id", Text),
    Column("connector", Text),
    Column("severity", Text, nullable=False),
    Column("limb", Text, nullable=False),
    Column("item_count", Integer, nullable=False),
    Column("legacy", Boolean, nullable=False),
    Column("message", Text, nullable=False),
    Column("evidence", Text, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("mode", Text),
    Column("due_on", Date),
    prefixes=["TEMPORARY"],
)
"""Deviations to open, reopen or tell anew, with their words."""
Index("ix_fresh_key", fresh.c.rule_id, fresh.c.subject_id, fresh.c.discriminator)

scope_id = Table(
    "scope_id",
    staging,
    Column("entity", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    prefixes=["TEMPORARY"],
)
"""In an evaluation of what changed: the items to look at again, and under `counted` the projects to count again."""

frozen = Table("frozen", staging, Column("project_id", Text, primary_key=True), prefixes=["TEMPORARY"])
"""Projects with data of a stale connector."""

sparse = Table(
    "sparse",
    staging,
    Column("field", Text, primary_key=True),
    Column("project_id", Text, primary_key=True),
    prefixes=["TEMPORARY"],
)
"""Projects in which hardly a task carries the field."""

SURPRISING = 500
"""Rows added to a table that change how it is best read."""


def take_stock(connection: Connection, table: Table, added: int | None = None) -> None:
    """Let PostgreSQL count a table that grew a lot, or by nobody knows how much: it plans for an empty one otherwise.

    Of temporary tables it keeps no count of its own, of others it takes one a minute later.
    """
    if (added is None or added > SURPRISING) and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f'ANALYZE "{table.name}"')


@contextmanager
def temporary_tables(connection: Connection) -> Iterator[None]:
    """Make the tables, empty, and drop them in the end: a pooled connection would keep them.

    PostgreSQL is told not to compile statements to machine code: it expects those that judge to be a thousand times
    dearer than they are, since they name far more subqueries than are run for a row. It is also told that what an index
    finds is mostly in memory: else it reads all tasks for those of a few projects.
    """
    begin_anew(connection)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL jit = off"))
        connection.execute(text("SET LOCAL random_page_cost = 1.1"))
    try:
        yield
    finally:
        connection.rollback()
        drop(connection)
        connection.commit()


def begin_anew(connection: Connection) -> None:
    """Make the tables, empty."""
    drop(connection)
    staging.create_all(connection, checkfirst=False)


def drop(connection: Connection) -> None:
    """Drop what there is of the tables, and no table of the store that happens to be named alike."""
    schema = "pg_temp" if connection.dialect.name == "postgresql" else "temp"
    for table in staging.sorted_tables:
        connection.exec_driver_sql(f'DROP TABLE IF EXISTS {schema}."{table.name}"')
