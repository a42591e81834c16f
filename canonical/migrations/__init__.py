"""Bring a database to the layout that this program needs, and say in words when that cannot be done."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from canonical.database import StoreError, place, reading, writing
from canonical.problems import Problem
from canonical.views import create_views, drop_views

UPGRADE_LOCK = 0x706D6F
"""Key of PostgreSQL's advisory lock ("pmo"), so that workers started together upgrade one after the other."""

OF_JOBS = "procrastinate_"
"""How the tables begin in which workers keep their jobs, in the same database and by migrations of their own."""


def upgrade(engine: Engine) -> None:
    """Create or change the tables and views, all or nothing; does nothing when the layout is current.

    Raises:
        StoreError: the database cannot be used, is newer than this program, or belongs to another one.
    """
    if is_current(engine):
        return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
        config = _config()
        config.attributes["connection"] = connection
        drop_views(connection)
        command.upgrade(config, "head")
        create_views(connection)


def is_current(engine: Engine) -> bool:
    """Say whether the database has this program's layout; False for an empty or an older one.

    Raises:
        StoreError: the database cannot be used, is newer than this program, or belongs to another one.
    """
    script = _script()
    with reading(engine) as connection:
        version = MigrationContext.configure(connection).get_current_revision()
        known = {revision.revision for revision in script.walk_revisions()}
        if version is None:
            _refuse_foreign(connection)
        elif version not in known:
            raise StoreError(_newer(engine, version))
        return version == script.get_current_head()


@cache
def _script() -> ScriptDirectory:
    """The migrations; to load them each time took longer than many a command has to do."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _refuse_foreign(connection: Connection) -> None:
    tables = [name for name in inspect(connection).get_table_names() if not name.startswith(OF_JOBS)]
    if tables:
        raise StoreError(
            Problem(
                what=f"The database holds tables that are not pmohub's ({', '.join(sorted(tables)[:3])}).",
                where=place(connection.engine),
                not_done="Nothing was created in it.",
                next_step="Name a database, or a file, of its own for pmohub.",
            )
        )


def _newer(engine: Engine, version: str) -> Problem:
    return Problem(
        what=f"The database was made by a newer pmohub (layout {version}).",
        where=place(engine),
        not_done="Nothing was read or stored.",
        next_step="Install that version of pmohub again, or restore the backup made before it.",
    )
