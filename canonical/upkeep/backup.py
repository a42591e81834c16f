"""A copy of the whole store while others go on working on it."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine

from canonical.database import StoreError, place
from canonical.problems import ConfigurationError, Problem

PG_DUMP_SECONDS = 3600
NOT_DONE = "No backup was made."


def back_up(engine: Engine, target: Path) -> None:
    """Write the store to a new file: a SQLite database as one, PostgreSQL in pg_dump's custom format.

    Raises:
        ConfigurationError: the file is there already, or pg_dump is not.
        StoreError: the database cannot be copied; no half of it is left behind.
    """
    if target.exists():
        step = "Name a new file; a backup never replaces another one."
        raise ConfigurationError(Problem("This file is there already", str(target), NOT_DONE, step))
    part = target.with_name(f"{target.name}.part")
    try:
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine, part)
        else:
            _dump_postgresql(engine, part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        step = "See that the folder is there, may be written by this user, and has room."
        raise StoreError(Problem(f"The backup cannot be written ({error})", str(target), NOT_DONE, step)) from error
    finally:
        part.unlink(missing_ok=True)


def _copy_sqlite(engine: Engine, part: Path) -> None:
    """Copy page by page (SQLite's backup API), then see that the copy is whole."""
    with closing(sqlite3.connect(engine.url.database or "")) as source, closing(sqlite3.connect(part)) as copy:
        source.backup(copy)
        # A copy in WAL mode would come with two more files.
        copy.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        step = "Restore an earlier backup, or move the database away and sync again."
        raise StoreError(Problem(f"The database is damaged ({verdict})", place(engine), NOT_DONE, step))


def _dump_postgresql(engine: Engine, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        step = "Install PostgreSQL's client programs, of the server's version or newer, and try again."
        raise ConfigurationError(Problem("pg_dump is not installed here", place(engine), NOT_DONE, step))
    url, password = _without_password(engine.url)
    # A password among the arguments could be read by every user of the machine.
    secret = {"PGPASSWORD": password} if password else {}
    command = [program, "--format=custom", "--no-password", f"--file={part}", f"--dbname={url}"]
    try:
        done = subprocess.run(  # noqa: S603  # found on the path, and no shell
            command, env={**os.environ, **secret}, capture_output=True, timeout=PG_DUMP_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        step = "See what keeps it, a lock perhaps; a store as large as that is better copied by the server's own means."
        late = Problem(f"pg_dump was not done after {PG_DUMP_SECONDS:,} seconds", place(engine), NOT_DONE, step)
        raise StoreError(late) from error
    if done.returncode:
        reason = (done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"])[0]
        step = "Mend that and try again; pg_dump must be of the server's version or newer."
        raise StoreError(Problem(f"pg_dump ended with {done.returncode}: {reason}", place(engine), NOT_DONE, step))


def _without_password(url: URL) -> tuple[str, str]:
    """Give an address as PostgreSQL's own programs read it, and apart from it the password; empty when it has none."""
    options = dict(url.query)
    among_options = options.pop("password", "")
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, options)
    return bare.render_as_string(), url.password or str(among_options)
