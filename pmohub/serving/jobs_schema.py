"""Procrastinate's tables, in the store's own database: made when missing, brought up to date when older.

Procrastinate keeps no account of the migrations that a database has had, so the last one is noted as a comment on its
table of jobs. A whole schema is what all its migrations come to.
"""

from pathlib import Path

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, Engine, text

from canonical.database import StoreError, place, writing
from canonical.migrations import UPGRADE_LOCK
from canonical.problems import Problem

NOTE = "pmohub: "


def prepare(engine: Engine) -> bool:
    """Make the tables, or bring them up to date, all or nothing; give whether there was something to do.

    Any number of workers may do so at once: one after the other. Does nothing on SQLite.

    Raises:
        StoreError: the database cannot be used, or its tables are another program's.
    """
    if engine.dialect.name != "postgresql":
        return False
    with writing(engine) as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        scripts = _missing(connection)
        for script in scripts:
            # No parameters: the scripts hold percent signs, and many statements.
            connection.exec_driver_sql(script, execution_options={"no_parameters": True})
        if scripts:
            connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{NOTE}{_migrations()[-1].name}'")
    return bool(scripts)


def _missing(connection: Connection) -> list[str]:
    table, note = connection.execute(
        text("SELECT to_regclass('procrastinate_jobs'), obj_description(to_regclass('procrastinate_jobs'), 'pg_class')")
    ).one()
    if table is None:
        return [SchemaManager.get_schema()]
    if not (note or "").startswith(NOTE):
        raise StoreError(
            Problem(
                what="The database holds jobs of another program that uses Procrastinate.",
                where=place(connection.engine),
                not_done="Nothing was changed in it.",
                next_step="Name a database of its own for pmohub.",
            )
        )
    last = note.removeprefix(NOTE)
    return [path.read_text(encoding="utf-8") for path in _migrations() if path.name > last]


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
