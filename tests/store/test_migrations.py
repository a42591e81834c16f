"""A database gets the layout that the program needs, or the administrator a reason."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from canonical import migrations
from canonical.database import StoreError, open_engine, reading, writing
from canonical.migrations import is_current, upgrade
from canonical.problems import ConfigurationError
from canonical.schema import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> Iterator[Engine]:
    engine = open_engine(empty_database(request.param))
    yield engine
    engine.dispose()


def test_an_empty_database_is_not_current_until_upgraded(empty: Engine) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)


def test_the_migrated_layout_is_that_of_the_schema(engine: Engine) -> None:
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_no_version_changes_with_the_schema() -> None:
    versions = Path(migrations.__file__).parent.glob("versions/*.py")
    assert not [path.name for path in versions if "canonical" in path.read_text(encoding="utf-8")]


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    before = inspect(engine).get_table_names()
    upgrade(engine)
    assert inspect(engine).get_table_names() == before


def test_a_newer_database_is_refused(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer pmohub"):
        upgrade(engine)


def test_a_database_of_another_program_is_refused(empty: Engine) -> None:
    with writing(empty) as connection:
        connection.execute(text("CREATE TABLE invoices (id integer)"))
    with pytest.raises(StoreError, match="invoices"):
        upgrade(empty)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pmohub.db").write_bytes(b"Not a database, but long enough to be read as one." * 100)
    with pytest.raises(StoreError, match="is not a database"):
        upgrade(open_engine(f"sqlite:///{tmp_path / 'pmohub.db'}"))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder does not exist") as caught:
        upgrade(open_engine(f"sqlite:///{tmp_path / 'nowhere' / 'pmohub.db'}"))
    assert str(tmp_path / "nowhere") in caught.value.problem.next_step


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        upgrade(open_engine("postgresql://pmo:s3cret@127.0.0.1:1/pmohub"))
    assert "s3cret" not in f"{caught.value.problem}"


@pytest.mark.parametrize("url", ["", "mysql://localhost/x", "sqlite://", "pmohub.db", "nonsense://x"])
def test_an_address_of_no_known_database_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError, match="address"):
        open_engine(url)


def test_a_locked_database_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canonical.database.BUSY_TIMEOUT_SECONDS", 0.05)
    url = f"sqlite:///{tmp_path / 'pmohub.db'}"
    with writing(open_engine(url)), pytest.raises(StoreError, match="locked"), writing(open_engine(url)):
        pass
