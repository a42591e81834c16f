"""A secret is named, never written; it is read anew at each run and shown nowhere."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from canonical.database import StoreError, open_engine, reading
from canonical.problems import ConfigurationError
from connectors.secrets import Secret
from pmohub.config import Reading

CANARY = "canary-7f3a-secret"
TOOL = '[departments.eng]\nname = "E"\n[connectors.plan]\nkind = "tool"\ndepartment = "eng"\n'


@pytest.mark.parametrize(
    "line",
    [
        f'token = "{CANARY}"',
        f'token = {{ env = "X", value = "{CANARY}" }}',
        f'token = ["{CANARY}"]',
        f'token.value = "{CANARY}"',
        f'token = "{CANARY}',
        f"token = {CANARY}",
        f'api_token = "{CANARY}"',
    ],
)
def test_a_secret_in_the_file_is_refused_without_being_repeated(read: Callable[[str], Reading], line: str) -> None:
    try:
        told = repr(read(TOOL + line + "\n").problems)
    except ConfigurationError as error:
        told = repr(error.problems)
    assert "connectors.plan" in told or "config.toml:6" in told
    assert CANARY not in told


def test_a_plain_secret_is_told_where_to_put_it(read: Callable[[str], Reading]) -> None:
    problem = read(f'{TOOL}token = "{CANARY}"\n').problems[0]
    assert problem.what == "The secret itself stands in the configuration: token"
    assert 'token = { env = "PLAN_TOKEN" }' in problem.next_step


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql://u:{CANARY}@host/name",
        f"postgresql://u:a/b{CANARY}@host/name",
        f"postgresql://u:a@b{CANARY}@host/name",
        f"postgresql://host/name?user=u&password={CANARY}",
        f"postgresql+psycopg://host/name?sslpassword={CANARY}",
    ],
)
def test_a_password_in_the_database_address_is_refused(read: Callable[[str], Reading], address: str) -> None:
    problem = read(f'[hub]\ndatabase = "{address}"\n').problems[0]
    assert problem.what == "database: a password may not stand in the configuration itself"
    assert CANARY not in repr(problem)


def test_a_database_that_is_down_is_named_without_any_password() -> None:
    address = f"postgresql://u:{CANARY}@127.0.0.1:1/name?password={CANARY}&sslpassword={CANARY}"
    with pytest.raises(StoreError) as refused, reading(open_engine(address)):
        pass
    assert "127.0.0.1" in refused.value.problem.where
    assert CANARY not in repr(refused.value.problem)


def test_each_source_is_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token.txt"
    secret = Secret(file="token.txt")
    for value in ("first", "second"):
        file.write_text(f"{value}\n", encoding="utf-8")
        assert secret.read(tmp_path, where="x") == value
    monkeypatch.setenv("A_TOKEN", "third")
    assert Secret(env="A_TOKEN").read(tmp_path, where="x") == "third"
    command = (sys.executable, "-c", "print('fourth')")
    assert Secret(command=command).read(tmp_path, where="x") == "fourth"


@pytest.mark.parametrize(
    "secret",
    [
        Secret(env="NOT_SET_ANYWHERE"),
        Secret(file="none.txt"),
        Secret(command=("no-such-program",)),
        Secret(command=(sys.executable, "-c", "raise SystemExit(3)")),
        Secret(command=(sys.executable, "-c", "pass")),
    ],
)
def test_a_secret_that_is_not_there_says_where_it_was_looked_for(tmp_path: Path, secret: Secret) -> None:
    with pytest.raises(ConfigurationError) as caught:
        secret.read(tmp_path, where="connectors.plan.token")
    assert caught.value.problem.where == "connectors.plan.token"
    assert caught.value.problem.what.startswith("The secret is not there: ")
